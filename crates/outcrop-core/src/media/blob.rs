//! Bytes that are Base64 in JSON.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::alphabet::STANDARD as ALPHABET;
use base64::display::Base64Display;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::json::write_string;
use crate::redacted::RedactedDebug;

/// Bytes that appear as a Base64 string in JSON.
///
/// Held the way they came, bytes or Base64 text, and converted only when the other form is asked for: a reply's
/// image becomes a data URI, and a data URI a request's image, without decoding. Cloning shares the payload.
/// A text that is no Base64 is kept as it is and written back as it was; [`Blob::bytes`] tells.
///
/// Two blobs are equal when their Base64 texts are.
///
/// ```
/// use outcrop_core::Blob;
///
/// let blob: Blob = serde_json::from_str("\"aGk=\"")?;
/// assert_eq!(blob.bytes()?.as_ref(), b"hi");
/// assert_eq!(Blob::from_bytes(b"hi".to_vec()), blob);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Blob(Form);

#[derive(Clone)]
enum Form {
    Bytes(Bytes),
    /// The Base64 text from `start` on, which lets a data URI share its text.
    Text {
        text: Arc<String>,
        start: usize,
    },
}

/// Why a Base64 text could not be decoded; the text itself is not shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not Base64: {reason}")]
pub struct BlobError {
    reason: String,
}

/// Padding may be left out, as some encoders do; everything else is strict.
const READER: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

impl Blob {
    /// A blob of bytes.
    #[must_use]
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Self {
        Self(Form::Bytes(bytes.into()))
    }

    /// A blob of Base64 text, not checked here.
    #[must_use]
    pub fn from_base64(text: impl Into<String>) -> Self {
        Self(Form::Text { text: Arc::new(text.into()), start: 0 })
    }

    /// The blob that stands in `text` from `start` on; an index inside a character or past the end gives an empty blob.
    pub(super) fn tail_of(text: String, start: usize) -> Self {
        let start = if text.is_char_boundary(start) { start } else { text.len() };
        Self(Form::Text { text: Arc::new(text), start })
    }

    /// The Base64 text: as it came, or encoded now.
    #[must_use]
    pub fn base64(&self) -> Cow<'_, str> {
        match &self.0 {
            Form::Bytes(bytes) => Cow::Owned(BASE64_STANDARD.encode(bytes)),
            Form::Text { .. } => Cow::Borrowed(self.text().unwrap_or_default()),
        }
    }

    /// The bytes: as they came, or decoded now.
    ///
    /// # Errors
    /// [`BlobError`] when the text is not Base64.
    pub fn bytes(&self) -> Result<Bytes, BlobError> {
        match &self.0 {
            Form::Bytes(bytes) => Ok(bytes.clone()),
            Form::Text { .. } => READER
                .decode(self.text().unwrap_or_default())
                .map(Bytes::from)
                .map_err(|error| BlobError { reason: error.to_string() }),
        }
    }

    /// The first bytes, at most `N`, without decoding the rest; fewer when the text is not Base64.
    #[must_use]
    pub fn head<const N: usize>(&self) -> Vec<u8> {
        match &self.0 {
            Form::Bytes(bytes) => bytes.iter().copied().take(N).collect(),
            Form::Text { .. } => {
                let text = self.text().unwrap_or_default().as_bytes();
                let mut head = Vec::with_capacity(N + 3);
                for group in text.chunks(4).take(N.div_ceil(3)) {
                    match READER.decode(group) {
                        Ok(bytes) => head.extend(bytes),
                        Err(_) => break,
                    }
                }
                head.truncate(N);
                head
            }
        }
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match &self.0 {
            Form::Bytes(bytes) => bytes.is_empty(),
            Form::Text { .. } => self.text().unwrap_or_default().is_empty(),
        }
    }

    /// How many bytes it holds; computed from the length of the text where there is one.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.0 {
            Form::Bytes(bytes) => bytes.len(),
            Form::Text { .. } => {
                let text = self.text().unwrap_or_default();
                text.trim_end_matches('=').len() * 3 / 4
            }
        }
    }

    /// The same blob, its Base64 text free of white space and padded as the service wants it.
    ///
    /// # Errors
    /// [`BlobError`] when the text has other characters than those of the Base64 alphabet, or a wrong length.
    pub fn canonical(&self) -> Result<Self, BlobError> {
        let Some(text) = self.text() else { return Ok(self.clone()) };
        if is_canonical(text.as_bytes()) {
            return Ok(self.clone());
        }
        let mut bare: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        if !bare.ends_with('=') {
            while bare.len() % 4 != 0 {
                bare.push('=');
            }
        }
        if is_canonical(bare.as_bytes()) {
            return Ok(Self::from_base64(bare));
        }
        match READER.decode(&bare) {
            Ok(bytes) => Ok(Self::from_bytes(bytes)),
            Err(error) => Err(BlobError { reason: error.to_string() }),
        }
    }

    /// Appends the Base64 text as a JSON string, encoding bytes in their final place.
    pub(crate) fn write_json_string(&self, out: &mut Vec<u8>) {
        let Form::Bytes(bytes) = &self.0 else { return write_string(self.text().unwrap_or_default(), out) };
        out.push(b'"');
        let start = out.len();
        let encoded = base64::encoded_len(bytes.len(), true).unwrap_or(0);
        out.resize(start + encoded, 0);
        if let Some(place) = out.get_mut(start..) {
            // The place is exactly as long as the text, so this does not fail.
            let _ = BASE64_STANDARD.encode_slice(bytes, place);
        }
        out.push(b'"');
    }

    fn text(&self) -> Option<&str> {
        match &self.0 {
            Form::Bytes(_) => None,
            Form::Text { text, start } => text.get(*start..),
        }
    }
}

/// Whether a text is padded Base64 without white space, found without decoding it.
fn is_canonical(text: &[u8]) -> bool {
    let body = text.strip_suffix(b"==").or_else(|| text.strip_suffix(b"=")).unwrap_or(text);
    // Blocks are looked at as a whole, which is many times as fast as byte by byte.
    text.len() % 4 == 0 && body.chunks(64).all(|block| block.iter().fold(true, |all, b| all & is_base64(*b)))
}

/// Whether a byte is of the alphabet of Base64; without short-circuits, so that many bytes can be compared at once.
const fn is_base64(byte: u8) -> bool {
    ((byte | 0x20).wrapping_sub(b'a') < 26) | (byte.wrapping_sub(b'0') < 10) | (byte == b'+') | (byte == b'/')
}

impl PartialEq for Blob {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Form::Bytes(a), Form::Bytes(b)) => a == b,
            _ => self.base64() == other.base64(),
        }
    }
}

impl Eq for Blob {}

impl From<Vec<u8>> for Blob {
    fn from(bytes: Vec<u8>) -> Self {
        Self::from_bytes(bytes)
    }
}

impl From<Bytes> for Blob {
    fn from(bytes: Bytes) -> Self {
        Self::from_bytes(bytes)
    }
}

impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} bytes>", self.len())
    }
}

impl RedactedDebug for Blob {
    fn fmt_redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            // Encoded piece by piece into the output: the Base64 text never exists as a whole besides it.
            Form::Bytes(bytes) => serializer.collect_str(&Base64Display::new(bytes, &BASE64_STANDARD)),
            Form::Text { .. } => serializer.serialize_str(self.text().unwrap_or_default()),
        }
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from_base64)
    }
}
