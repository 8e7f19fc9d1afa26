//! Typed tools and agents for any language model.
#![doc = include_str!("../README.md")]
// On docs.rs, each item shows the feature that it requires.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod agent;
mod files;
mod generate;
mod history;
mod layer;
#[cfg(feature = "mcp")]
mod mcp;
#[cfg(feature = "otel")]
mod metrics;
mod structured;
mod telemetry;
mod tool;
mod tools;

pub use agent::{
    Agent, AgentBuilder, AgentError, AgentErrorKind, AgentEvent, Hooks, Input, Run, RunEnd, RunStream, Step,
};
pub use files::MessageFiles;
pub use generate::{GenerateExt, GenerateStream, Generated, Generating};
pub use history::{History, HistorySize, HistoryStrategy, Shortened, Summary, Window};
pub use layer::{
    Budget, Cache, Fallback, Layer, LayerExt, Layered, Limit, Log, LogEntry, LogOutcome, Record, Replay,
};
#[cfg(feature = "mcp")]
pub use mcp::{McpError, McpErrorKind, McpHttp, McpServer};
#[cfg(feature = "otel")]
pub use metrics::{Conventions, Metrics};
pub use tool::{IntoToolOutput, Json, Tool, ToolOutput};
pub use tools::{Decision, Tools};

#[cfg(feature = "mcp")]
#[doc(no_inline)]
pub use rmcp;
#[doc(no_inline)]
pub use schemars;
