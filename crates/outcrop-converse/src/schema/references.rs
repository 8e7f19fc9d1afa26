//! What the references in a schema refer to: pointers, anchors and ids, within the schema itself.
//!
//! All drafts from 04 on are understood at once, because most schemas do not name their draft. A reference that a draft
//! would resolve is resolved here; nothing is ever fetched.

use std::collections::{BTreeMap, BTreeSet};

use super::keywords::for_each_subschema;
use super::uri;
use crate::json_tree::JsonTree;

/// The keywords that refer to another schema.
///
/// In one document, `$dynamicRef` and `$recursiveRef` mean the same as `$ref`: only a second document could redirect
/// them. See <https://json-schema.org/draft/2020-12/json-schema-core#section-8.2.3.2>.
pub(super) const REFERENCES: [&str; 3] = ["$ref", "$dynamicRef", "$recursiveRef"];

/// The name of the definition that the whole schema becomes if a reference refers to it.
const ROOT_NAME: &str = "root";

/// The name of a definition whose own has no letter or digit.
const DEFAULT_NAME: &str = "definition";

/// The references in a schema, and the parts that they refer to.
///
/// Parts are identified by their address in the tree, which does not change while the tree is borrowed.
#[derive(Default)]
pub(super) struct References<'t> {
    /// The part that each reference refers to, by the reference. `None` if there is no such part.
    targets: BTreeMap<*const JsonTree, Option<*const JsonTree>>,
    /// The name that each part gets as a definition, by the part.
    names: BTreeMap<*const JsonTree, String>,
    /// The parts that are referred to, each once, with their paths.
    parts: Vec<(&'t JsonTree, String)>,
}

impl<'t> References<'t> {
    /// Finds the references in a schema.
    pub(super) fn find(root: &'t JsonTree) -> Self {
        let mut finder = Finder::new(root);
        finder.visit(root, 0);
        finder.resolve_all()
    }

    /// Returns whether the schema has no reference.
    pub(super) fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }

    /// Returns the name of the definition that a reference refers to. `None` if it refers to nothing in the schema.
    pub(super) fn target(&self, reference: &JsonTree) -> Option<&str> {
        let part = (*self.targets.get(&std::ptr::from_ref(reference))?)?;
        self.names.get(&part).map(String::as_str)
    }

    /// Returns the name of a part as a definition. `None` if nothing refers to it.
    pub(super) fn name(&self, part: &JsonTree) -> Option<&str> {
        self.names.get(&std::ptr::from_ref(part)).map(String::as_str)
    }

    /// Iterates over the parts that are referred to, with their paths.
    pub(super) fn parts(&self) -> impl Iterator<Item = (&'t JsonTree, &str)> {
        self.parts.iter().map(|(part, path)| (*part, path.as_str()))
    }
}

/// A schema with a base URI of its own: the root, and each part with an id.
struct Resource<'t> {
    uri: String,
    root: &'t JsonTree,
}

/// A reference that was found, and the resource that it is in.
struct Found<'t> {
    reference: &'t JsonTree,
    text: String,
    resource: usize,
}

/// A part of the schema, with the names and indices that lead to it.
struct Target<'t> {
    part: &'t JsonTree,
    tokens: Vec<String>,
}

struct Finder<'t> {
    resources: Vec<Resource<'t>>,
    /// The positions of resources, by their URIs.
    by_uri: BTreeMap<String, usize>,
    /// The parts with anchors, by resource and name.
    anchors: BTreeMap<(usize, String), &'t JsonTree>,
    visited: BTreeSet<*const JsonTree>,
    found: Vec<Found<'t>>,
}

impl<'t> Finder<'t> {
    fn new(root: &'t JsonTree) -> Self {
        Self {
            resources: vec![Resource { uri: String::new(), root }],
            by_uri: BTreeMap::new(),
            anchors: BTreeMap::new(),
            visited: BTreeSet::new(),
            found: Vec::new(),
        }
    }

