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
mod frame;
mod header;

pub use decoder::FrameDecoder;
pub use encode::{EncodeFrameError, encode_frame};
pub use frame::Frame;
pub use header::{HeaderValue, Headers};

/// Bytes that are not a valid frame.
///
/// It contains the position in the stream, what was expected and what was found, but never any content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}, at byte {offset} of the stream")]
pub struct FrameError {
    offset: u64,
    kind: FrameErrorKind,
}

/// The kind of a [`FrameError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameErrorKind {
    /// The checksum of the prelude is wrong, so its lengths are not reliable.
    #[error("expected the prelude checksum {expected:#010x}, found {found:#010x}")]
    PreludeChecksum {
        /// The checksum of the bytes.
        expected: u32,
        /// The checksum in the prelude.
        found: u32,
    },
    /// The checksum of the frame is wrong, so the frame was changed in transit.
    #[error("expected the frame checksum {expected:#010x}, found {found:#010x}")]
    MessageChecksum {
        /// The checksum of the bytes.
        expected: u32,
        /// The checksum at the end of the frame.
        found: u32,
    },
    /// The length of the frame is below the minimum or above the maximum.
    #[error("expected a frame of {least} to {most} bytes, found one of {found}")]
    FrameLength {
        /// The minimum: a frame without headers and payload.
        least: u32,
        /// The maximum of the decoder.
        most: u32,
        /// The length in the prelude.
        found: u32,
    },
    /// The length of the headers is above that of the frame, or above the maximum.
    #[error("expected at most {most} bytes of headers, found {found}")]
    HeadersLength {
        /// The maximum.
        most: u32,
        /// The length in the prelude.
        found: u32,
    },
    /// The headers end inside a header.
    #[error("expected {expected} more bytes of a header, found {found}")]
    HeaderEnd {
        /// The number of bytes that the header needs.
        expected: usize,
        /// The number of bytes that are left.
        found: usize,
    },
    /// The name of a header is empty or not UTF-8.
    #[error("expected the name of a header, found nothing or invalid UTF-8")]
    HeaderName,
    /// The type of a header is unknown.
    #[error("expected a header of a type from 0 to 9, found {found}")]
    HeaderType {
        /// The type.
        found: u8,
    },
    /// The value of a string header is not UTF-8.
    #[error("expected UTF-8 in the value of a header, found other bytes")]
    HeaderText,
    /// The stream ended inside a frame.
    #[error("expected a frame of {expected} bytes, found the end after {found}")]
    Truncated {
        /// The length of the frame, or of the prelude if that is not complete.
        expected: usize,
        /// The number of bytes that were received.
        found: usize,
    },
}

impl FrameError {
    /// Returns the position of the error in the stream, in bytes.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> FrameErrorKind {
        self.kind
    }
}

/// An error with a position relative to a start that the caller knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct RelativeError {
    at: usize,
    kind: FrameErrorKind,
}

impl RelativeError {
    /// Moves the start of the position back by this many bytes.
    fn after(self, bytes: usize) -> Self {
        Self { at: self.at.saturating_add(bytes), ..self }
    }

    /// Converts the error of a frame at this offset of the stream.
    fn in_frame_at(self, offset: u64) -> FrameError {
        let at = u64::try_from(self.at).unwrap_or(u64::MAX);
        FrameError { offset: offset.saturating_add(at), kind: self.kind }
    }
}

#[cfg(test)]
mod tests;
