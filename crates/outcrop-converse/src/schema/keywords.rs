//! The keywords of JSON Schema, and where each of them has schemas in its value.
//!
//! Everything that walks through a schema asks this table, so that a value that only looks like a schema (a default, an
//! example, a member of `enum`) is data for all of them, and a property may have the name of a keyword.

use std::fmt;

use crate::json_tree::JsonTree;

/// Where the value of a keyword has schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subschemas {
    /// The value is a schema.
    One,
    /// The value is a list of schemas.
    List,
    /// The values of its members are schemas, under names that the caller chose.
    Named,
    /// The value is a schema, or a list of schemas in drafts before 2020-12.
    OneOrList,
    /// The values of its members are schemas or lists of names.
    NamedOrNames,
    /// The value has no schemas. An unknown keyword is an annotation.
    None,
}

/// Returns where the value of a keyword has schemas, in any draft from 04 on.
///
/// See <https://json-schema.org/draft/2020-12/json-schema-core#section-10> and
/// <https://json-schema.org/draft/2020-12/release-notes> for the older ones.
pub(super) fn subschemas(keyword: &str) -> Subschemas {
    match keyword {
        "additionalItems"
        | "additionalProperties"
        | "contains"
        | "contentSchema"
        | "else"
        | "if"
        | "not"
        | "propertyNames"
        | "then"
        | "unevaluatedItems"
        | "unevaluatedProperties" => Subschemas::One,
        "allOf" | "anyOf" | "oneOf" | "prefixItems" => Subschemas::List,
        "$defs" | "definitions" | "dependentSchemas" | "patternProperties" | "properties" => {
            Subschemas::Named
        }
        "items" => Subschemas::OneOrList,
        "dependencies" => Subschemas::NamedOrNames,
        _ => Subschemas::None,
    }
}

/// Calls `visit` for each schema in the value of a keyword, with its position in the value.
pub(super) fn for_each_subschema<'t>(
    keyword: &str,
    value: &'t JsonTree,
    mut visit: impl FnMut(Option<Step<'t>>, &'t JsonTree),
) {
    match (subschemas(keyword), value) {
        (Subschemas::None, _) => {}
        (Subschemas::List | Subschemas::OneOrList, JsonTree::List(items)) => {
            for (index, item) in items.iter().enumerate() {
                visit(Some(Step::Index(index)), item);
            }
        }
        (Subschemas::Named, JsonTree::Object(members)) => {
            for (name, member) in members.iter() {
                visit(Some(Step::Name(name)), member);
            }
        }
        (Subschemas::NamedOrNames, JsonTree::Object(members)) => {
            for (name, member) in members.iter().filter(|(_, member)| !matches!(member, JsonTree::List(_))) {
                visit(Some(Step::Name(name)), member);
            }
        }
        (Subschemas::One | Subschemas::OneOrList, value) => visit(None, value),
        // Not valid in any draft.
        (Subschemas::List | Subschemas::Named | Subschemas::NamedOrNames, _) => {}
    }
}

/// Rebuilds the value of a keyword, with `change` applied to each schema in it.
pub(super) fn map_subschemas<E>(
    keyword: &str,
    value: &JsonTree,
    mut change: impl FnMut(&JsonTree) -> Result<JsonTree, E>,
) -> Result<JsonTree, E> {
    match (subschemas(keyword), value) {
        (Subschemas::List | Subschemas::OneOrList, JsonTree::List(items)) => {
            items.iter().map(change).collect::<Result<_, _>>().map(JsonTree::List)
        }
        (Subschemas::Named | Subschemas::NamedOrNames, JsonTree::Object(members)) => {
            let mut changed = Vec::with_capacity(members.len());
            for (name, member) in members.iter() {
                let is_names =
                    subschemas(keyword) == Subschemas::NamedOrNames && matches!(member, JsonTree::List(_));
                changed.push((name, if is_names { member.clone() } else { change(member)? }));
            }
            Ok(JsonTree::Object(changed.into_iter().collect()))
        }
        (Subschemas::One | Subschemas::OneOrList, value) => change(value),
        (Subschemas::None | Subschemas::List | Subschemas::Named | Subschemas::NamedOrNames, value) => {
            Ok(value.clone())
        }
    }
}

/// A step from a value to one in it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step<'s> {
    Name(&'s str),
    Index(usize),
}

/// The path of a part of a schema. It is a list through the callers, and becomes text only if it is needed.
#[derive(Clone, Copy)]
pub(super) struct Path<'p> {
    parent: Option<&'p Self>,
    step: Option<Step<'p>>,
}

impl<'p> Path<'p> {
    /// The path of the whole schema.
    pub(super) const ROOT: Self = Self { parent: None, step: None };

    pub(super) fn name(&'p self, name: &'p str) -> Self {
        Self { parent: Some(self), step: Some(Step::Name(name)) }
    }

    pub(super) fn index(&'p self, index: usize) -> Self {
        Self { parent: Some(self), step: Some(Step::Index(index)) }
    }

    pub(super) fn is_root(&self) -> bool {
        self.parent.is_none()
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(parent) = self.parent else { return Ok(()) };
        parent.fmt(f)?;
        match self.step {
            Some(Step::Name(name)) if parent.is_root() => f.write_str(name),
            Some(Step::Name(name)) => write!(f, ".{name}"),
            Some(Step::Index(index)) => write!(f, "[{index}]"),
            None => Ok(()),
        }
    }
}
