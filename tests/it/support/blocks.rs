//! The names and members of content blocks, as the cases have them.

use outcrop::ContentBlock;
use outcrop::core::JsonObject;
use serde_json::{Value, json};

/// Returns the name of AG2's class for a block, or of the Rust type if AG2 has none.
pub(crate) fn class(block: &ContentBlock) -> &'static str {
    match block {
        ContentBlock::Text(_) => "TextContent",
        ContentBlock::Image(_) => "ImageContent",
        ContentBlock::Audio(_) => "AudioContent",
        ContentBlock::Video(_) => "VideoContent",
        ContentBlock::Document(_) => "DocumentContent",
        ContentBlock::Reasoning(_) => "ReasoningContent",
        ContentBlock::Citation(_) => "CitationContent",
        ContentBlock::ToolCall(_) => "ToolCallContent",
        ContentBlock::ToolResult(_) => "ToolResultContent",
        ContentBlock::Json(_) => "JsonContent",
        ContentBlock::CachePoint(_) => "CachePointContent",
        ContentBlock::Generic(_) => "GenericContent",
        ContentBlock::Custom(_) => "CustomBlock",
        _ => "unknown class",
    }
}

/// Returns the classes of blocks.
pub(crate) fn classes(blocks: &[ContentBlock]) -> Value {
    blocks.iter().map(class).collect()
}

/// Returns the members of a block that its type does not know.
pub(crate) fn unknown(block: &ContentBlock) -> Value {
    let unknown: &JsonObject = match block {
        ContentBlock::Text(block) => &block.unknown,
        ContentBlock::Image(block) => &block.unknown,
        ContentBlock::Audio(block) => &block.unknown,
        ContentBlock::Video(block) => &block.unknown,
        ContentBlock::Reasoning(block) => &block.unknown,
        ContentBlock::Citation(block) => &block.unknown,
        ContentBlock::ToolCall(block) => &block.unknown,
        ContentBlock::ToolResult(block) => &block.unknown,
        ContentBlock::Generic(block) => &block.fields,
        other => panic!("no case has a {}", class(other)),
    };
    json!(unknown)
}
