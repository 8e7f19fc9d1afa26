//! The weather: the question that the default model knows what to do with.

use outcrop_converse::wire::{ConverseRequest, ToolSpecification, ToolUseBlock};
use outcrop_core::{JsonObject, RawJson};

use super::{call, last_turn, specimen};
use crate::call::last_user_text;

/// The tool that tells the weather.
pub(super) const TOOL: &str = "get_weather";

/// The city when the question names none.
const SOME_CITY: &str = "Lisbon";

/// What a tool may call the place it wants to know.
const PLACES: &[&str] = &["city", "location", "place", "town"];

/// The words and the call with which a question about the weather is met, where the tool for it is offered.
pub(super) fn asked(request: &ConverseRequest) -> Option<(String, ToolUseBlock)> {
    let tool = tool(request)?;
    let input = input_for(tool, request)?;
    let city = city(&last_user_text(request));
    Some((format!("Let me look up the weather in {city}."), call::call(request, tool, input)))
}

/// The tool `get_weather`, where it is offered and the user asks about the weather.
pub(super) fn tool(request: &ConverseRequest) -> Option<&ToolSpecification> {
    last_turn(request)?;
    let asked = last_user_text(request).to_lowercase().contains("weather");
    call::tools(request).find(|tool| asked && tool.name == TOOL)
}

/// The input of a call of `get_weather`: the city under the name that the tool's schema has for it, and whatever else
/// the schema requires. `None` for another tool.
pub(super) fn input_for(tool: &ToolSpecification, request: &ConverseRequest) -> Option<RawJson> {
    if tool.name != TOOL {
        return None;
    }
    let schema = call::schema(tool);
    let properties =
        schema.as_object().and_then(|schema| schema.get("properties").and_then(RawJson::as_object));
    let place = PLACES.iter().find(|place| properties.as_ref().is_some_and(|known| known.contains(place)));
    let city = RawJson::from(city(&last_user_text(request)).as_str());
    let mut input: JsonObject = [(place.copied().unwrap_or("city"), city)].into_iter().collect();
    for (name, value) in specimen::of(&schema).as_object().unwrap_or_default() {
        if !input.contains(&name) {
            input.insert(name, value);
        }
    }
    Some(RawJson::from(input))
}

/// The capitalised words after an `in`; a city of our own where there are none.
fn city(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let after_in = words.iter().enumerate().filter(|(_, word)| word.eq_ignore_ascii_case("in"));
    let named = after_in.map(|(at, _)| capitalised(words.get(at + 1..).unwrap_or_default()));
    named.into_iter().find(|name| !name.is_empty()).unwrap_or_else(|| SOME_CITY.to_owned())
}

/// The words up to the first that is not capitalised, or that a sentence or a clause ends with.
fn capitalised(words: &[&str]) -> String {
    let mut name: Vec<&str> = Vec::new();
    for word in words {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if !bare.starts_with(char::is_uppercase) {
            break;
        }
        name.push(bare);
        if !word.ends_with(bare) {
            break;
        }
    }
    name.join(" ")
}

#[cfg(test)]
mod tests {
    use super::city;

    #[test]
    fn the_city_is_what_is_capitalised_after_in() {
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
            assert_eq!(city(text), expected, "{text}");
        }
    }
}
