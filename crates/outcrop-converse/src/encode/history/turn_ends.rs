//! The first and the last turn of a conversation.

use outcrop_core::NoteAction;

use super::RepairContext;
use crate::block_path::BlockPath;
use crate::encode::turn::{Turn, TurnBlock, TurnRole};
use crate::rule::Rule;
use crate::wire::ContentBlock;

/// The user's text after an assistant turn that the model does not continue (L5).
const CONTINUE_TEXT: &str = "Please continue your response from where you left off.";

/// Inserts a user turn before an assistant turn that the model does not start with. Returns whether it did.
pub(super) fn repair_first_turn(turns: &mut Vec<Turn>, cx: &mut RepairContext<'_>) -> bool {
    // "A conversation must start with a user message". Claude, Qwen, GLM and Kimi accept an assistant turn (L4).
    let is_legal =
        turns.first().is_some_and(|first| first.role == TurnRole::User || cx.model.leading_assistant);
    if is_legal || !cx.has(Rule::FirstTurn) {
        return false;
    }
    let path =
        turns.first().and_then(|turn| turn.blocks.first()).map_or(BlockPath::message(0), |block| block.path);
    turns.insert(0, Turn { role: TurnRole::User, blocks: vec![cx.filler(path)] });
    let message = "inserted a turn before it: the first turn must be the user's";
    cx.note(Rule::FirstTurn, NoteAction::Added, path, message);
    true
}

/// Repairs a last turn of the assistant: removes white space at its end for a model that continues it, and appends a user
/// turn for other models.
pub(super) fn repair_last_turn(turns: &mut Vec<Turn>, after: usize, cx: &mut RepairContext<'_>) {
    let Some(last) = turns.last_mut().filter(|last| last.role == TurnRole::Assistant) else { return };
    let content = last.blocks.iter_mut().rev().find(|block| !block.is_cache_point());
    if let Some(TurnBlock { block: ContentBlock::Text(text), path, .. }) =
        content.filter(|_| cx.model.prefill)
    {
        // "final assistant content cannot end with trailing whitespace": only the last text matters, see
        // https://github.com/langchain-ai/langchain-aws/issues/599 (L6).
        let length = text.trim_end().len();
        if length < text.len() && cx.has(Rule::PrefillSpace) {
            text.truncate(length);
            let message = "dropped the white space at its end: the model continues the text and rejects it";
            cx.note(Rule::PrefillSpace, NoteAction::Changed, *path, message);
        }
        return;
    }
    // "does not support assistant message prefill": Claude 4.6 and later. The assistant's text is kept, because it is the
    // beginning of the answer: https://github.com/BerriAI/litellm/issues/25419 (L5).
    if cx.has(Rule::LastTurn) {
        let path = BlockPath::message(after);
        let blocks = vec![TurnBlock::text(CONTINUE_TEXT.to_owned(), path)];
        turns.push(Turn { role: TurnRole::User, blocks });
        cx.note(Rule::LastTurn, NoteAction::Added, path, "added a turn: the last turn must be the user's");
    }
}

#[cfg(test)]
mod tests;
