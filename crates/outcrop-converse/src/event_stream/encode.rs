//! The encoder: from headers and a payload to a frame.

use super::frame::{CHECKSUM_LENGTH, MAX_FRAME, MAX_HEADERS, OVERHEAD, PRELUDE_LENGTH};
use super::header::HeaderValue;

/// The maximum length of a header's value: the length has 16 bits, and AWS's implementations use 15 of them, see
/// <https://github.com/awslabs/aws-c-event-stream>.
const MAX_VALUE: usize = 0x7fff;

/// A frame beyond the limits of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeFrameError {
    /// The name of a header is empty or too long.
    #[error("expected a header name of 1 to 255 bytes, found {found}")]
    HeaderName {
        /// The length.
        found: usize,
    },
    /// The value of a header is too long.
    #[error("expected a header value of at most 32767 bytes, found {found}")]
    HeaderValue {
        /// The length.
        found: usize,
    },
    /// The headers are too long in total.
    #[error("expected at most 131072 bytes of headers, found {found}")]
    Headers {
        /// The total length.
        found: usize,
    },
    /// The frame is too long.
    #[error("expected a frame of at most 16777216 bytes, found {found}")]
    Frame {
        /// The length.
        found: usize,
    },
}

/// Encodes a frame.
///
/// # Errors
/// [`EncodeFrameError`] if it is beyond the limits of the format.
pub fn encode_frame(
    headers: &[(&str, HeaderValue<'_>)],
    payload: &[u8],
) -> Result<Vec<u8>, EncodeFrameError> {
    // The three headers of an event of Converse fit into it.
    let mut encoded_headers = Vec::with_capacity(128);
    for (name, value) in headers {
        write_header(&mut encoded_headers, name, value)?;
    }
    let max_headers = usize::try_from(MAX_HEADERS).unwrap_or(usize::MAX);
    if encoded_headers.len() > max_headers {
        return Err(EncodeFrameError::Headers { found: encoded_headers.len() });
    }
    let content = encoded_headers.len().saturating_add(payload.len());
    let length = PRELUDE_LENGTH.saturating_add(content).saturating_add(CHECKSUM_LENGTH);
    let too_long = EncodeFrameError::Frame { found: length };
    let frame_length = u32::try_from(length).ok().filter(|length| *length <= MAX_FRAME).ok_or(too_long)?;
    let headers_length = u32::try_from(encoded_headers.len()).ok();
    let headers_length = headers_length.filter(|length| length.saturating_add(OVERHEAD) <= frame_length);
    let headers_length = headers_length.ok_or(too_long)?;

    let mut frame = Vec::with_capacity(length);
    frame.extend_from_slice(&frame_length.to_be_bytes());
    frame.extend_from_slice(&headers_length.to_be_bytes());
    frame.extend_from_slice(&crc32fast::hash(&frame).to_be_bytes());
    frame.extend_from_slice(&encoded_headers);
    frame.extend_from_slice(payload);
    frame.extend_from_slice(&crc32fast::hash(&frame).to_be_bytes());
    Ok(frame)
}

fn write_header(out: &mut Vec<u8>, name: &str, value: &HeaderValue<'_>) -> Result<(), EncodeFrameError> {
    let wrong_length = EncodeFrameError::HeaderName { found: name.len() };
    let length = u8::try_from(name.len()).ok().filter(|length| *length > 0).ok_or(wrong_length)?;
    out.push(length);
    out.extend_from_slice(name.as_bytes());
    // The types are numbered as in https://docs.aws.amazon.com/lexv2/latest/dg/event-stream-encoding.html.
    match value {
        HeaderValue::Bool(true) => out.push(0),
        HeaderValue::Bool(false) => out.push(1),
        HeaderValue::Byte(number) => write_fixed(out, 2, &number.to_be_bytes()),
        HeaderValue::Int16(number) => write_fixed(out, 3, &number.to_be_bytes()),
        HeaderValue::Int32(number) => write_fixed(out, 4, &number.to_be_bytes()),
        HeaderValue::Int64(number) => write_fixed(out, 5, &number.to_be_bytes()),
        HeaderValue::Bytes(bytes) => write_length_prefixed(out, 6, bytes)?,
        HeaderValue::String(text) => write_length_prefixed(out, 7, text.as_bytes())?,
        HeaderValue::Timestamp(milliseconds) => write_fixed(out, 8, &milliseconds.to_be_bytes()),
        HeaderValue::Uuid(uuid) => write_fixed(out, 9, uuid),
    }
    Ok(())
}

fn write_fixed(out: &mut Vec<u8>, kind: u8, value: &[u8]) {
    out.push(kind);
    out.extend_from_slice(value);
}

fn write_length_prefixed(out: &mut Vec<u8>, kind: u8, value: &[u8]) -> Result<(), EncodeFrameError> {
    let too_long = EncodeFrameError::HeaderValue { found: value.len() };
    let length = u16::try_from(value.len()).ok().filter(|_| value.len() <= MAX_VALUE).ok_or(too_long)?;
    out.push(kind);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(value);
    Ok(())
}
