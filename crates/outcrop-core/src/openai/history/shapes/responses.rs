//! Items of OpenAI's Responses API, as its SDKs keep a conversation.
//!
//! See <https://platform.openai.com/docs/api-reference/responses/create#responses-create-input>. An item is a message, a call,
//! a result or reasoning.

use super::call;
use super::media::{MediaKind, text_chunks};
use super::{Additions, ForeignPart, PartReader, Place, RawResult, media_reader, read_call};
use crate::content::{ReasoningContent, ToolCallContent};
use crate::error::ModelError;
use crate::note::NoteAction;
use crate::openai::fields::{Fields, Reader};
use crate::openai::path::Path;
use crate::openai::raw::{Content, Message, parse_content};
use crate::role::Role;

/// The items of tools that OpenAI runs, or that have no counterpart in other APIs.
const SERVER_ITEMS: &[&str] = &[
    "apply_patch_call",
    "apply_patch_call_output",
    "code_interpreter_call",
    "compaction",
    "computer_call",
    "computer_call_output",
    "file_search_call",
    "image_generation_call",
    "local_shell_call",
    "local_shell_call_output",
    "mcp_approval_request",
    "mcp_approval_response",
    "mcp_call",
    "mcp_list_tools",
    "shell_call",
    "shell_call_output",
    "tool_search_call",
    "tool_search_output",
    "web_search_call",
];

pub(super) fn rewrite<'a>(
    message: &mut Message<'a>,
    other: &mut Fields<'a>,
    additions: &mut Additions<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<(), ModelError> {
    let kind = other.kind();
    match kind.as_ref() {
        "message" => {
            other.take("type");
        }
        "function_call" if other.has("call_id") || other.has("arguments") => {
            let call = read_item_call(message, other, path, reader)?;
            additions.add_call(call);
        }
        "custom_tool_call" if other.has("call_id") => {
            other.take("type");
            other.take("id");
            let id = other.take_string("call_id")?.unwrap_or_default();
            let name = super::take_name(message)?;
            additions.add_call(ToolCallContent::new(id, name, call::custom_input(other, path)?));
        }
        "function_call_output" | "custom_tool_call_output" if other.has("call_id") => {
            other.take("type");
            message.tool_call_id = other.take("call_id");
            if let Some(output) = other.take("output") {
                message.content = parse_content(output, &path.name("output"))?;
                message.content_member = Some("output");
            }
        }
        "reasoning" if other.has("summary") || other.has("encrypted_content") => {
            other.take("type");
            read_reasoning(message, other, additions, path, reader)?;
        }
        "item_reference" => {
            let message = "an item of OpenAI's Responses API refers to another one that only this API has";
            return Err(path
                .error("UnsupportedMessage", message)
                .with_hint("send the items of the conversation themselves"));
        }
        kind if SERVER_ITEMS.contains(&kind) && message.role.is_none() => {
            // The note on the item covers its members.
            *other = Fields::default();
            *message = Message::default();
            additions.role = Some(Role::Assistant);
            let reason = "dropped an item of OpenAI's Responses API: its tool ran at another service";
            reader.note("messages.item", NoteAction::Dropped, path, reason);
        }
        _ => {}
    }
    Ok(())
}

fn read_item_call<'a>(
    message: &mut Message<'a>,
    other: &mut Fields<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<ToolCallContent, ModelError> {
    other.take("type");
    if other.has("call_id") {
        // The item has an id of its own, which nothing refers to.
        other.take("id");
    }
    other.put_back("name", message.name.take());
    call::read_call(other, path, reader)
}

/// Reads the summary of reasoning, or its text as open models have it. What is encrypted is of use to OpenAI alone.
fn read_reasoning(
    message: &mut Message<'_>,
    other: &mut Fields<'_>,
    additions: &mut Additions<'_>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<(), ModelError> {
    additions.role = Some(Role::Assistant);
    other.take("id");
    let mut texts = Vec::new();
    if let Content::List(parts) = std::mem::take(&mut message.content) {
        for part in parts {
            if let Content::Object(members) = part {
                texts.extend(Fields::from(members).take_string("text")?);
            }
        }
    }
    if let Some(summary) = other.take("summary") {
        let summary = text_chunks(summary, &path.name("summary"), reader)?;
        if texts.is_empty() {
            texts = summary;
        }
    }
    if !texts.is_empty() {
        additions.reasoning.push(ReasoningContent::new(texts.join("\n\n")));
    }
    if other.take("encrypted_content").is_some() {
        let reason = "dropped the encrypted reasoning: only OpenAI's API can read it";
        reader.note("reasoning.encrypted", NoteAction::Dropped, &path.name("encrypted_content"), reason);
    }
    Ok(())
}

pub(super) fn part_reader(kind: &str, fields: &Fields<'_>, place: Place) -> Option<PartReader> {
    let in_message = place == Place::Message;
    let has = |names: &[&str]| names.iter().any(|name| fields.has(name));
    Some(match kind {
        "input_image" | "computer_screenshot" if has(&["image_url", "file_id"]) => {
            media_reader(MediaKind::Image)
        }
        "input_file" if has(&["file_data", "file_url", "file_id"]) => media_reader(MediaKind::Document),
        "summary_text" | "reasoning_text" if fields.has("text") => read_reasoning_text,
        // LangChain stores the items of an answer as its content: https://github.com/langchain-ai/langchain-aws/issues/1206.
        "function_call" if in_message && has(&["call_id", "arguments"]) => read_part_call,
        "function_call_output" if in_message && fields.has("call_id") => read_part_output,
        _ => return None,
    })
}

fn read_part_call<'a>(
    fields: &mut Fields<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    if fields.has("call_id") {
        fields.take("id");
    }
    read_call(fields, path, reader)
}

fn read_part_output<'a>(
    fields: &mut Fields<'a>,
    path: &Path<'_>,
    _reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    let id = fields.take_string("call_id")?.unwrap_or_default();
    let content = match fields.take("output") {
        Some(output) => parse_content(output, &path.name("output"))?,
        None => Content::Null,
    };
    Ok(ForeignPart::Result(RawResult { id, content, member: "output", ..RawResult::default() }))
}

fn read_reasoning_text<'a>(
    fields: &mut Fields<'a>,
    _path: &Path<'_>,
    _reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    Ok(match fields.take_string("text")? {
        Some(text) => ForeignPart::Block(ReasoningContent::new(text).into()),
        None => ForeignPart::Dropped("its text is not a string"),
    })
}
