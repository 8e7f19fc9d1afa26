//! Turns: their order, their roles, and that each message and the system prompt have content.

use outcrop_converse::wire::{ContentBlock, ConversationRole, Message, SystemContentBlock, ToolUseType};

use super::Conversation;
use super::models::{Family, rejects_prefill, rejects_system, rejects_text_after_calls};
use crate::protocol::error::ServiceError;

/// Requires that the first turn is a user turn, except for families that allow an assistant turn.
pub(super) fn require_user_first(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    match conversation.turns().next() {
        Some((_, turn)) if turn.role == ConversationRole::User => Ok(()),
        Some(_) if conversation.family().allows_assistant_first() => Ok(()),
        None if conversation.has_stored_prompt() => Ok(()),
        _ => Err(ServiceError::validation(
            "A conversation must start with a user message. Try again with a conversation that starts with a user \
             message.",
        )),
    }
}

/// Requires that user and assistant turns alternate.
pub(super) fn require_alternation(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    // Clients that send one user message per tool result break this first. See
    // https://github.com/Portkey-AI/gateway/issues/748.
    let following = conversation.turns().skip(1);
    let mut pairs = conversation.turns().zip(following);
    if pairs.any(|((_, before), (_, after))| before.role == after.role) {
        return Err(ServiceError::validation(
            "A conversation must alternate between user and assistant roles. Make sure the conversation alternates \
             between user and assistant roles and try again.",
        ));
    }
    Ok(())
}

/// Rejects a last assistant turn that the model cannot continue.
pub(super) fn require_supported_end(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    let Some((_, last)) = conversation.turns().last() else { return Ok(()) };
    if last.role != ConversationRole::Assistant {
        return Ok(());
    }
    if rejects_prefill(conversation.model) {
        return Err(no_prefill());
    }
    // Claude continues the text, but not after white space (L6). See
    // https://github.com/langchain-ai/langchain-aws/pull/599. A cache point after the text makes no difference.
    let end = last.blocks().iter().rev().find(|block| !matches!(block, ContentBlock::CachePoint(_)));
    let ends_with_space = matches!(end, Some(ContentBlock::Text(text)) if text.trim_end() != text);
    if ends_with_space && conversation.family() == Family::Claude {
        return Err(ServiceError::from_model(
            "messages: final assistant content cannot end with trailing whitespace",
        ));
    }
    Ok(())
}

/// Rejects an assistant turn with text after its tool calls, wherever it is.
///
/// Claude since 4.7 takes the text for a prefill: <https://github.com/NousResearch/hermes-agent/pull/112303> (L140).
pub(super) fn reject_text_after_calls(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    if !rejects_text_after_calls(conversation.model) {
        return Ok(());
    }
    let is_call = |block: &&ContentBlock| matches!(block, ContentBlock::ToolUse(call) if call.kind != Some(ToolUseType::ServerToolUse));
    let is_text = |block: &ContentBlock| matches!(block, ContentBlock::Text(_));
    let has_text_after_calls =
        |turn: &Message| turn.blocks().iter().skip_while(|block| !is_call(block)).any(is_text);
    if conversation.messages().iter().any(has_text_after_calls) {
        return Err(no_prefill());
    }
    Ok(())
}

fn no_prefill() -> ServiceError {
    ServiceError::from_model(
        "This model does not support assistant message prefill. The conversation must end with a user message.",
    )
}

/// Rejects messages without content blocks.
pub(super) fn reject_empty_messages(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    match conversation.messages().iter().position(|message| message.blocks().is_empty()) {
        Some(index) => Err(ServiceError::validation(format!(
            "The content field in the Message object at messages.{index} is empty. Add a ContentBlock object to the \
             content field and try again."
        ))),
        None => Ok(()),
    }
}

/// Rejects text blocks without any text but white space, in turns of both roles.
pub(super) fn reject_blank_text(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    // A single space does not do as a placeholder (L8). See https://github.com/boto/botocore/issues/3525 and
    // https://github.com/OpenHands/OpenHands/issues/5339.
    for (message_index, message) in conversation.messages().iter().enumerate() {
        for (index, content) in message.blocks().iter().enumerate() {
            if matches!(content, ContentBlock::Text(text) if is_blank(text)) {
                let path = format!("messages.{message_index}.content.{index}");
                return Err(blank_text("ContentBlock", &path));
            }
        }
    }
    Ok(())
}

/// Rejects text blocks of the system prompt without any text but white space.
pub(super) fn reject_blank_system_text(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    let system = conversation.request.system.as_deref().unwrap_or_default();
    let is_blank_block =
        |block: &SystemContentBlock| matches!(block, SystemContentBlock::Text(text) if is_blank(text));
    match system.iter().position(is_blank_block) {
        Some(index) => Err(blank_text("SystemContentBlock", &format!("system.{index}"))),
        None => Ok(()),
    }
}

/// Rejects a system prompt for models without one.
pub(super) fn reject_unsupported_system(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    let has_system = conversation.request.system.as_ref().is_some_and(|system| !system.is_empty());
    if has_system && rejects_system(conversation.model) {
        return Err(ServiceError::validation(
            "This model doesn't support system messages. Try again without a system message or use a model that \
             supports system messages.",
        ));
    }
    Ok(())
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

fn blank_text(object: &str, path: &str) -> ServiceError {
    ServiceError::validation(format!(
        "The text field in the {object} object at {path} is blank. Add text to the text field, and try again."
    ))
}
