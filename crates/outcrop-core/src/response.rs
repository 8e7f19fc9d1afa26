//! What a model answered.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::content::{ContentBlock, ReasoningContent, ToolCallContent};
use crate::error::{ErrorKind, ModelError, Stage};
use crate::finish::{FinishReason, ResponseStatus};
use crate::json::JsonObject;
use crate::message::UnifiedMessage;
use crate::note::Note;
use crate::redacted::Redacted;
use crate::usage::Usage;

/// What a model answered, whoever the provider: AG2's `UnifiedResponse`, with the same JSON.
///
/// ```
/// use outcrop_core::{UnifiedMessage, UnifiedResponse};
///
/// let response = UnifiedResponse::new("req-1", "some-model", "bedrock", vec![UnifiedMessage::assistant("Paris.")]);
/// assert_eq!(response.text(), "Paris.");
/// let history = response.into_messages();
/// assert_eq!(history.len(), 1);
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UnifiedResponse {
    /// The provider's id of the call.
    pub id: String,
    /// The model that was asked.
    pub model: String,
    /// The answer: one message of the assistant, as a rule.
    pub messages: Vec<UnifiedMessage>,
    /// How many tokens the call took.
    #[serde(default)]
    pub usage: Usage,
    /// What the call cost in US dollars; `None` when the price is not known.
    #[serde(default)]
    pub cost: Option<f64>,
    /// Who answered.
    pub provider: String,
    /// What else the provider said: raw stop reason and usage, metrics, traces.
    #[serde(default)]
    pub provider_metadata: JsonObject,
    /// Why the model stopped; `None` when the provider did not say.
    #[serde(default)]
    pub finish_reason: Option<FinishReason>,
    /// How the response stands.
    #[serde(default)]
    pub status: Option<ResponseStatus>,
    /// When the response came, in seconds since 1970; `None` when nobody looked at a clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<u64>,
    /// What was changed on the way to the provider and back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
}

impl UnifiedResponse {
    /// A response with what every response has.
    #[must_use]
    pub fn new(
        id: impl Into<String>,
        model: impl Into<String>,
        provider: impl Into<String>,
        messages: Vec<UnifiedMessage>,
    ) -> Self {
        Self {
            id: id.into(),
            model: model.into(),
            messages,
            usage: Usage::default(),
            cost: None,
            provider: provider.into(),
            provider_metadata: JsonObject::new(),
            finish_reason: None,
            status: None,
            created: None,
            notes: Vec::new(),
        }
    }

    /// The words of the answer: the text blocks of all messages, nothing else. See [`UnifiedMessage::text`].
    #[must_use]
    pub fn text(&self) -> String {
        self.messages.iter().map(UnifiedMessage::text).collect::<Vec<_>>().join(" ")
    }

    /// AG2's `text`: every block rendered, reasoning and tool calls included, one space between messages.
    #[must_use]
    pub fn rendered_text(&self) -> String {
        self.messages.iter().map(UnifiedMessage::rendered_text).collect::<Vec<_>>().join(" ")
    }

    /// The text of a structured answer, where the request asked for one and the model gave it.
    #[must_use]
    pub fn structured_text(&self) -> Option<&str> {
        self.messages.iter().find_map(UnifiedMessage::structured_text)
    }

    /// Reads the answer as a Rust type: a structured answer, or text that is JSON.
    ///
    /// # Errors
    /// Of kind [`InvalidOutput`](crate::ErrorKind::InvalidOutput), with the path to what does not fit; the answer
    /// itself is not repeated.
    pub fn parse<T: serde::de::DeserializeOwned>(&self) -> Result<T, ModelError> {
        let read = match self.structured_text() {
            Some(text) => crate::json::from_str(text),
            None => crate::json::from_str(&self.text()),
        };
        read.map_err(|error| {
            ModelError::new(
                ErrorKind::InvalidOutput,
                format!("the answer is not what was asked for: {}", error.message()),
            )
            .with_code("StructuredOutputValidation")
            .with_stage(Stage::Replied)
            .with_path(error.path())
            .with_request_id(self.id.clone())
        })
    }

    /// All reasoning blocks, in order.
    pub fn reasoning(&self) -> impl Iterator<Item = &ReasoningContent> {
        self.messages.iter().flat_map(UnifiedMessage::reasoning)
    }

    /// The tool calls that the caller has to run; those that the provider ran itself are not among them.
    pub fn tool_calls(&self) -> impl Iterator<Item = &ToolCallContent> {
        self.messages.iter().flat_map(UnifiedMessage::tool_calls).filter(|call| !call.runs_on_server())
    }

    /// The blocks of some type in all messages; generic ones by the type that they came with.
    pub fn get_content_by_type<'a>(&'a self, block_type: &'a str) -> impl Iterator<Item = &'a ContentBlock> {
        self.messages.iter().flat_map(move |message| message.get_content_by_type(block_type))
    }

    /// Whether the status is one of the three standard ones.
    #[must_use]
    pub fn is_standard_status(&self) -> bool {
        self.status.as_ref().is_some_and(ResponseStatus::is_known)
    }

    /// The answer as history for the next request, nothing lost.
    #[must_use]
    pub fn into_messages(self) -> Vec<UnifiedMessage> {
        self.messages
    }
}

impl fmt::Debug for UnifiedResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnifiedResponse")
            .field("id", &self.id)
            .field("model", &self.model)
            .field("finish_reason", &Redacted(&self.finish_reason))
            .field("usage", &self.usage)
            .field("messages", &self.messages)
            .field("provider_metadata", &self.provider_metadata)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
