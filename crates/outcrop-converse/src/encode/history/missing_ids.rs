//! Stored calls without an id or a name.
//!
//! A server or a client has lost them, and every later turn of the conversation has the same call again: without an id
//! its result is an orphan, and the service rejects the whole history. See
//! <https://github.com/vercel/ai/commit/e6087c9> and goose's `formats/bedrock.rs` (L32, M14).

use std::borrow::Cow;
use std::collections::BTreeSet;

use outcrop_core::{ContentBlock, Note, NoteAction, Role, UnifiedMessage};

use crate::block_path::BlockPath;
use crate::rule::{Rule, Rules};

/// The name of a call that has none.
const UNNAMED: &str = "unnamed_tool";

/// Returns the messages with an id and a name in each call, and notes on those that had none.
///
/// An id is made from the path of its call, so that later messages of a history change no earlier id. If one call of a
/// message has no id, and one result before the next assistant message has none either, they are a pair. If several
/// have none, the pairs are not known, and the results stay as they are.
///
/// With `keep_unmatched`, a message stays as it is if a result after it has an id that no call has: that may be the id
/// that was lost. AG2's cases want an error there.
///
/// The first `complete` messages are known to be complete and not checked again.
pub(super) fn assign_missing_ids<'m>(
    messages: &'m [UnifiedMessage],
    rules: &Rules,
    keep_unmatched: bool,
    complete: &mut usize,
) -> (Cow<'m, [UnifiedMessage]>, Vec<Note>) {
    let is_incomplete = |message: &UnifiedMessage| {
        message.tool_calls().any(|call| call.id.is_empty() || call.name.is_empty())
    };
    let mut notes = Vec::new();
    if !messages.iter().skip(*complete).any(is_incomplete) {
        *complete = messages.len();
        return (Cow::Borrowed(messages), notes);
    }
    let mut repaired = messages.to_vec();
    let mut used = BTreeSet::new();
    let mut rest = repaired.as_mut_slice();
    let mut index = 0;
    while let [message, after @ ..] = rest {
        let mut missing = 0;
        for call in message.tool_calls() {
            used.insert(call.id.clone());
            missing += usize::from(call.id.is_empty());
        }
        let next = after.iter().position(is_assistants).unwrap_or(after.len());
        let following = after.get_mut(..next).unwrap_or_default();
        if missing > 0
            && rules.contains(Rule::ToolIds)
            && !(keep_unmatched && has_unmatched_result(message, following))
        {
            let ids = assign_ids(message, index, &mut used, &mut notes);
            if let [id] = ids.as_slice() {
                assign_id_to_result(id, message, following);
            }
        }
        if rules.contains(Rule::ToolNames) {
            assign_names(message, index, &mut notes);
        }
        index += 1;
        rest = after;
    }
    (Cow::Owned(repaired), notes)
}

fn is_assistants(message: &UnifiedMessage) -> bool {
    message.role == Role::Assistant || message.tool_calls().next().is_some()
}

fn result_ids(message: &UnifiedMessage) -> impl Iterator<Item = &str> {
    message.content.iter().filter_map(|block| match block {
        ContentBlock::ToolResult(result) => Some(result.tool_call_id.as_str()),
        _ => None,
    })
}

/// Returns whether a result has an id that no call of the message has.
fn has_unmatched_result(message: &UnifiedMessage, following: &[UnifiedMessage]) -> bool {
    let is_matched = |id: &str| id.is_empty() || message.tool_calls().any(|call| call.id == id);
    !following.iter().flat_map(result_ids).all(is_matched)
}

/// Gives ids to the calls of a message that have none, and returns those ids.
fn assign_ids(
    message: &mut UnifiedMessage,
    index: usize,
    used: &mut BTreeSet<String>,
    notes: &mut Vec<Note>,
) -> Vec<String> {
    let mut assigned = Vec::new();
    for (position, block) in message.content.iter_mut().enumerate() {
        let ContentBlock::ToolCall(call) = block else { continue };
        if !call.id.is_empty() {
            continue;
        }
        // A path of the call, and not a counter of calls without ids: a call that is added later must not change it.
        call.id = format!("call_{index}_{position}");
        while !used.insert(call.id.clone()) {
            call.id.push('_');
        }
        let path = BlockPath::message(index).block(position);
        let message = "added an id to the call: it had none";
        notes.push(Note::new(Rule::ToolIds.id(), NoteAction::Added, path, message));
        assigned.push(call.id.clone());
    }
    assigned
}

/// Gives the id of a call to the result that has none, if there is exactly one.
fn assign_id_to_result(id: &str, message: &mut UnifiedMessage, following: &mut [UnifiedMessage]) {
    let blocks = std::iter::once(message).chain(following).flat_map(|message| &mut message.content);
    let mut missing: Vec<&mut String> = blocks
        .filter_map(|block| match block {
            ContentBlock::ToolResult(result) => Some(&mut result.tool_call_id),
            _ => None,
        })
        .filter(|id| id.is_empty())
        .collect();
    if let [only] = missing.as_mut_slice() {
        id.clone_into(only);
    }
}

fn assign_names(message: &mut UnifiedMessage, index: usize, notes: &mut Vec<Note>) {
    for (position, block) in message.content.iter_mut().enumerate() {
        let ContentBlock::ToolCall(call) = block else { continue };
        if call.name.is_empty() {
            UNNAMED.clone_into(&mut call.name);
            let path = BlockPath::message(index).block(position);
            let message = "added a name to the call: it had none";
            notes.push(Note::new(Rule::ToolNames.id(), NoteAction::Added, path, message));
        }
    }
}

#[cfg(test)]
mod tests;
