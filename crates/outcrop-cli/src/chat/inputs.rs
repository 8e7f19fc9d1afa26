//! The images, documents and tools that accompany a prompt.

use std::path::Path;

use outcrop::core::{
    Blob, DocumentContent, ImageContent, JsonObject, RawJson, ToolCallContent, sniff_media_type,
};
use outcrop::{ContentBlock, ModelRequest, ToolSpec};

use crate::args::ChatArgs;
use crate::failure::Failure;

/// The name of the demo tool.
pub(super) const GET_WEATHER: &str = "get_weather";

/// Reads the images and documents of the command line.
pub(super) fn attachments(args: &ChatArgs) -> Result<Vec<ContentBlock>, Failure> {
    let images = args.image.iter().map(|path| image(path));
    let documents = args.document.iter().map(|path| document(path));
    images.chain(documents).collect()
}

fn image(path: &Path) -> Result<ContentBlock, Failure> {
    let bytes = read_bytes(path)?;
    let media_type_of_name = match extension(path).as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        _ => "image/png",
    };
    // The service rejects an image whose format and bytes disagree (L51), so the bytes take precedence.
    let media_type = sniff_media_type(&bytes).unwrap_or(media_type_of_name);
    Ok(ImageContent::from_bytes(media_type, Blob::from_bytes(bytes)).into())
}

fn document(path: &Path) -> Result<ContentBlock, Failure> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    // The encoder derives the format from the extension of the name.
    Ok(DocumentContent::from_bytes(name, "application/octet-stream", Blob::from_bytes(read_bytes(path)?))
        .into())
}

fn read_bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path)
        .map_err(|error| Failure::input(format!("`{}` cannot be read: {error}", path.display())))
}

fn extension(path: &Path) -> String {
    path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}

/// Reads the tools of the command line, and adds the demo tool if it is offered.
pub(super) fn tools(args: &ChatArgs) -> Result<Vec<ToolSpec>, Failure> {
    let mut tools = args.tool.iter().map(|path| read_tool(path)).collect::<Result<Vec<_>, _>>()?;
    if args.demo_tool || args.emulator {
        tools.push(get_weather());
    }
    Ok(tools)
}

/// Reads a tool from a file: OpenAI's form, or just `name`, `description` and `parameters`.
fn read_tool(path: &Path) -> Result<ToolSpec, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::input(format!("the tool `{}` cannot be read: {error}", path.display())))?;
    let invalid =
        |reason: &str| Failure::input(format!("the tool `{}` is invalid: {reason}", path.display()));
    let members: JsonObject = outcrop::core::from_str(&text).map_err(|error| invalid(&error.to_string()))?;
    let tool = if members.contains("function") {
        RawJson::from(members)
    } else {
        RawJson::from(
            [("type", RawJson::from("function")), ("function", RawJson::from(members))]
                .into_iter()
                .collect::<JsonObject>(),
        )
    };
    // Parsed as the parameter of a request, so that a tool has the same forms and errors everywhere.
    let params = format!("{{\"tools\": [{}]}}", tool.as_str());
    let request = ModelRequest::from_json(&params).map_err(|error| invalid(error.message()))?;
    request.tools.into_iter().next().ok_or_else(|| invalid("it is not a function"))
}

/// Builds the demo tool.
fn get_weather() -> ToolSpec {
    let schema = serde_json::json!({
        "type": "object",
        "properties": {"city": {"type": "string", "description": "The city, such as Lisbon"}},
        "required": ["city"],
    });
    ToolSpec::function(GET_WEATHER, RawJson::from(schema)).with_description("The weather in a city, now.")
}

/// Runs a tool call; returns `None` for any tool but the demo tool.
pub(super) fn run_tool(call: &ToolCallContent) -> Option<String> {
    if call.name != GET_WEATHER {
        return None;
    }
    // A wrong input must not end the demo, so it has a result, too.
    let input: Option<JsonObject> =
        RawJson::parse(call.arguments.as_str()).ok().and_then(|input| input.as_object());
    let city = input.and_then(|input| input.get("city")?.as_string().map(|city| city.into_owned()));
    Some(format!("21 °C and sunny in {}", city.unwrap_or_else(|| "an unknown city".to_owned())))
}
