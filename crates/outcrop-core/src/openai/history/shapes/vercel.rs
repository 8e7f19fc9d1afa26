//! Messages of Vercel's AI SDK: `ModelMessage`, whose content has `tool-call` and `tool-result` parts, and `UIMessage`,
//! whose `parts` have a call together with its result.
//!
//! See <https://ai-sdk.dev/docs/reference/ai-sdk-core/model-message> and
//! <https://ai-sdk.dev/docs/reference/ai-sdk-core/ui-message>. Version 4 has other names for some members, and calls in
//! `toolInvocations`.

use std::collections::BTreeSet;

use serde_json::value::RawValue;

use super::call;
use super::media::{MediaKind, has_media};
use super::{
    Additions, ForeignPart, PartReader, Place, RawResult, drop_server_tool, media_reader, read_call,
    read_media,
};
use crate::content::{ContentBlock, JsonContent, ReasoningContent, ToolCallContent, ToolResultContent};
use crate::error::ModelError;
use crate::media::Blob;
use crate::openai::cache_control::ProviderOptions;
use crate::openai::fields::{Fields, Reader};
use crate::openai::path::Path;
use crate::openai::raw::{Content, Message, parse_content, string, to_raw_json};

pub(super) fn part_reader(kind: &str, fields: &Fields<'_>, place: Place) -> Option<PartReader> {
    let in_message = place == Place::Message;
    Some(match kind {
        _ if in_message && is_ui_tool(kind, fields) => read_ui_tool,
        "tool-call" if in_message && fields.has("toolCallId") => read_tool_call,
        "tool-result" if in_message && fields.has("toolCallId") => read_tool_result,
        "reasoning" if in_message && fields.has_string("text") => read_reasoning,
        "redacted-reasoning" if in_message && fields.has_string("data") => read_redacted_reasoning,
        "image" if fields.has_string("image") => media_reader(MediaKind::Image),
        "image-data" | "image-url" | "image-file-id" if has_media(fields, true) => {
            media_reader(MediaKind::Image)
        }
        "file"
            if !fields.contains("file") && (fields.has_string("data") || has_tagged_data(fields))
                || in_message && fields.has_string("url") =>
        {
            media_reader(MediaKind::File)
        }
        "file-data" | "file-url" | "file-id" | "media" if has_media(fields, true) => {
            media_reader(MediaKind::File)
        }
        "step-start"
        | "source"
        | "source-url"
        | "source-document"
        | "tool-approval-request"
        | "tool-approval-response"
        | "reasoning-file"
            if in_message =>
        {
            read_ui_detail
        }
        _ => return None,
    })
}

/// Returns whether a file has its data in an object that names its kind, as in version 7.
fn has_tagged_data(fields: &Fields<'_>) -> bool {
    let data = fields.peek("data").map(|value| Fields::parse(value, &Path::parameter("")));
    matches!(data, Some(Ok(Some(data))) if data.has_string("type"))
}

fn read_tool_call<'a>(
    fields: &mut Fields<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    if fields.take_bool("providerExecuted") == Some(true) {
        return drop_server_tool(fields, path, reader);
    }
    read_call(fields, path, reader)
}

fn read_tool_result<'a>(
    fields: &mut Fields<'a>,
    path: &Path<'_>,
    _reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    let mut result = RawResult {
        id: fields.take_string("toolCallId")?.unwrap_or_default(),
        name: fields.take_string("toolName")?,
        // Version 4 has the value itself in `result`, and a flag next to it.
        is_error: fields.take_bool("isError") == Some(true),
        ..RawResult::default()
    };
    result.member = ["output", "result"].into_iter().find(|name| fields.has(name)).unwrap_or("output");
    let path = path.name(result.member);
    let Some(value) = fields.take(result.member) else { return Ok(ForeignPart::Result(result)) };
    match Fields::parse(value, &path)? {
        Some(output) if is_output(&output) => read_output(output, &mut result, &path)?,
        _ => result.content = parse_content(value, &path)?,
    }
    Ok(ForeignPart::Result(result))
}

/// Returns whether an object is a `ToolResultOutput`, and not the value of the tool itself.
fn is_output(output: &Fields<'_>) -> bool {
    match output.kind().as_ref() {
        "text" | "json" | "error-text" | "error-json" | "content" => output.contains("value"),
        "execution-denied" => true,
        _ => false,
    }
}

