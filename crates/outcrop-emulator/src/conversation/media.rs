//! Images and documents.

use std::collections::BTreeSet;

use outcrop_converse::wire::{ContentBlock, ConversationRole, DocumentBlock, Message};

use super::Conversation;
use super::family::{Family, reads_only_text};
use crate::fault::Fault;

/// The most documents of a request.
const MOST_DOCUMENTS: usize = 5;

/// The most images of a message, as the API reference has it. Some models take more; a rule for their family can say so.
const MOST_IMAGES: usize = 20;

/// Claude sees no videos, and some models see nothing but text. Which of the others see what is theirs to say.
pub(super) fn is_taken(conversation: &Conversation<'_>) -> Result<(), Fault> {
    let is_claude = conversation.family() == Family::Claude;
    let reads_only = reads_only_text(conversation.model);
    for block in conversation.messages().iter().flat_map(Message::blocks) {
        let refused = match block {
            ContentBlock::Video(_) if is_claude || reads_only => "video",
            ContentBlock::Image(_) if reads_only => "image",
            _ => continue,
        };
        return Err(Fault::validation(format!(
            "This model doesn't support the {refused} content block that you provided. Update the content block and try \
             again."
        )));
    }
    Ok(())
}

pub(super) fn documents_are_few(conversation: &Conversation<'_>) -> Result<(), Fault> {
    if documents(conversation).count() > MOST_DOCUMENTS {
        return Err(Fault::validation(format!(
            "You can't include more than {MOST_DOCUMENTS} documents in a request."
        )));
    }
    Ok(())
}

pub(super) fn images_are_few(conversation: &Conversation<'_>) -> Result<(), Fault> {
    let images = |message: &Message| {
        message.blocks().iter().filter(|block| matches!(block, ContentBlock::Image(_))).count()
    };
    match conversation.messages().iter().position(|message| images(message) > MOST_IMAGES) {
        Some(at) => Err(Fault::validation(format!(
            "You can't include more than {MOST_IMAGES} images in a message, as the one at messages.{at} does."
        ))),
        None => Ok(()),
    }
}

/// The characters that the message names, and the underscore, which is taken as well.
pub(super) fn document_names_are_plain(conversation: &Conversation<'_>) -> Result<(), Fault> {
    let is_plain = |name: &str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || c.is_ascii_whitespace() || "-()[]_".contains(c);
        let double = name.as_bytes().windows(2).any(|pair| pair.iter().all(u8::is_ascii_whitespace));
        name.chars().all(plain) && !double
    };
    if documents(conversation).all(|document| is_plain(&document.name)) {
        return Ok(());
    }
    Err(Fault::validation(
        "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, \
         parentheses, and square brackets. The name can't contain more than one consecutive whitespace character.",
    ))
}

pub(super) fn document_names_are_unique(conversation: &Conversation<'_>) -> Result<(), Fault> {
    let mut names = BTreeSet::new();
    if documents(conversation).all(|document| names.insert(document.name.as_str())) {
        return Ok(());
    }
    Err(Fault::validation("Messages can't contain duplicate document names."))
}

pub(super) fn documents_have_text_beside_them(conversation: &Conversation<'_>) -> Result<(), Fault> {
    let stands_alone = |message: &Message| {
        // What the assistant says beside its documents is its own affair.
        let is_users = message.role == ConversationRole::User;
        let has = |wanted: fn(&ContentBlock) -> bool| message.blocks().iter().any(wanted);
        is_users
            && has(|block| matches!(block, ContentBlock::Document(_)))
            && !has(|block| matches!(block, ContentBlock::Text(_)))
    };
    if conversation.messages().iter().any(stands_alone) {
        return Err(Fault::validation(
            "A text block must be included when using documents. Add a text block and retry your request.",
        ));
    }
    Ok(())
}

/// The documents that stand in messages themselves; those in results of tools are not counted.
fn documents<'c>(conversation: &'c Conversation<'_>) -> impl Iterator<Item = &'c DocumentBlock> {
    let blocks = conversation.messages().iter().flat_map(Message::blocks);
    blocks
        .filter_map(|block| if let ContentBlock::Document(document) = block { Some(document) } else { None })
}
