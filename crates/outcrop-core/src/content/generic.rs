//! Blocks of unknown types: AG2's `GenericContent`.

use std::fmt;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use crate::json::{JsonObject, RawJson};
use crate::redacted::RedactedDebug;

/// A block of a type that this version does not know, with all its members.
///
/// It is written back with the same members, so that a program can pass on the blocks of a provider's newer API.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct GenericContent {
    block_type: String,
    /// The data that is attached to the block; `extra` in JSON.
    pub extra: JsonObject,
    /// All other members. They contain `type` only if it is not a string, and `extra` only if it is not an object.
    pub fields: JsonObject,
}

impl GenericContent {
    /// The type of a block without a `type`.
    pub const UNKNOWN: &'static str = "unknown";

    /// Creates a block of a type.
    #[must_use]
    pub fn new(block_type: impl Into<String>, fields: JsonObject) -> Self {
        Self { block_type: block_type.into(), extra: JsonObject::new(), fields }
    }

    /// Creates a block from the members of any object.
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

    /// Returns the `type` of the block, or [`GenericContent::UNKNOWN`] if it has none.
    #[must_use]
    pub fn block_type(&self) -> &str {
        &self.block_type
    }

    /// Returns a member of [`fields`](Self::fields).
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&RawJson> {
        self.fields.get(name)
    }

    /// Returns whether the block has a member with this name. As in AG2, it always has `type` and `extra`.
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
        // A `type` that is not a string, or an `extra` that is not an object, is among the fields and must not be
        // written twice.
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
