//! The gate `modules`: checks the import rules between the modules of a crate.
//!
//! Modules have floors and import only from lower ones; within some folders, siblings meet in their parent; some imports
//! and names are banned; an import names the defining module, not a re-export; and no modules import each other in a
//! cycle. The tables are in `table.rs`. Tests are exempt.

mod check;
mod cycles;
mod parse;
mod table;
mod tree;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use super::outcome::{GateResult, Outcome};
use crate::error::TaskError;
use crate::workspace::Workspace;
use table::{CHECKED, CrateTable, TABLES};
use tree::{ModuleTree, branches, parent};

/// Runs the gate.
pub(super) fn run(workspace: &Workspace) -> GateResult {
    let (mut findings, mut modules) = (unchecked(workspace), 0);
    for name in CHECKED {
        let table = table(name).ok_or_else(|| format!("{name} has no table"))?;
        let tree = load(workspace, name)?;
        findings.extend(crate_findings(&tree, table));
        modules += tree.paths().count();
    }
    Ok(Outcome::with_notes(findings, vec![format!("{modules} modules of {}", CHECKED.join(", "))]))
}

/// Reports the published packages that the gate does not check.
fn unchecked(workspace: &Workspace) -> Vec<String> {
    let packages = workspace.packages.iter().filter(|package| package.published);
    packages
        .filter(|package| !CHECKED.contains(&package.name.as_str()))
        .map(|package| format!("{} has no floors: add it to `xtask/src/ci/modules/table.rs`", package.name))
        .collect()
}

/// Runs the task `modules`: prints the findings for a crate, or its imports if it has no table yet.
pub(crate) fn print(name: &str) -> Result<ExitCode, TaskError> {
    let tree = load(&Workspace::load()?, name)?;
    let findings = match table(name) {
        Some(table) => crate_findings(&tree, table),
        None => {
            println!("{name} has no table; its top-level modules import:");
            for (from, to) in top_level_imports(&tree) {
                println!("  {from}: {}", to.into_iter().collect::<Vec<_>>().join(", "));
            }
            cycles::findings(&tree.references())
        }
    };
    for finding in &findings {
        println!("{finding}");
    }
    println!("{name}: {} modules, {} findings", tree.paths().count(), findings.len());
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn table(name: &str) -> Option<&'static CrateTable> {
    TABLES.iter().find(|table| table.name == name)
}

/// Loads the modules of a crate.
fn load(workspace: &Workspace, name: &str) -> Result<ModuleTree, TaskError> {
    let folder = workspace.package(name)?.folder.join("src");
    let mut sources = BTreeMap::new();
    for file in workspace.sources(&folder)? {
        let text = workspace.read(&file)?;
        sources.insert(file, text);
    }
    Ok(ModuleTree::build(&folder.to_string_lossy(), &sources))
}

fn crate_findings(tree: &ModuleTree, table: &CrateTable) -> Vec<String> {
    let references = tree.references();
    let mut findings = check::findings(tree, &references, table);
    findings.extend(cycles::findings(&references));
    findings
}

/// Returns the imports between the top-level modules.
fn top_level_imports(tree: &ModuleTree) -> BTreeMap<String, BTreeSet<String>> {
    let mut imports: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for reference in tree.references() {
        let top = branches(&reference.from, &reference.to).filter(|(from, _)| parent(from).is_empty());
        if let Some((from, to)) = top.filter(|(from, _)| !from.contains("::")) {
            imports.entry(from.to_owned()).or_default().insert(to.to_owned());
        }
    }
    imports
}
