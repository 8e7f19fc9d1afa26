//! Replacement of references by what they refer to.
//!
//! Models behind Converse differ in whether they follow references, and AG2 replaces them as well. A definition that
//! contains itself stays under `$defs`, and so do all definitions if the schema would grow out of proportion without
//! them.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use outcrop_core::OrderedMap;

use super::keywords::map_subschemas;
use super::recursion::{Definitions, reference_name, referenced_names};
use crate::json_tree::JsonTree;

/// The maximum number of parts of a schema after the replacement.
///
/// Definitions that each refer twice to the next one double with every step: sixty of them, in a schema of a few kilobytes,
/// would not fit into any memory.
const MAX_PARTS: usize = 100_000;

/// The maximum nesting of a schema after the replacement, so that everything after it can still parse the schema.
const MAX_DEPTH: usize = JsonTree::MAX_DEPTH;

/// Replaces the references of a schema, which all refer to `#/$defs/NAME` of `definitions`.
///
/// Members next to a reference override those of the definition, as in AG2, except that properties are added to its own. If
/// the whole schema is a reference to a definition that stays, it is replaced once, because the top of a schema must be an
/// object.
pub(super) fn inline(schema: JsonTree, definitions: &BTreeMap<String, JsonTree>) -> JsonTree {
    if definitions.is_empty() {
        return schema;
    }
    let known = Definitions::new(definitions);
    let size = known.expanded_size(&schema);
    let kept: BTreeSet<&str> = if size.parts > MAX_PARTS || size.depth > MAX_DEPTH {
        definitions.keys().map(String::as_str).collect()
    } else {
        known.recursive().collect()
    };
    let inliner = Inliner { definitions, kept };
    let mut inlined = inliner.inline(&schema);
    // As often as there are definitions: one that is only a reference to the next may lead back to the first.
    for _ in 0..definitions.len() {
        let Some(name) = reference_name(&inlined) else { break };
        inlined = inliner.expand_root(&name, &inlined);
    }
    inliner.attach_definitions(inlined)
}

struct Inliner<'a> {
    definitions: &'a BTreeMap<String, JsonTree>,
    /// The definitions that stay, and the references to them.
    kept: BTreeSet<&'a str>,
}

impl Inliner<'_> {
    fn inline(&self, part: &JsonTree) -> JsonTree {
        let JsonTree::Object(keywords) = part else { return part.clone() };
        let definition = reference_name(part)
            .filter(|name| !self.kept.contains(name.as_str()))
            .and_then(|name| self.definitions.get(&name));
        match definition {
            Some(definition) => {
                let siblings = keywords.iter().filter(|(keyword, _)| *keyword != "$ref");
                self.inline(&overridden(definition, siblings))
            }
            None => self.inline_keywords(keywords),
        }
    }

    fn inline_keywords(&self, keywords: &OrderedMap<JsonTree>) -> JsonTree {
        let inlined = keywords.iter().map(|(keyword, value)| {
            let inlined = map_subschemas(keyword, value, |part| Ok::<_, Infallible>(self.inline(part)));
            (keyword, inlined.unwrap_or_else(|never| match never {}))
        });
        JsonTree::Object(inlined.collect())
    }

    /// Replaces a whole schema that is a reference to a definition that stays, once.
    fn expand_root(&self, name: &str, root: &JsonTree) -> JsonTree {
        let Some(definition) = self.definitions.get(name) else { return root.clone() };
        let siblings = root.as_object().into_iter().flat_map(OrderedMap::iter);
        match overridden(definition, siblings.filter(|(keyword, _)| *keyword != "$ref")) {
            JsonTree::Object(keywords) => self.inline_keywords(&keywords),
            other => other,
        }
    }

    /// Adds the definitions that are still in use.
    fn attach_definitions(&self, schema: JsonTree) -> JsonTree {
        let mut used = BTreeSet::new();
        let mut open = referenced_names(&schema);
        open.reverse();
        let mut kept = OrderedMap::new();
        while let Some(name) = open.pop() {
            let Some(definition) = self.definitions.get(&name).filter(|_| used.insert(name.clone())) else {
                continue;
            };
            let body = match definition {
                JsonTree::Object(keywords) => self.inline_keywords(keywords),
                other => other.clone(),
            };
            open.extend(referenced_names(&body).into_iter().rev());
            kept.insert(name, body);
        }
        match schema {
            JsonTree::Object(mut keywords) if !kept.is_empty() => {
                keywords.insert("$defs", JsonTree::Object(kept));
                JsonTree::Object(keywords)
            }
            schema => schema,
        }
    }
}

/// Returns a definition with some of its members replaced. Properties, and the names of required ones, are added.
pub(super) fn overridden<'t>(
    definition: &JsonTree,
    by: impl Iterator<Item = (&'t str, &'t JsonTree)>,
) -> JsonTree {
    let JsonTree::Object(keywords) = definition else { return definition.clone() };
    let mut keywords = keywords.clone();
    for (keyword, value) in by {
        let merged = match (keyword, keywords.get(keyword), value) {
            // A definition and what is derived from it.
            ("properties", Some(JsonTree::Object(base)), JsonTree::Object(own)) => {
                let mut all = base.clone();
                all.extend(own.iter().map(|(name, schema)| (name, schema.clone())));
                JsonTree::Object(all)
            }
            ("required", Some(JsonTree::List(base)), JsonTree::List(own)) => {
                let names: BTreeSet<String> = base.iter().filter_map(JsonTree::as_text).collect();
                let is_new = |name: &&JsonTree| name.as_text().is_some_and(|name| !names.contains(&name));
                JsonTree::List(base.iter().chain(own.iter().filter(is_new)).cloned().collect())
            }
            _ => value.clone(),
        };
        keywords.insert(keyword, merged);
    }
    JsonTree::Object(keywords)
}
