//! The gate `pure`: checks that the pure crates use no clock, environment, file or network, and that none of their
//! dependencies does I/O, runs tasks or logs; and that who uses the emulator or agents compiles nothing of AWS.

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

/// The crates that need no AWS account, and so nothing of AWS's SDK.
const FREE_OF_AWS: &[&str] = &["outcrop-emulator", "outcrop-agent"];

/// The crates that must not be among the dependencies of those. With TLS, they may have aws-lc-rs, which is cryptography
/// without a service.
const AWS: &[&str] = &[
    "aws-config",
    "aws-credential-types",
    "aws-runtime",
    "aws-sdk-*",
    "aws-sig*",
    "aws-smithy-*",
    "aws-types",
    "outcrop",
    "outcrop-transport",
];

/// The crates that must not be among them without a feature: TLS and its cryptography.
const TLS: &[&str] = &["aws-lc-*", "ring", "rustls*", "native-tls"];

/// The feature with fakes for tests. It is exempt, because its dependencies reach only tests.
const TEST_FEATURE: &str = "test-util";

/// Runs the gate.
pub(super) fn run(workspace: &Workspace) -> GateResult {
    let mut findings = Vec::new();
    for name in PURE {
        let package = workspace.package(name)?;
        findings.extend(std_names::findings(workspace, package)?);
        for features in [None, Some(features_except_tests(package))] {
            findings.extend(banned_dependencies(&workspace.root, name, features.as_deref(), &[IMPURE])?);
        }
    }
    for name in FREE_OF_AWS {
        let features = features_except_tests(workspace.package(name)?);
        findings.extend(banned_dependencies(&workspace.root, name, None, &[AWS, TLS])?);
        findings.extend(banned_dependencies(&workspace.root, name, Some(&features), &[AWS])?);
    }
    findings.dedup();
    Ok(Outcome::from_findings(findings))
}

fn features_except_tests(package: &Package) -> String {
    let features = package.features.iter().map(String::as_str).filter(|feature| *feature != TEST_FEATURE);
    features.collect::<Vec<_>>().join(",")
}

/// Reports the dependencies of a crate that match one of the lists, each with the path to it.
fn banned_dependencies(
    root: &Path,
    name: &str,
    features: Option<&str>,
    banned: &[&[&str]],
) -> Result<Vec<String>, TaskError> {
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
    matching(&tree(&["none"])?, banned).into_iter().map(finding).collect()
}

/// Returns the crates of a tree that match one of the lists as `NAME@VERSION`, sorted and without duplicates.
fn matching(tree: &str, banned: &[&[&str]]) -> Vec<String> {
    let is_banned = |name: &str| banned.iter().copied().flatten().any(|pattern| matches_crate(pattern, name));
    let crates = tree.lines().filter_map(|line| {
        // A line of `cargo tree --prefix none` begins with `NAME vVERSION`.
        let mut parts = line.split_whitespace();
        let name = parts.next().filter(|name| is_banned(name))?;
        Some(format!("{name}@{}", parts.next()?.trim_start_matches('v')))
    });
    crates.collect::<BTreeSet<_>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::{AWS, IMPURE, TLS, matching};

    #[test]
    fn impure_crates_are_found_by_name_or_family() {
        let tree = "outcrop-core v0.1.0 (/project/crates/outcrop-core)\nserde v1.0.229\nhttp-body v1.0.1\n\
                    tokio v1.54.0\ntokio-util v0.7.1\ntokio v1.54.0 (*)\n\nring v0.17.14\n";
        assert_eq!(
            matching(tree, &[IMPURE]),
            ["http-body@1.0.1", "ring@0.17.14", "tokio-util@0.7.1", "tokio@1.54.0"]
        );
    }

    #[test]
    fn crate_whose_name_contains_an_impure_name_passes() {
        assert_eq!(
            matching("string v1.0.0\nstring-ring v1.0.0\nmio-like v1.0.0\nserde_json v1.0.154\n", &[IMPURE]),
            [""; 0]
        );
    }

    #[test]
    fn cryptography_is_nothing_of_aws_and_the_sdk_is() {
        let tree =
            "outcrop-emulator v0.1.0 (/project)\naws-lc-rs v1.19.0\naws-sdk-sso v1.119.0\naws-types v1.7.0\n";
        assert_eq!(matching(tree, &[AWS]), ["aws-sdk-sso@1.119.0", "aws-types@1.7.0"]);
        assert_eq!(
            matching(tree, &[AWS, TLS]),
            ["aws-lc-rs@1.19.0", "aws-sdk-sso@1.119.0", "aws-types@1.7.0"]
        );
    }
}