    /// Visits a schema and all schemas in it.
    fn visit(&mut self, part: &'t JsonTree, resource: usize) {
        if !self.visited.insert(std::ptr::from_ref(part)) {
            return;
        }
        let members = match part {
            JsonTree::Scalar(_) => return,
            // Not a schema, but it may become one: see `repair`.
            JsonTree::List(items) => return items.iter().for_each(|item| self.visit(item, resource)),
            JsonTree::Object(members) => members,
        };
        let resource = self.enter(part, resource);
        for keyword in REFERENCES {
            let Some(reference) = members.get(keyword) else { continue };
            if let Some(text) = reference.as_text() {
                self.found.push(Found { reference, text, resource });
            }
        }
        for (keyword, value) in members.iter() {
            match (keyword, value) {
                // Lists where no draft has them. `repair` makes schemas of their items.
                ("type" | "properties", JsonTree::List(items)) => {
                    items.iter().for_each(|item| self.visit(item, resource));
                }
                ("type", JsonTree::Object(_)) => self.visit(value, resource),
                _ => for_each_subschema(keyword, value, |_, part| self.visit(part, resource)),
            }
        }
    }

    /// Registers the id and the anchors of a schema. Returns the resource that it belongs to.
    fn enter(&mut self, part: &'t JsonTree, outer: usize) -> usize {
        let mut resource = outer;
        let text = |keyword: &str| part.get(keyword).and_then(JsonTree::as_text);
        if let Some(id) = text("$id").or_else(|| text("id")) {
            match id.split_once('#') {
                // An anchor, up to draft 7.
                Some(("", name)) if !name.is_empty() => {
                    self.anchors.insert((outer, name.to_owned()), part);
                }
                split => {
                    let id = split.map_or(id.as_str(), |(uri, _)| uri);
                    let base = self.resources.get(outer).map_or("", |resource| resource.uri.as_str());
                    let uri = uri::join(base, id);
                    let is_root = self.resources.first().is_some_and(|root| std::ptr::eq(root.root, part));
                    resource = if is_root { 0 } else { self.resources.len() };
                    if is_root {
                        self.resources.clear();
                    }
                    self.by_uri.entry(id.to_owned()).or_insert(resource);
                    self.by_uri.insert(uri.clone(), resource);
                    self.resources.push(Resource { uri, root: part });
                }
            }
        }
        for keyword in ["$anchor", "$dynamicAnchor"] {
            if let Some(name) = text(keyword) {
                self.anchors.insert((resource, name), part);
            }
        }
        resource
    }

    /// Resolves the references that were found, and those in the parts that they refer to.
    fn resolve_all(mut self) -> References<'t> {
        let mut references = References::default();
        let mut names = Names::default();
        let mut next = 0;
        while let Some(found) = self.found.get(next) {
            next += 1;
            let reference = std::ptr::from_ref(found.reference);
            let (resource, target) = (found.resource, self.resolve(found));
            let Some(Target { part, tokens }) = target else {
                references.targets.insert(reference, None);
                continue;
            };
            let address = std::ptr::from_ref(part);
            references.targets.insert(reference, Some(address));
            if references.names.contains_key(&address) {
                continue;
            }
            references.names.insert(address, names.unique(&definition_name(&tokens)));
            references.parts.push((part, path_of(&tokens)));
            // A part outside of the schemas that were visited, such as one of OpenAPI's `components`.
            self.visit(part, resource);
        }
        references
    }

    fn resolve(&self, found: &Found<'t>) -> Option<Target<'t>> {
        let (uri, fragment) = found.text.split_once('#').unwrap_or((&found.text, ""));
        let mut resources = vec![found.resource, 0];
        if !uri.is_empty() {
            let base = self.resources.get(found.resource).map_or("", |resource| resource.uri.as_str());
            let known = self.by_uri.get(&uri::join(base, uri)).or_else(|| self.by_uri.get(uri))?;
            resources = vec![*known];
        }
        // An id that is only an annotation must not hide the definitions of the root.
        resources.into_iter().find_map(|resource| self.resolve_fragment(resource, fragment))
    }

    fn resolve_fragment(&self, resource: usize, fragment: &str) -> Option<Target<'t>> {
        let root = self.resources.get(resource)?.root;
        let decoded = uri::percent_decoded(fragment);
        match decoded.strip_prefix('/') {
            None if decoded.is_empty() => Some(Target { part: root, tokens: Vec::new() }),
            None => {
                let part = *self.anchors.get(&(resource, decoded.clone()))?;
                Some(Target { part, tokens: vec![decoded] })
            }
            // Some generators write the name of a definition percent-encoded in both places.
            Some(pointer) => follow(root, pointer).or_else(|| follow(root, fragment.strip_prefix('/')?)),
        }
    }
}

