//! Parsing `tools`, in the forms of all APIs, and `functions`, their deprecated form.

use serde_json::value::RawValue;

use super::cache_control::cache_point;
use super::fields::{Fields, Reader};
use super::path::Path;
use super::raw::{Members, to_raw_json};
use crate::error::ModelError;
use crate::json::{JsonObject, RawJson};
use crate::note::{Note, NoteAction};
use crate::request::ToolSpec;

/// The members with the schema: OpenAI's, Anthropic's, MCP's and Converse's, Gemini's.
const SCHEMA: &[&str] = &["parameters", "input_schema", "inputSchema", "parametersJsonSchema"];

/// Parses the tools. A tool that is not a function is dropped with a note, because it exists only at its own provider.
pub(super) fn parse_tools(params: &Members<'_>, notes: &mut Vec<Note>) -> Result<Vec<ToolSpec>, ModelError> {
    let mut reader = Reader::new(notes);
    let path = Path::parameter("tools");
    let mut tools = Vec::new();
    for (index, value) in list(params, "tools")?.into_iter().enumerate() {
        parse_tool(value, &path.index(index), &mut tools, &mut reader)?;
    }
    // The deprecated form, which OpenAI still accepts: https://platform.openai.com/docs/api-reference/chat/create.
    let functions = list(params, "functions")?;
    let path = Path::parameter("functions");
    if !tools.is_empty() && !functions.is_empty() {
        reader.note(
            "tools.functions",
            NoteAction::Dropped,
            &path,
            "dropped `functions`: the request has `tools`",
        );
        return Ok(tools);
    }
    for (index, value) in functions.into_iter().enumerate() {
        let path = path.index(index);
        tools.push(parse_function(parse_object(value, &path)?, Fields::default(), &path, &mut reader)?);
    }
    Ok(tools)
}

fn list<'a>(params: &Members<'a>, name: &'static str) -> Result<Vec<&'a RawValue>, ModelError> {
    let Some(value) = params.get_non_null(name) else { return Ok(Vec::new()) };
    serde_json::from_str(value.get())
        .map_err(|_| ModelError::invalid_request("InvalidTool", name, "the tools are not a list"))
}

fn parse_object<'a>(value: &'a RawValue, path: &Path<'_>) -> Result<Fields<'a>, ModelError> {
    Fields::parse(value, path)
        .ok()
        .flatten()
        .ok_or_else(|| path.error("InvalidTool", "the tool is not an object, or it has a duplicate member"))
}

fn parse_tool(
    value: &RawValue,
    path: &Path<'_>,
    tools: &mut Vec<ToolSpec>,
    reader: &mut Reader<'_>,
) -> Result<(), ModelError> {
    let mut fields = parse_object(value, path)?;
    let kind = fields.kind();
    match kind.as_ref() {
        "function" => {
            fields.take("type");
            // The Responses API has the members of the function next to the type.
            let has_flat_name = !fields.contains("function") && fields.has("name");
            let (function, outer) = match fields.take("function") {
                Some(value) => {
                    let function = Fields::parse(value, path).ok().flatten().ok_or_else(|| {
                        let message = "the function is not an object, or it has a duplicate member";
                        path.name("function").error("InvalidTool", message)
                    })?;
                    (function, fields)
                }
                None if has_flat_name => (fields, Fields::default()),
                None => return Err(path.name("function").error("InvalidTool", "the tool has no `function`")),
            };
            let path = if has_flat_name { *path } else { path.name("function") };
            tools.push(parse_function(function, outer, &path, reader)?);
        }
        // Anthropic's own tools have this type or none.
        "custom" if fields.has("input_schema") => {
            fields.take("type");
            tools.push(parse_function(fields, Fields::default(), path, reader)?);
        }
        "custom" => {
            fields.take("type");
            tools.extend(parse_custom(fields, path, reader)?);
        }
        "" if !fields.contains("type") => parse_untyped(fields, path, tools, reader)?,
        "" => return Err(path.error("InvalidTool", "the tool has no `type`")),
        _ => {
            reader.note(
                "tools.type",
                NoteAction::Dropped,
                path,
                "dropped the tool: its type is not `function`",
            );
        }
    }
    Ok(())
}

