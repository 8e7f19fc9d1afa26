//! Strategies for blocks, messages and responses.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::json_text;
use crate::{
    AudioContent, CachePointContent, CitationContent, CitationLocation, ContentBlock, DataUri,
    DocumentContent, DocumentSpan, FinishReason, GenericContent, ImageContent, ImageDetail, JsonContent,
    JsonObject, Note, NoteAction, RawJson, ReasoningContent, ResponseStatus, Role, SearchResultSpan,
    TextContent, ToolCallContent, ToolResultContent, UnifiedMessage, UnifiedResponse, Usage, VideoContent,
    WebLocation,
};

/// Any text, including empty text and characters that JSON escapes.
fn any_text() -> BoxedStrategy<String> {
    prop_oneof!["[a-z ]{0,12}", any::<String>()].boxed()
}

fn json() -> BoxedStrategy<RawJson> {
    json_text::value().prop_map(|text| RawJson::parse(text).unwrap()).boxed()
}

/// Members with names that no block type has.
fn members() -> BoxedStrategy<JsonObject> {
    vec(("[a-z]{1,3}_x", json()), 0..3).prop_map(|members| members.into_iter().collect()).boxed()
}

fn address() -> BoxedStrategy<(Option<String>, Option<DataUri>)> {
    let uri = any_text().prop_map(|text| DataUri::from(format!("data:image/png;base64,{text}")));
    (option::of(any_text()), option::of(uri)).boxed()
}

fn location() -> BoxedStrategy<CitationLocation> {
    let span = || {
        (option::of(any::<u64>()), option::of(any::<u64>()), members()).prop_map(|(index, end, unknown)| {
            let mut span = DocumentSpan::new();
            (span.document_index, span.end, span.unknown) = (index, end, unknown);
            span
        })
    };
    let web = (option::of(any_text()), members()).prop_map(|(url, unknown)| {
        let mut web = WebLocation::new();
        (web.url, web.unknown) = (url, unknown);
        CitationLocation::Web(web)
    });
    let search = option::of(any::<u64>()).prop_map(|index| {
        let mut span = SearchResultSpan::new();
        span.search_result_index = index;
        CitationLocation::SearchResult(span)
    });
    prop_oneof![
        web,
        span().prop_map(CitationLocation::DocumentChar),
        span().prop_map(CitationLocation::DocumentPage),
        span().prop_map(CitationLocation::DocumentChunk),
        search,
        members().prop_map(CitationLocation::Unknown),
    ]
    .boxed()
}

fn leaf() -> BoxedStrategy<ContentBlock> {
    let text = (any_text(), option::of(0..4_usize), option::of(any::<bool>())).prop_map(
        |(text, cited_by, structured)| {
            ContentBlock::from(TextContent { cited_by, structured, ..TextContent::new(text) })
        },
    );
    let image =
        (address(), option::of(Just(ImageDetail::High))).prop_map(|((image_url, data_uri), detail)| {
            ImageContent { image_url, data_uri, detail, ..ImageContent::from_url("") }.into()
        });
    let audio = (address(), option::of(any_text())).prop_map(|((audio_url, data_uri), transcript)| {
        AudioContent { audio_url, data_uri, transcript, ..AudioContent::from_url("") }.into()
    });
    let video = address().prop_map(|(video_url, data_uri)| {
        VideoContent { video_url, data_uri, ..VideoContent::from_url("") }.into()
    });
    let document = (
        option::of(any_text()),
        address(),
        option::of(any_text()),
        option::of(vec(any_text(), 0..3)),
        any::<bool>(),
    );
    let document = document.prop_map(|(name, (document_url, data_uri), text, chunks, cited)| {
        let citations = cited.then_some(cited);
        let context = text.clone();
        let empty = DocumentContent::new("");
        DocumentContent { name, document_url, data_uri, text, chunks, context, citations, ..empty }.into()
    });
    let reasoning = (any_text(), option::of(any_text()), option::of(any_text()), option::of(any_text()));
    let reasoning = reasoning.prop_map(|(reasoning, summary, signature, redacted)| {
        let redacted_content = redacted.map(crate::Blob::from_base64);
        ReasoningContent { summary, signature, redacted_content, ..ReasoningContent::new(reasoning) }.into()
    });
    let citation =
        (any_text(), any_text(), option::of(-1e9..1e9), option::of(any_text()), option::of(location()));
    let citation = citation.prop_map(|(url, title, relevance_score, source, location)| {
        CitationContent { relevance_score, source, location, ..CitationContent::new(url, title, "snippet") }
            .into()
    });
    let call = (any_text(), any_text(), any_text(), option::of(any_text())).prop_map(
        |(id, name, arguments, kind)| {
            let kind = kind.map(Into::into);
            ToolCallContent { kind, ..ToolCallContent::new(id, name, arguments) }.into()
        },
    );
    let generic = ("[a-z]{1,4}_block|unknown", members())
        .prop_map(|(name, fields)| ContentBlock::from(GenericContent::new(name, fields)));
    let cache =
        option::of(any_text()).prop_map(|ttl| CachePointContent { ttl, ..CachePointContent::new() }.into());
    prop_oneof![
        text,
        image,
        audio,
        video,
        document,
        reasoning,
        citation,
        call,
        generic,
        cache,
        json().prop_map(|json| JsonContent::new(json).into()),
    ]
    .boxed()
}

