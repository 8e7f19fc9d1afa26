//! Merges turns of the same role.
//!
//! Tool results come first in a user turn, as the service requires, and calls without a result get one.

use outcrop_core::NoteAction;

use super::pairing::{OpenCalls, unique_call_id};
use super::tool_results::render_tool_result;
use super::turn_builder::{Position, Strategy, TurnBuilder};
use super::{MessageDraft, RepairContext};
use crate::block_path::BlockPath;
use crate::catalog::ToolResultSiblings;
use crate::encode::turn::{TurnBlock, TurnRole, is_call};
use crate::rule::Rule;
use crate::wire::{ContentBlock, ToolResultBlock, ToolResultContentBlock, ToolResultStatus};

/// The result of a call that has none in the history, such as after an aborted stream:
/// <https://github.com/badlogic/pi-mono/issues/707> (L43).
const NO_RESULT: &str = "[no result was recorded for this tool call]";

/// Merges turns: the user turn that is being made.
#[derive(Default)]
pub(super) struct Merge {
    /// The calls of the last assistant turn that have no result yet.
    open: OpenCalls,
    /// The results of the user turn.
    results: Vec<TurnBlock>,
    /// Its other blocks.
    siblings: Vec<TurnBlock>,
}

impl Strategy for Merge {
    fn add_user(
        &mut self,
        mut draft: MessageDraft,
        _index: usize,
        turns: &mut TurnBuilder,
        cx: &mut RepairContext<'_>,
    ) {
        if !self.is_in_user_turn() {
            turns.attach_leading_cache_points(&mut draft.blocks, cx);
        } else if !draft.blocks.iter().all(TurnBlock::is_result) {
            if cx.has(Rule::Alternation) {
                note_merged(&draft, cx);
            } else {
                self.end_user_turn(turns, cx);
            }
        }
        // A turn that starts with a message without results, as nearly every one does, is that message's blocks.
        if !self.is_in_user_turn() && !draft.blocks.iter().any(TurnBlock::is_result) {
            self.siblings = draft.blocks;
            return;
        }
        for block in draft.blocks {
            match block.block {
                ContentBlock::ToolResult(result) => self.add_result(result, block.path, cx),
                other => self.siblings.push(TurnBlock { block: other, ..block }),
            }
        }
    }

    fn add_assistant(
        &mut self,
        mut draft: MessageDraft,
        _index: usize,
        turns: &mut TurnBuilder,
        cx: &mut RepairContext<'_>,
    ) -> Option<Position> {
        let answers_user = self.is_in_user_turn();
        let only_cache_points = draft.blocks.iter().all(TurnBlock::is_cache_point);
        if answers_user && only_cache_points && !draft.blocks.is_empty() && cx.has(Rule::CachePosition) {
            // A turn of their own would be empty. What precedes them is the user turn that is being made.
            self.siblings.append(&mut draft.blocks);
            return None;
        }
        if answers_user {
            self.end_user_turn(turns, cx);
        }
        let position = turns.position(cx);
        self.register_calls(&mut draft, turns, cx);
        match turns.last_mut(TurnRole::Assistant) {
            Some(last) if cx.has(Rule::Alternation) => {
                note_merged(&draft, cx);
                last.blocks.append(&mut draft.blocks);
            }
            _ => {
                turns.attach_leading_cache_points(&mut draft.blocks, cx);
                if !draft.blocks.is_empty() {
                    turns.push(TurnRole::Assistant, draft.blocks);
                }
            }
        }
        let opened = answers_user && turns.last_mut(TurnRole::Assistant).is_some();
        opened.then_some(position)
    }