/// Parses a tool without a type: one of Anthropic's, MCP's, Converse's or Gemini's.
fn parse_untyped(
    mut fields: Fields<'_>,
    path: &Path<'_>,
    tools: &mut Vec<ToolSpec>,
    reader: &mut Reader<'_>,
) -> Result<(), ModelError> {
    if let Some(spec) = fields.take_object("toolSpec", path)? {
        tools.push(parse_function(spec, fields, &path.name("toolSpec"), reader)?);
        return Ok(());
    }
    for name in ["functionDeclarations", "function_declarations"] {
        let Some(declarations) = fields.take_list(name) else { continue };
        let list = path.name(name);
        for (index, declaration) in declarations.into_iter().enumerate() {
            let path = list.index(index);
            let function = parse_object(declaration, &path)?;
            tools.push(parse_function(function, Fields::default(), &path, reader)?);
        }
        reader.note_unread(fields, path);
        return Ok(());
    }
    if fields.has("name") && (fields.has("input_schema") || fields.has("inputSchema")) {
        tools.push(parse_function(fields, Fields::default(), path, reader)?);
        return Ok(());
    }
    // Unlike an unknown type, a missing one is a mistake in the request. Dropping the tool would hide it.
    Err(path.error("InvalidTool", "the tool has no `type`"))
}

/// Parses a function. `outer` has the members next to it, where some clients put `strict` and `cache_control`.
fn parse_function(
    mut function: Fields<'_>,
    mut outer: Fields<'_>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<ToolSpec, ModelError> {
    let invalid = |reason: &'static str| path.error("InvalidTool", reason);
    let name = function.take_string("name")?.filter(|name| !name.is_empty());
    let Some(name) = name else { return Err(invalid("the function has no name")) };
    let parameters = match function.take_first(SCHEMA).map(to_raw_json).transpose()? {
        Some(schema) => read_schema(schema, path, reader),
        None => None,
    };
    if parameters.as_ref().is_some_and(|schema| !schema.is_object()) {
        return Err(invalid("the `parameters` are not a JSON Schema object"));
    }
    let inner_strict = function.take_bool("strict");
    let strict = inner_strict.or_else(|| outer.take_bool("strict"));
    let control = outer.take("cache_control").or_else(|| function.take("cache_control"));
    let cache_point =
        control.map(|control| cache_point(control, &path.name("cache_control"), reader)).transpose()?;
    // Services reject an empty description, see https://github.com/vercel/ai/commit/2a2e17d (L38).
    let description = function.take_string("description")?.filter(|text| !text.trim().is_empty());
    let mut other = outer.into_object()?;
    for (name, value) in function.into_object()?.into_iter().filter(|(_, value)| !value.is_null()) {
        other.insert(name, value);
    }
    Ok(ToolSpec { description, parameters, strict, cache_point, other, ..ToolSpec::without_input(name) })
}

/// Returns the schema, also if it is JSON in a string, or within Converse's `{"json": …}`. There is none in an empty list,
/// which is how PHP writes an empty object.
fn read_schema(mut schema: RawJson, path: &Path<'_>, reader: &mut Reader<'_>) -> Option<RawJson> {
    let inner = schema
        .as_object()
        .filter(|members| members.len() == 1)
        .and_then(|mut members| members.remove("json"));
    if let Some(inner) = inner {
        schema = inner;
    }
    let mut note = |message: &'static str| {
        reader.note("schema.invalid", NoteAction::Changed, &path.name("parameters"), message);
    };
    if schema.as_array().is_some_and(|items| items.is_empty()) {
        note("replaced by an empty schema: the schema is an empty list");
        return None;
    }
    if let Some(text) = schema.as_string() {
        let inner = RawJson::parse(text.into_owned()).ok().filter(RawJson::is_object);
        if inner.is_some() {
            note("replaced by the schema in the string");
        }
        return Some(inner.unwrap_or(schema));
    }
    Some(schema)
}

/// Parses a custom tool of OpenAI's, whose input is a text, as a function with this text. Calls of a history are read in
/// the same form.
fn parse_custom(
    mut fields: Fields<'_>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<Option<ToolSpec>, ModelError> {
    const INPUT: &str = r#"{"type":"object","properties":{"input":{"type":"string"}},"required":["input"]}"#;
    let mut custom = fields.take_object("custom", path)?.unwrap_or_default();
    let path = if custom.is_empty() { *path } else { path.name("custom") };
    let name = match custom.take_string("name")? {
        Some(name) => Some(name),
        None => fields.take_string("name")?,
    };
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        return Err(path.error("InvalidTool", "the custom tool has no name"));
    };
    let description = match custom.take_string("description")? {
        Some(description) => Some(description),
        None => fields.take_string("description")?,
    };
    let schema = RawJson::parse(INPUT.to_owned())
        .map_err(|error| path.error("InvalidTool", error.message().to_owned()))?;
    let message = "offered the custom tool as a function with the text `input`";
    reader.note("tools.custom", NoteAction::Changed, &path, message);
    reader.note_unread(custom, &path);
    let other: JsonObject = fields.into_object()?;
    let spec = ToolSpec::function(name, schema);
    Ok(Some(ToolSpec { description: description.filter(|text| !text.trim().is_empty()), other, ..spec }))
}
