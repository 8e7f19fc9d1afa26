//! Wire blocks as unified blocks.
//!
//! What a unified block has no member for is kept in its `extra` (see [`origin`]), so that the next request can send it
//! back unchanged.

use outcrop_core::{
    AudioContent, Blob, CachePointContent, CitationContent, ContentBlock, DataUri, DocumentContent,
    ImageContent, JsonContent, JsonObject, RawJson, ReasoningContent, TextContent, ToolCallContent,
    ToolResultContent, VideoContent,
};
use serde::de::DeserializeOwned;

use crate::json_tree::object_in_string;
use crate::media_format::{audio_format, document_media_type, extension, image_format, video_format};
use crate::origin::{self, BUCKET_OWNER_KEY, keep_original};
use crate::wire::{
    self, AudioBlock, Citation, CitationGeneratedContent, CitationSourceContent, CitationsContentBlock,
    DocumentBlock, DocumentContentBlock, DocumentFormat, DocumentSource, ImageBlock, MediaSource, Message,
    ReasoningContentBlock, ToolResultBlock, ToolResultContentBlock, ToolUseBlock, VideoBlock,
};

/// Converts the blocks of a response's message, in order. Empty text is dropped.
pub(crate) fn response_blocks(message: Message) -> Vec<ContentBlock> {
    let mut blocks = Vec::with_capacity(message.blocks().len());
    for block in message.content.into_iter().flatten() {
        response_block(block, &mut blocks);
    }
    blocks
}

/// Converts a block of a response, which may become several blocks.
pub(crate) fn response_block(block: wire::ContentBlock, blocks: &mut Vec<ContentBlock>) {
    let unified = match block {
        wire::ContentBlock::Text(text) if text.is_empty() => return,
        wire::ContentBlock::Text(text) => ContentBlock::text(text),
        wire::ContentBlock::Image(image) => self::image(image),
        wire::ContentBlock::Audio(audio) => self::audio(audio),
        wire::ContentBlock::Video(video) => self::video(video),
        wire::ContentBlock::ToolUse(call) => tool_call(call),
        wire::ContentBlock::ToolResult(result) => tool_result(result),
        wire::ContentBlock::ReasoningContent(reasoning) => self::reasoning(reasoning),
        wire::ContentBlock::CitationsContent(cited) => return cited_text(cited, blocks),
        wire::ContentBlock::Unknown(members) => return several_members(members, blocks),
        other => generic(&other),
    };
    blocks.push(unified);
}

/// Converts a block that has other than one member: each known member as a block of its own, so that a member that is
/// unknown does not hide the text next to it. The others are kept.
fn several_members(members: JsonObject, blocks: &mut Vec<ContentBlock>) {
    let is_unknown = |block: &wire::ContentBlock| matches!(block, wire::ContentBlock::Unknown(_));
    let (known, rest) = known_members(members.clone(), is_unknown);
    if known.is_empty() {
        blocks.push(generic(&wire::ContentBlock::Unknown(members)));
        return;
    }
    let is_single = known.len() == 1;
    let start = blocks.len();
    for block in known {
        response_block(block, blocks);
    }
    if rest.is_empty() {
        return;
    }
    match blocks.get_mut(start).and_then(extra_mut).filter(|_| is_single) {
        Some(extra) => keep_original(extra, false, || wire::ContentBlock::Unknown(members)),
        None => blocks.push(generic(&wire::ContentBlock::Unknown(rest))),
    }
}

/// Splits a union of several members into those that are known and the others.
pub(crate) fn known_members<T: DeserializeOwned>(
    members: JsonObject,
    is_unknown: impl Fn(&T) -> bool,
) -> (Vec<T>, JsonObject) {
    let mut known = Vec::new();
    let mut rest = JsonObject::new();
    for (name, value) in members {
        let alone: JsonObject = [(name.clone(), value.clone())].into_iter().collect();
        match RawJson::from(alone).deserialize::<T>() {
            Ok(part) if !is_unknown(&part) => known.push(part),
            _ => drop(rest.insert(name, value)),
        }
    }
    (known, rest)
}

