//! An answer while it is being written, as OpenAI's chat-completion chunks: AG2's dialect for streams.

mod calls;
mod mapper;
mod sse;
#[cfg(feature = "client")]
mod stream;
mod text_buffer;

use std::fmt;

use serde::Serialize;

pub use mapper::ChatChunks;
pub use sse::{ChatError, ChatErrorBody, SSE_DONE};
#[cfg(feature = "client")]
pub use stream::{ChatChunkStream, ChatSseStream};

use crate::finish::FinishReason;
use crate::openai::ChatUsage;
use crate::redacted::Redacted;
use crate::role::Role;

/// A piece of an answer as OpenAI's `ChatCompletionChunk`.
///
/// The pieces of an answer, put together as OpenAI's own libraries do it, are the message of its
/// [`ChatCompletion`](crate::openai::ChatCompletion). [`ChatChunks`] makes them.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ChatCompletionChunk {
    /// The provider's id of the call.
    pub id: String,
    /// `chat.completion.chunk`.
    pub object: &'static str,
    /// When the answer began, in seconds since 1970; 0 when nobody looked at a clock.
    pub created: u64,
    /// The model that was asked.
    pub model: String,
    /// What is new in the one answer; empty in the last chunk.
    pub choices: Vec<ChatChunkChoice>,
    /// How many tokens it took; in the last chunk alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<ChatUsage>,
    /// What it cost in US dollars; in the last chunk alone, where that is known. Not a member of OpenAI's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
}

/// What is new in one of the answers; there is one.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ChatChunkChoice {
    /// 0.
    pub index: u32,
    /// What is new.
    pub delta: ChatDelta,
    /// Why the model stopped, once it did.
    pub finish_reason: Option<FinishReason>,
}

/// What is new in an answer. What is not is not written.
#[derive(Clone, PartialEq, Default, Serialize)]
#[non_exhaustive]
pub struct ChatDelta {
    /// Who speaks; in the first chunk alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// What the model thinks: not a member of OpenAI's, but what most gateways call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning_content: Option<String>,
    /// Pieces of calls.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tool_calls: Vec<ChatToolCallDelta>,
}

/// A piece of a call: the first has its id, type and name, the others what is new in the arguments.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ChatToolCallDelta {
    /// Which call of the answer it is, counted from 0; other blocks do not count (lesson M6).
    pub index: u32,
    /// Ties the result to the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `function`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    /// What is new in the function.
    pub function: ChatFunctionDelta,
}

/// What is new in the function of a call.
#[derive(Clone, PartialEq, Default, Serialize)]
#[non_exhaustive]
pub struct ChatFunctionDelta {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A piece of its input. Only all pieces together are JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arguments: Option<String>,
}

impl ChatCompletionChunk {
    /// The words that a chunk adds.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.choices.first()?.delta.content.as_deref()
    }

    /// The chunk as an event of a server-sent stream: `data: {…}` and an empty line.
    #[must_use]
    pub fn to_sse(&self) -> String {
        sse::event(self)
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
