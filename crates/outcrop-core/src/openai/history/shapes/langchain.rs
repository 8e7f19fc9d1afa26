//! Messages of LangChain, in its three forms of JSON, and its content blocks.
//!
//! See <https://python.langchain.com/api_reference/core/messages.html>. `model_dump` has the `type` of a message next to its
//! content, `messages_to_dict` wraps the message into `data`, and `dumpd` into `kwargs`.

use serde_json::value::RawValue;

use super::call;
use super::media::{MediaKind, has_media};
use super::{Additions, ForeignPart, PartReader, Place, drop_server_tool, media_reader, read_call};
use crate::content::{ContentBlock, ReasoningContent};
use crate::error::ModelError;
use crate::openai::fields::{Fields, Reader, plain_text};
use crate::openai::path::Path;
use crate::openai::raw::{Message, string};
use crate::role::Role;

/// Takes a message out of its wrapper. What else the wrapper has is noted.
pub(super) fn unwrap<'a>(
    message: &mut Message<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<(), ModelError> {
    let other = &message.other;
    let is_constructor = other.get("lc").is_some() && plain_text(other.get("type")) == "constructor";
    let member = if is_constructor { "kwargs" } else { "data" };
    let is_wrapper = is_constructor || role_of(&plain_text(other.get("type"))).is_some();
    let Some(inner) = other.get(member).filter(|value| is_wrapper && value.get().starts_with('{')) else {
        return Ok(());
    };
    let inner_path = path.name(member);
    let inner: Message<'a> = serde_json::from_str(inner.get()).map_err(|_| {
        inner_path.error("InvalidMessage", "the message of LangChain does not have the form of a message")
    })?;
    let outer = std::mem::replace(message, inner);
    let mut wrapper = Fields::from(outer.other);
    wrapper.take(member);
    let mut fields = Fields::from(std::mem::take(&mut message.other));
    if is_constructor {
        wrapper.take("lc");
        wrapper.take("type");
        // The class is the last segment of the id: `["langchain", "schema", "messages", "HumanMessage"]`.
        let class = wrapper.take("id").and_then(last_item);
        if !fields.has("type") {
            fields.put_back("type", class);
        }
    } else {
        let kind = wrapper.take("type");
        if !fields.has("type") {
            fields.put_back("type", kind);
        }
    }
    message.other = fields.into();
    reader.note_unread(wrapper, path);
    Ok(())
}

fn last_item(list: &RawValue) -> Option<&RawValue> {
    serde_json::from_str::<Vec<&RawValue>>(list.get()).ok()?.pop()
}

/// Returns the role of a type or a class. `None` if it is not LangChain's.
fn role_of(kind: &str) -> Option<Role> {
    match kind.strip_suffix("Chunk").unwrap_or(kind) {
        "human" | "HumanMessage" => Some(Role::User),
        "ai" | "AIMessage" => Some(Role::Assistant),
        "system" | "SystemMessage" => Some(Role::System),
        "developer" => Some(Role::Other("developer".to_owned())),
        "tool" | "ToolMessage" => Some(Role::Tool),
        "function" | "FunctionMessage" => Some(Role::Other("function".to_owned())),
        _ => None,
    }
}

/// Reads the type of a message, and the members that LangChain and LlamaIndex keep in `additional_kwargs`.
pub(super) fn rewrite<'a>(
    message: &mut Message<'a>,
    other: &mut Fields<'a>,
    additions: &mut Additions<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<(), ModelError> {
    let kind = other.kind();
    if let Some(role) = role_of(&kind) {
        other.take("type");
        if message.role.is_none() {
            additions.role = Some(role);
        }
        // A result has the outcome of its tool as a status.
        if plain_text(other.peek("status")) == "error" {
            other.take("status");
            message.is_error = Some(true);
        }
    } else if matches!(kind.as_ref(), "chat" | "ChatMessage" | "ChatMessageChunk") {
        other.take("type");
    }
    read_additional(message, other, path, reader)?;
    // Calls whose arguments are not valid JSON, which their results refer to all the same.
    for (index, invalid) in other.take_list("invalid_tool_calls").unwrap_or_default().into_iter().enumerate()
    {
        let list = path.name("invalid_tool_calls");
        let (call, point) = call::parse_call(invalid, &list.index(index), reader)?;
        additions.add_call(call);
        additions.after.extend(point.map(ContentBlock::from));
    }
    // The parts of the calls in a stream, which `tool_calls` has as a whole.
    if !message.tool_calls.is_empty() {
        other.take("tool_call_chunks");
    }
    Ok(())
}