/// Follows a JSON pointer: <https://www.rfc-editor.org/rfc/rfc6901>.
fn follow<'t>(root: &'t JsonTree, pointer: &str) -> Option<Target<'t>> {
    let tokens: Vec<String> =
        pointer.split('/').map(|token| token.replace("~1", "/").replace("~0", "~")).collect();
    let part = tokens.iter().try_fold(root, |part, token| child(part, token));
    if let Some(part) = part {
        return Some(Target { part, tokens });
    }
    // The sections of definitions are interchangeable: `$defs` was `definitions` up to draft 7, and OpenAPI has
    // `components/schemas`. A slash in the name of a definition is often not escaped.
    let name = pointer
        .strip_prefix("$defs/")
        .or_else(|| pointer.strip_prefix("definitions/"))
        .or_else(|| pointer.strip_prefix("components/schemas/"))?;
    let names = [name.replace("~1", "/").replace("~0", "~"), name.to_owned()];
    ["$defs", "definitions"].into_iter().find_map(|section| {
        let definitions = root.get(section)?;
        let name = names.iter().find(|name| definitions.get(name).is_some())?;
        Some(Target { part: definitions.get(name)?, tokens: vec![section.to_owned(), name.clone()] })
    })
}

fn child<'t>(part: &'t JsonTree, token: &str) -> Option<&'t JsonTree> {
    match part {
        JsonTree::Object(members) => members.get(token),
        JsonTree::List(items) => items.get(token.parse::<usize>().ok()?),
        JsonTree::Scalar(_) => None,
    }
}

/// Returns the name for a definition: the last name of the pointer that is not an index.
fn definition_name(tokens: &[String]) -> String {
    let is_index = |token: &&String| token.bytes().all(|byte| byte.is_ascii_digit());
    let name = match tokens.iter().rfind(|token| !is_index(token)) {
        Some(name) => name.as_str(),
        None => ROOT_NAME,
    };
    // Characters that a pointer would have to escape are avoided, so that every reader finds the definition.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let name: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    if name.chars().any(|c| c.is_ascii_alphanumeric()) { name } else { DEFAULT_NAME.to_owned() }
}

/// Returns the path that leads from the root to a part.
fn path_of(tokens: &[String]) -> String {
    let mut path = String::new();
    for token in tokens {
        match token.parse::<usize>() {
            Ok(index) => path.push_str(&format!("[{index}]")),
            Err(_) if path.is_empty() => path.push_str(token),
            Err(_) => path.extend([".", token]),
        }
    }
    path
}

/// Names that were given, each once.
#[derive(Default)]
struct Names {
    used: BTreeSet<String>,
    /// The last number that each repeated name got.
    numbers: BTreeMap<String, u32>,
}

impl Names {
    fn unique(&mut self, name: &str) -> String {
        if self.used.insert(name.to_owned()) {
            return name.to_owned();
        }
        let number = self.numbers.entry(name.to_owned()).or_insert(1);
        loop {
            *number = number.saturating_add(1);
            let numbered = format!("{name}_{number}");
            if self.used.insert(numbered.clone()) {
                return numbered;
            }
        }
    }
}
