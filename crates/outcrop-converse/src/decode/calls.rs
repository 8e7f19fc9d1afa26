//! The tool calls of a response: what a program that runs them should know.

use std::collections::BTreeSet;

use outcrop_core::{ContentBlock, Note, NoteAction, RawJson, ToolCallContent, from_str};

use crate::json_tree::object_in_string;
use crate::origin::ORIGINAL_KEY;
use crate::wire;

/// Returns whether the input of a call was a string: the block that it came in is kept.
fn was_in_string(call: &ToolCallContent) -> bool {
    let original = call.extra.get(ORIGINAL_KEY).and_then(RawJson::as_string);
    match original.and_then(|block| from_str::<wire::ContentBlock>(&block).ok()) {
        Some(wire::ContentBlock::ToolUse(block)) => {
            block.input.as_ref().and_then(object_in_string).is_some_and(|_| call.arguments.starts_with('{'))
        }
        _ => false,
    }
}

/// Returns notes on calls that a program cannot run, or whose results it cannot assign.
pub(super) fn check_calls(blocks: &[ContentBlock]) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut ids = BTreeSet::new();
    for (index, block) in blocks.iter().enumerate() {
        let ContentBlock::ToolCall(call) = block else { continue };
        if was_in_string(call) {
            let path = format!("messages[0].content[{index}].arguments");
            let message = "decoded the arguments: they were encoded twice";
            notes.push(Note::new("response.tool_call", NoteAction::Changed, path, message));
        }
        let mut note = |member: &str, message: &'static str| {
            let path = format!("messages[0].content[{index}].{member}");
            notes.push(Note::new("response.tool_call", NoteAction::Warned, path, message));
        };
        if !ids.insert(call.id.as_str()) {
            note("id", "another call of the response has the same id: their results cannot be told apart");
        }
        if call.name.is_empty() {
            note("name", "the call names no tool");
        }
        if call.is_incomplete() {
            note("arguments", "the call must not run: its arguments are incomplete or not JSON");
        } else if RawJson::parse(call.arguments.as_str()).is_err() {
            note("arguments", "the arguments are not JSON");
        }
    }
    notes
}
