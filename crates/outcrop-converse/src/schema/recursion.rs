//! Which definitions contain themselves, and how large a schema is without its references.

use std::collections::{BTreeMap, BTreeSet};

use super::keywords::{Subschemas, for_each_subschema, subschemas};
use crate::json_tree::JsonTree;

/// The size of a schema in which all references are replaced, except for recursive ones: its JSON values, and their levels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) parts: usize,
    pub(super) depth: usize,
}

/// Returns the name of the definition that a schema refers to.
pub(super) fn reference_name(schema: &JsonTree) -> Option<String> {
    let reference = schema.get("$ref")?.as_text()?;
    reference.strip_prefix("#/$defs/").map(str::to_owned)
}

/// Returns the names of the definitions that a schema refers to, in order, each once.
pub(super) fn referenced_names(schema: &JsonTree) -> Vec<String> {
    let mut names = Vec::new();
    let mut seen = BTreeSet::new();
    let mut open = vec![schema];
    while let Some(part) = open.pop() {
        let JsonTree::Object(keywords) = part else { continue };
        names.extend(reference_name(part).filter(|name| seen.insert(name.clone())));
        let first = open.len();
        for (keyword, value) in keywords.iter() {
            for_each_subschema(keyword, value, |_, part| open.push(part));
        }
        if let Some(added) = open.get_mut(first..) {
            added.reverse();
        }
    }
    names
}

/// The definitions of a schema, as a graph of their references.
pub(super) struct Definitions<'a> {
    names: Vec<&'a str>,
    recursive: Vec<bool>,
    /// The sizes of the definitions that are not recursive.
    sizes: BTreeMap<&'a str, Size>,
}

impl<'a> Definitions<'a> {
    /// Finds recursive definitions, in time proportional to the size of all.
    pub(super) fn new(definitions: &'a BTreeMap<String, JsonTree>) -> Self {
        let names: Vec<&str> = definitions.keys().map(String::as_str).collect();
        let position: BTreeMap<&str, usize> = names.iter().copied().zip(0..).collect();
        let edges: Vec<Vec<usize>> = definitions
            .values()
            .map(|body| {
                let names = referenced_names(body);
                names.iter().filter_map(|name| position.get(name.as_str()).copied()).collect()
            })
            .collect();
        let mut components = Components::new(&edges);
        components.find_all();
        let Components { recursive, order, .. } = components;
        let mut found = Self { names, recursive, sizes: BTreeMap::new() };
        // A definition comes after all that it refers to.
        for index in order {
            let name = found.names.get(index).copied().unwrap_or_default();
            if found.recursive.get(index) == Some(&false) {
                let size = definitions.get(name).map(|body| found.expanded_size(body)).unwrap_or_default();
                found.sizes.insert(name, size);
            }
        }
        found
    }

    /// Iterates over the definitions that contain themselves, directly or through others.
    pub(super) fn recursive(&self) -> impl Iterator<Item = &'a str> {
        self.names.iter().zip(&self.recursive).filter(|(_, recursive)| **recursive).map(|(name, _)| *name)
    }

    /// Returns the size that a schema has after the replacement of its references.
    pub(super) fn expanded_size(&self, schema: &JsonTree) -> Size {
        let mut total = Size::default();
        let mut open = vec![(schema, 1)];
        while let Some((part, depth)) = open.pop() {
            let inner = reference_name(part).and_then(|name| self.sizes.get(name.as_str())).copied();
            total.add(inner.unwrap_or_default(), depth - 1);
            total.add(Size { parts: 1, depth: 1 }, depth - 1);
            for (keyword, value) in part.as_object().into_iter().flat_map(|keywords| keywords.iter()) {
                match subschemas(keyword) {
                    Subschemas::None => total.add(size_of(value), depth),
                    _ => for_each_subschema(keyword, value, |step, part| {
                        open.push((part, if step.is_some() { depth + 2 } else { depth + 1 }));
                    }),
                }
            }
        }
        total
    }
}

impl Size {
    /// Adds a part at a depth.
    fn add(&mut self, part: Self, depth: usize) {
        self.parts = self.parts.saturating_add(part.parts);
        self.depth = self.depth.max(part.depth.saturating_add(depth));
    }
}

/// Returns the size of a value that is not a schema.
fn size_of(value: &JsonTree) -> Size {
    let mut total = Size::default();
    let mut open = vec![(value, 0)];
    while let Some((value, depth)) = open.pop() {
        total.add(Size { parts: 1, depth: 1 }, depth);
        match value {
            JsonTree::Scalar(_) => {}
            JsonTree::List(items) => open.extend(items.iter().map(|item| (item, depth + 1))),
            JsonTree::Object(members) => open.extend(members.values().map(|member| (member, depth + 1))),
        }
    }
    total
}

