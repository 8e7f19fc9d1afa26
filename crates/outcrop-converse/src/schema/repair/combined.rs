//! Keywords whose meaning depends on their neighbours, or that have moved from one keyword to another between drafts.
//!
//! See <https://json-schema.org/draft/2020-12/release-notes>, and those of the drafts before it.

use std::collections::BTreeSet;

use outcrop_core::{NoteAction, OrderedMap};

use super::{Keywords, Repairer, Slot, flag, values};
use crate::json_tree::JsonTree;
use crate::schema::describe::extend_description;
use crate::schema::keywords::Path;

/// What is added to a schema once all its keywords are known.
#[derive(Default)]
pub(super) struct Pending {
    /// The properties that say of themselves that they are required.
    required: Vec<String>,
    dependent_required: Vec<(String, JsonTree)>,
    dependent_schemas: Vec<(String, JsonTree)>,
    /// Schemas that were among the names of types: the value must match one of them.
    pub(super) any_of: Vec<JsonTree>,
    /// The format that the name of a type implied.
    pub(super) format: Option<&'static str>,
    pub(super) is_nullable: bool,
    /// What no keyword expresses.
    constraints: Vec<String>,
}

impl Pending {
    /// Adds a keyword to the description.
    pub(super) fn describe(&mut self, keyword: &str, value: &JsonTree) {
        self.constraints.push(format!("{keyword}: {}", value.to_json().as_str()));
    }
}

impl Repairer<'_, '_> {
    /// Repairs the properties of an object.
    pub(super) fn properties(
        &mut self,
        value: &JsonTree,
        at: &Path<'_>,
        pending: &mut Pending,
    ) -> Option<JsonTree> {
        if let JsonTree::List(items) = value {
            return self.listed_properties(items, at, pending);
        }
        let members = value.as_object().into_iter().flat_map(OrderedMap::iter);
        let required = members.filter(|(_, schema)| is_required(schema));
        pending.required.extend(required.map(|(name, _)| name.to_owned()));
        self.named(value, at, Slot::Property)
    }

    /// Makes an object of a list of properties: objects with a `name`, as parameters of OpenAPI have it, or with a single
    /// member. PHP writes no properties as an empty list.
    fn listed_properties(
        &mut self,
        items: &[JsonTree],
        at: &Path<'_>,
        pending: &mut Pending,
    ) -> Option<JsonTree> {
        self.invalid(NoteAction::Changed, at, "replaced by an object: the properties are a list");
        let mut schemas = OrderedMap::new();
        for (index, item) in items.iter().enumerate() {
            let at = at.index(index);
            let members =
                item.as_object().map(|members| members.iter().collect::<Vec<_>>()).unwrap_or_default();
            let (name, schema) = match (item.get("name").and_then(JsonTree::as_text), members.as_slice()) {
                (Some(name), _) => {
                    let mut schema = self.schema(item, &at, Slot::Property);
                    if let JsonTree::Object(keywords) = &mut schema {
                        keywords.remove("name");
                    }
                    if is_required(item) {
                        pending.required.push(name.clone());
                    }
                    (name, schema)
                }
                (None, [(name, schema)]) if schema.as_object().is_some() => {
                    if is_required(schema) {
                        pending.required.push((*name).to_owned());
                    }
                    ((*name).to_owned(), self.schema(schema, &at.name(name), Slot::Property))
                }
                (None, _) => {
                    self.invalid(NoteAction::Dropped, &at, "dropped the property: it has no name");
                    continue;
                }
            };
            schemas.insert(name, schema);
        }
        Some(JsonTree::Object(schemas))
    }

