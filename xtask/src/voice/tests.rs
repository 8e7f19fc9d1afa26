//! Tests of the figures and findings.

use super::scan::{FunctionDoc, Scan};
use super::{Report, terms, test_names};

const SOURCE: &str = "\
//! A module.
//!
//! ```
//! let words = told();
//! ```

/// Returns the `words` of a text.
///
/// Nobody has told.
#[must_use]
pub(crate) fn text() {}

// A comment.
/// The name.
pub const fn name() {}

/// The type of a thing.
struct Thing;

//// Not documentation: told.
fn undocumented() {}

#[cfg(test)]
mod tests {
    /// What is told.
    fn helper() {}
    #[test]
    fn a_thing_is_told() {}
}
";

#[test]
fn source_is_measured_without_code_fences_and_tests() {
    let scan = Scan::parse(SOURCE);
    assert_eq!((scan.length, scan.code_lines, scan.comments), (22, 17, 2));
    let lines: Vec<usize> = scan.doc_lines.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [1, 7, 9, 14, 17]);
    assert_eq!(scan.function_docs, [(7, "Returns the `words` of a text."), (14, "The name.")]);
}

#[test]
fn findings_name_file_line_and_reason() {
    let mut report = Report::default();
    report.add("crates/a/src/lib.rs", SOURCE);
    let findings: Vec<&str> = report.findings().map(String::as_str).collect();
    assert_eq!(
        findings,
        [
            "crates/a/src/lib.rs:14: does not begin with a verb: The name.",
            "crates/a/src/lib.rs:9: `nobody` in: Nobody has told.",
            "crates/a/src/lib.rs:28: test `a_thing_is_told`: `a` is not a subject",
        ]
    );
    assert_eq!(
        report.summary(),
        "1 files with a median of 22 lines; of 2 function docs 50.0 % begin with a verb, 50.0 % are noun clauses; \
         20.0 % of 5 doc lines have terms to avoid; 117.6 comments per 1,000 lines; 100.0 % of 1 test names are unclear"
    );
}

#[test]
fn only_test_names_are_measured_in_test_files() {
    for file in ["crates/a/src/b/tests.rs", "crates/a/examples/b.rs", "tests/fuzz/main.rs"] {
        let mut report = Report::default();
        report.add(file, SOURCE);
        assert_eq!((report.files, report.doc_lines, report.tests), (0, 0, 1), "{file}");
    }
}

#[test]
fn function_docs_are_classified_by_their_first_word() {
    for (doc, expected) in [
        ("Returns `true` if it is empty.", FunctionDoc::Verb),
        ("Drops the block.", FunctionDoc::Verb),
        ("Return the block.", FunctionDoc::Other),
        ("Tokens of the prompt.", FunctionDoc::Other),
        ("This block.", FunctionDoc::Other),
        ("`name` of the block.", FunctionDoc::Other),
        ("Whether it is empty.", FunctionDoc::NounClause),
        ("The block.", FunctionDoc::NounClause),
    ] {
        assert_eq!(FunctionDoc::classify(doc), expected, "{doc}");
    }
}

#[test]
fn terms_are_found_as_whole_phrases_outside_of_backticks() {
    for (line, expected) in [
        ("What it told.", Some("told")),
        ("Says nothing; it was asked for.", Some("was asked")),
        ("Everything in vain.", Some("in vain")),
        ("A value that is no number.", Some("is no number")),
        ("There is no number; it is no longer used.", None),
        ("The field `told` and untold riches.", None),
        ("Stands-for is hyphenated, password is not words-like.", Some("words")),
        ("Takes\u{a0}no argument.", None),
    ] {
        assert_eq!(terms::find(line).as_deref(), expected, "{line}");
    }
}

#[test]
fn test_names_are_found_below_test_attributes() {
    let source = "#[test]\n#[should_panic]\nfn one() {}\nfn helper() {}\n\
                  #[tokio::test(flavor = \"current_thread\")]\nasync fn two() {}\n#[testing]\nfn three() {}\n";
    let found: Vec<_> = test_names::test_names(source).collect();
    assert_eq!(found, [(3, "one"), (6, "two")]);
}

#[test]
fn unclear_test_names_are_reported_with_the_reason() {
    for (name, expected) in [
        ("temperature_while_thinking_is_dropped", None),
        ("retries_send_identical_bytes", None),
        ("what_is_throttled_is_sent_again", Some("`what` is not a subject")),
        ("the_last_rule_has_the_last_word", Some("`the` is not a subject")),
        ("debug_shows_no_words", Some("`words` is a term to avoid")),
        ("works", Some("it names no outcome")),
    ] {
        assert_eq!(test_names::problem(name).as_deref(), expected, "{name}");
    }
}
