//! What the model thought before it answered.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::json::{JsonError, JsonObject};
use crate::media::Blob;
use crate::redacted::{Redacted, RedactedDebug};

content_block! {
    /// What the model thought before it answered.
    ///
    /// A signed or redacted block must go back in the next request exactly as it came, first in its turn; providers
    /// refuse a changed one (lessons L74, L79).
    pub struct ReasoningContent = "reasoning" {
        /// The thoughts; may be empty where a model sends only the signature (lesson M29).
        required reasoning: String,
        /// The thoughts in short, where the provider gives that.
        nullable summary: String,
        /// The provider's signature over the thoughts.
        optional signature: String,
        /// Thoughts that the provider encrypted.
        optional redacted_content: Blob,
    }
}

impl ReasoningContent {
    /// Thoughts without a signature.
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

    /// Thoughts with the provider's signature over them.
    #[must_use]
    pub fn signed(reasoning: impl Into<String>, signature: impl Into<String>) -> Self {
        Self { signature: Some(signature.into()), ..Self::new(reasoning) }
    }

    /// Thoughts that the provider encrypted.
    #[must_use]
    pub fn redacted(content: impl Into<Blob>) -> Self {
        Self { redacted_content: Some(content.into()), ..Self::new("") }
    }
}
