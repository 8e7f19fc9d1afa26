//! Pairs of tool calls and results, and unique ids of calls.
//!
//! The service rejects a call that is not answered in the very next turn, and a result without its call. Count and ids must
//! match per turn, not only in the whole history.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use outcrop_core::NoteAction;

use super::{MessageDraft, RepairContext};
use crate::block_path::BlockPath;
use crate::encode::turn::{TurnRole, as_call};
use crate::naming::UniqueNames;
use crate::rule::Rule;
use crate::wire::ContentBlock;

// "Expected toolResult blocks at messages.2.content for the following Ids" and "number of toolResult blocks exceeds the
// number of toolUse blocks of previous turn": https://github.com/aws-samples/bedrock-access-gateway/issues/109,
// https://github.com/agno-agi/agno/issues/6698 (L1, L43, L44, M12, M13).

/// A call that has no result yet.
#[derive(Debug)]
pub(super) struct OpenCall {
    /// Its id in the history.
    pub(super) id: String,
    /// The id that it is sent with, if that is another one.
    pub(super) sent_id: Option<String>,
    pub(super) path: BlockPath,
    order: usize,
}

/// The calls of the last assistant turn that have no result yet.
#[derive(Debug, Default)]
pub(super) struct OpenCalls {
    by_id: BTreeMap<String, VecDeque<OpenCall>>,
    count: usize,
}

impl OpenCalls {
    pub(super) fn push(&mut self, id: String, sent_id: Option<String>, path: BlockPath) {
        let call = OpenCall { id: id.clone(), sent_id, path, order: self.count };
        self.by_id.entry(id).or_default().push_back(call);
        self.count += 1;
    }

    /// Removes and returns the call that a result with this id answers: the first of them.
    pub(super) fn answer(&mut self, id: &str) -> Option<OpenCall> {
        let calls = self.by_id.get_mut(id)?;
        let call = calls.pop_front();
        if calls.is_empty() {
            self.by_id.remove(id);
        }
        call
    }

    /// Removes and returns all calls, in the order in which they were made.
    pub(super) fn take_all(&mut self) -> Vec<OpenCall> {
        if self.by_id.is_empty() {
            self.count = 0;
            return Vec::new();
        }
        let mut calls: Vec<OpenCall> = std::mem::take(&mut self.by_id).into_values().flatten().collect();
        calls.sort_by_key(|call| call.order);
        self.count = 0;
        calls
    }
}

/// Returns the id that a call is sent with, if an earlier call has the same id.
///
/// Ids of calls that the service runs are its own and stay, but count as used.
pub(super) fn unique_call_id(
    id: &str,
    is_callers: bool,
    path: BlockPath,
    ids: &mut UniqueNames,
    cx: &mut RepairContext<'_>,
) -> Option<String> {
    let is_new = ids.insert(id);
    if is_new || !is_callers || !cx.has(Rule::DuplicateIds) {
        return None;
    }
    let message = "changed the id of the call: an earlier call has the same id";
    cx.note(Rule::DuplicateIds, NoteAction::Changed, path, message);
    // The number depends on earlier calls alone, so that it stays the same while the history grows.
    ids.disambiguate(id, |number| format!("{id}-{number}"))
}

/// Which calls of a history have results, for a strategy that drops the others.
#[derive(Debug, Default)]
pub(super) struct AnsweredCalls {
    /// The index of the draft, and of the call among its calls.
    calls: BTreeSet<(usize, usize)>,
    /// The index of the draft, and of the result among its blocks.
    results: BTreeSet<(usize, usize)>,
}

impl AnsweredCalls {
    /// Pairs the calls of each turn with the results that follow before any other content: the first call with an id and the
    /// first result with it, the second with the second, and so on. Without `pairs_repeated_ids`, only the first are paired.
    pub(super) fn find(drafts: &[MessageDraft], pairs_repeated_ids: bool) -> Self {
        let mut answered = Self::default();
        for (index, draft) in drafts.iter().enumerate() {
            let mut open: BTreeMap<&str, VecDeque<usize>> = BTreeMap::new();
            for (number, call) in draft.blocks.iter().filter_map(|block| as_call(&block.block)).enumerate() {
                let calls = open.entry(&call.tool_use_id).or_default();
                if calls.is_empty() || pairs_repeated_ids {
                    calls.push_back(number);
                }
            }
            for (later, following) in drafts.iter().enumerate().skip(index + 1) {
                if open.is_empty() || following.role == TurnRole::Assistant {
                    break;
                }
                let mut only_results = true;
                for (position, block) in following.blocks.iter().enumerate() {
                    let ContentBlock::ToolResult(result) = &block.block else {
                        only_results = false;
                        continue;
                    };
                    let Entry::Occupied(mut calls) = open.entry(&result.tool_use_id) else { continue };
                    if let Some(call) = calls.get_mut().pop_front() {
                        answered.calls.insert((index, call));
                        answered.results.insert((later, position));
                    }
                    if calls.get().is_empty() {
                        calls.remove();
                    }
                }
                if !only_results {
                    break;
                }
            }
        }
        answered
    }

    /// Returns whether a result follows a call.
    pub(super) fn has_result(&self, draft: usize, number: usize) -> bool {
        self.calls.contains(&(draft, number))
    }

    /// Returns whether a result answers a call.
    pub(super) fn has_call(&self, draft: usize, position: usize) -> bool {
        self.results.contains(&(draft, position))
    }
}

#[cfg(test)]
mod tests;
