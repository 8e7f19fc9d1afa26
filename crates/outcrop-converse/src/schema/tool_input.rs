//! The schemas of tool inputs.

use outcrop_core::{JsonObject, NoteAction, OrderedMap, RawJson};

use super::SchemaError;
use super::change::{ChangeKind, SchemaChange};
use super::normalize::{Normalized, normalize};
use super::repair::Keep;
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
    /// The schema, parsed. `None` if it was changed so much that only another parse shows what is sent.
    pub(crate) tree: Option<JsonTree>,
    pub(crate) changes: Vec<SchemaChange>,
}

/// Returns the schema of a tool input in the form that the service requires: an object, with `type` and `properties`, valid
/// in draft 2020-12.
///
/// Order, spelling of numbers and all valid keywords stay unchanged. Local references are replaced, because models behind
/// Converse differ in whether they follow them. In AG2's dialect, only the keywords at the top that AG2 sends stay; what has
/// no effect on the model, or is in `description` as well, is dropped there without a change. If there are several types at
/// the top, `object` stays, because the input of a tool is always an object.
///
/// # Errors
/// The schema is not that of an object.
pub(crate) fn tool_input_schema(
    parameters: Option<&RawJson>,
    scope: KeywordScope,
    description: Option<&str>,
) -> Result<ToolInput, SchemaError> {
    let Some(parameters) = parameters else {
        // `inputSchema.json` is required, also for a tool without parameters (L39).
        return Ok(ToolInput { schema: empty_object_schema(), tree: None, changes: Vec::new() });
    };
    let Some(parsed) = JsonTree::parse_lenient(parameters) else {
        return unparsed_schema(parameters, scope);
    };
    if scope == KeywordScope::Ag2 {
        check_properties(&parsed.tree)?;
    }
    let is_object = match &parsed.tree {
        JsonTree::Object(_) => true,
        // PHP writes an empty object as an empty list.
        JsonTree::List(items) => items.is_empty(),
        JsonTree::Scalar(_) => false,
    };
    if !is_object {
        return Err(SchemaError::new("", "the schema is not a JSON object"));
    }
    let keeps = |keyword: &str, value: &JsonTree| keeps(scope, keyword, value, description);
    let Normalized { schema, mut changes, is_rewritten } = normalize(&parsed, &keeps);
    let JsonTree::Object(mut keywords) = schema else {
        return Err(SchemaError::new("", "the schema is not that of an object"));
    };
    // The top may have come from a definition.
    if parsed.tree.get("$ref").is_some() {
        keywords.retain(|keyword, value| keeps(keyword, value) == Keep::Yes);
    }
    changes.extend(set_object_type(&mut keywords, &parsed.tree)?);
    if !keywords.contains("properties") {
        keywords.insert("properties", JsonTree::Object(OrderedMap::new()));
    }
    if is_rewritten {
        return Ok(ToolInput { schema: JsonTree::Object(keywords).to_json(), tree: None, changes });
    }
    let given = match parsed.tree {
        JsonTree::Object(given) => given,
        JsonTree::List(_) | JsonTree::Scalar(_) => OrderedMap::new(),
    };
    let (schema, tree) = with_given_values(keywords, parameters, given);
    Ok(ToolInput { schema, tree: Some(tree), changes })
}

/// Checks that the schema of each property is an object, as AG2 does. `true` and `false` are schemas as well.
///
/// Neither null nor PHP's empty object is an error: what they mean is certain.
fn check_properties(schema: &JsonTree) -> Result<(), SchemaError> {
    let is_schema = |schema: &JsonTree| match schema {
        JsonTree::Object(_) => true,
        JsonTree::List(items) => items.is_empty(),
        JsonTree::Scalar(_) => matches!(schema.kind(), "boolean" | "null"),
    };
    let mut properties =
        schema.get("properties").and_then(JsonTree::as_object).into_iter().flat_map(OrderedMap::iter);
    match properties.find(|(_, schema)| !is_schema(schema)) {
        Some((name, _)) => {
            Err(SchemaError::new(format!("properties.{name}"), "a property's schema must be an object"))
        }
        None => Ok(()),
    }
}

/// Returns the keywords of a schema with the values that were given, in their spelling, and the same as a tree.
fn with_given_values(
    keywords: OrderedMap<JsonTree>,
    parameters: &RawJson,
    mut given: OrderedMap<JsonTree>,
) -> (RawJson, JsonTree) {
    let is_given = |(keyword, value): (&str, &JsonTree)| match value {
        JsonTree::Scalar(_) => given.get(keyword) == Some(value),
        JsonTree::List(_) | JsonTree::Object(_) => given.contains(keyword),
    };
    if keywords.len() == given.len() && keywords.iter().all(is_given) {
        return (parameters.clone(), JsonTree::Object(given));
    }
    let raw = parameters.as_object().unwrap_or_default();
    let members = keywords.iter().map(|part| {
        let value = raw.get(part.0).filter(|_| is_given(part)).cloned();
        (part.0.to_owned(), value.unwrap_or_else(|| part.1.to_json()))
    });
    let schema = RawJson::from(members.collect::<JsonObject>());
    let tree = keywords.into_iter().map(|(keyword, value)| match value {
        JsonTree::Scalar(_) => (keyword, value),
        value => {
            let own = given.remove(&keyword);
            (keyword, own.unwrap_or(value))
        }
    });
    (schema, JsonTree::Object(tree.collect()))
}

