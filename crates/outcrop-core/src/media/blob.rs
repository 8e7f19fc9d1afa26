//! Bytes that are Base64 in JSON.
//!
//! The alphabet and the padding are those of RFC 4648, section 4.

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

use crate::json::{WriteJson, write_string};
use crate::redacted::RedactedDebug;

/// Bytes that appear as a Base64 string in JSON.
///
/// A blob holds the form in which it was created, bytes or Base64 text, and converts it only on request: an image in a
/// data URI becomes part of a request body without being decoded. Cloning shares the payload. A text that is not Base64
/// is kept and written back unchanged; [`Blob::bytes`] reports it.
///
/// Two blobs are equal if their Base64 texts are equal.
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
    /// The Base64 text from the byte `start` on, so that a data URI does not copy its payload.
    Text {
        text: Arc<String>,
        start: usize,
        /// Whether the text is known to be canonical. Then it has nothing to escape in JSON.
        is_canonical: bool,
    },
}

/// An error of decoding Base64. It does not contain the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not Base64: {reason}")]
pub struct BlobError {
    reason: String,
}

/// The decoder. It accepts text without padding and trailing bits, which some encoders produce, and rejects anything
/// else: Python's decoder, which AG2 uses, skips foreign characters and so turns broken input into a different image.
const DECODER: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

impl Blob {
    /// Creates a blob from bytes.
    #[must_use]
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Self {
        Self(Form::Bytes(bytes.into()))
    }

    /// Creates a blob from Base64 text. The text is not checked.
    #[must_use]
    pub fn from_base64(text: impl Into<String>) -> Self {
        Self::from_text(text.into(), 0)
    }

    /// Creates a blob from the Base64 text from the byte `start` on. It is empty if `start` is not a character
    /// boundary.
    pub(super) fn from_base64_tail(text: String, start: usize) -> Self {
        let start = if text.is_char_boundary(start) { start } else { text.len() };
        Self::from_text(text, start)
    }

    fn from_text(text: String, start: usize) -> Self {
        Self(Form::Text { text: Arc::new(text), start, is_canonical: false })
    }

    /// Returns the blob with the mark that its text is canonical.
    fn marked_canonical(&self) -> Self {
        match &self.0 {
            Form::Bytes(_) => self.clone(),
            Form::Text { text, start, .. } => {
                Self(Form::Text { text: text.clone(), start: *start, is_canonical: true })
            }
        }
    }

