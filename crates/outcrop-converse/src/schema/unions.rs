//! Parts of a schema that are of several types, of which some models take so many only (lesson L40).

use outcrop_core::OrderedMap;

use super::both::both;
use crate::tree::Tree;

/// Keywords whose values are values, not schemas.
const VALUES: &[&str] = &["const", "default", "enum", "example", "examples"];

/// Keywords whose members are schemas, by names of the caller's own.
const BY_NAME: &[&str] = &["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"];

/// How many parts of a schema are of several types: those with `anyOf` or a list of types, as the service counts them.
/// Schemas with `oneOf` are not among them, though a model that is held to a schema gets them as `anyOf`.
pub(crate) fn union_count(schema: &Tree) -> usize {
    let Tree::Object(keywords) = schema else { return 0 };
    let is_union =
        ["anyOf", "type"].iter().any(|name| keywords.get(name).is_some_and(|part| part.as_list().is_some()));
    let within = keywords.iter().map(|(name, part)| match part {
        _ if VALUES.contains(&name) => 0,
        Tree::Object(parts) if BY_NAME.contains(&name) => parts.values().map(union_count).sum(),
        Tree::List(parts) => parts.iter().map(union_count).sum(),
        part => union_count(part),
    });
    within.sum::<usize>() + usize::from(is_union)
}

/// A schema whose parts that may be null are not null any more. An alternative that is left alone is none: what it says,
/// the schema says that it stands in.
pub(crate) fn without_null(schema: &Tree) -> Tree {
    let Tree::Object(keywords) = schema else { return schema.clone() };
    let mut parts: OrderedMap<Tree> = keywords
        .iter()
        .map(|(name, part)| match part {
            _ if VALUES.contains(&name) => (name, part.clone()),
            Tree::List(kinds) if name == "type" => (name, types_without_null(kinds)),
            Tree::List(branches) if name == "anyOf" || name == "oneOf" => {
                (name, Tree::List(branches_without_null(branches)))
            }
            Tree::List(parts) => (name, Tree::List(parts.iter().map(without_null).collect())),
            Tree::Object(parts) if BY_NAME.contains(&name) => {
                let parts = parts.iter().map(|(name, part)| (name, without_null(part)));
                (name, Tree::Object(parts.collect()))
            }
            part => (name, without_null(part)),
        })
        .collect();
    for keyword in ["anyOf", "oneOf"] {
        if let Some(one) = parts.get(keyword).and_then(alone) {
            parts = with_alternative(&parts, keyword, &one);
        }
    }
    Tree::Object(parts)
}

fn types_without_null(kinds: &[Tree]) -> Tree {
    let null = Tree::string("null");
    let kept: Vec<Tree> = kinds.iter().filter(|kind| **kind != null).cloned().collect();
    match kept.as_slice() {
        [] => Tree::List(kinds.to_vec()),
        [one] => one.clone(),
        _ => Tree::List(kept),
    }
}

fn branches_without_null(branches: &[Tree]) -> Vec<Tree> {
    let null = Tree::string("null");
    let is_null = |branch: &&Tree| branch.get("type") == Some(&null);
    let kept: Vec<Tree> = branches.iter().filter(|branch| !is_null(branch)).map(without_null).collect();
    if kept.is_empty() { branches.to_vec() } else { kept }
}

/// The one alternative, where there are no others.
fn alone(branches: &Tree) -> Option<Tree> {
    match branches.as_list()? {
        [one @ (Tree::Object(_) | Tree::Scalar(_))] => Some(one.clone()),
        _ => None,
    }
}

/// Keywords with those of their only alternative, or with it as something to be kept to beside them.
fn with_alternative(keywords: &OrderedMap<Tree>, keyword: &str, one: &Tree) -> OrderedMap<Tree> {
    let mut beside = keywords.clone();
    beside.remove(keyword);
    match both(&Tree::Object(beside.clone()), one) {
        Some(Tree::Object(joined)) => joined,
        _ => {
            let mut all = beside.get("allOf").and_then(Tree::as_list).unwrap_or_default().to_vec();
            all.push(one.clone());
            beside.insert("allOf", Tree::List(all));
            beside
        }
    }
}
