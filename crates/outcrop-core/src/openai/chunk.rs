//! Streamed responses as OpenAI's chat-completion chunks and as server-sent events.
//!
//! The types are those of <https://platform.openai.com/docs/api-reference/chat/streaming>. [`ChatChunks`] creates the
//! chunks of a response.

mod mapper;
#[cfg(feature = "client")]
mod stream;
mod tool_calls;

use std::fmt;

use serde::Serialize;

pub use mapper::ChatChunks;
#[cfg(feature = "client")]
pub use stream::{ChatChunkStream, ChatSseStream};

use super::completion::ChatUsage;
use crate::error::{ErrorKind, ModelError};
use crate::redacted::Redacted;
use crate::response::FinishReason;
use crate::role::Role;

/// A chunk of a streamed response: OpenAI's `ChatCompletionChunk`.
///
/// The chunks of a response, merged as OpenAI's libraries merge them, equal the message of its
/// [`ChatCompletion`](crate::openai::ChatCompletion).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ChatCompletionChunk {
    /// The id of the call at the provider.
    pub id: String,
    /// The type of the object: always `chat.completion.chunk`.
    pub object: &'static str,
    /// The start of the response in seconds since 1970, or 0 without a clock.
    pub created: u64,
    /// The model of the request.
    pub model: String,
    /// The new part of the only choice. It is empty in the last chunk.
    pub choices: Vec<ChatChunkChoice>,
    /// The token counters of the call. Only the last chunk has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<ChatUsage>,
    /// The cost of the call in US dollars, if it is known. Only the last chunk has it. OpenAI does not have this
    /// member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
}

/// The new part of a choice. A response has exactly one choice.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ChatChunkChoice {
    /// The index of the choice: always 0.
    pub index: u32,
    /// The new part.
    pub delta: ChatDelta,
    /// The reason that the model stopped, once it has.
    pub finish_reason: Option<FinishReason>,
}

/// The new part of a message. Members without news are absent from the JSON.
#[derive(Clone, PartialEq, Default, Serialize)]
#[non_exhaustive]
pub struct ChatDelta {
    /// The role. Only the first chunk has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The new text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// The new reasoning. OpenAI does not have this member; DeepSeek's API and most gateways use it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning_content: Option<String>,
    /// The new parts of tool calls.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tool_calls: Vec<ChatToolCallDelta>,
}

/// The new part of a tool call. The first part has the id, the type and the name; the others have arguments.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ChatToolCallDelta {
    /// The index of the call among the tool calls of the response, counted from 0.
    ///
    /// Converse counts all blocks instead, and gateways that copied its index confused clients. See
    /// <https://github.com/agentgateway/agentgateway/pull/2971> (L25, M6).
    pub index: u32,
    /// The id of the call, which its result repeats.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The type of the tool: always `function`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    /// The new part of the function.
    pub function: ChatFunctionDelta,
}

/// The new part of the function of a tool call.
#[derive(Clone, PartialEq, Default, Serialize)]
#[non_exhaustive]
pub struct ChatFunctionDelta {
    /// The name of the function.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A part of the input. Only all parts together are JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arguments: Option<String>,
}

impl ChatCompletionChunk {
    /// Returns the new text of the chunk.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.choices.first()?.delta.content.as_deref()
    }

    /// Formats the chunk as a server-sent event: `data: {…}` and an empty line.
    #[must_use]
    pub fn to_sse(&self) -> String {
        sse_event(self)
    }
}

impl fmt::Debug for ChatDelta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatDelta")
            .field("role", &self.role)
            .field("content", &Redacted(&self.content))
            .field("reasoning_content", &Redacted(&self.reasoning_content))
            .field("tool_calls", &self.tool_calls)
            .finish()
    }
}

impl fmt::Debug for ChatFunctionDelta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arguments = Redacted(&self.arguments);
        f.debug_struct("ChatFunctionDelta").field("name", &self.name).field("arguments", &arguments).finish()
    }
}

/// The server-sent event at the end of a successful stream. A stream that fails ends without it.
pub const SSE_DONE: &str = "data: [DONE]\n\n";

/// An error in the form of OpenAI's API: `{"error": {"message", "type", "param", "code"}}`.
///
/// The code is OpenAI's own if it has one, such as `context_length_exceeded`, because clients compare it. Otherwise it
/// is the code of the provider. See <https://platform.openai.com/docs/guides/error-codes>.
///
/// ```
/// use outcrop_core::openai::ChatError;
/// use outcrop_core::{ErrorKind, ModelError};
///
/// let error = ModelError::new(ErrorKind::Throttled, "too many requests");
/// assert_eq!(
///     ChatError::from(&error).to_sse(),
///     "data: {\"error\":{\"message\":\"too many requests\",\"type\":\"rate_limit_error\",\"param\":null,\
///      \"code\":\"rate_limit_exceeded\"}}\n\n",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ChatError {
    /// The error.
    pub error: ChatErrorBody,
}

/// The content of an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ChatErrorBody {
    /// The message in one line, with code, model, region and request id as far as they are known.
    pub message: String,
    /// The type of the error, such as `rate_limit_error`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The path in the request.
    pub param: Option<String>,
    /// The code of the error.
    pub code: Option<String>,
}

impl ChatError {
    /// Formats the error as a server-sent event. It is the last event of a stream; [`SSE_DONE`] does not follow.
    #[must_use]
    pub fn to_sse(&self) -> String {
        sse_event(self)
    }
}

impl From<&ModelError> for ChatError {
    fn from(error: &ModelError) -> Self {
        let (kind, code) = openai_type_and_code(error.kind());
        let code = code.or_else(|| error.code()).map(str::to_owned);
        let param = error.path().map(str::to_owned);
        Self { error: ChatErrorBody { message: error.to_string(), kind, param, code } }
    }
}

/// Returns OpenAI's type for a kind of error, and its code if OpenAI has one.
fn openai_type_and_code(kind: ErrorKind) -> (&'static str, Option<&'static str>) {
    match kind {
        ErrorKind::InvalidRequest | ErrorKind::Unsupported => ("invalid_request_error", None),
        ErrorKind::ContextOverflow => ("invalid_request_error", Some("context_length_exceeded")),
        ErrorKind::Unauthenticated => ("authentication_error", None),
        ErrorKind::PermissionDenied => ("permission_error", None),
        ErrorKind::NotFound => ("not_found_error", None),
        ErrorKind::Throttled => ("rate_limit_error", Some("rate_limit_exceeded")),
        ErrorKind::QuotaExceeded => ("insufficient_quota", Some("insufficient_quota")),
        // Clients of OpenAI retry this type, which fits the kinds that are left.
        _ => ("server_error", None),
    }
}

/// Formats a value as a server-sent event, see
/// <https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation>.
#[expect(clippy::expect_used, reason = "texts, numbers and lists of them always have a JSON form")]
fn sse_event<T: Serialize>(value: &T) -> String {
    // A line break would end the event. JSON escapes line breaks in strings, and `serde_json` adds none between tokens.
    format!("data: {}\n\n", serde_json::to_string(value).expect("a chunk has a JSON form"))
}
