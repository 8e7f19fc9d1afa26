//! The end of an assistant turn with tool calls.

use outcrop_core::NoteAction;

use super::RepairContext;
use crate::encode::turn::{Turn, TurnBlock, TurnRole, is_call};
use crate::rule::Rule;
use crate::wire::ContentBlock;

/// Moves text that follows the tool calls of a turn before the first of them.
///
/// A program that collects a stream by arrival, or that adds text to a turn with calls, makes such turns.
pub(super) fn move_calls_last(turn: &mut Turn, cx: &mut RepairContext<'_>) {
    let applies =
        turn.role == TurnRole::Assistant && cx.model.rejects_prefill_in_history && cx.has(Rule::CallsLast);
    if !applies {
        return;
    }
    // "This model does not support assistant message prefill", although the user has the last turn:
    // https://github.com/NousResearch/hermes-agent/issues/108200 (L140).
    let Some(first) = turn.blocks.iter().position(|block| is_call(&block.block)) else { return };
    let Some(path) = turn.blocks.iter().skip(first).find(|block| is_text(block)).map(|block| block.path)
    else {
        return;
    };
    let (texts, others): (Vec<TurnBlock>, Vec<TurnBlock>) = turn.blocks.drain(first..).partition(is_text);
    turn.blocks.extend(texts);
    turn.blocks.extend(others);
    let message = "moved before the tool calls of its turn: the model rejects text after them";
    cx.note(Rule::CallsLast, NoteAction::Moved, path, message);
}

fn is_text(block: &TurnBlock) -> bool {
    matches!(block.block, ContentBlock::Text(_) | ContentBlock::CitationsContent(_))
}

#[cfg(test)]
mod tests;
