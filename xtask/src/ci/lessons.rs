//! The gate `lessons`: `docs/lessons.md` has an answer to every lesson, and the tests that it names are there and hold.

mod document;
mod program;
mod suite;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::verdict::{Outcome, Verdict};
use crate::workspace::Workspace;
use document::{Answer, Document};
use suite::{Known, Suite};

/// The tables.
const DOCUMENT: &str = "docs/lessons.md";

/// The lessons: each letter's ids go from 1 to its number.
const IDS: &[(&str, usize)] = &[("L", 129), ("M", 82), ("W", 21)];

/// How a gate is named in the place of a test: one is run by itself, not from here.
const GATE: &str = "cargo xtask ci ";

/// The tests are built as the gate `test` builds them, so that after it nothing is built again; those that are named
/// are then run.
pub(super) fn run(workspace: &Workspace) -> Outcome {
    let text = std::fs::read_to_string(workspace.root.join(DOCUMENT))
        .map_err(|error| format!("{DOCUMENT} cannot be read: {error}"))?;
    let document = Document::parse(&text);
    let suite = Suite::load(workspace)?;
    let mut findings = findings(&document, &ids(), &suite);
    let named: BTreeSet<&str> = document.tests().filter(|test| !test.starts_with(GATE)).collect();
    if findings.is_empty() {
        findings = suite.run(&named)?;
    }
    Ok(Verdict::with_notes(findings, notes(&document, named.len())))
}

/// The ids in their order.
fn ids() -> Vec<String> {
    IDS.iter().flat_map(|(letter, last)| (1..=*last).map(move |number| format!("{letter}{number}"))).collect()
}

/// What is wrong with the tables, short of running a test.
fn findings(document: &Document, ids: &[String], suite: &Suite) -> Vec<String> {
    let mut findings: Vec<String> = document.broken.iter().map(|(line, reason)| at(*line, reason)).collect();
    findings.extend(disorder(document, ids));
    for row in &document.rows {
        for test in row.answer.tests() {
            if let Some(gate) = test.strip_prefix(GATE) {
                if !super::GATES.iter().any(|known| known.name == gate) {
                    findings.push(at(row.line, &format!("{}: there is no gate `{gate}`", row.id)));
                }
                continue;
            }
            let wrong = match suite.knows(test) {
                Known::Runs => continue,
                Known::Ignored => "is ignored",
                Known::No => "is not there",
            };
            findings.push(at(row.line, &format!("{}: the test `{test}` {wrong}", row.id)));
        }
    }
    findings
}

/// Ids that are missing, strange, there twice or out of order.
fn disorder(document: &Document, ids: &[String]) -> Vec<String> {
    let mut findings = Vec::new();
    let (mut told, mut last) = (BTreeSet::new(), None);
    for row in &document.rows {
        let place = ids.iter().position(|id| *id == row.id);
        if place.is_none() {
            findings.push(at(row.line, &format!("there is no lesson {}", row.id)));
        } else if !told.insert(row.id.as_str()) {
            findings.push(at(row.line, &format!("{} has a row already", row.id)));
        } else if place < last {
            findings.push(at(row.line, &format!("{} stands after a later one", row.id)));
        } else {
            last = place;
        }
    }
    let missing = ids.iter().filter(|id| !told.contains(id.as_str()));
    findings.extend(missing.map(|id| format!("{DOCUMENT}: {id} has no row")));
    findings
}

/// How many lessons are held, and which are not.
fn notes(document: &Document, tests: usize) -> Vec<String> {
    let mut open = Vec::new();
    let (mut held, mut foreign) = (0_usize, 0_usize);
    for row in &document.rows {
        match &row.answer {
            Answer::Held(_) => held += 1,
            Answer::Foreign(_) => foreign += 1,
            Answer::Open { reason, .. } => open.push(format!("{} is open: {reason}", row.id)),
        }
    }
    let mut notes =
        vec![format!("{held} lessons held by {tests} tests, {foreign} do not apply, {} open", open.len())];
    notes.extend(open);
    notes
}

fn at(line: usize, reason: &str) -> String {
    format!("{DOCUMENT}:{line}: {reason}")
}
