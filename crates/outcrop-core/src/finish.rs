//! Why a model stopped, and how a response stands.

use crate::open_enum;

open_enum! {
    /// Why the model stopped, in OpenAI's words.
    ///
    /// A provider's own reason that has no counterpart here is kept in lower case, so that no two reasons become one.
    pub enum FinishReason {
        /// The answer is complete, or a stop sequence was met.
        Stop = "stop",
        /// A limit of tokens was met: that of the request or that of the model's context.
        Length = "length",
        /// The model waits for results of tools.
        ToolCalls = "tool_calls",
        /// A filter or guardrail stepped in.
        ContentFilter = "content_filter",
    }
}

open_enum! {
    /// How a response stands.
    pub enum ResponseStatus {
        /// The model has finished.
        Completed = "completed",
        /// The model still writes.
        InProgress = "in_progress",
        /// It came to nothing.
        Failed = "failed",
    }
}
