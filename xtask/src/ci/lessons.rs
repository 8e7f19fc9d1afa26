//! The gate `lessons`: checks that `docs/lessons.md` has a row for every lesson, and that the tests it names exist and pass.

mod document;
mod suite;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::outcome::{GateResult, Outcome};
use crate::workspace::Workspace;
use document::{Answer, Document};
use suite::{Suite, TestStatus};

/// The document with the tables of lessons.
const DOCUMENT: &str = "docs/lessons.md";

/// The ids of the lessons: for each letter, the numbers from 1 to the last one.
const IDS: &[(&str, usize)] = &[("L", 140), ("M", 82), ("W", 21)];

/// The prefix of a gate that is named instead of a test. Gates are not run from here.
const GATE: &str = "cargo xtask ci ";

/// Runs the gate.
pub(super) fn run(workspace: &Workspace) -> GateResult {
    let document = Document::parse(&workspace.read(DOCUMENT)?);
    let suite = Suite::load(workspace)?;
    let mut findings = findings(&document, &ids(), &suite);
    let named: BTreeSet<&str> = document.tests().filter(|test| !test.starts_with(GATE)).collect();
    // Tests run only if the document is correct: they take longer than everything before.
    if findings.is_empty() {
        findings = suite.run(&named)?;
    }
    Ok(Outcome::with_notes(findings, notes(&document, named.len())))
}

/// Returns the ids of all lessons in order.
fn ids() -> Vec<String> {
    IDS.iter().flat_map(|(letter, last)| (1..=*last).map(move |number| format!("{letter}{number}"))).collect()
}

/// Reports errors of the document, including tests and gates that do not exist.
fn findings(document: &Document, ids: &[String], suite: &Suite) -> Vec<String> {
    let mut findings: Vec<String> =
        document.malformed.iter().map(|(line, reason)| at(*line, reason)).collect();
    findings.extend(id_findings(document, ids));
    for row in &document.rows {
        for test in row.answer.tests() {
            if let Some(gate) = test.strip_prefix(GATE) {
                if !super::GATES.iter().any(|known| known.name == gate) {
                    findings.push(at(row.line, &format!("{}: there is no gate `{gate}`", row.id)));
                }
                continue;
            }
            let problem = match suite.status(test) {
                TestStatus::Runs => continue,
                TestStatus::Ignored => "is ignored",
                TestStatus::Missing => "does not exist",
            };
            findings.push(at(row.line, &format!("{}: the test `{test}` {problem}", row.id)));
        }
    }
    findings
}

/// Reports missing, unknown, duplicate and misplaced ids.
fn id_findings(document: &Document, ids: &[String]) -> Vec<String> {
    let mut findings = Vec::new();
    let (mut seen, mut last) = (BTreeSet::new(), None);
    for row in &document.rows {
        let index = ids.iter().position(|id| *id == row.id);
        if index.is_none() {
            findings.push(at(row.line, &format!("there is no lesson {}", row.id)));
        } else if !seen.insert(row.id.as_str()) {
            findings.push(at(row.line, &format!("{} already has a row", row.id)));
        } else if index < last {
            findings.push(at(row.line, &format!("{} comes after a later lesson", row.id)));
        } else {
            last = index;
        }
    }
    let missing = ids.iter().filter(|id| !seen.contains(id.as_str()));
    findings.extend(missing.map(|id| format!("{DOCUMENT}: {id} has no row")));
    findings
}

/// Counts the lessons by kind of answer and lists the open ones.
fn notes(document: &Document, tests: usize) -> Vec<String> {
    let mut open = Vec::new();
    let (mut tested, mut not_applicable) = (0_usize, 0_usize);
    for row in &document.rows {
        match &row.answer {
            Answer::Tested(_) => tested += 1,
            Answer::NotApplicable(_) => not_applicable += 1,
            Answer::Open { reason, .. } => open.push(format!("{} is open: {reason}", row.id)),
        }
    }
    let mut notes = vec![format!(
        "{tested} lessons covered by {tests} tests, {not_applicable} do not apply, {} open",
        open.len()
    )];
    notes.extend(open);
    notes
}

fn at(line: usize, reason: &str) -> String {
    format!("{DOCUMENT}:{line}: {reason}")
}
