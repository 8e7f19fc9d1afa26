//! Decodes the event stream of ConverseStream, as a state machine without I/O and without a clock.
//!
//! - `decoder` takes the service's events and returns unified ones; its end is the code that also builds whole
//!   responses, so that both cannot differ.
//! - `open_blocks` collects the deltas of each block, and `block` assembles them.
//! - `fast_path` parses the common deltas, `surrogates` joins characters that the service has split.
//! - `lenient` reads events with parts that are not as documented.
//! - `exceptions` turns exceptions within a stream into errors.

mod block;
mod decoder;
mod exceptions;
mod fast_path;
mod lenient;
mod open_blocks;
mod surrogates;

pub use decoder::StreamDecoder;

#[cfg(test)]
mod tests;
