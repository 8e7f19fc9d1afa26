//! The results of servers as outputs of tools.
//!
//! Nothing that a model can read is lost. A text that repeats `structuredContent` is dropped, because the model would pay for
//! it twice.

use outcrop_core::{
    AudioContent, Blob, ContentBlock, DocumentContent, ImageContent, JsonContent, RawJson, TextContent,
    VideoContent, sniff_media_type,
};
use rmcp::model::{CallToolResult, ContentBlock as McpBlock, Resource, ResourceContents};
use serde_json::Value;

use crate::files::is_binary_document;
use crate::tool::{IntoToolOutput as _, ToolOutput};

/// The types of images that providers accept.
const IMAGE_TYPES: &[&str] = &["image/png", "image/jpeg", "image/gif", "image/webp"];

/// The common ones of the types of videos of Converse, see
/// <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_VideoBlock.html>.
const VIDEO_TYPES: &[&str] =
    &["video/mp4", "video/webm", "video/quicktime", "video/x-matroska", "video/mpeg"];

/// Converts a result.
pub(super) fn from_result(result: CallToolResult) -> ToolOutput {
    let is_error = result.is_error == Some(true);
    let structured = result.structured_content.filter(|value| !value.is_null());
    let mut blocks = Vec::with_capacity(result.content.len() + 1);
    // The protocol asks servers to repeat structured content as text, for older clients. See
    // <https://modelcontextprotocol.io/specification/2025-11-25/server/tools#structured-content>.
    let is_repeated = structured.as_ref().is_some_and(|value| is_repeated(value, &result.content));
    for block in result.content {
        match block {
            McpBlock::Text(_) if is_repeated => {}
            block => blocks.push(convert(block)),
        }
    }
    if let Some(value) = structured {
        blocks.push(JsonContent::new(RawJson::from(value)).into());
    }
    let output = if blocks.is_empty() { ().into_tool_output() } else { ToolOutput::new(blocks) };
    if is_error { output.failed() } else { output }
}

/// Returns whether the texts of a result repeat its structured content.
///
/// Servers write the value as one text. Those of the Python SDK wrap a value that is not an object in `{"result": VALUE}`, and
/// write a list as one text for each item.
fn is_repeated(structured: &Value, content: &[McpBlock]) -> bool {
    let texts: Vec<&str> =
        content.iter().filter_map(McpBlock::as_text).map(|text| text.text.as_str()).collect();
    let wrapped =
        structured.as_object().filter(|object| object.len() == 1).and_then(|object| object.get("result"));
    match (texts.as_slice(), wrapped) {
        ([], _) => false,
        ([text], wrapped)
            if is_text_of(structured, text) || wrapped.is_some_and(|value| is_text_of(value, text)) =>
        {
            true
        }
        (texts, Some(Value::Array(items))) => {
            texts.len() == items.len() && items.iter().zip(texts).all(|(item, text)| is_text_of(item, text))
        }
        _ => false,
    }
}

fn is_text_of(value: &Value, text: &str) -> bool {
    value.as_str() == Some(text) || serde_json::from_str::<Value>(text).is_ok_and(|parsed| parsed == *value)
}

fn convert(block: McpBlock) -> ContentBlock {
    match block {
        McpBlock::Text(text) => TextContent::new(text.text).into(),
        McpBlock::Image(image) => file("image", &image.mime_type, image.data),
        McpBlock::Audio(audio) => file("audio", &audio.mime_type, audio.data),
        McpBlock::Resource(resource) => embedded(resource.resource),
        McpBlock::ResourceLink(link) => TextContent::new(describe(&link)).into(),
        // Later versions of the protocol may have more. Their JSON is better than nothing.
        other => match RawJson::from_serialize(&other) {
            Ok(json) => JsonContent::new(json).into(),
            Err(_) => TextContent::new("The server sent content of an unsupported type.").into(),
        },
    }
}

fn embedded(resource: ResourceContents) -> ContentBlock {
    match resource {
        ResourceContents::TextResourceContents { text, .. } => TextContent::new(text).into(),
        ResourceContents::BlobResourceContents { uri, mime_type, blob, .. } => {
            file(file_name(&uri), mime_type.as_deref().unwrap_or("application/octet-stream"), blob)
        }
        _ => TextContent::new("The server sent a resource of an unsupported type.").into(),
    }
}

/// Converts a file to the block of its type.
///
/// A file that providers reject, such as an archive, would end the run: the request with the result fails, and so does each
/// one that follows. The model gets its name and size instead.
fn file(name: &str, media_type: &str, base64: String) -> ContentBlock {
    let blob = Blob::from_base64(base64);
    let Ok(bytes) = blob.bytes() else {
        return TextContent::new(format!("`{name}` ({media_type}) is not valid Base64.")).into();
    };
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    // Services reject a type that does not match the bytes (L51).
    if let Some(image_type) = sniff_media_type(&bytes).filter(|found| IMAGE_TYPES.contains(found)) {
        return ImageContent::from_bytes(image_type, blob).into();
    }
    if media_type.starts_with("audio/") {
        return AudioContent::from_bytes(&media_type, blob).into();
    }
    if VIDEO_TYPES.contains(&media_type.as_str()) {
        return VideoContent::from_bytes(&media_type, blob).into();
    }
    if is_binary_document(&media_type) {
        return DocumentContent::from_bytes(name, &media_type, blob).into();
    }
    match std::str::from_utf8(&bytes) {
        Ok(text) => TextContent::new(text).into(),
        Err(_) => {
            let text = format!("`{name}` ({media_type}, {} bytes) cannot be shown.", bytes.len());
            TextContent::new(text).into()
        }
    }
}

/// Returns the last part of the path of a URI, without its query.
fn file_name(uri: &str) -> &str {
    let path = uri.split(['?', '#']).next().unwrap_or(uri).trim_end_matches('/');
    path.rsplit(['/', ':']).next().filter(|name| !name.is_empty()).unwrap_or("resource")
}

/// Describes a resource that the model may read by a tool of the server. It is not read here: it may be of any size.
fn describe(link: &Resource) -> String {
    let mut text = format!("Resource `{}`: {}", link.name, link.uri);
    if let Some(media_type) = &link.mime_type {
        text.push_str(&format!(" ({media_type})"));
    }
    if let Some(description) = &link.description {
        text.push_str(&format!("\n{description}"));
    }
    text
}
