//! References within a schema, put in their places.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use outcrop_core::OrderedMap;

use super::SchemaError;
use crate::json_tree::JsonTree;

type Definitions = OrderedMap<JsonTree>;

/// How many parts a schema may have once its references are put in place: definitions that refer to each other twice
/// double with each step.
const MAX_PARTS: usize = 100_000;

/// How deep a schema may be nested once its references are put in place.
const MAX_DEPTH: usize = 300;

/// Replaces references to the schema's own definitions (`#/$defs/NAME`, `#/definitions/NAME`) by what they name.
///
/// Members beside a reference override those of the definition, as AG2 has it. A definition that contains itself
/// stays a definition, under `$defs`, and keeps its references; when the schema as a whole is such a reference, it is
/// put in place once.
///
/// # Errors
/// A reference to elsewhere, or to a definition that is not there; a schema that would grow beyond all bounds.
pub(crate) fn inline_references(schema: &JsonTree) -> Result<JsonTree, SchemaError> {
    let JsonTree::Object(members) = schema else { return Ok(schema.clone()) };
    let definitions = definitions_of(members);
    let references: BTreeMap<&str, Vec<String>> =
        definitions.iter().map(|(name, definition)| (name, referenced_names(definition))).collect();
    let recursive: BTreeSet<&str> =
        definitions.keys().filter(|name| reaches_itself(name, &references)).collect();
    let inliner = Inliner { definitions: &definitions, recursive, parts: Cell::new(0), depth: Cell::new(0) };

    let body: OrderedMap<JsonTree> = members
        .iter()
        .filter(|(name, _)| *name != "$defs" && *name != "definitions")
        .map(|(name, part)| (name, part.clone()))
        .collect();
    let mut inlined = inliner.inline(&JsonTree::Object(body))?;
    if let Some(name) = inlined.get("$ref").and_then(|reference| inliner.target(reference).ok()) {
        inlined = inliner.expand_root(&name, &inlined)?;
    }
    inliner.attach_definitions(inlined)
}

fn definitions_of(members: &OrderedMap<JsonTree>) -> Definitions {
    let sections =
        ["definitions", "$defs"].into_iter().filter_map(|section| members.get(section)?.as_object());
    sections.flat_map(OrderedMap::iter).map(|(name, part)| (name, part.clone())).collect()
}

/// Whether a definition refers to itself, directly or through others.
fn reaches_itself(start: &str, references: &BTreeMap<&str, Vec<String>>) -> bool {
    let mut seen = BTreeSet::new();
    let mut open: Vec<&str> = vec![start];
    while let Some(from) = open.pop() {
        for name in references.get(from).into_iter().flatten() {
            if name == start {
                return true;
            }
            if seen.insert(name.as_str()) {
                open.push(name);
            }
        }
    }
    false
}

/// The names of the definitions that a schema refers to.
fn referenced_names(schema: &JsonTree) -> Vec<String> {
    let mut names = Vec::new();
    let mut open = vec![schema];
    while let Some(part) = open.pop() {
        match part {
            JsonTree::Scalar(_) => {}
            JsonTree::List(items) => open.extend(items),
            JsonTree::Object(members) => {
                let reference = members.get("$ref").and_then(JsonTree::as_text);
                names
                    .extend(reference.as_deref().and_then(|text| text.rsplit('/').next()).map(str::to_owned));
                open.extend(members.values());
            }
        }
    }
    names
}

struct Inliner<'a> {
    definitions: &'a Definitions,
    recursive: BTreeSet<&'a str>,
    /// How many parts there are so far.
    parts: Cell<usize>,
    /// How deep the part lies that is looked at.
    depth: Cell<usize>,
}

