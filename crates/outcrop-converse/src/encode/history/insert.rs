//! Keeps the turns of a history apart, with a filler of the other role between two of the same role, as AG2 does.
//!
//! As in AG2, calls without a result are dropped, and calls in a request without tools become text. See
//! `autogen/oai/bedrock.py`, `oai_messages_to_bedrock_messages`. All other rules are those of merged turns.

use std::collections::BTreeSet;

use outcrop_core::{Note, NoteAction, UnifiedMessage};

use super::pairing::{AnsweredCalls, OpenCalls, unique_call_id};
use super::tool_results::{is_textual, render_tool_result, repair_results};
use super::turn_builder::{Position, Strategy, TurnBuilder};
use super::{MessageDraft, RepairContext};
use crate::block_path::BlockPath;
use crate::encode::turn::{Turn, TurnBlock, TurnRole, is_call, runs_on_server};
use crate::rule::Rule;
use crate::wire::{ContentBlock, ToolResultBlock};

/// Inserts fillers: what the last turn is made of, and what waits for its results.
pub(super) struct Insert<'m> {
    messages: &'m [UnifiedMessage],
    /// Which calls have results; `None` in a request without tools.
    answered: Option<AnsweredCalls>,
    last_kind: TurnKind,
    /// Content that comes after all results: nothing may come between a call and its result.
    pending: Vec<Pending>,
    /// The calls of the last assistant turn whose results were not added yet.
    open: OpenCalls,
}

/// Content of a user turn that waits for the results before it.
struct Pending {
    blocks: Vec<TurnBlock>,
    kind: TurnKind,
    message: usize,
}

/// What a turn is made of. Blocks of one kind share a turn, except for ordinary content.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum TurnKind {
    #[default]
    Content,
    Results,
    /// Results that are rendered as text.
    ResultsAsText,
    /// Media that the model rejects in results.
    MovedMedia,
}

impl<'m> Insert<'m> {
    pub(super) fn new(
        drafts: &[MessageDraft],
        messages: &'m [UnifiedMessage],
        has_tools: bool,
        pairs_repeated_ids: bool,
    ) -> Self {
        Self {
            messages,
            answered: has_tools.then(|| AnsweredCalls::find(drafts, pairs_repeated_ids)),
            last_kind: TurnKind::default(),
            pending: Vec::new(),
            open: OpenCalls::default(),
        }
    }
}

impl Strategy for Insert<'_> {
    /// Adds a user message: its results first, each group of them in a turn of its own.
    fn add_user(
        &mut self,
        draft: MessageDraft,
        index: usize,
        turns: &mut TurnBuilder,
        cx: &mut RepairContext<'_>,
    ) {
        let mut content = Vec::new();
        for (position, block) in draft.blocks.into_iter().enumerate() {
            let path = block.path;
            let ContentBlock::ToolResult(result) = block.block else {
                let follows_result = position > 0 && content.is_empty() && block.is_cache_point();
                match self.result_turn(turns).filter(|_| follows_result) {
                    Some(results) => results.blocks.push(block),
                    None => content.push(block),
                }
                continue;
            };
            if self.answered.as_ref().is_some_and(|answered| answered.has_call(index, position)) {
                self.add_result(result, path, draft.message, turns, cx);
            } else {
                let output = match path.find(self.messages) {
                    Some(outcrop_core::ContentBlock::ToolResult(given)) => Some(given.output.as_str()),
                    _ => None,
                };
                let blocks = render_result_ag2(result, path, self.answered.is_some(), output, cx);
                self.pending.push(Pending { blocks, kind: TurnKind::ResultsAsText, message: draft.message });
            }
        }
        if !content.is_empty() {
            self.end_user_turn(turns, cx);
            self.push(turns, TurnRole::User, content, TurnKind::Content, draft.message, cx);
        }
    }

    fn add_assistant(
        &mut self,
        mut draft: MessageDraft,
        index: usize,
        turns: &mut TurnBuilder,
        cx: &mut RepairContext<'_>,
    ) -> Option<Position> {
        self.end_user_turn(turns, cx);
        let position = turns.position(cx);
        let message = draft.message;
        // Cache points are attached before calls are dropped: the end of the turn before must not depend on results that follow.
        turns.attach_leading_cache_points(&mut draft.blocks, cx);
        let blocks = if !draft.blocks.iter().any(|block| is_call(&block.block)) {
            draft.blocks
        } else if self.answered.is_some() {
            self.keep_answered_calls(draft, index, turns, cx)
        } else {
            render_calls_ag2(draft, cx)
        };
        self.push(turns, TurnRole::Assistant, blocks, TurnKind::Content, message, cx);
        (position.turns > 0 && turns.len() > position.turns).then_some(position)
    }

    /// Adds the content that waited for the results before it.
    fn end_user_turn(&mut self, turns: &mut TurnBuilder, cx: &mut RepairContext<'_>) {
        for Pending { blocks, kind, message } in std::mem::take(&mut self.pending) {
            self.push(turns, TurnRole::User, blocks, kind, message, cx);
        }
    }
}

