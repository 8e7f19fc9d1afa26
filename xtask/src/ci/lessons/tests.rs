//! Tests of the document, the suite and the findings.

use std::path::PathBuf;

use super::document::{Answer, Document};
use super::suite::{Suite, TestBinary, TestStatus, listed_tests};
use crate::workspace::Workspace;

const DOCUMENT: &str = "\
# Lessons

| id | lesson | source | covered by |
|---|---|---|---|
| L1 | results go together | a report | `outcrop-a::turns::together` `outcrop-b::wire` |

## More

| id | lesson | source | covered by |
|---|---|---|---|
| L2 | no casts | a changelog | does not apply: there are none |
| M1 | retry | a log | `outcrop-a::slow` open: only the first time |
";

/// Builds a binary of a package with its tests and the ignored ones.
fn binary(package: &str, tests: &[&str], ignored: &[&str]) -> TestBinary {
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    TestBinary {
        package: package.to_owned(),
        tests: names(tests),
        ignored: names(ignored),
        ..TestBinary::default()
    }
}

fn suite() -> Suite {
    Suite::new(vec![
        binary("outcrop-a", &["turns::together", "slow", "later"], &["later"]),
        binary("outcrop-b", &[], &[]),
        binary("outcrop-b", &["wire"], &[]),
    ])
}

/// Returns the findings for the document after one replacement.
fn found(replaced: &str, by: &str) -> Vec<String> {
    assert!(DOCUMENT.contains(replaced), "the document does not contain {replaced}");
    let document = Document::parse(&DOCUMENT.replacen(replaced, by, 1));
    super::findings(&document, &["L1", "L2", "M1"].map(str::to_owned), &suite())
}

#[test]
fn complete_document_passes() {
    assert_eq!(found("", ""), Vec::<String>::new());
    assert_eq!(found("outcrop-b::wire", "cargo xtask ci published"), Vec::<String>::new());
    let document = Document::parse(DOCUMENT);
    let notes = ["1 lessons covered by 3 tests, 1 do not apply, 1 open", "M1 is open: only the first time"];
    assert_eq!(super::notes(&document, document.tests().count()), notes);
}

#[test]
fn errors_of_the_document_are_reported_with_their_line() {
    const L2: &str = "| L2 | no casts | a changelog | does not apply: there are none |\n";
    for (replaced, by, finding) in [
        (L2, "", "docs/lessons.md: L2 has no row"),
        ("| L2 |", "| L1 |", "docs/lessons.md:11: L1 already has a row"),
        ("| L2 |", "| L3 |", "docs/lessons.md:11: there is no lesson L3"),
        ("| L1 |", "| M1 |", "docs/lessons.md:11: L2 comes after a later lesson"),
        ("::wire", "::wires", "docs/lessons.md:5: L1: the test `outcrop-b::wires` does not exist"),
        ("outcrop-b", "outcrop-a", "docs/lessons.md:5: L1: the test `outcrop-a::wire` does not exist"),
        ("outcrop-b::wire", "cargo xtask ci wire", "docs/lessons.md:5: L1: there is no gate `wire`"),
        ("::slow", "::later", "docs/lessons.md:12: M1: the test `outcrop-a::later` is ignored"),
        ("`outcrop-a::slow` open:", "later:", "docs/lessons.md:12: M1 has other text than its tests"),
        ("open: only the first time", "open: ", "docs/lessons.md:12: M1 does not state what is open"),
        ("`outcrop-a::slow` open: only the first time", "", "docs/lessons.md:12: M1 has no answer"),
        ("there are none", "", "docs/lessons.md:11: L2 does not state why it does not apply"),
        ("| retry |", "|", "docs/lessons.md:12: the row has 3 cells, not 4"),
        ("| a log |", "| |", "docs/lessons.md:12: M1 does not state its source"),
        ("| retry |", "| |", "docs/lessons.md:12: M1 does not state the lesson"),
    ] {
        let findings = found(replaced, by);
        assert!(findings.iter().any(|found| found.starts_with(finding)), "{finding}: {findings:#?}");
    }
}

#[test]
fn answers_are_parsed() {
    let rows = Document::parse(DOCUMENT).rows;
    let answers: Vec<Answer> = rows.into_iter().map(|row| row.answer).collect();
    let tests = |tests: &[&str]| tests.iter().map(|&test| test.to_owned()).collect();
    assert_eq!(
        answers,
        [
            Answer::Tested(tests(&["outcrop-a::turns::together", "outcrop-b::wire"])),
            Answer::NotApplicable("there are none".to_owned()),
            Answer::Open { tests: tests(&["outcrop-a::slow"]), reason: "only the first time".to_owned() },
        ]
    );
}

#[test]
fn tests_are_found_by_package_and_path() {
    for (test, status) in [
        ("outcrop-a::turns::together", TestStatus::Runs),
        ("outcrop-a::later", TestStatus::Ignored),
        ("outcrop-a::turns", TestStatus::Missing),
        ("turns::together", TestStatus::Missing),
        ("outcrop-b::wire", TestStatus::Runs),
        ("outcrop-::b::wire", TestStatus::Missing),
    ] {
        assert_eq!(suite().status(test), status, "{test}");
    }
}

#[test]
fn terse_list_is_parsed() {
    let list = "turns::together: test\nspeed: benchmark\nslow: test\n\n3 tests, 0 benchmarks\n";
    assert_eq!(listed_tests(list).into_iter().collect::<Vec<_>>(), ["slow", "turns::together"]);
}

#[test]
fn test_binaries_are_parsed_from_cargo_messages() {
    let metadata = r#"{"packages": [{"name": "outcrop-a", "manifest_path": "/p/crates/a/Cargo.toml",
        "dependencies": [], "targets": []}], "workspace_root": "/p", "target_directory": "/p/target"}"#;
    let workspace = Workspace::parse(metadata).unwrap();
    let parse = |test: bool, executable: &str, folder: &str| {
        let line = format!(
            r#"{{"reason": "compiler-artifact", "manifest_path": "{folder}/Cargo.toml",
                "profile": {{"test": {test}}}, "executable": {executable}}}"#
        );
        TestBinary::parse(&line, &workspace).map(|binary| binary.map(|binary| binary.package))
    };
    assert_eq!(parse(true, r#""/p/target/a""#, "/p/crates/a").unwrap().as_deref(), Some("outcrop-a"));
    assert_eq!(parse(false, r#""/p/target/a""#, "/p/crates/a").unwrap(), None);
    assert_eq!(parse(true, "null", "/p/crates/a").unwrap(), None);
    assert!(parse(true, r#""/p/target/a""#, "/p/crates/b").is_err());
    assert!(TestBinary::parse("warning: odd", &workspace).is_err());
}

/// The binary of this test is a test binary, too, so it lists and runs some of its own tests.
#[test]
fn test_binary_runs_selected_tests() {
    const FIRST: &str = "ci::lessons::tests::terse_list_is_parsed";
    const SECOND: &str = "ci::lessons::tests::answers_are_parsed";
    let mut this = TestBinary {
        package: "xtask".to_owned(),
        folder: PathBuf::from("."),
        executable: std::env::current_exe().unwrap(),
        ..TestBinary::default()
    };
    this.list().unwrap();
    assert!(this.runs(&format!("xtask::{FIRST}")));
    assert_eq!(this.run(&[FIRST, SECOND]).unwrap(), None);
    let finding = this.run(&[FIRST, "ci::lessons::tests::missing"]).unwrap().unwrap();
    assert!(finding.starts_with("not all 2 tests of xtask passed"), "{finding}");
}
