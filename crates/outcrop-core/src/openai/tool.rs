//! Tools and the choice among them.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::chat::{Members, keep, string};
use crate::error::ModelError;
use crate::json::JsonObject;
use crate::note::{Note, NoteAction};
use crate::request::{ToolChoice, ToolSpec};

/// Reads the tools; one that is no function is left out with a note, as no provider but its own knows it.
pub(super) fn read_tools(
    value: Option<&RawValue>,
    notes: &mut Vec<Note>,
) -> Result<Vec<ToolSpec>, ModelError> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let invalid = |index: usize, why: &'static str| {
        ModelError::invalid_request("InvalidTool", format!("tools[{index}]"), why)
    };
    let list: Vec<&RawValue> = serde_json::from_str(value.get())
        .map_err(|_| ModelError::invalid_request("InvalidTool", "tools", "the tools are no list"))?;
    let mut tools = Vec::with_capacity(list.len());
    for (index, text) in list.into_iter().enumerate() {
        let members: Members<'_> = serde_json::from_str(text.get())
            .map_err(|_| invalid(index, "the tool is no object, or has a member twice"))?;
        match members.given("type").and_then(string).as_deref() {
            Some("function") => tools.push(function(&members, index)?),
            Some(_) => notes.push(Note::new(
                "tools.type",
                NoteAction::Dropped,
                format!("tools[{index}]"),
                "left out, since its type is not `function`",
            )),
            None => return Err(invalid(index, "the tool has no `type`")),
        }
    }
    Ok(tools)
}

fn function(tool: &Members<'_>, index: usize) -> Result<ToolSpec, ModelError> {
    let invalid = |why: &'static str| {
        ModelError::invalid_request("InvalidTool", format!("tools[{index}].function"), why)
    };
    let function: Members<'_> = match tool.given("function") {
        Some(value) => serde_json::from_str(value.get())
            .map_err(|_| invalid("the function is no object, or has a member twice"))?,
        None => return Err(invalid("the tool has no `function`")),
    };
    let name = function.given("name").and_then(string).filter(|name| !name.is_empty());
    let Some(name) = name else { return Err(invalid("the function has no name")) };
    let parameters = function.given("parameters").map(keep);
    if parameters.as_ref().is_some_and(|schema| !schema.is_object()) {
        return Err(invalid("the `parameters` are no JSON Schema object"));
    }
    let strict = function
        .given("strict")
        .or_else(|| tool.given("strict"))
        .and_then(|v| serde_json::from_str(v.get()).ok());
    let cache_point =
        tool.given("cache_control").or_else(|| function.given("cache_control")).map(super::part::cache_point);
    let other: JsonObject = tool
        .iter()
        .filter(|(name, _)| !matches!(*name, "type" | "function" | "strict" | "cache_control"))
        .map(|(n, v)| (n, keep(v)))
        .collect();
    Ok(ToolSpec {
        description: function.given("description").and_then(string).filter(|text| !text.trim().is_empty()),
        parameters,
        strict,
        cache_point,
        other,
        ..ToolSpec::without_input(name)
    })
}

/// Reads OpenAI's `tool_choice`, and the objects by which Anthropic's API and Converse say the same.
pub(super) fn read_choice(value: &RawValue) -> Result<ToolChoice, ModelError> {
    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Named {
        r#type: Option<String>,
        name: Option<String>,
        function: Option<Function>,
        auto: Option<serde::de::IgnoredAny>,
        any: Option<serde::de::IgnoredAny>,
        tool: Option<Function>,
    }

    #[derive(Deserialize)]
    struct Function {
        name: String,
    }

    let by_word = |word: &str| match word {
        "auto" => Some(ToolChoice::Auto),
        "required" | "any" => Some(ToolChoice::Required),
        "none" => Some(ToolChoice::None),
        _ => None,
    };
    let choice = match string(value) {
        Some(word) => by_word(&word),
        None => match serde_json::from_str(value.get()).unwrap_or_default() {
            Named { function: Some(function), .. } | Named { tool: Some(function), .. } => {
                Some(ToolChoice::Tool(function.name))
            }
            Named { r#type: Some(kind), name: Some(name), .. } if kind == "tool" || kind == "function" => {
                Some(ToolChoice::Tool(name))
            }
            Named { r#type: Some(kind), .. } => by_word(&kind),
            Named { auto: Some(_), .. } => Some(ToolChoice::Auto),
            Named { any: Some(_), .. } => Some(ToolChoice::Required),
            Named { .. } => None,
        },
    };
    choice.ok_or_else(|| {
        ModelError::invalid_request(
            "InvalidToolChoice",
            "tool_choice",
            "not one of \"auto\", \"required\", \"none\" and {\"type\": \"function\", \"function\": {\"name\": …}}",
        )
    })
}
