//! The system prompt.

use outcrop_core::{ContentBlock, GenericContent, Note, NoteAction, RawJson, UnifiedMessage};

use super::target::Target;
use super::turn::TurnBlock;
use crate::block_path::BlockPath;
use crate::options::{Alternation, EncodeOptions};
use crate::origin;
use crate::rule::Rule;
use crate::wire::{self, SystemContentBlock};

/// Returns whether instructions go to the model as a system prompt. If not, they are user messages.
pub(super) fn has_system_prompt(requested: bool, target: &Target<'_>) -> bool {
    requested && !target.capabilities.system_prompt.is_unsupported()
}

/// Returns whether instructions inside the conversation stay there, and do not move to the system prompt.
pub(super) fn stay_in_place(options: &EncodeOptions) -> bool {
    // In the system prompt, a new instruction changes the first bytes of the request, so that the prompt cache misses from
    // there on: https://github.com/BerriAI/litellm/issues/41043, https://github.com/maximhq/bifrost/issues/4068 (L12). AG2
    // sends all of them in the system prompt, and its turns are AG2's.
    options.alternation != Alternation::Insert
}

/// Returns how many instructions open the conversation: those of the system prompt.
pub(super) fn opening_instructions(messages: &[UnifiedMessage]) -> usize {
    messages.iter().take_while(|message| message.role.is_instruction()).count()
}

/// Returns the blocks of an instruction that stays inside the conversation, as a part of a user turn. Its texts are marked.
pub(super) fn instruction_in_place(
    message: &UnifiedMessage,
    index: usize,
    target: &Target<'_>,
    notes: &mut Vec<Note>,
) -> Vec<TurnBlock> {
    let noted = notes.len();
    let mut blocks = Vec::with_capacity(message.content.len());
    for (path, block) in instruction_blocks(message, index, target, notes) {
        let block = match block {
            SystemContentBlock::Text(text) => {
                wire::ContentBlock::Text(format!("<system>\n{text}\n</system>"))
            }
            SystemContentBlock::GuardContent(content) => wire::ContentBlock::GuardContent(content),
            SystemContentBlock::CachePoint(point) => wire::ContentBlock::CachePoint(point),
            _ => {
                notes.push(dropped_block(path));
                continue;
            }
        };
        blocks.push(TurnBlock::new(block, path));
    }
    if !blocks.is_empty() {
        let reason =
            "sent in a user turn, marked with `<system>`: Converse has no instructions inside a conversation";
        let path = BlockPath::message(index);
        notes.insert(noted, Note::new("system.in_place", NoteAction::Changed, path, reason));
    }
    blocks
}

/// Notes the instructions that become user messages because the model does not support system prompts.
pub(super) fn note_unsupported(
    messages: &[UnifiedMessage],
    requested: bool,
    target: &Target<'_>,
    notes: &mut Vec<Note>,
) {
    if !requested || has_system_prompt(requested, target) {
        return;
    }
    for (index, message) in messages.iter().enumerate() {
        if message.role.is_instruction() {
            let reason = "sent as a user message: the model does not support system prompts";
            let path = BlockPath::message(index);
            notes.push(Note::new("system.unsupported", NoteAction::Moved, path, reason));
        }
    }
}

/// Appends every text of every instruction to the system prompt, one block each, in order. Returns `None` if there is none.
pub(super) fn system_prompt(
    mut blocks: Vec<SystemContentBlock>,
    messages: &[UnifiedMessage],
    requested: bool,
    target: &Target<'_>,
    notes: &mut Vec<Note>,
) -> Option<Vec<SystemContentBlock>> {
    let messages = if has_system_prompt(requested, target) { messages } else { &[] };
    // Each part stays a block of its own: litellm once kept the last part only (L12, L13).
    let mut in_conversation = false;
    for (index, message) in messages.iter().enumerate() {
        if !message.role.is_instruction() {
            in_conversation = true;
            continue;
        }
        if in_conversation && stay_in_place(target.options) {
            continue;
        }
        if in_conversation {
            let reason = "moved to the system prompt: AG2 sends all instructions there";
            let path = BlockPath::message(index);
            notes.push(Note::new("system.hoist", NoteAction::Moved, path, reason));
        }
        blocks.extend(instruction_blocks(message, index, target, notes).into_iter().map(|(_, block)| block));
    }
    // The service rejects an empty list: https://github.com/tensorzero/tensorzero/pull/2686 (M20).
    if blocks.is_empty() { None } else { Some(blocks) }
}

/// Returns the blocks of an instruction, each with its path. What a system prompt cannot have is dropped with a note.
fn instruction_blocks(
    message: &UnifiedMessage,
    index: usize,
    target: &Target<'_>,
    notes: &mut Vec<Note>,
) -> Vec<(BlockPath, SystemContentBlock)> {
    let mut blocks = Vec::with_capacity(message.content.len());
    for (part, block) in message.content.iter().enumerate() {
        let path = BlockPath::message(index).block(part);
        let encoded = match block {
            ContentBlock::Text(text) if target.drops_blank(&text.text) => {
                let reason = "dropped the text: the service rejects blank text";
                notes.push(Note::new(Rule::BlankText.id(), NoteAction::Dropped, path, reason));
                continue;
            }
            ContentBlock::Text(text) => Some(SystemContentBlock::Text(text.text.clone())),
            ContentBlock::CachePoint(point) => Some(SystemContentBlock::CachePoint(point.into())),
            ContentBlock::Generic(generic) => generic_block(generic),
            _ => None,
        };
        match encoded {
            Some(block) => blocks.push((path, block)),
            None => notes.push(dropped_block(path)),
        }
    }
    blocks
}

fn dropped_block(path: BlockPath) -> Note {
    let reason = "dropped the block: a system prompt has text only";
    Note::new("system.content", NoteAction::Dropped, path, reason)
}

/// Converts a block of Converse's own that a system prompt may have, such as `guardContent`.
fn generic_block(generic: &GenericContent) -> Option<SystemContentBlock> {
    let block = RawJson::from_serialize(&origin::generic_block(generic)?).ok()?;
    block.deserialize().ok()
}

#[cfg(test)]
mod tests;
