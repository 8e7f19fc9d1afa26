//! The request.

use outcrop_core::{OrderedMap, RawJson, open_struct};

use super::{
    GuardrailConfiguration, InferenceConfiguration, Message, OutputConfig, PerformanceConfiguration,
    PromptVariableValues, ServiceTier, SystemContentBlock, ToolConfiguration,
};

open_struct! {
    /// The body of a Converse or ConverseStream request. The model's id is no member of it: it stands in the path.
    pub struct ConverseRequest {
        /// The conversation; absent only where the model's id names a stored prompt.
        optional messages: Vec<Message> = "messages",
        /// The system prompt.
        optional system: Vec<SystemContentBlock> = "system",
        /// Limits and sampling.
        optional inference_config: InferenceConfiguration = "inferenceConfig",
        /// The tools.
        optional tool_config: ToolConfiguration = "toolConfig",
        /// The guardrail.
        optional guardrail_config: GuardrailConfiguration = "guardrailConfig",
        /// Fields for the model itself.
        optional additional_model_request_fields: RawJson = "additionalModelRequestFields",
        /// Variables of the stored prompt.
        optional prompt_variables: OrderedMap<PromptVariableValues> = "promptVariables",
        /// JSON pointers to fields of the model's own reply that the reply shall have; at most 10.
        optional additional_model_response_field_paths: Vec<String> = "additionalModelResponseFieldPaths",
        /// Tags for the invocation log; at most 16.
        optional request_metadata: OrderedMap<String> = "requestMetadata",
        /// How fast the call shall be served.
        optional performance_config: PerformanceConfiguration = "performanceConfig",
        /// The tier that the call is served in.
        optional service_tier: ServiceTier = "serviceTier",
        /// What the answer shall look like.
        optional output_config: OutputConfig = "outputConfig",
    }
}