fn read_output<'a>(
    mut output: Fields<'a>,
    result: &mut RawResult<'a>,
    path: &Path<'_>,
) -> Result<(), ModelError> {
    let kind = output.kind();
    result.is_error |= kind.starts_with("error-") || kind == "execution-denied";
    result.content = match (kind.as_ref(), output.take("value")) {
        ("execution-denied", _) => {
            let reason = output.take_string("reason")?;
            Content::Text(reason.unwrap_or_else(|| "The execution of the tool was denied.".to_owned()).into())
        }
        // A list is JSON there, not a list of parts.
        ("json" | "error-json", Some(value)) if value.get().starts_with('[') => {
            Content::Text(to_raw_json(value)?.as_str().to_owned().into())
        }
        (_, Some(value)) => parse_content(value, &path.name("value"))?,
        (_, None) => Content::Null,
    };
    Ok(())
}

fn read_reasoning<'a>(
    fields: &mut Fields<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    let options = ProviderOptions::take(fields, path, reader)?;
    let text = fields.take_string("text")?.unwrap_or_default();
    let signature = options.signature.or(fields.take_string("signature")?);
    Ok(ForeignPart::Block(reasoning(text, signature, options.redacted)))
}

fn reasoning(text: String, signature: Option<String>, redacted: Option<String>) -> ContentBlock {
    match redacted {
        Some(data) => ReasoningContent::redacted(Blob::from_base64(data)).into(),
        None => ReasoningContent { signature, ..ReasoningContent::new(text) }.into(),
    }
}

fn read_redacted_reasoning<'a>(
    fields: &mut Fields<'a>,
    _path: &Path<'_>,
    _reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    let data = fields.take_string("data")?.unwrap_or_default();
    Ok(ForeignPart::Block(ReasoningContent::redacted(Blob::from_base64(data)).into()))
}

/// Drops a part that only the user interface needs.
fn read_ui_detail<'a>(
    fields: &mut Fields<'a>,
    _path: &Path<'_>,
    _reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    *fields = Fields::default();
    Ok(ForeignPart::Dropped("it is not part of the conversation"))
}

/// Returns whether a part of a user interface has a call: `tool-NAME`, `dynamic-tool`, or `tool-invocation` in version 4.
fn is_ui_tool(kind: &str, fields: &Fields<'_>) -> bool {
    match kind {
        "tool-invocation" => fields.has("toolInvocation"),
        "dynamic-tool" => fields.has("toolCallId"),
        kind => kind.starts_with("tool-") && fields.has("toolCallId") && fields.has("state"),
    }
}

fn read_ui_tool<'a>(
    fields: &mut Fields<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    if let Some(mut invocation) = fields.take_object("toolInvocation", path)? {
        let path = path.name("toolInvocation");
        let run = read_run(&mut invocation, None, &path, reader)?;
        reader.note_unread(invocation, &path);
        return Ok(run);
    }
    let kind = fields.kind();
    let name = kind.strip_prefix("tool-").filter(|_| !fields.has("toolName")).map(str::to_owned);
    read_run(fields, name, path, reader)
}

/// Reads a call, and its result if it has one.
fn read_run<'a>(
    fields: &mut Fields<'a>,
    name: Option<String>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    let state = fields.take_string("state")?.unwrap_or_default();
    if fields.take_bool("providerExecuted") == Some(true) {
        return drop_server_tool(fields, path, reader);
    }
    if !fields.has("input") && !fields.has("args") {
        // Input that does not fit the schema of its tool.
        if let Some(raw) = fields.take("rawInput") {
            fields.put_back("input", Some(raw));
        }
    }
    let mut call = call::read_call(fields, path, reader)?;
    if let Some(name) = name {
        call.name = name;
    }
    let result = read_run_result(&call, &state, fields, path)?;
    Ok(ForeignPart::Run(call, result))
}

fn read_run_result(
    call: &ToolCallContent,
    state: &str,
    fields: &mut Fields<'_>,
    path: &Path<'_>,
) -> Result<Option<ToolResultContent>, ModelError> {
    if let Some(text) = fields.take_string("errorText")? {
        return Ok(Some(ToolResultContent::new(call.id.as_str(), text).failed()));
    }
    if state == "output-denied" {
        let approval = fields.take_object("approval", path)?;
        let reason = approval.map(|mut approval| approval.take_string("reason")).transpose()?.flatten();
        let text = reason.unwrap_or_else(|| "The execution of the tool was denied.".to_owned());
        return Ok(Some(ToolResultContent::new(call.id.as_str(), text).failed()));
    }
    let Some(output) = fields.take_first(&["output", "result"]) else { return Ok(None) };
    Ok(Some(match string(output)? {
        Some(text) => ToolResultContent::new(call.id.as_str(), text),
        None => {
            let json = JsonContent::new(to_raw_json(output)?);
            ToolResultContent::with_content(call.id.as_str(), vec![json.into()])
        }
    }))
}

