//! Calls of tools.

use outcrop_converse::wire::{
    ContentBlock, ConverseRequest, Message, Tool, ToolChoice, ToolInputSchema, ToolSpecification,
    ToolUseBlock,
};
use outcrop_core::RawJson;

use super::{specimen, weather};

/// The call that the request forces, if it does: of the tool that `toolChoice` names, or for `any` of `get_weather`
/// where the weather is asked about, else of the first tool.
pub(super) fn forced(request: &ConverseRequest) -> Option<ToolUseBlock> {
    let tool = match request.tool_config.as_ref()?.tool_choice.as_ref()? {
        ToolChoice::Any(_) => weather::tool(request).or_else(|| tools(request).next())?,
        ToolChoice::Tool(choice) => tools(request).find(|tool| tool.name == choice.name)?,
        _ => return None,
    };
    let input = weather::input_for(tool, request).unwrap_or_else(|| specimen::of(&schema(tool)));
    Some(call(request, tool, input))
}

/// A call of a tool. The id counts the calls of the conversation, so that it is new in it.
pub(super) fn call(request: &ConverseRequest, tool: &ToolSpecification, input: RawJson) -> ToolUseBlock {
    let blocks = request.messages.iter().flatten().flat_map(Message::blocks);
    let before = blocks.filter(|block| matches!(block, ContentBlock::ToolUse(_))).count();
    let mut call = ToolUseBlock::new(format!("tooluse_emulated_{}", before + 1), tool.name.clone());
    call.input = Some(input);
    call
}

/// The tools that the caller runs.
pub(super) fn tools(request: &ConverseRequest) -> impl Iterator<Item = &ToolSpecification> {
    let tools = request.tool_config.iter().flat_map(|config| &config.tools);
    tools.filter_map(|tool| if let Tool::ToolSpec(tool) = tool { Some(tool) } else { None })
}

/// The schema of a tool's input; `null` where it has none.
pub(super) fn schema(tool: &ToolSpecification) -> RawJson {
    match &tool.input_schema {
        ToolInputSchema::Json(schema) => schema.clone(),
        _ => RawJson::null(),
    }
}
