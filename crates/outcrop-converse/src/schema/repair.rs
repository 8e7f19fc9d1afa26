//! Makes a schema of any draft, with the mistakes that real tools have, a valid one of draft 2020-12.
//!
//! Claude and Mistral validate the schemas of all tools against the meta-schema of that draft, and one invalid schema fails
//! the whole request: <https://github.com/coder/coder/issues/23538>, <https://github.com/hyperdxio/hyperdx/issues/2925>,
//! <https://github.com/NousResearch/hermes-agent/issues/20976> (L135). Keywords of older drafts move to their
//! counterparts. A value that no draft allows is read as what its author meant if that is certain, and is dropped
//! otherwise. Each change has its path. A valid schema does not change, and repairing twice changes no more than once.

mod combined;
mod types;
mod values;

use std::collections::BTreeMap;

use outcrop_core::{NoteAction, OrderedMap, RawJson};

use super::change::{ChangeKind, SchemaChange};
use super::keywords::{Path, Subschemas, subschemas};
use super::references::{REFERENCES, References};
use crate::json_tree::JsonTree;
use combined::Pending;

type Keywords = OrderedMap<JsonTree>;

/// A schema that is valid, except that its references refer to `definitions`, which are not in it.
pub(super) struct Repaired {
    pub(super) schema: JsonTree,
    /// The parts that references refer to, by name.
    pub(super) definitions: BTreeMap<String, JsonTree>,
    pub(super) changes: Vec<SchemaChange>,
}

/// Repairs a schema. `keeps` decides which keywords at its top stay, given their values.
pub(super) fn repair<'t>(
    root: &'t JsonTree,
    references: &References<'t>,
    keeps: &dyn Fn(&str, &JsonTree) -> Keep,
) -> Repaired {
    let mut repairer = Repairer { references, keeps, definitions: BTreeMap::new(), changes: Vec::new() };
    let schema = repairer.schema(root, &Path::ROOT, Slot::Root);
    // What is within another part is repaired with it, so that shorter paths come first.
    let mut parts: Vec<_> = references.parts().collect();
    parts.sort_by_key(|(_, path)| path.len());
    for (part, path) in parts {
        if references.name(part).is_some_and(|name| !repairer.definitions.contains_key(name)) {
            repairer.schema(part, &Path::ROOT.name(path), Slot::Other);
        }
    }
    Repaired { schema, definitions: repairer.definitions, changes: repairer.changes }
}

/// Whether a keyword at the top of a schema stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    Yes,
    /// It is dropped, which is a change.
    No,
    /// It is dropped, and nothing is lost.
    NoEffect,
}

/// Where a schema is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    Root,
    /// In the `properties` of an object.
    Property,
    Other,
}

struct Repairer<'r, 't> {
    references: &'r References<'t>,
    keeps: &'r dyn Fn(&str, &JsonTree) -> Keep,
    definitions: BTreeMap<String, JsonTree>,
    changes: Vec<SchemaChange>,
}

impl Repairer<'_, '_> {
    /// Repairs a schema and all schemas in it.
    fn schema(&mut self, given: &JsonTree, at: &Path<'_>, slot: Slot) -> JsonTree {
        let schema = match given {
            JsonTree::Object(keywords) => JsonTree::Object(self.keywords(keywords, at, slot)),
            given if is_flag(given) => given.clone(),
            given => self.misplaced(given, at),
        };
        if let Some(name) = self.references.name(given) {
            let mut definition = schema.clone();
            if let JsonTree::Object(keywords) = &mut definition {
                // Both belong to the whole document, which a definition is not.
                keywords.remove("$schema");
                keywords.remove("$id");
            }
            self.definitions.insert(name.to_owned(), definition);
        }
        schema
    }

    fn keywords(&mut self, given: &Keywords, at: &Path<'_>, slot: Slot) -> Keywords {
        let mut pending = Pending::default();
        let mut out = Vec::with_capacity(given.len());
        for (keyword, value) in given.iter() {
            let at = at.name(keyword);
            if slot == Slot::Root && !given.contains("$ref") {
                match (self.keeps)(keyword, value) {
                    Keep::Yes => {}
                    Keep::NoEffect => continue,
                    Keep::No => {
                        let message =
                            "dropped the keyword: AG2 sends only some keywords next to `properties`";
                        self.change(ChangeKind::Dialect, NoteAction::Dropped, &at, message);
                        continue;
                    }
                }
            }
            if let Some(repaired) = self.keyword(keyword, value, given, &at, slot, &mut pending) {
                out.push(repaired);
            }
        }
        let mut out: Keywords = out.into_iter().collect();
        self.finish(&mut out, given, pending, at, slot);
        out
    }