    /// Repairs `required`: a list of names, each once.
    ///
    /// Up to draft 03, and in OpenAPI's parameters, it is a flag of the property itself.
    pub(super) fn required(
        &mut self,
        value: &JsonTree,
        given: &Keywords,
        at: &Path<'_>,
        slot: Slot,
    ) -> Option<JsonTree> {
        if let Some(required) = flag(value) {
            let message = match (slot, required) {
                (Slot::Property, true) => {
                    "moved to the object's list of required properties: it is not a flag since draft 04"
                }
                (_, true) => {
                    "dropped the keyword: it is a list of names, and the schema is not that of a property"
                }
                (_, false) => "dropped the keyword: it is a list of names since draft 04",
            };
            let is_moved = slot == Slot::Property && required;
            self.invalid(if is_moved { NoteAction::Moved } else { NoteAction::Dropped }, at, message);
            return None;
        }
        if let Some(name) = value.as_text() {
            let is_property = given.get("properties").and_then(|properties| properties.get(&name)).is_some();
            if is_property {
                self.invalid(NoteAction::Changed, at, "put into a list: the keyword has a list of names");
                return Some(JsonTree::List(vec![value.clone()]));
            }
        }
        self.names(value, at)
    }

    /// Repairs a list of names, each once.
    fn names(&mut self, value: &JsonTree, at: &Path<'_>) -> Option<JsonTree> {
        let JsonTree::List(names) = value else {
            self.invalid(NoteAction::Dropped, at, "dropped the keyword: its value is not a list of names");
            return None;
        };
        let mut seen = BTreeSet::new();
        let kept: Vec<JsonTree> = names
            .iter()
            .filter(|name| name.as_text().is_some_and(|name| seen.insert(name)))
            .cloned()
            .collect();
        if kept.len() < names.len() {
            self.invalid(NoteAction::Changed, at, "removed what is not a name, and repeated names");
        }
        Some(JsonTree::List(kept))
    }

    /// Repairs `items`, which is one schema since draft 2020-12: a list of them is `prefixItems`.
    pub(super) fn items(
        &mut self,
        value: &JsonTree,
        given: &Keywords,
        at: &Path<'_>,
    ) -> Option<(String, JsonTree)> {
        let JsonTree::List(items) = value else {
            return Some(("items".to_owned(), self.schema(value, at, Slot::Other)));
        };
        if items.is_empty() || given.contains("prefixItems") {
            let message = if items.is_empty() {
                "dropped the keyword: its list is empty"
            } else {
                "dropped the keyword: `prefixItems` has the list"
            };
            self.invalid(NoteAction::Dropped, at, message);
            return None;
        }
        self.invalid(
            NoteAction::Changed,
            at,
            "moved to `prefixItems`: `items` is one schema since draft 2020-12",
        );
        Some(("prefixItems".to_owned(), self.list(value, at, true)?))
    }

    /// Repairs `additionalItems`, which is the schema of the items after those of a list.
    pub(super) fn additional_items(
        &mut self,
        value: &JsonTree,
        given: &Keywords,
        at: &Path<'_>,
    ) -> Option<(String, JsonTree)> {
        let has_list = given.get("items").and_then(JsonTree::as_list).is_some_and(|items| !items.is_empty());
        let is_free = has_list && !given.contains("prefixItems");
        let is_after_prefix = given.contains("prefixItems") && !given.contains("items");
        if !is_free && !is_after_prefix {
            self.invalid(
                NoteAction::Dropped,
                at,
                "dropped the keyword: it has no effect without a list of items",
            );
            return None;
        }
        self.invalid(
            NoteAction::Changed,
            at,
            "moved to `items`: the keyword has this name since draft 2020-12",
        );
        Some(("items".to_owned(), self.schema(value, at, Slot::Other)))
    }

    /// Splits `dependencies`, which are two keywords since draft 2019-09.
    pub(super) fn dependencies(&mut self, value: &JsonTree, at: &Path<'_>, pending: &mut Pending) {
        let JsonTree::Object(members) = value else {
            self.invalid(NoteAction::Dropped, at, "dropped the keyword: its value is not an object");
            return;
        };
        let message =
            "moved to `dependentRequired` and `dependentSchemas`: the keyword is two since draft 2019-09";
        self.invalid(NoteAction::Changed, at, message);
        for (name, member) in members.iter() {
            let at = at.name(name);
            match member {
                JsonTree::List(_) => {
                    let names = self.names(member, &at);
                    pending.dependent_required.extend(names.map(|names| (name.to_owned(), names)));
                }
                // Draft 03 has a single name without a list.
                JsonTree::Scalar(_) if member.kind() == "string" => {
                    pending.dependent_required.push((name.to_owned(), JsonTree::List(vec![member.clone()])));
                }
                member => {
                    let schema = self.schema(member, &at, Slot::Other);
                    pending.dependent_schemas.push((name.to_owned(), schema));
                }
            }
        }
    }