/// Returns whether a keyword at the top is sent.
fn keeps(scope: KeywordScope, keyword: &str, value: &JsonTree, description: Option<&str>) -> Keep {
    if scope == KeywordScope::All || AG2_KEYWORDS.contains(&keyword) || keyword == "$ref" {
        return Keep::Yes;
    }
    let is_lost = match keyword {
        "$schema" | "$id" | "id" | "$comment" | "$anchor" | "title" => false,
        // Libraries that derive schemas from types write the same description twice.
        "description" => {
            let text = value.as_text().unwrap_or_default();
            !text.trim().is_empty() && Some(text.trim()) != description.map(str::trim)
        }
        "additionalProperties" => match value {
            JsonTree::Object(keywords) => !keywords.is_empty(),
            value => *value != JsonTree::Scalar(RawJson::bool(true)),
        },
        _ => true,
    };
    if is_lost { Keep::No } else { Keep::NoEffect }
}

/// Sets the type at the top, which is always `object`.
fn set_object_type(
    keywords: &mut OrderedMap<JsonTree>,
    given: &JsonTree,
) -> Result<Option<SchemaChange>, SchemaError> {
    let object = JsonTree::string("object");
    // One tool with another type makes the service reject the whole request: https://github.com/block/goose/issues/2150
    // (M22).
    let (kind, message) = match keywords.get("type") {
        None => {
            let members = std::mem::take(keywords);
            keywords.insert("type", object);
            keywords.extend(members);
            return Ok(None);
        }
        Some(kind) if *kind == object => return Ok(None),
        Some(JsonTree::List(kinds)) if kinds.contains(&object) => {
            (ChangeKind::Narrowed, "removed the types other than `object`: the input of a tool is an object")
        }
        Some(_) if keywords.get("properties").is_some_and(has_members) => {
            (ChangeKind::Invalid, "changed to `object`: the schema has properties")
        }
        Some(_) => {
            let message = "the type must be `object`: the input of a tool is an object";
            return Err(SchemaError::new(if given.get("type").is_some() { "type" } else { "" }, message));
        }
    };
    keywords.insert("type", object);
    let path = if given.get("type").is_some() { "type" } else { "" };
    Ok(Some(SchemaChange { kind, action: NoteAction::Changed, path: path.to_owned(), message }))
}

fn has_members(value: &JsonTree) -> bool {
    value.as_object().is_some_and(|members| !members.is_empty())
}

/// Returns a schema that is nested too deep to be parsed, with only its top adapted.
fn unparsed_schema(parameters: &RawJson, scope: KeywordScope) -> Result<ToolInput, SchemaError> {
    let Some(members) = parameters.as_object() else {
        return Err(SchemaError::new("", "the schema is not a JSON object"));
    };
    let mut changes = Vec::new();
    let mut kept: JsonObject = OrderedMap::new();
    let mut is_same = true;
    if !members.contains("type") {
        is_same = false;
        kept.insert("type", RawJson::from("object"));
    }
    for (keyword, value) in members.iter() {
        match keeps(scope, keyword, &JsonTree::Scalar(value.clone()), None) {
            Keep::Yes => {
                kept.insert(keyword, value.clone());
                continue;
            }
            Keep::NoEffect => {}
            Keep::No => changes.push(SchemaChange {
                kind: ChangeKind::Dialect,
                action: NoteAction::Dropped,
                path: keyword.to_owned(),
                message: "dropped the keyword: AG2 sends only some keywords next to `properties`",
            }),
        }
        is_same = false;
    }
    if !kept.contains("properties") {
        is_same = false;
        kept.insert("properties", RawJson::from(JsonObject::new()));
    }
    changes.push(SchemaChange {
        kind: ChangeKind::Invalid,
        action: NoteAction::Warned,
        path: String::new(),
        message: "sent without a check: the schema is nested deeper than 100 levels",
    });
    let schema = if is_same { parameters.clone() } else { RawJson::from(kept) };
    Ok(ToolInput { schema, tree: None, changes })
}

fn empty_object_schema() -> RawJson {
    let empty = JsonTree::Object(OrderedMap::new());
    JsonTree::Object([("type", JsonTree::string("object")), ("properties", empty)].into_iter().collect())
        .to_json()
}