    /// Repairs a keyword. Returns its name and value, which may be those of another keyword; `None` to drop it.
    fn keyword(
        &mut self,
        keyword: &str,
        value: &JsonTree,
        given: &Keywords,
        at: &Path<'_>,
        slot: Slot,
        pending: &mut Pending,
    ) -> Option<(String, JsonTree)> {
        let has_references = !self.references.is_empty();
        match keyword {
            // Any value is legal.
            "const" | "default" => return Some((keyword.to_owned(), value.clone())),
            // What they name is known, and within a definition they would refer to another place.
            "$anchor" | "$dynamicAnchor" | "$recursiveAnchor" if has_references => return None,
            "$id" if has_references && slot != Slot::Root => return None,
            "$defs" | "definitions" if has_references => return None,
            _ => {}
        }
        if value.kind() == "null" && is_known(keyword) {
            if keyword == "properties" && slot == Slot::Root {
                self.invalid(NoteAction::Changed, at, "replaced by an empty object: it is null");
                return Some((keyword.to_owned(), JsonTree::Object(OrderedMap::new())));
            }
            self.invalid(NoteAction::Dropped, at, "dropped the keyword: its value is null");
            return None;
        }
        let value = match keyword {
            _ if REFERENCES.contains(&keyword) => return self.reference(value, at, pending),
            "type" => self.types(value, given, at, pending)?,
            "properties" => self.properties(value, at, pending)?,
            "required" => self.required(value, given, at, slot)?,
            "items" => return self.items(value, given, at),
            "additionalItems" => return self.additional_items(value, given, at),
            "dependencies" => {
                self.dependencies(value, at, pending);
                return None;
            }
            "dependentRequired" => self.dependent_required(value, at)?,
            "nullable" => {
                // OpenAPI 3.0: https://spec.openapis.org/oas/v3.0.3#fixed-fields-20.
                if flag(value) != Some(true) || slot == Slot::Root {
                    return Some((keyword.to_owned(), value.clone()));
                }
                self.invalid(
                    NoteAction::Changed,
                    at,
                    "moved to the type: JSON Schema has the type `null` instead",
                );
                pending.is_nullable = true;
                return None;
            }
            "minimum" | "maximum" if flag_of(given, exclusive_of(keyword)) == Some(true) => return None,
            "exclusiveMinimum" | "exclusiveMaximum" if flag(value).is_some() => {
                self.exclusive(keyword, value, given, at)?
            }
            _ => match subschemas(keyword) {
                Subschemas::One => self.schema(value, at, Slot::Other),
                Subschemas::List => self.list(value, at, keyword == "prefixItems")?,
                Subschemas::Named => self.named(value, at, Slot::Other)?,
                Subschemas::OneOrList | Subschemas::NamedOrNames | Subschemas::None => {
                    return self.plain(keyword, value, at);
                }
            },
        };
        Some((keyword.to_owned(), value))
    }

