//! Replacements for illegal names, and the way back.

use std::collections::{BTreeMap, BTreeSet};

use super::Pattern;

/// Replacements for the illegal ones of a set of names, each unique.
///
/// A legal name stays. An illegal one gets `_` for each illegal character; if the result is too long, or equal to
/// another name, it ends in a hash of the original. The map depends on which names there are, not on their order: a map
/// by order of registration changed names between requests in agentgateway (M18). No name becomes equal to a reserved
/// one, which belongs to the service.
#[derive(Clone, Debug)]
pub(crate) struct RenameMap(BTreeMap<String, String>);

impl RenameMap {
    /// Creates a map for names. Returns `None` if all of them are legal.
    pub(crate) fn new<'n>(
        names: impl Iterator<Item = &'n str> + Clone,
        reserved: impl Iterator<Item = &'n str>,
        pattern: Pattern,
    ) -> Option<Self> {
        if names.clone().all(|name| pattern.matches(name)) {
            return None;
        }
        let mut used: BTreeSet<String> = reserved.map(str::to_owned).collect();
        let mut illegal = BTreeSet::new();
        for name in names {
            let set = if pattern.matches(name) { &mut used } else { &mut illegal };
            set.insert(name.to_owned());
        }
        let mut candidates: BTreeMap<String, usize> = BTreeMap::new();
        for name in illegal.iter().filter_map(|name| pattern.closest(name)) {
            *candidates.entry(name).or_default() += 1;
        }
        let mut map = BTreeMap::new();
        let mut colliding = Vec::new();
        for name in illegal {
            let closest = pattern.closest(&name);
            let is_unique = |closest: &String| !used.contains(closest) && candidates.get(closest) == Some(&1);
            match closest.filter(is_unique) {
                Some(renamed) => drop(map.insert(name, renamed)),
                None => colliding.push(name),
            }
        }
        used.extend(map.values().cloned());
        for name in colliding {
            // Two hashes of a thousand names collide once in two million requests; the next salt then decides.
            let mut salts = 0..;
            let unused = salts.find_map(|salt| {
                Some(pattern.hashed(&name, salt)).filter(|renamed| used.insert(renamed.clone()))
            });
            map.extend(unused.map(|renamed| (name, renamed)));
        }
        Some(Self(map))
    }

    /// Returns the replacement of a name. `None` for a legal one.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Replaces a name, if it is illegal.
    pub(crate) fn apply(&self, name: &mut String) {
        if let Some(renamed) = self.get(name) {
            renamed.clone_into(name);
        }
    }

    /// Iterates over the illegal names and their replacements.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, renamed)| (name.as_str(), renamed.as_str()))
    }
}

/// The caller's names of tools, by the names in the request.
#[derive(Clone, Debug, Default)]
pub(crate) struct ToolNameMap(BTreeMap<String, String>);

impl ToolNameMap {
    /// Returns the caller's name of a tool. `None` if it was sent unchanged.
    pub(crate) fn original(&self, sent: &str) -> Option<&str> {
        self.0.get(sent).map(String::as_str)
    }
}

impl From<&RenameMap> for ToolNameMap {
    fn from(renames: &RenameMap) -> Self {
        Self(renames.iter().map(|(name, renamed)| (renamed.to_owned(), name.to_owned())).collect())
    }
}

#[cfg(test)]
mod tests;
