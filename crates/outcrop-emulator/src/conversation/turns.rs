//! Who speaks when.

use outcrop_converse::wire::ConversationRole;

use super::Conversation;
use crate::fault::Fault;

pub(super) fn starts_with_the_user(conversation: &Conversation<'_>) -> Result<(), Fault> {
    match conversation.turns().next() {
        Some((_, turn)) if turn.role == ConversationRole::User => Ok(()),
        None if conversation.is_of_a_stored_prompt() => Ok(()),
        _ => Err(Fault::validation(
            "A conversation must start with a user message. Try again with a conversation that starts with a user \
             message.",
        )),
    }
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
