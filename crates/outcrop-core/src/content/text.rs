//! Words, and JSON values.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::json::{JsonError, JsonObject, RawJson};
use crate::redacted::{Redacted, RedactedDebug};

content_block! {
    /// Words of the user or the model.
    pub struct TextContent = "text" {
        /// The words, exactly as they were written.
        required text: String,
        /// How many of the blocks that follow are citations of this text; absent when none is.
        optional cited_by: usize,
        /// Whether it is the structured answer that the request asked for.
        optional structured: bool,
    }
}

content_block! {
    /// A JSON value, as tools give them back.
    pub struct JsonContent = "json" {
        /// The value.
        required json: RawJson,
    }
}

impl TextContent {
    /// A text block.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            cited_by: None,
            structured: None,
            extra: JsonObject::new(),
            unknown: JsonObject::new(),
        }
    }
}

impl JsonContent {
    /// A block that holds a JSON value.
    #[must_use]
    pub fn new(json: RawJson) -> Self {
        Self { json, extra: JsonObject::new(), unknown: JsonObject::new() }
    }
}

content_block! {
    /// A mark up to which the provider may keep the prompt in its cache.
    pub struct CachePointContent = "cache_point" {
        /// How long it shall be kept, such as `5m` or `1h`; the provider's default when absent.
        optional ttl: String,
    }
}

impl CachePointContent {
    /// A cache point with the provider's default duration.
    #[must_use]
    pub fn new() -> Self {
        Self { ttl: None, extra: JsonObject::new(), unknown: JsonObject::new() }
    }
}

impl Default for CachePointContent {
    fn default() -> Self {
        Self::new()
    }
}
