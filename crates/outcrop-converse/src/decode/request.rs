//! Converse requests as unified ones.

use bytes::Bytes;
use outcrop_core::{
    CachePointContent, ContentBlock, JsonObject, ModelError, ModelRequest, RawJson, Role, ToolChoice,
    ToolSpec, UnifiedMessage,
};

use super::blocks::{self, request_block};
use crate::bedrock::BedrockOptions;
use crate::wire::{
    self, ConversationRole, ConverseRequest, Message, SystemContentBlock, Tool, ToolConfiguration,
    ToolInputSchema, ToolSpecification,
};

/// The wire request that a unified request was decoded from, for
/// [`EncodeOptions::verbatim`](crate::EncodeOptions::verbatim).
#[derive(Clone, Debug)]
pub(crate) struct Original(pub(crate) ConverseRequest);

impl Original {
    /// Returns the typed options of a request, or the defaults if it has none.
    pub(crate) fn options(request: &ModelRequest) -> BedrockOptions {
        request.extensions.get::<BedrockOptions>().cloned().unwrap_or_default()
    }
}

/// Decodes the body of a Converse request, for gateways that accept Converse from their callers.
///
/// Members that every provider has become fields of the request, those that only Bedrock has become [`BedrockOptions`].
/// Encoded with [`EncodeOptions::verbatim`](crate::EncodeOptions::verbatim), the request is the same JSON value again,
/// unknown members included. Parts that were changed in between are encoded anew.
///
/// ```
/// use outcrop_converse::{EncodeOptions, decode_request, encode_request};
///
/// let body = br#"{"messages":[{"role":"user","content":[{"text":"hi"}]}],"inferenceConfig":{"maxTokens":9}}"#;
/// let request = decode_request("amazon.nova-lite-v1:0", &body.as_slice().into())?;
/// assert_eq!(request.messages[0].text(), "hi");
/// let again = encode_request(&request, &EncodeOptions::verbatim())?;
/// assert_eq!(again.to_bytes(), body.as_slice());
/// # Ok::<(), outcrop_converse::core::ModelError>(())
/// ```
///
/// # Errors
/// Of kind `InvalidRequest`, with the path of the wrong member, if the body is not a Converse request.
pub fn decode_request(model: &str, body: &Bytes) -> Result<ModelRequest, ModelError> {
    match outcrop_core::from_slice::<ConverseRequest>(body) {
        Ok(request) => Ok(request_from_wire(model, request)),
        Err(error) => Err(ModelError::invalid_request(
            "InvalidRequest",
            error.path(),
            format!("the body is not a Converse request: {}", error.message()),
        )
        .with_model(model)),
    }
}

/// Converts a parsed Converse request to a unified one. See [`decode_request`].
#[must_use]
pub fn request_from_wire(model: &str, body: ConverseRequest) -> ModelRequest {
    // Kept whole: what has no unified counterpart is still there if the request is encoded verbatim.
    let original = Original(body.clone());
    let mut request = ModelRequest::builder(model).build();
    request.messages.extend(system_message(body.system.unwrap_or_default()));
    request.messages.extend(body.messages.into_iter().flatten().map(turn));
    let mut options = BedrockOptions::new();
    if let Some(config) = body.tool_config {
        tools(config, &mut request, &mut options);
    }
    if let Some(config) = body.inference_config {
        let sampling = &mut request.sampling;
        sampling.max_tokens = config.max_tokens;
        sampling.temperature = config.temperature;
        sampling.top_p = config.top_p;
        sampling.stop = config.stop_sequences.unwrap_or_default();
    }
    let fields = body.additional_model_request_fields.as_ref().and_then(RawJson::as_object);
    request.additional_fields = fields.unwrap_or_default();
    request.metadata = body.request_metadata.unwrap_or_default();
    request.service_tier = body.service_tier.map(|tier| tier.kind.as_str().into());
    options.guardrail = body.guardrail_config;
    options.performance = body.performance_config;
    options.output = body.output_config;
    options.project = body.project_identifier;
    options.prompt_variables = body.prompt_variables.unwrap_or_default();
    options.response_field_paths = body.additional_model_response_field_paths.unwrap_or_default();
    options.other = body.unknown;
    // A request without Bedrock's options must be equal to one that was built without them.
    if options != BedrockOptions::default() {
        request.extensions.insert(options);
    }
    request.extensions.insert(original);
    request
}

/// Converts the system prompt to one message with all its blocks.
fn system_message(blocks: Vec<SystemContentBlock>) -> Option<UnifiedMessage> {
    let unified = |block| match block {
        SystemContentBlock::Text(text) => ContentBlock::text(text),
        SystemContentBlock::CachePoint(point) => CachePointContent::from(&point).into(),
        SystemContentBlock::GuardContent(guarded) => {
            blocks::generic(&wire::ContentBlock::GuardContent(guarded))
        }
        SystemContentBlock::Unknown(members) => blocks::generic(&wire::ContentBlock::Unknown(members)),
    };
    let blocks: Vec<_> = blocks.into_iter().map(unified).collect();
    if blocks.is_empty() { None } else { Some(UnifiedMessage::new(Role::System, blocks)) }
}

fn turn(message: Message) -> UnifiedMessage {
    let role = match message.role {
        ConversationRole::User => Role::User,
        ConversationRole::Assistant => Role::Assistant,
        ConversationRole::System => Role::System,
        other => Role::from(other.as_str()),
    };
    let mut blocks = Vec::with_capacity(message.content.as_deref().unwrap_or_default().len());
    for block in message.content.into_iter().flatten() {
        request_block(block, &mut blocks);
    }
    UnifiedMessage::new(role, blocks)
}

fn tools(config: ToolConfiguration, request: &mut ModelRequest, options: &mut BedrockOptions) {
    for tool in config.tools {
        match tool {
            Tool::ToolSpec(spec) => request.tools.push(tool_spec(spec)),
            // A cache point caches the tools before it, so that it belongs to the last of them.
            Tool::CachePoint(point) => {
                if let Some(last) = request.tools.last_mut() {
                    last.cache_point = Some((&point).into());
                }
            }
            Tool::SystemTool(tool) => options.system_tools.push(tool),
            // A tool of an unknown kind is encoded with the original configuration, which is kept whole.
            Tool::Unknown(_) => {}
        }
    }
    request.tool_choice = config.tool_choice.and_then(|choice| match choice {
        wire::ToolChoice::Auto(_) => Some(ToolChoice::Auto),
        wire::ToolChoice::Any(_) => Some(ToolChoice::Required),
        wire::ToolChoice::Tool(tool) => Some(ToolChoice::Tool(tool.name)),
        wire::ToolChoice::Unknown(_) => None,
    });
}

fn tool_spec(spec: ToolSpecification) -> ToolSpec {
    let schema = match spec.input_schema {
        ToolInputSchema::Json(schema) => schema,
        ToolInputSchema::Unknown(members) => RawJson::from(members),
    };
    let mut tool = ToolSpec::function(spec.name, schema);
    tool.description = spec.description;
    tool.strict = spec.strict;
    tool.other = JsonObject::new();
    tool.other.extend(spec.unknown);
    tool
}

#[cfg(test)]
mod tests;
