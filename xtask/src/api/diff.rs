//! The difference of two snapshots, by item.

use std::collections::{BTreeMap, BTreeSet};

/// Returns the differences: each changed item with its removed (`-`) and added (`+`) lines.
pub(super) fn lines(old: &str, new: &str) -> Vec<String> {
    let (old, new) = (parse(old), parse(new));
    let paths: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    let mut lines = Vec::new();
    for path in paths {
        match (old.get(path), new.get(path)) {
            (Some(_), None) => lines.push(format!("- {path}")),
            (None, Some(_)) => lines.push(format!("+ {path}")),
            (Some(old), Some(new)) if old != new => {
                lines.push(path.to_owned());
                let removed = without(old, new).into_iter().map(|line| format!("  - {line}"));
                let added = without(new, old).into_iter().map(|line| format!("  + {line}"));
                let changed: Vec<String> = removed.chain(added).collect();
                // Variants and fields are compared in order, because derived `Ord` and `Debug` depend on it.
                let is_reordered = changed.is_empty();
                lines.extend(changed);
                lines.extend(is_reordered.then(|| "  the order differs".to_owned()));
            }
            _ => {}
        }
    }
    lines
}

/// Returns the lines of each item.
fn parse(snapshot: &str) -> BTreeMap<&str, Vec<&str>> {
    let mut items: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut path = "";
    for line in snapshot.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix("    ") {
            Some(line) => items.entry(path).or_default().push(line),
            None => {
                path = line;
                items.entry(path).or_default();
            }
        }
    }
    items
}

/// Returns the lines that the others lack, each as often as it is missing.
fn without<'a>(lines: &[&'a str], others: &[&str]) -> Vec<&'a str> {
    let mut others = others.to_vec();
    let mut missing = Vec::new();
    for line in lines {
        match others.iter().position(|other| other == line) {
            Some(index) => drop(others.swap_remove(index)),
            None => missing.push(*line),
        }
    }
    missing
}
