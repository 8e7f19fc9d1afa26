//! The system prompt.

use outcrop_core::{ContentBlock, GenericContent, ModelError, NoteAction, RawJson};

use super::content::cache_point;
use super::place::Place;
use super::{Alternation, Encoder};
use crate::replay;
use crate::wire::SystemContentBlock;

impl Encoder<'_> {
    /// Whether instructions go to the model as a system prompt; else they are the user's words.
    pub(super) fn has_system_prompt(&self) -> bool {
        self.request.supports_system_prompts && !self.takes.system_prompt.is_unsupported()
    }

    /// Tells of the instructions that become the user's words because the model is known to take no system prompt.
    pub(super) fn note_system_as_words(&mut self) {
        if !self.request.supports_system_prompts || self.has_system_prompt() {
            return;
        }
        let request = self.request;
        for (index, message) in request.messages.iter().enumerate() {
            if message.role.is_instruction() {
                let why = "told as the user's words, since the model takes no system prompt";
                self.note("system.unsupported", NoteAction::Moved, Place::message(index), why);
            }
        }
    }

    /// The system prompt: every text of every instruction, one block each, in order (lessons L12, L13).
    ///
    /// Blank texts are left out, since the service refuses them (lesson M19); with nothing left there is no prompt.
    /// Where the model knows no system prompts there is none either; the texts go to it as the user's turns.
    pub(super) fn system(&mut self) -> Result<Option<Vec<SystemContentBlock>>, ModelError> {
        let mut blocks = std::mem::take(&mut self.bedrock.system);
        if !self.has_system_prompt() {
            return Ok(if blocks.is_empty() { None } else { Some(blocks) });
        }
        let mut in_conversation = false;
        for (index, message) in self.request.messages.iter().enumerate() {
            if !message.role.is_instruction() {
                in_conversation = true;
                continue;
            }
            if in_conversation && self.options.alternation == Alternation::Keep {
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
                let taken = match block {
                    ContentBlock::Text(text) if self.is_blank(&text.text) => {
                        let message = "left out, since the service refuses blank text";
                        self.note("content.blank", NoteAction::Dropped, place, message);
                        continue;
                    }
                    ContentBlock::Text(text) => Some(SystemContentBlock::Text(text.text.clone())),
                    ContentBlock::CachePoint(point) => {
                        Some(SystemContentBlock::CachePoint(cache_point(point)))
                    }
                    ContentBlock::Generic(generic) => system_block(generic),
                    _ => None,
                };
                match taken {
                    Some(block) => blocks.push(block),
                    None => {
                        let message = "left out, since a system prompt takes text only";
                        self.note("system.content", NoteAction::Dropped, place, message);
                    }
                }
            }
        }
        Ok(if blocks.is_empty() { None } else { Some(blocks) })
    }
}

/// A block of Converse's own that a system prompt takes, such as `guardContent`.
fn system_block(generic: &GenericContent) -> Option<SystemContentBlock> {
    let block = RawJson::from_serialize(&replay::generic(generic)?).ok()?;
    block.deserialize().ok()
}
