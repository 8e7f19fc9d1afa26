//! The gate `voice`: compares the language of each crate with the goals of `docs/style.md`.

#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;

use super::outcome::{GateResult, Outcome};
use crate::voice::{self, Report};
use crate::workspace::Workspace;

/// The minimum share of function docs that begin with a verb, in percent. It was measured on six crates whose docs are
/// models for this project: reqwest and object_store reach 76 % and 78 %.
const MIN_VERBS: usize = 80;

/// The maximum share of function docs that are noun clauses, in percent. The same crates have 1 % to 15 %.
const MAX_NOUN_CLAUSES: usize = 10;

/// The maximum number of doc lines with terms to avoid, per 1,000 doc lines. The same crates have 0 to 3.
const MAX_TERMS: usize = 3;

/// The minimum number of comments per 1,000 lines of code. The same crates have 11 to 49.
const MIN_COMMENTS: usize = 12;

/// The maximum share of unclear test names, in percent. It leaves room for names that contain a term for a reason.
const MAX_TEST_NAMES: usize = 2;

/// The maximum number of lines of a file without its tests.
const MAX_LINES: usize = 600;

/// The range for the median length of a file: shorter files are slices of an idea, longer ones contain several.
const MEDIANS: &[(&str, RangeInclusive<usize>)] =
    &[("outcrop-converse", 130..=200), ("outcrop-emulator", 130..=200)];

/// The number of lines that are printed for a missed goal.
const PRINTED: usize = 10;

/// Runs the gate.
pub(super) fn run(workspace: &Workspace) -> GateResult {
    let (mut findings, mut notes) = (Vec::new(), Vec::new());
    for package in &workspace.packages {
        let (name, report) = (&package.name, voice::measure(workspace, package)?);
        findings.extend(missed_goals(name, &report));
        notes.push(format!("{name}: {}", report.summary()));
    }
    Ok(Outcome::with_notes(findings, notes))
}

/// Reports each goal that a crate misses, followed by the first lines that count against it.
fn missed_goals(name: &str, report: &Report) -> Vec<String> {
    let mut findings = Vec::new();
    let mut miss = |goal: String, lines: &[String]| {
        findings.push(format!("{name}: {goal}"));
        findings.extend(lines.iter().take(PRINTED).map(|line| format!("  {line}")));
        if lines.len() > PRINTED {
            findings.push(format!("  and {} more: run `cargo xtask voice {name}`", lines.len() - PRINTED));
        }
    };
    let docs = report.function_docs;
    let verbs = docs - report.function_doc_findings.len();
    if 100 * verbs < MIN_VERBS * docs {
        let goal = format!("{verbs} of {docs} function docs begin with a verb; the minimum is {MIN_VERBS} %");
        miss(goal, &report.function_doc_findings);
    }
    if 100 * report.noun_clauses > MAX_NOUN_CLAUSES * docs {
        let nouns = report.noun_clauses;
        let goal =
            format!("{nouns} of {docs} function docs are noun clauses; the maximum is {MAX_NOUN_CLAUSES} %");
        miss(goal, &report.function_doc_findings);
    }
    let (terms, lines) = (report.term_findings.len(), report.doc_lines);
    if 1_000 * terms > MAX_TERMS * lines {
        let goal =
            format!("{terms} of {lines} doc lines have terms to avoid; the maximum is {MAX_TERMS} per 1,000");
        miss(goal, &report.term_findings);
    }
    let (comments, lines) = (report.comments, report.code_lines);
    if 1_000 * comments < MIN_COMMENTS * lines {
        let goal = format!("{comments} comments in {lines} lines; the minimum is {MIN_COMMENTS} per 1,000");
        miss(goal, &[]);
    }
    let (names, tests) = (report.test_name_findings.len(), report.tests);
    if 100 * names > MAX_TEST_NAMES * tests {
        let goal = format!("{names} of {tests} test names are unclear; the maximum is {MAX_TEST_NAMES} %");
        miss(goal, &report.test_name_findings);
    }
    for (length, file) in report.lengths.iter().filter(|(length, _)| *length > MAX_LINES) {
        miss(format!("{file} has {length} lines; the maximum is {MAX_LINES}"), &[]);
    }
    let median = report.median_length();
    if let Some((_, range)) =
        MEDIANS.iter().find(|(crate_name, range)| *crate_name == name && !range.contains(&median))
    {
        let (min, max) = (range.start(), range.end());
        miss(format!("the median file has {median} lines; the goal is {min} to {max}"), &[]);
    }
    findings
}
