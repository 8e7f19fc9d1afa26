//! Parts of a message's content.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::chat::{Content, Members, keep, string};
use crate::content::{
    AudioContent, CachePointContent, ContentBlock, ContentParser, DocumentContent, ImageContent, VideoContent,
};
use crate::error::ModelError;
use crate::json::JsonObject;
use crate::media::{Blob, DataUri};
use crate::note::{Note, NoteAction};

/// The members by which a part is known, whatever its `type` says: members decide, as in AG2.
const SIGNS: &[&str] = &["text", "image_url", "input_audio", "file"];

/// Types of parts that are blocks of the unified vocabulary, as a response's messages have them.
const UNIFIED: &[&str] = &[
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

/// Whether a part is of a kind that [`read`] makes a block of its own of.
pub(super) fn is_known(members: &Members<'_>) -> bool {
    SIGNS.iter().any(|sign| members.get(sign).is_some())
        || is_video(members)
        || unified_type(members).is_some()
}

/// Whether a part is nothing but words.
pub(super) fn is_words(part: &Content<'_>) -> bool {
    match part {
        Content::Text(_) => true,
        Content::Object(members) => members.get("text").is_some(),
        _ => false,
    }
}

/// Reads a part into the blocks of its message: none, one, or one and a cache point.
pub(super) fn read(
    part: Content<'_>,
    (message, index): (usize, usize),
    blocks: &mut Vec<ContentBlock>,
    notes: &mut Vec<Note>,
) -> Result<(), ModelError> {
    let left_out = |why: &'static str| {
        Note::new("content.part", NoteAction::Dropped, format!("messages[{message}].content[{index}]"), why)
    };
    let members = match part {
        Content::Text(text) => {
            blocks.push(ContentBlock::text(text));
            return Ok(());
        }
        Content::Object(members) => members,
        Content::Nothing | Content::Scalar(_) | Content::List(_) => {
            notes.push(left_out("left out, since it is neither a string nor an object"));
            return Ok(());
        }
    };
    let block = if let Some(text) = members.get("text") {
        match string(text) {
            Some(text) => ContentBlock::text(text),
            None => {
                notes.push(left_out("left out, since its text is no string"));
                return Ok(());
            }
        }
    } else if let Some(image) = members.get("image_url") {
        image_part(image)?
    } else if let Some(audio) = members.given("input_audio") {
        audio_part(audio)
    } else if let Some(file) = members.given("file") {
        file_part(file)
    } else if is_video(&members) {
        video_part(members.given("video_url"))?
    } else if let Some(words) = refusal(&members) {
        ContentBlock::text(words)
    } else {
        let object: JsonObject = members.iter().map(|(name, value)| (name, keep(value))).collect();
        ContentParser::new().parse(object)
    };
    blocks.push(block);
    blocks.extend(members.given("cache_control").map(|control| ContentBlock::from(cache_point(control))));
    Ok(())
}

/// Anthropic's `cache_control`, which gateways take on parts, messages and tools: a cache point after what carries it.
pub(super) fn cache_point(control: &RawValue) -> CachePointContent {
    #[derive(Deserialize)]
    struct Control {
        #[serde(default)]
        ttl: Option<String>,
    }

    let ttl = serde_json::from_str::<Control>(control.get()).ok().and_then(|control| control.ttl);
    CachePointContent { ttl, ..CachePointContent::new() }
}

fn unified_type(members: &Members<'_>) -> Option<String> {
    members.given("type").and_then(string).filter(|name| UNIFIED.contains(&name.as_str()))
}

/// Whether a part is a video as gateways and other servers of OpenAI's API take it; OpenAI itself takes none.
///
/// The type has to say it: a tool may give an object with a member of this name.
fn is_video(members: &Members<'_>) -> bool {
    members.given("type").and_then(string).is_some_and(|name| name == "video_url")
}

/// The words of a part in which the model refuses to answer.
fn refusal(members: &Members<'_>) -> Option<String> {
    let is_refusal = members.given("type").and_then(string).is_some_and(|name| name == "refusal");
    members.given("refusal").filter(|_| is_refusal).and_then(string)
}

fn video_part(value: Option<&RawValue>) -> Result<ContentBlock, ModelError> {
    match value.and_then(|value| address(value).0) {
        Some(url) if !url.is_empty() => Ok(VideoContent::from_url(url).into()),
        _ => Err(ModelError::invalid_request("InvalidVideo", "video_url", "the video has no URL")),
    }
}

fn image_part(value: &RawValue) -> Result<ContentBlock, ModelError> {
    match address(value) {
        (Some(url), detail) if !url.is_empty() => {
            let detail = detail.and_then(|detail| serde_json::from_value(detail).ok());
            Ok(ImageContent { detail, ..ImageContent::from_url(url) }.into())
        }
        _ => Err(ModelError::invalid_request("InvalidImage", "image_url", "the image has no URL")),
    }
}

/// The address of an image or a video, a string or an object that has it as its `url`; beside it the `detail`.
fn address(value: &RawValue) -> (Option<String>, Option<serde_json::Value>) {
    #[derive(Deserialize, Default)]
    struct Address {
        #[serde(default)]
        url: Option<String>,
        #[serde(default)]
        detail: Option<serde_json::Value>,
    }

    if let Some(url) = string(value) {
        return (Some(url), None);
    }
    let Address { url, detail } = serde_json::from_str(value.get()).unwrap_or_default();
    (url, detail)
}

/// OpenAI's `input_audio`: Base64 `data` and a `format`. One without data keeps its place with nothing in it.
fn audio_part(value: &RawValue) -> ContentBlock {
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

/// OpenAI's `file`: a data URI in `file_data` and a `filename`.
fn file_part(value: &RawValue) -> ContentBlock {
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
    document.document_url = file.file_id;
    document.into()
}
