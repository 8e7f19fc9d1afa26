//! Frames of `application/vnd.amazon.eventstream`, the form in which the service sends a stream.
//!
//! Bytes go in as they arrive, cut anywhere; frames come out, borrowed from them. Nothing here reads or waits, and nothing
//! knows what the frames say: that is told by their headers and the JSON in their payload.
//!
//! A frame is a prelude (its length, the length of its headers, a checksum of both), headers, a payload, and a checksum of
//! all of it. Both checksums are verified, and so is every length before anything is kept because of it.
//!
//! ```
//! use bytes::Bytes;
//! use outcrop_converse::event_stream::{FrameDecoder, HeaderValue, encode_frame};
//!
//! let headers = [(":message-type", HeaderValue::String("event")), (":event-type", HeaderValue::String("messageStop"))];
//! let sent = Bytes::from(encode_frame(&headers, br#"{"stopReason":"end_turn"}"#)?);
//!
//! let mut decoder = FrameDecoder::new();
//! decoder.feed(sent.slice(..30));
//! assert!(decoder.next_frame()?.is_none(), "the rest is still to come");
//! decoder.feed(sent.slice(30..));
//! let frame = decoder.next_frame()?.expect("it is whole now");
//! assert_eq!(frame.event_type(), Some("messageStop"));
//! assert_eq!(frame.payload(), br#"{"stopReason":"end_turn"}"#);
//! decoder.finish()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod decoder;
mod encode;
mod error;
mod frame;
mod header;
mod prelude;

pub use decoder::FrameDecoder;
pub use encode::{EncodeFrameError, encode_frame};
pub use error::{FrameError, FrameErrorKind};
pub use frame::Frame;
pub use header::{HeaderValue, Headers};

#[cfg(test)]
mod tests;
