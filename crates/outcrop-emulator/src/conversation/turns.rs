//! Who speaks when.

use outcrop_converse::wire::{ContentBlock, ConversationRole};

use super::Conversation;
use super::family::{Family, refuses_prefill};
use crate::fault::Fault;

pub(super) fn starts_with_the_user(conversation: &Conversation<'_>) -> Result<(), Fault> {
    match conversation.turns().next() {
        Some((_, turn)) if turn.role == ConversationRole::User => Ok(()),
        Some(_) if conversation.family().lets_the_assistant_start() => Ok(()),
        None if conversation.is_of_a_stored_prompt() => Ok(()),
        _ => Err(Fault::validation(
            "A conversation must start with a user message. Try again with a conversation that starts with a user \
             message.",
        )),
    }
}

/// Some models go on with what the assistant said last, and then Claude wants no white space at its end; others do not.
pub(super) fn ends_as_the_model_wants(conversation: &Conversation<'_>) -> Result<(), Fault> {
    let Some((_, last)) = conversation.turns().last() else { return Ok(()) };
    if last.role != ConversationRole::Assistant {
        return Ok(());
    }
    if refuses_prefill(conversation.model) {
        return Err(Fault::validation(
            "The model returned the following errors: This model does not support assistant message prefill. The \
             conversation must end with a user message.",
        ));
    }
    let words = last.blocks().iter().rev().find(|block| !matches!(block, ContentBlock::CachePoint(_)));
    let ends_blank = matches!(words, Some(ContentBlock::Text(text)) if text.trim_end() != text);
    if ends_blank && conversation.family() == Family::Claude {
        return Err(Fault::validation(
            "The model returned the following errors: messages: final assistant content cannot end with trailing \
             whitespace",
        ));
    }
    Ok(())
}

pub(super) fn alternate(conversation: &Conversation<'_>) -> Result<(), Fault> {
    let following = conversation.turns().skip(1);
    let mut pairs = conversation.turns().zip(following);
    if pairs.any(|((_, before), (_, after))| before.role == after.role) {
        return Err(Fault::validation(
            "A conversation must alternate between user and assistant roles. Make sure the conversation alternates \
             between user and assistant roles and try again.",
        ));
    }
    Ok(())
}
