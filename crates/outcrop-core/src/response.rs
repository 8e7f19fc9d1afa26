//! Responses of a model: AG2's `UnifiedResponse`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::content::{ContentBlock, ReasoningContent, ToolCallContent};
use crate::json::JsonObject;
use crate::message::UnifiedMessage;
use crate::note::Note;
use crate::open_enum;
use crate::redacted::Redacted;
use crate::usage::Usage;

/// A response of a model, the same for every provider.
///
/// The JSON is that of AG2's `UnifiedResponse`, defined in
/// <https://github.com/ag2ai/ag2-classic/blob/main/autogen/llm_clients/models/unified_response.py>, with the same order
/// of members. `created` and `notes`, which AG2 does not have, follow if they are present.
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
    /// The id of the call at the provider.
    pub id: String,
    /// The model of the request.
    pub model: String,
    /// The messages of the response: usually a single one, of the assistant.
    pub messages: Vec<UnifiedMessage>,
    /// The token counters of the call.
    #[serde(default)]
    pub usage: Usage,
    /// The cost of the call in US dollars. `None` if the price is unknown.
    #[serde(default)]
    pub cost: Option<f64>,
    /// The name of the provider, as [`ModelClient::provider`](crate::ModelClient::provider) returns it.
    pub provider: String,
    /// Further data of the provider, such as its own stop reason, usage, metrics and traces.
    #[serde(default)]
    pub provider_metadata: JsonObject,
    /// The reason that the model stopped. `None` if the provider did not report one.
    #[serde(default)]
    pub finish_reason: Option<FinishReason>,
    /// The status of the response.
    #[serde(default)]
    pub status: Option<ResponseStatus>,
    /// The time of the response in seconds since 1970. `None` without a clock: this crate does not read one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<u64>,
    /// The changes that the mapping made to the request and the response.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
}

impl UnifiedResponse {
    /// Creates a response with the required members.
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

    /// Returns the text of the text blocks of all messages. See [`UnifiedMessage::text`].
    #[must_use]
    pub fn text(&self) -> String {
        self.messages.iter().map(UnifiedMessage::text).collect::<Vec<_>>().join(" ")
    }

    /// Renders all blocks as text, including reasoning and tool calls: AG2's `text`. Messages are joined with spaces.
    #[must_use]
    pub fn rendered_text(&self) -> String {
        // AG2 joins the messages without text too, so their spaces are part of the result.
        self.messages.iter().map(UnifiedMessage::rendered_text).collect::<Vec<_>>().join(" ")
    }

    /// Iterates over the reasoning blocks of all messages.
    pub fn reasoning(&self) -> impl Iterator<Item = &ReasoningContent> {
        self.messages.iter().flat_map(UnifiedMessage::reasoning)
    }

    /// Iterates over the tool calls that the caller has to run. Calls that the provider ran are left out, and so are those
    /// of structured output.
    pub fn tool_calls(&self) -> impl Iterator<Item = &ToolCallContent> {
        let calls = self.messages.iter().flat_map(UnifiedMessage::tool_calls);
        calls.filter(|call| !call.runs_on_server() && !call.is_structured_output())
    }

    /// Iterates over the blocks of a type in all messages. See [`UnifiedMessage::get_content_by_type`].
    pub fn get_content_by_type<'a>(&'a self, block_type: &'a str) -> impl Iterator<Item = &'a ContentBlock> {
        self.messages.iter().flat_map(move |message| message.get_content_by_type(block_type))
    }

    /// Returns whether the status is one of AG2's three standard ones. It is `false` if there is no status.
    #[must_use]
    pub fn is_standard_status(&self) -> bool {
        self.status.as_ref().is_some_and(|status| status.is_known() && *status != ResponseStatus::Incomplete)
    }

    /// Returns the messages, to be appended to the history of the next request.
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

open_enum! {
    /// The reason that the model stopped, in OpenAI's spelling.
    ///
    /// A reason of a provider without a counterpart here is kept in lower case, so that different reasons stay
    /// different. See <https://platform.openai.com/docs/api-reference/chat/object>.
    pub enum FinishReason {
        /// The response is complete, or it reached a stop sequence.
        Stop = "stop",
        /// The response reached a token limit: that of the request or that of the model's context.
        Length = "length",
        /// The model waits for the results of tool calls.
        ToolCalls = "tool_calls",
        /// A content filter or guardrail intervened.
        ContentFilter = "content_filter",
    }
}

open_enum! {
    /// The status of a response: AG2's `STANDARD_STATUSES`, and OpenAI's `incomplete`.
    pub enum ResponseStatus {
        /// The response is complete.
        Completed = "completed",
        /// The response is still being generated.
        InProgress = "in_progress",
        /// The call failed.
        Failed = "failed",
        /// The response was cut, by a token limit or in the middle of a tool call.
        Incomplete = "incomplete",
    }
}

#[cfg(test)]
mod tests;
