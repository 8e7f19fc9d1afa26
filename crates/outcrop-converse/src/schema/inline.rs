//! References within a schema, put in their places.

use std::collections::BTreeSet;

use outcrop_core::OrderedMap;

use super::SchemaError;
use crate::tree::Tree;

type Definitions = OrderedMap<Tree>;

/// Replaces references to the schema's own definitions (`#/$defs/NAME`, `#/definitions/NAME`) by what they name.
///
/// Members beside a reference override those of the definition, as AG2 has it. A definition that contains itself
/// stays a definition, under `$defs`, and keeps its references; when the schema as a whole is such a reference, it is
/// put in place once.
///
/// # Errors
/// A reference to elsewhere, or to a definition that is not there.
pub(crate) fn inline_references(schema: &Tree) -> Result<Tree, SchemaError> {
    let Tree::Object(members) = schema else { return Ok(schema.clone()) };
    let definitions = definitions_of(members);
    let recursive: BTreeSet<&str> =
        definitions.keys().filter(|name| reaches_itself(name, &definitions)).collect();
    let inliner = Inliner { definitions: &definitions, recursive };

    let body: OrderedMap<Tree> = members
        .iter()
        .filter(|(name, _)| *name != "$defs" && *name != "definitions")
        .map(|(name, part)| (name, part.clone()))
        .collect();
    let mut inlined = inliner.inline(&Tree::Object(body))?;
    if let Some(name) = inlined.get("$ref").and_then(|reference| inliner.target(reference).ok()) {
        inlined = inliner.expand_root(&name, &inlined)?;
    }
    inliner.attach_definitions(inlined)
}

fn definitions_of(members: &OrderedMap<Tree>) -> Definitions {
    let sections =
        ["definitions", "$defs"].into_iter().filter_map(|section| members.get(section)?.as_object());
    sections.flat_map(OrderedMap::iter).map(|(name, part)| (name, part.clone())).collect()
}

/// Whether a definition refers to itself, directly or through others.
fn reaches_itself(start: &str, definitions: &Definitions) -> bool {
    let mut seen = BTreeSet::new();
    let mut open: Vec<String> = definitions.get(start).map(referenced_names).unwrap_or_default();
    while let Some(name) = open.pop() {
        if name == start {
            return true;
        }
        if let Some(definition) = definitions.get(&name) {
            if seen.insert(name) {
                open.extend(referenced_names(definition));
            }
        }
    }
    false
}

/// The names of the definitions that a schema refers to.
fn referenced_names(schema: &Tree) -> Vec<String> {
    let mut names = Vec::new();
    let mut open = vec![schema];
    while let Some(part) = open.pop() {
        match part {
            Tree::Scalar(_) => {}
            Tree::List(items) => open.extend(items),
            Tree::Object(members) => {
                let reference = members.get("$ref").and_then(Tree::as_text);
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
}

impl Inliner<'_> {
    fn inline(&self, part: &Tree) -> Result<Tree, SchemaError> {
        match part {
            Tree::Scalar(_) => Ok(part.clone()),
            Tree::List(items) => {
                items.iter().map(|item| self.inline(item)).collect::<Result<_, _>>().map(Tree::List)
            }
            Tree::Object(members) => match members.get("$ref") {
                Some(reference) if reference.kind() == "string" => self.inline_reference(members, reference),
                _ => self.inline_members(members.iter()).map(Tree::Object),
            },
        }
    }

    fn inline_reference(&self, members: &OrderedMap<Tree>, reference: &Tree) -> Result<Tree, SchemaError> {
        let name = self.target(reference)?;
        let beside = members.iter().filter(|(member, _)| *member != "$ref");
        if self.recursive.contains(name.as_str()) {
            let mut kept = self.inline_members(beside)?;
            kept.insert("$ref", Tree::string(&format!("#/$defs/{name}")));
            return Ok(Tree::Object(kept));
        }
        self.inline(&overridden(self.definition(&name)?, beside))
    }

    fn inline_members<'t>(
        &self,
        members: impl Iterator<Item = (&'t str, &'t Tree)>,
    ) -> Result<OrderedMap<Tree>, SchemaError> {
        members
            .map(|(name, part)| Ok((name, self.inline(part)?)))
            .collect::<Result<Vec<_>, _>>()
            .map(|m| m.into_iter().collect())
    }

    /// The definition that a reference names.
    fn target(&self, reference: &Tree) -> Result<String, SchemaError> {
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

    fn definition(&self, name: &str) -> Result<&Tree, SchemaError> {
        self.definitions
            .get(name)
            .ok_or_else(|| SchemaError::new("", format!("the definition `{name}` is not in `$defs`")))
    }

    /// A schema that is nothing but a reference to a recursive definition: that definition, once.
    fn expand_root(&self, name: &str, root: &Tree) -> Result<Tree, SchemaError> {
        let beside =
            root.as_object().into_iter().flat_map(OrderedMap::iter).filter(|(member, _)| *member != "$ref");
        match overridden(self.definition(name)?, beside) {
            Tree::Object(members) => self.inline_members(members.iter()).map(Tree::Object),
            other => Ok(other),
        }
    }

    /// Adds the recursive definitions that are still referred to.
    fn attach_definitions(&self, schema: Tree) -> Result<Tree, SchemaError> {
        let mut wanted = BTreeSet::new();
        let mut open = referenced_names(&schema);
        let mut kept = OrderedMap::new();
        while let Some(name) = open.pop() {
            if !wanted.insert(name.clone()) {
                continue;
            }
            let body = match self.definition(&name)? {
                Tree::Object(members) => Tree::Object(self.inline_members(members.iter())?),
                other => other.clone(),
            };
            open.extend(referenced_names(&body));
            kept.insert(name, body);
        }
        match schema {
            Tree::Object(mut members) if !kept.is_empty() => {
                members.insert("$defs", Tree::Object(kept));
                Ok(Tree::Object(members))
            }
            schema => Ok(schema),
        }
    }
}

/// A definition, some of its members replaced.
fn overridden<'t>(definition: &Tree, by: impl Iterator<Item = (&'t str, &'t Tree)>) -> Tree {
    match definition {
        Tree::Object(members) => {
            let mut members = members.clone();
            members.extend(by.map(|(name, part)| (name, part.clone())));
            Tree::Object(members)
        }
        other => other.clone(),
    }
}
