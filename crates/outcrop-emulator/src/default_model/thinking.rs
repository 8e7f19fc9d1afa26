//! Reasoning: the block that precedes an answer if the request enables it.

use outcrop_converse::ModelId;
use outcrop_converse::wire::{
    ContentBlock, ConverseRequest, ReasoningContentBlock, ReasoningTextBlock, ToolUseBlock,
};

use crate::protocol::prefix::ReasoningSignature;
use crate::protocol::thinking::Thinking;

/// Builds the reasoning before an answer or a call, if the request enables it.
pub(super) fn reasoning(
    model: &str,
    request: &ConverseRequest,
    call: Option<&ToolUseBlock>,
) -> Option<ContentBlock> {
    let fields = request.additional_model_request_fields.as_ref()?.as_object()?;
    let is_claude = Thinking::from_field(&fields, "thinking").is_some();
    // Nova and OpenAI's models have their own fields, and their reasoning has no signature (L76).
    let is_other =
        Thinking::from_field(&fields, "reasoningConfig").is_some() || fields.contains("reasoning_effort");
    if !is_claude && !is_other {
        return None;
    }
    let text = match call {
        Some(call) => format!("The user needs something that {} can find out.", call.name),
        None => "The user needs no tool for this, so I answer at once.".to_owned(),
    };
    let mut block = ReasoningTextBlock::new();
    if is_claude && ModelId::parse(model).base().contains("claude") {
        let message_count = request.messages.as_ref().map(Vec::len).unwrap_or_default();
        block.signature = Some(ReasoningSignature::new(request, message_count, &text).to_string());
    }
    block.text = Some(text);
    Some(ContentBlock::ReasoningContent(ReasoningContentBlock::ReasoningText(block)))
}
