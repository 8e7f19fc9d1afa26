//! `data:` URIs (RFC 2397).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::blob::Blob;
use crate::redacted::RedactedDebug;

/// A `data:` URI, split into its head and its payload.
///
/// Any text is accepted and written back unchanged: [`DataUri::media_type`] returns `None` if it is not a data URI, and
/// [`DataUri::is_base64`] whether the payload can be decoded. As RFC 2397 has it, the scheme, the media type and
/// `base64` are case-insensitive, and parameters may come between them; clients that split at the first `;` break on
/// those (L53). Parsing neither copies nor decodes the payload.
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
    /// The text up to and including the comma. It is empty if the text is not a data URI.
    head: Box<str>,
    payload: Blob,
}

impl DataUri {
    /// Creates a Base64 data URI.
    #[must_use]
    pub fn new(media_type: &str, payload: Blob) -> Self {
        Self { head: format!("data:{media_type};base64,").into(), payload }
    }

    /// Returns the media type in lower case, without parameters. `None` if the text is not a data URI.
    ///
    /// The default for a data URI without a media type is `text/plain` (RFC 2397, section 2).
    #[must_use]
    pub fn media_type(&self) -> Option<String> {
        let name = self.attributes()?.next().unwrap_or_default().trim().to_ascii_lowercase();
        Some(if name.is_empty() { "text/plain".to_owned() } else { name })
    }

    /// Returns whether the payload is marked as Base64.
    #[must_use]
    pub fn is_base64(&self) -> bool {
        self.attributes().is_some_and(|mut all| all.any(|a| a.trim().eq_ignore_ascii_case("base64")))
    }

    /// Returns the text after the comma, unchanged. It can be decoded only if [`DataUri::is_base64`] is `true`.
    #[must_use]
    pub fn payload(&self) -> &Blob {
        &self.payload
    }

    /// Returns whether a text starts with the scheme of a data URI.
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
                Self { head, payload: Blob::from_base64_tail(text, comma + 1) }
            }
            // Without a head, `Display` and JSON return the text as it is.
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
    /// Formats the whole URI, including the payload.
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
