//! The gates that are cargo's own commands.
//!
//! Warnings are made errors by the tool's own arguments, not by `RUSTFLAGS`: those would have everything built again.

use super::verdict::{Outcome, Verdict};
use crate::process;
use crate::workspace::Workspace;

pub(super) fn fmt(workspace: &Workspace) -> Outcome {
    cargo(workspace, &[&["fmt", "--all", "--check"]])
}

pub(super) fn clippy(workspace: &Workspace) -> Outcome {
    cargo(workspace, &[&["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"]])
}

pub(super) fn test(workspace: &Workspace) -> Outcome {
    cargo(workspace, &[&["test", "--workspace", "--all-features"]])
}

/// Binaries and libraries apart: the command and the facade share a name, and would share a folder.
pub(super) fn doc(workspace: &Workspace) -> Outcome {
    const DENY: &str = "build.rustdocflags=[\"-D\", \"warnings\"]";
    let doc = |target| ["doc", "--workspace", "--all-features", "--no-deps", target, "--config", DENY];
    cargo(workspace, &[&doc("--bins"), &doc("--lib")])
}

fn cargo(workspace: &Workspace, commands: &[&[&str]]) -> Outcome {
    let mut findings = Vec::new();
    for arguments in commands {
        let mut command = process::cargo(&workspace.root, arguments.iter().copied());
        if !process::succeeds(&mut command)? {
            findings.push(format!("`{}` failed", process::shown(&command)));
        }
    }
    Ok(Verdict::of(findings))
}
