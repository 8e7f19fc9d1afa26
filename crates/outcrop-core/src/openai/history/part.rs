//! Parsing the parts of the content of a message.
//!
//! The forms are those of OpenAI's API, <https://platform.openai.com/docs/api-reference/chat/create>, of servers that
//! extend it, of this crate's own blocks, and those of other [`shapes`]. As in AG2, members decide what a part is, and
//! `type` only if no member does.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::media::{self, MediaKind};
use super::shapes::{self, ForeignPart, Place, RawResult};
use crate::content::{
    AudioContent, ContentBlock, ContentParser, DocumentContent, ImageContent, ImageDetail, ToolResultContent,
    VideoContent,
};
use crate::error::ModelError;
use crate::json::JsonObject;
use crate::media::Blob;
use crate::note::NoteAction;
use crate::openai::cache_control::{ProviderOptions, take_cache_point};
use crate::openai::fields::{Fields, Reader, plain_text};
use crate::openai::path::Path;
use crate::openai::raw::{Content, Members, string};

/// The types of this crate's blocks. They occur when a program sends the messages of a [`crate::UnifiedResponse`] as
/// JSON.
const BLOCK_TYPES: &[&str] = &[
    "audio",
    "cache_point",
    "citation",
    "document",
    "image",
    "json",
    "reasoning",
    "tool_call",
    "tool_result",
    "video",
];

/// Returns whether [`parse_part`] has a block type for a part.
pub(super) fn is_known(members: &Members<'_>, place: Place) -> bool {
    if ["text", "image_url", "input_audio", "file"].iter().any(|name| members.get(name).is_some()) {
        return true;
    }
    let fields = Fields::from(members.clone());
    let kind = fields.kind();
    kind == "video_url"
        || BLOCK_TYPES.contains(&kind.as_ref())
        || shapes::part_reader(&kind, &fields, place).is_some()
}

/// Returns whether a part is the result of a tool, with or without the id of its call.
pub(super) fn is_result(part: &Content<'_>) -> bool {
    let Content::Object(members) = part else { return false };
    let is_result = |name: &str| members.get(name).is_some_and(|value| value.get().starts_with('{'));
    let kind = plain_text(members.get("type"));
    matches!(kind.as_ref(), "tool_result" | "tool-result" | "function_call_output")
        || ["toolResult", "functionResponse", "function_response", "tool_call_result"]
            .into_iter()
            .any(is_result)
}

/// Returns whether a part is text.
pub(super) fn is_text(part: &Content<'_>) -> bool {
    match part {
        Content::Text(_) => true,
        Content::Object(members) => members.get("text").is_some(),
        _ => false,
    }
}

/// What a part is, apart from blocks of its message.
pub(super) enum Parsed<'a> {
    /// Its blocks are added to those of the message.
    Blocks,
    /// The result of a tool, whose content has parts of its own.
    Result(Box<RawResult<'a>>),
    /// The result of a call that was added: it comes after all calls.
    Run(Box<ToolResultContent>),
}

/// Parses a part and adds its blocks to those of its message: none, one, or one and a cache point. The result of a tool
/// is returned instead.
///
/// A part without usable content is dropped with a note.
pub(super) fn parse_part<'a>(
    part: Content<'a>,
    place: Place,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
    blocks: &mut Vec<ContentBlock>,
) -> Result<Parsed<'a>, ModelError> {
    let mut fields = match part {
        Content::Text(text) => {
            blocks.push(ContentBlock::text(text));
            return Ok(Parsed::Blocks);
        }
        Content::Object(members) => Fields::from(members),
        Content::Null | Content::Scalar(_) | Content::List(_) => {
            reader.dropped_part(path, "it is neither a string nor an object");
            return Ok(Parsed::Blocks);
        }
    };
    let kind = fields.kind();
    let read = if is_plain_text(&kind, &fields) { None } else { shapes::part_reader(&kind, &fields, place) };
    let parsed = match read {
        Some(read) => read(&mut fields, path, reader)?,
        None => parse_openai_part(&kind, &mut fields, path, reader)?,
    };
    fields.take("type");
    let mut point = None;
    // Most parts have no other member.
    if !fields.is_empty() {
        let own = take_cache_point(&mut fields, path, reader)?;
        let options = ProviderOptions::take(&mut fields, path, reader)?;
        point = own.or(options.cache_point).map(ContentBlock::from);
        if options.signature.is_some() || options.redacted.is_some() {
            let reason = "dropped the signature of the part: only reasoning has one";
            reader.note("messages.member", NoteAction::Dropped, path, reason);
        }
        reader.note_unread(fields, path);
    }
    match parsed {
        ForeignPart::Block(block) => blocks.push(block),
        ForeignPart::Result(raw) => {
            return Ok(Parsed::Result(Box::new(RawResult { cache_point: point, ..raw })));
        }
        ForeignPart::Run(call, result) => {
            blocks.push(call.into());
            blocks.extend(point);
            return Ok(result.map_or(Parsed::Blocks, |result| Parsed::Run(Box::new(result))));
        }
        ForeignPart::Dropped(reason) => reader.dropped_part(path, reason),
    }
    blocks.extend(point);
    Ok(Parsed::Blocks)
}

/// Returns whether a part is text in the form of most APIs, so that no other shape needs to be tried.
fn is_plain_text(kind: &str, fields: &Fields<'_>) -> bool {
    let is_text = matches!(kind, "text" | "input_text" | "output_text")
        || kind.is_empty() && !fields.has("thought") && !fields.has("block_type");
    is_text && fields.has("text")
}

