//! The requests of Converse, ConverseStream and CountTokens, and the settings in them.

use outcrop_core::{Blob, OrderedMap, RawJson, open_enum, open_struct, open_union};
use serde_json::Number;

use super::{GuardrailConfiguration, Message, SystemContentBlock, ToolConfiguration};

open_struct! {
    /// The body of a Converse or ConverseStream request.
    ///
    /// The model id is not a member: it is part of the URL.
    pub struct ConverseRequest {
        /// The conversation. It may be absent only if the model id is the ARN of a stored prompt.
        optional messages: Vec<Message> = "messages",
        /// The system prompt.
        optional system: Vec<SystemContentBlock> = "system",
        /// Limits and sampling.
        optional inference_config: InferenceConfiguration = "inferenceConfig",
        /// The tools.
        optional tool_config: ToolConfiguration = "toolConfig",
        /// The guardrail.
        optional guardrail_config: GuardrailConfiguration = "guardrailConfig",
        /// Fields in the model's own format.
        optional additional_model_request_fields: RawJson = "additionalModelRequestFields",
        /// The variables of the stored prompt.
        optional prompt_variables: OrderedMap<PromptVariableValues> = "promptVariables",
        /// JSON pointers to the fields of the model's own response that the response includes, at most 10.
        optional additional_model_response_field_paths: Vec<String> = "additionalModelResponseFieldPaths",
        /// Labels for the invocation log, at most 16.
        optional request_metadata: OrderedMap<String> = "requestMetadata",
        /// The latency of the call.
        optional performance_config: PerformanceConfiguration = "performanceConfig",
        /// The service tier.
        optional service_tier: ServiceTier = "serviceTier",
        /// The format of the response, and the effort for it.
        optional output_config: OutputConfig = "outputConfig",
        /// The id or ARN of the project that the call belongs to; `default` or absent is the default project.
        optional project_identifier: String = "projectIdentifier",
    }
}

open_struct! {
    /// Limits and sampling.
    pub struct InferenceConfiguration {
        // Numbers keep their spelling. A float would turn 0.7 into 0.699999988079071, and a 32-bit integer would wrap, as
        // in rig-bedrock 0.46 (W14).
        /// The maximum number of tokens of the response, at least 1.
        optional max_tokens: Number = "maxTokens",
        /// The temperature, 0 to 1.
        optional temperature: Number = "temperature",
        /// The probability mass that tokens are sampled from, 0 to 1.
        optional top_p: Number = "topP",
        // There is no `topK`: the service ignores it here, so the encoder sends it as a model field.
        // See https://github.com/agentgateway/agentgateway/issues/2860 (L91, M48).
        /// The texts at which the model stops. None of them may be empty.
        optional stop_sequences: Vec<String> = "stopSequences",
    }
}

open_union! {
    /// The value of a variable of a stored prompt.
    pub enum PromptVariableValues {
        /// Text.
        Text(String) = "text",
    }
}

open_struct! {
    /// The latency of a call.
    pub struct PerformanceConfiguration {
        /// The latency tier.
        optional latency: PerformanceConfigLatency = "latency",
    }
}

open_enum! {
    /// A latency tier.
    pub enum PerformanceConfigLatency { Standard = "standard", Optimized = "optimized" }
}

open_struct! {
    /// The service tier of a call.
    ///
    /// The tier of a response may differ from the one of the request (L126).
    pub struct ServiceTier {
        /// The tier.
        required kind: ServiceTierType = "type",
    }
}

open_enum! {
    /// A service tier.
    pub enum ServiceTierType { Priority = "priority", Default = "default", Flex = "flex", Reserved = "reserved" }
}

open_struct! {
    /// The format of a response, and the effort for it.
    pub struct OutputConfig {
        /// The format of the text.
        optional text_format: OutputFormat = "textFormat",
        // Claude's effort is a model field and not this member: https://github.com/bosun-ai/swiftide/pull/1063 (M49).
        /// The effort of the model, `low` to `max`.
        optional effort: String = "effort",
    }
}

open_struct! {
    /// The format of a response's text.
    pub struct OutputFormat {
        /// The kind of format.
        required kind: OutputFormatType = "type",
        /// The format.
        required structure: OutputFormatStructure = "structure",
    }
}

open_enum! {
    /// A kind of format.
    pub enum OutputFormatType {
        /// JSON that matches a schema.
        JsonSchema = "json_schema",
    }
}

open_union! {
    /// A format.
    pub enum OutputFormatStructure {
        /// JSON that matches a schema.
        JsonSchema(JsonSchemaDefinition) = "jsonSchema",
    }
}

open_struct! {
    /// The schema of a response.
    pub struct JsonSchemaDefinition {
        // The service rejects an object: https://github.com/langchain-ai/langchain-aws/issues/884 (L95).
        /// The JSON Schema as a string.
        required schema: String = "schema",
        /// The name.
        optional name: String = "name",
        /// The description.
        optional description: String = "description",
    }
}

open_struct! {
    /// The body of a CountTokens request.
    pub struct CountTokensRequest {
        /// The request whose tokens are counted.
        required input: CountTokensInput = "input",
    }
}

open_union! {
    /// A request whose tokens are counted.
    pub enum CountTokensInput {
        /// A Converse request.
        Converse(ConverseTokensRequest) = "converse",
        /// An InvokeModel request.
        InvokeModel(InvokeModelTokensRequest) = "invokeModel",
    }
}

open_struct! {
    /// The members of a Converse request that have tokens.
    pub struct ConverseTokensRequest {
        /// The conversation.
        optional messages: Vec<Message> = "messages",
        /// The system prompt.
        optional system: Vec<SystemContentBlock> = "system",
        /// The tools.
        optional tool_config: ToolConfiguration = "toolConfig",
        /// Fields in the model's own format.
        optional additional_model_request_fields: RawJson = "additionalModelRequestFields",
    }
}

open_struct! {
    /// An InvokeModel request.
    pub struct InvokeModelTokensRequest {
        /// The body, in the model's own format.
        required body: Blob = "body",
    }
}

open_struct! {
    /// The body of a CountTokens response.
    pub struct CountTokensResponse {
        /// The number of tokens.
        required input_tokens: u64 = "inputTokens",
    }
}
