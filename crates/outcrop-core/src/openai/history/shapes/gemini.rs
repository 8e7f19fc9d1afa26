//! Contents of Gemini's API: a role and `parts`, each with one member.
//!
//! See <https://ai.google.dev/api/caching#Content>. Calls have no ids there; they are paired by the name of the function and
//! by order.

use serde_json::value::RawValue;

use super::media::MediaKind;
use super::{ForeignPart, PartReader, RawResult, drop_server_tool, media_reader, read_call, read_media};
use crate::content::ReasoningContent;
use crate::error::ModelError;
use crate::openai::fields::{Fields, Reader};
use crate::openai::path::Path;
use crate::openai::raw::{Content, Message, parse_content};

/// The members that hold media, in the spellings of REST and of Python's library.
const MEDIA: &[&str] = &["inlineData", "inline_data", "fileData", "file_data"];

pub(super) fn part_reader(kind: &str, fields: &Fields<'_>) -> Option<PartReader> {
    if !kind.is_empty() {
        return None;
    }
    if fields.has_object("functionCall") || fields.has_object("function_call") {
        Some(read_call)
    } else if fields.has_object("functionResponse") || fields.has_object("function_response") {
        Some(read_response)
    } else if MEDIA.iter().any(|name| fields.has_object(name)) {
        Some(read_data)
    } else if ["mime_type", "mimeType"].iter().any(|name| fields.has_string(name))
        && fields.has_string("data")
    {
        // The blob of Google's SDKs for Python, without the member around it:
        // https://github.com/ziatdinovmax/SciLink/issues/382.
        Some(media_reader(MediaKind::File))
    } else if fields.has("thought") && fields.has("text") {
        Some(read_thought)
    } else if fields.has_object("executableCode") || fields.has_object("codeExecutionResult") {
        Some(drop_server_tool)
    } else {
        None
    }
}

fn read_response<'a>(
    fields: &mut Fields<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    let member = if fields.has("functionResponse") { "functionResponse" } else { "function_response" };
    let path = path.name(member);
    let mut response = fields.take_object(member, &path)?.unwrap_or_default();
    let id = response.take_string("id")?.unwrap_or_default();
    let name = response.take_string("name")?;
    let content = match response.take("response") {
        Some(value) => parse_content(value, &path.name("response"))?,
        None => Content::Null,
    };
    // The keys of the API for the output and for details of an error.
    let is_error = match &content {
        Content::Object(members) => {
            members.get_non_null("error").is_some() && members.get("output").is_none()
        }
        _ => false,
    };
    reader.note_unread(response, &path);
    Ok(ForeignPart::Result(RawResult { id, name, content, member, is_error, cache_point: None }))
}

fn read_data<'a>(
    fields: &mut Fields<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    for member in MEDIA {
        if let Some(mut data) = fields.take_object(member, path)? {
            let path = path.name(member);
            let media = read_media(MediaKind::File, &mut data, &path, reader);
            reader.note_unread(data, &path);
            return media;
        }
    }
    Ok(ForeignPart::Dropped("it has no data"))
}

fn read_thought<'a>(
    fields: &mut Fields<'a>,
    _path: &Path<'_>,
    _reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    let text = fields.take_string("text")?.unwrap_or_default();
    Ok(ForeignPart::Block(match fields.take_bool("thought") {
        Some(true) => ReasoningContent::new(text).into(),
        _ => crate::content::ContentBlock::text(text),
    }))
}

/// Reads the `parts` of a message, each with one of the members of Gemini's API.
pub(super) fn rewrite<'a>(
    message: &mut Message<'a>,
    other: &mut Fields<'a>,
    path: &Path<'_>,
) -> Result<(), ModelError> {
    if !matches!(message.content, Content::Null) {
        return Ok(());
    }
    if let Some(parts) = other.peek("parts").filter(|parts| is_list_of_parts(parts)) {
        other.take("parts");
        message.content = parse_content(parts, &path.name("parts"))?;
        message.content_member = Some("parts");
    }
    Ok(())
}

fn is_list_of_parts(value: &RawValue) -> bool {
    let parts = Fields::parse_list(value).unwrap_or_default();
    let is_part =
        |part: &Fields<'_>| !part.has("type") && (part.has("text") || part_reader("", part).is_some());
    !parts.is_empty() && parts.iter().all(is_part)
}
