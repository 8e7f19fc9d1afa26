//! The gate `msrv`: the crates keep to the Rust version they declare.
//!
//! Seen without another toolchain: that no source uses let chains before the version that has them, and that no crate
//! below a member wants a newer Rust than the member does. What is used of the standard library is seen by clippy's
//! `incompatible_msrv`, in the gate `clippy`. The rest takes a toolchain of the lowest version, and is checked if one
//! is installed.

mod below;
mod chains;
mod toolchain;

use super::source;
use super::verdict::{Outcome, Verdict};
use crate::workspace::{Package, RustVersion, Workspace};
use crate::{Fault, process};
use below::Declared;
use toolchain::Built;

/// The first version with `if let … && let …`.
const LET_CHAINS: RustVersion = RustVersion { major: 1, minor: 88 };

pub(super) fn run(workspace: &Workspace) -> Outcome {
    let (mut findings, declared) = (Vec::new(), Declared::load(workspace)?);
    for package in &workspace.packages {
        let Some(version) = package.rust_version else {
            findings.push(format!("{} declares no rust-version", package.name));
            continue;
        };
        if version < LET_CHAINS {
            findings.extend(let_chains(workspace, package)?);
        }
        let newer = declared.newer(&tree(workspace, package)?, version);
        findings.extend(
            newer.into_iter().map(|below| format!("{} is for Rust {version}, but {below}", package.name)),
        );
    }
    let mut notes = vec!["looked at: let chains, and what dependencies declare".to_owned()];
    match toolchain::build_lowest(workspace)? {
        Built::Well(what) => notes.push(what),
        Built::Badly(what) => findings.push(what),
        Built::NotAtAll(reason) => notes.push(format!("skipped part: {reason}")),
    }
    Ok(Verdict::with_notes(findings, notes))
}

fn let_chains(workspace: &Workspace, package: &Package) -> Result<Vec<String>, Fault> {
    let mut findings = Vec::new();
    for file in workspace.sources(&package.folder.join("src"))? {
        let text = std::fs::read_to_string(workspace.root.join(&file))?;
        let lines = chains::let_chains(&source::code(&text));
        findings.extend(
            lines.into_iter().map(|line| format!("{file}:{line}: a let chain needs Rust {LET_CHAINS}")),
        );
    }
    Ok(findings)
}

/// All that a package pulls in for its users, whatever its features.
fn tree(workspace: &Workspace, package: &Package) -> Result<String, Fault> {
    let arguments = ["tree", "-p", &package.name, "--all-features", "-e", "normal,build", "--prefix", "none"];
    process::read(&mut process::cargo(&workspace.root, arguments))
}
