//! Streamed responses: the events, the stream, and the accumulator that merges events into a response.
//!
//! Every provider streams the same [`StreamEvent`]s, and a successful stream ends with the complete response.

mod accumulator;
mod event;
mod partial_json;
#[cfg(feature = "client")]
mod response_stream;
mod text_buffer;

pub use accumulator::ResponseAccumulator;
pub use event::StreamEvent;
#[cfg(feature = "test-util")]
pub(crate) use event::is_hidden;
pub use partial_json::parse_partial_json;
#[cfg(feature = "client")]
pub(crate) use response_stream::incomplete;
#[cfg(feature = "client")]
pub use response_stream::{ResponseStream, TextStream};
pub(crate) use text_buffer::TextBuffer;

#[cfg(test)]
mod tests;
