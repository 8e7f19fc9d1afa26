//! Prepares a conversation for its model: turns that Converse and the model accept, made from whatever messages an
//! agent has collected.
//!
//! Each rule is a file of its own. All rules are deterministic, each change is a note, and a history that was prepared
//! once is not changed again. What a rule looks at decides how much of a growing history is final:
//!
//! - one block: blank text, content of tool results, replayed reasoning, unsupported media;
//! - one turn and the one before it: alternation, pairs of calls and results, text next to documents and reasoning. A
//!   turn is final once the assistant has answered it;
//! - everything up to the block: names of documents, repeated ids of calls;
//! - the ends: the first turn and the last turn;
//! - the whole request: cache points (four in all, the newest count), names and ids that are not legal (a replacement
//!   must not collide with another name), and the tools of a history that comes without tools.

mod auto_cache;
mod auto_placement;
mod cache_points;
mod calls_last;
mod checkpoint;
mod citations;
mod documents;
mod empty_content;
mod history_tools;
mod identifiers;
mod insert;
mod media_limits;
mod merge;
mod missing_ids;
mod model_traits;
mod pairing;
mod prefix;
mod prefix_bytes;
mod reasoning;
mod split;
mod tool_results;
mod turn_builder;
mod turn_ends;
mod unsupported_media;

use std::borrow::Cow;

use outcrop_core::{ModelError, Note, NoteAction, Role, UnifiedMessage};

pub(crate) use auto_cache::{AutoCachePlan, plan as plan_auto_cache};
pub(crate) use identifiers::RenameScope;
pub(crate) use model_traits::ModelTraits;
pub(crate) use prefix::HistoryPrefix;

use crate::block_path::BlockPath;
use crate::encode::turn::{Turn, TurnBlock, TurnRole};
use crate::naming::ToolNameMap;
use crate::rule::{Rule, Rules};
use crate::wire::{ConverseRequest, SystemContentBlock, Tool, ToolConfiguration};
use cache_points::Prompt;
use checkpoint::CheckpointBuilder;
use insert::Insert;
use merge::Merge;
use turn_builder::{Strategy, TurnBuilder};

/// The blocks of one message, or of a part of it, that belong to one turn.
#[derive(Debug)]
struct MessageDraft {
    role: TurnRole,
    /// The index of the message.
    message: usize,
    blocks: Vec<TurnBlock>,
}

/// What the rules may consult, and where they note their changes.
pub(crate) struct RepairContext<'a> {
    pub(crate) model: &'a ModelTraits,
    pub(crate) rules: &'a Rules,
    /// The text of inserted turns.
    pub(crate) filler: &'a str,
    pub(crate) notes: &'a mut Vec<Note>,
}

/// How turns are made to alternate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TurnStrategy {
    /// Turns of the same role are merged.
    Merge,
    /// A filler of the other role is inserted between turns of the same role, as AG2 does.
    Insert,
}

/// What decides how messages become turns, apart from the rules.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TurnOptions {
    pub(crate) strategy: TurnStrategy,
    /// Whether the request offers tools.
    pub(crate) has_tools: bool,
    /// How `cache: auto` places cache points, if it does.
    pub(crate) auto_cache: Option<AutoCachePlan>,
}

/// Collects the messages of a conversation, and makes turns of them.
///
/// Usage: [`first_message`](Self::first_message), then [`add_message`](Self::add_message) for that one and each that
/// follows, then [`finish`](Self::finish).
pub(crate) struct HistoryBuilder<'p> {
    options: TurnOptions,
    messages: &'p [UnifiedMessage],
    current_user_message: Option<usize>,
    prefix: &'p mut HistoryPrefix,
    drafts: Vec<MessageDraft>,
    /// The index of the message after the last one that was added.
    next_message: usize,
}

impl<'p> HistoryBuilder<'p> {
    /// Creates a builder that continues after a prefix. The notes on the messages of the prefix are given again.
    pub(crate) fn new(
        messages: &'p [UnifiedMessage],
        options: TurnOptions,
        prefix: &'p mut HistoryPrefix,
        notes: &mut Vec<Note>,
    ) -> Self {
        if options.strategy == TurnStrategy::Insert {
            prefix.reset_if_tools_changed(options.has_tools);
        }
        notes.extend_from_slice(prefix.message_notes());
        let current_user_message = unsupported_media::current_user_message(messages);
        let drafts = Vec::with_capacity(messages.len().saturating_sub(prefix.first_message()));
        Self { options, messages, current_user_message, prefix, drafts, next_message: 0 }
    }

