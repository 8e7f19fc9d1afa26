//! The headers of frames.

use super::{FrameErrorKind, RelativeError};

/// The value of a header, of one of the ten types of the format. True and false are types of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderValue<'a> {
    /// True or false (types 0 and 1).
    Bool(bool),
    /// An integer of 8 bits (type 2).
    Byte(i8),
    /// An integer of 16 bits (type 3).
    Int16(i16),
    /// An integer of 32 bits (type 4).
    Int32(i32),
    /// An integer of 64 bits (type 5).
    Int64(i64),
    /// Bytes (type 6).
    Bytes(&'a [u8]),
    /// A string (type 7).
    String(&'a str),
    /// Milliseconds since 1970-01-01 00:00 UTC (type 8).
    Timestamp(i64),
    /// A UUID (type 9).
    Uuid([u8; 16]),
}

/// The headers of a frame in order, as pairs of name and value.
#[derive(Clone)]
pub struct Headers<'a> {
    /// The remaining headers, which have been checked.
    bytes: &'a [u8],
}

/// A header whose name is not checked yet.
pub(super) struct Header<'a> {
    pub(super) name: &'a [u8],
    pub(super) value: HeaderValue<'a>,
}

impl<'a> Headers<'a> {
    /// Creates an iterator over headers that [`Header::split_first`] has accepted.
    pub(super) fn from_checked(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }
}

impl<'a> Iterator for Headers<'a> {
    type Item = (&'a str, HeaderValue<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.bytes.is_empty() {
            return None;
        }
        let (header, rest) = Header::split_first(self.bytes).ok()?;
        self.bytes = rest;
        Some((std::str::from_utf8(header.name).ok()?, header.value))
    }
}

/// Shows the names only.
impl std::fmt::Debug for Headers<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.clone().map(|(name, _)| name)).finish()
    }
}

impl<'a> Header<'a> {
    /// Splits the first header from several. The position of an error counts from the start of them.
    pub(super) fn split_first(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), RelativeError> {
        let mut cursor = Cursor { rest: bytes, length: bytes.len() };
        let [length] = cursor.array()?;
        // The format has no header without a name, and an empty name would end up as an event without a type.
        if length == 0 {
            return Err(RelativeError { at: 0, kind: FrameErrorKind::HeaderName });
        }
        let name = cursor.take(usize::from(length))?;
        let [kind] = cursor.array()?;
        let value = match kind {
            0 => HeaderValue::Bool(true),
            1 => HeaderValue::Bool(false),
            2 => HeaderValue::Byte(i8::from_be_bytes(cursor.array()?)),
            3 => HeaderValue::Int16(i16::from_be_bytes(cursor.array()?)),
            4 => HeaderValue::Int32(i32::from_be_bytes(cursor.array()?)),
            5 => HeaderValue::Int64(i64::from_be_bytes(cursor.array()?)),
            6 => HeaderValue::Bytes(cursor.length_prefixed()?),
            7 => {
                let text = cursor.length_prefixed()?;
                let at = cursor.at().saturating_sub(text.len());
                HeaderValue::String(
                    parse_text(text).ok_or(RelativeError { at, kind: FrameErrorKind::HeaderText })?,
                )
            }
            8 => HeaderValue::Timestamp(i64::from_be_bytes(cursor.array()?)),
            9 => HeaderValue::Uuid(cursor.array()?),
            found => {
                let at = cursor.at().saturating_sub(1);
                return Err(RelativeError { at, kind: FrameErrorKind::HeaderType { found } });
            }
        };
        Ok((Self { name, value }, cursor.rest))
    }
}

/// Returns bytes as text. `None` if they are not UTF-8.
fn parse_text(bytes: &[u8]) -> Option<&str> {
    // Nearly every frame has these three values, and comparing them is faster than checking UTF-8.
    match bytes {
        b"event" => Some("event"),
        b"application/json" => Some("application/json"),
        b"contentBlockDelta" => Some("contentBlockDelta"),
        _ => std::str::from_utf8(bytes).ok(),
    }
}

/// A position in bytes of this length.
struct Cursor<'a> {
    rest: &'a [u8],
    length: usize,
}

impl<'a> Cursor<'a> {
    fn at(&self) -> usize {
        self.length.saturating_sub(self.rest.len())
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], RelativeError> {
        let Some((array, rest)) = self.rest.split_first_chunk::<N>() else { return Err(self.end(N)) };
        self.rest = rest;
        Ok(*array)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], RelativeError> {
        let Some((bytes, rest)) = self.rest.split_at_checked(length) else { return Err(self.end(length)) };
        self.rest = rest;
        Ok(bytes)
    }

    /// Reads bytes with their length before them.
    fn length_prefixed(&mut self) -> Result<&'a [u8], RelativeError> {
        let length = u16::from_be_bytes(self.array()?);
        self.take(usize::from(length))
    }

    fn end(&self, expected: usize) -> RelativeError {
        RelativeError { at: self.at(), kind: FrameErrorKind::HeaderEnd { expected, found: self.rest.len() } }
    }
}
