//! Tests of the table of gates and of the command line.

use std::collections::BTreeSet;

use super::{GATES, Plan};

/// Returns the names of the gates that a command line selects.
fn planned(arguments: &[&str]) -> Result<Vec<&'static str>, String> {
    match Plan::parse(arguments)? {
        Plan::List => Ok(vec!["(list)"]),
        Plan::Run(gates) => Ok(gates.into_iter().map(|gate| gate.name).collect()),
    }
}

#[test]
fn gate_names_are_unique() {
    let names: BTreeSet<&str> = GATES.iter().map(|gate| gate.name).collect();
    assert_eq!(names.len(), GATES.len());
}

#[test]
fn gates_are_selected_by_name_or_skipped() {
    let all: Vec<&str> = GATES.iter().map(|gate| gate.name).collect();
    assert_eq!(planned(&[]), Ok(all.clone()));
    assert_eq!(planned(&["layers", "fmt"]), Ok(vec!["layers", "fmt"]));
    assert_eq!(planned(&["--list"]), Ok(vec!["(list)"]));
    let without: Vec<&str> = all.into_iter().filter(|name| *name != "test" && *name != "doc").collect();
    assert_eq!(planned(&["--skip", "test", "--skip", "doc"]), Ok(without));
}

#[test]
fn unknown_arguments_are_an_error() {
    for (arguments, reason) in [
        (&["speed"][..], "unknown gate: speed; the gates are fmt, "),
        (&["--skip", "speed"], "unknown gate: speed"),
        (&["--skip"], "--skip requires the name of a gate"),
        (&["--fast"], "unknown option: --fast"),
    ] {
        let error = planned(arguments).unwrap_err();
        assert!(error.starts_with(reason), "{error}");
    }
}

#[test]
fn workflow_has_a_job_for_each_gate() {
    let workflow = include_str!("../../../.github/workflows/ci.yml");
    let (_, matrix) = workflow.split_once("        gate:\n").unwrap();
    let jobs: Vec<&str> = matrix.lines().map_while(|line| line.strip_prefix("          - ")).collect();
    assert_eq!(jobs, GATES.iter().map(|gate| gate.name).collect::<Vec<_>>());
}
