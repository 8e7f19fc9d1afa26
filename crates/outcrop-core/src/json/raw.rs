//! JSON values kept as text.

use std::borrow::Cow;
use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

use super::ordered_map::OrderedMap;
use super::parse::{JsonError, from_str};
use crate::redacted::RedactedDebug;

/// A JSON object whose members keep the order in which they were read, each with its value as raw text.
///
/// ```
/// use outcrop_core::{JsonObject, RawJson};
///
/// let mut fields = JsonObject::new();
/// fields.insert("thinking", RawJson::parse(r#"{"type":"adaptive"}"#)?);
/// fields.insert("anthropic_beta", RawJson::parse(r#"["context-1m-2025-08-07"]"#)?);
/// assert_eq!(fields.keys().collect::<Vec<_>>(), ["thinking", "anthropic_beta"]);
/// # Ok::<(), outcrop_core::JsonError>(())
/// ```
pub type JsonObject = OrderedMap<RawJson>;

/// A JSON value, kept as the text in which it was read.
///
/// Nothing is lost: members keep their order, `1.0` stays `1.0`, and integers of any size stay exact, because the value
/// is not converted to numbers and maps. Only line breaks between tokens are removed, so that a value always fits on
/// one line, as JSON Lines and server-sent events require. The depth of nesting is not limited.
///
/// Two values are equal if their texts are equal. `Debug` shows the length, never the content.
///
/// ```
/// use outcrop_core::RawJson;
///
/// let input: RawJson = serde_json::from_str(r#"{"z": 1.0, "a": 12345678901234567890123}"#)?;
/// assert_eq!(input.as_str(), r#"{"z": 1.0, "a": 12345678901234567890123}"#);
/// assert!(input.is_object());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct RawJson(Box<RawValue>);

impl RawJson {
    /// Wraps a text after checking that it is one JSON value.
    ///
    /// # Errors
    /// [`JsonError`] with line and column if the text is not JSON.
    pub fn parse(text: impl Into<String>) -> Result<Self, JsonError> {
        RawValue::from_string(text.into()).map(Self::on_one_line).map_err(|e| JsonError::from_serde(&e))
    }

    /// Serializes a Rust value.
    ///
    /// # Errors
    /// [`JsonError`] if the value has no JSON form, such as a map whose keys are not strings.
    pub fn from_serialize<T: Serialize + ?Sized>(value: &T) -> Result<Self, JsonError> {
        to_raw_value(value).map(Self::on_one_line).map_err(|e| JsonError::from_serde(&e))
    }

    /// Returns `null`.
    #[must_use]
    pub fn null() -> Self {
        Self(RawValue::NULL.to_owned())
    }

    /// Returns `true` or `false`.
    #[must_use]
    pub fn bool(value: bool) -> Self {
        Self(if value { RawValue::TRUE } else { RawValue::FALSE }.to_owned())
    }

    /// Returns the JSON text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// Returns whether the value is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.as_str() == "null"
    }

    /// Returns whether the value is an object.
    #[must_use]
    pub fn is_object(&self) -> bool {
        // The text is valid JSON without leading white space, so the first character decides the type.
        self.as_str().starts_with('{')
    }

    /// Returns whether the value is an array.
    #[must_use]
    pub fn is_array(&self) -> bool {
        self.as_str().starts_with('[')
    }

    /// Returns whether the value is a string.
    #[must_use]
    pub fn is_string(&self) -> bool {
        self.as_str().starts_with('"')
    }

    /// Returns the decoded text of a JSON string. `None` for any other value, and for a string with a lone surrogate.
    #[must_use]
    pub fn as_string(&self) -> Option<Cow<'_, str>> {
        // Most strings have no escapes and can be borrowed, which matters for texts of megabytes.
        let inner = self.as_str().strip_prefix('"')?.strip_suffix('"')?;
        if inner.contains('\\') {
            self.deserialize::<String>().ok().map(Cow::Owned)
        } else {
            Some(Cow::Borrowed(inner))
        }
    }

    /// Returns the members of an object. `None` for any other value, and for an object with a duplicate member.
    #[must_use]
    pub fn as_object(&self) -> Option<JsonObject> {
        if self.is_object() { self.deserialize().ok() } else { None }
    }

    /// Returns the items of an array. `None` for any other value.
    #[must_use]
    pub fn as_array(&self) -> Option<Vec<Self>> {
        if self.is_array() { self.deserialize().ok() } else { None }
    }

    /// Deserializes the value into a Rust type.
    ///
    /// # Errors
    /// [`JsonError`] with the path of the first member that does not fit.
    pub fn deserialize<T: DeserializeOwned>(&self) -> Result<T, JsonError> {
        from_str(self.as_str())
    }

    /// Converts the value to a [`serde_json::Value`]. The order of members and very large numbers may change.
    ///
    /// A value nested more deeply than the 128 levels that `serde_json` parses becomes a string with its text.
    #[must_use]
    pub fn to_value(&self) -> serde_json::Value {
        self.deserialize().unwrap_or_else(|_| serde_json::Value::String(self.as_str().to_owned()))
    }

    fn on_one_line(raw: Box<RawValue>) -> Self {
        // A line break within a JSON string is always escaped, so a literal one is between tokens and has no meaning.
        let bytes = raw.get().as_bytes();
        if !bytes.contains(&b'\n') && !bytes.contains(&b'\r') {
            return Self(raw);
        }
        let text = raw.get().replace(['\n', '\r'], "");
        // The text is still valid: JSON has no two tokens that only white space keeps apart.
        RawValue::from_string(text).map_or(Self(raw), Self)
    }
}

impl PartialEq for RawJson {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for RawJson {}

impl fmt::Debug for RawJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} bytes of JSON>", self.as_str().len())
    }
}

impl RedactedDebug for RawJson {
    fn fmt_redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Serialize for RawJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RawJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(Self::on_one_line)
    }
}

impl From<Box<RawValue>> for RawJson {
    fn from(value: Box<RawValue>) -> Self {
        Self::on_one_line(value)
    }
}

impl From<&str> for RawJson {
    /// Builds a JSON string.
    #[expect(clippy::expect_used, reason = "every text has a JSON string")]
    fn from(value: &str) -> Self {
        Self::from_serialize(value).expect("a text has a JSON string")
    }
}

impl From<serde_json::Value> for RawJson {
    #[expect(
        clippy::expect_used,
        reason = "a Value has string keys only and finite numbers, so it always has a text"
    )]
    fn from(value: serde_json::Value) -> Self {
        Self::from_serialize(&value).expect("a serde_json::Value has a JSON text")
    }
}

impl From<JsonObject> for RawJson {
    #[expect(clippy::expect_used, reason = "an object of JSON texts is a JSON text")]
    fn from(value: JsonObject) -> Self {
        Self::from_serialize(&value).expect("an object of JSON values has a JSON text")
    }
}
