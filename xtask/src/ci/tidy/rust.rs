//! Rules for the sources of Rust.

use super::{Finding, is_test, source};

/// The most lines a file may have.
const LONGEST: usize = 600;

/// What no code has, with the reason.
const NEVER: &[(&str, &str)] = &[
    ("#[ignore", "a test that does not run proves nothing"),
    ("#[allow(", "expect a lint, with its reason"),
    ("#![allow(", "expect a lint, with its reason"),
    ("HashMap", "its order changes from run to run; take a BTreeMap"),
    ("HashSet", "its order changes from run to run; take a BTreeSet"),
];

/// What only tests may have in their code.
const UNFINISHED: &[&str] = &["todo!", "unimplemented!", "dbg!"];

/// What only tests may have, be it in a comment.
const MARKS: &[&str] = &[concat!("FIX", "ME"), concat!("XX", "X")];

/// What is wrong with a source.
pub(super) fn findings(file: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !(text.starts_with("//!") || text.starts_with("#![doc")) {
        findings.push(Finding::new(1, "a file begins with a `//!` line that says what it is"));
    }
    let length = text.lines().count();
    if length > LONGEST {
        findings.push(Finding::new(length, format!("{length} lines, past {LONGEST}: more than one idea?")));
    }
    let code = source::code(text);
    for (word, reason) in NEVER {
        let lines = source::lines_with(&code, word);
        findings.extend(lines.into_iter().map(|line| Finding::new(line, format!("`{word}`: {reason}"))));
    }
    if !is_test(file) {
        findings.extend(unfinished(text, source::without_tests(&code)));
    }
    findings
}

/// What is unfinished in a source, given its code up to the module of tests.
fn unfinished(text: &str, code: &str) -> impl Iterator<Item = Finding> {
    let last = code.lines().count();
    let marked = places(text, MARKS).filter(move |(line, _)| *line <= last);
    places(code, UNFINISHED)
        .chain(marked)
        .map(|(line, word)| Finding::new(line, format!("`{word}`: finish it, or open an issue")))
}

/// The lines of a text that have one of some words.
fn places(text: &str, words: &'static [&'static str]) -> impl Iterator<Item = (usize, &'static str)> {
    words
        .iter()
        .flat_map(move |word| source::lines_with(text, word).into_iter().map(move |line| (line, *word)))
}
