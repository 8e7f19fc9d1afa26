//! Union types of a schema: parts with several types, whose number is limited for Claude (L40).

use outcrop_core::OrderedMap;

use super::merge::merge;
use crate::json_tree::JsonTree;

/// Keywords whose values are not schemas.
const VALUE_KEYWORDS: &[&str] = &["const", "default", "enum", "example", "examples"];

/// Keywords whose members are schemas under the caller's names. A property may have the name of a keyword.
const NAMED_SCHEMAS: &[&str] =
    &["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"];

/// Counts the union types of a schema: the parts with `anyOf` or a list of types.
pub(crate) fn union_count(schema: &JsonTree) -> usize {
    let JsonTree::Object(keywords) = schema else { return 0 };
    // This is how the service counts: `oneOf` does not count, until a strict schema has `anyOf` in its place. See
    // langchain-aws, `_strip_null_anyof`.
    let is_union =
        ["anyOf", "type"].iter().any(|name| keywords.get(name).is_some_and(|part| part.as_list().is_some()));
    let nested = keywords.iter().map(|(name, part)| match part {
        _ if VALUE_KEYWORDS.contains(&name) => 0,
        JsonTree::Object(parts) if NAMED_SCHEMAS.contains(&name) => parts.values().map(union_count).sum(),
        JsonTree::List(parts) => parts.iter().map(union_count).sum(),
        part => union_count(part),
    });
    nested.sum::<usize>() + usize::from(is_union)
}

/// Removes `null` from the union types of a schema.
///
/// An optional member is absent instead, which every model understands. If one alternative is left, it is merged into the
/// schema that contains it.
pub(crate) fn without_null(schema: &JsonTree) -> JsonTree {
    let JsonTree::Object(keywords) = schema else { return schema.clone() };
    let mut parts: OrderedMap<JsonTree> = keywords
        .iter()
        .map(|(name, part)| match part {
            _ if VALUE_KEYWORDS.contains(&name) => (name, part.clone()),
            JsonTree::List(kinds) if name == "type" => (name, types_without_null(kinds)),
            JsonTree::List(branches) if name == "anyOf" || name == "oneOf" => {
                (name, JsonTree::List(branches_without_null(branches)))
            }
            JsonTree::List(parts) => (name, JsonTree::List(parts.iter().map(without_null).collect())),
            JsonTree::Object(parts) if NAMED_SCHEMAS.contains(&name) => {
                let parts = parts.iter().map(|(name, part)| (name, without_null(part)));
                (name, JsonTree::Object(parts.collect()))
            }
            part => (name, without_null(part)),
        })
        .collect();
    for keyword in ["anyOf", "oneOf"] {
        if let Some(one) = parts.get(keyword).and_then(single_alternative) {
            parts = merge_alternative(&parts, keyword, &one);
        }
    }
    JsonTree::Object(parts)
}

fn types_without_null(kinds: &[JsonTree]) -> JsonTree {
    let null = JsonTree::string("null");
    let kept: Vec<JsonTree> = kinds.iter().filter(|kind| **kind != null).cloned().collect();
    match kept.as_slice() {
        // Without `null`, a part that is only null would accept nothing.
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

/// Returns the alternative, if there is only one.
fn single_alternative(branches: &JsonTree) -> Option<JsonTree> {
    match branches.as_list()? {
        [one @ (JsonTree::Object(_) | JsonTree::Scalar(_))] => Some(one.clone()),
        _ => None,
    }
}

/// Merges the only alternative into the keywords around it, with `allOf` if one schema cannot express both.
fn merge_alternative(keywords: &OrderedMap<JsonTree>, keyword: &str, one: &JsonTree) -> OrderedMap<JsonTree> {
    let mut others = keywords.clone();
    others.remove(keyword);
    match merge(&JsonTree::Object(others.clone()), one) {
        Some(JsonTree::Object(merged)) => merged,
        _ => {
            let mut all = others.get("allOf").and_then(JsonTree::as_list).unwrap_or_default().to_vec();
            all.push(one.clone());
            others.insert("allOf", JsonTree::List(all));
            others
        }
    }
}
