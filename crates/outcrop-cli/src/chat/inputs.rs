//! The images, documents and tools that accompany a prompt.

use std::path::Path;

use outcrop::core::{
    Blob, DocumentContent, ImageContent, JsonObject, RawJson, ToolCallContent, sniff_media_type,
};
use outcrop::{ContentBlock, ModelRequest, ToolSpec};

use crate::args::ChatArgs;
use crate::failure::Failure;
use crate::files::{self, MAX_DOCUMENT_BYTES, MAX_IMAGE_BYTES, MAX_TOOL_BYTES};

/// The name of the demo tool.
pub(super) const GET_WEATHER: &str = "get_weather";

/// Reads the images and documents of the command line.
pub(super) fn attachments(args: &ChatArgs) -> Result<Vec<ContentBlock>, Failure> {
    let images = args.image.iter().map(|path| image(path));
    let documents = args.document.iter().map(|path| document(path));
    images.chain(documents).collect()
}

/// The types of images that Converse has: <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ImageBlock.html>.
const IMAGE_TYPES: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/// Reads an image. Its bytes decide its type, because the service rejects an image whose format and bytes disagree (L51).
fn image(path: &Path) -> Result<ContentBlock, Failure> {
    let bytes = files::read("image", path, MAX_IMAGE_BYTES)?;
    let media_type =
        sniff_media_type(&bytes).filter(|found| IMAGE_TYPES.contains(found)).ok_or_else(|| {
            let message = format!("the image `{}` is not a png, jpeg, gif or webp file", path.display());
            Failure::input_with_hint(message, "convert it to one of them; --document sends other files")
        })?;
    Ok(ImageContent::from_bytes(media_type, Blob::from_bytes(bytes)).into())
}

fn document(path: &Path) -> Result<ContentBlock, Failure> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let bytes = files::read("document", path, MAX_DOCUMENT_BYTES)?;
    // The encoder derives the format from the extension of the name.
    Ok(DocumentContent::from_bytes(name, "application/octet-stream", Blob::from_bytes(bytes)).into())
}

/// Reads the tools of the command line, and adds the demo tool if it is offered.
pub(super) fn tools(args: &ChatArgs) -> Result<Vec<ToolSpec>, Failure> {
    let mut tools = args.tool.iter().map(|path| read_tool(path)).collect::<Result<Vec<_>, _>>()?;
    if has_demo_tool(args) {
        tools.push(get_weather());
    }
    Ok(tools)
}

/// Returns whether the demo tool is offered.
pub(super) fn has_demo_tool(args: &ChatArgs) -> bool {
    args.demo_tool || args.connection.emulator
}

/// Reads a tool from a file: OpenAI's form, or just `name`, `description` and `parameters`.
fn read_tool(path: &Path) -> Result<ToolSpec, Failure> {
    let text = files::read_text("tool", path, MAX_TOOL_BYTES)?;
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

/// The outcome of a tool call.
pub(super) enum CallOutcome {
    /// The result of the demo tool.
    Result(String),
    /// The tool was offered, but this command cannot run it.
    NotRunnable,
    /// The call must not be run: it is incomplete, or the tool was not offered.
    Rejected(&'static str),
}

/// Runs a tool call of a response, if the tool is the demo tool and was offered.
///
/// A call that was cut off has an input that the model did not mean, and a tool that was not offered is one that the user
/// did not allow.
pub(super) fn run_tool(
    call: &ToolCallContent,
    offered: &[ToolSpec],
    has_demo_tool: bool,
    is_cut_off: bool,
) -> CallOutcome {
    let input: Option<JsonObject> =
        RawJson::parse(call.arguments.as_str()).ok().and_then(|input| input.as_object());
    let Some(input) = input.filter(|_| !call.is_incomplete() && !is_cut_off) else {
        return CallOutcome::Rejected("the call is incomplete");
    };
    if !offered.iter().any(|tool| tool.name == call.name) {
        return CallOutcome::Rejected("the tool was not offered");
    }
    // A tool of the user may have the same name, and made-up weather is not its result.
    if call.name != GET_WEATHER || !has_demo_tool {
        return CallOutcome::NotRunnable;
    }
    // A missing city must not end the demo.
    let city = input.get("city").and_then(|city| city.as_string().map(|city| city.into_owned()));
    CallOutcome::Result(format!(
        "21 °C and sunny in {}",
        city.unwrap_or_else(|| "an unknown city".to_owned())
    ))
}
