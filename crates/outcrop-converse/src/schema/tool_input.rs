//! The schemas of tool inputs.

use std::borrow::Cow;

use outcrop_core::{JsonObject, OrderedMap, RawJson};

use super::{SchemaError, inline_references};
use crate::json_tree::JsonTree;

/// The keywords at the top of a tool's schema that are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeywordScope {
    /// All keywords.
    All,
    /// The keywords that AG2 sends.
    Ag2,
}

/// The keywords at the top of a tool's schema that AG2 sends.
///
/// AG2 drops all others, `additionalProperties` among them, and its dialect sends the same request.
const AG2_KEYWORDS: &[&str] = &["type", "properties", "required", "$defs", "definitions"];

/// The schema of a tool input, as it is sent.
pub(crate) struct ToolInput {
    pub(crate) schema: RawJson,
    /// The keywords that were dropped.
    pub(crate) dropped: Vec<String>,
    /// Whether types other than `object` were removed.
    pub(crate) is_narrowed: bool,
}

/// Returns the schema of a tool input in the form that the service requires: an object, with `type` and `properties`.
///
/// Order, spelling of numbers and all keywords of the properties stay unchanged. Local references are replaced, because
/// models behind Converse differ in whether they follow them. In AG2's dialect, only the keywords at the top that AG2 sends
/// stay. If there are several types at the top, `object` stays, because the input of a tool is always an object.
///
/// # Errors
/// The schema is not that of an object, the schema of a property is neither an object nor a boolean, or a reference refers to
/// nothing.
pub(crate) fn tool_input_schema(
    parameters: Option<&RawJson>,
    scope: KeywordScope,
) -> Result<ToolInput, SchemaError> {
    let Some(parameters) = parameters else {
        // `inputSchema.json` is required, also for a tool without parameters (L39).
        return Ok(ToolInput { schema: empty_object_schema(), dropped: Vec::new(), is_narrowed: false });
    };
    let parameters = inline_json(parameters)?;
    let Ok(members) = parameters.deserialize::<JsonObject>() else {
        return Err(SchemaError::new("", "the schema is not a JSON object"));
    };
    check_is_object(&members)?;
    check_properties(&members)?;
    let dropped: Vec<String> = match scope {
        KeywordScope::Ag2 => {
            members.keys().filter(|name| !AG2_KEYWORDS.contains(name)).map(str::to_owned).collect()
        }
        KeywordScope::All => Vec::new(),
    };
    // One tool with another type makes the service reject the whole request: https://github.com/block/goose/issues/2150
    // (M22).
    let is_typed = members.get("type").is_some_and(|kind| !kind.is_null());
    let is_narrowed = members.get("type").is_some_and(allows_objects);
    if dropped.is_empty() && is_typed && !is_narrowed && members.contains("properties") {
        return Ok(ToolInput { schema: parameters.into_owned(), dropped, is_narrowed });
    }
    let mut kept: JsonObject = members.into_iter().filter(|(name, _)| !dropped.contains(name)).collect();
    if !is_typed {
        kept.remove("type");
        kept = [("type".to_owned(), RawJson::from("object"))].into_iter().chain(kept).collect();
    }
    if is_narrowed {
        kept.insert("type", RawJson::from("object"));
    }
    if !kept.contains("properties") {
        kept.insert("properties", RawJson::from(JsonObject::new()));
    }
    Ok(ToolInput { schema: RawJson::from(kept), dropped, is_narrowed })
}

/// Replaces the references in a schema. A schema without references is not parsed.
fn inline_json(schema: &RawJson) -> Result<Cow<'_, RawJson>, SchemaError> {
    if !schema.as_str().contains("\"$ref\"") {
        return Ok(Cow::Borrowed(schema));
    }
    match JsonTree::parse(schema) {
        Some(tree) => inline_references(&tree).map(|inlined| Cow::Owned(inlined.to_json())),
        // Too deep or with duplicate members: the service decides.
        None => Ok(Cow::Borrowed(schema)),
    }
}

fn check_is_object(members: &JsonObject) -> Result<(), SchemaError> {
    match members.get("type") {
        None => Ok(()),
        Some(kind) if kind.is_null() || kind.as_string().as_deref() == Some("object") => Ok(()),
        Some(kinds) if allows_objects(kinds) => Ok(()),
        Some(_) => {
            Err(SchemaError::new("type", "the type must be `object`: the input of a tool is an object"))
        }
    }
}

/// Returns whether `object` is one of several types.
fn allows_objects(kinds: &RawJson) -> bool {
    let is_object = |kind: &RawJson| kind.as_string().as_deref() == Some("object");
    kinds.as_array().is_some_and(|kinds| kinds.iter().any(is_object))
}

fn check_properties(members: &JsonObject) -> Result<(), SchemaError> {
    let Some(properties) = members.get("properties") else { return Ok(()) };
    let Some(properties) = properties.as_object() else {
        return Err(SchemaError::new("properties", "the properties are not an object"));
    };
    let is_schema =
        |value: &RawJson| value.is_object() || value.as_str() == "true" || value.as_str() == "false";
    match properties.iter().find(|(_, schema)| !is_schema(schema)) {
        Some((name, _)) => {
            Err(SchemaError::new(format!("properties.{name}"), "a property's schema must be an object"))
        }
        None => Ok(()),
    }
}

fn empty_object_schema() -> RawJson {
    let empty = JsonTree::Object(OrderedMap::new());
    JsonTree::Object([("type", JsonTree::string("object")), ("properties", empty)].into_iter().collect())
        .to_json()
}