/// The strongly connected components of a graph, by Tarjan's algorithm without recursion: there may be more definitions
/// than a stack has room for.
struct Components<'e> {
    edges: &'e [Vec<usize>],
    nodes: Vec<Node>,
    stack: Vec<usize>,
    next: usize,
    /// Whether each node reaches itself.
    recursive: Vec<bool>,
    /// The nodes, each after all that it leads to.
    order: Vec<usize>,
}

#[derive(Clone, Copy, Default)]
struct Node {
    /// When the node was first visited, counted from 1; 0 if it was not.
    index: usize,
    low: usize,
    is_on_stack: bool,
}

impl<'e> Components<'e> {
    fn new(edges: &'e [Vec<usize>]) -> Self {
        let nodes = vec![Node::default(); edges.len()];
        let recursive = vec![false; edges.len()];
        Self { edges, nodes, stack: Vec::new(), next: 1, recursive, order: Vec::new() }
    }

    fn find_all(&mut self) {
        for node in 0..self.edges.len() {
            if self.node(node).index == 0 {
                self.find(node);
            }
        }
    }

    fn node(&self, node: usize) -> Node {
        self.nodes.get(node).copied().unwrap_or_default()
    }

    fn update(&mut self, node: usize, change: impl FnOnce(&mut Node)) {
        if let Some(node) = self.nodes.get_mut(node) {
            change(node);
        }
    }

    fn find(&mut self, start: usize) {
        // Each node with the number of its edges that were followed.
        let mut path = vec![(start, 0)];
        while let Some((node, edge)) = path.pop() {
            if edge == 0 {
                let index = self.next;
                self.next += 1;
                self.update(node, |node| *node = Node { index, low: index, is_on_stack: true });
                self.stack.push(node);
            }
            if let Some(next) = self.edges.get(node).and_then(|edges| edges.get(edge)).copied() {
                path.push((node, edge + 1));
                let to = self.node(next);
                if next == node {
                    self.mark_recursive(node);
                } else if to.index == 0 {
                    path.push((next, 0));
                } else if to.is_on_stack {
                    self.update(node, |node| node.low = node.low.min(to.index));
                }
                continue;
            }
            let done = self.node(node);
            if done.low == done.index {
                self.close_component(node);
            }
            if let Some((parent, _)) = path.last().copied() {
                self.update(parent, |parent| parent.low = parent.low.min(done.low));
            }
        }
    }

    /// Takes a component off the stack, whose first node is `root`.
    fn close_component(&mut self, root: usize) {
        let mut is_single = true;
        while let Some(node) = self.stack.pop() {
            self.update(node, |node| node.is_on_stack = false);
            self.order.push(node);
            if node == root {
                break;
            }
            is_single = false;
            self.mark_recursive(node);
        }
        if !is_single {
            self.mark_recursive(root);
        }
    }

    fn mark_recursive(&mut self, node: usize) {
        if let Some(recursive) = self.recursive.get_mut(node) {
            *recursive = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Components;

    #[test]
    fn nodes_that_reach_themselves_are_found() {
        for (edges, recursive) in [
            (vec![vec![]], vec![false]),
            (vec![vec![0]], vec![true]),
            (vec![vec![1], vec![2], vec![0]], vec![true; 3]),
            // Between two cycles, and beside them.
            (
                vec![vec![1], vec![0, 2], vec![3], vec![4], vec![3], vec![0]],
                vec![true, true, false, true, true, false],
            ),
            (vec![vec![1, 1], vec![], vec![1, 2]], vec![false, false, true]),
        ] {
            let mut components = Components::new(&edges);
            components.find_all();
            assert_eq!(components.recursive, recursive, "{edges:?}");
            let position = |node: usize| components.order.iter().position(|found| *found == node).unwrap();
            for (from, to) in
                edges.iter().enumerate().flat_map(|(from, to)| to.iter().map(move |to| (from, *to)))
            {
                assert!(recursive[from] && recursive[to] || position(to) < position(from), "{edges:?}");
            }
        }
    }

    #[test]
    fn long_chain_needs_no_deep_stack() {
        let edges: Vec<Vec<usize>> = (0..200_000).map(|node| vec![node + 1]).chain([vec![]]).collect();
        let mut components = Components::new(&edges);
        components.find_all();
        assert!(!components.recursive.contains(&true));
    }
}
