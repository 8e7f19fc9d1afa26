//! From headers and a payload to a frame.

use super::header::HeaderValue;
use super::prelude::{AROUND, CHECKSUM, MOST, MOST_HEADERS, PRELUDE};

/// The most that the value of a header may be: the length has 16 bits, of which AWS uses 15.
const MOST_VALUE: usize = 0x7fff;

/// A frame that cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeFrameError {
    /// The name of a header is empty or too long.
    #[error("expected a header name of 1 to 255 bytes, found {found}")]
    HeaderName {
        /// How long it is.
        found: usize,
    },
    /// The value of a header is too long.
    #[error("expected a header value of at most 32767 bytes, found {found}")]
    HeaderValue {
        /// How long it is.
        found: usize,
    },
    /// The headers are too long together.
    #[error("expected at most 131072 bytes of headers, found {found}")]
    Headers {
        /// How long they are.
        found: usize,
    },
    /// Headers and payload are too long together.
    #[error("expected a frame of at most 16777216 bytes, found {found}")]
    Frame {
        /// How long it would be.
        found: usize,
    },
}

/// Writes a frame, within the limits that AWS has.
///
/// # Errors
/// [`EncodeFrameError`] when it is beyond them.
pub fn encode_frame(
    headers: &[(&str, HeaderValue<'_>)],
    payload: &[u8],
) -> Result<Vec<u8>, EncodeFrameError> {
    let mut head = Vec::with_capacity(128);
    for (name, value) in headers {
        write_header(&mut head, name, value)?;
    }
    let most_headers = usize::try_from(MOST_HEADERS).unwrap_or(usize::MAX);
    if head.len() > most_headers {
        return Err(EncodeFrameError::Headers { found: head.len() });
    }
    let length = PRELUDE.saturating_add(head.len()).saturating_add(payload.len()).saturating_add(CHECKSUM);
    let too_long = EncodeFrameError::Frame { found: length };
    let declared = u32::try_from(length).ok().filter(|declared| *declared <= MOST).ok_or(too_long)?;
    let declared_head = u32::try_from(head.len()).ok().filter(|head| head.saturating_add(AROUND) <= declared);
    let declared_head = declared_head.ok_or(too_long)?;

    let mut frame = Vec::with_capacity(length);
    frame.extend_from_slice(&declared.to_be_bytes());
    frame.extend_from_slice(&declared_head.to_be_bytes());
    frame.extend_from_slice(&crc32fast::hash(&frame).to_be_bytes());
    frame.extend_from_slice(&head);
    frame.extend_from_slice(payload);
    frame.extend_from_slice(&crc32fast::hash(&frame).to_be_bytes());
    Ok(frame)
}

fn write_header(out: &mut Vec<u8>, name: &str, value: &HeaderValue<'_>) -> Result<(), EncodeFrameError> {
    let wrong = EncodeFrameError::HeaderName { found: name.len() };
    let length = u8::try_from(name.len()).ok().filter(|length| *length > 0).ok_or(wrong)?;
    out.push(length);
    out.extend_from_slice(name.as_bytes());
    match value {
        HeaderValue::Bool(true) => out.push(0),
        HeaderValue::Bool(false) => out.push(1),
        HeaderValue::Byte(number) => write_fixed(out, 2, &number.to_be_bytes()),
        HeaderValue::Int16(number) => write_fixed(out, 3, &number.to_be_bytes()),
        HeaderValue::Int32(number) => write_fixed(out, 4, &number.to_be_bytes()),
        HeaderValue::Int64(number) => write_fixed(out, 5, &number.to_be_bytes()),
        HeaderValue::Bytes(bytes) => write_measured(out, 6, bytes)?,
        HeaderValue::String(text) => write_measured(out, 7, text.as_bytes())?,
        HeaderValue::Timestamp(milliseconds) => write_fixed(out, 8, &milliseconds.to_be_bytes()),
        HeaderValue::Uuid(uuid) => write_fixed(out, 9, uuid),
    }
    Ok(())
}

fn write_fixed(out: &mut Vec<u8>, kind: u8, value: &[u8]) {
    out.push(kind);
    out.extend_from_slice(value);
}

fn write_measured(out: &mut Vec<u8>, kind: u8, value: &[u8]) -> Result<(), EncodeFrameError> {
    let too_long = EncodeFrameError::HeaderValue { found: value.len() };
    let length = u16::try_from(value.len()).ok().filter(|_| value.len() <= MOST_VALUE).ok_or(too_long)?;
    out.push(kind);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(value);
    Ok(())
}
