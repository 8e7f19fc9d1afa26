//! Parsing the parts of the content of a message.
//!
//! The forms are those of OpenAI's API, <https://platform.openai.com/docs/api-reference/chat/create>, of servers that
//! extend it, and of this crate's own blocks. As in AG2, members decide what a part is, and `type` only if no member
//! does.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::raw::{Content, Members, string, to_raw_json};
use crate::content::{
    AudioContent, CachePointContent, ContentBlock, ContentParser, DocumentContent, ImageContent, VideoContent,
};
use crate::error::ModelError;
use crate::json::JsonObject;
use crate::media::{Blob, DataUri};
use crate::note::{Note, NoteAction};

/// The members that decide what a part is, whatever its `type`.
const DISTINCTIVE: &[&str] = &["text", "image_url", "input_audio", "file"];

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
pub(super) fn is_known(members: &Members<'_>) -> bool {
    DISTINCTIVE.iter().any(|name| members.get(name).is_some()) || is_video(members) || has_block_type(members)
}

/// Returns whether a part is text.
pub(super) fn is_text(part: &Content<'_>) -> bool {
    match part {
        Content::Text(_) => true,
        Content::Object(members) => members.get("text").is_some(),
        _ => false,
    }
}

/// Parses a part and adds its blocks to those of its message: none, one, or one and a cache point.
///
/// A part without usable content is dropped with a note.
pub(super) fn parse_part(
    part: Content<'_>,
    (message, index): (usize, usize),
    blocks: &mut Vec<ContentBlock>,
    notes: &mut Vec<Note>,
) -> Result<(), ModelError> {
    let dropped = |reason: &'static str| {
        let path = format!("messages[{message}].content[{index}]");
        Note::new("content.part", NoteAction::Dropped, path, format!("dropped the part: {reason}"))
    };
    let members = match part {
        Content::Text(text) => {
            blocks.push(ContentBlock::text(text));
            return Ok(());
        }
        Content::Object(members) => members,
        Content::Null | Content::Scalar(_) | Content::List(_) => {
            notes.push(dropped("it is neither a string nor an object"));
            return Ok(());
        }
    };
    let block = if let Some(text) = members.get("text") {
        match string(text) {
            Some(text) => ContentBlock::text(text),
            None => {
                notes.push(dropped("its text is not a string"));
                return Ok(());
            }
        }
    } else if let Some(image) = members.get("image_url") {
        parse_image(image)?
    } else if let Some(audio) = members.get_non_null("input_audio") {
        parse_audio(audio)
    } else if let Some(file) = members.get_non_null("file") {
        parse_file(file)
    } else if is_video(&members) {
        parse_video(members.get_non_null("video_url"))?
    } else if let Some(text) = refusal(&members) {
        ContentBlock::text(text)
    } else {
        let object: JsonObject = members.iter().map(|(name, value)| (name, to_raw_json(value))).collect();
        ContentParser::new().parse(object)
    };
    blocks.push(block);
    blocks.extend(
        members.get_non_null("cache_control").map(|control| ContentBlock::from(cache_point(control))),
    );
    Ok(())
}

/// Parses Anthropic's `cache_control`, which gateways accept in parts, messages and tools. It becomes a cache point
/// after its owner. See <https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching>.
pub(super) fn cache_point(control: &RawValue) -> CachePointContent {
    #[derive(Deserialize)]
    struct Control {
        #[serde(default)]
        ttl: Option<String>,
    }

    // The member alone requests caching. A lifetime of the wrong type is ignored, and the default applies.
    let ttl = serde_json::from_str::<Control>(control.get()).ok().and_then(|control| control.ttl);
    CachePointContent { ttl, ..CachePointContent::new() }
}

fn has_block_type(members: &Members<'_>) -> bool {
    let block_type = members.get_non_null("type").and_then(string);
    block_type.is_some_and(|name| BLOCK_TYPES.contains(&name.as_str()))
}

/// Returns whether a part is a video in the form of vLLM and several gateways. OpenAI does not support videos.
///
/// Only the type decides: the result of a tool may be an object with a member `video_url`. See
/// <https://docs.vllm.ai/en/latest/features/multimodal_inputs.html>.
fn is_video(members: &Members<'_>) -> bool {
    members.get_non_null("type").and_then(string).is_some_and(|name| name == "video_url")
}

/// Returns the text of a part with which a model refused to respond.
fn refusal(members: &Members<'_>) -> Option<String> {
    let is_refusal = members.get_non_null("type").and_then(string).is_some_and(|name| name == "refusal");
    members.get_non_null("refusal").filter(|_| is_refusal).and_then(string)
}

fn parse_video(value: Option<&RawValue>) -> Result<ContentBlock, ModelError> {
    match value.and_then(|value| parse_url(value).0) {
        Some(url) if !url.is_empty() => Ok(VideoContent::from_url(url).into()),
        _ => Err(ModelError::invalid_request("InvalidVideo", "video_url", "the video has no URL")),
    }
}

fn parse_image(value: &RawValue) -> Result<ContentBlock, ModelError> {
    match parse_url(value) {
        (Some(url), detail) if !url.is_empty() => {
            // An unknown detail is ignored: the image is still usable.
            let detail = detail.and_then(|detail| serde_json::from_value(detail).ok());
            Ok(ImageContent { detail, ..ImageContent::from_url(url) }.into())
        }
        _ => Err(ModelError::invalid_request("InvalidImage", "image_url", "the image has no URL")),
    }
}

/// Parses the URL and the `detail` of an image or a video. It is a string, or an object with the member `url`.
fn parse_url(value: &RawValue) -> (Option<String>, Option<serde_json::Value>) {
    #[derive(Deserialize, Default)]
    struct MediaUrl {
        #[serde(default)]
        url: Option<String>,
        #[serde(default)]
        detail: Option<serde_json::Value>,
    }

    if let Some(url) = string(value) {
        return (Some(url), None);
    }
    let MediaUrl { url, detail } = serde_json::from_str(value.get()).unwrap_or_default();
    (url, detail)
}

/// Parses OpenAI's `input_audio`: Base64 `data` and a `format`.
///
/// Missing data becomes empty audio, so that the provider rejects it with the path instead of a message that lacks a
/// part.
fn parse_audio(value: &RawValue) -> ContentBlock {
    #[derive(Deserialize, Default)]
    struct Audio {
        #[serde(default)]
        data: Option<String>,
        #[serde(default)]
        format: Option<String>,
    }

    let audio: Audio = serde_json::from_str(value.get()).unwrap_or_default();
    let media_type = format!("audio/{}", audio.format.unwrap_or_default());
    AudioContent::from_bytes(&media_type, Blob::from_base64(audio.data.unwrap_or_default())).into()
}

/// Parses OpenAI's `file`: a data URI in `file_data`, or a `file_id`, and a `filename`.
fn parse_file(value: &RawValue) -> ContentBlock {
    #[derive(Deserialize, Default)]
    struct File {
        #[serde(default)]
        filename: Option<String>,
        #[serde(default)]
        file_data: Option<DataUri>,
        #[serde(default)]
        file_id: Option<String>,
    }

    let file: File = serde_json::from_str(value.get()).unwrap_or_default();
    let mut document = DocumentContent::new(file.filename.unwrap_or_default());
    document.data_uri = file.file_data;
    // Ids of uploaded files exist only at OpenAI, but gateways accept URLs in their place, such as `s3://…`.
    document.document_url = file.file_id;
    document.into()
}
