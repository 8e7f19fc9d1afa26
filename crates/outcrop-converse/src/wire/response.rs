//! The response of Converse, its token usage and its trace.

use outcrop_core::{OrderedMap, RawJson, open_enum, open_struct, open_union};

use super::{CacheTtl, GuardrailAssessment, Message, PerformanceConfiguration, ServiceTier};

open_struct! {
    /// The body of a Converse response.
    pub struct ConverseResponse {
        // The service model requires the first four. They are optional here because responses without them have been
        // recorded, and because `decode_response` reports a missing output better: with the body and the request id.
        // Envoy AI Gateway guards against a missing `output` as well (L72, L111).
        /// The output of the model.
        optional output: ConverseOutput = "output",
        /// The reason why the model stopped.
        optional stop_reason: StopReason = "stopReason",
        /// The token usage.
        optional usage: TokenUsage = "usage",
        /// The duration of the call.
        optional metrics: ConverseMetrics = "metrics",
        /// The fields that the request selected with `additionalModelResponseFieldPaths`.
        optional additional_model_response_fields: RawJson = "additionalModelResponseFields",
        /// The trace of guardrails and prompt routers.
        optional trace: ConverseTrace = "trace",
        /// The latency tier of the call.
        optional performance_config: PerformanceConfiguration = "performanceConfig",
        /// The service tier of the call.
        optional service_tier: ServiceTier = "serviceTier",
    }
}

open_union! {
    /// The output of a model.
    pub enum ConverseOutput {
        /// An assistant message.
        Message(Message) = "message",
    }
}

open_struct! {
    /// The duration of a call.
    pub struct ConverseMetrics {
        /// The milliseconds that the service took.
        optional latency_ms: u64 = "latencyMs",
    }
}

open_enum! {
    /// The reason why a model stopped.
    pub enum StopReason {
        /// The response is complete.
        EndTurn = "end_turn",
        // Kimi calls tools and stops with `end_turn`, so the finish reason depends on the content first (M5).
        /// The model waits for tool results.
        ToolUse = "tool_use",
        /// The response reached the maximum number of tokens.
        MaxTokens = "max_tokens",
        /// The response reached a stop sequence.
        StopSequence = "stop_sequence",
        /// The guardrail intervened, by blocking or by masking (L125).
        GuardrailIntervened = "guardrail_intervened",
        /// The provider's content filter intervened.
        ContentFiltered = "content_filtered",
        /// The output of the model could not be parsed.
        MalformedModelOutput = "malformed_model_output",
        /// A tool call of the model could not be parsed.
        MalformedToolUse = "malformed_tool_use",
        /// The conversation fills the context window of the model.
        ModelContextWindowExceeded = "model_context_window_exceeded",
    }
}

open_struct! {
    /// The token usage of a call.
    ///
    /// Responses without any one of the members have been recorded (L72).
    pub struct TokenUsage {
        // Unlike OpenAI's `prompt_tokens`, it does not include cached tokens. Copied as it is, a gateway reports more
        // cached tokens than input: https://github.com/tensorzero/tensorzero/issues/5688 (L68, M41).
        /// The input that was neither read from a cache nor written to one.
        optional input_tokens: u64 = "inputTokens",
        /// The output.
        optional output_tokens: u64 = "outputTokens",
        /// Input and output, cached tokens included.
        optional total_tokens: u64 = "totalTokens",
        /// The input that was read from a cache.
        optional cache_read_input_tokens: u64 = "cacheReadInputTokens",
        /// The input that was written to a cache.
        optional cache_write_input_tokens: u64 = "cacheWriteInputTokens",
        /// The cache writes by lifetime, which have different prices.
        optional cache_details: Vec<CacheDetail> = "cacheDetails",
    }
}

open_struct! {
    /// The cache writes of one lifetime.
    pub struct CacheDetail {
        /// The lifetime of the entries.
        required ttl: CacheTtl = "ttl",
        /// The number of tokens.
        required input_tokens: u64 = "inputTokens",
    }
}

open_struct! {
    /// The trace of guardrails and prompt routers (`ConverseTrace`, `ConverseStreamTrace`).
    pub struct ConverseTrace {
        /// The trace of the guardrail.
        optional guardrail: GuardrailTraceAssessment = "guardrail",
        /// The trace of the prompt router.
        optional prompt_router: PromptRouterTrace = "promptRouter",
    }
}

open_struct! {
    /// The trace of a guardrail.
    pub struct GuardrailTraceAssessment {
        /// The output of the model before the guardrail changed it.
        optional model_output: Vec<String> = "modelOutput",
        /// The assessments of the input, by guardrail.
        optional input_assessment: OrderedMap<GuardrailAssessment> = "inputAssessment",
        /// The assessments of the output, by guardrail.
        optional output_assessments: OrderedMap<Vec<GuardrailAssessment>> = "outputAssessments",
        /// The reason for the action of the guardrail.
        optional action_reason: String = "actionReason",
    }
}

open_struct! {
    /// The trace of a prompt router.
    pub struct PromptRouterTrace {
        /// The model that the router chose.
        optional invoked_model_id: String = "invokedModelId",
    }
}
