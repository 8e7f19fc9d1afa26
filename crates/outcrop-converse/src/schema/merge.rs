//! Two schemas put together into one that says both.

use outcrop_core::OrderedMap;

use crate::json_tree::JsonTree;

/// Keywords that ask for nothing. Where two differ, that of the first schema stays, as the outer one counts for more.
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

/// Keywords that mean something only with each other, so that those of two schemas cannot be mixed.
const TOGETHER: &[&[&str]] = &[
    &["if", "then", "else"],
    &["contains", "minContains", "maxContains"],
    &["prefixItems", "items", "additionalItems"],
];

/// A schema that says what both say; `None` where that takes two.
pub(crate) fn merge(one: &JsonTree, other: &JsonTree) -> Option<JsonTree> {
    match (one, other) {
        (JsonTree::Object(one), JsonTree::Object(other)) => merge_objects(one, other).map(JsonTree::Object),
        _ if one.json_equal(other) => Some(one.clone()),
        _ => match (flag(one)?, flag(other)?) {
            (Flag::Nothing, _) | (_, Flag::Anything) => Some(one.clone()),
            (_, Flag::Nothing) | (Flag::Anything, _) => Some(other.clone()),
            (Flag::Schema, Flag::Schema) => None,
        },
    }
}

/// A schema that says what both say, by `allOf` where there is no other way.
pub(crate) fn merge_or_all(one: &JsonTree, other: &JsonTree) -> JsonTree {
    let all = || JsonTree::List(vec![one.clone(), other.clone()]);
    merge(one, other).unwrap_or_else(|| JsonTree::Object([("allOf", all())].into_iter().collect()))
}

/// The keywords of a schema that says what both say; `None` where that takes two.
///
/// An object that one of the two closes is closed to other members than those that either names: by the letter nothing
/// but the members of both would fit, which nobody means who puts objects together.
pub(crate) fn merge_objects(
    one: &OrderedMap<JsonTree>,
    other: &OrderedMap<JsonTree>,
) -> Option<OrderedMap<JsonTree>> {
    if is_reference_beside(one, other)
        || is_reference_beside(other, one)
        || constrains_members_of(one, other)
        || constrains_members_of(other, one)
        || TOGETHER.iter().any(|group| is_mixed(group, one, other))
    {
        return None;
    }
    let mut all = one.clone();
    for (name, said) in other.iter() {
        let joined = match one.get(name) {
            None => said.clone(),
            Some(former) if former.json_equal(said) => continue,
            Some(former) => merge_keyword(name, former, said)?,
        };
        all.insert(name, joined);
    }
    Some(all)
}

/// What the members of an object may be, as far as it is no more than a flag.
enum Flag {
    Anything,
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

/// Whether one of them is a reference and the other asks for something: not all readers mind what stands beside one.
fn is_reference_beside(one: &OrderedMap<JsonTree>, other: &OrderedMap<JsonTree>) -> bool {
    let is_said = |name: &str| name != "description" && !ANNOTATIONS.contains(&name);
    one.contains("$ref") && other.iter().any(|(name, said)| is_said(name) && one.get(name) != Some(said))
}

/// Whether one has a schema for all members that it does not name, and the other names some of them.
fn constrains_members_of(one: &OrderedMap<JsonTree>, other: &OrderedMap<JsonTree>) -> bool {
    let is_schema = one.get("additionalProperties").is_some_and(|schema| schema.as_object().is_some());
    let names = |schema: &OrderedMap<JsonTree>| {
        schema.get("properties").and_then(JsonTree::as_object).cloned().unwrap_or_default()
    };
    let named = names(one);
    is_schema && names(other).keys().any(|name| !named.contains(name))
}

fn is_mixed(group: &[&str], one: &OrderedMap<JsonTree>, other: &OrderedMap<JsonTree>) -> bool {
    // Nothing but `items` on both sides can be put together.
    let said = |schema: &OrderedMap<JsonTree>| group.iter().filter(|name| schema.contains(name)).count();
    let is_items_alone = |schema: &OrderedMap<JsonTree>| schema.contains("items") && said(schema) == 1;
    let has_both = said(one) > 0 && said(other) > 0;
    has_both
        && !(is_items_alone(one) && is_items_alone(other))
        && group.iter().any(|name| one.get(name) != other.get(name))
}

/// What two schemas say by the same keyword.
fn merge_keyword(keyword: &str, former: &JsonTree, said: &JsonTree) -> Option<JsonTree> {
    match keyword {
        "properties" => {
            let mut properties = former.as_object()?.clone();
            for (name, schema) in said.as_object()?.iter() {
                let joined =
                    properties.get(name).map_or_else(|| schema.clone(), |one| merge_or_all(one, schema));
                properties.insert(name, joined);
            }
            Some(JsonTree::Object(properties))
        }
        "required" | "allOf" => {
            let mut all = former.as_list()?.to_vec();
            for part in said.as_list()? {
                if !all.contains(part) {
                    all.push(part.clone());
                }
            }
            Some(JsonTree::List(all))
        }
        "enum" => {
            let shared =
                |part: &&JsonTree| said.as_list().unwrap_or_default().iter().any(|one| one.json_equal(part));
            let shared: Vec<_> = former.as_list()?.iter().filter(shared).cloned().collect();
            if shared.is_empty() { None } else { Some(JsonTree::List(shared)) }
        }
        "type" => merge_types(former, said),
        "description" => Some(joined_texts(former, said)),
        "items" | "additionalProperties" | "propertyNames" => merge(former, said),
        "minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties" => {
            Some(if former.as_number()? < said.as_number()? { said } else { former }.clone())
        }
        "maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties" => {
            Some(if former.as_number()? > said.as_number()? { said } else { former }.clone())
        }
        name if ANNOTATIONS.contains(&name) => Some(former.clone()),
        _ => None,
    }
}

/// The types that both allow; an integer is a number, too.
fn merge_types(former: &JsonTree, said: &JsonTree) -> Option<JsonTree> {
    let types = |schema: &JsonTree| -> Option<Vec<String>> {
        match schema {
            JsonTree::List(types) => types.iter().map(JsonTree::as_text).collect(),
            one => one.as_text().map(|one| vec![one]),
        }
    };
    let (former, said) = (types(former)?, types(said)?);
    let allows = |types: &[String], kind: &str| {
        types.iter().any(|one| one == kind || (kind == "integer" && one == "number"))
    };
    let mut shared: Vec<String> = former.iter().filter(|kind| allows(&said, kind)).cloned().collect();
    for kind in &said {
        if allows(&former, kind) && !shared.contains(kind) {
            shared.push(kind.clone());
        }
    }
    match shared.as_slice() {
        [] => None,
        [one] => Some(JsonTree::string(one)),
        several => Some(JsonTree::List(several.iter().map(|kind| JsonTree::string(kind)).collect())),
    }
}

fn joined_texts(former: &JsonTree, said: &JsonTree) -> JsonTree {
    let text = |tree: &JsonTree| tree.as_text().filter(|text| !text.trim().is_empty());
    match (text(former), text(said)) {
        (Some(former), Some(said)) => JsonTree::string(&format!("{former} ({said})")),
        (None, Some(_)) => said.clone(),
        _ => former.clone(),
    }
}