fn extra_mut(block: &mut ContentBlock) -> Option<&mut JsonObject> {
    match block {
        ContentBlock::Text(block) => Some(&mut block.extra),
        ContentBlock::Reasoning(block) => Some(&mut block.extra),
        ContentBlock::ToolCall(block) => Some(&mut block.extra),
        ContentBlock::ToolResult(block) => Some(&mut block.extra),
        ContentBlock::Image(block) => Some(&mut block.extra),
        ContentBlock::Audio(block) => Some(&mut block.extra),
        ContentBlock::Video(block) => Some(&mut block.extra),
        ContentBlock::Citation(block) => Some(&mut block.extra),
        _ => None,
    }
}

/// Converts a block of a request, in which documents and cache points are typed and empty text is kept.
pub(crate) fn request_block(block: wire::ContentBlock, blocks: &mut Vec<ContentBlock>) {
    match block {
        wire::ContentBlock::Text(text) => blocks.push(ContentBlock::text(text)),
        wire::ContentBlock::Document(document) => blocks.push(request_document(document)),
        wire::ContentBlock::CachePoint(point) => {
            let mut unified = CachePointContent::from(&point);
            let is_complete = point.unknown.is_empty();
            keep_original(&mut unified.extra, is_complete, || wire::ContentBlock::CachePoint(point));
            blocks.push(unified.into());
        }
        other => response_block(other, blocks),
    }
}

fn request_document(given: DocumentBlock) -> ContentBlock {
    let is_complete = given.unknown.is_empty()
        && given.citations.as_ref().is_none_or(|config| config.unknown.is_empty())
        && match &given.source {
            DocumentSource::Bytes(_) => given.format.as_ref().is_some_and(DocumentFormat::is_known),
            DocumentSource::Text(_) => given.format.is_none(),
            DocumentSource::Content(chunks) => {
                let is_text = |chunk: &DocumentContentBlock| matches!(chunk, DocumentContentBlock::Text(_));
                given.format.is_none() && chunks.iter().all(is_text)
            }
            DocumentSource::S3Location(_) | DocumentSource::Unknown(_) => false,
        };
    let mut unified = document(given.clone());
    if let ContentBlock::Document(document) = &mut unified {
        keep_original(&mut document.extra, is_complete, || wire::ContentBlock::Document(given));
    }
    unified
}

fn image(image: ImageBlock) -> ContentBlock {
    let mut unified = match &image.source {
        MediaSource::Bytes(bytes) => {
            ImageContent::from_data_uri(data_uri("image", image.format.as_str(), bytes))
        }
        MediaSource::S3Location(location) => ImageContent::from_url(location.uri.as_str()),
        MediaSource::Unknown(_) => return generic(&wire::ContentBlock::Image(image)),
    };
    keep_owner(&mut unified.extra, &image.source);
    let has_format = |name: &str| image_format(&format!("image/{name}")) == Some(image.format.clone());
    let is_complete = image.format.is_known()
        && image.error.is_none()
        && image.unknown.is_empty()
        && is_complete_source(&image.source, has_format);
    keep_original(&mut unified.extra, is_complete, || wire::ContentBlock::Image(image));
    unified.into()
}

fn audio(audio: AudioBlock) -> ContentBlock {
    let mut unified = match &audio.source {
        MediaSource::Bytes(bytes) => {
            AudioContent::from_data_uri(data_uri("audio", audio.format.as_str(), bytes))
        }
        MediaSource::S3Location(location) => AudioContent::from_url(location.uri.as_str()),
        MediaSource::Unknown(_) => return generic(&wire::ContentBlock::Audio(audio)),
    };
    keep_owner(&mut unified.extra, &audio.source);
    let has_format = |name: &str| audio_format(&format!("audio/{name}")) == Some(audio.format.clone());
    let is_complete = audio.format.is_known()
        && audio.error.is_none()
        && audio.unknown.is_empty()
        && is_complete_source(&audio.source, has_format);
    keep_original(&mut unified.extra, is_complete, || wire::ContentBlock::Audio(audio));
    unified.into()
}

fn video(video: VideoBlock) -> ContentBlock {
    let mut unified = match &video.source {
        MediaSource::Bytes(bytes) => {
            VideoContent::from_data_uri(data_uri("video", video.format.as_str(), bytes))
        }
        MediaSource::S3Location(location) => VideoContent::from_url(location.uri.as_str()),
        MediaSource::Unknown(_) => return generic(&wire::ContentBlock::Video(video)),
    };
    keep_owner(&mut unified.extra, &video.source);
    let has_format = |name: &str| video_format(&format!("video/{name}")) == Some(video.format.clone());
    let is_complete =
        video.format.is_known() && video.unknown.is_empty() && is_complete_source(&video.source, has_format);
    keep_original(&mut unified.extra, is_complete, || wire::ContentBlock::Video(video));
    unified.into()
}

