//! What is made of the results of tools.

use outcrop_converse::wire::{
    ContentBlock, ConverseRequest, Message, ToolResultBlock, ToolResultContentBlock, ToolResultStatus,
    ToolUseBlock,
};
use outcrop_core::{JsonObject, RawJson};

use super::{last_turn, weather};

/// What is said when the last turn brings results: a sentence for each.
pub(super) fn told(request: &ConverseRequest) -> Option<String> {
    let results = last_turn(request)?.blocks().iter().filter_map(|block| match block {
        ContentBlock::ToolResult(result) => Some(result),
        _ => None,
    });
    let sentences: Vec<String> = results.map(|result| sentence(result, call_of(result, request))).collect();
    if sentences.is_empty() { None } else { Some(sentences.join(" ")) }
}

/// The call that a result answers.
fn call_of<'r>(result: &ToolResultBlock, request: &'r ConverseRequest) -> Option<&'r ToolUseBlock> {
    let blocks = request.messages.iter().flatten().flat_map(Message::blocks);
    let calls =
        blocks.filter_map(|block| if let ContentBlock::ToolUse(call) = block { Some(call) } else { None });
    calls.filter(|call| call.tool_use_id == result.tool_use_id).last()
}

fn sentence(result: &ToolResultBlock, call: Option<&ToolUseBlock>) -> String {
    let tool = call.map_or("the tool", |call| call.name.as_str());
    let text = text_of(result);
    if result.status == Some(ToolResultStatus::Error) {
        return format!("The call of {tool} failed: {text}");
    }
    if tool == weather::TOOL {
        let json = json_of(result).unwrap_or_default();
        let asked =
            call.and_then(|call| call.input.as_ref()).and_then(RawJson::as_object).unwrap_or_default();
        if let Some(report) = report(&json, &asked) {
            return report;
        }
    }
    format!("The result of {tool} is: {text}")
}

/// The weather in a sentence: `It is 21 °C and sunny in Lisbon.`
fn report(weather: &JsonObject, asked: &JsonObject) -> Option<String> {
    let first =
        |object: &JsonObject, names: &[&str]| names.iter().find_map(|name| object.get(name).map(plain));
    let degrees = first(weather, &["temperature", "temperature_c", "temp", "temp_c", "celsius", "degrees"]);
    let unit = first(weather, &["unit", "units"]).unwrap_or_default();
    let unit = if unit.trim_start_matches('°').to_lowercase().starts_with('f') { "°F" } else { "°C" };
    let degrees =
        degrees.map(|degrees| if degrees.contains('°') { degrees } else { format!("{degrees} {unit}") });
    let sky = first(weather, &["condition", "conditions", "description", "summary", "sky", "weather"]);
    let both: Vec<String> = [degrees, sky].into_iter().flatten().collect();
    if both.is_empty() {
        return None;
    }
    let places = ["city", "location", "place", "town"];
    let place = first(weather, &places).or_else(|| first(asked, &places));
    let place = place.map(|place| format!(" in {place}")).unwrap_or_default();
    Some(format!("It is {}{place}.", both.join(" and ")))
}

/// The JSON object of a result, which may stand in a text.
fn json_of(result: &ToolResultBlock) -> Option<JsonObject> {
    result.content.iter().find_map(|piece| match piece {
        ToolResultContentBlock::Json(json) => json.as_object(),
        ToolResultContentBlock::Text(text) => RawJson::parse(text.trim()).ok()?.as_object(),
        _ => None,
    })
}

/// All that can be said of a result in words.
fn text_of(result: &ToolResultBlock) -> String {
    let pieces = result.content.iter().map(|piece| match piece {
        ToolResultContentBlock::Text(text) => text.clone(),
        ToolResultContentBlock::Json(json) => json.as_str().to_owned(),
        ToolResultContentBlock::Image(image) => format!("a {} image", image.format),
        ToolResultContentBlock::Video(video) => format!("a {} video", video.format),
        ToolResultContentBlock::Document(document) => format!("the document \"{}\"", document.name),
        other => format!("something of the kind {}", other.member()),
    });
    let pieces: Vec<String> = pieces.collect();
    if pieces.is_empty() { "nothing".to_owned() } else { pieces.join(" ") }
}

/// A value as people write it: strings without quotes.
fn plain(value: &RawJson) -> String {
    value.as_string().map_or_else(|| value.as_str().to_owned(), |text| text.into_owned())
}
