//! The system prompt.

use outcrop_core::{ContentBlock, ModelError, NoteAction};

use super::Encoder;
use super::content::cache_point;
use super::place::Place;
use crate::wire::SystemContentBlock;

impl Encoder<'_> {
    /// The system prompt: every text of every instruction, one block each, in order (lessons L12, L13).
    ///
    /// Blank texts are left out, since the service refuses them (lesson M19); with nothing left there is no prompt.
    /// Where the model knows no system prompts there is none either; the texts go to it as the user's turns.
    pub(super) fn system(&mut self) -> Result<Option<Vec<SystemContentBlock>>, ModelError> {
        if !self.request.supports_system_prompts {
            return Ok(None);
        }
        let mut blocks = Vec::new();
        let mut in_conversation = false;
        for (index, message) in self.request.messages.iter().enumerate() {
            if !message.role.is_instruction() {
                in_conversation = true;
                continue;
            }
            if in_conversation {
                self.note(
                    "system.hoist",
                    NoteAction::Moved,
                    Place::message(index),
                    "moved to the system prompt, which comes before all turns",
                );
            }
            for (part, block) in message.content.iter().enumerate() {
                let place = Place::message(index).block(part);
                match block {
                    ContentBlock::Text(text) if text.text.trim().is_empty() => {
                        self.note(
                            "content.blank",
                            NoteAction::Dropped,
                            place,
                            "left out, since the service refuses blank text",
                        );
                    }
                    ContentBlock::Text(text) => blocks.push(SystemContentBlock::Text(text.text.clone())),
                    ContentBlock::CachePoint(point) => {
                        blocks.push(SystemContentBlock::CachePoint(cache_point(point)));
                    }
                    _ => self.note(
                        "system.content",
                        NoteAction::Dropped,
                        place,
                        "left out, since a system prompt takes text only",
                    ),
                }
            }
        }
        Ok(if blocks.is_empty() { None } else { Some(blocks) })
    }
}