/// Converts a document in a tool result. A document in a response itself is rare and stays generic, as in AG2.
fn document(document: DocumentBlock) -> ContentBlock {
    let mut unified = DocumentContent::new(document.name.as_str());
    match document.source {
        DocumentSource::Bytes(bytes) => {
            let format = document.format.as_ref().map_or("txt", |format| format.as_str());
            unified.data_uri = Some(DataUri::new(document_media_type(format), bytes));
        }
        DocumentSource::S3Location(location) => unified.document_url = Some(location.uri),
        DocumentSource::Text(text) => unified.text = Some(text),
        DocumentSource::Content(chunks) => {
            let text = |chunk| if let DocumentContentBlock::Text(text) = chunk { Some(text) } else { None };
            unified.chunks = chunks.into_iter().map(text).collect();
        }
        DocumentSource::Unknown(_) => {}
    }
    unified.context = document.context;
    unified.citations = document.citations.map(|config| config.enabled);
    unified.into()
}

fn tool_call(call: ToolUseBlock) -> ContentBlock {
    let object = call.input.as_ref().and_then(object_in_string);
    let arguments = object.as_ref().or(call.input.as_ref()).map_or("{}", RawJson::as_str);
    let mut unified = ToolCallContent::new(call.tool_use_id.as_str(), call.name.as_str(), arguments);
    unified.kind = call.kind.as_ref().map(|kind| kind.as_str().into());
    let is_complete = call.unknown.is_empty() && object.is_none();
    keep_original(&mut unified.extra, is_complete, || wire::ContentBlock::ToolUse(call));
    unified.into()
}

fn tool_result(result: ToolResultBlock) -> ContentBlock {
    let mut unified = match result.content.as_slice() {
        [ToolResultContentBlock::Text(text)] => {
            ToolResultContent::new(result.tool_use_id.as_str(), text.as_str())
        }
        parts => {
            let parts = parts.iter().cloned().map(tool_result_part).collect();
            ToolResultContent::with_content(result.tool_use_id.as_str(), parts)
        }
    };
    unified.status = result.status.as_ref().map(|status| status.as_str().into());
    unified.kind.clone_from(&result.kind);
    let is_simple = |part: &ToolResultContentBlock| match part {
        ToolResultContentBlock::Text(_) => true,
        ToolResultContentBlock::Json(json) => json.is_object(),
        _ => false,
    };
    let is_complete =
        !result.content.is_empty() && result.content.iter().all(is_simple) && result.unknown.is_empty();
    keep_original(&mut unified.extra, is_complete, || wire::ContentBlock::ToolResult(result));
    unified.into()
}

fn tool_result_part(part: ToolResultContentBlock) -> ContentBlock {
    match part {
        ToolResultContentBlock::Json(json) => JsonContent::new(json).into(),
        ToolResultContentBlock::Text(text) => ContentBlock::text(text),
        ToolResultContentBlock::Image(image) => self::image(image),
        ToolResultContentBlock::Document(document) => self::document(document),
        ToolResultContentBlock::Video(video) => self::video(video),
        ToolResultContentBlock::SearchResult(result) => generic(&wire::ContentBlock::SearchResult(result)),
        ToolResultContentBlock::Unknown(members) => generic(&wire::ContentBlock::Unknown(members)),
    }
}

fn reasoning(reasoning: ReasoningContentBlock) -> ContentBlock {
    match reasoning {
        ReasoningContentBlock::ReasoningText(text) => {
            // A signature without text must go back as it came: https://github.com/0xPlaygrounds/rig/issues/1674 (M29).
            let mut unified = ReasoningContent::new(text.text.clone().unwrap_or_default());
            unified.signature.clone_from(&text.signature);
            let is_complete = text.text.is_some() && text.unknown.is_empty();
            keep_original(&mut unified.extra, is_complete, || {
                wire::ContentBlock::ReasoningContent(ReasoningContentBlock::ReasoningText(text))
            });
            unified.into()
        }
        ReasoningContentBlock::RedactedContent(content) => ReasoningContent::redacted(content).into(),
        unknown @ ReasoningContentBlock::Unknown(_) => {
            generic(&wire::ContentBlock::ReasoningContent(unknown))
        }
    }
}

