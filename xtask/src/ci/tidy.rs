//! The gate `tidy`: rules of this repository that no other tool checks.

mod layout;
mod length;
mod links;
mod rust;
mod text;

#[cfg(test)]
mod tests;

use std::path::Path;

use super::outcome::{GateResult, Outcome};
use crate::workspace::{Workspace, has_extension};

/// Runs the gate.
pub(super) fn run(workspace: &Workspace) -> GateResult {
    let files = workspace.files(Path::new("."))?;
    let mut findings = layout::findings(workspace, &files);
    for package in workspace.packages.iter().filter(|package| package.published) {
        let manifest = package.folder.join("Cargo.toml");
        let missing = layout::missing_docs_flags(&workspace.read(&manifest)?);
        findings.extend(missing.map(|reason| format!("{}: {reason}", manifest.display())));
    }
    let mut lengths = length::Lengths::default();
    let mut targets = links::Targets::new(&files);
    findings.extend(links::unlinked_pages(&files, &workspace.read("README.md")?));
    for file in files.iter().filter(|file| has_extension(file, "md")) {
        targets.add_anchors(file, &std::fs::read_to_string(workspace.root.join(file))?);
    }
    for file in &files {
        // Binary fixtures are not UTF-8 and have no lines to check.
        let Ok(text) = String::from_utf8(std::fs::read(workspace.root.join(file))?) else { continue };
        let mut found = text::findings(file, &text);
        found.extend(targets.findings(file, &text));
        if has_extension(file, "rs") {
            found.extend(rust::findings(file, &text));
            found.extend(lengths.add(file, &text));
        }
        if file == "Cargo.lock" {
            found.extend(layout::foreign_sources(&text));
        }
        findings.extend(found.into_iter().map(|finding| finding.at(file)));
    }
    let (too_long, medians) = lengths.medians();
    findings.extend(too_long);
    Ok(Outcome::with_notes(findings, vec![medians]))
}

/// A finding on a line of a file.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    line: usize,
    reason: String,
}

impl Finding {
    fn new(line: usize, reason: impl Into<String>) -> Self {
        Self { line, reason: reason.into() }
    }

    /// Formats the finding with its file.
    fn at(&self, file: &str) -> String {
        format!("{file}:{}: {}", self.line, self.reason)
    }
}
