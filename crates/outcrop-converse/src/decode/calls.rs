//! The tool calls of a response: what a program that runs them should know.

use std::collections::BTreeSet;

use outcrop_core::{ContentBlock, Note, NoteAction, RawJson, ToolCallContent, from_str};

use crate::json_tree::object_in_string;
use crate::origin::ORIGINAL_KEY;
use crate::wire;

/// Returns how the input of a call was read that was not an object: the block that it came in is kept.
fn how_input_was_read(call: &ToolCallContent) -> Option<&'static str> {
    let original = call.extra.get(ORIGINAL_KEY).and_then(RawJson::as_string)?;
    let Ok(wire::ContentBlock::ToolUse(block)) = from_str::<wire::ContentBlock>(&original) else {
        return None;
    };
    let input = block.input?;
    object_in_string(&input).filter(|_| call.arguments.starts_with('{'))?;
    let is_blank = input.is_null() || input.as_string().is_some_and(|text| text.trim().is_empty());
    Some(if is_blank {
        "read the arguments as an empty object: they are an empty string or `null`"
    } else {
        "decoded the arguments: they were encoded twice"
    })
}

/// Returns notes on calls that a program cannot run, or whose results it cannot assign.
pub(super) fn check_calls(blocks: &[ContentBlock]) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut ids = BTreeSet::new();
    for (index, block) in blocks.iter().enumerate() {
        let ContentBlock::ToolCall(call) = block else { continue };
        if let Some(message) = how_input_was_read(call) {
            let path = format!("messages[0].content[{index}].arguments");
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
