//! Rules for the top level, for manifests and for the lock file.

use std::collections::BTreeSet;
use std::path::Path;

use super::Finding;
use crate::workspace::{Package, Workspace};

/// The entries that are allowed at the top level, in addition to dotfiles.
const TOP_LEVEL: &[&str] = &[
    "CHANGELOG.md",
    "CONTRIBUTING.md",
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

/// The only registry that dependencies may come from.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Reports entries that are not allowed at the top level, and incomplete packages.
pub(super) fn findings(workspace: &Workspace, files: &[String]) -> Vec<String> {
    let missing = workspace.packages.iter().flat_map(|package| missing_parts(package, files));
    unexpected_entries(files).chain(missing).collect()
}

fn unexpected_entries(files: &[String]) -> impl Iterator<Item = String> {
    let entries: BTreeSet<&str> = files.iter().filter_map(|file| file.split('/').next()).collect();
    let unexpected =
        entries.into_iter().filter(|entry| !entry.starts_with('.') && !TOP_LEVEL.contains(entry));
    unexpected.map(|entry| format!("{entry} is not allowed at the top level"))
}

/// Reports a published package whose manifest does not set the flags of docs.rs.
///
/// Without them, docs.rs leaves out what the optional features add, and does not show which feature an item requires.
pub(super) fn missing_docs_flags(manifest: &str) -> Option<&'static str> {
    let table = manifest.split_once("\n[package.metadata.docs.rs]\n").map_or("", |(_, rest)| rest);
    let table = table.split("\n[").next().unwrap_or_default();
    let is_complete = ["all-features = true", "rustdoc-args = [\"--cfg\", \"docsrs\"]"]
        .iter()
        .all(|flag| table.lines().any(|line| line == *flag));
    (!is_complete).then_some("[package.metadata.docs.rs] does not set `all-features` and `rustdoc-args`")
}

/// Reports a missing license and, for published packages, a missing README or repository.
fn missing_parts(package: &Package, files: &[String]) -> Vec<String> {
    let readme = package.folder.join("README.md");
    let has_readme = files.iter().any(|file| Path::new(file) == readme);
    let mut findings = Vec::new();
    for (exists, part) in [
        (package.license.is_some(), "license"),
        (package.repository.is_some() || !package.published, "repository"),
        (has_readme || !package.published, "README.md"),
    ] {
        if !exists {
            findings.push(format!("{} has no {part}", package.name));
        }
    }
    findings
}

/// Reports the lines of the lock file with a source other than crates.io.
pub(super) fn foreign_sources(lock: &str) -> Vec<Finding> {
    let source =
        |line: &str| line.strip_prefix("source = \"").map(|rest| rest.trim_end_matches('"').to_owned());
    let sources = lock.lines().zip(1..).filter_map(|(line, number)| Some((number, source(line)?)));
    let foreign = sources.filter(|(_, source)| source != REGISTRY);
    foreign.map(|(number, source)| Finding::new(number, format!("{source} is not crates.io"))).collect()
}
