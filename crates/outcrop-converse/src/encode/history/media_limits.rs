//! The number and the size of media in a turn, as AWS documents them.
//!
//! See <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Message.html>. Beyond them a request is sent all
//! the same, with a warning: some models accept more, and only the service knows.

use outcrop_core::NoteAction;

use super::RepairContext;
use crate::encode::turn::{Turn, TurnRole};
use crate::rule::Rule;
use crate::wire::{ContentBlock, DocumentSource, MediaSource};

const MAX_IMAGES: usize = 20;
const MAX_DOCUMENTS: usize = 5;
/// 3.75 MB.
const MAX_IMAGE_BYTES: usize = 3_932_160;
/// 4.5 MB.
const MAX_DOCUMENT_BYTES: usize = 4_718_592;

/// Warns of the media of a user turn that are beyond the limits.
pub(super) fn warn_if_over_limits(turn: &Turn, cx: &mut RepairContext<'_>) {
    if turn.role != TurnRole::User {
        return;
    }
    let (mut images, mut documents) = (0, 0);
    for block in &turn.blocks {
        let message = match &block.block {
            ContentBlock::Image(image) => {
                images += 1;
                match &image.source {
                    MediaSource::Bytes(bytes) if bytes.len() > MAX_IMAGE_BYTES => {
                        "the image has more than 3.75 MB, the documented limit, and the service may reject it"
                    }
                    _ if images == MAX_IMAGES + 1 => {
                        "the turn has more than 20 images, the documented limit, and the service may reject it"
                    }
                    _ => continue,
                }
            }
            ContentBlock::Document(document) => {
                documents += 1;
                match &document.source {
                    DocumentSource::Bytes(bytes) if bytes.len() > MAX_DOCUMENT_BYTES => {
                        "the document has more than 4.5 MB, the documented limit, and the service may reject it"
                    }
                    _ if documents == MAX_DOCUMENTS + 1 => {
                        "the turn has more than 5 documents, the documented limit, and the service may reject it"
                    }
                    _ => continue,
                }
            }
            _ => continue,
        };
        cx.note(Rule::MediaSupport, NoteAction::Warned, block.path, message);
    }
}

#[cfg(test)]
mod tests;