    /// Returns the index of the first message that is not in the prefix.
    pub(crate) fn first_message(&self) -> usize {
        self.prefix.first_message()
    }

    /// Adds a message, as its encoded blocks, and applies the rules that look at one message.
    ///
    /// `noted` is the number of notes before the message was encoded.
    ///
    /// # Errors
    /// The message is the one to be answered and has media that the model does not support.
    pub(crate) fn add_message(
        &mut self,
        message: usize,
        role: &Role,
        mut blocks: Vec<TurnBlock>,
        noted: usize,
        cx: &mut RepairContext<'_>,
    ) -> Result<(), ModelError> {
        self.next_message = message + 1;
        let document_names = self.prefix.documents.len();
        let count = blocks.len();
        let is_current = self.current_user_message == Some(message);
        for block in &mut blocks {
            unsupported_media::replace_unsupported_media(block, is_current, cx)?;
            citations::drop_search_locations(block, cx);
            citations::drop_unsupported_citations(block, cx);
            documents::make_names_unique(block, &mut self.prefix.documents, cx);
        }
        let first = self.drafts.len();
        split::split_message(message, role, blocks, &mut self.drafts);
        for draft in self.drafts.iter_mut().skip(first) {
            documents::make_result_names_unique(draft, &mut self.prefix.documents, cx);
            if self.options.strategy == TurnStrategy::Merge {
                history_tools::render_tools_as_text(draft, cx);
                tool_results::repair_results(draft, cx);
            }
            reasoning::drop_unsupported_reasoning(draft, cx);
            empty_content::drop_blank_text(draft, cx);
        }
        empty_content::drop_empty_drafts(&mut self.drafts, first, message, self.options.strategy, cx);
        self.prefix.message_added(message, count, noted, document_names, cx.notes);
        Ok(())
    }

    /// Makes turns of the messages. The turns of the prefix are not among them.
    pub(crate) fn finish(self, cx: &mut RepairContext<'_>) -> Vec<Turn> {
        let Self { options, messages, prefix, drafts, next_message, .. } = self;
        let mut turns = match options.strategy {
            TurnStrategy::Merge => build_turns(&mut Merge::default(), drafts, prefix, cx),
            TurnStrategy::Insert => {
                let pairs_repeated_ids = cx.model.pairs_repeated_ids;
                let mut insert = Insert::new(&drafts, messages, options.has_tools, pairs_repeated_ids);
                build_turns(&mut insert, drafts, prefix, cx)
            }
        };
        cx.notes.extend_from_slice(prefix.whole_turn_notes());
        let mut notes: Vec<Vec<Note>> = turns.iter_mut().map(|turn| repair_turn(turn, cx)).collect();
        match options.strategy {
            TurnStrategy::Merge => {
                if prefix.turn_count() > 0 {
                    cx.notes.extend(prefix.first_turn_note());
                } else if turn_ends::repair_first_turn(&mut turns, cx) {
                    notes.insert(0, Vec::new());
                    prefix.first_turn_inserted(cx.notes.last().cloned());
                }
                turn_ends::repair_last_turn(&mut turns, next_message, cx);
                prefix.save_turns(&turns, notes, options.auto_cache.as_ref());
            }
            TurnStrategy::Insert => {
                prefix.save_turns(&turns, notes, options.auto_cache.as_ref());
                insert::end_with_user_turn(&mut turns, messages.len(), cx);
            }
        }
        turns
    }
}

/// Applies the rules that look at one whole turn, and returns their notes, which are in `cx` as well.
fn repair_turn(turn: &mut Turn, cx: &mut RepairContext<'_>) -> Vec<Note> {
    let noted = cx.notes.len();
    reasoning::move_reasoning_first(turn, cx);
    reasoning::add_text_to_reasoning(turn, cx);
    calls_last::move_calls_last(turn, cx);
    documents::add_text_to_documents(turn, cx);
    media_limits::warn_if_over_limits(turn, cx);
    cx.notes.iter().skip(noted).cloned().collect()
}