    /// Returns the Base64 text. Bytes are encoded by this call.
    #[must_use]
    pub fn base64(&self) -> Cow<'_, str> {
        match &self.0 {
            Form::Bytes(bytes) => Cow::Owned(BASE64_STANDARD.encode(bytes)),
            Form::Text { .. } => Cow::Borrowed(self.text().unwrap_or_default()),
        }
    }

    /// Returns the bytes. Base64 text is decoded by this call.
    ///
    /// # Errors
    /// [`BlobError`] if the text is not Base64.
    pub fn bytes(&self) -> Result<Bytes, BlobError> {
        match &self.0 {
            Form::Bytes(bytes) => Ok(bytes.clone()),
            Form::Text { .. } => DECODER
                .decode(self.text().unwrap_or_default())
                .map(Bytes::from)
                .map_err(|error| BlobError { reason: error.to_string() }),
        }
    }

    /// Returns the first bytes, at most `N`, without decoding the rest. Text that is not Base64 ends them early.
    #[must_use]
    pub fn head<const N: usize>(&self) -> Vec<u8> {
        match &self.0 {
            Form::Bytes(bytes) => bytes.iter().copied().take(N).collect(),
            Form::Text { .. } => {
                let text = self.text().unwrap_or_default().as_bytes();
                // Four characters encode three bytes, so each group is decoded by itself.
                let mut head = Vec::with_capacity(N + 3);
                for group in text.chunks(4).take(N.div_ceil(3)) {
                    match DECODER.decode(group) {
                        Ok(bytes) => head.extend(bytes),
                        Err(_) => break,
                    }
                }
                head.truncate(N);
                head
            }
        }
    }

    /// Returns whether the blob has no content.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match &self.0 {
            Form::Bytes(bytes) => bytes.is_empty(),
            Form::Text { .. } => self.text().unwrap_or_default().is_empty(),
        }
    }

    /// Returns the number of bytes. For Base64 text, it is computed from the length of the text.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.0 {
            Form::Bytes(bytes) => bytes.len(),
            Form::Text { .. } => {
                let text = self.text().unwrap_or_default();
                // Without padding, every four characters are three bytes, and a shorter group at the end is rounded
                // down.
                text.trim_end_matches('=').len() * 3 / 4
            }
        }
    }

    /// Returns the blob with Base64 text that has padding and no white space, as the Bedrock service requires it. The
    /// alphabet of URLs, with `-` and `_`, becomes the standard one.
    ///
    /// Bytes, and text that is canonical already, are returned without a copy.
    ///
    /// # Errors
    /// [`BlobError`] if the text has characters outside of the Base64 alphabet, or a wrong length.
    pub fn canonical(&self) -> Result<Self, BlobError> {
        let Some(text) = self.text() else { return Ok(self.clone()) };
        if is_canonical(text.as_bytes()) {
            return Ok(self.marked_canonical());
        }
        // MIME encoders break lines after 76 characters (RFC 2045), and command-line tools append a newline. Google's APIs and
        // Python's `urlsafe_b64encode` write the alphabet of URLs (RFC 4648, section 5).
        let standard = |c| match c {
            '-' => '+',
            '_' => '/',
            other => other,
        };
        let mut bare: String = text.chars().filter(|c| !c.is_ascii_whitespace()).map(standard).collect();
        // Text with a wrong number of padding characters is left for the decoder to reject.
        if !bare.ends_with('=') {
            while bare.len() % 4 != 0 {
                bare.push('=');
            }
        }
        if is_canonical(bare.as_bytes()) {
            return Ok(Self::from_base64(bare).marked_canonical());
        }
        match DECODER.decode(&bare) {
            Ok(bytes) => Ok(Self::from_bytes(bytes)),
            Err(error) => Err(BlobError { reason: error.to_string() }),
        }
    }

    fn text(&self) -> Option<&str> {
        match &self.0 {
            Form::Bytes(_) => None,
            Form::Text { text, start, .. } => text.get(*start..),
        }
    }
}

/// Returns whether a text is padded Base64 without white space. The text is not decoded.
fn is_canonical(text: &[u8]) -> bool {
    let body = text.strip_suffix(b"==").or_else(|| text.strip_suffix(b"=")).unwrap_or(text);
    // Blocks are checked without branches, so that the compiler can vectorize the loop: images have megabytes.
    text.len() % 4 == 0 && body.chunks(64).all(|block| block.iter().fold(true, |all, b| all & is_base64(*b)))
}

/// Returns whether a byte belongs to the Base64 alphabet.
// `|` instead of `||`, because a short circuit would prevent vectorization.
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

impl WriteJson for Blob {
    fn write_json(&self, out: &mut Vec<u8>) {
        let bytes = match &self.0 {
            Form::Bytes(bytes) => bytes,
            // The search for characters to escape would be an eighth of the cost of an image.
            Form::Text { is_canonical: true, .. } => {
                out.push(b'"');
                out.extend_from_slice(self.text().unwrap_or_default().as_bytes());
                return out.push(b'"');
            }
            Form::Text { .. } => return write_string(self.text().unwrap_or_default(), out),
        };
        out.push(b'"');
        let start = out.len();
        let encoded = base64::encoded_len(bytes.len(), true).unwrap_or(0);
        // Encoding into the buffer saves a copy of the largest part of a request.
        out.resize(start + encoded, 0);
        if let Some(slot) = out.get_mut(start..) {
            // The slot has exactly the length of the Base64 text, so this cannot fail.
            let _ = BASE64_STANDARD.encode_slice(bytes, slot);
        }
        out.push(b'"');
    }
}

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            // The text is encoded in pieces into the output, so it is never in memory twice.
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
