//! The gate `package`: what would be published is all there, and nothing that is large.

use std::path::Path;

use super::verdict::{Outcome, Verdict};
use crate::workspace::{Package, Workspace};
use crate::{Fault, process};

/// The largest file worth sending to everyone who builds a crate.
const LARGEST: u64 = 1024 * 1024;

pub(super) fn run(workspace: &Workspace) -> Outcome {
    let mut findings = Vec::new();
    for package in workspace.packages.iter().filter(|package| package.published) {
        let files = files(workspace, package)?;
        if !files.iter().any(|file| file == "README.md") {
            findings.push(format!("{} would be published without its README.md", package.name));
        }
        let folder = workspace.root.join(&package.folder);
        for (file, size) in files.iter().filter_map(|file| Some((file, size(&folder.join(file))?))) {
            if size > LARGEST {
                findings
                    .push(format!("{} would publish {file} of {size} bytes, past {LARGEST}", package.name));
            }
        }
    }
    Ok(Verdict::of(findings))
}

/// The files that would be published of a package, by their paths within it.
pub(super) fn files(workspace: &Workspace, package: &Package) -> Result<Vec<String>, Fault> {
    let arguments = ["package", "--list", "--allow-dirty", "--package", &package.name];
    let listed = process::read(&mut process::cargo(&workspace.root, arguments))?;
    Ok(listed.lines().map(str::to_owned).collect())
}

/// The size of a file, unless cargo makes it up while it packs.
fn size(path: &Path) -> Option<u64> {
    path.metadata().ok().map(|metadata| metadata.len())
}
