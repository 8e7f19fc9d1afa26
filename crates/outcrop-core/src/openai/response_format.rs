//! `response_format`, in the spellings of OpenAI's APIs and of other servers.

use serde_json::value::RawValue;

use super::fields::{Fields, Reader};
use super::path::Path;
use super::raw::{Members, string, to_raw_json, wrong_type};
use crate::error::ModelError;
use crate::json::{JsonObject, RawJson};
use crate::note::{Note, NoteAction};
use crate::request::{JsonSchemaFormat, ResponseFormat};

/// The types that a JSON Schema may have. Any other type is that of a format.
const SCHEMA_TYPES: &[&str] = &["array", "boolean", "integer", "null", "number", "object", "string"];

/// The other parameters that set the format: `text.format` of OpenAI's Responses API, `output_format` of Anthropic's betas,
/// `format` of Ollama, `json_schema` of llama.cpp, `guided_json` and `structured_outputs` of vLLM, `response_schema` of
/// Google's SDK.
pub(super) const OTHER_NAMES: [&str; 7] = [
    "text",
    "output_format",
    "format",
    "json_schema",
    "guided_json",
    "structured_outputs",
    "response_schema",
];

/// The parameter of Anthropic's API with the format and other settings, which are Converse's as well:
/// <https://platform.claude.com/docs/en/build-with-claude/structured-outputs>.
pub(super) const OUTPUT_CONFIG: &str = "output_config";

/// Parses `response_format`: a format of OpenAI's or of another server, or a JSON Schema itself, which AG2 accepts. The
/// [other parameters](OTHER_NAMES) are read if it is missing.
///
/// # Errors
/// `InvalidResponseFormat`: the format is of an unknown type, or has no schema where it needs one.
pub(super) fn parse_response_format(
    params: &Members<'_>,
    notes: &mut Vec<Note>,
) -> Result<Option<ResponseFormat>, ModelError> {
    let mut found = match params.get_non_null("response_format") {
        Some(value) => Some(parse_format(value, &Path::parameter("response_format"), notes)?),
        None => None,
    };
    for name in OTHER_NAMES.into_iter().chain([OUTPUT_CONFIG]) {
        let Some(value) = params.get_non_null(name) else { continue };
        let parsed = parse_other(name, value, notes)?;
        match (parsed, &found) {
            (Some(parsed), Some(first)) if *first != parsed => {
                let message =
                    format!("dropped the format in `{name}`: another parameter sets a different one");
                notes.push(Note::new("params.duplicate", NoteAction::Dropped, name, message));
            }
            (Some(parsed), None) => found = Some(parsed),
            _ => {}
        }
    }
    Ok(found)
}

/// Parses one of the other parameters. A value that is not a format is dropped with a note.
fn parse_other(
    name: &'static str,
    value: &RawValue,
    notes: &mut Vec<Note>,
) -> Result<Option<ResponseFormat>, ModelError> {
    let path = Path::parameter(name);
    let member = match name {
        "text" | OUTPUT_CONFIG => "format",
        "structured_outputs" => "json",
        _ => return Ok(parse_value(name, value, &path, notes)),
    };
    let Some(mut fields) = Fields::parse(value, &path).ok().flatten() else {
        // Converse's own setting of this name is read elsewhere.
        if name != OUTPUT_CONFIG {
            notes.push(wrong_type(name, "an object"));
        }
        return Ok(None);
    };
    let format = fields.take(member);
    if name != OUTPUT_CONFIG {
        Reader::new(notes).note_unread(fields, &path);
    }
    Ok(format.and_then(|format| parse_value(name, format, &path.name(member), notes)))
}

fn parse_value(
    name: &'static str,
    value: &RawValue,
    path: &Path<'_>,
    notes: &mut Vec<Note>,
) -> Option<ResponseFormat> {
    let is_schema = matches!(name, "guided_json" | "structured_outputs" | "response_schema");
    let parsed = if is_schema {
        // vLLM accepts the schema as text, too: https://docs.vllm.ai/en/latest/features/structured_outputs.html.
        let inner = string(value).ok().flatten().and_then(|text| RawJson::parse(text).ok());
        inner.or_else(|| to_raw_json(value).ok()).filter(RawJson::is_object).map(ResponseFormat::schema)
    } else {
        parse_format(value, path, notes).ok()
    };
    if parsed.is_none() {
        notes.push(wrong_type(name, "a known response format"));
    }
    parsed
}

