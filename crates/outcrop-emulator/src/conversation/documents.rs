//! Members that the service model leaves open (`Document`), but that must be JSON objects.

use outcrop_converse::wire::{ContentBlock, Tool, ToolInputSchema, ToolResultContentBlock};
use outcrop_core::RawJson;

use super::Conversation;
use crate::fault::Fault;

/// The input of a call, the JSON of a result and the schema of a tool are objects.
pub(super) fn are_objects(conversation: &Conversation<'_>) -> Result<(), Fault> {
    for (turn, message) in conversation.messages().iter().enumerate() {
        for (block, content) in message.blocks().iter().enumerate() {
            let place = || format!("messages.{turn}.content.{block}");
            match content {
                ContentBlock::ToolUse(call) => {
                    object(call.input.as_ref(), || format!("{}.toolUse.input", place()))?;
                }
                ContentBlock::ToolResult(result) => {
                    for (piece, content) in result.content.iter().enumerate() {
                        if let ToolResultContentBlock::Json(json) = content {
                            object(Some(json), || format!("{}.toolResult.content.{piece}.json", place()))?;
                        }
                    }
                }
                _ => {}
            }
        }
    }
    let tools = conversation.request.tool_config.iter().flat_map(|config| &config.tools);
    for (at, tool) in tools.enumerate() {
        if let Tool::ToolSpec(tool) = tool {
            let ToolInputSchema::Json(schema) = &tool.input_schema else { continue };
            object(Some(schema), || format!("toolConfig.tools.{at}.toolSpec.inputSchema.json"))?;
        }
    }
    Ok(())
}

fn object(value: Option<&RawJson>, place: impl Fn() -> String) -> Result<(), Fault> {
    if value.is_none_or(RawJson::is_object) {
        return Ok(());
    }
    Err(Fault::validation(format!(
        "The format of the value at {} is invalid. Provide a json object for the field and try again.",
        place()
    )))
}
