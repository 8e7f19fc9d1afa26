//! Tools that are offered to the model.

use std::path::Path;

use outcrop::core::{JsonObject, RawJson, ToolCallContent};
use outcrop::{ModelRequest, ToolSpec};

use crate::failure::Failure;

const GET_WEATHER: &str = "get_weather";

/// The demo tool.
pub(super) fn get_weather() -> ToolSpec {
    let schema = serde_json::json!({
        "type": "object",
        "properties": {"city": {"type": "string", "description": "The city, such as Lisbon"}},
        "required": ["city"],
    });
    ToolSpec::function(GET_WEATHER, RawJson::from(schema)).with_description("The weather in a city, now.")
}

/// Runs a tool; `None` when it is not ours to run.
pub(super) fn run(call: &ToolCallContent) -> Option<String> {
    if call.name != GET_WEATHER {
        return None;
    }
    let input: Option<JsonObject> =
        RawJson::parse(call.arguments.as_str()).ok().and_then(|input| input.as_object());
    let city = input.and_then(|input| input.get("city")?.as_string().map(|city| city.into_owned()));
    Some(format!("21 °C and sunny in {}", city.unwrap_or_else(|| "a place without a name".to_owned())))
}

/// Reads a tool from a file: OpenAI's form, or just `name`, `description` and `parameters`.
pub(super) fn read(path: &Path) -> Result<ToolSpec, Failure> {
    let invalid = |why: String| Failure::input(format!("the tool `{}`: {why}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| invalid(format!("cannot be read: {error}")))?;
    let members: JsonObject = outcrop::core::from_str(&text).map_err(|error| invalid(error.to_string()))?;
    let tool = if members.contains("function") {
        RawJson::from(members)
    } else {
        RawJson::from(
            [("type", RawJson::from("function")), ("function", RawJson::from(members))]
                .into_iter()
                .collect::<JsonObject>(),
        )
    };
    let params = format!("{{\"tools\": [{}]}}", tool.as_str());
    let request = ModelRequest::from_json(&params).map_err(|error| invalid(error.message().to_owned()))?;
    request.tools.into_iter().next().ok_or_else(|| invalid("is none that can be called".to_owned()))
}
