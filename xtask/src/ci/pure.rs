//! The gate `pure`: checks that the pure crates use no clock, environment, file or network, and that none of their
//! dependencies does I/O, runs tasks or logs.

mod std_names;

use std::collections::BTreeSet;
use std::path::Path;

use super::outcome::{GateResult, Outcome};
use crate::error::TaskError;
use crate::process;
use crate::workspace::{Package, Workspace, matches_crate};

/// The crates that must be pure.
const PURE: &[&str] = &["outcrop-core", "outcrop-converse"];

/// The crates that must not be among their dependencies.
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

/// The feature with fakes for tests. It is exempt, because its dependencies reach only tests.
const TEST_FEATURE: &str = "test-util";

/// Runs the gate.
pub(super) fn run(workspace: &Workspace) -> GateResult {
    let mut findings = Vec::new();
    for name in PURE {
        let package = workspace.package(name)?;
        findings.extend(std_names::findings(workspace, package)?);
        for features in [None, Some(features_except_tests(package))] {
            findings.extend(impure_dependencies(&workspace.root, name, features.as_deref())?);
        }
    }
    findings.dedup();
    Ok(Outcome::from_findings(findings))
}

fn features_except_tests(package: &Package) -> String {
    let features = package.features.iter().map(String::as_str).filter(|feature| *feature != TEST_FEATURE);
    features.collect::<Vec<_>>().join(",")
}

/// Reports the impure dependencies of a crate, each with the path to it.
fn impure_dependencies(root: &Path, name: &str, features: Option<&str>) -> Result<Vec<String>, TaskError> {
    let tree = |more: &[&str]| {
        let mut arguments = vec!["tree", "-p", name, "-e", "normal", "--prefix"];
        arguments.extend(more);
        arguments.extend(features.iter().flat_map(|features| ["--features", *features]));
        process::output(&mut process::cargo(root, arguments))
    };
    let finding = |dependency: String| {
        let path = tree(&["indent", "-i", &dependency])?;
        Ok(format!("{name} depends on {dependency}:\n    {}", path.trim_end().replace('\n', "\n    ")))
    };
    impure(&tree(&["none"])?).into_iter().map(finding).collect()
}

/// Returns the impure crates of a tree as `NAME@VERSION`, sorted and without duplicates.
fn impure(tree: &str) -> Vec<String> {
    let is_impure = |name: &str| IMPURE.iter().any(|pattern| matches_crate(pattern, name));
    let crates = tree.lines().filter_map(|line| {
        // A line of `cargo tree --prefix none` begins with `NAME vVERSION`.
        let mut parts = line.split_whitespace();
        let name = parts.next().filter(|name| is_impure(name))?;
        Some(format!("{name}@{}", parts.next()?.trim_start_matches('v')))
    });
    crates.collect::<BTreeSet<_>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::impure;

    #[test]
    fn impure_crates_are_found_by_name_or_family() {
        let tree = "outcrop-core v0.1.0 (/project/crates/outcrop-core)\nserde v1.0.229\nhttp-body v1.0.1\n\
                    tokio v1.54.0\ntokio-util v0.7.1\ntokio v1.54.0 (*)\n\nring v0.17.14\n";
        assert_eq!(impure(tree), ["http-body@1.0.1", "ring@0.17.14", "tokio-util@0.7.1", "tokio@1.54.0"]);
    }

    #[test]
    fn crate_whose_name_contains_an_impure_name_passes() {
        assert_eq!(
            impure("string v1.0.0\nstring-ring v1.0.0\nmio-like v1.0.0\nserde_json v1.0.154\n"),
            [""; 0]
        );
    }
}
