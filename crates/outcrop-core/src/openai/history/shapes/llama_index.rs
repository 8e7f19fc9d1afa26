//! Messages of LlamaIndex: `ChatMessage`, whose content is in `blocks`.
//!
//! See <https://docs.llamaindex.ai/en/stable/api_reference/llms/> (`llama_index.core.base.llms.types`). Calls and ids of
//! results are in `additional_kwargs`, as in LangChain.

use serde_json::value::RawValue;

use super::media::MediaKind;
use super::{ForeignPart, PartReader, read_call, read_media};
use crate::content::{ContentBlock, ReasoningContent};
use crate::error::ModelError;
use crate::openai::cache_control::take_cache_point;
use crate::openai::fields::{Fields, Reader, plain_text};
use crate::openai::path::Path;
use crate::openai::raw::{Content, Message, parse_content};

/// Reads the `blocks` of a message, each with a `block_type`.
pub(super) fn rewrite<'a>(
    message: &mut Message<'a>,
    other: &mut Fields<'a>,
    path: &Path<'_>,
) -> Result<(), ModelError> {
    let Some(blocks) = other.peek("blocks").filter(|blocks| are_blocks(blocks)) else { return Ok(()) };
    // A dump of the class has the text of the blocks as `content` a second time.
    let content = std::mem::replace(&mut message.content, parse_content(blocks, &path.name("blocks"))?);
    let is_repeated = match &content {
        Content::Null => true,
        Content::Text(text) => text.is_empty() || message.content.joined_text().contains(text.trim()),
        _ => false,
    };
    if is_repeated {
        other.take("blocks");
        message.content_member = Some("blocks");
    } else {
        message.content = content;
    }
    Ok(())
}

fn are_blocks(value: &RawValue) -> bool {
    Fields::parse_list(value).is_some_and(|blocks| blocks.iter().all(|block| block.has("block_type")))
}

pub(super) fn part_reader(fields: &Fields<'_>) -> Option<PartReader> {
    Some(match plain_text(fields.peek("block_type")).as_ref() {
        "text" => read_text,
        "image" => |fields, path, reader| read_block(MediaKind::Image, fields, path, reader),
        "audio" => |fields, path, reader| read_block(MediaKind::Audio, fields, path, reader),
        "video" => |fields, path, reader| read_block(MediaKind::Video, fields, path, reader),
        "document" => |fields, path, reader| read_block(MediaKind::Document, fields, path, reader),
        "cache" => read_cache,
        "tool_call" => read_tool_call,
        "thinking" => read_thinking,
        _ => return None,
    })
}

fn read_text<'a>(
    fields: &mut Fields<'a>,
    _path: &Path<'_>,
    _reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    fields.take("block_type");
    Ok(match fields.take_string("text")? {
        Some(text) => ForeignPart::Block(ContentBlock::text(text)),
        None => ForeignPart::Dropped("its text is not a string"),
    })
}

fn read_block<'a>(
    kind: MediaKind,
    fields: &mut Fields<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    fields.take("block_type");
    read_media(kind, fields, path, reader)
}

fn read_cache<'a>(
    fields: &mut Fields<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    fields.take("block_type");
    let point = take_cache_point(fields, path, reader)?.unwrap_or_default();
    Ok(ForeignPart::Block(point.into()))
}

fn read_tool_call<'a>(
    fields: &mut Fields<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    fields.take("block_type");
    read_call(fields, path, reader)
}

fn read_thinking<'a>(
    fields: &mut Fields<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    fields.take("block_type");
    fields.take("num_tokens");
    let text = fields.take_string("content")?.unwrap_or_default();
    let path = path.name("additional_information");
    let mut information = fields.take_object("additional_information", &path)?.unwrap_or_default();
    let signature = information.take_string("signature")?;
    reader.note_unread(information, &path);
    Ok(ForeignPart::Block(ReasoningContent { signature, ..ReasoningContent::new(text) }.into()))
}
