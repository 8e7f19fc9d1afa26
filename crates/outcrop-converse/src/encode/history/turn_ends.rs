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
///
/// "A conversation must start with a user message" (L4): Claude, Qwen, GLM and Kimi accept an assistant turn.
pub(super) fn repair_first_turn(turns: &mut Vec<Turn>, cx: &mut RepairContext<'_>) -> bool {
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

/// Repairs a last turn of the assistant: the model continues it, or the user asks for its continuation.
///
/// A text to be continued must not end in white space (L6). Claude 4.6 and later reject it altogether, "does not
/// support assistant message prefill": <https://github.com/BerriAI/litellm/issues/25419> (L5). Its text is kept.
pub(super) fn repair_last_turn(turns: &mut Vec<Turn>, after: usize, cx: &mut RepairContext<'_>) {
    let Some(last) = turns.last_mut().filter(|last| last.role == TurnRole::Assistant) else { return };
    let content = last.blocks.iter_mut().rev().find(|block| !block.is_cache_point());
    if let Some(TurnBlock { block: ContentBlock::Text(text), path, .. }) =
        content.filter(|_| cx.model.prefill)
    {
        let length = text.trim_end().len();
        if length < text.len() && cx.has(Rule::PrefillSpace) {
            text.truncate(length);
            let message = "dropped the white space at its end: the model continues the text and rejects it";
            cx.note(Rule::PrefillSpace, NoteAction::Changed, *path, message);
        }
        return;
    }
    if cx.has(Rule::LastTurn) {
        let path = BlockPath::message(after);
        let blocks = vec![TurnBlock::text(CONTINUE_TEXT.to_owned(), path)];
        turns.push(Turn { role: TurnRole::User, blocks });
        cx.note(Rule::LastTurn, NoteAction::Added, path, "added a turn: the last turn must be the user's");
    }
}