impl Inliner<'_> {
    fn inline(&self, part: &JsonTree) -> Result<JsonTree, SchemaError> {
        let (parts, depth) = (self.parts.get(), self.depth.get());
        if parts == MAX_PARTS || depth == MAX_DEPTH {
            let what = if depth == MAX_DEPTH { "nested too deep" } else { "too large" };
            let message = format!("the schema is {what} once its references are put in place");
            return Err(SchemaError::new("", message));
        }
        self.parts.set(parts + 1);
        self.depth.set(depth + 1);
        let inlined = self.inline_part(part);
        self.depth.set(depth);
        inlined
    }

    fn inline_part(&self, part: &JsonTree) -> Result<JsonTree, SchemaError> {
        match part {
            JsonTree::Scalar(_) => Ok(part.clone()),
            JsonTree::List(items) => {
                items.iter().map(|item| self.inline(item)).collect::<Result<_, _>>().map(JsonTree::List)
            }
            JsonTree::Object(members) => match members.get("$ref") {
                Some(reference) if reference.kind() == "string" => self.inline_reference(members, reference),
                _ => self.inline_members(members.iter()).map(JsonTree::Object),
            },
        }
    }

    fn inline_reference(
        &self,
        members: &OrderedMap<JsonTree>,
        reference: &JsonTree,
    ) -> Result<JsonTree, SchemaError> {
        let name = self.target(reference)?;
        let beside = members.iter().filter(|(member, _)| *member != "$ref");
        if self.recursive.contains(name.as_str()) {
            let mut kept = self.inline_members(beside)?;
            kept.insert("$ref", JsonTree::string(&format!("#/$defs/{name}")));
            return Ok(JsonTree::Object(kept));
        }
        self.inline(&overridden(self.definition(&name)?, beside))
    }

    fn inline_members<'t>(
        &self,
        members: impl Iterator<Item = (&'t str, &'t JsonTree)>,
    ) -> Result<OrderedMap<JsonTree>, SchemaError> {
        members
            .map(|(name, part)| Ok((name, self.inline(part)?)))
            .collect::<Result<Vec<_>, _>>()
            .map(|m| m.into_iter().collect())
    }

    /// The definition that a reference names.
    fn target(&self, reference: &JsonTree) -> Result<String, SchemaError> {
        let text = reference.as_text().unwrap_or_default();
        let name = text.strip_prefix("#/$defs/").or_else(|| text.strip_prefix("#/definitions/"));
        let Some(name) = name else {
            return Err(SchemaError::new(
                "",
                format!("the reference `{text}` is not one to the schema's own `$defs`"),
            ));
        };
        self.definition(name).map(|_| name.to_owned())
    }

    fn definition(&self, name: &str) -> Result<&JsonTree, SchemaError> {
        self.definitions
            .get(name)
            .ok_or_else(|| SchemaError::new("", format!("the definition `{name}` is not in `$defs`")))
    }

    /// A schema that is nothing but a reference to a recursive definition: that definition, once.
    fn expand_root(&self, name: &str, root: &JsonTree) -> Result<JsonTree, SchemaError> {
        let beside =
            root.as_object().into_iter().flat_map(OrderedMap::iter).filter(|(member, _)| *member != "$ref");
        match overridden(self.definition(name)?, beside) {
            JsonTree::Object(members) => self.inline_members(members.iter()).map(JsonTree::Object),
            other => Ok(other),
        }
    }

    /// Adds the recursive definitions that are still referred to.
    fn attach_definitions(&self, schema: JsonTree) -> Result<JsonTree, SchemaError> {
        let mut wanted = BTreeSet::new();
        let mut open = referenced_names(&schema);
        let mut kept = OrderedMap::new();
        while let Some(name) = open.pop() {
            if !wanted.insert(name.clone()) {
                continue;
            }
            let body = match self.definition(&name)? {
                JsonTree::Object(members) => JsonTree::Object(self.inline_members(members.iter())?),
                other => other.clone(),
            };
            open.extend(referenced_names(&body));
            kept.insert(name, body);
        }
        match schema {
            JsonTree::Object(mut members) if !kept.is_empty() => {
                members.insert("$defs", JsonTree::Object(kept));
                Ok(JsonTree::Object(members))
            }
            schema => Ok(schema),
        }
    }
}

/// A definition, some of its members replaced.
pub(super) fn overridden<'t>(
    definition: &JsonTree,
    by: impl Iterator<Item = (&'t str, &'t JsonTree)>,
) -> JsonTree {
    match definition {
        JsonTree::Object(members) => {
            let mut members = members.clone();
            members.extend(by.map(|(name, part)| (name, part.clone())));
            JsonTree::Object(members)
        }
        other => other.clone(),
    }
}
