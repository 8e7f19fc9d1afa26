//! Media that the model does not support, or not from S3.

use outcrop_core::{ModelError, NoteAction, Role, UnifiedMessage};

use super::RepairContext;
use crate::block_path::BlockPath;
use crate::catalog::{Media, MediaDelivery};
use crate::encode::turn::TurnBlock;
use crate::rule::Rule;
use crate::wire::{ContentBlock, DocumentSource, MediaSource, ToolResultContentBlock};

/// Replaces media that the model does not support by a text, in earlier messages and in tool results.
///
/// A conversation that began with another model can thus be continued, and one in which the media were rejected.
///
/// # Errors
/// The media are in the current user message: without them, an answer would be to another question.
pub(super) fn replace_unsupported_media(
    block: &mut TurnBlock,
    is_current: bool,
    cx: &mut RepairContext<'_>,
) -> Result<(), ModelError> {
    if !cx.has(Rule::MediaSupport) {
        return Ok(());
    }
    // "doesn't support the s3Uri field", "doesn't support the video content block" (L57, L58).
    let path = block.path;
    if let ContentBlock::ToolResult(result) = &mut block.block {
        for (index, part) in result.content.iter_mut().enumerate() {
            if let Some(unsupported) = Unsupported::in_result(part, &cx.model.media) {
                *part = ToolResultContentBlock::Text(unsupported.placeholder());
                note(unsupported, path.inner(index), cx);
            }
        }
    } else if let Some(unsupported) = Unsupported::in_turn(&block.block, &cx.model.media) {
        if is_current {
            return Err(unsupported.error(path));
        }
        block.block = ContentBlock::Text(unsupported.placeholder());
        note(unsupported, path, cx);
    }
    Ok(())
}

fn note(unsupported: Unsupported, path: BlockPath, cx: &mut RepairContext<'_>) {
    let message = if unsupported.only_from_s3 {
        "replaced the media by a text: the model does not support them from S3"
    } else {
        "replaced the media by a text: the model does not support them"
    };
    cx.note(Rule::MediaSupport, NoteAction::Changed, path, message);
}

/// Returns the index of the message that the model is to answer: the last one that has content and is not an
/// instruction. `None` if it is the assistant's, which the model is to continue.
///
/// An earlier message of the user is one whose request failed, or a part of the same question. Only the last message
/// counts, because a growing history must not turn an accepted block into an error or back.
pub(crate) fn current_user_message(messages: &[UnifiedMessage]) -> Option<usize> {
    let has_content =
        |message: &UnifiedMessage| !message.role.is_instruction() && !message.content.is_empty();
    let is_user = |message: &UnifiedMessage| {
        message.role != Role::Assistant && message.tool_calls().all(|call| call.runs_on_server())
    };
    let last = messages.iter().rposition(has_content)?;
    messages.get(last).is_some_and(is_user).then_some(last)
}

/// A medium that the model does not support.
#[derive(Clone, Copy)]
struct Unsupported {
    noun: &'static str,
    /// Whether the model would accept its bytes.
    only_from_s3: bool,
}

impl Unsupported {
    fn in_turn(block: &ContentBlock, media: &Media) -> Option<Self> {
        match block {
            ContentBlock::Image(image) => Self::check("image", media.image, is_in_s3(&image.source)),
            ContentBlock::Video(video) => Self::check("video", media.video, is_in_s3(&video.source)),
            ContentBlock::Audio(audio) => Self::check("audio", media.audio, is_in_s3(&audio.source)),
            ContentBlock::Document(document) => {
                Self::check("document", media.document, is_document_in_s3(&document.source))
            }
            _ => None,
        }
    }

    fn in_result(part: &ToolResultContentBlock, media: &Media) -> Option<Self> {
        match part {
            ToolResultContentBlock::Image(image) => {
                Self::check("image", media.image, is_in_s3(&image.source))
            }
            ToolResultContentBlock::Video(video) => {
                Self::check("video", media.video, is_in_s3(&video.source))
            }
            ToolResultContentBlock::Document(document) => {
                Self::check("document", media.document, is_document_in_s3(&document.source))
            }
            _ => None,
        }
    }

    fn check(noun: &'static str, delivery: MediaDelivery, is_in_s3: bool) -> Option<Self> {
        let is_unsupported = delivery.is_unsupported() || (is_in_s3 && delivery.rejects_s3());
        is_unsupported.then_some(Self { noun, only_from_s3: !delivery.is_unsupported() })
    }

    /// Returns the text that replaces the medium.
    fn placeholder(self) -> String {
        let from = if self.only_from_s3 { " from S3" } else { "" };
        format!("[{} left out: this model takes none{from}]", self.noun)
    }

    fn error(self, path: BlockPath) -> ModelError {
        let Self { noun, only_from_s3 } = self;
        if only_from_s3 {
            let message = format!("the model does not support {noun} input from S3");
            return ModelError::invalid_request("S3MediaNotTaken", path, message)
                .with_hint("send its bytes in a data URI");
        }
        ModelError::invalid_request("MediaNotTaken", path, format!("the model does not support {noun} input"))
            .with_hint("remove it, or choose a model that supports it; `EncodeOptions::catalog` can correct what is known of a model")
    }
}

fn is_in_s3(source: &MediaSource) -> bool {
    matches!(source, MediaSource::S3Location(_))
}

fn is_document_in_s3(source: &DocumentSource) -> bool {
    matches!(source, DocumentSource::S3Location(_))
}

#[cfg(test)]
mod tests;
