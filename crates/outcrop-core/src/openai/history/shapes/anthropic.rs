//! Parts of Anthropic's Messages API, which LangChain, Mistral and AgentScope have in similar form.
//!
//! See <https://docs.anthropic.com/en/api/messages>.

use super::call::CALL_ID;
use super::media::{MediaKind, take_citations, text_chunks};
use super::{ForeignPart, PartReader, Place, RawResult, drop_server_tool, media_reader, read_call};
use crate::content::{ContentBlock, DocumentContent, ReasoningContent};
use crate::error::ModelError;
use crate::media::Blob;
use crate::note::NoteAction;
use crate::openai::fields::{Fields, Reader};
use crate::openai::path::Path;
use crate::openai::raw::{Content, parse_content};

pub(super) fn part_reader(kind: &str, fields: &Fields<'_>, place: Place) -> Option<PartReader> {
    let in_message = place == Place::Message;
    Some(match kind {
        "tool_use" if in_message && (fields.has("name") || fields.has("input")) => read_call,
        "tool_result" if in_message && (fields.has("tool_use_id") || fields.has("id")) => read_tool_result,
        // The text of thinking that is not displayed is empty, and some stores drop empty members.
        "thinking" if in_message && (fields.has("thinking") || fields.has_string("signature")) => {
            read_thinking
        }
        "redacted_thinking" if in_message && fields.has("data") => read_redacted_thinking,
        "image" if fields.has_object("source") => media_reader(MediaKind::Image),
        "audio" if fields.has_object("source") => media_reader(MediaKind::Audio),
        "video" if fields.has_object("source") => media_reader(MediaKind::Video),
        "document" if fields.has_object("source") => media_reader(MediaKind::Document),
        "search_result" if fields.has("content") && fields.has("source") => read_search_result,
        "compaction" if in_message && fields.has_string("content") => read_compaction,
        "server_tool_use" | "mcp_tool_use" | "container_upload" if in_message => drop_server_tool,
        _ if in_message && kind.ends_with("_tool_result") && fields.has("tool_use_id") => drop_server_tool,
        _ => return None,
    })
}

fn read_tool_result<'a>(
    fields: &mut Fields<'a>,
    path: &Path<'_>,
    _reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    let id = fields.take_first_string(CALL_ID)?.unwrap_or_default();
    // AgentScope has the content in `output`, see https://doc.agentscope.io/build_api/agentscope.message.block.html.
    let member = if fields.has("content") { "content" } else { "output" };
    let content = match fields.take(member) {
        Some(content) => parse_content(content, &path.name(member))?,
        None => Content::Null,
    };
    let is_error = fields.take_bool("is_error") == Some(true);
    Ok(ForeignPart::Result(RawResult {
        id,
        name: fields.take_string("name")?,
        content,
        member,
        is_error,
        cache_point: None,
    }))
}

fn read_thinking<'a>(
    fields: &mut Fields<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    let thinking = match fields.take_string("thinking")? {
        Some(text) => text,
        // Mistral has a list of text parts: https://docs.mistral.ai/capabilities/reasoning/.
        None => match fields.take("thinking") {
            Some(parts) => text_chunks(parts, &path.name("thinking"), reader)?.concat(),
            None => String::new(),
        },
    };
    let signature = fields.take_string("signature")?;
    Ok(ForeignPart::Block(ReasoningContent { signature, ..ReasoningContent::new(thinking) }.into()))
}

fn read_redacted_thinking<'a>(
    fields: &mut Fields<'a>,
    _path: &Path<'_>,
    _reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    Ok(match fields.take_string("data")? {
        Some(data) => ForeignPart::Block(ReasoningContent::redacted(Blob::from_base64(data)).into()),
        None => ForeignPart::Dropped("its data is not a string"),
    })
}

/// Reads a search result as a document, because no other API has a block for it in a request.
fn read_search_result<'a>(
    fields: &mut Fields<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    let chunks = match fields.take("content") {
        Some(content) => text_chunks(content, &path.name("content"), reader)?,
        None => Vec::new(),
    };
    let name = fields.take_string("title")?.unwrap_or_default();
    let context = fields.take_string("source")?;
    let citations = take_citations(fields);
    let document = DocumentContent { chunks: Some(chunks), context, citations, ..DocumentContent::new(name) };
    Ok(ForeignPart::Block(document.into()))
}

/// Reads the summary of an earlier conversation as text: <https://platform.claude.com/docs/en/build-with-claude/compaction>.
fn read_compaction<'a>(
    fields: &mut Fields<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    let message = "sent the summary as text: no other API has a block for it";
    reader.note("content.part", NoteAction::Changed, path, message);
    let summary = fields.take_string("content")?.unwrap_or_default();
    Ok(ForeignPart::Block(ContentBlock::text(summary)))
}
