//! Streams that nobody would send: inputs of the corpus, changed at random, go through the decoders for a bounded time.
//!
//! Each target runs for its share of `OUTCROP_FUZZ_SECONDS` (3 when it is not set). What is tried is a matter of the seed
//! alone, `OUTCROP_FUZZ_SEED`. An input that breaks a rule is written to a file, and `OUTCROP_FUZZ_INPUT`, the path of
//! one, tries that input and no other.

// For clippy, which lets tests panic: it takes a function for a test's only where it stands under this.
#![cfg(test)]

mod budget;
mod corpus;
mod events;
mod frames;
mod mutate;
mod random;
mod reading;

/// Bytes: whatever comes, the decoder of frames takes them or refuses them, the same however they are cut.
#[test]
fn frames() {
    budget::run("frames", &corpus::frames(), mutate::bytes, frames::check);
}

/// Frames with events in them: what the decoder of streams makes of them.
#[test]
fn streams() {
    budget::run("streams", &corpus::frames(), mutate::sealed, events::check_stream);
}

/// Events by name, whose JSON is changed, or is none any more.
#[test]
fn events() {
    budget::run("events", &corpus::events(), mutate::text, events::check_lines);
}
