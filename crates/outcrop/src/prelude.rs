//! The names that most programs need, and the traits whose methods they call.
//!
//! ```
//! use outcrop::prelude::*;
//!
//! # fn run(client: BedrockClient) {
//! let request = ModelRequest::builder("eu.amazon.nova-lite-v1:0").user("Name a river.").build();
//! # let _ = (client, request);
//! # }
//! ```

#[cfg(feature = "mcp")]
#[doc(no_inline)]
pub use crate::McpServer;
#[cfg(feature = "otel")]
#[doc(no_inline)]
pub use crate::Metrics;
#[doc(no_inline)]
pub use crate::{
    Ag2ClientExt as _, BedrockClient, BedrockOptions, ContentBlock, Conversation, Credentials,
    DocumentContent, ErrorKind, ImageContent, ModelClient, ModelClientExt as _, ModelError, ModelRequest,
    PromptCache, RawJson, ReasoningEffort, ResponseFormat, Retry, Role, StreamEvent, ToolCallContent,
    ToolChoice, ToolResultContent, ToolSpec, Totals, UnifiedMessage, UnifiedResponse, Usage,
};
#[cfg(feature = "agent")]
#[doc(no_inline)]
pub use crate::{
    Agent, AgentError, AgentErrorKind, AgentEvent, Budget, Cache, Decision, Fallback, GenerateExt as _,
    Generating, Input, Json, LayerExt as _, Limit, Log, MessageFiles as _, Record, Replay, Run, RunEnd,
    Summary, Tool, ToolOutput, Tools, Window,
};
