//! Text, reasoning, JSON values and cache points.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::json::{JsonError, JsonObject, RawJson};
use crate::media::Blob;
use crate::redacted::{Redacted, RedactedDebug};

content_block! {
    /// Text of the user or the model.
    pub struct TextContent = "text" {
        /// The text, unchanged.
        required text: String,
        /// The number of citations of this text among the blocks that follow it. Absent if there are none.
        optional cited_by: usize,
        /// Whether the text is the structured output of the requested format, as JSON.
        optional structured: bool,
    }
}

impl TextContent {
    /// Creates a text block.
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

content_block! {
    /// The reasoning of a model before its response.
    ///
    /// A signed or redacted block must be sent back unchanged and first in its turn. Providers reject a modified one:
    /// "Expected `thinking` or `redacted_thinking`, but found `tool_use`". See
    /// <https://github.com/spring-projects/spring-ai/issues/6413> (L74) and
    /// <https://github.com/vercel/ai/commit/b0c59e8> (L79).
    pub struct ReasoningContent = "reasoning" {
        /// The reasoning as text. Newer Claude models leave it empty and send only a signature, see
        /// <https://github.com/0xPlaygrounds/rig/issues/1674> (M29).
        required reasoning: String,
        /// A summary of the reasoning, if the provider sends one.
        nullable summary: String,
        /// The signature of the provider over the reasoning.
        optional signature: String,
        /// Reasoning that the provider encrypted.
        optional redacted_content: Blob,
    }
}

impl ReasoningContent {
    /// Creates reasoning without a signature.
    #[must_use]
    pub fn new(reasoning: impl Into<String>) -> Self {
        Self {
            reasoning: reasoning.into(),
            summary: None,
            signature: None,
            redacted_content: None,
            extra: JsonObject::new(),
            unknown: JsonObject::new(),
        }
    }

    /// Creates reasoning with the signature of the provider.
    #[must_use]
    pub fn signed(reasoning: impl Into<String>, signature: impl Into<String>) -> Self {
        Self { signature: Some(signature.into()), ..Self::new(reasoning) }
    }

    /// Creates reasoning that the provider encrypted.
    #[must_use]
    pub fn redacted(content: impl Into<Blob>) -> Self {
        Self { redacted_content: Some(content.into()), ..Self::new("") }
    }
}

content_block! {
    /// A JSON value in the result of a tool.
    pub struct JsonContent = "json" {
        /// The value.
        required json: RawJson,
    }
}

impl JsonContent {
    /// Creates a block from a JSON value.
    #[must_use]
    pub fn new(json: RawJson) -> Self {
        Self { json, extra: JsonObject::new(), unknown: JsonObject::new() }
    }
}

content_block! {
    /// A point up to which the provider may cache the prompt.
    ///
    /// It corresponds to `cachePoint` of Converse and to `cache_control` of Anthropic's API, see
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html>.
    pub struct CachePointContent = "cache_point" {
        /// The lifetime in the cache, such as `5m` or `1h`. Absent for the default of the provider.
        optional ttl: String,
    }
}

impl CachePointContent {
    /// Creates a cache point with the provider's default lifetime.
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
