//! Fuzzing of the stream decoders: inputs of the corpus, changed at random, for a bounded time.
//!
//! Each target has a share of `OUTCROP_FUZZ_SECONDS` (3 by default). The inputs depend only on `OUTCROP_FUZZ_SEED` (1 by
//! default). An input that fails is written to a file, and `OUTCROP_FUZZ_INPUT`, a path, runs only that input.

// Clippy allows panics in tests only below this attribute.
#![cfg(test)]

mod budget;
mod chunks;
mod corpus;
mod frames;
mod mutate;
mod random;
mod streams;

// Changed bytes: the decoder of frames returns equal frames and an equal error however the bytes are cut.
#[test]
fn frames_decode_equally_however_cut() {
    budget::run("frames", &corpus::frames(), mutate::bytes, frames::check);
}

// Changed headers and payloads: the decoder of streams returns equal events and an equal error.
#[test]
fn streams_decode_equally_however_cut() {
    budget::run("streams", &corpus::frames(), mutate::frames, streams::check_bytes);
}

// Changed names and JSON of events: every stream ends with a response or an error.
#[test]
fn events_decode_to_response_or_error() {
    budget::run("events", &corpus::events(), mutate::text, streams::check_lines);
}
