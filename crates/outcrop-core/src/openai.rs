//! OpenAI's chat-completion API: parsing and writing its parameters, responses, chunks and errors.
//!
//! AG2 and most agent frameworks and gateways use this API, see <https://platform.openai.com/docs/api-reference/chat>.
//! [`ModelRequest::from_json`](crate::ModelRequest::from_json) parses the parameters. It is as lenient as AG2 if that
//! loses nothing, and adds a [`Note`](crate::Note) for everything that it drops.
//!
//! ```
//! use outcrop_core::ModelRequest;
//!
//! let request = ModelRequest::from_json(
//!     r#"{"model": "m", "messages": [{"role": "user", "content": "hi"}], "max_tokens": "many"}"#)?;
//! assert_eq!(request.notes[0].to_string(), "max_tokens: dropped `max_tokens`: its value is not an integer [params.type]");
//! # Ok::<(), outcrop_core::ModelError>(())
//! ```

mod cache_control;
mod call_options;
mod chunk;
mod completion;
mod fields;
mod history;
mod message_json;
mod params;
mod path;
mod prompt_cache;
mod raw;
mod reader;
mod request_json;
mod response_format;
mod sampling;
mod tool;
mod tool_choice;

pub use chunk::{
    ChatChunkChoice, ChatChunks, ChatCompletionChunk, ChatDelta, ChatError, ChatErrorBody, ChatFunctionDelta,
    ChatToolCallDelta, SSE_DONE,
};
#[cfg(feature = "client")]
pub use chunk::{ChatChunkStream, ChatSseStream};
pub use completion::{
    ChatChoice, ChatCompletion, ChatFunction, ChatMessage, ChatToolCall, ChatUsage, RetrievedMessage,
    UsageSummary,
};
pub use reader::ChatStreamDecoder;

#[cfg(test)]
mod tests;
