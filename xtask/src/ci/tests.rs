//! The table of gates and the command line.

use std::collections::BTreeSet;

use super::{GATES, Plan};

/// The names of the gates that a command line asks for.
fn planned(words: &[&str]) -> Result<Vec<&'static str>, String> {
    match Plan::parse(words)? {
        Plan::List => Ok(vec!["(list)"]),
        Plan::Run(gates) => Ok(gates.into_iter().map(|gate| gate.name).collect()),
    }
}

#[test]
fn gates_have_names_of_their_own() {
    let names: BTreeSet<&str> = GATES.iter().map(|gate| gate.name).collect();
    assert_eq!(names.len(), GATES.len());
}

#[test]
fn all_gates_run_in_order_unless_some_are_named_or_skipped() {
    let all: Vec<&str> = GATES.iter().map(|gate| gate.name).collect();
    assert_eq!(planned(&[]), Ok(all.clone()));
    assert_eq!(planned(&["layers", "fmt"]), Ok(vec!["layers", "fmt"]));
    assert_eq!(planned(&["--list"]), Ok(vec!["(list)"]));
    let without: Vec<&str> = all.into_iter().filter(|name| *name != "test" && *name != "doc").collect();
    assert_eq!(planned(&["--skip", "test", "--skip", "doc"]), Ok(without));
}

#[test]
fn what_is_not_known_is_told() {
    for (words, reason) in [
        (&["speed"][..], "no such gate: speed; the gates are fmt, "),
        (&["--skip", "speed"], "no such gate: speed"),
        (&["--skip"], "--skip wants the name of a gate"),
        (&["--fast"], "no such flag: --fast"),
    ] {
        let error = planned(words).unwrap_err();
        assert!(error.starts_with(reason), "{error}");
    }
}

#[test]
fn the_workflow_has_a_job_for_each_gate() {
    let workflow = include_str!("../../../.github/workflows/ci.yml");
    let (_, matrix) = workflow.split_once("        gate:\n").unwrap();
    let jobs: Vec<&str> = matrix.lines().map_while(|line| line.strip_prefix("          - ")).collect();
    assert_eq!(jobs, GATES.iter().map(|gate| gate.name).collect::<Vec<_>>());
}
