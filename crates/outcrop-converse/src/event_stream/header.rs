//! Headers of frames.

use super::error::{Flaw, FrameErrorKind};

/// The value of a header, of one of the ten types that there are: truth has two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeaderValue<'a> {
    /// True or false (types 0 and 1).
    Bool(bool),
    /// A number of 8 bits (type 2).
    Byte(i8),
    /// A number of 16 bits (type 3).
    Int16(i16),
    /// A number of 32 bits (type 4).
    Int32(i32),
    /// A number of 64 bits (type 5).
    Int64(i64),
    /// Bytes (type 6).
    Bytes(&'a [u8]),
    /// Text (type 7).
    String(&'a str),
    /// Milliseconds since the beginning of 1970 (type 8).
    Timestamp(i64),
    /// A UUID (type 9).
    Uuid([u8; 16]),
}

/// The headers of a frame in order, as pairs of name and value.
#[derive(Clone)]
pub struct Headers<'a> {
    /// What is left of them. It was checked before, so that nothing of it is broken.
    bytes: &'a [u8],
}

/// A header whose name was not looked at.
pub(super) struct Header<'a> {
    pub(super) name: &'a [u8],
    pub(super) value: HeaderValue<'a>,
}

impl<'a> Headers<'a> {
    pub(super) fn of_checked(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }
}

impl<'a> Iterator for Headers<'a> {
    type Item = (&'a str, HeaderValue<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.bytes.is_empty() {
            return None;
        }
        let (header, rest) = Header::split(self.bytes).ok()?;
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
    /// Takes the first header off the front of some; flaws are counted from that front.
    pub(super) fn split(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), Flaw> {
        let mut cursor = Cursor { bytes, whole: bytes.len() };
        let [length] = cursor.array()?;
        if length == 0 {
            return Err(Flaw { at: 0, kind: FrameErrorKind::HeaderName });
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
            6 => HeaderValue::Bytes(cursor.measured()?),
            7 => {
                let text = cursor.measured()?;
                let at = cursor.at().saturating_sub(text.len());
                HeaderValue::String(read_text(text).ok_or(Flaw { at, kind: FrameErrorKind::HeaderText })?)
            }
            8 => HeaderValue::Timestamp(i64::from_be_bytes(cursor.array()?)),
            9 => HeaderValue::Uuid(cursor.array()?),
            found => {
                let at = cursor.at().saturating_sub(1);
                return Err(Flaw { at, kind: FrameErrorKind::HeaderType { found } });
            }
        };
        Ok((Self { name, value }, cursor.bytes))
    }
}

/// The text of some bytes; `None` when they are not UTF-8.
///
/// What nearly every frame says is recognised, which takes less than to check it.
fn read_text(bytes: &[u8]) -> Option<&str> {
    match bytes {
        b"event" => Some("event"),
        b"application/json" => Some("application/json"),
        b"contentBlockDelta" => Some("contentBlockDelta"),
        _ => std::str::from_utf8(bytes).ok(),
    }
}

/// What is left to read of so many bytes.
struct Cursor<'a> {
    bytes: &'a [u8],
    whole: usize,
}

impl<'a> Cursor<'a> {
    fn at(&self) -> usize {
        self.whole.saturating_sub(self.bytes.len())
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Flaw> {
        let Some((taken, rest)) = self.bytes.split_first_chunk::<N>() else { return Err(self.end(N)) };
        self.bytes = rest;
        Ok(*taken)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Flaw> {
        let Some((taken, rest)) = self.bytes.split_at_checked(length) else { return Err(self.end(length)) };
        self.bytes = rest;
        Ok(taken)
    }

    /// Bytes that have their length before them.
    fn measured(&mut self) -> Result<&'a [u8], Flaw> {
        let length = u16::from_be_bytes(self.array()?);
        self.take(usize::from(length))
    }

    fn end(&self, expected: usize) -> Flaw {
        Flaw { at: self.at(), kind: FrameErrorKind::HeaderEnd { expected, found: self.bytes.len() } }
    }
}
