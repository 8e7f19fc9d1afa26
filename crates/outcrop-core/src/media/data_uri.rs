//! `data:` URIs.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Blob;
use crate::redacted::RedactedDebug;

/// A `data:` URI, split into its head and its payload.
///
/// Any text can be held and is written back as it was; whether it is a Base64 data URI tells [`DataUri::media_type`]
/// together with [`DataUri::is_base64`]. The scheme, the media type and `base64` are read without regard to case,
/// and parameters between them are allowed (RFC 2397). The payload is neither copied nor decoded on reading.
///
/// ```
/// use outcrop_core::DataUri;
///
/// let uri = DataUri::from("data:image/PNG;charset=x;base64,iVBORw0KGgo=".to_owned());
/// assert_eq!(uri.media_type().as_deref(), Some("image/png"));
/// assert!(uri.is_base64());
/// assert_eq!(uri.payload().len(), 8);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct DataUri {
    /// Up to and including the comma; empty when the text is no data URI.
    head: Box<str>,
    payload: Blob,
}

impl DataUri {
    /// The data URI of a payload, in Base64.
    #[must_use]
    pub fn new(media_type: &str, payload: Blob) -> Self {
        Self { head: format!("data:{media_type};base64,").into(), payload }
    }

    /// The media type in lower case, without parameters; `None` when the text is no data URI.
    ///
    /// The RFC's default for a data URI that names none is `text/plain`.
    #[must_use]
    pub fn media_type(&self) -> Option<String> {
        let name = self.attributes()?.next().unwrap_or_default().trim().to_ascii_lowercase();
        Some(if name.is_empty() { "text/plain".to_owned() } else { name })
    }

    /// Whether the payload is marked as Base64.
    #[must_use]
    pub fn is_base64(&self) -> bool {
        self.attributes().is_some_and(|mut all| all.any(|a| a.trim().eq_ignore_ascii_case("base64")))
    }

    /// What follows the comma, as it came. Only a Base64 one ([`DataUri::is_base64`]) can be decoded.
    #[must_use]
    pub fn payload(&self) -> &Blob {
        &self.payload
    }

    /// Whether a text starts as a data URI does.
    #[must_use]
    pub fn is_data_uri(text: &str) -> bool {
        text.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
    }

    fn attributes(&self) -> Option<impl Iterator<Item = &str>> {
        if !Self::is_data_uri(&self.head) {
            return None;
        }
        self.head.get(5..)?.strip_suffix(',').map(|inner| inner.split(';'))
    }
}

impl From<String> for DataUri {
    fn from(text: String) -> Self {
        match text.find(',') {
            Some(comma) if Self::is_data_uri(&text) => {
                let head = text.get(..=comma).unwrap_or_default().into();
                Self { head, payload: Blob::tail_of(text, comma + 1) }
            }
            _ => Self { head: "".into(), payload: Blob::from_base64(text) },
        }
    }
}

impl From<&str> for DataUri {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl fmt::Display for DataUri {
    /// The whole URI, payload included.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.head, self.payload.base64())
    }
}

impl fmt::Debug for DataUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:?}", self.head, self.payload)
    }
}

impl RedactedDebug for DataUri {
    fn fmt_redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Serialize for DataUri {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.head.is_empty() { self.payload.serialize(serializer) } else { serializer.collect_str(self) }
    }
}

impl<'de> Deserialize<'de> for DataUri {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}
