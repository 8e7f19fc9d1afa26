//! Cycles of imports between the modules of a folder.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::tree::{Reference, branches, parent};

/// The imports between sibling modules: for each pair, the first file and line.
type Arrows<'r> = BTreeMap<&'r str, BTreeMap<&'r str, (&'r str, usize)>>;

/// Reports one shortest cycle for each group of modules that import each other.
///
/// A module and its parent may refer to each other: a parent owns its children, and they share its types.
pub(super) fn findings(references: &[Reference]) -> Vec<String> {
    let mut folders: BTreeMap<&str, Arrows<'_>> = BTreeMap::new();
    for reference in references {
        if let Some((from, to)) = branches(&reference.from, &reference.to) {
            let arrows = folders.entry(parent(from)).or_default().entry(from).or_default();
            arrows.entry(to).or_insert((&reference.file, reference.line));
        }
    }
    folders.values().flat_map(cycles).collect()
}

fn cycles(arrows: &Arrows<'_>) -> Vec<String> {
    let (mut findings, mut reported) = (Vec::new(), BTreeSet::new());
    for start in arrows.keys() {
        // One cycle per group: a group of a few modules can have dozens of cycles.
        if reported.contains(start) {
            continue;
        }
        if let Some(cycle) = shortest_cycle(arrows, start) {
            let group = group(arrows, start);
            findings.push(describe(arrows, &cycle, &group));
            reported.extend(group);
        }
    }
    findings
}

/// Finds a shortest path from a module back to itself, by breadth-first search.
fn shortest_cycle<'r>(arrows: &Arrows<'r>, start: &'r str) -> Option<Vec<&'r str>> {
    let mut reached_from: BTreeMap<&str, &str> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(module) = queue.pop_front() {
        for next in arrows.get(module).into_iter().flat_map(BTreeMap::keys) {
            if *next == start {
                // Backwards from the last module; `start` has no predecessor and ends the chain.
                let mut cycle = vec![start, module];
                while let Some(previous) = cycle.last().and_then(|last| reached_from.get(last)) {
                    cycle.push(previous);
                }
                cycle.reverse();
                return Some(cycle);
            }
            if !reached_from.contains_key(next) {
                reached_from.insert(next, module);
                queue.push_back(next);
            }
        }
    }
    None
}

/// Returns the modules that both reach a module and are reached from it.
fn group<'r>(arrows: &Arrows<'r>, start: &'r str) -> BTreeSet<&'r str> {
    let reached = reachable(arrows, start);
    reached.into_iter().filter(|module| reachable(arrows, module).contains(start)).collect()
}

fn reachable<'r>(arrows: &Arrows<'r>, start: &'r str) -> BTreeSet<&'r str> {
    let (mut reached, mut pending) = (BTreeSet::new(), vec![start]);
    while let Some(module) = pending.pop() {
        for next in arrows.get(module).into_iter().flat_map(BTreeMap::keys) {
            if reached.insert(*next) {
                pending.push(next);
            }
        }
    }
    reached
}

/// Formats a cycle as one line, with the location of each import and the other modules of its group.
fn describe(arrows: &Arrows<'_>, cycle: &[&str], group: &BTreeSet<&str>) -> String {
    let locations: Vec<String> = cycle
        .iter()
        .zip(cycle.iter().skip(1))
        .filter_map(|(from, to)| {
            let (file, line) = arrows.get(from)?.get(to)?;
            Some(format!("{file}:{line}"))
        })
        .collect();
    let others: Vec<&str> = group.iter().copied().filter(|module| !cycle.contains(module)).collect();
    let others =
        if others.is_empty() { String::new() } else { format!("; also in cycles: {}", others.join(", ")) };
    let first = locations.first().map_or("", String::as_str);
    format!("{first}: cycle: {} ({}){others}", cycle.join(" → "), locations.join(", "))
}
