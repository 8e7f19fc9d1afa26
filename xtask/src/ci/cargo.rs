//! The gates that run a cargo command or another task: `fmt`, `clippy`, `test`, `doc`, `catalog`, `fuzz`.
//!
//! Tool arguments turn warnings into errors, not `RUSTFLAGS`: a change of that variable rebuilds everything.

use super::outcome::{GateResult, Outcome};
use crate::workspace::Workspace;
use crate::{catalog, fuzz, process};

/// Runs the gate `fmt`.
pub(super) fn fmt(workspace: &Workspace) -> GateResult {
    run(workspace, &[&["fmt", "--all", "--check"]])
}

/// Runs the gate `clippy`.
pub(super) fn clippy(workspace: &Workspace) -> GateResult {
    run(workspace, &[&["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"]])
}

/// Runs the gate `test`.
pub(super) fn test(workspace: &Workspace) -> GateResult {
    run(workspace, &[&["test", "--workspace", "--all-features"]])
}

/// Runs the gate `doc`.
pub(super) fn doc(workspace: &Workspace) -> GateResult {
    const DENY: &str = "build.rustdocflags=[\"-D\", \"warnings\"]";
    let doc = |target| ["doc", "--workspace", "--all-features", "--no-deps", target, "--config", DENY];
    // Two runs, because the binary and the library named `outcrop` would write to the same folder.
    // See https://github.com/rust-lang/cargo/issues/6313.
    run(workspace, &[&doc("--bins"), &doc("--lib")])
}

/// Runs the gate `catalog`.
pub(super) fn catalog(workspace: &Workspace) -> GateResult {
    Ok(Outcome::from_findings(catalog::outdated(workspace)?))
}

/// Runs the gate `fuzz`.
pub(super) fn fuzz(workspace: &Workspace) -> GateResult {
    let passed = fuzz::run_targets(&workspace.root, fuzz::DEFAULT_SECONDS)?;
    Ok(Outcome::check(passed, "a fuzz target failed: see the output above"))
}

/// Runs cargo commands and reports the ones that fail.
fn run(workspace: &Workspace, commands: &[&[&str]]) -> GateResult {
    let mut findings = Vec::new();
    for arguments in commands {
        let mut command = process::cargo(&workspace.root, arguments.iter().copied());
        if !process::succeeds(&mut command)? {
            findings.push(format!("`{}` failed", process::display(&command)));
        }
    }
    Ok(Outcome::from_findings(findings))
}
