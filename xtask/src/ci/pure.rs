//! The gate `pure`: the pure crates touch nothing around them, and whatever they pull in does no I/O, runs no tasks and
//! logs nothing.

mod surroundings;

use std::collections::BTreeSet;
use std::path::Path;

use super::pattern::stands_for;
use super::verdict::{Outcome, Verdict};
use crate::Fault;
use crate::process;
use crate::workspace::{Package, Workspace};

/// The crates that have to be pure.
const PURE: &[&str] = &["outcrop-core", "outcrop-converse"];

/// What must not be below them.
const IMPURE: &[&str] = &[
    "aws*",
    "tokio*",
    "hyper*",
    "http*",
    "rustls*",
    "ring",
    "mio",
    "reqwest",
    "tracing*",
    "log",
    "getrandom",
];

/// The feature that brings fakes for tests, and with them what tests need.
const TEST_FEATURE: &str = "test-util";

pub(super) fn run(workspace: &Workspace) -> Outcome {
    let mut findings = Vec::new();
    for name in PURE {
        let package = workspace.packages.iter().find(|package| package.name == *name);
        let package = package.ok_or_else(|| format!("{name} is no member of the workspace"))?;
        findings.extend(surroundings::touched(workspace, package)?);
        for features in [None, Some(all_but_the_test_feature(package))] {
            findings.extend(impurities(&workspace.root, name, features.as_deref())?);
        }
    }
    findings.dedup();
    Ok(Verdict::of(findings))
}

fn all_but_the_test_feature(package: &Package) -> String {
    let features = package.features.iter().map(String::as_str).filter(|feature| *feature != TEST_FEATURE);
    features.collect::<Vec<_>>().join(",")
}

/// The impure crates below a crate, each with the way to it.
fn impurities(root: &Path, name: &str, features: Option<&str>) -> Result<Vec<String>, Fault> {
    let tree = |more: &[&str]| {
        let mut arguments = vec!["tree", "-p", name, "-e", "normal", "--prefix"];
        arguments.extend(more);
        arguments.extend(features.iter().flat_map(|features| ["--features", *features]));
        process::read(&mut process::cargo(root, arguments))
    };
    let found = impure(&tree(&["none"])?);
    let tell = |offender: String| {
        let way = tree(&["indent", "-i", &offender])?;
        Ok(format!("{name} pulls in {offender}:\n    {}", way.trim_end().replace('\n', "\n    ")))
    };
    found.into_iter().map(tell).collect()
}

/// The impure crates of a tree without indentation, as `NAME@VERSION`: its lines begin with `NAME vVERSION`.
fn impure(tree: &str) -> Vec<String> {
    let is_impure = |name: &str| IMPURE.iter().any(|pattern| stands_for(pattern, name));
    let crates = tree.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let name = words.next().filter(|name| is_impure(name))?;
        Some(format!("{name}@{}", words.next()?.trim_start_matches('v')))
    });
    // Sorted, and each once.
    crates.collect::<BTreeSet<_>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::impure;

    #[test]
    fn impure_crates_are_found_once_by_name_or_family() {
        let tree = "outcrop-core v0.1.0 (/project/crates/outcrop-core)\nserde v1.0.229\nhttp-body v1.0.1\n\
                    tokio v1.54.0\ntokio-util v0.7.1\ntokio v1.54.0 (*)\n\nring v0.17.14\n";
        assert_eq!(impure(tree), ["http-body@1.0.1", "ring@0.17.14", "tokio-util@0.7.1", "tokio@1.54.0"]);
    }

    #[test]
    fn a_name_that_only_contains_another_is_another_crate() {
        assert_eq!(
            impure("string v1.0.0\nstring-ring v1.0.0\nmio-like v1.0.0\nserde_json v1.0.154\n"),
            [""; 0]
        );
    }
}
