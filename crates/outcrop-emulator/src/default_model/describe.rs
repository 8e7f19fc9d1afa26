//! Descriptions: the text that the default model writes about tool results and about the input of the user.

use outcrop_converse::wire::{
    ContentBlock, ConverseRequest, DocumentBlock, DocumentSource, MediaSource, Message, ToolResultBlock,
    ToolResultContentBlock, ToolResultStatus, ToolUseBlock,
};
use outcrop_core::{JsonObject, RawJson};

use super::question::CITY_NAMES;
use super::tool_calls::GET_WEATHER;
use crate::protocol::call::{final_user_turn, last_user_text};

/// Describes the media of the last user turn and repeats its text.
pub(super) fn describe_input(request: &ConverseRequest) -> String {
    let blocks = final_user_turn(request).map(|turn| turn.blocks()).unwrap_or_default();
    let mut sentences: Vec<String> = blocks.iter().filter_map(describe_media).collect();
    let text = last_user_text(request);
    if !text.is_empty() {
        sentences.push(format!("You said: {text}"));
    }
    if sentences.is_empty() { "I am listening.".to_owned() } else { sentences.join(" ") }
}

fn describe_media(block: &ContentBlock) -> Option<String> {
    Some(match block {
        ContentBlock::Image(image) => format!("I see a {} image {}.", image.format, size(&image.source)),
        ContentBlock::Video(video) => format!("I see a {} video {}.", video.format, size(&video.source)),
        ContentBlock::Audio(audio) => format!("I hear {} sound {}.", audio.format, size(&audio.source)),
        ContentBlock::Document(document) => {
            let format = document.format.as_ref().map_or("txt", |format| format.as_str());
            format!("I read the {format} document \"{}\" {}.", document.name, document_size(document))
        }
        _ => return None,
    })
}

fn size(source: &MediaSource) -> String {
    match source {
        MediaSource::Bytes(blob) => format!("of {} bytes", blob.len()),
        MediaSource::S3Location(location) => format!("at {}", location.uri),
        _ => "from somewhere".to_owned(),
    }
}

fn document_size(document: &DocumentBlock) -> String {
    match &document.source {
        DocumentSource::Bytes(blob) => format!("of {} bytes", blob.len()),
        DocumentSource::S3Location(location) => format!("at {}", location.uri),
        DocumentSource::Text(text) => format!("of {} bytes", text.len()),
        DocumentSource::Content(pieces) => format!("of {} pieces", pieces.len()),
        _ => "from somewhere".to_owned(),
    }
}

/// Describes the tool results of the last user turn, one sentence each, or returns `None` if it has none.
pub(super) fn describe_results(request: &ConverseRequest) -> Option<String> {
    let results = final_user_turn(request)?.blocks().iter().filter_map(|block| match block {
        ContentBlock::ToolResult(result) => Some(result),
        _ => None,
    });
    let sentences: Vec<String> =
        results.map(|result| describe_result(result, find_call(result, request))).collect();
    if sentences.is_empty() { None } else { Some(sentences.join(" ")) }
}

/// Finds the call that a result belongs to: the last one with its id, because only Claude rejects repeated ids.
fn find_call<'r>(result: &ToolResultBlock, request: &'r ConverseRequest) -> Option<&'r ToolUseBlock> {
    let blocks = request.messages.iter().flatten().flat_map(Message::blocks);
    let calls =
        blocks.filter_map(|block| if let ContentBlock::ToolUse(call) = block { Some(call) } else { None });
    calls.filter(|call| call.tool_use_id == result.tool_use_id).last()
}

fn describe_result(result: &ToolResultBlock, call: Option<&ToolUseBlock>) -> String {
    let tool = call.map_or("the tool", |call| call.name.as_str());
    let text = result_text(result);
    if result.status == Some(ToolResultStatus::Error) {
        return format!("The call of {tool} failed: {text}");
    }
    if tool == GET_WEATHER {
        let weather = result_object(result).unwrap_or_default();
        let input =
            call.and_then(|call| call.input.as_ref()).and_then(RawJson::as_object).unwrap_or_default();
        if let Some(report) = weather_report(&weather, &input) {
            return report;
        }
    }
    format!("The result of {tool} is: {text}")
}

/// Reports the weather: `It is 21 °C and sunny in Lisbon.` Returns `None` for a result without any weather.
fn weather_report(weather: &JsonObject, input: &JsonObject) -> Option<String> {
    // Callers bring their own tool, so the members have the names that examples commonly use.
    let first =
        |object: &JsonObject, names: &[&str]| names.iter().find_map(|name| object.get(name).map(plain_text));
    let degrees = first(weather, &["temperature", "temperature_c", "temp", "temp_c", "celsius", "degrees"]);
    let unit = first(weather, &["unit", "units"]).unwrap_or_default();
    let unit = if unit.trim_start_matches('°').to_lowercase().starts_with('f') { "°F" } else { "°C" };
    let degrees =
        degrees.map(|degrees| if degrees.contains('°') { degrees } else { format!("{degrees} {unit}") });
    let sky = first(weather, &["condition", "conditions", "description", "summary", "sky", "weather"]);
    let parts: Vec<String> = [degrees, sky].into_iter().flatten().collect();
    if parts.is_empty() {
        return None;
    }
    let city = first(weather, CITY_NAMES).or_else(|| first(input, CITY_NAMES));
    let city = city.map(|city| format!(" in {city}")).unwrap_or_default();
    Some(format!("It is {}{city}.", parts.join(" and ")))
}

/// Returns the JSON object of a result. Many tools return it as text.
fn result_object(result: &ToolResultBlock) -> Option<JsonObject> {
    result.content.iter().find_map(|content| match content {
        ToolResultContentBlock::Json(json) => json.as_object(),
        ToolResultContentBlock::Text(text) => RawJson::parse(text.trim()).ok()?.as_object(),
        _ => None,
    })
}

/// Renders a result as text.
fn result_text(result: &ToolResultBlock) -> String {
    let parts = result.content.iter().map(|content| match content {
        ToolResultContentBlock::Text(text) => text.clone(),
        ToolResultContentBlock::Json(json) => json.as_str().to_owned(),
        ToolResultContentBlock::Image(image) => format!("a {} image", image.format),
        ToolResultContentBlock::Video(video) => format!("a {} video", video.format),
        ToolResultContentBlock::Document(document) => format!("the document \"{}\"", document.name),
        other => format!("something of the kind {}", other.member()),
    });
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() { "nothing".to_owned() } else { parts.join(" ") }
}

/// Renders a value without the quotes of a string.
fn plain_text(value: &RawJson) -> String {
    value.as_string().map_or_else(|| value.as_str().to_owned(), |text| text.into_owned())
}
