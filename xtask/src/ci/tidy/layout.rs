//! Rules for what lies where, and for manifests.

use std::collections::BTreeSet;
use std::path::Path;

use super::Finding;
use crate::workspace::{Package, Workspace};

/// What may lie at the top level, besides dotfiles.
const TOP: &[&str] = &[
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "crates",
    "docs",
    "tests",
    "xtask",
];

/// The one registry that crates come from.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// What lies where it should not, and what a package lacks.
pub(super) fn findings(workspace: &Workspace, files: &[String]) -> Vec<String> {
    let lacking = workspace.packages.iter().flat_map(|package| lacks(package, files));
    strangers(files).chain(lacking).collect()
}

/// The entries of the top level that do not belong there.
fn strangers(files: &[String]) -> impl Iterator<Item = String> {
    let entries: BTreeSet<&str> = files.iter().filter_map(|file| file.split('/').next()).collect();
    let strange = entries.into_iter().filter(|entry| !entry.starts_with('.') && !TOP.contains(entry));
    strange.map(|entry| format!("{entry} does not belong at the top level"))
}

/// What a package lacks: a licence in any case, a README and a repository if it is published.
fn lacks(package: &Package, files: &[String]) -> Vec<String> {
    let readme = package.folder.join("README.md");
    let has_readme = files.iter().any(|file| Path::new(file) == readme);
    let mut lacks = Vec::new();
    for (is_there, what) in [
        (package.license.is_some(), "a license"),
        (package.repository.is_some() || !package.published, "a repository"),
        (has_readme || !package.published, "a README.md"),
    ] {
        if !is_there {
            lacks.push(format!("{} lacks {what}", package.name));
        }
    }
    lacks
}

/// The lines of the lock file that take a crate from elsewhere than crates.io.
pub(super) fn foreign_sources(lock: &str) -> Vec<Finding> {
    let source =
        |line: &str| line.strip_prefix("source = \"").map(|rest| rest.trim_end_matches('"').to_owned());
    let sources = lock.lines().zip(1..).filter_map(|(line, number)| Some((number, source(line)?)));
    let foreign = sources.filter(|(_, source)| source != REGISTRY);
    foreign.map(|(number, source)| Finding::new(number, format!("{source} is not crates.io"))).collect()
}
