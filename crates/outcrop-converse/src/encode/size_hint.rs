//! An estimate of the length of a body.

use crate::wire::{
    ContentBlock, ConverseRequest, DocumentSource, MediaSource, Message, Tool, ToolInputSchema,
    ToolResultContentBlock,
};

/// Returns about how many bytes a body has, so that a large one is not reallocated, and thus copied, while it is written.
pub(crate) fn size_hint(body: &ConverseRequest) -> usize {
    let message = |message: &Message| message.blocks().iter().map(block).sum::<usize>() + 40;
    let messages = body.messages.iter().flatten().map(message).sum::<usize>();
    let tools = body.tool_config.iter().flat_map(|config| &config.tools).map(tool).sum::<usize>();
    512 + messages + tools
}

fn block(block: &ContentBlock) -> usize {
    match block {
        ContentBlock::Text(text) => self::text(text),
        ContentBlock::Image(image) => source(&image.source),
        ContentBlock::Video(video) => source(&video.source),
        ContentBlock::Audio(audio) => source(&audio.source),
        ContentBlock::ToolUse(call) => call.input.as_ref().map_or(0, |input| input.as_str().len()) + 120,
        ContentBlock::ToolResult(result) => {
            let part = |part: &ToolResultContentBlock| match part {
                ToolResultContentBlock::Text(text) => self::text(text),
                ToolResultContentBlock::Json(json) => json.as_str().len() + 12,
                ToolResultContentBlock::Image(image) => source(&image.source),
                _ => 200,
            };
            result.content.iter().map(part).sum::<usize>() + 120
        }
        ContentBlock::Document(document) => match &document.source {
            DocumentSource::Bytes(blob) => blob.len() / 3 * 4 + 120,
            DocumentSource::Text(text) => text.len() + 120,
            _ => 120,
        },
        _ => 200,
    }
}

/// Assumes that one character in sixteen is escaped.
fn text(text: &str) -> usize {
    text.len() + text.len() / 16 + 12
}

fn source(source: &MediaSource) -> usize {
    match source {
        MediaSource::Bytes(blob) => blob.len() / 3 * 4 + 80,
        _ => 80,
    }
}

fn tool(tool: &Tool) -> usize {
    match tool {
        Tool::ToolSpec(tool) => match &tool.input_schema {
            ToolInputSchema::Json(schema) => schema.as_str().len() + 200,
            ToolInputSchema::Unknown(_) => 200,
        },
        _ => 100,
    }
}
