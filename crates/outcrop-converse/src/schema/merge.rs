//! Merges two schemas into one that accepts what both accept.

use outcrop_core::OrderedMap;

use crate::json_tree::JsonTree;

/// Keywords without effect on validation. If two differ, that of the first schema stays, which is the outer one.
const ANNOTATIONS: &[&str] = &[
    "$comment",
    "$id",
    "$schema",
    "default",
    "deprecated",
    "example",
    "examples",
    "readOnly",
    "title",
    "writeOnly",
];

/// Groups of keywords that depend on each other, so that those of two schemas cannot be mixed.
const DEPENDENT: &[&[&str]] = &[
    &["if", "then", "else"],
    &["contains", "minContains", "maxContains"],
    &["prefixItems", "items", "additionalItems"],
];

/// Merges two schemas. Returns `None` if one schema cannot express both.
pub(crate) fn merge(one: &JsonTree, other: &JsonTree) -> Option<JsonTree> {
    match (one, other) {
        (JsonTree::Object(one), JsonTree::Object(other)) => {
            let mut merged = one.clone();
            merge_into(&mut merged, other)?;
            Some(JsonTree::Object(merged))
        }
        _ if one.json_equal(other) => Some(one.clone()),
        _ => match (flag(one)?, flag(other)?) {
            (Flag::Nothing, _) | (_, Flag::Anything) => Some(one.clone()),
            (_, Flag::Nothing) | (Flag::Anything, _) => Some(other.clone()),
            (Flag::Schema, Flag::Schema) => None,
        },
    }
}

/// Merges two schemas, with `allOf` if one schema cannot express both.
pub(crate) fn merge_or_all(one: &JsonTree, other: &JsonTree) -> JsonTree {
    let all = || JsonTree::List(vec![one.clone(), other.clone()]);
    merge(one, other).unwrap_or_else(|| JsonTree::Object([("allOf", all())].into_iter().collect()))
}

/// Merges the keywords of another schema into one. Returns `None`, and changes nothing, if one schema cannot express both.
///
/// If one of them is closed by `additionalProperties`, the result is closed to members that neither names. Taken literally,
/// only members that both name would be valid, but that is never the intention of an author who combines objects.
pub(crate) fn merge_into(one: &mut OrderedMap<JsonTree>, other: &OrderedMap<JsonTree>) -> Option<()> {
    if is_constrained_reference(one, other)
        || is_constrained_reference(other, one)
        || constrains_members_of(one, other)
        || constrains_members_of(other, one)
        || DEPENDENT.iter().any(|group| is_mixed(group, one, other))
    {
        return None;
    }
    let (mut merged, mut extensions) = (Vec::new(), Vec::new());
    for (name, second) in other.iter() {
        match one.get(name) {
            None => merged.push((name, second.clone())),
            Some(first) if first.json_equal(second) => {}
            Some(first) if is_extensible(name, first, second) => extensions.push((name, second)),
            Some(first) => merged.push((name, merge_keyword(name, first, second)?)),
        }
    }
    // In place: a copy for each part would make the cost of many parts grow with the square of their number (R-M9).
    for (name, second) in extensions {
        if let Some(first) = one.get_mut(name) {
            extend(first, second);
        }
    }
    for (name, value) in merged {
        one.insert(name, value);
    }
    Some(())
}

/// Returns whether the values of a keyword are merged by adding those of the second schema to those of the first.
fn is_extensible(keyword: &str, first: &JsonTree, second: &JsonTree) -> bool {
    matches!(
        (keyword, first, second),
        ("properties", JsonTree::Object(_), JsonTree::Object(_))
            | ("required" | "allOf", JsonTree::List(_), JsonTree::List(_))
    )
}

/// Adds the members or parts of a second value to the first.
fn extend(first: &mut JsonTree, second: &JsonTree) {
    match (first, second) {
        (JsonTree::Object(properties), JsonTree::Object(others)) => {
            for (name, schema) in others.iter() {
                let merged =
                    properties.get(name).map_or_else(|| schema.clone(), |one| merge_or_all(one, schema));
                properties.insert(name, merged);
            }
        }
        (JsonTree::List(all), JsonTree::List(others)) => {
            for part in others {
                if !all.contains(part) {
                    all.push(part.clone());
                }
            }
        }
        _ => {}
    }
}

/// A schema, distinguished from the two boolean schemas.
enum Flag {
    /// `true`, which accepts any value.
    Anything,
    /// `false`, which accepts no value.
    Nothing,
    Schema,
}

