//! The import rules: floors, bans and re-exports.

use std::collections::BTreeSet;

use super::table::{Ban, Banned, CrateTable, Folder};
use super::tree::{ModuleTree, Reference, branches, is_within, join, last, parent};

/// Reports the violations of a table, each as `FILE:LINE: RULE: …`, and errors of the table itself.
pub(super) fn findings(tree: &ModuleTree, references: &[Reference], table: &CrateTable) -> Vec<String> {
    let mut findings: BTreeSet<(&str, usize, String)> = BTreeSet::new();
    for reference in references {
        let violations = [upward_import(reference, table), re_export(tree, reference)];
        let bans = table.bans.iter().filter_map(|ban| banned_import(reference, ban));
        for violation in violations.into_iter().flatten().chain(bans) {
            findings.insert((&reference.file, reference.line, violation));
        }
    }
    for ban in table.bans {
        for path in tree.paths() {
            for (file, line, violation) in banned_names(tree, path, ban) {
                findings.insert((file, line, violation));
            }
        }
    }
    let mut findings: Vec<String> =
        findings.into_iter().map(|(file, line, violation)| format!("{file}:{line}: {violation}")).collect();
    findings.extend(table.folders.iter().flat_map(|folder| table_errors(tree, folder)));
    findings
}

/// Reports an import from a higher floor, or from another module of the same floor.
fn upward_import(reference: &Reference, table: &CrateTable) -> Option<String> {
    let (from, to) = (reference.from.as_str(), reference.to.as_str());
    if to.is_empty() {
        return has_floors(table, "").then(|| {
            format!(
                "upward import: {from} imports `{}` from the crate root; move it to a module",
                reference.name
            )
        });
    }
    let (from_branch, to_branch) = branches(from, to)?;
    let folder = table.folders.iter().find(|folder| folder.module == parent(from_branch))?;
    let from_floor = floor(folder, last(from_branch))?;
    let to_floor = floor(folder, last(to_branch))?;
    if to_floor < from_floor {
        return None;
    }
    Some(if to_floor > from_floor {
        format!(
            "upward import: {from_branch} imports {to_branch} (floor {from_floor} imports floor {to_floor}); \
             a module imports only from lower floors"
        )
    } else if folder.module.is_empty() {
        format!(
            "import on one floor: {from_branch} imports {to_branch} (both on floor {from_floor}); \
             a module imports only from lower floors"
        )
    } else {
        format!(
            "sibling import: {from_branch} imports {to_branch}; they meet in their parent {}",
            folder.module
        )
    })
}

fn has_floors(table: &CrateTable, module: &str) -> bool {
    table.folders.iter().any(|folder| folder.module == module)
}

/// Returns the floor of a child of a folder, counted from 1.
fn floor(folder: &Folder, name: &str) -> Option<usize> {
    let index =
        folder.floors.iter().position(|floor| floor.iter().any(|pattern| matches_name(pattern, name)));
    index.map(|index| index + 1)
}

/// Reports a name that is imported through a module which only re-exports it.
fn re_export(tree: &ModuleTree, reference: &Reference) -> Option<String> {
    // Within a folder, the parent is where its modules meet: `super::Name` is how they share types.
    let through = reference.through.as_deref().filter(|through| !is_within(&reference.from, through))?;
    // A private module cannot be named from outside; its re-export in the parent is then the only way.
    tree.is_visible(&reference.to, &reference.from).then(|| {
        format!(
            "re-export: `{}` is imported through {}; import it from the defining module {}",
            reference.name,
            display(through),
            display(&reference.to)
        )
    })
}

fn banned_import(reference: &Reference, ban: &Ban) -> Option<String> {
    let (from, to) = (reference.from.as_str(), reference.to.as_str());
    let is_banned = match ban.banned {
        Banned::Modules(modules) => modules.iter().any(|module| matches_path(module, to)),
        Banned::ModulesExcept(modules) => {
            !is_within(to, ban.from) && !modules.iter().any(|module| matches_path(module, to))
        }
        Banned::Names(_) => false,
    };
    // The modules around a banned one declare it and may use it.
    let declares = is_within(to, from) && from == parent(to);
    (is_banned && !declares && restricts(ban, from))
        .then(|| format!("banned import: {} imports {}; {}", display(from), display(to), ban.reason))
}

/// Reports the banned identifiers in a module.
fn banned_names<'t>(
    tree: &'t ModuleTree,
    path: &'t str,
    ban: &'t Ban,
) -> impl Iterator<Item = (&'t str, usize, String)> {
    let names = match ban.banned {
        Banned::Names(names) if restricts(ban, path) => names,
        _ => &[],
    };
    names.iter().filter_map(move |name| {
        let (file, line) = tree.identifier(path, name)?;
        Some((file, line, format!("banned name: {} uses `{name}`; {}", display(path), ban.reason)))
    })
}

/// Returns whether a ban restricts a module.
fn restricts(ban: &Ban, path: &str) -> bool {
    is_within(path, ban.from) && !ban.except.iter().any(|except| matches_path(except, path))
}

/// Reports modules without a floor and floors without a module.
fn table_errors(tree: &ModuleTree, folder: &Folder) -> Vec<String> {
    let children = tree.children(folder.module);
    let missing = children.iter().filter(|child| floor(folder, last(child)).is_none());
    let missing =
        missing.map(|child| format!("{child} has no floor: add it to xtask/src/ci/modules/table.rs"));
    let patterns = folder.floors.iter().flat_map(|floor| floor.iter());
    let unused = patterns.filter(|pattern| !children.iter().any(|child| matches_name(pattern, last(child))));
    let unused = unused.map(|pattern| {
        format!("{} has a floor but does not exist: remove it from the table", join(folder.module, pattern))
    });
    missing.chain(unused).collect()
}

/// Returns whether a name matches a pattern, which may end with `*`.
fn matches_name(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}

/// Returns whether a path is within a module of the table, whose last name may end with `*`.
fn matches_path(pattern: &str, path: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => path.starts_with(start),
        None => is_within(path, pattern),
    }
}

/// Returns the path of a module, or `the crate root`.
pub(super) fn display(path: &str) -> &str {
    if path.is_empty() { "the crate root" } else { path }
}