/// Reads the `parts` of a `UIMessage`, the members of version 4, and the options of a message.
pub(super) fn rewrite<'a>(
    message: &mut Message<'a>,
    other: &mut Fields<'a>,
    additions: &mut Additions<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<(), ModelError> {
    additions.cache_point = ProviderOptions::take(other, path, reader)?.cache_point;
    take_parts_from_content(message, other, path, reader)?;
    if let Some(parts) = other.peek("parts").filter(|parts| has_ui_parts(parts)) {
        other.take("parts");
        replace_content(message, parts, path, reader)?;
        // Version 4 has the calls of the parts a second time.
        if other.peek("toolInvocations").is_some_and(|calls| are_repeated(calls, parts)) {
            other.take("toolInvocations");
        }
    }
    let invocations = other.take_list("toolInvocations").unwrap_or_default();
    for (index, invocation) in invocations.into_iter().enumerate() {
        let path = path.name("toolInvocations");
        let path = path.index(index);
        let mut fields = Fields::parse(invocation, &path)?.unwrap_or_default();
        match read_run(&mut fields, None, &path, reader)? {
            ForeignPart::Run(call, result) => {
                additions.after.push(call.into());
                additions.results.extend(result.map(ContentBlock::from));
            }
            ForeignPart::Dropped(reason) => reader.dropped_part(&path, reason),
            _ => {}
        }
        reader.note_unread(fields, &path);
    }
    let attachments = other.take_list("experimental_attachments").unwrap_or_default();
    for (index, attachment) in attachments.into_iter().enumerate() {
        let path = path.name("experimental_attachments");
        let path = path.index(index);
        let mut fields = Fields::parse(attachment, &path)?.unwrap_or_default();
        match read_media(MediaKind::File, &mut fields, &path, reader)? {
            ForeignPart::Block(block) => additions.after.push(block),
            _ => reader.dropped_part(&path, "its source has no known form"),
        }
        reader.note_unread(fields, &path);
    }
    Ok(())
}

/// Moves the parts out of the content. Mastra stores them there, see <https://mastra.ai/docs/memory/overview>.
fn take_parts_from_content<'a>(
    message: &mut Message<'a>,
    other: &mut Fields<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<(), ModelError> {
    match &message.content {
        Content::Object(members) if members.get("parts").is_some_and(has_ui_parts) => {}
        _ => return Ok(()),
    }
    let Content::Object(members) = std::mem::take(&mut message.content) else { return Ok(()) };
    let mut inner = Fields::from(members);
    let path = path.name("content");
    for name in ["parts", "toolInvocations", "experimental_attachments"] {
        other.put_back(name, inner.take(name));
    }
    if let Some(content) = inner.take("content") {
        message.content = parse_content(content, &path.name("content"))?;
    }
    inner.take("format");
    reader.note_unread(inner, &path);
    Ok(())
}

/// Returns whether the ids of all invocations are among the parts.
fn are_repeated(invocations: &RawValue, parts: &RawValue) -> bool {
    let ids = |list: &'_ RawValue| -> Vec<String> {
        let list: Vec<&RawValue> = serde_json::from_str(list.get()).unwrap_or_default();
        let fields_of = |item| Fields::parse(item, &Path::parameter("parts")).ok().flatten();
        let id_of = |item| {
            let mut fields = fields_of(item)?;
            let inner = fields.take_object("toolInvocation", &Path::parameter("parts")).ok().flatten();
            inner.unwrap_or(fields).take_string("toolCallId").ok().flatten()
        };
        list.into_iter().map(|item| id_of(item).unwrap_or_default()).collect()
    };
    let in_parts: BTreeSet<String> = ids(parts).into_iter().collect();
    ids(invocations).iter().all(|id| in_parts.contains(id))
}

/// Returns whether a value is a list of the parts of a `UIMessage`, each with a `type`.
fn has_ui_parts(value: &RawValue) -> bool {
    let parts = Fields::parse_list(value).unwrap_or_default();
    !parts.is_empty() && parts.iter().all(|part| part.has("type"))
}

/// Replaces the content of a message by its parts. A content that is not the text of the parts is noted.
fn replace_content<'a>(
    message: &mut Message<'a>,
    parts: &'a RawValue,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<(), ModelError> {
    let content = std::mem::replace(&mut message.content, parse_content(parts, &path.name("parts"))?);
    message.content_member = Some("parts");
    let is_repeated = match &content {
        Content::Null => true,
        Content::Text(text) => text.is_empty() || message.content.joined_text().contains(text.as_ref()),
        _ => false,
    };
    if !is_repeated {
        let reason = "dropped the content: the message has different `parts`";
        reader.note("messages.content", crate::note::NoteAction::Dropped, &path.name("content"), reason);
    }
    Ok(())
}
