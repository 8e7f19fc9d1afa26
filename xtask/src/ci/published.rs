//! The gate `published`: the tests of the crates hold in what is published of them, away from this repository.
//!
//! A workspace is made of the files that would be packed and of nothing beside them: what a test or a macro looks for
//! anywhere else is missing there.

use std::fs;
use std::path::Path;

use super::package;
use super::verdict::{Outcome, Verdict};
use crate::workspace::{Package, Workspace};
use crate::{Fault, process};

/// Doctests are left out: what they could miss is missing to the library as well.
const ARGUMENTS: &[&str] =
    &["test", "--quiet", "--workspace", "--all-features", "--lib", "--bins", "--tests", "--examples"];

/// It builds into the folder of all other builds, so that foreign crates are not built again.
pub(super) fn run(workspace: &Workspace) -> Outcome {
    // Away from the repository: nothing of it is found by walking up from here.
    let root = std::env::temp_dir().join(format!("outcrop-published-{}", std::process::id()));
    let verdict = tested(workspace, &root);
    if root.exists() {
        fs::remove_dir_all(&root)?;
    }
    verdict
}

/// The tests of a copy in a folder that is not there yet.
fn tested(workspace: &Workspace, root: &Path) -> Outcome {
    if root.exists() {
        fs::remove_dir_all(root)?;
    }
    let packages: Vec<&Package> = workspace.packages.iter().filter(|package| package.published).collect();
    for package in &packages {
        for file in package::files(workspace, package)? {
            let file = package.folder.join(file);
            copy(&workspace.root.join(&file), &root.join(&file))?;
        }
    }
    let manifest = fs::read_to_string(workspace.root.join("Cargo.toml"))?;
    fs::write(root.join("Cargo.toml"), with_members(&manifest, &packages)?)?;
    copy(&workspace.root.join("Cargo.lock"), &root.join("Cargo.lock"))?;

    let mut command = process::cargo(root, ARGUMENTS.iter().copied());
    command.env("CARGO_TARGET_DIR", &workspace.target_directory);
    let held = process::succeeds(&mut command)?;
    let failed = || format!("`{}` failed in {}", process::shown(&command), root.display());
    Ok(Verdict::of(if held { Vec::new() } else { vec![failed()] }))
}

/// Copies a file. Its time is that of the copy, later than all that was built before: what cargo built of the original
/// must not pass for what is tested here. Files that cargo makes up while it packs are not there to be copied.
fn copy(from: &Path, to: &Path) -> Result<(), Fault> {
    if !from.exists() {
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(to, fs::read(from)?)?;
    Ok(())
}

/// How the list of members begins.
const MEMBERS: &str = "members = [";

/// The manifest of the workspace with these members and no others.
fn with_members(manifest: &str, packages: &[&Package]) -> Result<String, Fault> {
    let start = match manifest.strip_prefix(MEMBERS) {
        Some(_) => Some(0),
        None => manifest.find(&format!("\n{MEMBERS}")).map(|line| line + 1),
    };
    let (before, list) = start
        .and_then(|start| manifest.split_at_checked(start))
        .ok_or("Cargo.toml has no line that begins with `members = [`")?;
    let (_, after) = list.split_once(']').ok_or("the list of members in Cargo.toml does not end")?;
    let folders: Vec<String> =
        packages.iter().map(|package| format!("{:?}", package.folder.to_string_lossy())).collect();
    Ok(format!("{before}{MEMBERS}{}]{after}", folders.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::with_members;
    use crate::workspace::Workspace;

    #[test]
    fn the_members_of_a_workspace_are_replaced() {
        let metadata = r#"{"packages": [{"name": "a", "manifest_path": "/p/crates/a/Cargo.toml",
            "dependencies": [], "targets": []}], "workspace_root": "/p", "target_directory": "/p/target"}"#;
        let workspace = Workspace::parse(metadata).unwrap();
        let packages: Vec<_> = workspace.packages.iter().collect();
        for members in ["[\"crates/*\", \"xtask\"]", "[\n    \"crates/*\",\n    \"xtask\",\n]", "[]"] {
            let manifest = format!("[workspace]\nmembers = {members}\nresolver = \"3\"\n");
            assert_eq!(
                with_members(&manifest, &packages).unwrap(),
                "[workspace]\nmembers = [\"crates/a\"]\nresolver = \"3\"\n"
            );
        }
        assert!(with_members("[workspace]\nmembers = [\"a\"\n", &packages).is_err());
        assert!(with_members("[workspace]\n", &packages).is_err());
    }
}
