//! Schemas of tools' inputs.

use std::borrow::Cow;

use outcrop_core::{JsonObject, OrderedMap, RawJson};

use super::{SchemaError, inline_references};
use crate::json_tree::JsonTree;

/// Which keywords at the top of a tool's schema are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeywordScope {
    /// All of them.
    All,
    /// Those that AG2 sends.
    Ag2,
}

/// The keywords at the top of a tool's schema that AG2 sends.
const AG2_KEYWORDS: &[&str] = &["type", "properties", "required", "$defs", "definitions"];

/// The schema of a tool's input as it is sent.
pub(crate) struct ToolInput {
    pub(crate) schema: RawJson,
    /// The names of the keywords that were left out.
    pub(crate) dropped: Vec<String>,
    /// Whether it had other types beside that of an object.
    pub(crate) is_narrowed: bool,
}

/// The schema of a tool's input as the service wants it: an object, with `type` and `properties`.
///
/// What the caller wrote stays as it was written: order, spelling of numbers, every keyword of every property. Local
/// references are put in their places, since models behind Converse differ in whether they follow them. In AG2's
/// dialect the annotations and keywords at the top, besides those that AG2 sends, are left out. Of several types at the
/// top, that of an object stays: the input of a tool is nothing else.
///
/// # Errors
/// The schema is not one of an object, a property's schema is neither an object nor a flag, or a reference leads nowhere.
pub(crate) fn tool_input_schema(
    parameters: Option<&RawJson>,
    scope: KeywordScope,
) -> Result<ToolInput, SchemaError> {
    let Some(parameters) = parameters else {
        return Ok(ToolInput { schema: empty_object_schema(), dropped: Vec::new(), is_narrowed: false });
    };
    let parameters = with_references_inlined(parameters)?;
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

fn with_references_inlined(schema: &RawJson) -> Result<Cow<'_, RawJson>, SchemaError> {
    if !schema.as_str().contains("\"$ref\"") {
        return Ok(Cow::Borrowed(schema));
    }
    match JsonTree::parse(schema) {
        Some(tree) => inline_references(&tree).map(|inlined| Cow::Owned(inlined.to_json())),
        None => Ok(Cow::Borrowed(schema)),
    }
}

fn check_is_object(members: &JsonObject) -> Result<(), SchemaError> {
    match members.get("type") {
        None => Ok(()),
        Some(kind) if kind.is_null() || kind.as_string().as_deref() == Some("object") => Ok(()),
        Some(kinds) if allows_objects(kinds) => Ok(()),
        Some(_) => Err(SchemaError::new(
            "type",
            "the input of a tool is an object, so the schema's type must be `object`",
        )),
    }
}

/// Whether an object is one of several types.
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
    let nothing = JsonTree::Object(OrderedMap::new());
    JsonTree::Object([("type", JsonTree::string("object")), ("properties", nothing)].into_iter().collect())
        .to_json()
}
