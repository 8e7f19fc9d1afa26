//! The gate `package`: checks the files that would be published with each package.

use std::path::Path;

use super::outcome::{GateResult, Outcome};
use crate::workspace::Workspace;

/// The maximum size of a published file in bytes. Everyone who builds a crate downloads its files.
const MAX_SIZE: u64 = 1024 * 1024;

/// Runs the gate.
pub(super) fn run(workspace: &Workspace) -> GateResult {
    let mut findings = Vec::new();
    for package in workspace.packages.iter().filter(|package| package.published) {
        let files = workspace.published_files(package)?;
        if !files.iter().any(|file| file == "README.md") {
            findings.push(format!("{} would be published without a README.md", package.name));
        }
        let folder = workspace.root.join(&package.folder);
        for (file, size) in files.iter().filter_map(|file| Some((file, size(&folder.join(file))?))) {
            if size > MAX_SIZE {
                findings.push(format!(
                    "{} would publish {file} with {size} bytes; the maximum is {MAX_SIZE}",
                    package.name
                ));
            }
        }
    }
    Ok(Outcome::from_findings(findings))
}

/// Returns the size of a file, or `None` for a file that cargo generates while packing.
fn size(path: &Path) -> Option<u64> {
    path.metadata().ok().map(|metadata| metadata.len())
}
