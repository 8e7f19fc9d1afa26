//! OpenAI's chat completions: their parameters read, their replies written.
//!
//! AG2 speaks this dialect, and so do most agent frameworks and gateways. Reading is as lenient as AG2 where
//! nothing is lost by it, and says in a [`Note`](crate::Note) what it left out.

mod call_options;
mod chat;
mod chunk;
mod completion;
mod message;
mod params;
mod part;
mod tool;

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

#[cfg(test)]
mod tests;
