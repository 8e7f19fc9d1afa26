//! Answers while they are being written.

mod accumulator;
mod event;
mod partial_json;
mod replay;
#[cfg(feature = "client")]
mod response_stream;

pub use accumulator::ResponseAccumulator;
pub use event::StreamEvent;
pub use partial_json::parse_partial_json;
#[cfg(feature = "client")]
pub(crate) use response_stream::incomplete;
#[cfg(feature = "client")]
pub use response_stream::{ResponseStream, TextStream};

#[cfg(test)]
mod tests;
