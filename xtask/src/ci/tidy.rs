//! The gate `tidy`: rules of the project that no other tool holds.

mod layout;
mod length;
mod rust;
mod text;

#[cfg(test)]
mod tests;

use std::path::Path;

use super::source;
use super::verdict::{Outcome, Verdict};
use crate::workspace::{Workspace, has_extension};

pub(super) fn run(workspace: &Workspace) -> Outcome {
    let files = workspace.files(Path::new("."))?;
    let mut findings = layout::findings(workspace, &files);
    let mut lengths = length::Lengths::default();
    for file in &files {
        // What is no UTF-8 is no text.
        let Ok(text) = String::from_utf8(std::fs::read(workspace.root.join(file))?) else { continue };
        let mut found = text::findings(file, &text);
        if has_extension(file, "rs") {
            found.extend(rust::findings(file, &text));
            lengths.add(file, &text);
        }
        if file == "Cargo.lock" {
            found.extend(layout::foreign_sources(&text));
        }
        findings.extend(found.into_iter().map(|finding| finding.at(file)));
    }
    let (too_long, medians) = lengths.judged();
    findings.extend(too_long);
    Ok(Verdict::with_notes(findings, vec![medians]))
}

/// Something wrong on a line of a file.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    line: usize,
    reason: String,
}

impl Finding {
    fn new(line: usize, reason: impl Into<String>) -> Self {
        Self { line, reason: reason.into() }
    }

    fn at(&self, file: &str) -> String {
        format!("{file}:{}: {}", self.line, self.reason)
    }
}

/// Whether a file is there for tests alone.
fn is_test(file: &str) -> bool {
    let mut names = file.rsplit('/');
    names.next() == Some("tests.rs") || names.any(|folder| folder == "tests" || folder == "benches")
}
