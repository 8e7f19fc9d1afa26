//! Media in messages: images, videos and documents.

use std::collections::BTreeSet;

use outcrop_converse::wire::{ContentBlock, ConversationRole, DocumentBlock, Message};

use super::Conversation;
use super::models::{Family, reads_only_text};
use crate::protocol::error::ServiceError;

/// The maximum number of documents in a request. See
/// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Message.html>.
const MAX_DOCUMENTS: usize = 5;

/// The maximum number of images in a message, from the same page. Newer models accept more.
const MAX_IMAGES: usize = 20;

/// Rejects images and videos for models that do not see them.
pub(super) fn reject_unsupported_media(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    // No Claude sees videos (L58). Of the other models, the emulator only knows those that read nothing but text.
    let is_claude = conversation.family() == Family::Claude;
    let reads_only_text = reads_only_text(conversation.model);
    for block in conversation.blocks() {
        let rejected = match block {
            ContentBlock::Video(_) if is_claude || reads_only_text => "video",
            ContentBlock::Image(_) if reads_only_text => "image",
            _ => continue,
        };
        return Err(ServiceError::validation(format!(
            "This model doesn't support the {rejected} content block that you provided. Update the content block and \
             try again."
        )));
    }
    Ok(())
}

/// Rejects more documents than a request may have.
pub(super) fn limit_documents(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    if documents(conversation).count() > MAX_DOCUMENTS {
        return Err(ServiceError::validation(format!(
            "You can't include more than {MAX_DOCUMENTS} documents in a request."
        )));
    }
    Ok(())
}

/// Rejects more images than a message may have.
pub(super) fn limit_images(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    let images = |message: &Message| {
        message.blocks().iter().filter(|block| matches!(block, ContentBlock::Image(_))).count()
    };
    match conversation.messages().iter().position(|message| images(message) > MAX_IMAGES) {
        Some(index) => Err(ServiceError::validation(format!(
            "You can't include more than {MAX_IMAGES} images in a message, as the one at messages.{index} does."
        ))),
        None => Ok(()),
    }
}

/// Rejects document names with other characters than AWS allows.
pub(super) fn require_plain_names(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    // File names of users often break this: extensions, apostrophes and letters beyond ASCII (L54). The underscore is not
    // in the text, but is accepted, and a tab is white space, but is not. See https://github.com/vercel/ai/issues/20365 and
    // https://github.com/vercel/ai/pull/20366.
    let is_plain = |name: &str| {
        name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" -()[]_".contains(&byte))
            && !name.contains("  ")
    };
    if documents(conversation).all(|document| is_plain(&document.name)) {
        return Ok(());
    }
    Err(ServiceError::validation(
        "The document file name can only contain alphanumeric characters, whitespace characters, hyphens, \
         parentheses, and square brackets. The name can't contain more than one consecutive whitespace character. Check \
         that the file name conforms to these restrictions and retry your request.",
    ))
}

/// Requires that no two documents of the request have the same name (L55).
pub(super) fn require_unique_names(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    let mut names = BTreeSet::new();
    if documents(conversation).all(|document| names.insert(document.name.as_str())) {
        return Ok(());
    }
    Err(ServiceError::validation("Messages can't contain duplicate document names."))
}

/// Requires a text block in each user turn with a document (L56).
pub(super) fn require_text_with_documents(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    // A file without a prompt breaks this. See https://github.com/archestra-ai/archestra/pull/4220.
    let lacks_text = |message: &Message| {
        let has = |matches: fn(&ContentBlock) -> bool| message.blocks().iter().any(matches);
        message.role == ConversationRole::User
            && has(|block| matches!(block, ContentBlock::Document(_)))
            && !has(|block| matches!(block, ContentBlock::Text(_)))
    };
    if conversation.messages().iter().any(lacks_text) {
        return Err(ServiceError::validation(
            "A text block must be included when using documents. Add a text block and retry your request.",
        ));
    }
    Ok(())
}

/// Returns the documents in messages. Those in tool results do not count.
fn documents<'c>(conversation: &'c Conversation<'_>) -> impl Iterator<Item = &'c DocumentBlock> {
    conversation.blocks().filter_map(|block| match block {
        ContentBlock::Document(document) => Some(document),
        _ => None,
    })
}
