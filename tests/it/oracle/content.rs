//! Parses content blocks into the types of the SDK.

use aws_sdk_bedrockruntime::types::{self as sdk, ContentBlock, SystemContentBlock};
use serde_json::Value;

use super::members::{Members, Outcome, blob, document, flag, integer, list, named, text, union_member};

fn built<T, E: std::fmt::Display>(outcome: Result<T, E>) -> Outcome<T> {
    outcome.map_err(|error| error.to_string())
}

fn unknown<T>(name: &str) -> Outcome<T> {
    Err(format!("the SDK has no variant {name}"))
}

pub(super) fn message(value: &Value) -> Outcome<sdk::Message> {
    let mut members = Members::new(value)?;
    let message = sdk::Message::builder()
        .role(members.require("role", named)?)
        .set_content(Some(members.require("content", list(content))?));
    members.end()?;
    built(message.build())
}

fn content(value: &Value) -> Outcome<ContentBlock> {
    let (name, value) = union_member(value)?;
    Ok(match name {
        "text" => ContentBlock::Text(text(value)?),
        "image" => ContentBlock::Image(image(value)?),
        "document" => ContentBlock::Document(media_document(value)?),
        "video" => ContentBlock::Video(video(value)?),
        "audio" => ContentBlock::Audio(audio(value)?),
        "toolUse" => ContentBlock::ToolUse(tool_use(value)?),
        "toolResult" => ContentBlock::ToolResult(tool_result(value)?),
        "guardContent" => ContentBlock::GuardContent(guard_content(value)?),
        "cachePoint" => ContentBlock::CachePoint(cache_point(value)?),
        "reasoningContent" => ContentBlock::ReasoningContent(reasoning(value)?),
        "citationsContent" => ContentBlock::CitationsContent(citations_content(value)?),
        "searchResult" => ContentBlock::SearchResult(search_result(value)?),
        "toolAddition" => ContentBlock::ToolAddition(
            sdk::ToolAdditionBlock::builder().tool(referenced_tool(value)?).build(),
        ),
        "toolRemoval" => {
            ContentBlock::ToolRemoval(sdk::ToolRemovalBlock::builder().tool(referenced_tool(value)?).build())
        }
        other => return unknown(other),
    })
}

pub(super) fn system(value: &Value) -> Outcome<SystemContentBlock> {
    let (name, value) = union_member(value)?;
    Ok(match name {
        "text" => SystemContentBlock::Text(text(value)?),
        "guardContent" => SystemContentBlock::GuardContent(guard_content(value)?),
        "cachePoint" => SystemContentBlock::CachePoint(cache_point(value)?),
        other => return unknown(other),
    })
}

/// Parses the reference to an added or removed tool.
fn referenced_tool(value: &Value) -> Outcome<sdk::ToolReference> {
    let mut outer = Members::new(value)?;
    let reference = |value: &Value| {
        let mut members = Members::new(value)?;
        let tool = sdk::ToolReference::builder()
            .set_type(members.take("type", text)?)
            .set_name(members.take("name", text)?)
            .set_server_name(members.take("serverName", text)?);
        members.end()?;
        Ok(tool.build())
    };
    let tool = outer.require("tool", reference)?;
    outer.end()?;
    Ok(tool)
}

fn error(value: &Value) -> Outcome<sdk::ErrorBlock> {
    let mut members = Members::new(value)?;
    let error = sdk::ErrorBlock::builder().set_message(members.take("message", text)?);
    members.end()?;
    Ok(error.build())
}

fn s3(value: &Value) -> Outcome<sdk::S3Location> {
    let mut members = Members::new(value)?;
    let location = sdk::S3Location::builder()
        .uri(members.require("uri", text)?)
        .set_bucket_owner(members.take("bucketOwner", text)?);
    members.end()?;
    built(location.build())
}

fn image(value: &Value) -> Outcome<sdk::ImageBlock> {
    let mut members = Members::new(value)?;
    let source = |value: &Value| {
        Ok(match union_member(value)? {
            ("bytes", value) => sdk::ImageSource::Bytes(blob(value)?),
            ("s3Location", value) => sdk::ImageSource::S3Location(s3(value)?),
            (other, _) => return unknown(other),
        })
    };
    let image = sdk::ImageBlock::builder()
        .format(members.require("format", named)?)
        .set_source(members.take("source", source)?)
        .set_error(members.take("error", error)?);
    members.end()?;
    built(image.build())
}

