//! Union types of a schema: parts with several types, whose number is limited for Claude (L40).

use std::convert::Infallible;

use outcrop_core::OrderedMap;

use super::keywords::{for_each_subschema, map_subschemas};
use super::merge::merge;
use crate::json_tree::JsonTree;

/// Counts the union types of a schema: the parts with `anyOf` or a list of types.
pub(crate) fn union_count(schema: &JsonTree) -> usize {
    let mut count = 0;
    let mut open = vec![schema];
    while let Some(JsonTree::Object(keywords)) = open.pop() {
        // This is how the service counts: `oneOf` does not count, until a strict schema has `anyOf` in its place. See
        // langchain-aws, `_strip_null_anyof`.
        let is_list = |name: &&str| keywords.get(name).is_some_and(|part| part.as_list().is_some());
        count += usize::from(["anyOf", "type"].iter().any(is_list));
        for (keyword, value) in keywords.iter() {
            for_each_subschema(keyword, value, |_, part| {
                if part.as_object().is_some() {
                    open.push(part);
                }
            });
        }
    }
    count
}

/// Iterates over the alternatives of a schema that have keywords.
pub(crate) fn alternatives(keywords: &OrderedMap<JsonTree>) -> impl Iterator<Item = &OrderedMap<JsonTree>> {
    let lists = ["anyOf", "oneOf"].into_iter().filter_map(|name| keywords.get(name)?.as_list());
    lists.flatten().filter_map(JsonTree::as_object)
}

/// Removes `null` from the union types of a schema.
///
/// An optional member is absent instead, which every model understands. If one alternative is left, it is merged into the
/// schema that contains it.
pub(crate) fn without_null(schema: &JsonTree) -> JsonTree {
    let JsonTree::Object(keywords) = schema else { return schema.clone() };
    let mut parts: OrderedMap<JsonTree> = keywords
        .iter()
        .map(|(keyword, value)| {
            let value = match (keyword, value) {
                ("type", JsonTree::List(kinds)) => types_without_null(kinds),
                ("anyOf" | "oneOf", JsonTree::List(branches)) => {
                    JsonTree::List(branches_without_null(branches))
                }
                _ => map_subschemas(keyword, value, |part| Ok::<_, Infallible>(without_null(part)))
                    .unwrap_or_else(|never| match never {}),
            };
            (keyword, value)
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
