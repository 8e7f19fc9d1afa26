//! A count of tokens: four characters make one.

use outcrop_converse::wire::{
    ContentBlock, ConverseRequest, DocumentBlock, DocumentContentBlock, DocumentSource,
    GuardrailConverseContentBlock, MediaSource, Message, ReasoningContentBlock, SystemContentBlock, Tool,
    ToolInputSchema, ToolResultBlock, ToolResultContentBlock, ToolUseBlock,
};

/// How many characters make a token.
pub(super) const CHARACTERS: u64 = 4;

/// Media count as if this many of their bytes were a character.
const BYTES_A_CHARACTER: usize = 200;

/// Media in S3, whose size is not known here, count as this many characters.
const CHARACTERS_OF_A_LINK: usize = 400;

/// The tokens of a request: system prompt, messages and tools.
pub(super) fn of_request(request: &ConverseRequest) -> u64 {
    let system = request.system.iter().flatten().map(system_block);
    let messages = request.messages.iter().flatten().flat_map(Message::blocks).map(block);
    let tools = request.tool_config.iter().flat_map(|config| &config.tools).map(tool);
    of_characters(system.chain(messages).chain(tools).sum())
}

/// The tokens of an answer.
pub(super) fn of_blocks(blocks: &[ContentBlock]) -> u64 {
    of_characters(blocks.iter().map(block).sum())
}

pub(super) fn of_text(text: &str) -> u64 {
    of_characters(characters(text))
}

pub(super) fn of_call(call: &ToolUseBlock) -> u64 {
    of_characters(tool_use(call))
}

fn of_characters(characters: usize) -> u64 {
    u64::try_from(characters).unwrap_or(u64::MAX).div_ceil(CHARACTERS)
}

fn characters(text: &str) -> usize {
    text.chars().count()
}

fn block(block: &ContentBlock) -> usize {
    match block {
        ContentBlock::Text(text) => characters(text),
        ContentBlock::Image(image) => media(&image.source),
        ContentBlock::Video(video) => media(&video.source),
        ContentBlock::Audio(audio) => media(&audio.source),
        ContentBlock::Document(source) => document(source),
        ContentBlock::ToolUse(call) => tool_use(call),
        ContentBlock::ToolResult(result) => tool_result(result),
        ContentBlock::GuardContent(content) => guarded(content),
        ContentBlock::ReasoningContent(ReasoningContentBlock::ReasoningText(thought)) => {
            thought.text.as_deref().map(characters).unwrap_or_default()
        }
        // Marks cost nothing; the rest counts as it is written.
        ContentBlock::CachePoint(_) => 0,
        other => written(other),
    }
}

fn system_block(block: &SystemContentBlock) -> usize {
    match block {
        SystemContentBlock::Text(text) => characters(text),
        SystemContentBlock::GuardContent(content) => guarded(content),
        SystemContentBlock::CachePoint(_) => 0,
        other => written(other),
    }
}

fn tool(tool: &Tool) -> usize {
    match tool {
        Tool::ToolSpec(tool) => {
            let schema = match &tool.input_schema {
                ToolInputSchema::Json(schema) => characters(schema.as_str()),
                other => written(other),
            };
            characters(&tool.name) + tool.description.as_deref().map(characters).unwrap_or_default() + schema
        }
        Tool::CachePoint(_) => 0,
        other => written(other),
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
        other => written(other),
    });
    pieces.sum()
}

fn guarded(content: &GuardrailConverseContentBlock) -> usize {
    match content {
        GuardrailConverseContentBlock::Text(block) => characters(&block.text),
        other => written(other),
    }
}

fn document(document: &DocumentBlock) -> usize {
    match &document.source {
        DocumentSource::Bytes(blob) => blob.len().div_ceil(BYTES_A_CHARACTER),
        DocumentSource::Text(text) => characters(text),
        DocumentSource::Content(pieces) => {
            let texts = pieces.iter().map(|piece| match piece {
                DocumentContentBlock::Text(text) => characters(text),
                other => written(other),
            });
            texts.sum()
        }
        _ => CHARACTERS_OF_A_LINK,
    }
}

fn media(source: &MediaSource) -> usize {
    match source {
        MediaSource::Bytes(blob) => blob.len().div_ceil(BYTES_A_CHARACTER),
        _ => CHARACTERS_OF_A_LINK,
    }
}

/// The length of a value as JSON.
fn written<T: serde::Serialize>(value: &T) -> usize {
    serde_json::to_string(value).map(|json| characters(&json)).unwrap_or_default()
}
