//! Blocks of the answer.

use outcrop_core::{
    AudioContent, Blob, CitationContent, ContentBlock, DataUri, DocumentContent, ImageContent, JsonContent,
    JsonObject, RawJson, ReasoningContent, TextContent, ToolCallContent, ToolResultContent, VideoContent,
};

use crate::formats::{audio_format, document_media_type, extension, image_format, video_format};
use crate::replay::{BUCKET_OWNER, keep_wire};
use crate::wire::{
    self, AudioBlock, Citation, CitationGeneratedContent, CitationSourceContent, CitationsContentBlock,
    DocumentBlock, DocumentContentBlock, DocumentFormat, DocumentSource, ImageBlock, MediaSource, Message,
    ReasoningContentBlock, ToolResultBlock, ToolResultContentBlock, ToolUseBlock, VideoBlock,
};

/// The blocks of an answer, in order. Empty texts say nothing and are left out.
///
/// What a typed block has no member for is kept in its `extra`, so that the next request can send it back as it came.
pub(crate) fn unified(message: Message) -> Vec<ContentBlock> {
    let mut blocks = Vec::with_capacity(message.blocks().len());
    for block in message.content.into_iter().flatten() {
        unified_block(block, &mut blocks);
    }
    blocks
}

/// One block of the wire, which may be several unified ones.
pub(crate) fn unified_block(block: wire::ContentBlock, blocks: &mut Vec<ContentBlock>) {
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
        other => generic(&other),
    };
    blocks.push(unified);
}

/// One block of a request, where documents and cache points have their typed places, and empty texts are kept.
pub(crate) fn request_block(block: wire::ContentBlock, blocks: &mut Vec<ContentBlock>) {
    match block {
        wire::ContentBlock::Text(text) => blocks.push(ContentBlock::text(text)),
        wire::ContentBlock::Document(given) => blocks.push(document_of_request(given)),
        wire::ContentBlock::CachePoint(point) => {
            let mut unified = super::request::cache_point(point.clone());
            keep_wire(&mut unified.extra, point.unknown.is_empty(), || wire::ContentBlock::CachePoint(point));
            blocks.push(unified.into());
        }
        other => unified_block(other, blocks),
    }
}

