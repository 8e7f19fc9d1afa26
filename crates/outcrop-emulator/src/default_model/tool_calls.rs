//! Tool calls: which tool the default model calls, and with which input.

use outcrop_converse::wire::{
    ContentBlock, ConverseRequest, Message, Tool, ToolChoice, ToolInputSchema, ToolSpecification,
    ToolUseBlock,
};
use outcrop_core::{JsonObject, RawJson};

use super::sample;
use crate::protocol::call::{final_user_turn, last_user_text};

/// The tool that the model calls of its own accord.
pub(super) const GET_WEATHER: &str = "get_weather";

/// The names of the city in the input and the results of `get_weather`, the usual one first.
pub(super) const CITY_NAMES: &[&str] = &["city", "location", "place", "town"];

/// The city if the user names none.
const DEFAULT_CITY: &str = "Lisbon";

/// Builds the call that `toolChoice` forces, if it does.
///
/// For `any` it calls `get_weather` if the user asks about the weather, else the first tool.
pub(super) fn forced_call(request: &ConverseRequest) -> Option<ToolUseBlock> {
    let tool = match request.tool_config.as_ref()?.tool_choice.as_ref()? {
        ToolChoice::Any(_) => weather_tool(request).or_else(|| tools(request).next())?,
        ToolChoice::Tool(choice) => tools(request).find(|tool| tool.name == choice.name)?,
        _ => return None,
    };
    let input = weather_input(tool, request).unwrap_or_else(|| sample::sample_value(&schema(tool)));
    Some(build_call(request, tool, input))
}

/// Builds a call of `get_weather`, with the text before it, if the tool is declared and the user asks about the weather.
pub(super) fn weather_call(request: &ConverseRequest) -> Option<(String, ToolUseBlock)> {
    let tool = weather_tool(request)?;
    let input = weather_input(tool, request)?;
    let city = find_city(&last_user_text(request));
    Some((format!("Let me look up the weather in {city}."), build_call(request, tool, input)))
}

/// Finds the tool `get_weather`, if the user asks about the weather.
fn weather_tool(request: &ConverseRequest) -> Option<&ToolSpecification> {
    final_user_turn(request)?;
    let is_asked = last_user_text(request).to_lowercase().contains("weather");
    tools(request).find(|tool| is_asked && tool.name == GET_WEATHER)
}

/// Builds the input of `get_weather`: the city, under the name that the schema has for it, and all else that the schema
/// requires. Returns `None` for another tool.
fn weather_input(tool: &ToolSpecification, request: &ConverseRequest) -> Option<RawJson> {
    if tool.name != GET_WEATHER {
        return None;
    }
    let schema = schema(tool);
    let properties =
        schema.as_object().and_then(|schema| schema.get("properties").and_then(RawJson::as_object));
    let name = CITY_NAMES.iter().find(|name| properties.as_ref().is_some_and(|known| known.contains(name)));
    let city = RawJson::from(find_city(&last_user_text(request)).as_str());
    let mut input: JsonObject = [(name.copied().unwrap_or("city"), city)].into_iter().collect();
    for (name, value) in sample::sample_value(&schema).as_object().unwrap_or_default() {
        if !input.contains(&name) {
            input.insert(name, value);
        }
    }
    Some(RawJson::from(input))
}

/// Builds a call.
fn build_call(request: &ConverseRequest, tool: &ToolSpecification, input: RawJson) -> ToolUseBlock {
    // The id counts the calls of the conversation: it is unique in it, as Claude requires, and deterministic.
    let blocks = request.messages.iter().flatten().flat_map(Message::blocks);
    let before = blocks.filter(|block| matches!(block, ContentBlock::ToolUse(_))).count();
    let mut call = ToolUseBlock::new(format!("tooluse_emulated_{}", before + 1), tool.name.clone());
    call.input = Some(input);
    call
}

/// Returns the tools that the caller runs.
fn tools(request: &ConverseRequest) -> impl Iterator<Item = &ToolSpecification> {
    let tools = request.tool_config.iter().flat_map(|config| &config.tools);
    tools.filter_map(|tool| if let Tool::ToolSpec(tool) = tool { Some(tool) } else { None })
}

/// Returns the schema of a tool's input, or `null` if it has none.
fn schema(tool: &ToolSpecification) -> RawJson {
    match &tool.input_schema {
        ToolInputSchema::Json(schema) => schema.clone(),
        _ => RawJson::null(),
    }
}

/// Finds the city in a question: the capitalised name after an `in`, else the default city.
fn find_city(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let after_in = words.iter().enumerate().filter(|(_, word)| word.eq_ignore_ascii_case("in"));
    let names = after_in.map(|(index, _)| capitalised_words(words.get(index + 1..).unwrap_or_default()));
    names.into_iter().find(|name| !name.is_empty()).unwrap_or_else(|| DEFAULT_CITY.to_owned())
}

/// Joins capitalised parts of a name, up to punctuation.
fn capitalised_words(words: &[&str]) -> String {
    let mut name: Vec<&str> = Vec::new();
    for word in words {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if !bare.starts_with(char::is_uppercase) {
            break;
        }
        name.push(bare);
        // After punctuation, the next capital begins a sentence or a clause.
        if !word.ends_with(bare) {
            break;
        }
    }
    name.join(" ")
}

#[cfg(test)]
mod tests {
    use super::find_city;

    #[test]
    fn city_is_the_capitalised_name_after_in() {
        for (text, expected) in [
            ("What is the weather in Lisbon?", "Lisbon"),
            ("weather in New York today", "New York"),
            ("What's the weather like in São Paulo, please?", "São Paulo"),
            ("In Paris, how is the weather?", "Paris"),
            ("Who is in charge of the weather in \"Rome\"?", "Rome"),
            ("weather in Oslo. In Bergen it rains", "Oslo"),
            ("what is the weather in berlin", "Lisbon"),
            ("what is the weather", "Lisbon"),
            ("weather in", "Lisbon"),
            ("", "Lisbon"),
        ] {
            assert_eq!(find_city(text), expected, "{text}");
        }
    }
}
