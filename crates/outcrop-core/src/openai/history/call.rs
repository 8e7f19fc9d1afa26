//! Tool calls in the spellings of all APIs and frameworks.
//!
//! A call is an id, a name and arguments everywhere; only the names of the members differ. OpenAI's spelling is parsed
//! directly, all others member by member.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::content::{CachePointContent, ToolCallContent};
use crate::error::ModelError;
use crate::json::{JsonObject, RawJson, has_lone_surrogate, replace_lone_surrogates};
use crate::note::{Note, NoteAction};
use crate::openai::cache_control::take_cache_point;
use crate::openai::fields::{Fields, Reader};
use crate::openai::path::Path;
use crate::openai::raw::string;

/// The names of the id. That of the call comes first: items of OpenAI's Responses API have an id of their own as well.
pub(super) const CALL_ID: &[&str] =
    &["call_id", "tool_call_id", "toolCallId", "toolUseId", "tool_use_id", "tool_id", "id"];
const NAME: &[&str] = &["name", "toolName", "tool_name"];
/// The names of the arguments: OpenAI's, LangChain's, Anthropic's and Converse's, LlamaIndex's, Cohere's.
const ARGUMENTS: &[&str] = &["arguments", "args", "input", "tool_kwargs", "parameters"];

/// Parses an item of `tool_calls`, and its cache point, which LiteLLM accepts there:
/// <https://github.com/BerriAI/litellm/pull/13640>.
pub(super) fn parse_call(
    value: &RawValue,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<(ToolCallContent, Option<CachePointContent>), ModelError> {
    if let Some((mut call, is_plain)) = parse_openai_call(value) {
        if !is_plain {
            call.arguments = repair_arguments(call.arguments, path, reader);
        }
        return Ok((call, None));
    }
    let Some(mut fields) = Fields::parse(value, path)? else {
        return Err(path.error("InvalidToolCall", "the tool call is not an object"));
    };
    let call = read_call(&mut fields, path, reader)?;
    let point = take_cache_point(&mut fields, path, reader)?;
    fields.take("type");
    reader.note_unread(fields, path);
    Ok((call, point))
}

/// Parses a call in OpenAI's form without any other member, and returns whether its arguments need no repair.
fn parse_openai_call(value: &RawValue) -> Option<(ToolCallContent, bool)> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Call {
        #[serde(default)]
        id: Option<String>,
        #[serde(default, rename = "type")]
        _kind: IgnoredAny,
        function: Function,
    }

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Function {
        #[serde(default)]
        name: Option<String>,
        #[serde(default)]
        arguments: Option<RawJson>,
    }

    let Call { id, function: Function { name, arguments }, .. } = serde_json::from_str(value.get()).ok()?;
    let arguments = match arguments {
        None => "{}".to_owned(),
        // OpenAI sends the arguments as a string, Ollama and others as an object.
        Some(value) if value.is_string() => value.as_string()?.into_owned(),
        Some(value) if has_lone_surrogate(value.as_str()) => return None,
        Some(value) => value.as_str().to_owned(),
    };
    let is_plain = !arguments.trim_start().starts_with('"') && !arguments.contains('\\');
    Some((ToolCallContent::new(id.unwrap_or_default(), name.unwrap_or_default(), arguments), is_plain))
}

/// Reads the id, the name and the arguments of a call from an object. Its other members stay unread.
pub(super) fn read_call(
    fields: &mut Fields<'_>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<ToolCallContent, ModelError> {
    for inner in ["function", "custom", "functionCall", "function_call", "toolUse", "tool_call"] {
        let Some(value) = fields.take(inner) else { continue };
        let inner_path = path.name(inner);
        let Some(mut function) = Fields::parse(value, &inner_path)? else {
            return Err(inner_path.error("InvalidToolCall", "the value is not an object"));
        };
        let name = take_text(&mut function, NAME, &inner_path)?;
        // The input of OpenAI's custom tools is a text. A function that stands for the tool has it as an argument.
        let arguments = if inner == "custom" {
            custom_input(&mut function, &inner_path)?
        } else {
            take_arguments(&mut function, &inner_path, reader)?
        };
        let id = match take_text(fields, CALL_ID, path)? {
            id if id.is_empty() => take_text(&mut function, CALL_ID, &inner_path)?,
            id => id,
        };
        reader.note_unread(function, &inner_path);
        return Ok(ToolCallContent::new(id, name, arguments));
    }
    let id = take_text(fields, CALL_ID, path)?;
    let name = take_text(fields, NAME, path)?;
    let arguments = take_arguments(fields, path, reader)?;
    Ok(ToolCallContent::new(id, name, arguments))
}

/// Returns the arguments that stand for the input of a custom tool: an object with the text as `input`.
pub(super) fn custom_input(fields: &mut Fields<'_>, path: &Path<'_>) -> Result<String, ModelError> {
    let input = take_text(fields, &["input"], path)?;
    let object: JsonObject = [("input", RawJson::from(input.as_str()))].into_iter().collect();
    Ok(RawJson::from(object).as_str().to_owned())
}

/// Reads a text under one of several names. It is empty if there is none.
fn take_text(fields: &mut Fields<'_>, names: &[&str], path: &Path<'_>) -> Result<String, ModelError> {
    let Some(name) = names.iter().find(|name| fields.has(name)) else { return Ok(String::new()) };
    match fields.take_string(name)? {
        Some(text) => Ok(text),
        None => Err(path.name(name).error("InvalidToolCall", "the value is not a string")),
    }
}

fn take_arguments(
    fields: &mut Fields<'_>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<String, ModelError> {
    let Some(value) = fields.take_first(ARGUMENTS) else { return Ok("{}".to_owned()) };
    let arguments = match string(value)? {
        Some(text) => text,
        None if has_lone_surrogate(value.get()) => return Err(crate::openai::raw::lone_surrogate()),
        None => RawJson::from(value.to_owned()).as_str().to_owned(),
    };
    Ok(repair_arguments(arguments, path, reader))
}

/// Decodes arguments that were encoded twice, and replaces lone surrogates in them, with a note each.
fn repair_arguments(mut arguments: String, path: &Path<'_>, reader: &mut Reader<'_>) -> String {
    // A string that holds an object is that object: https://github.com/JetBrains/koog/pull/2096 and
    // https://github.com/quarkiverse/quarkus-langchain4j/issues/2642.
    if let Some(object) = decode_again(&arguments) {
        arguments = object;
        let message = "decoded the arguments: they were encoded twice";
        reader.note("tool_use.input", NoteAction::Changed, path, message);
    }
    if let Some(replaced) = replace_lone_surrogates(&arguments) {
        arguments = replaced.text;
        reader.notes.push(Note::lone_surrogate(path.to_string()));
    }
    arguments
}

/// Returns the object in a JSON string, however often it is encoded. Returns `None` for any other text.
fn decode_again(arguments: &str) -> Option<String> {
    if !arguments.trim_start().starts_with('"') {
        return None;
    }
    let mut text = arguments.trim().to_owned();
    while text.starts_with('"') {
        let decoded: String = serde_json::from_str(&text).ok()?;
        // Each decoding removes the quotation marks at least, so that this ends.
        decoded.trim().clone_into(&mut text);
    }
    RawJson::parse(text).ok().filter(RawJson::is_object).map(|object| object.as_str().to_owned())
}