/// Parses a format: a name, an object, or a JSON Schema.
fn parse_format(
    value: &RawValue,
    path: &Path<'_>,
    notes: &mut Vec<Note>,
) -> Result<ResponseFormat, ModelError> {
    if let Some(name) = string(value)? {
        return match name.as_str() {
            "text" => Ok(ResponseFormat::Text),
            "json_object" | "json" => Ok(ResponseFormat::JsonObject),
            _ => Err(path.error("InvalidResponseFormat", "the response format is unknown")),
        };
    }
    let members: Members<'_> = serde_json::from_str(value.get()).map_err(|_| {
        let message = "the response format is not an object, or it has a duplicate member";
        path.error("InvalidResponseFormat", message)
    })?;
    let mut fields = Fields::from(members);
    let is_typed = fields.has_string("type");
    let kind = fields.kind();
    // A schema may have a property list of any kind, so that only the members of a format make it one.
    let is_format = ["json_schema", "jsonSchema"].iter().any(|name| fields.has(name));
    if !is_format && (!is_typed || SCHEMA_TYPES.contains(&kind.as_ref())) {
        return Ok(ResponseFormat::schema(to_raw_json(value)?));
    }
    // A type that is not a text stays unread, and has a note.
    if is_typed {
        fields.take("type");
    }
    let mut reader = Reader::new(notes);
    let format = match kind.as_ref() {
        "text" => ResponseFormat::Text,
        // llama.cpp, Fireworks and Together have the schema of `json_object` next to the type; TGI has `json` with `value`.
        "json_object" | "json" => match fields.take_first(&["schema", "json_schema", "value"]) {
            Some(schema) if schema.get().starts_with('{') => schema_format(schema, &mut fields, path)?,
            Some(_) => return Err(path.error("InvalidResponseFormat", "the schema is not an object")),
            None => ResponseFormat::JsonObject,
        },
        "json_schema" | "" => parse_json_schema(&mut fields, path, &mut reader)?,
        _ => {
            return Err(path
                .error("InvalidResponseFormat", "the type of the response format is unknown")
                .with_hint("it is one of `text`, `json_object` and `json_schema`"));
        }
    };
    reader.note_unread(fields, path);
    Ok(format)
}

/// Parses a format with a schema: that of chat completions, or that of the Responses API, which has no inner object.
fn parse_json_schema(
    fields: &mut Fields<'_>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<ResponseFormat, ModelError> {
    let name = if fields.has("json_schema") { "json_schema" } else { "jsonSchema" };
    let Some(inner) = fields.take(name) else {
        return match fields.take_first(&["schema", "value"]) {
            Some(schema) if schema.get().starts_with('{') => schema_format(schema, fields, path),
            _ => Err(path.error("InvalidResponseFormat", "the response format has no schema")),
        };
    };
    let Some(mut format) = Fields::parse(inner, path).ok().flatten() else {
        let message = "`json_schema` does not have the form of OpenAI's API";
        return Err(path.error("InvalidResponseFormat", message));
    };
    let parsed = match format.take("schema") {
        Some(schema) => schema_format(schema, &mut format, path)?,
        // The schema itself in the place of the object that has it.
        None if is_schema(&format) => return Ok(ResponseFormat::schema(to_raw_json(inner)?)),
        // OpenAI requires the schema. An empty one, which accepts any JSON, is the closest to what is missing.
        None => with_options(RawJson::from(JsonObject::new()), &mut format, path)?,
    };
    reader.note_unread(format, &path.name(name));
    Ok(parsed)
}

fn is_schema(fields: &Fields<'_>) -> bool {
    ["properties", "$defs", "anyOf", "$ref"].iter().any(|name| fields.has(name))
        || SCHEMA_TYPES.contains(&fields.kind().as_ref())
}

fn schema_format(
    schema: &RawValue,
    fields: &mut Fields<'_>,
    path: &Path<'_>,
) -> Result<ResponseFormat, ModelError> {
    with_options(to_raw_json(schema)?, fields, path)
}

/// Reads the name, the description and `strict`.
///
/// # Errors
/// One of them is of another type.
fn with_options(
    schema: RawJson,
    fields: &mut Fields<'_>,
    path: &Path<'_>,
) -> Result<ResponseFormat, ModelError> {
    let mut format = JsonSchemaFormat::new(schema);
    format.name = fields.take_string("name")?;
    format.description = fields.take_string("description")?;
    format.strict = fields.take_bool("strict");
    if ["name", "description", "strict"].iter().any(|name| fields.has(name)) {
        let message = "`json_schema` does not have the form of OpenAI's API";
        return Err(path.error("InvalidResponseFormat", message));
    }
    Ok(ResponseFormat::JsonSchema(format))
}
