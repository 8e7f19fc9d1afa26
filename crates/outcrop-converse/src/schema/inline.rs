//! Replacement of the references in a schema by what they refer to.
//!
//! Models behind Converse differ in whether they follow references, and AG2 replaces them as well.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use outcrop_core::OrderedMap;

use super::SchemaError;
use crate::json_tree::JsonTree;

type Definitions = OrderedMap<JsonTree>;

/// The maximum number of parts of a schema after the replacement.
///
/// Definitions that each refer twice to the next one double with every step: sixty of them, in a schema of a few kilobytes,
/// would not fit into any memory.
const MAX_PARTS: usize = 100_000;

/// The maximum nesting of a schema after the replacement, which a recursive function can still process on a small stack.
const MAX_DEPTH: usize = 300;

/// Replaces references to the schema's own definitions (`#/$defs/NAME`, `#/definitions/NAME`) by the definitions.
///
/// Members next to a reference override those of the definition, as in AG2. A definition that contains itself stays under
/// `$defs`, and references to it stay as well. If the whole schema is such a reference, it is replaced once, because the top
/// of a schema must be an object.
///
/// # Errors
/// A reference to elsewhere, or to a definition that does not exist, or a schema that would exceed the limits.
pub(crate) fn inline_references(schema: &JsonTree) -> Result<JsonTree, SchemaError> {
    let JsonTree::Object(members) = schema else { return Ok(schema.clone()) };
    let definitions = definitions_of(members);
    // A reference without its definition is an error here, because the service rejects the whole request for it:
    // https://github.com/langchain4j/langchain4j/pull/5097 (M26).
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

/// Returns whether a definition refers to itself, directly or through others.
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

/// Returns the names of the definitions that a schema refers to.
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
    /// The number of parts so far.
    parts: Cell<usize>,
    /// The nesting of the current part.
    depth: Cell<usize>,
}

impl Inliner<'_> {
    fn inline(&self, part: &JsonTree) -> Result<JsonTree, SchemaError> {
        let (parts, depth) = (self.parts.get(), self.depth.get());
        if parts == MAX_PARTS || depth == MAX_DEPTH {
            let problem = if depth == MAX_DEPTH { "nested too deep" } else { "too large" };
            let message = format!("the schema is {problem} after its references are replaced");
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
                // A property may have the name `$ref`; its schema is not a string.
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
        let siblings = members.iter().filter(|(member, _)| *member != "$ref");
        if self.recursive.contains(name.as_str()) {
            let mut kept = self.inline_members(siblings)?;
            kept.insert("$ref", JsonTree::string(&format!("#/$defs/{name}")));
            return Ok(JsonTree::Object(kept));
        }
        self.inline(&overridden(self.definition(&name)?, siblings))
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

    /// Returns the name of the definition that a reference refers to.
    fn target(&self, reference: &JsonTree) -> Result<String, SchemaError> {
        let text = reference.as_text().unwrap_or_default();
        let name = text.strip_prefix("#/$defs/").or_else(|| text.strip_prefix("#/definitions/"));
        let Some(name) = name else {
            return Err(SchemaError::new(
                "",
                format!("the reference `{text}` does not refer to the schema's own `$defs`"),
            ));
        };
        self.definition(name).map(|_| name.to_owned())
    }

    fn definition(&self, name: &str) -> Result<&JsonTree, SchemaError> {
        self.definitions
            .get(name)
            .ok_or_else(|| SchemaError::new("", format!("the definition `{name}` is not in `$defs`")))
    }

    /// Replaces a whole schema that is a reference to a recursive definition, once.
    fn expand_root(&self, name: &str, root: &JsonTree) -> Result<JsonTree, SchemaError> {
        let siblings =
            root.as_object().into_iter().flat_map(OrderedMap::iter).filter(|(member, _)| *member != "$ref");
        match overridden(self.definition(name)?, siblings) {
            JsonTree::Object(members) => self.inline_members(members.iter()).map(JsonTree::Object),
            other => Ok(other),
        }
    }

    /// Adds the recursive definitions that are still in use.
    fn attach_definitions(&self, schema: JsonTree) -> Result<JsonTree, SchemaError> {
        let mut used = BTreeSet::new();
        let mut open = referenced_names(&schema);
        let mut kept = OrderedMap::new();
        while let Some(name) = open.pop() {
            if !used.insert(name.clone()) {
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

/// Returns a definition with some of its members replaced.
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
