//! Counts of tokens, estimated from characters.
//!
//! Real models count differently, but a count that is the same everywhere can be tested.

use outcrop_converse::wire::{
    ContentBlock, ConverseRequest, DocumentBlock, DocumentContentBlock, DocumentSource,
    GuardrailConverseContentBlock, MediaSource, Message, ReasoningContentBlock, SystemContentBlock, Tool,
    ToolInputSchema, ToolResultBlock, ToolResultContentBlock, ToolUseBlock,
};

/// The number of characters in a token, the usual rule of thumb for English.
pub(super) const CHARACTERS: u64 = 4;

/// The number of bytes of media that count as a character. Models count pixels and seconds, which the emulator does not
/// know without decoding.
const BYTES_PER_CHARACTER: usize = 200;

/// The number of characters that media in S3 count as, because their size is unknown.
const S3_CHARACTERS: usize = 400;

/// Counts the tokens of a request: system prompt, messages and tools.
pub(super) fn of_request(request: &ConverseRequest) -> u64 {
    let system = request.system.iter().flatten().map(characters_of_system);
    let messages = request.messages.iter().flatten().flat_map(Message::blocks).map(characters_of_block);
    let tools = request.tool_config.iter().flat_map(|config| &config.tools).map(characters_of_tool);
    of_characters(system.chain(messages).chain(tools).sum())
}

/// Counts the tokens of content blocks.
pub(super) fn of_blocks(blocks: &[ContentBlock]) -> u64 {
    of_characters(blocks.iter().map(characters_of_block).sum())
}

pub(super) fn of_text(text: &str) -> u64 {
    of_characters(characters(text))
}

pub(super) fn of_call(call: &ToolUseBlock) -> u64 {
    of_characters(tool_use(call))
}

pub(super) fn of_characters(characters: usize) -> u64 {
    u64::try_from(characters).unwrap_or(u64::MAX).div_ceil(CHARACTERS)
}

fn characters(text: &str) -> usize {
    text.chars().count()
}

pub(super) fn characters_of_block(block: &ContentBlock) -> usize {
    match block {
        ContentBlock::Text(text) => characters(text),
        ContentBlock::Image(image) => media(&image.source),
        ContentBlock::Video(video) => media(&video.source),
        ContentBlock::Audio(audio) => media(&audio.source),
        ContentBlock::Document(source) => document(source),
        ContentBlock::ToolUse(call) => tool_use(call),
        ContentBlock::ToolResult(result) => tool_result(result),
        ContentBlock::GuardContent(content) => guarded_content(content),
        ContentBlock::ReasoningContent(ReasoningContentBlock::ReasoningText(reasoning)) => {
            reasoning.text.as_deref().map(characters).unwrap_or_default()
        }
        // A cache point is not content. Kinds that are not known count as their JSON.
        ContentBlock::CachePoint(_) => 0,
        other => json_characters(other),
    }
}

pub(super) fn characters_of_system(block: &SystemContentBlock) -> usize {
    match block {
        SystemContentBlock::Text(text) => characters(text),
        SystemContentBlock::GuardContent(content) => guarded_content(content),
        SystemContentBlock::CachePoint(_) => 0,
        other => json_characters(other),
    }
}

pub(super) fn characters_of_tool(tool: &Tool) -> usize {
    match tool {
        Tool::ToolSpec(tool) => {
            let schema = match &tool.input_schema {
                ToolInputSchema::Json(schema) => characters(schema.as_str()),
                other => json_characters(other),
            };
            characters(&tool.name) + tool.description.as_deref().map(characters).unwrap_or_default() + schema
        }
        Tool::CachePoint(_) => 0,
        other => json_characters(other),
    }
}

fn tool_use(call: &ToolUseBlock) -> usize {
    characters(&call.name) + call.input.as_ref().map(|input| characters(input.as_str())).unwrap_or_default()
}

fn tool_result(result: &ToolResultBlock) -> usize {
    let pieces = result.content.iter().map(|piece| match piece {
        ToolResultContentBlock::Text(text) => characters(text),
        ToolResultContentBlock::Json(json) => characters(json.as_str()),
        ToolResultContentBlock::Image(image) => media(&image.source),
        ToolResultContentBlock::Video(video) => media(&video.source),
        ToolResultContentBlock::Document(source) => document(source),
        other => json_characters(other),
    });
    pieces.sum()
}

fn guarded_content(content: &GuardrailConverseContentBlock) -> usize {
    match content {
        GuardrailConverseContentBlock::Text(block) => characters(&block.text),
        other => json_characters(other),
    }
}

fn document(document: &DocumentBlock) -> usize {
    match &document.source {
        DocumentSource::Bytes(blob) => blob.len().div_ceil(BYTES_PER_CHARACTER),
        DocumentSource::Text(text) => characters(text),
        DocumentSource::Content(pieces) => {
            let texts = pieces.iter().map(|piece| match piece {
                DocumentContentBlock::Text(text) => characters(text),
                other => json_characters(other),
            });
            texts.sum()
        }
        _ => S3_CHARACTERS,
    }
}

fn media(source: &MediaSource) -> usize {
    match source {
        MediaSource::Bytes(blob) => blob.len().div_ceil(BYTES_PER_CHARACTER),
        _ => S3_CHARACTERS,
    }
}

/// Counts the characters of a value as JSON.
fn json_characters<T: serde::Serialize>(value: &T) -> usize {
    serde_json::to_string(value).map(|json| characters(&json)).unwrap_or_default()
}
