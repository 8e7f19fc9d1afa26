//! Two schemas put together into one that says both.

use outcrop_core::OrderedMap;

use crate::tree::Tree;

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
pub(crate) fn both(one: &Tree, other: &Tree) -> Option<Tree> {
    match (one, other) {
        (Tree::Object(one), Tree::Object(other)) => both_objects(one, other).map(Tree::Object),
        _ if one.same(other) => Some(one.clone()),
        _ => match (flag(one)?, flag(other)?) {
            (Flag::Nothing, _) | (_, Flag::Anything) => Some(one.clone()),
            (_, Flag::Nothing) | (Flag::Anything, _) => Some(other.clone()),
            (Flag::Schema, Flag::Schema) => None,
        },
    }
}

/// A schema that says what both say, by `allOf` where there is no other way.
pub(crate) fn both_or_all(one: &Tree, other: &Tree) -> Tree {
    let all = || Tree::List(vec![one.clone(), other.clone()]);
    both(one, other).unwrap_or_else(|| Tree::Object([("allOf", all())].into_iter().collect()))
}

/// The keywords of a schema that says what both say; `None` where that takes two.
///
/// An object that one of the two closes is closed to other members than those that either names: by the letter nothing
/// but the members of both would fit, which nobody means who puts objects together.
pub(crate) fn both_objects(one: &OrderedMap<Tree>, other: &OrderedMap<Tree>) -> Option<OrderedMap<Tree>> {
    if is_reference_beside(one, other)
        || is_reference_beside(other, one)
        || has_members_that_the_other_judges(one, other)
        || has_members_that_the_other_judges(other, one)
        || TOGETHER.iter().any(|group| is_mixed(group, one, other))
    {
        return None;
    }
    let mut all = one.clone();
    for (name, said) in other.iter() {
        let joined = match one.get(name) {
            None => said.clone(),
            Some(former) if former.same(said) => continue,
            Some(former) => both_of(name, former, said)?,
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

fn flag(schema: &Tree) -> Option<Flag> {
    match schema {
        Tree::Object(_) => Some(Flag::Schema),
        Tree::Scalar(flag) if flag.as_str() == "true" => Some(Flag::Anything),
        Tree::Scalar(flag) if flag.as_str() == "false" => Some(Flag::Nothing),
        _ => None,
    }
}

/// Whether one of them is a reference and the other asks for something: not all readers mind what stands beside one.
fn is_reference_beside(one: &OrderedMap<Tree>, other: &OrderedMap<Tree>) -> bool {
    let is_said = |name: &str| name != "description" && !ANNOTATIONS.contains(&name);
    one.contains("$ref") && other.iter().any(|(name, said)| is_said(name) && one.get(name) != Some(said))
}

/// Whether one has a schema for all members that it does not name, and the other names some of them.
fn has_members_that_the_other_judges(one: &OrderedMap<Tree>, other: &OrderedMap<Tree>) -> bool {
    let is_schema = one.get("additionalProperties").is_some_and(|schema| schema.as_object().is_some());
    let names = |schema: &OrderedMap<Tree>| {
        schema.get("properties").and_then(Tree::as_object).cloned().unwrap_or_default()
    };
    let named = names(one);
    is_schema && names(other).keys().any(|name| !named.contains(name))
}

fn is_mixed(group: &[&str], one: &OrderedMap<Tree>, other: &OrderedMap<Tree>) -> bool {
    // Nothing but `items` on both sides can be put together.
    let said = |schema: &OrderedMap<Tree>| group.iter().filter(|name| schema.contains(name)).count();
    let is_items_alone = |schema: &OrderedMap<Tree>| schema.contains("items") && said(schema) == 1;
    let has_both = said(one) > 0 && said(other) > 0;
    has_both
        && !(is_items_alone(one) && is_items_alone(other))
        && group.iter().any(|name| one.get(name) != other.get(name))
}

/// What two schemas say by the same keyword.
fn both_of(keyword: &str, former: &Tree, said: &Tree) -> Option<Tree> {
    match keyword {
        "properties" => {
            let mut properties = former.as_object()?.clone();
            for (name, schema) in said.as_object()?.iter() {
                let joined =
                    properties.get(name).map_or_else(|| schema.clone(), |one| both_or_all(one, schema));
                properties.insert(name, joined);
            }
            Some(Tree::Object(properties))
        }
        "required" | "allOf" => {
            let mut all = former.as_list()?.to_vec();
            for part in said.as_list()? {
                if !all.contains(part) {
                    all.push(part.clone());
                }
            }
            Some(Tree::List(all))
        }
        "enum" => {
            let shared = |part: &&Tree| said.as_list().unwrap_or_default().iter().any(|one| one.same(part));
            let shared: Vec<_> = former.as_list()?.iter().filter(shared).cloned().collect();
            if shared.is_empty() { None } else { Some(Tree::List(shared)) }
        }
        "type" => both_types(former, said),
        "description" => Some(joined_texts(former, said)),
        "items" | "additionalProperties" | "propertyNames" => both(former, said),
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
fn both_types(former: &Tree, said: &Tree) -> Option<Tree> {
    let types = |schema: &Tree| -> Option<Vec<String>> {
        match schema {
            Tree::List(types) => types.iter().map(Tree::as_text).collect(),
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
        [one] => Some(Tree::string(one)),
        several => Some(Tree::List(several.iter().map(|kind| Tree::string(kind)).collect())),
    }
}

fn joined_texts(former: &Tree, said: &Tree) -> Tree {
    let text = |tree: &Tree| tree.as_text().filter(|text| !text.trim().is_empty());
    match (text(former), text(said)) {
        (Some(former), Some(said)) => Tree::string(&format!("{former} ({said})")),
        (None, Some(_)) => said.clone(),
        _ => former.clone(),
    }
}
