//! Blocks of types that nobody knows yet.

use std::fmt;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use crate::json::{JsonObject, RawJson};
use crate::redacted::RedactedDebug;

/// A block of a type that this version does not know, with all its members.
///
/// Whatever a provider sends, nothing is lost: the block is shown here and written back as it came.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct GenericContent {
    block_type: String,
    /// What was attached to the block; `extra` in JSON.
    pub extra: JsonObject,
    /// All other members, `type` among them only when it was no string.
    pub fields: JsonObject,
}

impl GenericContent {
    /// The type of a block that does not say what it is.
    pub const UNKNOWN: &'static str = "unknown";

    /// A block of some type.
    #[must_use]
    pub fn new(block_type: impl Into<String>, fields: JsonObject) -> Self {
        Self { block_type: block_type.into(), extra: JsonObject::new(), fields }
    }

    /// Takes any object as a block; never fails.
    pub(super) fn from_members(mut members: JsonObject) -> Self {
        let block_type = members.get("type").and_then(|t| t.as_string().map(|t| t.into_owned()));
        if block_type.is_some() {
            members.remove("type");
        }
        let extra = members.get("extra").and_then(RawJson::as_object);
        if extra.is_some() {
            members.remove("extra");
        }
        Self {
            block_type: block_type.unwrap_or_else(|| Self::UNKNOWN.to_owned()),
            extra: extra.unwrap_or_default(),
            fields: members,
        }
    }

    /// The `type` of the block; [`GenericContent::UNKNOWN`] when it has none.
    #[must_use]
    pub fn block_type(&self) -> &str {
        &self.block_type
    }

    /// A member, if the block has it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&RawJson> {
        self.fields.get(name)
    }

    /// Whether the block has a member of that name, `type` and `extra` among them.
    #[must_use]
    pub fn has_field(&self, name: &str) -> bool {
        name == "type" || name == "extra" || self.fields.contains(name)
    }
}

impl fmt::Debug for GenericContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GenericContent")
            .field("type", &self.block_type)
            .field("fields", &self.fields)
            .finish()
    }
}

impl RedactedDebug for GenericContent {
    fn fmt_redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Serialize for GenericContent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        // A `type` that is no string, or an `extra` that is no object, stands among the fields.
        if !self.fields.contains("type") {
            map.serialize_entry("type", &self.block_type)?;
        }
        if !self.fields.contains("extra") {
            map.serialize_entry("extra", &self.extra)?;
        }
        for (name, value) in self.fields.iter() {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}
