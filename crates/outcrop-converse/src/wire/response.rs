//! The reply.

use outcrop_core::{RawJson, open_enum, open_struct, open_union};

use super::{ConverseTrace, Message, PerformanceConfiguration, ServiceTier, TokenUsage};

open_struct! {
    /// The body of a Converse reply. `output` and `stopReason` are checked by
    /// [`decode_response`](crate::decode_response), which names the body and the request when they are missing.
    pub struct ConverseResponse {
        /// The answer.
        optional output: ConverseOutput = "output",
        /// Why the model stopped.
        optional stop_reason: StopReason = "stopReason",
        /// How many tokens it took.
        optional usage: TokenUsage = "usage",
        /// How long it took.
        optional metrics: ConverseMetrics = "metrics",
        /// The fields that the request asked for with `additionalModelResponseFieldPaths`.
        optional additional_model_response_fields: RawJson = "additionalModelResponseFields",
        /// What guardrails and prompt routers did.
        optional trace: ConverseTrace = "trace",
        /// How fast the call was served.
        optional performance_config: PerformanceConfiguration = "performanceConfig",
        /// The tier that the call was served in.
        optional service_tier: ServiceTier = "serviceTier",
    }
}

open_union! {
    /// The answer.
    pub enum ConverseOutput {
        /// A turn of the assistant.
        Message(Message) = "message",
    }
}

open_struct! {
    /// How long a call took.
    pub struct ConverseMetrics {
        /// Milliseconds within the service.
        optional latency_ms: u64 = "latencyMs",
    }
}

open_enum! {
    /// Why the model stopped.
    pub enum StopReason {
        /// The answer is complete.
        EndTurn = "end_turn",
        /// The model waits for results of tools.
        ToolUse = "tool_use",
        /// The limit of tokens was met.
        MaxTokens = "max_tokens",
        /// A stop sequence was met.
        StopSequence = "stop_sequence",
        /// The guardrail stepped in, by blocking or by masking (lesson L125).
        GuardrailIntervened = "guardrail_intervened",
        /// The provider's content filter stepped in.
        ContentFiltered = "content_filtered",
        /// The model wrote something that is no answer.
        MalformedModelOutput = "malformed_model_output",
        /// The model wrote something that is no call of a tool.
        MalformedToolUse = "malformed_tool_use",
        /// The model's context is full.
        ModelContextWindowExceeded = "model_context_window_exceeded",
    }
}