/// Any block of this crate's types, some with `extra` and unknown members.
pub(crate) fn block() -> BoxedStrategy<ContentBlock> {
    let result =
        (any_text(), any_text(), option::of(vec(leaf(), 0..3)), option::of(any_text()), any::<bool>());
    let result = result.prop_map(|(id, output, content, status, kind)| {
        let status = status.map(Into::into);
        let kind = kind.then(|| "some_kind".to_owned());
        ContentBlock::from(ToolResultContent { content, status, kind, ..ToolResultContent::new(id, output) })
    });
    (prop_oneof![9 => leaf(), 1 => result], members(), members())
        .prop_map(|(block, extra, unknown)| with_members(block, extra, unknown))
        .boxed()
}

fn with_members(mut block: ContentBlock, extra: JsonObject, unknown: JsonObject) -> ContentBlock {
    match &mut block {
        ContentBlock::Text(block) => (block.extra, block.unknown) = (extra, unknown),
        ContentBlock::Image(block) => (block.extra, block.unknown) = (extra, unknown),
        ContentBlock::ToolCall(block) => (block.extra, block.unknown) = (extra, unknown),
        ContentBlock::ToolResult(block) => (block.extra, block.unknown) = (extra, unknown),
        ContentBlock::Reasoning(block) => (block.extra, block.unknown) = (extra, unknown),
        ContentBlock::Generic(block) => block.extra = extra,
        _ => {}
    }
    block
}

/// Any message.
pub(crate) fn message() -> BoxedStrategy<UnifiedMessage> {
    (any_text(), vec(block(), 0..4), option::of(any_text()), members())
        .prop_map(|(role, content, name, metadata)| {
            let role = Role::from(role.as_str());
            UnifiedMessage { name, metadata, ..UnifiedMessage::new(role, content) }
        })
        .boxed()
}

/// Any response.
pub(crate) fn response() -> BoxedStrategy<UnifiedResponse> {
    let metadata_parts = (option::of(0.0..1e6), option::of(any::<u64>()), option::of(any_text()), members());
    let usage = (option::of(any::<u64>()), any::<u64>(), option::of(any::<u64>()));
    (any_text(), vec(message(), 0..3), metadata_parts, usage)
        .prop_map(|(id, messages, (cost, created, reason, metadata), (total, prompt, cached))| {
            let mut response = UnifiedResponse::new(id, "some-model", "some-provider", messages);
            let mut usage = Usage::new(prompt, 7);
            (usage.total_tokens, usage.cache_read_input_tokens) = (total, cached);
            usage.other.insert("seconds", serde_json::Number::from_f64(0.25).unwrap());
            (response.cost, response.created, response.usage) = (cost, created, usage);
            response.finish_reason = reason.as_deref().map(FinishReason::from);
            response.status = reason.as_deref().map(ResponseStatus::from);
            response.provider_metadata = metadata;
            response.notes.extend(
                reason.map(|reason| Note::new("some.rule", NoteAction::Moved, "messages[0]", reason)),
            );
            response
        })
        .boxed()
}
