//! The names of the properties of a schema, and other names for them.

use outcrop_core::OrderedMap;

use super::keywords::{Subschemas, subschemas};
use crate::json_tree::JsonTree;

/// Keywords whose schemas describe the same object as the schema that they are in.
///
/// See <https://json-schema.org/draft/2020-12/json-schema-core#section-10.2>.
const SAME_OBJECT: &[&str] = &["allOf", "anyOf", "dependentSchemas", "else", "if", "not", "oneOf", "then"];

/// Returns the names of the properties of an object, in its alternatives and conditions as well.
pub(crate) fn property_names(schema: &JsonTree) -> Vec<&str> {
    let mut names = Vec::new();
    let mut open = vec![schema];
    while let Some(schema) = open.pop() {
        let JsonTree::Object(keywords) = schema else { continue };
        names.extend(
            keywords.get("properties").and_then(JsonTree::as_object).into_iter().flat_map(OrderedMap::keys),
        );
        for keyword in SAME_OBJECT {
            match (subschemas(keyword), keywords.get(keyword)) {
                (Subschemas::List, Some(JsonTree::List(schemas))) => open.extend(schemas),
                (Subschemas::Named, Some(JsonTree::Object(schemas))) => open.extend(schemas.values()),
                (_, value) => open.extend(value),
            }
        }
    }
    names
}

/// Renames properties of an object, wherever its schema names them. Properties of other objects keep their names.
pub(crate) fn rename_properties<'n>(
    schema: &JsonTree,
    rename: &impl Fn(&str) -> Option<&'n str>,
) -> JsonTree {
    let JsonTree::Object(keywords) = schema else { return schema.clone() };
    let name = |name: &str| rename(name).unwrap_or(name).to_owned();
    let text = |value: &JsonTree| match value.as_text() {
        Some(given) => rename(&given).map_or_else(|| value.clone(), JsonTree::string),
        None => value.clone(),
    };
    let list = |value: &JsonTree| match value {
        JsonTree::List(names) => JsonTree::List(names.iter().map(text).collect()),
        value => value.clone(),
    };
    let keys = |value: &JsonTree, change: &dyn Fn(&JsonTree) -> JsonTree| match value {
        JsonTree::Object(members) => JsonTree::Object(
            members.iter().map(|(key, member)| (name(key), change(member))).collect::<OrderedMap<_>>(),
        ),
        value => value.clone(),
    };
    let same = |schema: &JsonTree| rename_properties(schema, rename);
    let renamed = keywords.iter().map(|(keyword, value)| {
        let value = match keyword {
            "properties" => keys(value, &Clone::clone),
            "required" => list(value),
            "dependentRequired" => keys(value, &list),
            "dependentSchemas" => keys(value, &same),
            // The names of the properties are its values.
            "propertyNames" => match value {
                JsonTree::Object(limits) => {
                    let limits = limits.iter().map(|(limit, value)| match limit {
                        "enum" => (limit, list(value)),
                        "const" => (limit, text(value)),
                        _ => (limit, value.clone()),
                    });
                    JsonTree::Object(limits.collect())
                }
                value => value.clone(),
            },
            "default" | "const" => keys(value, &Clone::clone),
            "examples" | "enum" => match value {
                JsonTree::List(objects) => {
                    JsonTree::List(objects.iter().map(|object| keys(object, &Clone::clone)).collect())
                }
                value => value.clone(),
            },
            keyword if SAME_OBJECT.contains(&keyword) => match (subschemas(keyword), value) {
                (Subschemas::List, JsonTree::List(schemas)) => {
                    JsonTree::List(schemas.iter().map(same).collect())
                }
                _ => same(value),
            },
            _ => value.clone(),
        };
        (keyword, value)
    });
    JsonTree::Object(renamed.collect())
}
