//! Parsing `tools` and `tool_choice`.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::part;
use super::raw::{Members, string, to_raw_json};
use crate::error::ModelError;
use crate::json::JsonObject;
use crate::note::{Note, NoteAction};
use crate::request::{ToolChoice, ToolSpec};

/// Parses `tools`. A tool that is not a function is dropped with a note, because it exists only at its own provider.
pub(super) fn parse_tools(
    value: Option<&RawValue>,
    notes: &mut Vec<Note>,
) -> Result<Vec<ToolSpec>, ModelError> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let invalid = |index: usize, reason: &'static str| {
        ModelError::invalid_request("InvalidTool", format!("tools[{index}]"), reason)
    };
    let list: Vec<&RawValue> = serde_json::from_str(value.get())
        .map_err(|_| ModelError::invalid_request("InvalidTool", "tools", "the tools are not a list"))?;
    let mut tools = Vec::with_capacity(list.len());
    for (index, text) in list.into_iter().enumerate() {
        let members: Members<'_> = serde_json::from_str(text.get())
            .map_err(|_| invalid(index, "the tool is not an object, or it has a duplicate member"))?;
        match members.get_non_null("type").and_then(string).as_deref() {
            Some("function") => tools.push(parse_function(&members, index)?),
            Some(_) => notes.push(Note::new(
                "tools.type",
                NoteAction::Dropped,
                format!("tools[{index}]"),
                "dropped the tool: its type is not `function`",
            )),
            // Unlike an unknown type, a missing one is a mistake in the request. Dropping the tool would hide it.
            None => return Err(invalid(index, "the tool has no `type`")),
        }
    }
    Ok(tools)
}

/// Parses a tool of type `function`.
fn parse_function(tool: &Members<'_>, index: usize) -> Result<ToolSpec, ModelError> {
    let invalid = |reason: &'static str| {
        ModelError::invalid_request("InvalidTool", format!("tools[{index}].function"), reason)
    };
    let function: Members<'_> = match tool.get_non_null("function") {
        Some(value) => serde_json::from_str(value.get())
            .map_err(|_| invalid("the function is not an object, or it has a duplicate member"))?,
        None => return Err(invalid("the tool has no `function`")),
    };
    let name = function.get_non_null("name").and_then(string).filter(|name| !name.is_empty());
    let Some(name) = name else { return Err(invalid("the function has no name")) };
    let parameters = function.get_non_null("parameters").map(to_raw_json);
    if parameters.as_ref().is_some_and(|schema| !schema.is_object()) {
        return Err(invalid("the `parameters` are not a JSON Schema object"));
    }
    // Some clients put `strict` and `cache_control` next to `function` instead of into it.
    let strict = function
        .get_non_null("strict")
        .or_else(|| tool.get_non_null("strict"))
        .and_then(|v| serde_json::from_str(v.get()).ok());
    let cache_point = tool
        .get_non_null("cache_control")
        .or_else(|| function.get_non_null("cache_control"))
        .map(part::cache_point);
    let other: JsonObject = tool
        .iter()
        .filter(|(name, _)| !matches!(*name, "type" | "function" | "strict" | "cache_control"))
        .map(|(n, v)| (n, to_raw_json(v)))
        .collect();
    Ok(ToolSpec {
        // Services reject an empty description, see https://github.com/vercel/ai/commit/2a2e17d (L38).
        description: function
            .get_non_null("description")
            .and_then(string)
            .filter(|text| !text.trim().is_empty()),
        parameters,
        strict,
        cache_point,
        other,
        ..ToolSpec::without_input(name)
    })
}

/// Parses `tool_choice`: the forms of OpenAI's chat-completion and Responses APIs, of Anthropic's API and of Converse.
pub(super) fn parse_choice(value: &RawValue) -> Result<ToolChoice, ModelError> {
    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Choice {
        r#type: Option<String>,
        name: Option<String>,
        function: Option<Function>,
        // Converse's unions have empty objects as values, so only the presence of the member matters.
        auto: Option<serde::de::IgnoredAny>,
        any: Option<serde::de::IgnoredAny>,
        tool: Option<Function>,
    }

    #[derive(Deserialize)]
    struct Function {
        name: String,
    }

    let by_name = |name: &str| match name {
        "auto" => Some(ToolChoice::Auto),
        "required" | "any" => Some(ToolChoice::Required),
        "none" => Some(ToolChoice::None),
        _ => None,
    };
    let choice = match string(value) {
        Some(name) => by_name(&name),
        None => match serde_json::from_str(value.get()).unwrap_or_default() {
            Choice { function: Some(function), .. } | Choice { tool: Some(function), .. } => {
                Some(ToolChoice::Tool(function.name))
            }
            Choice { r#type: Some(kind), name: Some(name), .. } if kind == "tool" || kind == "function" => {
                Some(ToolChoice::Tool(name))
            }
            Choice { r#type: Some(kind), .. } => by_name(&kind),
            Choice { auto: Some(_), .. } => Some(ToolChoice::Auto),
            Choice { any: Some(_), .. } => Some(ToolChoice::Required),
            Choice { .. } => None,
        },
    };
    choice.ok_or_else(|| {
        ModelError::invalid_request(
            "InvalidToolChoice",
            "tool_choice",
            "the tool choice is not one of `\"auto\"`, `\"required\"`, `\"none\"` and \
             `{\"type\": \"function\", \"function\": {\"name\": …}}`",
        )
    })
}
