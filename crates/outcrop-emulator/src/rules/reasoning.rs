//! Reasoning in a history: whose turns may contain it, and which form each family reads back.

use outcrop_converse::wire::{ContentBlock, ConversationRole, ReasoningContentBlock};
use outcrop_core::{JsonObject, RawJson};

use super::models::{Family, rejects_reasoning_text};
use super::{Conversation, unsupported_member};
use crate::protocol::error::ServiceError;
use crate::protocol::prefix::{ReasoningSignature, SignatureMismatch};
use crate::protocol::thinking::Thinking;

/// Rejects reasoning in user turns.
pub(super) fn reject_in_user_turns(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    let is_reasoning = |block: &ContentBlock| matches!(block, ContentBlock::ReasoningContent(_));
    let mut user_turns = conversation.turns().filter(|(_, turn)| turn.role == ConversationRole::User);
    if user_turns.any(|(_, turn)| turn.blocks().iter().any(is_reasoning)) {
        return Err(ServiceError::validation(
            "User messages cannot contain reasoning content. Please remove the reasoning content and try again.",
        ));
    }
    Ok(())
}

/// Rejects reasoning that the family does not read back.
pub(super) fn reject_unsupported_reasoning(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    for (turn_index, turn) in conversation.turns() {
        let mut is_first = true;
        for (index, block) in turn.blocks().iter().enumerate() {
            let ContentBlock::ReasoningContent(reasoning) = block else {
                continue;
            };
            let path = format!("messages.{turn_index}.content.{index}");
            match conversation.family() {
                Family::Claude => {
                    require_signature(reasoning, &path)?;
                    require_same_prefix(conversation, turn_index, reasoning, &path)?;
                    // Only the first reasoning of a turn must come first: with interleaved thinking, more may follow.
                    if is_first && index > 0 {
                        return Err(ServiceError::from_model(&format!(
                            "{path}: Expected `thinking` or `redacted_thinking`, but found `text`"
                        )));
                    }
                }
                // GPT reads what it encrypted: https://github.com/strands-rl/strands-env/pull/258.
                Family::OpenAi
                    if !conversation.model.base().contains("gpt-oss")
                        && matches!(reasoning, ReasoningContentBlock::RedactedContent(_)) => {}
                // Stricter than AWS, because it does harm where it is accepted: gpt-oss repeats it in the visible answer
                // (L77), and DeepSeek R1 requires that it is removed (M34).
                Family::OpenAi | Family::DeepSeek | Family::Llama => {
                    return Err(unsupported_member("reasoningContent"));
                }
                _ if matches!(reasoning, ReasoningContentBlock::ReasoningText(_))
                    && rejects_reasoning_text(conversation.model) =>
                {
                    return Err(unsupported_member("reasoningContent.reasoningText"));
                }
                // Only Claude encrypts reasoning. No other model can read it (M33).
                Family::Nova | Family::Qwen | Family::Kimi | Family::Glm => {
                    if matches!(reasoning, ReasoningContentBlock::RedactedContent(_)) {
                        return Err(unsupported_member("reasoningContent.redactedContent"));
                    }
                }
                Family::Mistral | Family::Writer | Family::Other => {}
            }
            is_first = false;
        }
    }
    Ok(())
}

/// Requires the signature that Claude puts on its reasoning. An aborted stream leaves reasoning without one (L76, M31).
fn require_signature(reasoning: &ReasoningContentBlock, path: &str) -> Result<(), ServiceError> {
    let ReasoningContentBlock::ReasoningText(text) = reasoning else { return Ok(()) };
    match text.signature.as_deref() {
        None => Err(ServiceError::from_model(&format!("{path}.thinking.signature: Field required"))),
        // The emulator has no key, so any other signature is valid.
        Some("") => {
            Err(ServiceError::from_model(&format!("{path}: Invalid `signature` in `thinking` block")))
        }
        Some(_) => Ok(()),
    }
}

/// Requires that a signature of the emulator is that of the reasoning and of the conversation before it.
fn require_same_prefix(
    conversation: &Conversation<'_>,
    turn_index: usize,
    reasoning: &ReasoningContentBlock,
    path: &str,
) -> Result<(), ServiceError> {
    let ReasoningContentBlock::ReasoningText(block) = reasoning else { return Ok(()) };
    let Some(signature) = block.signature.as_deref().and_then(ReasoningSignature::parse) else {
        return Ok(());
    };
    let text = block.text.as_deref().unwrap_or_default();
    let expected = ReasoningSignature::new(conversation.request, turn_index, text);
    // A client that edits its system prompt or trims its history breaks this. See
    // https://github.com/anomalyco/opencode/issues/48637 for the text, and
    // https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-call.html for the rule.
    let differing = match signature.check(expected) {
        Err(SignatureMismatch::Text) => {
            return Err(ServiceError::from_model(&format!(
                "{path}: Invalid `signature` in `thinking` block"
            )));
        }
        Err(_) if drops_unbound_blocks(conversation) => return Ok(()),
        Err(SignatureMismatch::System) => {
            " The `system` prompt differs from the one this block was created with."
        }
        Err(SignatureMismatch::Messages) => "",
        Ok(()) => return Ok(()),
    };
    Err(ServiceError::from_model(&format!(
        "{path}: Invalid `signature` in `thinking` block. The block is bound to a different conversation. Remove the block, \
         or set `thinking.block_binding.prefix_mismatch_behavior` to \"drop_block\". That setting requires the \
         `thinking-binding-controls-2026-08-01` value in the `anthropic-beta` header.{differing}"
    )))
}

/// Returns whether the request lets the model drop reasoning that belongs to another conversation.
fn drops_unbound_blocks(conversation: &Conversation<'_>) -> bool {
    let fields = conversation.request.additional_model_request_fields.as_ref().and_then(RawJson::as_object);
    let member = |object: &JsonObject, name: &str| object.get(name).and_then(RawJson::as_object);
    let binding = fields
        .and_then(|fields| member(&fields, "thinking"))
        .and_then(|thinking| member(&thinking, "block_binding"));
    let behavior = binding.and_then(|binding| binding.get("prefix_mismatch_behavior").cloned());
    behavior.is_some_and(|behavior| behavior.as_string().as_deref() == Some("drop_block"))
}

/// Requires that a last assistant turn begins with reasoning while Claude thinks: it cannot continue text then.
pub(super) fn require_reasoning_at_end(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    // A client that does not send the reasoning of a tool call back breaks this (L74). See
    // https://github.com/pydantic/pydantic-ai/issues/2453, which also has the rest of the text.
    let Some((index, last)) = conversation.turns().last() else { return Ok(()) };
    let begins_with_reasoning = matches!(last.blocks().first(), Some(ContentBlock::ReasoningContent(_)));
    if last.role != ConversationRole::Assistant || begins_with_reasoning || thinking(conversation).is_none() {
        return Ok(());
    }
    Err(ServiceError::from_model(&format!(
        "messages.{index}.content.0.type: Expected `thinking` or `redacted_thinking`, but found `text`. When `thinking` \
         is enabled, a final `assistant` message must start with a thinking block"
    )))
}

/// Returns how the request lets Claude think, if it does.
pub(super) fn thinking(conversation: &Conversation<'_>) -> Option<Thinking> {
    if conversation.family() != Family::Claude {
        return None;
    }
    let fields = conversation.request.additional_model_request_fields.as_ref()?.as_object()?;
    Thinking::from_field(&fields, "thinking")
}
