//! What the gate finds, and where.

use std::path::PathBuf;

use super::document::{Answer, Document};
use super::program::{Program, listed};
use super::suite::{Known, Suite};
use crate::workspace::Workspace;

const DOCUMENT: &str = "\
# Lessons

| id | lesson | held by |
|---|---|---|
| L1 | results go together | `outcrop-a::turns::together` `outcrop-b::wire` |

## More

| id | lesson | held by |
|---|---|---|
| L2 | no casts | does not apply: there are none |
| M1 | retry | `outcrop-a::slow` open: only the first time |
";

/// A program of a package, with its tests and those of them that are ignored.
fn program(package: &str, tests: &[&str], ignored: &[&str]) -> Program {
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    Program {
        package: package.to_owned(),
        tests: names(tests),
        ignored: names(ignored),
        ..Program::default()
    }
}

fn suite() -> Suite {
    Suite::new(vec![
        program("outcrop-a", &["turns::together", "slow", "later"], &["later"]),
        program("outcrop-b", &[], &[]),
        program("outcrop-b", &["wire"], &[]),
    ])
}

/// What is found in the document after some text of it was replaced.
fn found(replaced: &str, by: &str) -> Vec<String> {
    assert!(DOCUMENT.contains(replaced), "{replaced} is not in the document");
    let document = Document::parse(&DOCUMENT.replacen(replaced, by, 1));
    super::findings(&document, &["L1", "L2", "M1"].map(str::to_owned), &suite())
}

#[test]
fn a_document_with_an_answer_to_each_lesson_holds() {
    assert_eq!(found("", ""), Vec::<String>::new());
    assert_eq!(found("outcrop-b::wire", "cargo xtask ci published"), Vec::<String>::new());
    let document = Document::parse(DOCUMENT);
    let notes = ["1 lessons held by 3 tests, 1 do not apply, 1 open", "M1 is open: only the first time"];
    assert_eq!(super::notes(&document, document.tests().count()), notes);
}

#[test]
fn each_flaw_is_found() {
    const L2: &str = "| L2 | no casts | does not apply: there are none |\n";
    for (replaced, by, finding) in [
        (L2, "", "docs/lessons.md: L2 has no row"),
        ("| L2 |", "| L1 |", "docs/lessons.md:11: L1 has a row already"),
        ("| L2 |", "| L3 |", "docs/lessons.md:11: there is no lesson L3"),
        ("| L1 |", "| M1 |", "docs/lessons.md:11: L2 stands after a later one"),
        ("::wire", "::wires", "docs/lessons.md:5: L1: the test `outcrop-b::wires` is not there"),
        ("outcrop-b", "outcrop-a", "docs/lessons.md:5: L1: the test `outcrop-a::wire` is not there"),
        ("outcrop-b::wire", "cargo xtask ci wire", "docs/lessons.md:5: L1: there is no gate `wire`"),
        ("::slow", "::later", "docs/lessons.md:12: M1: the test `outcrop-a::later` is ignored"),
        ("`outcrop-a::slow` open:", "later:", "docs/lessons.md:12: M1 says more than its tests"),
        ("open: only the first time", "open: ", "docs/lessons.md:12: M1 does not say what is open"),
        ("`outcrop-a::slow` open: only the first time", "", "docs/lessons.md:12: M1 has no answer"),
        ("there are none", "", "docs/lessons.md:11: L2 does not say why it does not apply"),
        ("| retry |", "|", "docs/lessons.md:12: the row has 2 cells, not 3"),
        ("| retry |", "| |", "docs/lessons.md:12: M1 does not say what it teaches"),
    ] {
        let findings = found(replaced, by);
        assert!(findings.iter().any(|found| found.starts_with(finding)), "{finding}: {findings:#?}");
    }
}

#[test]
fn answers_are_read() {
    let rows = Document::parse(DOCUMENT).rows;
    let answers: Vec<Answer> = rows.into_iter().map(|row| row.answer).collect();
    let tests = |tests: &[&str]| tests.iter().map(|&test| test.to_owned()).collect();
    assert_eq!(
        answers,
        [
            Answer::Held(tests(&["outcrop-a::turns::together", "outcrop-b::wire"])),
            Answer::Foreign("there are none".to_owned()),
            Answer::Open { tests: tests(&["outcrop-a::slow"]), reason: "only the first time".to_owned() },
        ]
    );
}

#[test]
fn tests_are_known_by_package_and_path() {
    for (test, known) in [
        ("outcrop-a::turns::together", Known::Runs),
        ("outcrop-a::later", Known::Ignored),
        ("outcrop-a::turns", Known::No),
        ("turns::together", Known::No),
        ("outcrop-b::wire", Known::Runs),
        ("outcrop-::b::wire", Known::No),
    ] {
        assert_eq!(suite().knows(test), known, "{test}");
    }
}

#[test]
fn programs_tell_their_tests() {
    let list = "turns::together: test\nspeed: benchmark\nslow: test\n\n3 tests, 0 benchmarks\n";
    assert_eq!(listed(list).into_iter().collect::<Vec<_>>(), ["slow", "turns::together"]);
}

#[test]
fn cargo_tells_of_programs() {
    let metadata = r#"{"packages": [{"name": "outcrop-a", "manifest_path": "/p/crates/a/Cargo.toml",
        "dependencies": [], "targets": []}], "workspace_root": "/p", "target_directory": "/p/target"}"#;
    let workspace = Workspace::parse(metadata).unwrap();
    let parse = |test: bool, executable: &str, folder: &str| {
        let line = format!(
            r#"{{"reason": "compiler-artifact", "manifest_path": "{folder}/Cargo.toml",
                "profile": {{"test": {test}}}, "executable": {executable}}}"#
        );
        Program::parse(&line, &workspace).map(|program| program.map(|program| program.package))
    };
    assert_eq!(parse(true, r#""/p/target/a""#, "/p/crates/a").unwrap().as_deref(), Some("outcrop-a"));
    assert_eq!(parse(false, r#""/p/target/a""#, "/p/crates/a").unwrap(), None);
    assert_eq!(parse(true, "null", "/p/crates/a").unwrap(), None);
    assert!(parse(true, r#""/p/target/a""#, "/p/crates/b").is_err());
    assert!(Program::parse("warning: odd", &workspace).is_err());
}

/// The program that runs this test is one, too: it can be asked, and told to run some of its tests.
#[test]
fn a_program_runs_what_it_is_told_to() {
    const FIRST: &str = "ci::lessons::tests::programs_tell_their_tests";
    const SECOND: &str = "ci::lessons::tests::answers_are_read";
    let mut this = Program {
        package: "xtask".to_owned(),
        folder: PathBuf::from("."),
        executable: std::env::current_exe().unwrap(),
        ..Program::default()
    };
    this.list().unwrap();
    assert!(this.runs(&format!("xtask::{FIRST}")));
    assert_eq!(this.run(&[FIRST, SECOND]).unwrap(), None);
    let said = this.run(&[FIRST, "ci::lessons::tests::nothing"]).unwrap().unwrap();
    assert!(said.starts_with("of xtask, not all 2 tests held"), "{said}");
}