fn video(value: &Value) -> Outcome<sdk::VideoBlock> {
    let mut members = Members::new(value)?;
    let source = |value: &Value| {
        Ok(match union_member(value)? {
            ("bytes", value) => sdk::VideoSource::Bytes(blob(value)?),
            ("s3Location", value) => sdk::VideoSource::S3Location(s3(value)?),
            (other, _) => return unknown(other),
        })
    };
    let video = sdk::VideoBlock::builder()
        .format(members.require("format", named)?)
        .set_source(members.take("source", source)?);
    members.end()?;
    built(video.build())
}

fn audio(value: &Value) -> Outcome<sdk::AudioBlock> {
    let mut members = Members::new(value)?;
    let source = |value: &Value| {
        Ok(match union_member(value)? {
            ("bytes", value) => sdk::AudioSource::Bytes(blob(value)?),
            ("s3Location", value) => sdk::AudioSource::S3Location(s3(value)?),
            (other, _) => return unknown(other),
        })
    };
    let audio = sdk::AudioBlock::builder()
        .format(members.require("format", named)?)
        .set_source(members.take("source", source)?)
        .set_error(members.take("error", error)?);
    members.end()?;
    built(audio.build())
}

fn media_document(value: &Value) -> Outcome<sdk::DocumentBlock> {
    let mut members = Members::new(value)?;
    let part = |value: &Value| match union_member(value)? {
        ("text", value) => Ok(sdk::DocumentContentBlock::Text(text(value)?)),
        (other, _) => unknown(other),
    };
    let source = |value: &Value| {
        Ok(match union_member(value)? {
            ("bytes", value) => sdk::DocumentSource::Bytes(blob(value)?),
            ("s3Location", value) => sdk::DocumentSource::S3Location(s3(value)?),
            ("text", value) => sdk::DocumentSource::Text(text(value)?),
            ("content", value) => sdk::DocumentSource::Content(list(part)(value)?),
            (other, _) => return unknown(other),
        })
    };
    let document = sdk::DocumentBlock::builder()
        .format(members.require("format", named)?)
        .name(members.require("name", text)?)
        .set_source(members.take("source", source)?)
        .set_context(members.take("context", text)?)
        .set_citations(members.take("citations", citations_config)?);
    members.end()?;
    built(document.build())
}

fn citations_config(value: &Value) -> Outcome<sdk::CitationsConfig> {
    let mut members = Members::new(value)?;
    let config = sdk::CitationsConfig::builder().enabled(members.require("enabled", flag)?);
    members.end()?;
    built(config.build())
}

fn tool_use(value: &Value) -> Outcome<sdk::ToolUseBlock> {
    let mut members = Members::new(value)?;
    let call = sdk::ToolUseBlock::builder()
        .tool_use_id(members.require("toolUseId", text)?)
        .name(members.require("name", text)?)
        .input(members.require("input", document)?)
        .set_type(members.take("type", named)?);
    members.end()?;
    built(call.build())
}

fn tool_result(value: &Value) -> Outcome<sdk::ToolResultBlock> {
    let mut members = Members::new(value)?;
    let part = |value: &Value| {
        Ok(match union_member(value)? {
            ("text", value) => sdk::ToolResultContentBlock::Text(text(value)?),
            ("json", value) => sdk::ToolResultContentBlock::Json(document(value)?),
            ("image", value) => sdk::ToolResultContentBlock::Image(image(value)?),
            ("document", value) => sdk::ToolResultContentBlock::Document(media_document(value)?),
            ("video", value) => sdk::ToolResultContentBlock::Video(video(value)?),
            ("searchResult", value) => sdk::ToolResultContentBlock::SearchResult(search_result(value)?),
            (other, _) => return unknown(other),
        })
    };
    let result = sdk::ToolResultBlock::builder()
        .tool_use_id(members.require("toolUseId", text)?)
        .set_content(Some(members.require("content", list(part))?))
        .set_status(members.take("status", named)?)
        .set_type(members.take("type", text)?);
    members.end()?;
    built(result.build())
}

fn guard_content(value: &Value) -> Outcome<sdk::GuardrailConverseContentBlock> {
    let (name, value) = union_member(value)?;
    let mut members = Members::new(value)?;
    let block = match name {
        "text" => {
            let block = sdk::GuardrailConverseTextBlock::builder()
                .text(members.require("text", text)?)
                .set_qualifiers(members.take("qualifiers", list(named))?);
            sdk::GuardrailConverseContentBlock::Text(built(block.build())?)
        }
        "image" => {
            let source = |value: &Value| match union_member(value)? {
                ("bytes", value) => Ok(sdk::GuardrailConverseImageSource::Bytes(blob(value)?)),
                (other, _) => unknown(other),
            };
            let image = sdk::GuardrailConverseImageBlock::builder()
                .format(members.require("format", named)?)
                .set_source(members.take("source", source)?);
            sdk::GuardrailConverseContentBlock::Image(built(image.build())?)
        }
        other => return unknown(other),
    };
    members.end()?;
    Ok(block)
}

