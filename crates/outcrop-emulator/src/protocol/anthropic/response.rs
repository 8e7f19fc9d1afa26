//! A response of Converse as a message in Anthropic's format.

use outcrop_converse::ModelId;
use outcrop_converse::wire::{
    ContentBlock, ConverseOutput, ConverseResponse, ReasoningContentBlock, StopReason, TokenUsage,
};
use outcrop_core::{JsonError, JsonObject, RawJson};
use serde::{Deserialize, Serialize};

/// A message of the model, in the order of members that Claude on Bedrock has.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AnthropicMessage {
    #[serde(default)]
    pub(super) model: String,
    #[serde(default)]
    pub(super) id: String,
    #[serde(default = "message_type", rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) role: String,
    #[serde(default)]
    pub(super) content: Vec<JsonObject>,
    #[serde(default)]
    pub(super) stop_reason: Option<String>,
    #[serde(default)]
    pub(super) stop_sequence: Option<String>,
    #[serde(default)]
    pub(super) usage: AnthropicUsage,
}

/// The tokens of a message.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct AnthropicUsage {
    #[serde(default)]
    pub(crate) input_tokens: u64,
    #[serde(default)]
    pub(crate) cache_creation_input_tokens: u64,
    #[serde(default)]
    pub(crate) cache_read_input_tokens: u64,
    #[serde(default)]
    pub(crate) output_tokens: u64,
}

fn message_type() -> String {
    "message".to_owned()
}

impl AnthropicMessage {
    /// Converts a response of Converse, with the stop sequence that ended it.
    pub(crate) fn from_converse(
        response: &ConverseResponse,
        model: &str,
        id: String,
        stop_sequence: Option<String>,
    ) -> Result<Self, JsonError> {
        let blocks = match &response.output {
            Some(ConverseOutput::Message(message)) => message.blocks(),
            _ => &[],
        };
        Ok(Self {
            model: model_name(model),
            id,
            kind: message_type(),
            role: "assistant".to_owned(),
            content: blocks
                .iter()
                .filter_map(|block| content_block(block).transpose())
                .collect::<Result<_, _>>()?,
            stop_reason: response.stop_reason.as_ref().map(stop_reason),
            stop_sequence,
            usage: response.usage.as_ref().map(AnthropicUsage::from_converse).unwrap_or_default(),
        })
    }

    /// Returns whether this is a message, as opposed to other JSON that happens to be an object.
    pub(crate) fn is_whole(&self) -> bool {
        self.kind == "message" && !self.content.is_empty()
    }

    pub(crate) fn usage(&self) -> AnthropicUsage {
        self.usage
    }
}

impl AnthropicUsage {
    fn from_converse(usage: &TokenUsage) -> Self {
        Self {
            input_tokens: usage.input_tokens.unwrap_or_default(),
            cache_creation_input_tokens: usage.cache_write_input_tokens.unwrap_or_default(),
            cache_read_input_tokens: usage.cache_read_input_tokens.unwrap_or_default(),
            output_tokens: usage.output_tokens.unwrap_or_default(),
        }
    }
}

/// Returns the name that Anthropic has for a model: without vendor, profile and version.
fn model_name(model: &str) -> String {
    let base = ModelId::parse(model).base();
    let name = base.strip_prefix("anthropic.").unwrap_or(base);
    name.split("-v").next().unwrap_or(name).to_owned()
}

fn stop_reason(reason: &StopReason) -> String {
    match reason {
        StopReason::GuardrailIntervened => "end_turn".to_owned(),
        other => other.as_str().to_owned(),
    }
}

/// Converts a block, or returns `None` for a kind that Anthropic's format does not have.
fn content_block(block: &ContentBlock) -> Result<Option<JsonObject>, JsonError> {
    let members = match block {
        ContentBlock::Text(text) => vec![("type", "text".into()), ("text", text.as_str().into())],
        ContentBlock::ToolUse(call) => vec![
            ("type", "tool_use".into()),
            ("id", call.tool_use_id.as_str().into()),
            ("name", call.name.as_str().into()),
            ("input", call.input.clone().unwrap_or_else(|| RawJson::from(JsonObject::new()))),
        ],
        ContentBlock::ReasoningContent(ReasoningContentBlock::ReasoningText(reasoning)) => vec![
            ("type", "thinking".into()),
            ("thinking", reasoning.text.as_deref().unwrap_or_default().into()),
            ("signature", reasoning.signature.as_deref().unwrap_or_default().into()),
        ],
        ContentBlock::ReasoningContent(ReasoningContentBlock::RedactedContent(data)) => {
            let text = data.bytes().map_err(|error| JsonError::new("", error.to_string()))?;
            let text = String::from_utf8_lossy(&text).into_owned();
            vec![("type", "redacted_thinking".into()), ("data", text.as_str().into())]
        }
        _ => return Ok(None),
    };
    Ok(Some(members.into_iter().collect()))
}

#[cfg(test)]
mod tests {
    use super::model_name;

    #[test]
    fn model_name_is_that_of_anthropic() {
        for (id, name) in [
            ("us.anthropic.claude-3-5-sonnet-20241022-v2:0", "claude-3-5-sonnet-20241022"),
            ("anthropic.claude-opus-4-6-v1", "claude-opus-4-6"),
            ("emulator.echo", "emulator.echo"),
        ] {
            assert_eq!(model_name(id), name, "{id}");
        }
    }
}
