//! The gate `examples`: every example runs and ends well, without an account and without a network.

use super::verdict::{Outcome, Verdict};
use crate::process;
use crate::workspace::{TargetKind, Workspace};

/// No package is named to cargo, so that features are those of the whole workspace, as in its tests, and nothing is
/// built twice.
pub(super) fn run(workspace: &Workspace) -> Outcome {
    let (mut findings, mut names) = (Vec::new(), Vec::new());
    for package in &workspace.packages {
        for example in package.targets.iter().filter(|target| target.kind == TargetKind::Example) {
            let features =
                example.required_features.iter().map(|feature| format!("{}/{feature}", package.name));
            let features = features.collect::<Vec<_>>().join(",");
            let arguments = ["run", "--quiet", "--example", &example.name, "--features", &features];
            if !process::succeeds(&mut process::cargo(&workspace.root, arguments))? {
                findings.push(format!("example {} of {} does not end well", example.name, package.name));
            }
            names.push(example.name.as_str());
        }
    }
    if names.is_empty() {
        return Ok(Verdict::Skipped("the workspace has no example".to_owned()));
    }
    Ok(Verdict::with_notes(findings, vec![format!("ran {}", names.join(", "))]))
}
