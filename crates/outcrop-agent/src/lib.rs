//! Typed tools and agents for any language model.
#![doc = include_str!("../README.md")]

mod agent;
mod files;
mod generate;
mod history;
mod layer;
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
pub use tool::{IntoToolOutput, Json, Tool, ToolOutput};
pub use tools::{Decision, Tools};

#[doc(no_inline)]
pub use schemars;