fn read_additional<'a>(
    message: &mut Message<'a>,
    other: &mut Fields<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<(), ModelError> {
    let Some(mut additional) = other.take_object("additional_kwargs", path)? else { return Ok(()) };
    let path = path.name("additional_kwargs");
    if let Some(calls) = additional.take_list("tool_calls") {
        // LangChain has the calls of OpenAI's API a second time.
        if message.tool_calls.is_empty() {
            message.tool_calls = calls;
        }
    }
    let slots = [
        ("function_call", &mut message.function_call),
        ("name", &mut message.name),
        ("reasoning_content", &mut message.reasoning_content),
        ("refusal", &mut message.refusal),
        ("tool_call_id", &mut message.tool_call_id),
    ];
    for (name, slot) in slots {
        if slot.is_none() {
            *slot = additional.take(name);
        }
    }
    if !message.tool_calls.is_empty() {
        // The deprecated form of the same call.
        if additional.has("function_call") || message.function_call.is_some() {
            additional.take("function_call");
        }
    }
    for name in ["audio", "thinking_blocks"] {
        if !other.has(name) {
            other.put_back(name, additional.take(name));
        }
    }
    reader.note_unread(additional, &path);
    Ok(())
}

pub(super) fn part_reader(kind: &str, fields: &Fields<'_>, place: Place) -> Option<PartReader> {
    let in_message = place == Place::Message;
    // Results of tools have data with addresses of their own, which a source type tells from media.
    let is_media = || has_media(fields, in_message || fields.has("source_type"));
    Some(match kind {
        "tool_call" | "tool_call_chunk" | "invalid_tool_call" if in_message && fields.has("args") => {
            read_call
        }
        "reasoning_content" if in_message && has_reasoning(fields) => read_reasoning,
        "image" if is_media() => media_reader(MediaKind::Image),
        "audio" if is_media() => media_reader(MediaKind::Audio),
        "video" if is_media() => media_reader(MediaKind::Video),
        "file" if !fields.contains("file") && is_media() => media_reader(MediaKind::File),
        "document" | "text-plain" if is_media() => media_reader(MediaKind::Document),
        "server_tool_call" | "server_tool_call_chunk" | "server_tool_result" if in_message => {
            drop_server_tool
        }
        _ => return None,
    })
}

/// Returns whether the member is text, or an object that has it. Converse's own form has one object more.
fn has_reasoning(fields: &Fields<'_>) -> bool {
    let inner = fields.peek("reasoning_content").map(|value| Fields::parse(value, &Path::parameter("")));
    match inner {
        Some(Ok(Some(inner))) => inner.has("text") || inner.has("reasoning"),
        inner => inner.is_some(),
    }
}

/// Reads the reasoning of Converse as langchain-aws stores it: `{"text": …, "signature": …}`, or a text.
fn read_reasoning<'a>(
    fields: &mut Fields<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    let Some(value) = fields.take("reasoning_content") else {
        return Ok(ForeignPart::Dropped("it is empty"));
    };
    let path = path.name("reasoning_content");
    let reasoning = match Fields::parse(value, &path)? {
        Some(mut inner) => {
            let signature = inner.take_string("signature")?;
            let text = inner.take_first_string(&["text", "reasoning"])?.unwrap_or_default();
            inner.take("type");
            reader.note_unread(inner, &path);
            ReasoningContent { signature, ..ReasoningContent::new(text) }
        }
        None => ReasoningContent::new(string(value)?.unwrap_or_default()),
    };
    Ok(ForeignPart::Block(reasoning.into()))
}
