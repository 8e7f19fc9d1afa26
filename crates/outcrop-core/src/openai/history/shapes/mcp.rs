//! Content of the Model Context Protocol, as clients store it in the results of tools.
//!
//! See <https://modelcontextprotocol.io/specification/2025-06-18/server/tools#tool-result>.

use super::media::MediaKind;
use super::{ForeignPart, PartReader, Place, media_reader, read_media};
use crate::content::{ContentBlock, JsonContent};
use crate::error::ModelError;
use crate::json::RawJson;
use crate::openai::fields::{Fields, Reader};
use crate::openai::path::Path;
use crate::openai::raw::{Content, Members};

pub(super) fn part_reader(kind: &str, fields: &Fields<'_>, place: Place) -> Option<PartReader> {
    Some(match kind {
        "image" if fields.has_string("data") => media_reader(MediaKind::Image),
        "audio" if fields.has_string("data") => media_reader(MediaKind::Audio),
        "resource" if fields.has_object("resource") => read_resource,
        "resource_link" if fields.has("uri") && place == Place::Message => read_link,
        _ => return None,
    })
}

/// Reads an embedded resource: its text, or its bytes as a medium.
fn read_resource<'a>(
    fields: &mut Fields<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    let mut resource = fields.take_object("resource", path)?.unwrap_or_default();
    let path = path.name("resource");
    if resource.has("blob") {
        // The address only names the resource; with the bytes it would be a second source.
        let uri = resource.take("uri");
        let media = read_media(MediaKind::File, &mut resource, &path, reader)?;
        resource.put_back("uri", uri);
        reader.note_unread(resource, &path);
        return Ok(media);
    }
    let text = resource.take_string("text")?;
    reader.note_unread(resource, &path);
    Ok(match text {
        Some(text) => ForeignPart::Block(ContentBlock::text(text)),
        None => ForeignPart::Dropped("the resource has neither a text nor bytes"),
    })
}

/// Reads a link as its JSON: the model may ask a tool for it.
fn read_link<'a>(
    fields: &mut Fields<'a>,
    _path: &Path<'_>,
    _reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    let link = RawJson::from(std::mem::take(fields).into_object()?);
    Ok(ForeignPart::Block(ContentBlock::text(link.as_str())))
}

/// Returns whether an object is the result of a tool as the protocol has it, and not data of the tool.
pub(in crate::openai::history) fn is_result(members: &Members<'_>) -> bool {
    const MEMBERS: &[&str] = &["content", "isError", "structuredContent", "_meta"];
    let has_only_members = members.iter().all(|(name, _)| MEMBERS.contains(&name));
    let has_content = members.get("content").is_some_and(|content| content.get().starts_with('['));
    let is_marked = members.get("isError").is_some() || members.get("structuredContent").is_some();
    has_only_members && has_content && is_marked
}

/// Reads the result of a tool. Returns its content, and whether the tool failed.
pub(in crate::openai::history) fn read_result<'a>(
    members: Members<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<(Content<'a>, bool, Option<ContentBlock>), ModelError> {
    let mut fields = Fields::from(members);
    let is_error = fields.take_bool("isError") == Some(true);
    let content = match fields.take("content") {
        Some(content) => crate::openai::raw::parse_content(content, &path.name("content"))?,
        None => Content::Null,
    };
    // The protocol has the structured content a second time as text, unless the server leaves the text out.
    let is_empty = matches!(&content, Content::List(parts) if parts.is_empty());
    let structured = match fields.peek("structuredContent").filter(|_| is_empty) {
        Some(value) => {
            fields.take("structuredContent");
            Some(JsonContent::new(crate::openai::raw::to_raw_json(value)?).into())
        }
        None => None,
    };
    reader.note_unread(fields, path);
    Ok((content, is_error, structured))
}