fn flag(schema: &JsonTree) -> Option<Flag> {
    match schema {
        JsonTree::Object(_) => Some(Flag::Schema),
        JsonTree::Scalar(flag) if flag.as_str() == "true" => Some(Flag::Anything),
        JsonTree::Scalar(flag) if flag.as_str() == "false" => Some(Flag::Nothing),
        _ => None,
    }
}

/// Returns whether one schema is a reference and the other has constraints.
fn is_constrained_reference(one: &OrderedMap<JsonTree>, other: &OrderedMap<JsonTree>) -> bool {
    // Up to draft 7, keywords next to `$ref` are ignored, and many implementations still do that:
    // https://json-schema.org/understanding-json-schema/structuring.
    let is_constraint = |name: &str| name != "description" && !ANNOTATIONS.contains(&name);
    one.contains("$ref")
        && other.iter().any(|(name, part)| is_constraint(name) && one.get(name) != Some(part))
}

/// Returns whether one schema constrains all members that it does not name, and the other names some of them.
fn constrains_members_of(one: &OrderedMap<JsonTree>, other: &OrderedMap<JsonTree>) -> bool {
    if one.get("additionalProperties").is_none_or(|schema| schema.as_object().is_none()) {
        return false;
    }
    let named = one.get("properties").and_then(JsonTree::as_object);
    let others = other.get("properties").and_then(JsonTree::as_object);
    others.is_some_and(|others| others.keys().any(|name| !named.is_some_and(|named| named.contains(name))))
}

/// Returns whether both schemas have keywords of a group, and not the same.
fn is_mixed(group: &[&str], one: &OrderedMap<JsonTree>, other: &OrderedMap<JsonTree>) -> bool {
    // Two schemas of `items` alone can be merged.
    let count = |schema: &OrderedMap<JsonTree>| group.iter().filter(|name| schema.contains(name)).count();
    let is_items_alone = |schema: &OrderedMap<JsonTree>| schema.contains("items") && count(schema) == 1;
    let has_both = count(one) > 0 && count(other) > 0;
    has_both
        && !(is_items_alone(one) && is_items_alone(other))
        && group.iter().any(|name| one.get(name) != other.get(name))
}

/// Merges the values of one keyword in two schemas.
fn merge_keyword(keyword: &str, first: &JsonTree, second: &JsonTree) -> Option<JsonTree> {
    match keyword {
        "enum" => {
            let shared = |part: &&JsonTree| {
                second.as_list().unwrap_or_default().iter().any(|one| one.json_equal(part))
            };
            let shared: Vec<_> = first.as_list()?.iter().filter(shared).cloned().collect();
            // An empty `enum` is invalid, and no value matches both schemas.
            if shared.is_empty() { None } else { Some(JsonTree::List(shared)) }
        }
        "type" => merge_types(first, second),
        "description" => Some(join_texts(first, second)),
        "items" | "additionalProperties" | "propertyNames" => merge(first, second),
        "minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties" => {
            Some(if first.as_number()? < second.as_number()? { second } else { first }.clone())
        }
        "maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties" => {
            Some(if first.as_number()? > second.as_number()? { second } else { first }.clone())
        }
        name if ANNOTATIONS.contains(&name) => Some(first.clone()),
        _ => None,
    }
}

/// Returns the types that both schemas allow.
fn merge_types(first: &JsonTree, second: &JsonTree) -> Option<JsonTree> {
    let types = |schema: &JsonTree| -> Option<Vec<String>> {
        match schema {
            JsonTree::List(types) => types.iter().map(JsonTree::as_text).collect(),
            one => one.as_text().map(|one| vec![one]),
        }
    };
    let (first, second) = (types(first)?, types(second)?);
    // An integer is a number as well.
    let allows = |types: &[String], kind: &str| {
        types.iter().any(|one| one == kind || (kind == "integer" && one == "number"))
    };
    let mut shared: Vec<String> = first.iter().filter(|kind| allows(&second, kind)).cloned().collect();
    for kind in &second {
        if allows(&first, kind) && !shared.contains(kind) {
            shared.push(kind.clone());
        }
    }
    match shared.as_slice() {
        [] => None,
        [one] => Some(JsonTree::string(one)),
        several => Some(JsonTree::List(several.iter().map(|kind| JsonTree::string(kind)).collect())),
    }
}

fn join_texts(first: &JsonTree, second: &JsonTree) -> JsonTree {
    let text = |tree: &JsonTree| tree.as_text().filter(|text| !text.trim().is_empty());
    match (text(first), text(second)) {
        (Some(first), Some(second)) => JsonTree::string(&format!("{first} ({second})")),
        (None, Some(_)) => second.clone(),
        _ => first.clone(),
    }
}