    /// Ends the user turn: results come first, and calls without a result get one.
    fn end_user_turn(&mut self, turns: &mut TurnBuilder, cx: &mut RepairContext<'_>) {
        let open = self.open.take_all();
        if cx.has(Rule::UnansweredCalls) {
            for call in open {
                let message = "added a result for the call: the history has none";
                cx.note(Rule::UnansweredCalls, NoteAction::Added, call.path, message);
                let result = missing_result(call.sent_id.unwrap_or(call.id), cx);
                self.results.push(TurnBlock::new(result, call.path));
            }
        }
        let mut blocks = std::mem::take(&mut self.results);
        let mut siblings = std::mem::take(&mut self.siblings);
        if let Some(path) = incompatible_with_results(&blocks, &siblings, cx) {
            let points = siblings.iter().take_while(|block| block.is_cache_point()).count();
            blocks.extend(siblings.drain(..points));
            let message = "moved to a turn of its own: the model rejects it in a turn with tool results";
            cx.note(Rule::ResultsAlone, NoteAction::Moved, path, message);
            turns.push(TurnRole::User, std::mem::take(&mut blocks));
            // Two user turns in a row are not enough, because the service merges them again. See
            // https://github.com/pydantic/pydantic-ai/pull/6081 (L2).
            turns.push(TurnRole::Assistant, vec![cx.filler(path)]);
        }
        if blocks.is_empty() {
            blocks = siblings;
        } else {
            blocks.append(&mut siblings);
        }
        if !blocks.is_empty() {
            turns.push(TurnRole::User, blocks);
        }
    }
}

impl Merge {
    fn is_in_user_turn(&self) -> bool {
        !self.results.is_empty() || !self.siblings.is_empty()
    }

    /// Adds a result to the turn after its call. A result without a call is rendered as text.
    fn add_result(&mut self, mut result: ToolResultBlock, path: BlockPath, cx: &mut RepairContext<'_>) {
        match self.open.answer(&result.tool_use_id) {
            Some(call) => {
                if let Some(sent_id) = call.sent_id {
                    result.tool_use_id = sent_id;
                }
                self.results.push(TurnBlock::new(ContentBlock::ToolResult(result), path));
            }
            // The result is kept as text, because dropping it would lose what the tool found:
            // https://github.com/strands-agents/harness-sdk/issues/4154 (L44, M12, M13).
            None if cx.has(Rule::OrphanResults) => {
                let message = "rendered the result as text: no call before it has its id";
                cx.note(Rule::OrphanResults, NoteAction::Changed, path, message);
                self.siblings.extend(render_tool_result(result, path));
            }
            None => self.results.push(TurnBlock::new(ContentBlock::ToolResult(result), path)),
        }
    }

    /// Gives the calls of a draft unique ids, and waits for their results.
    fn register_calls(
        &mut self,
        draft: &mut MessageDraft,
        turns: &mut TurnBuilder,
        cx: &mut RepairContext<'_>,
    ) {
        for block in &mut draft.blocks {
            let is_callers = is_call(&block.block);
            let ContentBlock::ToolUse(call) = &mut block.block else { continue };
            let id = call.tool_use_id.clone();
            let sent_id = unique_call_id(&id, is_callers, block.path, &mut turns.call_ids, cx);
            if is_callers {
                if let Some(sent_id) = &sent_id {
                    call.tool_use_id.clone_from(sent_id);
                }
                self.open.push(id, sent_id, block.path);
            }
        }
    }
}

fn note_merged(draft: &MessageDraft, cx: &mut RepairContext<'_>) {
    let message = "merged with the turn before it: user and assistant must alternate";
    cx.note(Rule::Alternation, NoteAction::Moved, BlockPath::message(draft.message), message);
}

fn missing_result(id: String, cx: &RepairContext<'_>) -> ContentBlock {
    let mut result = ToolResultBlock::new(id, vec![ToolResultContentBlock::Text(NO_RESULT.to_owned())]);
    let has_status = cx.model.result_status || !cx.has(Rule::ResultStatus);
    result.status = has_status.then_some(ToolResultStatus::Error);
    ContentBlock::ToolResult(result)
}

/// Returns the path of the first block that the model rejects in a turn with tool results.
fn incompatible_with_results(
    results: &[TurnBlock],
    siblings: &[TurnBlock],
    cx: &RepairContext<'_>,
) -> Option<BlockPath> {
    if results.is_empty() || !cx.has(Rule::ResultsAlone) {
        return None;
    }
    // Llama, Mistral and Writer accept results alone, "Conversation blocks and tool result blocks cannot be provided in the
    // same turn" (L2, M11). Claude rejects documents and videos next to results (L3).
    let is_incompatible = |block: &&TurnBlock| match cx.model.alongside_results {
        ToolResultSiblings::Unknown => false,
        ToolResultSiblings::TextAndImages => {
            matches!(block.block, ContentBlock::Document(_) | ContentBlock::Video(_))
        }
        ToolResultSiblings::Nothing => !block.is_cache_point(),
    };
    siblings.iter().find(is_incompatible).map(|block| block.path)
}

#[cfg(test)]
mod tests;
