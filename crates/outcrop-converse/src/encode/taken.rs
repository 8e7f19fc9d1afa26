//! Media that the model is known not to take.

use outcrop_core::{ModelError, NoteAction, Role, UnifiedMessage};

use super::Encoder;
use super::place::Place;
use crate::catalog::{Media, MediaDelivery as Taken};
use crate::repair::Rule;
use crate::wire::{ContentBlock, DocumentSource, MediaSource, ToolResultContentBlock};

impl Encoder<'_> {
    /// Tells media that the model does not take in words (lessons L57, L58), if something was said after them, or if a tool
    /// gave them: a conversation that began with another model goes on, and so does one in which they were refused.
    ///
    /// # Errors
    /// Where such media are asked about now: an answer would be one to another question.
    pub(super) fn settle_media(&mut self, block: &mut ContentBlock, place: Place) -> Result<(), ModelError> {
        if !self.options.rules.contains(Rule::MediaSupport) {
            return Ok(());
        }
        if let ContentBlock::ToolResult(result) = block {
            for (index, part) in result.content.iter_mut().enumerate() {
                if let Some(refused) = Refused::in_result(part, &self.takes.media) {
                    *part = ToolResultContentBlock::Text(refused.told());
                    self.note_media(refused, place.inner(index));
                }
            }
        } else if let Some(refused) = Refused::in_turn(block, &self.takes.media) {
            if asked_now(&self.request.messages) == Some(place.index()) {
                return Err(refused.error(place));
            }
            *block = ContentBlock::Text(refused.told());
            self.note_media(refused, place);
        }
        Ok(())
    }

    fn note_media(&mut self, refused: Refused, place: Place) {
        let message = if refused.only_from_s3 {
            "told in words, since the model does not take it from S3"
        } else {
            "told in words, since the model does not take it"
        };
        self.note(Rule::MediaSupport.id(), NoteAction::Changed, place, message);
    }
}

/// The message that asks now: the last one that says something and is no instruction, unless it is the assistant's, who
/// then goes on with it.
///
/// A message of the user before it is one whose request failed, or one that is explained by it. That only the last
/// message can ask is what a transcript counts on: whatever the assistant speaks after is settled.
fn asked_now(messages: &[UnifiedMessage]) -> Option<usize> {
    let says = |message: &UnifiedMessage| !message.role.is_instruction() && !message.content.is_empty();
    let is_callers = |message: &UnifiedMessage| {
        message.role != Role::Assistant && message.tool_calls().all(|call| call.runs_on_server())
    };
    let last = messages.iter().rposition(says)?;
    messages.get(last).is_some_and(is_callers).then_some(last)
}

/// A medium that the model does not take.
#[derive(Clone, Copy)]
struct Refused {
    /// What it is called.
    noun: &'static str,
    /// Whether its bytes would be taken.
    only_from_s3: bool,
}

impl Refused {
    fn in_turn(block: &ContentBlock, media: &Media) -> Option<Self> {
        match block {
            ContentBlock::Image(image) => Self::of("image", media.image, is_in_s3(&image.source)),
            ContentBlock::Video(video) => Self::of("video", media.video, is_in_s3(&video.source)),
            ContentBlock::Audio(audio) => Self::of("audio", media.audio, is_in_s3(&audio.source)),
            ContentBlock::Document(document) => {
                Self::of("document", media.document, is_document_in_s3(&document.source))
            }
            _ => None,
        }
    }

    fn in_result(part: &ToolResultContentBlock, media: &Media) -> Option<Self> {
        match part {
            ToolResultContentBlock::Image(image) => Self::of("image", media.image, is_in_s3(&image.source)),
            ToolResultContentBlock::Video(video) => Self::of("video", media.video, is_in_s3(&video.source)),
            ToolResultContentBlock::Document(document) => {
                Self::of("document", media.document, is_document_in_s3(&document.source))
            }
            _ => None,
        }
    }

    fn of(noun: &'static str, taken: Taken, is_in_s3: bool) -> Option<Self> {
        let is_refused = taken.is_unsupported() || (is_in_s3 && taken.rejects_s3());
        is_refused.then_some(Self { noun, only_from_s3: !taken.is_unsupported() })
    }

    /// What stands in its place.
    fn told(self) -> String {
        let from = if self.only_from_s3 { " from S3" } else { "" };
        format!("[{} left out: this model takes none{from}]", self.noun)
    }

    fn error(self, place: Place) -> ModelError {
        let Self { noun, only_from_s3 } = self;
        if only_from_s3 {
            let why = format!("the model does not take the {noun} from S3");
            return ModelError::invalid_request("S3MediaNotTaken", place, why)
                .with_hint("send its bytes in a data URI");
        }
        ModelError::invalid_request("MediaNotTaken", place, format!("the model takes no {noun}"))
            .with_hint("leave it out, or ask a model that takes it; what is known of a model can be corrected in `EncodeOptions::catalog`")
    }
}

fn is_in_s3(source: &MediaSource) -> bool {
    matches!(source, MediaSource::S3Location(_))
}

fn is_document_in_s3(source: &DocumentSource) -> bool {
    matches!(source, DocumentSource::S3Location(_))
}
