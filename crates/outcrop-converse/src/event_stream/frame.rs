//! A frame that is whole and sound.

use std::fmt;

use super::error::{Flaw, FrameErrorKind};
use super::header::{Header, HeaderValue, Headers};
use super::prelude::{CHECKSUM, PRELUDE, Prelude};

/// A frame, borrowed from the bytes it came in. Its checksums were right, and each of its headers can be read.
///
/// The headers that the service uses have accessors. Each is the first text of that name, and `None` where there is no
/// text of that name; [`headers`](Self::headers) has whatever there is.
#[derive(Clone)]
pub struct Frame<'a> {
    headers: &'a [u8],
    payload: &'a [u8],
    known: Known<'a>,
}

/// The headers that the service uses.
#[derive(Clone, Copy, Default)]
struct Known<'a> {
    message_type: Option<&'a str>,
    event_type: Option<&'a str>,
    exception_type: Option<&'a str>,
    content_type: Option<&'a str>,
    error_code: Option<&'a str>,
    error_message: Option<&'a str>,
}

impl<'a> Frame<'a> {
    /// All headers in order.
    #[must_use]
    pub fn headers(&self) -> Headers<'a> {
        Headers::of_checked(self.headers)
    }

    /// The payload: for an event or exception of Converse a JSON object.
    #[must_use]
    pub fn payload(&self) -> &'a [u8] {
        self.payload
    }

    /// `:message-type`: `event`, `exception` or `error`.
    #[must_use]
    pub fn message_type(&self) -> Option<&'a str> {
        self.known.message_type
    }

    /// `:event-type`: which event it is, such as `contentBlockDelta`.
    #[must_use]
    pub fn event_type(&self) -> Option<&'a str> {
        self.known.event_type
    }

    /// `:exception-type`: which exception of the service model it is, such as `throttlingException`.
    #[must_use]
    pub fn exception_type(&self) -> Option<&'a str> {
        self.known.exception_type
    }

    /// `:content-type`: what the payload is, `application/json` for events and exceptions.
    #[must_use]
    pub fn content_type(&self) -> Option<&'a str> {
        self.known.content_type
    }

    /// `:error-code`: which error it is that the service model does not have.
    #[must_use]
    pub fn error_code(&self) -> Option<&'a str> {
        self.known.error_code
    }

    /// `:error-message`: what such an error says.
    #[must_use]
    pub fn error_message(&self) -> Option<&'a str> {
        self.known.error_message
    }

    /// Reads a frame of the length that its prelude declares.
    pub(super) fn read(bytes: &'a [u8], prelude: Prelude) -> Result<Self, Flaw> {
        let cut = || {
            let kind = FrameErrorKind::Truncated { expected: prelude.frame, found: bytes.len() };
            Flaw { at: bytes.len(), kind }
        };
        let (content, checksum) = bytes.split_last_chunk::<CHECKSUM>().ok_or_else(cut)?;
        let (expected, found) = (crc32fast::hash(content), u32::from_be_bytes(*checksum));
        if found != expected {
            return Err(Flaw {
                at: content.len(),
                kind: FrameErrorKind::MessageChecksum { expected, found },
            });
        }
        let (_, content) = content.split_at_checked(PRELUDE).ok_or_else(cut)?;
        let (headers, payload) = content.split_at_checked(prelude.headers).ok_or_else(cut)?;
        let known = Known::find(headers).map_err(|flaw| flaw.after(PRELUDE))?;
        Ok(Self { headers, payload, known })
    }
}

impl<'a> Known<'a> {
    /// Checks all headers and finds the known ones, in one pass.
    fn find(headers: &'a [u8]) -> Result<Self, Flaw> {
        let mut known = Self::default();
        let mut rest = headers;
        while !rest.is_empty() {
            let at = headers.len().saturating_sub(rest.len());
            let (header, after) = Header::split(rest).map_err(|flaw| flaw.after(at))?;
            rest = after;
            let found = match header.name {
                b":message-type" => &mut known.message_type,
                b":event-type" => &mut known.event_type,
                b":exception-type" => &mut known.exception_type,
                b":content-type" => &mut known.content_type,
                b":error-code" => &mut known.error_code,
                b":error-message" => &mut known.error_message,
                name if std::str::from_utf8(name).is_ok() => continue,
                _ => return Err(Flaw { at: at.saturating_add(1), kind: FrameErrorKind::HeaderName }),
            };
            if let HeaderValue::String(text) = header.value {
                found.get_or_insert(text);
            }
        }
        Ok(known)
    }
}

/// Shows which event it is, and of the payload the length only.
impl fmt::Debug for Frame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame")
            .field("message_type", &self.known.message_type)
            .field("type", &self.known.event_type.or(self.known.exception_type).or(self.known.error_code))
            .field("payload", &format_args!("<{} bytes>", self.payload.len()))
            .finish()
    }
}