pub(super) fn cache_point(value: &Value) -> Outcome<sdk::CachePointBlock> {
    let mut members = Members::new(value)?;
    let point = sdk::CachePointBlock::builder()
        .r#type(members.require("type", named)?)
        .set_ttl(members.take("ttl", named)?);
    members.end()?;
    built(point.build())
}

fn reasoning(value: &Value) -> Outcome<sdk::ReasoningContentBlock> {
    let (name, value) = union_member(value)?;
    match name {
        "reasoningText" => {
            let mut members = Members::new(value)?;
            let block = sdk::ReasoningTextBlock::builder()
                .text(members.require("text", text)?)
                .set_signature(members.take("signature", text)?);
            members.end()?;
            Ok(sdk::ReasoningContentBlock::ReasoningText(built(block.build())?))
        }
        "redactedContent" => Ok(sdk::ReasoningContentBlock::RedactedContent(blob(value)?)),
        other => unknown(other),
    }
}

fn search_result(value: &Value) -> Outcome<sdk::SearchResultBlock> {
    let mut members = Members::new(value)?;
    let part = |value: &Value| {
        let mut members = Members::new(value)?;
        let part = sdk::SearchResultContentBlock::builder().text(members.require("text", text)?);
        members.end()?;
        built(part.build())
    };
    let result = sdk::SearchResultBlock::builder()
        .source(members.require("source", text)?)
        .title(members.require("title", text)?)
        .set_content(Some(members.require("content", list(part))?))
        .set_citations(members.take("citations", citations_config)?);
    members.end()?;
    built(result.build())
}

fn citations_content(value: &Value) -> Outcome<sdk::CitationsContentBlock> {
    let mut members = Members::new(value)?;
    let text_part = |value: &Value| match union_member(value)? {
        ("text", value) => Ok(sdk::CitationGeneratedContent::Text(text(value)?)),
        (other, _) => unknown(other),
    };
    let block = sdk::CitationsContentBlock::builder()
        .set_content(members.take("content", list(text_part))?)
        .set_citations(members.take("citations", list(citation))?);
    members.end()?;
    Ok(block.build())
}

fn citation(value: &Value) -> Outcome<sdk::Citation> {
    let mut members = Members::new(value)?;
    let text_part = |value: &Value| match union_member(value)? {
        ("text", value) => Ok(sdk::CitationSourceContent::Text(text(value)?)),
        (other, _) => unknown(other),
    };
    let citation = sdk::Citation::builder()
        .set_title(members.take("title", text)?)
        .set_source(members.take("source", text)?)
        .set_source_content(members.take("sourceContent", list(text_part))?)
        .set_location(members.take("location", location)?);
    members.end()?;
    Ok(citation.build())
}

fn location(value: &Value) -> Outcome<sdk::CitationLocation> {
    let (name, value) = union_member(value)?;
    let mut members = Members::new(value)?;
    let location = match name {
        "web" => sdk::CitationLocation::Web(
            sdk::WebLocation::builder()
                .set_url(members.take("url", text)?)
                .set_domain(members.take("domain", text)?)
                .build(),
        ),
        "documentChar" => sdk::CitationLocation::DocumentChar(
            sdk::DocumentCharLocation::builder()
                .set_document_index(members.take("documentIndex", integer)?)
                .set_start(members.take("start", integer)?)
                .set_end(members.take("end", integer)?)
                .build(),
        ),
        "documentPage" => sdk::CitationLocation::DocumentPage(
            sdk::DocumentPageLocation::builder()
                .set_document_index(members.take("documentIndex", integer)?)
                .set_start(members.take("start", integer)?)
                .set_end(members.take("end", integer)?)
                .build(),
        ),
        "documentChunk" => sdk::CitationLocation::DocumentChunk(
            sdk::DocumentChunkLocation::builder()
                .set_document_index(members.take("documentIndex", integer)?)
                .set_start(members.take("start", integer)?)
                .set_end(members.take("end", integer)?)
                .build(),
        ),
        "searchResultLocation" => sdk::CitationLocation::SearchResultLocation(
            sdk::SearchResultLocation::builder()
                .set_search_result_index(members.take("searchResultIndex", integer)?)
                .set_start(members.take("start", integer)?)
                .set_end(members.take("end", integer)?)
                .build(),
        ),
        other => return unknown(other),
    };
    members.end()?;
    Ok(location)
}
