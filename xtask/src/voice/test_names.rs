//! The names of tests: `subject_condition_outcome`, not a sentence or an aphorism.

use super::terms;

/// The beginnings of names that are sentences and do not begin with a subject.
const NOT_SUBJECTS: &[&str] = &[
    "a",
    "an",
    "everyone",
    "everything",
    "how",
    "it",
    "nobody",
    "nothing",
    "that",
    "the",
    "these",
    "this",
    "those",
    "what",
    "whatever",
    "when",
    "where",
    "which",
    "who",
    "whoever",
    "why",
];

/// Returns the names of the tests in code with their lines. Comments and literals must be blanked.
pub(super) fn test_names(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_test = false;
    code.lines().zip(1..).filter_map(move |(line, number)| {
        let line = line.trim();
        if is_test_attribute(line) {
            in_test = true;
        }
        // Other attributes may come between the attribute and the function.
        let signature = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn ");
        let signature = signature.filter(|_| std::mem::take(&mut in_test))?;
        let name = signature.split(|char: char| !(char.is_alphanumeric() || char == '_')).next()?;
        Some((number, name))
    })
}

/// Returns whether an attribute marks a test: `#[test]`, or that of a runtime such as `#[tokio::test(…)]`.
fn is_test_attribute(line: &str) -> bool {
    let path = line.strip_prefix("#[").and_then(|rest| rest.split(['(', ']', ' ', '=']).next());
    path.is_some_and(|path| path == "test" || path.ends_with("::test"))
}

/// Returns the reason that a name is unclear, if it is.
pub(super) fn problem(name: &str) -> Option<String> {
    let (first, rest) = name.split_once('_').unwrap_or((name, ""));
    if NOT_SUBJECTS.contains(&first) {
        return Some(format!("`{first}` is not a subject"));
    }
    if rest.is_empty() {
        return Some("it names no outcome".to_owned());
    }
    terms::find_in_prose(&name.replace('_', " ")).map(|term| format!("`{term}` is a term to avoid"))
}
