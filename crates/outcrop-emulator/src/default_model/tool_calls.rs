//! Tool calls: which tool the default model calls, and with which input.

use std::collections::BTreeSet;

use outcrop_converse::wire::{
    ContentBlock, ConversationRole, ConverseRequest, Message, ToolChoice, ToolInputSchema, ToolSpecification,
    ToolUseBlock,
};
use outcrop_core::{JsonObject, RawJson};

use super::question::{CITY_NAMES, find_city};
use super::sample;
use crate::protocol::call::{final_user_turn, last_question, tool_specifications};

/// The tool that the model calls of its own accord.
pub(super) const GET_WEATHER: &str = "get_weather";

/// Parts of the names of tools whose input is the answer, as frameworks name them.
const OUTPUT_NAMES: &[&str] =
    &["answer", "extract", "final", "json", "output", "respon", "result", "structured"];

/// Builds the call that `toolChoice` forces, if it does.
///
/// For `any` it is a tool that was not called since the question: one that the user requests, else the first. If all were
/// called, none is forced, so that an agent which always forces a call comes to an end.
pub(super) fn forced_call(request: &ConverseRequest) -> Option<ToolUseBlock> {
    let tool = match request.tool_config.as_ref()?.tool_choice.as_ref()? {
        ToolChoice::Any(_) => wanted_tool(request).or_else(|| uncalled_tools(request).next())?,
        ToolChoice::Tool(choice) => tool_specifications(request).find(|tool| tool.name == choice.name)?,
        _ => return None,
    };
    Some(build_call(request, tool))
}

/// Builds a call of a tool that the user requests, with the text before it.
pub(super) fn wanted_call(request: &ConverseRequest) -> Option<(String, ToolUseBlock)> {
    final_user_turn(request)?;
    let tool = wanted_tool(request)?;
    let text = if tool.name == GET_WEATHER {
        format!("Let me look up the weather in {}.", find_city(&last_question(request)))
    } else {
        format!("Let me call {}.", tool.name)
    };
    Some((text, build_call(request, tool)))
}

/// Builds a call of the only tool of a request, if its input is the answer.
pub(super) fn output_call(request: &ConverseRequest) -> Option<ToolUseBlock> {
    final_user_turn(request)?;
    let mut all = tool_specifications(request);
    let (Some(tool), None) = (all.next(), all.next()) else { return None };
    let is_called = called_tools(request).contains(tool.name.as_str());
    (is_output_tool(tool) && !is_called).then(|| build_call(request, tool))
}

/// Returns whether the input of a tool is the answer: it has the name of a class, or one of those that frameworks give.
fn is_output_tool(tool: &ToolSpecification) -> bool {
    let lowercase = tool.name.to_lowercase();
    tool.name.starts_with(char::is_uppercase) || OUTPUT_NAMES.iter().any(|part| lowercase.contains(part))
}

/// Finds a tool that the user requests and that was not called since: `get_weather` for the weather, else one that the
/// question names.
fn wanted_tool(request: &ConverseRequest) -> Option<&ToolSpecification> {
    let question = last_question(request).to_lowercase();
    let asks_for_weather = question.contains("weather");
    uncalled_tools(request).find(|tool| {
        (asks_for_weather && tool.name == GET_WEATHER) || has_term(&question, &tool.name.to_lowercase())
    })
}

/// Returns whether a text contains a name, not within a longer term. An underscore in the name can be a space in the text.
fn has_term(text: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let occurs = |name: &str| {
        text.match_indices(name).any(|(start, _)| {
            let before = text.get(..start).and_then(|before| before.chars().next_back());
            let after = text.get(start.saturating_add(name.len())..).and_then(|after| after.chars().next());
            !before.is_some_and(is_part) && !after.is_some_and(is_part)
        })
    };
    !name.is_empty() && (occurs(name) || occurs(&name.replace('_', " ")))
}

/// Returns the tools that were not called since the question.
fn uncalled_tools(request: &ConverseRequest) -> impl Iterator<Item = &ToolSpecification> {
    let called = called_tools(request);
    tool_specifications(request).filter(move |tool| !called.contains(tool.name.as_str()))
}

/// Returns the names of the tools that were called since the last message of the user that has more than results.
fn called_tools(request: &ConverseRequest) -> BTreeSet<&str> {
    let messages = request.messages.as_deref().unwrap_or_default();
    let is_question = |message: &Message| {
        let is_result =
            |block: &ContentBlock| matches!(block, ContentBlock::ToolResult(_) | ContentBlock::CachePoint(_));
        message.role == ConversationRole::User && !message.blocks().iter().all(is_result)
    };
    let question = messages.iter().rposition(is_question).unwrap_or_default();
    let blocks = messages.iter().skip(question).flat_map(Message::blocks);
    let calls = blocks.filter_map(|block| match block {
        ContentBlock::ToolUse(call) => Some(call.name.as_str()),
        _ => None,
    });
    calls.collect()
}

/// Builds the input of a call: the city of `get_weather` under the name that the schema has for it, and whatever the schema
/// requires, from the question if it has it.
fn build_input(tool: &ToolSpecification, request: &ConverseRequest) -> RawJson {
    let schema = schema(tool);
    let question = last_question(request);
    let sampled = sample::sample_value(&schema, &question);
    if tool.name != GET_WEATHER {
        return sampled;
    }
    let properties =
        schema.as_object().and_then(|schema| schema.get("properties").and_then(RawJson::as_object));
    let name = CITY_NAMES.iter().find(|name| properties.as_ref().is_some_and(|known| known.contains(name)));
    let city = RawJson::from(find_city(&question).as_str());
    let mut input: JsonObject = [(name.copied().unwrap_or("city"), city)].into_iter().collect();
    for (name, value) in sampled.as_object().unwrap_or_default() {
        if !input.contains(&name) {
            input.insert(name, value);
        }
    }
    RawJson::from(input)
}

/// Builds a call.
fn build_call(request: &ConverseRequest, tool: &ToolSpecification) -> ToolUseBlock {
    // The id counts the calls of the conversation: it is unique in it, as Claude requires, and deterministic.
    let blocks = request.messages.iter().flatten().flat_map(Message::blocks);
    let before = blocks.filter(|block| matches!(block, ContentBlock::ToolUse(_))).count();
    let mut call = ToolUseBlock::new(format!("tooluse_emulated_{}", before + 1), tool.name.clone());
    call.input = Some(build_input(tool, request));
    call
}

/// Returns the schema of a tool's input, or `null` if it has none.
fn schema(tool: &ToolSpecification) -> RawJson {
    match &tool.input_schema {
        ToolInputSchema::Json(schema) => schema.clone(),
        _ => RawJson::null(),
    }
}
