//! Tests of the goals.

use super::missed_goals;
use crate::voice::Report;

/// Builds a report that meets every goal exactly.
fn report() -> Report {
    Report {
        files: 3,
        code_lines: 1_000,
        comments: 12,
        doc_lines: 1_000,
        term_findings: vec!["a.rs:1: told".to_owned(); 3],
        function_docs: 100,
        noun_clauses: 10,
        function_doc_findings: vec!["a.rs:2: The name.".to_owned(); 20],
        tests: 100,
        test_name_findings: vec!["a.rs:3: a_test".to_owned(); 2],
        lengths: [100, 130, 600].map(|length| (length, format!("{length}.rs"))).into(),
    }
}

#[test]
fn report_at_the_limits_passes() {
    assert_eq!(missed_goals("outcrop-converse", &report()), [""; 0]);
}

#[test]
fn each_missed_goal_is_reported_first() {
    let extra = || vec!["b.rs:1: one more".to_owned(); 21];
    for (report, expected) in [
        (
            Report { function_doc_findings: extra(), ..report() },
            "a: 79 of 100 function docs begin with a verb",
        ),
        (Report { noun_clauses: 11, ..report() }, "a: 11 of 100 function docs are noun clauses"),
        (Report { term_findings: extra(), ..report() }, "a: 21 of 1000 doc lines have terms to avoid"),
        (Report { comments: 11, ..report() }, "a: 11 comments in 1000 lines"),
        (Report { test_name_findings: extra(), ..report() }, "a: 21 of 100 test names are unclear"),
        (Report { lengths: vec![(601, "b.rs".to_owned())], ..report() }, "a: b.rs has 601 lines"),
    ] {
        let findings = missed_goals("a", &report);
        assert!(findings.first().is_some_and(|first| first.starts_with(expected)), "{findings:#?}");
    }
}

#[test]
fn long_list_of_lines_is_cut() {
    let findings = missed_goals("a", &Report { term_findings: vec!["b.rs:1".to_owned(); 12], ..report() });
    assert_eq!(findings.len(), 12);
    assert_eq!(findings.last().map(String::as_str), Some("  and 2 more: run `cargo xtask voice a`"));
}

#[test]
fn median_is_limited_for_crates_with_a_range() {
    let report = Report { lengths: vec![(129, "b.rs".to_owned())], ..report() };
    assert_eq!(
        missed_goals("outcrop-converse", &report),
        ["outcrop-converse: the median file has 129 lines; the goal is 130 to 200"]
    );
    assert_eq!(missed_goals("outcrop-core", &report), [""; 0]);
}
