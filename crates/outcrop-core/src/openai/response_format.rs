//! `response_format`, in the spellings of OpenAI's APIs and of other servers.

use serde_json::value::RawValue;

use super::fields::{Fields, Reader};
use super::path::Path;
use super::raw::{Members, string, to_raw_json};
use crate::error::ModelError;
use crate::json::{JsonObject, RawJson};
use crate::note::Note;
use crate::request::{JsonSchemaFormat, ResponseFormat};

/// The types that a JSON Schema may have. Any other type is that of a format.
const SCHEMA_TYPES: &[&str] = &["array", "boolean", "integer", "null", "number", "object", "string"];

/// Parses `response_format`: a format of OpenAI's or of another server, or a JSON Schema itself, which AG2 accepts.
///
/// # Errors
/// `InvalidResponseFormat`: the format is of an unknown type, or has no schema where it needs one.
pub(super) fn parse_response_format(
    params: &Members<'_>,
    notes: &mut Vec<Note>,
) -> Result<Option<ResponseFormat>, ModelError> {
    let Some(value) = params.get_non_null("response_format") else { return Ok(None) };
    let path = Path::parameter("response_format");
    if let Some(name) = string(value)? {
        return match name.as_str() {
            "text" => Ok(Some(ResponseFormat::Text)),
            "json_object" | "json" => Ok(Some(ResponseFormat::JsonObject)),
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
        return Ok(Some(ResponseFormat::schema(to_raw_json(value)?)));
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
            Some(schema) if schema.get().starts_with('{') => schema_format(schema, &mut fields)?,
            Some(_) => return Err(path.error("InvalidResponseFormat", "the schema is not an object")),
            None => ResponseFormat::JsonObject,
        },
        "json_schema" | "" => parse_json_schema(&mut fields, &path, &mut reader)?,
        _ => {
            return Err(path
                .error("InvalidResponseFormat", "the type of the response format is unknown")
                .with_hint("it is one of `text`, `json_object` and `json_schema`"));
        }
    };
    reader.note_unread(fields, &path);
    Ok(Some(format))
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
            Some(schema) if schema.get().starts_with('{') => schema_format(schema, fields),
            _ => Err(path.error("InvalidResponseFormat", "the response format has no schema")),
        };
    };
    let Some(mut format) = Fields::parse(inner, path).ok().flatten() else {
        let message = "`json_schema` does not have the form of OpenAI's API";
        return Err(path.error("InvalidResponseFormat", message));
    };
    let parsed = match format.take("schema") {
        Some(schema) => schema_format(schema, &mut format)?,
        // The schema itself in the place of the object that has it.
        None if is_schema(&format) => return Ok(ResponseFormat::schema(to_raw_json(inner)?)),
        // OpenAI requires the schema. An empty one, which accepts any JSON, is the closest to what is missing.
        None => with_options(RawJson::from(JsonObject::new()), &mut format)?,
    };
    reader.note_unread(format, &path.name(name));
    Ok(parsed)
}

fn is_schema(fields: &Fields<'_>) -> bool {
    ["properties", "$defs", "anyOf", "$ref"].iter().any(|name| fields.has(name))
        || SCHEMA_TYPES.contains(&fields.kind().as_ref())
}

fn schema_format(schema: &RawValue, fields: &mut Fields<'_>) -> Result<ResponseFormat, ModelError> {
    with_options(to_raw_json(schema)?, fields)
}

/// Reads the name, the description and `strict`.
///
/// # Errors
/// One of them is of another type.
fn with_options(schema: RawJson, fields: &mut Fields<'_>) -> Result<ResponseFormat, ModelError> {
    let mut format = JsonSchemaFormat::new(schema);
    format.name = fields.take_string("name")?;
    format.description = fields.take_string("description")?;
    format.strict = fields.take_bool("strict");
    if ["name", "description", "strict"].iter().any(|name| fields.has(name)) {
        let message = "`json_schema` does not have the form of OpenAI's API";
        return Err(Path::parameter("response_format").error("InvalidResponseFormat", message));
    }
    Ok(ResponseFormat::JsonSchema(format))
}
