//! The system prompt.

use outcrop_core::{ContentBlock, GenericContent, Note, NoteAction, RawJson, UnifiedMessage};

use super::target::Target;
use crate::block_path::BlockPath;
use crate::options::Alternation;
use crate::origin;
use crate::rule::Rule;
use crate::wire::SystemContentBlock;

/// Returns whether instructions go to the model as a system prompt. If not, they are user messages.
pub(super) fn has_system_prompt(requested: bool, target: &Target<'_>) -> bool {
    requested && !target.capabilities.system_prompt.is_unsupported()
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
        if in_conversation && target.options.alternation == Alternation::Keep {
            continue;
        }
        if in_conversation {
            let reason = "moved to the system prompt: Converse has instructions there only";
            let path = BlockPath::message(index);
            notes.push(Note::new("system.hoist", NoteAction::Moved, path, reason));
        }
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
                Some(block) => blocks.push(block),
                None => {
                    let reason = "dropped the block: a system prompt has text only";
                    notes.push(Note::new("system.content", NoteAction::Dropped, path, reason));
                }
            }
        }
    }
    // The service rejects an empty list: https://github.com/tensorzero/tensorzero/pull/2686 (M20).
    if blocks.is_empty() { None } else { Some(blocks) }
}

/// Converts a block of Converse's own that a system prompt may have, such as `guardContent`.
fn generic_block(generic: &GenericContent) -> Option<SystemContentBlock> {
    let block = RawJson::from_serialize(&origin::generic_block(generic)?).ok()?;
    block.deserialize().ok()
}

#[cfg(test)]
mod tests;
