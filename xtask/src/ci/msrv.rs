//! The gate `msrv`: checks that each crate builds with the Rust version that it declares.
//!
//! Without an older toolchain it finds let chains in sources, and dependencies that declare a newer version. Newer items
//! of the standard library are found by clippy's `incompatible_msrv` in the gate `clippy`. If a toolchain of the lowest
//! version is installed, the gate also builds with it.

mod dependencies;
mod let_chains;
mod toolchain;

use super::outcome::{GateResult, Outcome};
use crate::error::TaskError;
use crate::process;
use crate::source;
use crate::workspace::{Package, RustVersion, Workspace};
use dependencies::DeclaredVersions;
use toolchain::BuildStatus;

/// The first version with let chains. See <https://blog.rust-lang.org/2025/06/26/Rust-1.88.0/>.
const LET_CHAINS: RustVersion = RustVersion { major: 1, minor: 88 };

/// Runs the gate.
pub(super) fn run(workspace: &Workspace) -> GateResult {
    let (mut findings, declared) = (Vec::new(), DeclaredVersions::load(workspace)?);
    for package in &workspace.packages {
        let Some(version) = package.rust_version else {
            findings.push(format!("{} declares no rust-version", package.name));
            continue;
        };
        if version < LET_CHAINS {
            findings.extend(let_chain_findings(workspace, package)?);
        }
        let newer = declared.newer(&tree(workspace, package)?, version);
        findings.extend(
            newer
                .into_iter()
                .map(|dependency| format!("{} declares Rust {version}, but {dependency}", package.name)),
        );
    }
    let mut notes = vec!["checked let chains and the versions that dependencies declare".to_owned()];
    match toolchain::build_lowest(workspace)? {
        BuildStatus::Passed(note) => notes.push(note),
        BuildStatus::Failed(finding) => findings.push(finding),
        BuildStatus::Skipped(reason) => notes.push(format!("skipped the build: {reason}")),
    }
    Ok(Outcome::with_notes(findings, notes))
}

fn let_chain_findings(workspace: &Workspace, package: &Package) -> Result<Vec<String>, TaskError> {
    let mut findings = Vec::new();
    for file in workspace.sources(&package.folder.join("src"))? {
        let lines = let_chains::let_chains(&source::code(&workspace.read(&file)?));
        findings.extend(
            lines.into_iter().map(|line| format!("{file}:{line}: a let chain requires Rust {LET_CHAINS}")),
        );
    }
    Ok(findings)
}

/// Lists all normal and build dependencies of a package, with all of its features.
fn tree(workspace: &Workspace, package: &Package) -> Result<String, TaskError> {
    let arguments = ["tree", "-p", &package.name, "--all-features", "-e", "normal,build", "--prefix", "none"];
    process::output(&mut process::cargo(&workspace.root, arguments))
}
