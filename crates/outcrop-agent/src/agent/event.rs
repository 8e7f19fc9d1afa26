//! The events of a run.

use std::fmt;
use std::time::Duration;

use outcrop_core::{StreamEvent, ToolCallContent, ToolResultContent};

use super::run::{Run, Step};

/// An event of a run. Created by [`Agent::stream`](super::Agent::stream).
#[derive(Clone)]
#[non_exhaustive]
pub enum AgentEvent {
    /// New text of the model.
    Text(String),
    /// New reasoning of the model.
    Reasoning(String),
    /// Any other event of the model, such as the arguments of a tool call while they are written.
    Model(StreamEvent),
    /// A tool call begins to run.
    ToolStarted(ToolCallContent),
    /// A tool call has a result.
    ToolEnded {
        /// The call.
        call: ToolCallContent,
        /// The result.
        result: ToolResultContent,
        /// The time that the call took.
        elapsed: Duration,
    },
    /// A step is complete: the response of the model, and the results of its tool calls.
    Step(Step),
    /// The run is complete: the last event of every successful run.
    Done(Run),
}

impl fmt::Debug for AgentEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // Not the texts, which are part of the conversation.
            Self::Text(text) => write!(f, "Text(<{} bytes>)", text.len()),
            Self::Reasoning(text) => write!(f, "Reasoning(<{} bytes>)", text.len()),
            Self::Model(event) => f.debug_tuple("Model").field(event).finish(),
            Self::ToolStarted(call) => f.debug_tuple("ToolStarted").field(call).finish(),
            Self::ToolEnded { call, result, elapsed } => {
                let mut output = f.debug_struct("ToolEnded");
                output.field("call", call).field("result", result).field("elapsed", elapsed).finish()
            }
            Self::Step(step) => f.debug_tuple("Step").field(step).finish(),
            Self::Done(run) => f.debug_tuple("Done").field(run).finish(),
        }
    }
}