impl Insert<'_> {
    /// Adds the result of a call. Parts that the model rejects in a result wait until all results are added.
    fn add_result(
        &mut self,
        mut result: ToolResultBlock,
        path: BlockPath,
        message: usize,
        turns: &mut TurnBuilder,
        cx: &mut RepairContext<'_>,
    ) {
        if let Some(sent_id) = self.open.answer(&result.tool_use_id).and_then(|call| call.sent_id) {
            result.tool_use_id = sent_id;
        }
        let blocks = vec![TurnBlock::new(ContentBlock::ToolResult(result), path)];
        let mut draft = MessageDraft { role: TurnRole::User, message, blocks };
        repair_results(&mut draft, cx);
        let moved = draft.blocks.split_off(1);
        if !moved.is_empty() {
            self.pending.push(Pending { blocks: moved, kind: TurnKind::MovedMedia, message });
        }
        self.push(turns, TurnRole::User, draft.blocks, TurnKind::Results, message, cx);
    }

    /// Keeps the calls that have a result, each with a unique id, and drops the others.
    fn keep_answered_calls(
        &mut self,
        draft: MessageDraft,
        index: usize,
        turns: &mut TurnBuilder,
        cx: &mut RepairContext<'_>,
    ) -> Vec<TurnBlock> {
        self.open = OpenCalls::default();
        let mut ids = BTreeSet::new();
        let mut number = 0;
        let mut blocks = Vec::with_capacity(draft.blocks.len());
        for mut block in draft.blocks {
            let is_callers = is_call(&block.block);
            if let ContentBlock::ToolUse(call) = &mut block.block {
                let id = call.tool_use_id.clone();
                if is_callers {
                    let has_result =
                        self.answered.as_ref().is_some_and(|answered| answered.has_result(index, number));
                    number += 1;
                    let is_first = ids.insert(id.clone());
                    if !has_result {
                        note_dropped_call(is_first || cx.model.pairs_repeated_ids, block.path, cx);
                        continue;
                    }
                }
                let sent_id = unique_call_id(&id, is_callers, block.path, &mut turns.call_ids, cx);
                if let Some(sent_id) = &sent_id {
                    call.tool_use_id.clone_from(sent_id);
                }
                if is_callers {
                    self.open.push(id, sent_id, block.path);
                }
            }
            blocks.push(block);
        }
        if blocks.first().is_none_or(TurnBlock::is_cache_point) {
            blocks.insert(0, cx.filler(BlockPath::message(draft.message)));
        }
        blocks
    }

    /// Returns the last turn if it has results and nothing waits for more of them.
    fn result_turn<'t>(&self, turns: &'t mut TurnBuilder) -> Option<&'t mut Turn> {
        let accepts_more = self.last_kind == TurnKind::Results && self.pending.is_empty();
        turns.turns.last_mut().filter(|_| accepts_more)
    }

    /// Adds blocks to the last turn if they are of its kind, else as a new turn, with a filler before it if needed.
    fn push(
        &mut self,
        turns: &mut TurnBuilder,
        role: TurnRole,
        mut blocks: Vec<TurnBlock>,
        kind: TurnKind,
        message: usize,
        cx: &mut RepairContext<'_>,
    ) {
        turns.attach_leading_cache_points(&mut blocks, cx);
        if blocks.is_empty() {
            return;
        }
        let shares_turn = kind != TurnKind::Content && kind == self.last_kind;
        if let Some(last) = turns.last_mut(role).filter(|_| shares_turn) {
            // Cache points stay at the end of the turn.
            let points = last.blocks.iter().rev().take_while(|block| block.is_cache_point()).count();
            let before_points = last.blocks.len() - points;
            last.blocks.splice(before_points..before_points, blocks);
            return;
        }
        // The first turn is the user's, as AG2 sends it; from there on, the roles alternate.
        let expected = if turns.len() % 2 == 0 { TurnRole::User } else { TurnRole::Assistant };
        if role != expected {
            let reason = "inserted a turn before it: user and assistant must alternate";
            let filler = noted_filler(message, reason, cx);
            turns.push(expected, vec![filler]);
        }
        turns.push(role, blocks);
        self.last_kind = kind;
    }
}

