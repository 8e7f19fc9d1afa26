//! Frames of `application/vnd.amazon.eventstream`, the format of response streams.
//!
//! The decoder gets bytes as they arrive, cut anywhere, and returns frames that borrow from them. It reads from no
//! connection, never waits, and does not interpret payloads.
//!
//! A frame consists of a prelude (its length, the length of its headers, a checksum of both), headers, a payload, and a
//! checksum of everything before. Both checksums are verified, and so is every length before memory is used for it. AWS
//! describes the format at <https://docs.aws.amazon.com/lexv2/latest/dg/event-stream-encoding.html>.
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
//! assert!(decoder.next_frame()?.is_none(), "the rest is missing");
//! decoder.feed(sent.slice(30..));
//! let frame = decoder.next_frame()?.expect("the frame is complete");
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

pub use decoder::FrameDecoder;
pub use encode::{EncodeFrameError, encode_frame};
pub use error::{FrameError, FrameErrorKind};
pub use frame::Frame;
pub use header::{HeaderValue, Headers};

#[cfg(test)]
mod tests;