fn document_of_request(given: DocumentBlock) -> ContentBlock {
    let is_whole = given.unknown.is_empty()
        && given.citations.as_ref().is_none_or(|config| config.unknown.is_empty())
        && match &given.source {
            DocumentSource::Bytes(_) => given.format.as_ref().is_some_and(DocumentFormat::is_known),
            DocumentSource::Text(_) => given.format.is_none(),
            DocumentSource::Content(pieces) => {
                let is_text = |piece: &DocumentContentBlock| matches!(piece, DocumentContentBlock::Text(_));
                given.format.is_none() && pieces.iter().all(is_text)
            }
            DocumentSource::S3Location(_) | DocumentSource::Unknown(_) => false,
        };
    let mut unified = document(given.clone());
    if let ContentBlock::Document(document) = &mut unified {
        keep_wire(&mut document.extra, is_whole, || wire::ContentBlock::Document(given));
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
    let whole = image.format.is_known() && image.error.is_none() && image.unknown.is_empty();
    let told = |name: &str| image_format(&format!("image/{name}")) == Some(image.format.clone());
    let whole = whole && is_plain(&image.source, told);
    keep_wire(&mut unified.extra, whole, || wire::ContentBlock::Image(image));
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
    let whole = audio.format.is_known() && audio.error.is_none() && audio.unknown.is_empty();
    let told = |name: &str| audio_format(&format!("audio/{name}")) == Some(audio.format.clone());
    let whole = whole && is_plain(&audio.source, told);
    keep_wire(&mut unified.extra, whole, || wire::ContentBlock::Audio(audio));
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
    let whole = video.format.is_known() && video.unknown.is_empty();
    let told = |name: &str| video_format(&format!("video/{name}")) == Some(video.format.clone());
    let whole = whole && is_plain(&video.source, told);
    keep_wire(&mut unified.extra, whole, || wire::ContentBlock::Video(video));
    unified.into()
}

/// A document in a tool's result. An answer itself has none as a rule; one that has is generic, as in AG2.
fn document(document: DocumentBlock) -> ContentBlock {
    let mut unified = DocumentContent::new(document.name.as_str());
    match document.source {
        DocumentSource::Bytes(bytes) => {
            let format = document.format.as_ref().map_or("txt", |format| format.as_str());
            unified.data_uri = Some(DataUri::new(document_media_type(format), bytes));
        }
        DocumentSource::S3Location(location) => unified.document_url = Some(location.uri),
        DocumentSource::Text(text) => unified.text = Some(text),
        DocumentSource::Content(pieces) => {
            let words = |piece| if let DocumentContentBlock::Text(text) = piece { Some(text) } else { None };
            unified.chunks = pieces.into_iter().map(words).collect();
        }
        DocumentSource::Unknown(_) => {}
    }
    unified.context = document.context;
    unified.citations = document.citations.map(|config| config.enabled);
    unified.into()
}

fn tool_call(call: ToolUseBlock) -> ContentBlock {
    let arguments = call.input.as_ref().map_or("{}", RawJson::as_str);
    let mut unified = ToolCallContent::new(call.tool_use_id.as_str(), call.name.as_str(), arguments);
    unified.kind = call.kind.as_ref().map(|kind| kind.as_str().into());
    keep_wire(&mut unified.extra, call.unknown.is_empty(), || wire::ContentBlock::ToolUse(call));
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
    let simple = |part: &ToolResultContentBlock| match part {
        ToolResultContentBlock::Text(_) => true,
        ToolResultContentBlock::Json(json) => json.is_object(),
        _ => false,
    };
    let whole = !result.content.is_empty() && result.content.iter().all(simple) && result.unknown.is_empty();
    keep_wire(&mut unified.extra, whole, || wire::ContentBlock::ToolResult(result));
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
            let mut unified = ReasoningContent::new(text.text.clone().unwrap_or_default());
            unified.signature.clone_from(&text.signature);
            let whole = text.text.is_some() && text.unknown.is_empty();
            keep_wire(&mut unified.extra, whole, || {
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

/// Words with their sources: the words as text, then a citation for each source, as AG2's blocks have it.
///
/// Where there are neither, a generic block holds what else there is.
fn cited_text(cited: CitationsContentBlock, blocks: &mut Vec<ContentBlock>) {
    let pieces = cited.content.as_deref().unwrap_or_default();
    let words: String = pieces
        .iter()
        .filter_map(
            |piece| if let CitationGeneratedContent::Text(text) = piece { Some(text.as_str()) } else { None },
        )
        .collect();
    let sources: Vec<CitationContent> = cited.citations.iter().flatten().map(citation).collect();
    let mut text = TextContent::new(words);
    text.cited_by = Some(sources.len());

    let one_piece = matches!(pieces, [CitationGeneratedContent::Text(_)]);
    let rebuilt = sources.iter().map(crate::replay::citation).collect::<Vec<_>>();
    let whole = one_piece
        && !text.text.is_empty()
        && cited.unknown.is_empty()
        && cited.citations.as_deref() == Some(rebuilt.as_slice());

    let start = blocks.len();
    if !text.text.is_empty() {
        blocks.push(text.into());
    }
    blocks.extend(sources.into_iter().map(ContentBlock::from));
    if blocks.len() == start {
        let unknown_piece =
            |piece: &CitationGeneratedContent| matches!(piece, CitationGeneratedContent::Unknown(_));
        if pieces.iter().any(unknown_piece) || cited.unknown.values().any(|value| !value.is_null()) {
            blocks.push(generic(&wire::ContentBlock::CitationsContent(cited)));
        }
        return;
    }
    let first = match blocks.get_mut(start) {
        Some(ContentBlock::Text(text)) => &mut text.extra,
        Some(ContentBlock::Citation(citation)) => &mut citation.extra,
        _ => return,
    };
    keep_wire(first, whole, || wire::ContentBlock::CitationsContent(cited));
}

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
            |piece| if let CitationSourceContent::Text(text) = piece { Some(text.as_str()) } else { None },
        )
        .collect();
    let mut unified = CitationContent::new(url, source.title.clone().unwrap_or_default(), passages.join(" "));
    unified.source.clone_from(&source.source);
    unified.location.clone_from(&source.location);
    unified
}

/// A block for which the vocabulary has no type: all its members, under the type that it names, if any.
pub(crate) fn generic(block: &wire::ContentBlock) -> ContentBlock {
    let members = match block {
        wire::ContentBlock::Unknown(members) => members.clone(),
        known => RawJson::from_serialize(known).ok().and_then(|json| json.as_object()).unwrap_or_default(),
    };
    let mut unified = crate::replay::mark_generic(members);
    let whole = crate::replay::generic(&unified).as_ref() == Some(block);
    keep_wire(&mut unified.extra, whole, || block.clone());
    unified.into()
}

fn data_uri(kind: &str, format: &str, bytes: &Blob) -> DataUri {
    DataUri::new(&format!("{kind}/{format}"), bytes.clone())
}

/// Whether bytes or address alone make the same source again; in S3 the ending of the name has to tell the format.
fn is_plain(source: &MediaSource, told: impl Fn(&str) -> bool) -> bool {
    match source {
        MediaSource::Bytes(bytes) => !bytes.is_empty(),
        MediaSource::S3Location(location) => {
            let is_address = location.uri.starts_with("s3://") && location.unknown.is_empty();
            is_address && told(&extension(&location.uri))
        }
        MediaSource::Unknown(_) => false,
    }
}

fn keep_owner(extra: &mut JsonObject, source: &MediaSource) {
    if let MediaSource::S3Location(location) = source {
        extra.extend(location.bucket_owner.as_deref().map(|owner| (BUCKET_OWNER, RawJson::from(owner))));
    }
}