    /// Repairs a list of schemas.
    fn list(&mut self, value: &JsonTree, at: &Path<'_>, is_positional: bool) -> Option<JsonTree> {
        let items = match value {
            JsonTree::List(items) => items.as_slice(),
            JsonTree::Object(_) => {
                self.invalid(NoteAction::Changed, at, "put into a list: the keyword has a list of schemas");
                let schema = self.schema(value, at, Slot::Other);
                return Some(JsonTree::List(vec![schema]));
            }
            JsonTree::Scalar(_) => {
                self.invalid(
                    NoteAction::Dropped,
                    at,
                    "dropped the keyword: its value is not a list of schemas",
                );
                return None;
            }
        };
        let mut schemas = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let at = at.index(index);
            if item.kind() == "null" && !is_positional {
                self.invalid(NoteAction::Dropped, &at, "dropped from the list: it is null");
                continue;
            }
            schemas.push(self.schema(item, &at, Slot::Other));
        }
        if schemas.is_empty() {
            self.invalid(NoteAction::Dropped, at, "dropped the keyword: its list is empty");
            return None;
        }
        Some(JsonTree::List(schemas))
    }

    /// Repairs schemas under names of the caller.
    fn named(&mut self, value: &JsonTree, at: &Path<'_>, slot: Slot) -> Option<JsonTree> {
        let JsonTree::Object(members) = value else {
            self.invalid(
                NoteAction::Dropped,
                at,
                "dropped the keyword: its value is not an object of schemas",
            );
            return None;
        };
        let mut schemas = Vec::with_capacity(members.len());
        for (name, schema) in members.iter() {
            schemas.push((name, self.schema(schema, &at.name(name), slot)));
        }
        Some(JsonTree::Object(schemas.into_iter().collect()))
    }

    fn reference(
        &mut self,
        value: &JsonTree,
        at: &Path<'_>,
        pending: &mut Pending,
    ) -> Option<(String, JsonTree)> {
        let Some(text) = value.as_text() else {
            self.invalid(NoteAction::Dropped, at, "dropped the reference: it is not a string");
            return None;
        };
        let Some(name) = self.references.target(value) else {
            let message =
                "dropped the reference: it refers to nothing in the schema, and is in the description";
            self.change(ChangeKind::Reference, NoteAction::Changed, at, message);
            pending.describe("$ref", &JsonTree::string(&text));
            return None;
        };
        Some(("$ref".to_owned(), JsonTree::string(&format!("#/$defs/{name}"))))
    }

    /// Makes a schema of a value that is not one.
    fn misplaced(&mut self, given: &JsonTree, at: &Path<'_>) -> JsonTree {
        let any = || JsonTree::Object(OrderedMap::new());
        match given {
            // PHP writes an empty object as an empty list.
            JsonTree::List(items) if items.is_empty() => {
                self.invalid(
                    NoteAction::Changed,
                    at,
                    "replaced by a schema of any value: it is an empty list",
                );
                any()
            }
            JsonTree::List(items) if items.iter().all(|item| item.as_object().is_some()) => {
                self.invalid(NoteAction::Changed, at, "replaced by `anyOf`: a schema is not a list");
                let schemas = items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| self.schema(item, &at.index(index), Slot::Other))
                    .collect();
                JsonTree::Object([("anyOf", JsonTree::List(schemas))].into_iter().collect())
            }
            JsonTree::Scalar(_) if flag(given).is_some() => {
                self.invalid(NoteAction::Changed, at, "changed to a boolean: it is a string");
                JsonTree::Scalar(RawJson::bool(flag(given) == Some(true)))
            }
            given => {
                let (schema, message) = match types::schema_of_types(given) {
                    Some(schema) => (schema, "replaced by a schema of this type: a schema is an object"),
                    None => match given.as_text().filter(|text| !text.trim().is_empty()) {
                        Some(text) => (
                            JsonTree::Object(
                                [("description", JsonTree::string(&text))].into_iter().collect(),
                            ),
                            "moved to the description of a schema of any value: a schema is an object",
                        ),
                        None => (any(), "replaced by a schema of any value: a schema is an object"),
                    },
                };
                self.invalid(NoteAction::Changed, at, message);
                schema
            }
        }
    }

    fn invalid(&mut self, action: NoteAction, at: &Path<'_>, message: &'static str) {
        self.change(ChangeKind::Invalid, action, at, message);
    }

    fn change(&mut self, kind: ChangeKind, action: NoteAction, at: &Path<'_>, message: &'static str) {
        self.changes.push(SchemaChange { kind, action, path: at.to_string(), message });
    }
}

/// Returns whether a keyword is one of a draft, whose value must not be null.
fn is_known(keyword: &str) -> bool {
    subschemas(keyword) != Subschemas::None
        || REFERENCES.contains(&keyword)
        || values::expected(keyword).is_some()
        || matches!(keyword, "type" | "required" | "dependentRequired" | "nullable")
}

/// Returns whether a value is `true` or `false`, which are schemas as well.
fn is_flag(value: &JsonTree) -> bool {
    value.kind() == "boolean"
}

/// Returns the boolean that a value is or spells.
fn flag(value: &JsonTree) -> Option<bool> {
    let JsonTree::Scalar(scalar) = value else { return None };
    match scalar.as_string().as_deref().unwrap_or(scalar.as_str()).trim() {
        "true" | "True" => Some(true),
        "false" | "False" => Some(false),
        _ => None,
    }
}

fn flag_of(given: &Keywords, keyword: &str) -> Option<bool> {
    given.get(keyword).and_then(flag)
}

/// Returns the keyword that makes a bound exclusive in draft 04.
fn exclusive_of(keyword: &str) -> &'static str {
    if keyword == "minimum" { "exclusiveMinimum" } else { "exclusiveMaximum" }
}
