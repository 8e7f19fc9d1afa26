//! Parts of a schema that are of several types, of which some models take so many only (lesson L40).

use outcrop_core::OrderedMap;

use super::merge::merge;
use crate::json_tree::JsonTree;

/// Keywords whose values are values, not schemas.
const VALUES: &[&str] = &["const", "default", "enum", "example", "examples"];

/// Keywords whose members are schemas, by names of the caller's own.
const BY_NAME: &[&str] = &["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"];

/// How many parts of a schema are of several types: those with `anyOf` or a list of types, as the service counts them.
/// Schemas with `oneOf` are not among them, though a model that is held to a schema gets them as `anyOf`.
pub(crate) fn union_count(schema: &JsonTree) -> usize {
    let JsonTree::Object(keywords) = schema else { return 0 };
    let is_union =
        ["anyOf", "type"].iter().any(|name| keywords.get(name).is_some_and(|part| part.as_list().is_some()));
    let within = keywords.iter().map(|(name, part)| match part {
        _ if VALUES.contains(&name) => 0,
        JsonTree::Object(parts) if BY_NAME.contains(&name) => parts.values().map(union_count).sum(),
        JsonTree::List(parts) => parts.iter().map(union_count).sum(),
        part => union_count(part),
    });
    within.sum::<usize>() + usize::from(is_union)
}

/// A schema whose parts that may be null are not null any more. An alternative that is left alone is none: what it says,
/// the schema says that it stands in.
pub(crate) fn without_null(schema: &JsonTree) -> JsonTree {
    let JsonTree::Object(keywords) = schema else { return schema.clone() };
    let mut parts: OrderedMap<JsonTree> = keywords
        .iter()
        .map(|(name, part)| match part {
            _ if VALUES.contains(&name) => (name, part.clone()),
            JsonTree::List(kinds) if name == "type" => (name, types_without_null(kinds)),
            JsonTree::List(branches) if name == "anyOf" || name == "oneOf" => {
                (name, JsonTree::List(branches_without_null(branches)))
            }
            JsonTree::List(parts) => (name, JsonTree::List(parts.iter().map(without_null).collect())),
            JsonTree::Object(parts) if BY_NAME.contains(&name) => {
                let parts = parts.iter().map(|(name, part)| (name, without_null(part)));
                (name, JsonTree::Object(parts.collect()))
            }
            part => (name, without_null(part)),
        })
        .collect();
    for keyword in ["anyOf", "oneOf"] {
        if let Some(one) = parts.get(keyword).and_then(alone) {
            parts = with_alternative(&parts, keyword, &one);
        }
    }
    JsonTree::Object(parts)
}

fn types_without_null(kinds: &[JsonTree]) -> JsonTree {
    let null = JsonTree::string("null");
    let kept: Vec<JsonTree> = kinds.iter().filter(|kind| **kind != null).cloned().collect();
    match kept.as_slice() {
        [] => JsonTree::List(kinds.to_vec()),
        [one] => one.clone(),
        _ => JsonTree::List(kept),
    }
}

fn branches_without_null(branches: &[JsonTree]) -> Vec<JsonTree> {
    let null = JsonTree::string("null");
    let is_null = |branch: &&JsonTree| branch.get("type") == Some(&null);
    let kept: Vec<JsonTree> = branches.iter().filter(|branch| !is_null(branch)).map(without_null).collect();
    if kept.is_empty() { branches.to_vec() } else { kept }
}

/// The one alternative, where there are no others.
fn alone(branches: &JsonTree) -> Option<JsonTree> {
    match branches.as_list()? {
        [one @ (JsonTree::Object(_) | JsonTree::Scalar(_))] => Some(one.clone()),
        _ => None,
    }
}

/// Keywords with those of their only alternative, or with it as something to be kept to beside them.
fn with_alternative(keywords: &OrderedMap<JsonTree>, keyword: &str, one: &JsonTree) -> OrderedMap<JsonTree> {
    let mut beside = keywords.clone();
    beside.remove(keyword);
    match merge(&JsonTree::Object(beside.clone()), one) {
        Some(JsonTree::Object(joined)) => joined,
        _ => {
            let mut all = beside.get("allOf").and_then(JsonTree::as_list).unwrap_or_default().to_vec();
            all.push(one.clone());
            beside.insert("allOf", JsonTree::List(all));
            beside
        }
    }
}
