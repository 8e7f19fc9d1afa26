//! What is in a message at all.

use outcrop_converse::wire::{ContentBlock, SystemContentBlock};

use super::Conversation;
use super::family::refuses_system;
use crate::fault::Fault;

pub(super) fn no_message_is_empty(conversation: &Conversation<'_>) -> Result<(), Fault> {
    match conversation.messages().iter().position(|message| message.blocks().is_empty()) {
        Some(at) => Err(Fault::validation(format!(
            "The content field in the Message object at messages.{at} is empty. Add a ContentBlock object to the \
             content field and try again."
        ))),
        None => Ok(()),
    }
}

/// Blank means without anything but white space, in turns of either side.
pub(super) fn no_text_is_blank(conversation: &Conversation<'_>) -> Result<(), Fault> {
    for (turn, message) in conversation.messages().iter().enumerate() {
        for (block, content) in message.blocks().iter().enumerate() {
            if matches!(content, ContentBlock::Text(text) if is_blank(text)) {
                return Err(blank("ContentBlock", &format!("messages.{turn}.content.{block}")));
            }
        }
    }
    Ok(())
}

pub(super) fn no_system_text_is_blank(conversation: &Conversation<'_>) -> Result<(), Fault> {
    let system = conversation.request.system.as_deref().unwrap_or_default();
    let is_blank =
        |block: &SystemContentBlock| matches!(block, SystemContentBlock::Text(text) if is_blank(text));
    match system.iter().position(is_blank) {
        Some(at) => Err(blank("SystemContentBlock", &format!("system.{at}"))),
        None => Ok(()),
    }
}

pub(super) fn system_is_known_to_the_model(conversation: &Conversation<'_>) -> Result<(), Fault> {
    let has_system = conversation.request.system.as_ref().is_some_and(|system| !system.is_empty());
    if has_system && refuses_system(conversation.model) {
        return Err(Fault::validation(
            "This model doesn't support system messages. Try again without a system message or use a model that \
             supports system messages.",
        ));
    }
    Ok(())
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

fn blank(object: &str, place: &str) -> Fault {
    Fault::validation(format!(
        "The text field in the {object} object at {place} is blank. Add text to the text field, and try again."
    ))
}
