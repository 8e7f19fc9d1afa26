//! Tool schemas without what some models refuse at the top, or refuse in numbers.

use outcrop_core::OrderedMap;

use super::strict::describe;
use crate::tree::Tree;

/// A schema whose alternatives at the top are put together into one object, and the keywords that are gone; `None`
/// where there are none (lesson M22).
///
/// All members of all alternatives may then be given; which of them belong together, the description tells.
pub(crate) fn without_alternatives(schema: &Tree) -> Option<(Tree, Vec<&'static str>)> {
    let mut members = schema.as_object()?.clone();
    let mut gone = Vec::new();
    for keyword in ["allOf", "anyOf", "oneOf"] {
        let Some(branches) = members.remove(keyword) else { continue };
        let branches = branches.as_list().unwrap_or_default();
        for branch in branches {
            add_properties(&mut members, branch);
        }
        let required: Vec<Vec<String>> = branches.iter().map(required_names).collect();
        if keyword == "allOf" {
            add_required(&mut members, required.into_iter().flatten());
        } else {
            let shared = required.first().cloned().unwrap_or_default();
            let shared = shared.into_iter().filter(|name| required.iter().all(|names| names.contains(name)));
            add_required(&mut members, shared);
            let sets: Vec<String> =
                required.iter().filter(|names| !names.is_empty()).map(|names| names.join(", ")).collect();
            if sets.len() > 1 {
                describe(&mut members, &format!("give one of these: {}", sets.join("; or ")));
            }
        }
        gone.push(keyword);
    }
    if gone.is_empty() { None } else { Some((Tree::Object(members), gone)) }
}

/// A schema whose parts that may be null are not null any more (lesson L40).
pub(crate) fn without_null(schema: &Tree) -> Tree {
    match schema {
        Tree::Object(keywords) => {
            let parts = keywords.iter().map(|(name, part)| match (name, part) {
                ("anyOf" | "oneOf" | "type", Tree::List(branches)) => {
                    (name, without_null_among(name, branches))
                }
                (_, part) => (name, without_null(part)),
            });
            Tree::Object(parts.collect())
        }
        Tree::List(items) => Tree::List(items.iter().map(without_null).collect()),
        scalar @ Tree::Scalar(_) => scalar.clone(),
    }
}

fn without_null_among(keyword: &str, branches: &[Tree]) -> Tree {
    let null = Tree::string("null");
    let is_null = |branch: &Tree| {
        *branch == null || branch.as_object().is_some_and(|b| b.len() == 1 && b.get("type") == Some(&null))
    };
    let kept: Vec<Tree> = branches.iter().filter(|branch| !is_null(branch)).map(without_null).collect();
    match (keyword, kept.as_slice()) {
        (_, []) => Tree::List(branches.to_vec()),
        ("type", [one]) => one.clone(),
        _ => Tree::List(kept),
    }
}

fn add_properties(members: &mut OrderedMap<Tree>, branch: &Tree) {
    let mut properties = members.get("properties").and_then(Tree::as_object).cloned().unwrap_or_default();
    let added = branch.get("properties").and_then(Tree::as_object);
    for (name, schema) in added.into_iter().flat_map(OrderedMap::iter) {
        let both = match properties.get(name) {
            None => schema.clone(),
            Some(former) if former.same(schema) => continue,
            Some(former) => {
                let branches = Tree::List(vec![former.clone(), schema.clone()]);
                Tree::Object([("anyOf", branches)].into_iter().collect())
            }
        };
        properties.insert(name, both);
    }
    members.insert("properties", Tree::Object(properties));
}

fn required_names(schema: &Tree) -> Vec<String> {
    schema
        .get("required")
        .and_then(Tree::as_list)
        .unwrap_or_default()
        .iter()
        .filter_map(Tree::as_text)
        .collect()
}

fn add_required(members: &mut OrderedMap<Tree>, names: impl Iterator<Item = String>) {
    let mut required = members.get("required").and_then(Tree::as_list).unwrap_or_default().to_vec();
    for name in names.map(|name| Tree::string(&name)) {
        if !required.contains(&name) {
            required.push(name);
        }
    }
    if !required.is_empty() {
        members.insert("required", Tree::List(required));
    }
}