    pub(super) fn dependent_required(&mut self, value: &JsonTree, at: &Path<'_>) -> Option<JsonTree> {
        let JsonTree::Object(members) = value else {
            self.invalid(NoteAction::Dropped, at, "dropped the keyword: its value is not an object of lists");
            return None;
        };
        let mut lists = Vec::with_capacity(members.len());
        for (name, member) in members.iter() {
            let at = at.name(name);
            let list = if member.kind() == "string" {
                self.invalid(NoteAction::Changed, &at, "put into a list: the keyword has lists of names");
                Some(JsonTree::List(vec![member.clone()]))
            } else {
                self.names(member, &at)
            };
            lists.extend(list.map(|list| (name, list)));
        }
        Some(JsonTree::Object(lists.into_iter().collect()))
    }

    /// Repairs an exclusive bound, which is a flag in draft 04 and takes its number from its neighbour.
    pub(super) fn exclusive(
        &mut self,
        keyword: &str,
        value: &JsonTree,
        given: &Keywords,
        at: &Path<'_>,
    ) -> Option<JsonTree> {
        let neighbour = if keyword == "exclusiveMinimum" { "minimum" } else { "maximum" };
        let bound = given.get(neighbour).and_then(values::number);
        match bound.filter(|_| flag(value) == Some(true)) {
            Some(bound) => {
                let message = "replaced by the number of the bound: the keyword is not a flag since draft 06";
                self.invalid(NoteAction::Changed, at, message);
                Some(bound)
            }
            None => {
                self.invalid(NoteAction::Dropped, at, "dropped the keyword: it is not a flag since draft 06");
                None
            }
        }
    }

    /// Adds what depends on several keywords.
    pub(super) fn finish(
        &mut self,
        out: &mut Keywords,
        given: &Keywords,
        pending: Pending,
        at: &Path<'_>,
        slot: Slot,
    ) {
        let Pending {
            required,
            dependent_required,
            dependent_schemas,
            any_of,
            format,
            is_nullable,
            constraints,
        } = pending;
        if let Some(format) = format.filter(|_| !out.contains("format")) {
            out.insert("format", JsonTree::string(format));
        }
        if !required.is_empty() {
            let mut names = out.get("required").and_then(JsonTree::as_list).unwrap_or_default().to_vec();
            let known: BTreeSet<String> = names.iter().filter_map(JsonTree::as_text).collect();
            names.extend(
                required.iter().filter(|name| !known.contains(*name)).map(|name| JsonTree::string(name)),
            );
            out.insert("required", JsonTree::List(names));
        }
        self.remove_impossible_names(out, given, at);
        extend_object(out, "dependentRequired", dependent_required);
        extend_object(out, "dependentSchemas", dependent_schemas);
        if !any_of.is_empty() {
            add_alternatives(out, any_of);
        }
        if is_nullable && slot != Slot::Root {
            allow_null(out);
        }
        if !constraints.is_empty() {
            extend_description(out, &constraints.join("; "));
        }
    }

    /// Removes names from `required` that no object could have, because it is closed and does not define them.
    fn remove_impossible_names(&mut self, out: &mut Keywords, given: &Keywords, at: &Path<'_>) {
        let is_closed = out.get("additionalProperties").is_some_and(|schema| flag(schema) == Some(false));
        if !is_closed || out.contains("patternProperties") || !given.contains("required") {
            return;
        }
        let Some(JsonTree::List(names)) = out.get("required") else { return };
        let properties = out.get("properties").and_then(JsonTree::as_object);
        let is_possible = |name: &&JsonTree| {
            name.as_text().is_some_and(|name| properties.is_some_and(|properties| properties.contains(&name)))
        };
        let kept: Vec<JsonTree> = names.iter().filter(is_possible).cloned().collect();
        if kept.len() < names.len() {
            out.insert("required", JsonTree::List(kept));
            let message = "removed names that the object does not define: it allows no others";
            self.invalid(NoteAction::Changed, &at.name("required"), message);
        }
    }
}

