//! CountTokens: how many tokens a request would take, without asking the model.

use outcrop_core::{Blob, RawJson, open_struct, open_union};

use super::{Message, SystemContentBlock, ToolConfiguration};

open_struct! {
    /// The body of a CountTokens request.
    pub struct CountTokensRequest {
        /// What is to be counted.
        required input: CountTokensInput = "input",
    }
}

open_union! {
    /// What is to be counted.
    pub enum CountTokensInput {
        /// A Converse request.
        Converse(ConverseTokensRequest) = "converse",
        /// The body of an InvokeModel request, in the model's own format.
        InvokeModel(InvokeModelTokensRequest) = "invokeModel",
    }
}

open_struct! {
    /// As much of a Converse request as counts.
    pub struct ConverseTokensRequest {
        /// The turns of the conversation.
        optional messages: Vec<Message> = "messages",
        /// The system prompt.
        optional system: Vec<SystemContentBlock> = "system",
        /// The tools.
        optional tool_config: ToolConfiguration = "toolConfig",
        /// Fields of the model's own format.
        optional additional_model_request_fields: RawJson = "additionalModelRequestFields",
    }
}

open_struct! {
    /// An InvokeModel request.
    pub struct InvokeModelTokensRequest {
        /// Its body.
        required body: Blob = "body",
    }
}

open_struct! {
    /// The body of a CountTokens reply.
    pub struct CountTokensResponse {
        /// How many tokens the input has.
        required input_tokens: u64 = "inputTokens",
    }
}