/// Converts cited text: the text, then a citation for each source, as AG2's blocks have it.
///
/// Without text and sources, a generic block has what is left.
fn cited_text(cited: CitationsContentBlock, blocks: &mut Vec<ContentBlock>) {
    let parts = cited.content.as_deref().unwrap_or_default();
    let part_text = |part: &CitationGeneratedContent| {
        if let CitationGeneratedContent::Text(text) = part { Some(text.clone()) } else { None }
    };
    let text: String = parts.iter().filter_map(part_text).collect();
    let sources: Vec<CitationContent> = cited.citations.iter().flatten().map(citation).collect();
    let mut text = TextContent::new(text);
    text.cited_by = Some(sources.len());

    let is_one_text = matches!(parts, [CitationGeneratedContent::Text(_)]);
    let rebuilt = sources.iter().map(origin::citation).collect::<Vec<_>>();
    let is_complete = is_one_text
        && !text.text.is_empty()
        && cited.unknown.is_empty()
        && cited.citations.as_deref() == Some(rebuilt.as_slice());

    let start = blocks.len();
    if !text.text.is_empty() {
        blocks.push(text.into());
    }
    blocks.extend(sources.into_iter().map(ContentBlock::from));
    if blocks.len() == start {
        let is_unknown =
            |part: &CitationGeneratedContent| matches!(part, CitationGeneratedContent::Unknown(_));
        if parts.iter().any(is_unknown) || cited.unknown.values().any(|value| !value.is_null()) {
            blocks.push(generic(&wire::ContentBlock::CitationsContent(cited)));
        }
        return;
    }
    let first = match blocks.get_mut(start) {
        Some(ContentBlock::Text(text)) => &mut text.extra,
        Some(ContentBlock::Citation(citation)) => &mut citation.extra,
        _ => return,
    };
    keep_original(first, is_complete, || wire::ContentBlock::CitationsContent(cited));
}

/// Converts a citation.
pub(crate) fn citation(source: &Citation) -> CitationContent {
    let url = match &source.location {
        Some(wire::CitationLocation::Web(web)) => web.url.clone().unwrap_or_default(),
        _ => String::new(),
    };
    let passages: Vec<&str> = source
        .source_content
        .iter()
        .flatten()
        .filter_map(
            |part| if let CitationSourceContent::Text(text) = part { Some(text.as_str()) } else { None },
        )
        .collect();
    let mut unified = CitationContent::new(url, source.title.clone().unwrap_or_default(), passages.join(" "));
    unified.source.clone_from(&source.source);
    unified.location.clone_from(&source.location);
    unified
}

/// Converts a block that the vocabulary has no type for: all its members, under the type that it names, if any.
pub(crate) fn generic(block: &wire::ContentBlock) -> ContentBlock {
    let members = match block {
        wire::ContentBlock::Unknown(members) => members.clone(),
        known => RawJson::from_serialize(known).ok().and_then(|json| json.as_object()).unwrap_or_default(),
    };
    let mut unified = origin::tag_generic(members);
    let is_complete = origin::generic_block(&unified).as_ref() == Some(block);
    keep_original(&mut unified.extra, is_complete, || block.clone());
    unified.into()
}

fn data_uri(kind: &str, format: &str, bytes: &Blob) -> DataUri {
    DataUri::new(&format!("{kind}/{format}"), bytes.clone())
}

/// Returns whether a data URI or a URL alone can be converted back; a URL has the format in its extension.
fn is_complete_source(source: &MediaSource, has_format: impl Fn(&str) -> bool) -> bool {
    match source {
        MediaSource::Bytes(bytes) => !bytes.is_empty(),
        MediaSource::S3Location(location) => {
            let is_url = location.uri.starts_with("s3://") && location.unknown.is_empty();
            is_url && has_format(&extension(&location.uri))
        }
        MediaSource::Unknown(_) => false,
    }
}

fn keep_owner(extra: &mut JsonObject, source: &MediaSource) {
    if let MediaSource::S3Location(location) = source {
        let owner = location.bucket_owner.as_deref();
        extra.extend(owner.map(|owner| (BUCKET_OWNER_KEY, RawJson::from(owner))));
    }
}

#[cfg(test)]
mod tests;
