//! Structured output: finding it in a response, and parsing it into a Rust type.
//!
//! A provider marks the text of the structured output with [`TextContent::structured`], because models also write text
//! before and after it.

use serde::de::DeserializeOwned;

use crate::content::{ContentBlock, TextContent};
use crate::error::{ErrorKind, ModelError, Stage};
use crate::json::from_str;
use crate::message::UnifiedMessage;
use crate::response::UnifiedResponse;

impl UnifiedMessage {
    /// Returns the text of the structured output, if the request had a format for it and the model produced it.
    #[must_use]
    pub fn structured_text(&self) -> Option<&str> {
        self.content.iter().find_map(structured_block).map(|block| block.text.as_str())
    }
}

impl UnifiedResponse {
    /// Returns the text of the structured output, if the request had a format for it and the model produced it.
    #[must_use]
    pub fn structured_text(&self) -> Option<&str> {
        self.messages.iter().find_map(UnifiedMessage::structured_text)
    }

    /// Parses the structured output into a Rust type. Without structured output, it parses the whole text as JSON.
    ///
    /// ```
    /// use outcrop_core::{UnifiedMessage, UnifiedResponse};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct River {
    ///     name: String,
    /// }
    ///
    /// let message = UnifiedMessage::assistant(r#"{"name": "Rhine"}"#);
    /// let river: River = UnifiedResponse::new("1", "some-model", "some-provider", vec![message]).parse()?;
    /// assert_eq!(river.name, "Rhine");
    /// # Ok::<(), outcrop_core::ModelError>(())
    /// ```
    ///
    /// # Errors
    /// An error of kind [`InvalidOutput`](ErrorKind::InvalidOutput), with the path of the value that does not fit. It
    /// does not repeat the text.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, ModelError> {
        let parsed = match self.structured_text() {
            Some(text) => from_str(text),
            // Models without support for structured output are instructed to write JSON as their only text.
            None => from_str(&self.text()),
        };
        parsed.map_err(|error| {
            let message = format!("the response does not have the requested structure: {}", error.message());
            ModelError::new(ErrorKind::InvalidOutput, message)
                .with_code("StructuredOutputValidation")
                .with_stage(Stage::Replied)
                .with_path(error.path())
                .with_request_id(self.id.clone())
        })
    }
}

/// Returns a block as structured output, if it is marked so.
fn structured_block(block: &ContentBlock) -> Option<&TextContent> {
    match block {
        ContentBlock::Text(text) if text.structured == Some(true) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