fn is_required(schema: &JsonTree) -> bool {
    schema.get("required").and_then(flag) == Some(true)
}

/// Adds members to an object, except for those that it has.
fn extend_object(out: &mut Keywords, keyword: &str, added: Vec<(String, JsonTree)>) {
    if added.is_empty() {
        return;
    }
    let mut members = out.get(keyword).and_then(JsonTree::as_object).cloned().unwrap_or_default();
    for (name, member) in added {
        if !members.contains(&name) {
            members.insert(name, member);
        }
    }
    out.insert(keyword, JsonTree::Object(members));
}

/// Adds alternatives. A value must match one of them.
fn add_alternatives(out: &mut Keywords, alternatives: Vec<JsonTree>) {
    if !out.contains("anyOf") {
        out.insert("anyOf", JsonTree::List(alternatives));
        return;
    }
    let any_of = JsonTree::Object([("anyOf", JsonTree::List(alternatives))].into_iter().collect());
    let mut all = out.get("allOf").and_then(JsonTree::as_list).unwrap_or_default().to_vec();
    all.push(any_of);
    out.insert("allOf", JsonTree::List(all));
}

/// Keywords that say something about a value without limiting it.
const ANNOTATIONS: &[&str] = &[
    "$comment",
    "default",
    "deprecated",
    "description",
    "example",
    "examples",
    "readOnly",
    "title",
    "writeOnly",
];

/// Lets a schema accept `null`.
fn allow_null(out: &mut Keywords) {
    let null = JsonTree::string("null");
    let null_value = || JsonTree::Scalar(outcrop_core::RawJson::null());
    if let Some(one) = out.get("const").cloned() {
        if one.kind() != "null" {
            out.remove("const");
            out.insert("enum", JsonTree::List(vec![one, null_value()]));
        }
    } else if let Some(JsonTree::List(values)) = out.get("enum") {
        if !values.iter().any(|value| value.kind() == "null") {
            let values = values.iter().cloned().chain([null_value()]).collect();
            out.insert("enum", JsonTree::List(values));
        }
    }
    let is_limiting = |keyword: &str| !ANNOTATIONS.contains(&keyword);
    match (out.get("type"), out.get("anyOf")) {
        (Some(JsonTree::List(types)), _) => {
            if !types.contains(&null) {
                let types = types.iter().cloned().chain([null]).collect();
                out.insert("type", JsonTree::List(types));
            }
        }
        (Some(one), _) => {
            if *one != null {
                out.insert("type", JsonTree::List(vec![one.clone(), null]));
            }
        }
        (None, Some(JsonTree::List(alternatives))) => {
            let is_null = |schema: &JsonTree| schema.get("type") == Some(&null);
            if !alternatives.iter().any(is_null) {
                let null = JsonTree::Object([("type", null)].into_iter().collect());
                let alternatives = alternatives.iter().cloned().chain([null]).collect();
                out.insert("anyOf", JsonTree::List(alternatives));
            }
        }
        // A reference, or alternatives of another kind: the whole is one of two.
        (None, _) if out.keys().any(|keyword| is_limiting(keyword) && keyword != "enum") => {
            let mut whole = Keywords::new();
            let mut around = Keywords::new();
            for (keyword, value) in std::mem::take(out) {
                if is_limiting(&keyword) {
                    whole.insert(keyword, value)
                } else {
                    around.insert(keyword, value)
                };
            }
            let null = JsonTree::Object([("type", null)].into_iter().collect());
            around.insert("anyOf", JsonTree::List(vec![JsonTree::Object(whole), null]));
            *out = around;
        }
        (None, _) => {}
    }
}