/// Makes turns of drafts by a strategy, and finds the places that a later request can continue from.
fn build_turns(
    strategy: &mut impl Strategy,
    drafts: Vec<MessageDraft>,
    prefix: &mut HistoryPrefix,
    cx: &mut RepairContext<'_>,
) -> Vec<Turn> {
    let mut turns = TurnBuilder::after(prefix.turn_count(), prefix.take_call_ids());
    let mut checkpoints = CheckpointBuilder::new(prefix, cx.notes);
    let mut last = None;
    for (index, draft) in drafts.into_iter().enumerate() {
        let message = draft.message;
        let is_first_of_message = last.replace(message) != Some(message);
        match draft.role {
            TurnRole::User => strategy.add_user(draft, index, &mut turns, cx),
            TurnRole::Assistant => {
                let before = strategy.add_assistant(draft, index, &mut turns, cx);
                if let Some(before) = before.filter(|_| is_first_of_message) {
                    checkpoints.reach(message, before);
                }
            }
        }
    }
    strategy.end_user_turn(&mut turns, cx);
    let (turns, call_ids) = turns.into_parts();
    checkpoints.save(prefix, cx.notes);
    prefix.put_call_ids(call_ids);
    turns
}

/// Returns the messages with an id and a name in each call, and notes on those that had none.
pub(crate) fn assign_missing_ids<'m>(
    messages: &'m [UnifiedMessage],
    rules: &Rules,
    keep_unmatched: bool,
    prefix: &mut HistoryPrefix,
) -> (Cow<'m, [UnifiedMessage]>, Vec<Note>) {
    missing_ids::assign_missing_ids(messages, rules, keep_unmatched, &mut prefix.complete_messages)
}

/// Applies the rules for cache points to tools, system prompt and turns, and adds those of `cache: auto`. The turns of the
/// prefix count as well.
pub(crate) fn apply_cache_rules(
    tools: &mut Vec<Tool>,
    system: &mut Vec<SystemContentBlock>,
    mut turns: Vec<Turn>,
    auto_cache: Option<&AutoCachePlan>,
    prefix: &mut HistoryPrefix,
    cx: &mut RepairContext<'_>,
) -> Vec<Turn> {
    let placeholders = prefix.placeholders();
    let preceding = placeholders.len();
    turns.splice(..0, placeholders);
    cache_points::apply_cache_rules(Prompt { tools, system, turns: &mut turns }, cx);
    prefix.pending.placed = turns.drain(..preceding).collect();
    if let Some(plan) = auto_cache {
        auto_placement::place(plan, tools, system, &mut turns, prefix, cx.notes);
    }
    turns
}

/// Replaces illegal names and ids in a body, and returns the names to read the response with.
pub(crate) fn rename_identifiers(
    body: &mut ConverseRequest,
    scope: RenameScope<'_>,
    prefix: &mut HistoryPrefix,
    notes: &mut Vec<Note>,
) -> ToolNameMap {
    identifiers::rename_identifiers(body, scope, &mut prefix.sent, notes)
}

/// Builds tools from the names in the history, for a request that offers none.
pub(crate) fn tools_from_history(
    turns: &[Turn],
    prefix: &HistoryPrefix,
    cx: &mut RepairContext<'_>,
) -> Option<ToolConfiguration> {
    let blocks = prefix.called_tools().iter().chain(turns.iter().flat_map(|turn| &turn.blocks));
    history_tools::tools_from_history(blocks, cx)
}

impl RepairContext<'_> {
    fn has(&self, rule: Rule) -> bool {
        self.rules.contains(rule)
    }

    fn note(&mut self, rule: Rule, action: NoteAction, path: impl Into<String>, message: &'static str) {
        self.notes.push(Note::new(rule.id(), action, path, message));
    }

    fn filler(&self, path: BlockPath) -> TurnBlock {
        TurnBlock::text(self.filler.to_owned(), path)
    }
}

#[cfg(test)]
mod tests;