/// Parses a part in the form of OpenAI's API, or one of this crate's own blocks.
fn parse_openai_part<'a>(
    kind: &str,
    fields: &mut Fields<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    // This crate's own JSON has this member, and a document there may have a text.
    if fields.has("extra") && BLOCK_TYPES.contains(&kind) {
        return parse_own_block(kind, fields);
    }
    if let Some(text) = fields.take_string("text")? {
        return Ok(ForeignPart::Block(ContentBlock::text(text)));
    }
    if let Some(image) = fields.take("image_url") {
        return parse_image(image, &path.name("image_url"), reader).map(ForeignPart::Block);
    }
    if let Some(audio) = fields.take("input_audio") {
        return parse_audio(audio, &path.name("input_audio"), reader).map(ForeignPart::Block);
    }
    if let Some(file) = fields.take("file") {
        return parse_file(file, &path.name("file"), reader).map(ForeignPart::Block);
    }
    match kind {
        "image_url" => Err(path.name("image_url").error("InvalidImage", "the image has no URL")),
        // Only the type decides: the result of a tool may be an object with a member `video_url`. The form is that of vLLM
        // and several gateways, see https://docs.vllm.ai/en/latest/features/multimodal_inputs.html.
        "video_url" => {
            parse_video(fields.take("video_url"), &path.name("video_url"), reader).map(ForeignPart::Block)
        }
        "refusal" if fields.has("refusal") => match fields.take_string("refusal")? {
            Some(text) => Ok(ForeignPart::Block(ContentBlock::text(text))),
            None => Ok(ForeignPart::Dropped("its refusal is not a string")),
        },
        _ if fields.contains("text") => {
            fields.take("text");
            Ok(ForeignPart::Dropped("its text is not a string"))
        }
        _ => parse_own_block(kind, fields),
    }
}

/// Parses one of this crate's own blocks. A block of an unknown type becomes a generic one.
fn parse_own_block<'a>(kind: &str, fields: &mut Fields<'a>) -> Result<ForeignPart<'a>, ModelError> {
    let point = fields.take("cache_control");
    let mut object: JsonObject = std::mem::take(fields).into_object()?;
    fields.put_back("cache_control", point);
    if kind.is_empty() {
        // Programs write all members of a union, and `null` for those that are not set.
        object.retain(|_, value| !value.is_null());
    }
    Ok(ForeignPart::Block(ContentParser::new().parse(object)))
}

fn parse_image(
    value: &RawValue,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<ContentBlock, ModelError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct ImageUrl {
        url: String,
        #[serde(default)]
        detail: Option<ImageDetail>,
    }

    // Nearly all images have exactly these members.
    if let Ok(ImageUrl { url, detail }) = serde_json::from_str(value.get()) {
        if !url.is_empty() {
            return Ok(ImageContent { detail, ..ImageContent::from_url(url) }.into());
        }
    }
    let (url, detail) = match Fields::parse(value, path)? {
        Some(mut fields) => {
            let url = fields.take_string("url")?;
            // An unknown detail is noted with the others: the image is still usable.
            let detail = media::take_detail(&mut fields);
            reader.note_unread(fields, path);
            (url, detail)
        }
        None => (string(value)?, None),
    };
    match url.filter(|url| !url.is_empty()) {
        Some(url) => Ok(ImageContent { detail, ..ImageContent::from_url(url) }.into()),
        None => Err(path.error("InvalidImage", "the image has no URL")),
    }
}

fn parse_video(
    value: Option<&RawValue>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<ContentBlock, ModelError> {
    let url = match value.map(|value| Fields::parse(value, path)).transpose()?.flatten() {
        Some(mut fields) => {
            let url = fields.take_string("url")?;
            reader.note_unread(fields, path);
            url
        }
        None => value.map(string).transpose()?.flatten(),
    };
    match url.filter(|url| !url.is_empty()) {
        Some(url) => Ok(VideoContent::from_url(url).into()),
        None => Err(path.error("InvalidVideo", "the video has no URL")),
    }
}

/// Parses OpenAI's `input_audio`: Base64 `data` and a `format`.
///
/// Missing data becomes empty audio, so that the provider rejects it with the path instead of a message that lacks a
/// part.
fn parse_audio(
    value: &RawValue,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<ContentBlock, ModelError> {
    let mut fields = Fields::parse(value, path)?.unwrap_or_default();
    let data = fields.take_string("data")?.unwrap_or_default();
    let media_type = format!("audio/{}", fields.take_string("format")?.unwrap_or_default());
    reader.note_unread(fields, path);
    Ok(AudioContent::from_bytes(&media_type, Blob::from_base64(data)).into())
}

/// Parses OpenAI's `file`: a data URI in `file_data`, or a `file_id`, and a `filename`.
///
/// Missing data becomes an empty document, as missing audio does.
fn parse_file(
    value: &RawValue,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<ContentBlock, ModelError> {
    let mut fields = Fields::parse(value, path)?.unwrap_or_default();
    let document = media::read_media(MediaKind::Document, &mut fields, path, reader)?;
    let name = fields.take_string("filename")?.unwrap_or_default();
    reader.note_unread(fields, path);
    Ok(document.unwrap_or_else(|| DocumentContent::new(name).into()))
}
