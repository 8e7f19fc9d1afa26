//! Rules for Rust sources.

use super::Finding;
use crate::source;

/// The code that is not allowed anywhere, with the reason.
const FORBIDDEN: &[(&str, &str)] = &[
    ("#[ignore", "an ignored test proves nothing"),
    ("#[allow(", "use `#[expect]` with a reason"),
    ("#![allow(", "use `#[expect]` with a reason"),
    ("HashMap", "its iteration order is random; use a BTreeMap"),
    ("HashSet", "its iteration order is random; use a BTreeSet"),
];

/// The macros that are allowed only in tests.
const UNFINISHED: &[&str] = &["todo!", "unimplemented!", "dbg!"];

/// The marks that are allowed only in tests, also within comments. `concat!` keeps them out of this file.
const MARKS: &[&str] = &[concat!("FIX", "ME"), concat!("XX", "X")];

/// Reports violations in a source.
pub(super) fn findings(file: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !(text.starts_with("//!") || text.starts_with("#![doc")) {
        findings.push(Finding::new(1, "the file must begin with a `//!` line that describes it"));
    }
    let code = source::code(text);
    for (word, reason) in FORBIDDEN {
        let lines = source::lines_with(&code, word);
        findings.extend(lines.into_iter().map(|line| Finding::new(line, format!("`{word}`: {reason}"))));
    }
    if !source::is_test_file(file) {
        findings.extend(unfinished(text, source::before_test_module(&code)));
    }
    findings
}

/// Reports unfinished code, given the text and its code before the test module.
fn unfinished(text: &str, code: &str) -> impl Iterator<Item = Finding> {
    let last = code.lines().count();
    let marked = occurrences(text, MARKS).filter(move |(line, _)| *line <= last);
    occurrences(code, UNFINISHED)
        .chain(marked)
        .map(|(line, term)| Finding::new(line, format!("`{term}`: finish it, or open an issue")))
}

/// Returns the lines of a text that contain one of several terms.
fn occurrences(text: &str, terms: &'static [&'static str]) -> impl Iterator<Item = (usize, &'static str)> {
    terms
        .iter()
        .flat_map(move |term| source::lines_with(text, term).into_iter().map(move |line| (line, *term)))
}
