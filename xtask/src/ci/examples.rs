//! The gate `examples`: runs every example, without an account and without a network.

use super::outcome::{GateResult, Outcome};
use crate::process;
use crate::workspace::{TargetKind, Workspace};

/// Runs the gate.
pub(super) fn run(workspace: &Workspace) -> GateResult {
    let (mut findings, mut names) = (Vec::new(), Vec::new());
    for package in &workspace.packages {
        for example in package.targets.iter().filter(|target| target.kind == TargetKind::Example) {
            let features =
                example.required_features.iter().map(|feature| format!("{}/{feature}", package.name));
            let features = features.collect::<Vec<_>>().join(",");
            // Without `-p`, the features are unified as in the tests of the workspace, and cargo reuses what they built.
            let arguments = ["run", "--quiet", "--example", &example.name, "--features", &features];
            if !process::succeeds(&mut process::cargo(&workspace.root, arguments))? {
                findings.push(format!("the example `{}` of {} failed", example.name, package.name));
            }
            names.push(example.name.as_str());
        }
    }
    if names.is_empty() {
        return Ok(Outcome::Skipped("the workspace has no example".to_owned()));
    }
    Ok(Outcome::with_notes(findings, vec![format!("ran {}", names.join(", "))]))
}
