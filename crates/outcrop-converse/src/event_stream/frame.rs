//! A frame: its prelude, its headers and its payload.

use std::fmt;

use super::header::{Header, HeaderValue, Headers};
use super::{FrameErrorKind, RelativeError};

/// The length of a prelude: two lengths and their checksum.
pub(super) const PRELUDE_LENGTH: usize = 12;

/// The length of the checksum at the end of a frame.
pub(super) const CHECKSUM_LENGTH: usize = 4;

/// The length of a frame without headers and payload.
pub(super) const OVERHEAD: u32 = 16;

/// The maximum length of a frame.
///
/// AWS does not document the limits. These are `AWS_EVENT_STREAM_MAX_MESSAGE_SIZE` and `AWS_EVENT_STREAM_MAX_HEADERS_SIZE` of
/// <https://github.com/awslabs/aws-c-event-stream>.
pub(super) const MAX_FRAME: u32 = 16 * 1024 * 1024;

/// The maximum length of all headers of a frame.
pub(super) const MAX_HEADERS: u32 = 128 * 1024;

/// The lengths of a frame, which are consistent and within the limits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prelude {
    /// The length of the frame, including prelude and checksum.
    pub(super) frame: usize,
    /// The length of the headers.
    pub(super) headers: usize,
}

impl Prelude {
    /// Parses and checks a prelude.
    pub(super) fn parse(bytes: [u8; PRELUDE_LENGTH], max_frame: u32) -> Result<Self, RelativeError> {
        let [a, b, c, d, e, f, g, h, checksum @ ..] = bytes;
        // The checksum comes first: without it, a length is an arbitrary number, such as the text of a proxy's error page.
        let expected = crc32fast::hash(&[a, b, c, d, e, f, g, h]);
        let found = u32::from_be_bytes(checksum);
        if found != expected {
            return Err(RelativeError { at: 8, kind: FrameErrorKind::PreludeChecksum { expected, found } });
        }
        let frame = u32::from_be_bytes([a, b, c, d]);
        let headers = u32::from_be_bytes([e, f, g, h]);
        let wrong_length = FrameErrorKind::FrameLength { least: OVERHEAD, most: max_frame, found: frame };
        let Some(content) = frame.checked_sub(OVERHEAD).filter(|_| frame <= max_frame) else {
            return Err(RelativeError { at: 0, kind: wrong_length });
        };
        let most = content.min(MAX_HEADERS);
        if headers > most {
            return Err(RelativeError {
                at: 4,
                kind: FrameErrorKind::HeadersLength { most, found: headers },
            });
        }
        match (usize::try_from(frame), usize::try_from(headers)) {
            (Ok(frame), Ok(headers)) => Ok(Self { frame, headers }),
            // Only possible on a machine with addresses of 16 bits.
            _ => Err(RelativeError { at: 0, kind: wrong_length }),
        }
    }
}

/// A frame, borrowed from the bytes of the stream. Its checksums are correct, and all its headers can be parsed.
///
/// The headers of the service have accessors. Each returns the first header of its name that is a string, and `None` if there
/// is none; [`headers`](Self::headers) returns all of them.
#[derive(Clone)]
pub struct Frame<'a> {
    headers: &'a [u8],
    payload: &'a [u8],
    known: KnownHeaders<'a>,
}

/// The headers of the service.
#[derive(Clone, Copy, Default)]
struct KnownHeaders<'a> {
    message_type: Option<&'a str>,
    event_type: Option<&'a str>,
    exception_type: Option<&'a str>,
    content_type: Option<&'a str>,
    error_code: Option<&'a str>,
    error_message: Option<&'a str>,
}

impl<'a> Frame<'a> {
    /// Returns all headers in order.
    #[must_use]
    pub fn headers(&self) -> Headers<'a> {
        Headers::from_checked(self.headers)
    }

    /// Returns the payload, a JSON object for events and exceptions of Converse.
    #[must_use]
    pub fn payload(&self) -> &'a [u8] {
        self.payload
    }

    /// Returns `:message-type`: `event`, `exception` or `error`.
    #[must_use]
    pub fn message_type(&self) -> Option<&'a str> {
        self.known.message_type
    }

    /// Returns `:event-type`, the name of the event, such as `contentBlockDelta`.
    #[must_use]
    pub fn event_type(&self) -> Option<&'a str> {
        self.known.event_type
    }

    /// Returns `:exception-type`, the name of the exception in the service model, such as `throttlingException`.
    #[must_use]
    pub fn exception_type(&self) -> Option<&'a str> {
        self.known.exception_type
    }

    /// Returns `:content-type`, the media type of the payload, `application/json` for events and exceptions.
    #[must_use]
    pub fn content_type(&self) -> Option<&'a str> {
        self.known.content_type
    }

    /// Returns `:error-code`, the code of an error that the service model does not list.
    #[must_use]
    pub fn error_code(&self) -> Option<&'a str> {
        self.known.error_code
    }

    /// Returns `:error-message`, the message of such an error.
    #[must_use]
    pub fn error_message(&self) -> Option<&'a str> {
        self.known.error_message
    }

    /// Parses a frame of the length in its prelude.
    pub(super) fn parse(bytes: &'a [u8], prelude: Prelude) -> Result<Self, RelativeError> {
        let truncated = || {
            let kind = FrameErrorKind::Truncated { expected: prelude.frame, found: bytes.len() };
            RelativeError { at: bytes.len(), kind }
        };
        let (content, checksum) = bytes.split_last_chunk::<CHECKSUM_LENGTH>().ok_or_else(truncated)?;
        let (expected, found) = (crc32fast::hash(content), u32::from_be_bytes(*checksum));
        if found != expected {
            return Err(RelativeError {
                at: content.len(),
                kind: FrameErrorKind::MessageChecksum { expected, found },
            });
        }
        let (_, content) = content.split_at_checked(PRELUDE_LENGTH).ok_or_else(truncated)?;
        let (headers, payload) = content.split_at_checked(prelude.headers).ok_or_else(truncated)?;
        let known = KnownHeaders::find(headers).map_err(|error| error.after(PRELUDE_LENGTH))?;
        Ok(Self { headers, payload, known })
    }
}

impl<'a> KnownHeaders<'a> {
    /// Checks all headers and finds the known ones, in one pass.
    fn find(headers: &'a [u8]) -> Result<Self, RelativeError> {
        let mut known = Self::default();
        let mut rest = headers;
        while !rest.is_empty() {
            let at = headers.len().saturating_sub(rest.len());
            let (header, after) = Header::split_first(rest).map_err(|error| error.after(at))?;
            rest = after;
            let value = match header.name {
                b":message-type" => &mut known.message_type,
                b":event-type" => &mut known.event_type,
                b":exception-type" => &mut known.exception_type,
                b":content-type" => &mut known.content_type,
                b":error-code" => &mut known.error_code,
                b":error-message" => &mut known.error_message,
                name if std::str::from_utf8(name).is_ok() => continue,
                // The name follows its length, one byte.
                _ => {
                    return Err(RelativeError { at: at.saturating_add(1), kind: FrameErrorKind::HeaderName });
                }
            };
            // A header that occurs twice is not an error for AWS's implementations either.
            if let HeaderValue::String(text) = header.value {
                value.get_or_insert(text);
            }
        }
        Ok(known)
    }
}

/// Shows the type of the event, and the length of the payload only.
impl fmt::Debug for Frame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame")
            .field("message_type", &self.known.message_type)
            .field("type", &self.known.event_type.or(self.known.exception_type).or(self.known.error_code))
            .field("payload", &format_args!("<{} bytes>", self.payload.len()))
            .finish()
    }
}
