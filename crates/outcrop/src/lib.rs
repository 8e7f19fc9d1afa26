//! A client for the Amazon Bedrock Converse API.
#![doc = include_str!("../README.md")]
// On docs.rs, each item shows the feature that it requires.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod client;
pub mod config;
mod defaults;
mod media;
mod models;
pub mod prelude;
mod telemetry;

pub use client::{BedrockClient, BedrockClientBuilder};
#[cfg(feature = "fetch")]
pub use media::HttpsFetcher;
pub use media::{FetchedMedia, MediaFetcher};
pub use models::{ModelKind, ModelList, ModelSummary};
#[cfg(feature = "agent")]
#[doc(inline)]
pub use outcrop_agent as agent;
#[doc(inline)]
pub use outcrop_converse as converse;
#[doc(inline)]
pub use outcrop_core as core;
#[doc(inline)]
pub use outcrop_transport as transport;

#[cfg(feature = "agent")]
#[doc(no_inline)]
pub use outcrop_agent::{
    Agent, AgentBuilder, AgentError, AgentErrorKind, AgentEvent, Budget, Cache, Decision, Fallback,
    GenerateExt, GenerateStream, Generated, Generating, History, HistorySize, HistoryStrategy, Hooks, Input,
    IntoToolOutput, Json, Layer, LayerExt, Layered, Limit, Log, LogEntry, LogOutcome, MessageFiles, Record,
    Replay, Run, RunEnd, RunStream, Shortened, Step, Summary, Tool, ToolOutput, Tools, Window,
};
#[cfg(feature = "otel")]
#[doc(no_inline)]
pub use outcrop_agent::{Conventions, Metrics};
#[cfg(feature = "mcp")]
#[doc(no_inline)]
pub use outcrop_agent::{McpError, McpErrorKind, McpHttp, McpServer};
#[cfg(feature = "test-util")]
#[doc(inline)]
pub use outcrop_core::testing;

#[doc(no_inline)]
pub use outcrop_converse::{
    Alternation, BedrockMetadata, BedrockOptions, Catalog, Dialect, EncodeOptions, ModelId, Rule, Rules,
    Transcript,
};
#[doc(no_inline)]
pub use outcrop_core::openai::{
    ChatChunkStream, ChatChunks, ChatCompletion, ChatCompletionChunk, RetrievedMessage, UsageSummary,
};
#[doc(no_inline)]
pub use outcrop_core::{
    Ag2ClientExt, AudioContent, Blob, CachePointContent, ContentBlock, Conversation, DocumentContent,
    ErrorKind, FinishReason, ImageContent, JsonObject, ModelClient, ModelClientExt, ModelError, ModelRequest,
    Note, Price, PromptCache, RawJson, ReasoningContent, ReasoningEffort, ResponseFormat, ResponseStatus,
    ResponseStream, Role, ServiceTier, Stage, StreamEvent, TextContent, TextStream, ToolCallContent,
    ToolChoice, ToolResultContent, ToolSpec, Totals, UnifiedMessage, UnifiedResponse, Usage, VideoContent,
};
#[doc(no_inline)]
pub use outcrop_transport::{Credentials, Retry, RetryMode, Settings, Timeouts};
