//! Reading a value without those of its members that have a wrong type.

use outcrop_core::{JsonError, RawJson};
use serde::de::DeserializeOwned;

use crate::json_tree::JsonTree;

/// The maximum number of members that are removed from a value. Each costs another attempt, so that a value with more
/// mistakes is not read at all.
const MAX_REMOVED: usize = 8;

/// A value that was read as far as possible.
pub(super) struct Pruned<T> {
    /// `None` if the value cannot be read even in part.
    pub(super) value: Option<T>,
    /// What was removed, and why.
    pub(super) errors: Vec<JsonError>,
}

/// Parses a value, without the members that cannot be parsed.
pub(super) fn prune<T: DeserializeOwned>(value: &RawJson) -> Pruned<T> {
    let mut errors = Vec::new();
    let mut tree = JsonTree::parse(value);
    loop {
        let text = tree.as_ref().map_or_else(|| value.clone(), JsonTree::to_json);
        let error = match text.deserialize() {
            Ok(value) => return Pruned { value: Some(value), errors },
            Err(error) => error,
        };
        let is_removed = errors.len() < MAX_REMOVED
            && tree.as_mut().is_some_and(|tree| remove(tree, &names(error.path())));
        errors.push(error);
        if !is_removed {
            return Pruned { value: None, errors };
        }
    }
}

/// Returns the path of a member.
pub(crate) fn child(outer: &str, name: &str) -> String {
    if outer.is_empty() { name.to_owned() } else { format!("{outer}.{name}") }
}

/// Returns the path of a value within another one, given the path in that one.
pub(super) fn descendant(outer: &str, inner: &str) -> String {
    match inner.starts_with('[') || inner.is_empty() {
        true => format!("{outer}{inner}"),
        false => child(outer, inner),
    }
}

/// Returns the names of the members on a path, up to the first list: a list without one of its items would mean
/// something else.
fn names(path: &str) -> Vec<&str> {
    let (objects, _) = path.split_once('[').unwrap_or((path, ""));
    objects.split('.').filter(|name| !name.is_empty()).collect()
}

/// Removes the member at a path. Returns whether there was one.
fn remove(tree: &mut JsonTree, path: &[&str]) -> bool {
    let (JsonTree::Object(members), Some((name, rest))) = (tree, path.split_first()) else { return false };
    if rest.is_empty() {
        return members.remove(name).is_some();
    }
    members.get_mut(name).is_some_and(|inner| remove(inner, rest))
}
