//! Stored calls without an id or a name: some server or client lost them, and each later turn has them again.

use std::borrow::Cow;
use std::collections::BTreeSet;

use outcrop_core::{ContentBlock, ModelRequest, Note, NoteAction, Role, UnifiedMessage};

use super::place::Place;
use super::{Alternation, Dialect, EncodeOptions};
use crate::repair::Rule;

/// The name of a tool that nobody knows any more.
const UNNAMED: &str = "unnamed_tool";

/// The request, its calls with ids and names (lessons L32, M14), and the notes on those that had none.
///
/// An id is made of the place of its call, so that what comes later in a history changes none. Where one call of a
/// message has no id, and one result up to the assistant's next message has none either, they belong together. Where
/// several have none, nobody knows which belong together, and the results stay as they are.
pub(super) fn with_ids_and_names<'a>(
    request: &'a ModelRequest,
    options: &EncodeOptions,
) -> (Cow<'a, ModelRequest>, Vec<Note>) {
    let lacks = |message: &UnifiedMessage| {
        message.tool_calls().any(|call| call.id.is_empty() || call.name.is_empty())
    };
    let mut notes = Vec::new();
    if options.alternation == Alternation::Keep || !request.messages.iter().any(lacks) {
        return (Cow::Borrowed(request), notes);
    }
    let mut mended = request.clone();
    let mut taken = BTreeSet::new();
    let mut rest = mended.messages.as_mut_slice();
    let mut index = 0;
    while let [message, after @ ..] = rest {
        let mut lacking = 0;
        for call in message.tool_calls() {
            taken.insert(call.id.clone());
            lacking += usize::from(call.id.is_empty());
        }
        let next = after.iter().position(is_assistants).unwrap_or(after.len());
        let following = after.get_mut(..next).unwrap_or_default();
        if lacking > 0 && options.rules.contains(Rule::ToolIds) {
            let is_settled = options.dialect != Dialect::Ag2 || !has_stranger(message, following);
            if is_settled {
                let made = give_ids(message, index, &mut taken, &mut notes);
                if let [id] = made.as_slice() {
                    give_result(id, message, following);
                }
            }
        }
        if options.rules.contains(Rule::ToolNames) {
            give_names(message, index, &mut notes);
        }
        index += 1;
        rest = after;
    }
    (Cow::Owned(mended), notes)
}

fn is_assistants(message: &UnifiedMessage) -> bool {
    message.role == Role::Assistant || message.tool_calls().next().is_some()
}

fn results(message: &UnifiedMessage) -> impl Iterator<Item = &str> {
    message.content.iter().filter_map(|block| match block {
        ContentBlock::ToolResult(result) => Some(result.tool_call_id.as_str()),
        _ => None,
    })
}

/// Whether a result has an id that no call of the message has: it may be that of the call which lost its own. AG2's
/// cases want an error there.
fn has_stranger(message: &UnifiedMessage, following: &[UnifiedMessage]) -> bool {
    let is_known = |id: &str| id.is_empty() || message.tool_calls().any(|call| call.id == id);
    !following.iter().flat_map(results).all(is_known)
}

/// Gives ids to the calls of a message that have none; the ids that were made.
fn give_ids(
    message: &mut UnifiedMessage,
    index: usize,
    taken: &mut BTreeSet<String>,
    notes: &mut Vec<Note>,
) -> Vec<String> {
    let mut made = Vec::new();
    for (position, block) in message.content.iter_mut().enumerate() {
        let ContentBlock::ToolCall(call) = block else { continue };
        if !call.id.is_empty() {
            continue;
        }
        call.id = format!("call_{index}_{position}");
        while !taken.insert(call.id.clone()) {
            call.id.push('_');
        }
        let place = Place::message(index).block(position);
        notes.push(Note::new(Rule::ToolIds.id(), NoteAction::Added, place, "it had no id, and got one"));
        made.push(call.id.clone());
    }
    made
}

/// Gives the id of a call to the result that has none, if there is exactly one.
fn give_result(id: &str, message: &mut UnifiedMessage, following: &mut [UnifiedMessage]) {
    let blocks = std::iter::once(message).chain(following).flat_map(|message| &mut message.content);
    let mut lacking: Vec<&mut String> = blocks
        .filter_map(|block| match block {
            ContentBlock::ToolResult(result) => Some(&mut result.tool_call_id),
            _ => None,
        })
        .filter(|id| id.is_empty())
        .collect();
    if let [only] = lacking.as_mut_slice() {
        id.clone_into(only);
    }
}

fn give_names(message: &mut UnifiedMessage, index: usize, notes: &mut Vec<Note>) {
    for (position, block) in message.content.iter_mut().enumerate() {
        let ContentBlock::ToolCall(call) = block else { continue };
        if call.name.is_empty() {
            UNNAMED.clone_into(&mut call.name);
            let message = "the call names no tool, and got a name that stands for it";
            let place = Place::message(index).block(position);
            notes.push(Note::new(Rule::ToolNames.id(), NoteAction::Added, place, message));
        }
    }
}