/// Appends a user turn if the last turn is not the user's.
pub(super) fn end_with_user_turn(turns: &mut Vec<Turn>, message_count: usize, cx: &mut RepairContext<'_>) {
    if turns.last().is_none_or(|last| last.role != TurnRole::User) {
        let reason = "added a turn: the last turn must be the user's";
        let filler = noted_filler(message_count, reason, cx);
        turns.push(Turn { role: TurnRole::User, blocks: vec![filler] });
    }
}

fn noted_filler(message: usize, reason: &'static str, cx: &mut RepairContext<'_>) -> TurnBlock {
    let path = BlockPath::message(message);
    cx.note(Rule::Alternation, NoteAction::Added, path, reason);
    cx.filler(path)
}

fn note_dropped_call(lacks_result: bool, path: BlockPath, cx: &mut RepairContext<'_>) {
    let (rule, message) = if lacks_result {
        (Rule::UnansweredCalls, "dropped the call: no result follows")
    } else {
        (Rule::DuplicateIds, "dropped the call: another call of the turn has the same id")
    };
    cx.note(rule, NoteAction::Dropped, path, message);
}

/// Renders the calls of a turn as text, in a request without tools: AG2's sentence with the names of the functions.
fn render_calls_ag2(draft: MessageDraft, cx: &mut RepairContext<'_>) -> Vec<TurnBlock> {
    let path = BlockPath::message(draft.message);
    let message = "rendered its tool calls as text: the request has no tools";
    cx.notes.push(Note::new("tool_use.without_tools", NoteAction::Changed, path, message));
    let mut names = Vec::new();
    let mut blocks = Vec::with_capacity(draft.blocks.len());
    for block in draft.blocks {
        match block.block {
            ContentBlock::ToolUse(call) if !runs_on_server(&call) => names.push(call.name),
            other => blocks.push(TurnBlock { block: other, ..block }),
        }
    }
    let text = format!("Some internal function(s) that could be used: [{}]", names.join(", "));
    blocks.push(TurnBlock::text(text, path));
    blocks
}

/// Renders a result without a call, or in a request without tools, as text: AG2's sentence with the output as the caller
/// wrote it. Media follow the text.
fn render_result_ag2(
    result: ToolResultBlock,
    path: BlockPath,
    has_tools: bool,
    output: Option<&str>,
    cx: &mut RepairContext<'_>,
) -> Vec<TurnBlock> {
    if has_tools {
        let message = "rendered the result as text: no call before it has its id";
        cx.note(Rule::OrphanResults, NoteAction::Changed, path, message);
    } else {
        let message = "rendered the result as text: the request has no tools";
        cx.notes.push(Note::new("tool_result.without_tools", NoteAction::Changed, path, message));
    }
    // The output of a result with media has their bytes in it; then only the text parts are rendered.
    let has_media = !result.content.iter().all(is_textual);
    let mut blocks = render_tool_result(result, path);
    if let (Some(first), Some(output), false) = (blocks.first_mut(), output, has_media) {
        first.block = ContentBlock::Text(format!("Running the function returned: {output}"));
    }
    blocks
}

#[cfg(test)]
mod tests;
