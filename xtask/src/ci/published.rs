//! The gate `published`: runs the tests of the published packages in a copy that contains only the published files.
//!
//! A test or an `include_str!` that reads a file outside of its package passes in the repository and fails for everyone
//! else. The copy shows it.

use std::fs;
use std::path::Path;

use super::outcome::{GateResult, Outcome};
use crate::error::TaskError;
use crate::process;
use crate::workspace::{Package, Workspace};

/// The test command. Doctests are left out, because they read no files.
const ARGUMENTS: &[&str] =
    &["test", "--quiet", "--workspace", "--all-features", "--lib", "--bins", "--tests", "--examples"];

/// Runs the gate.
pub(super) fn run(workspace: &Workspace) -> GateResult {
    // Outside of the repository, so that no test finds it by walking up from the copy.
    let root = std::env::temp_dir().join(format!("outcrop-published-{}", std::process::id()));
    let result = test_copy(workspace, &root);
    if root.exists() {
        fs::remove_dir_all(&root)?;
    }
    result
}

/// Copies the published files to a folder and runs their tests there.
fn test_copy(workspace: &Workspace, root: &Path) -> GateResult {
    if root.exists() {
        fs::remove_dir_all(root)?;
    }
    let packages: Vec<&Package> = workspace.packages.iter().filter(|package| package.published).collect();
    for package in &packages {
        for file in workspace.published_files(package)? {
            let file = package.folder.join(file);
            copy(&workspace.root.join(&file), &root.join(&file))?;
        }
    }
    let manifest = workspace.read("Cargo.toml")?;
    fs::write(root.join("Cargo.toml"), with_members(&manifest, &packages)?)?;
    copy(&workspace.root.join("Cargo.lock"), &root.join("Cargo.lock"))?;

    // The shared target directory, so that external crates are not rebuilt.
    let mut command = process::cargo(root, ARGUMENTS.iter().copied());
    command.env("CARGO_TARGET_DIR", &workspace.target_directory);
    let passed = process::succeeds(&mut command)?;
    Ok(Outcome::check(passed, &format!("`{}` failed in {}", process::display(&command), root.display())))
}

/// Copies a file, unless cargo generates it while packing.
fn copy(from: &Path, to: &Path) -> Result<(), TaskError> {
    if !from.exists() {
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    // Not `fs::copy`, which keeps the modification time on some platforms: cargo would take the copy for what it already built from the
    // original in the same target directory.
    fs::write(to, fs::read(from)?)?;
    Ok(())
}

/// The start of the list of members.
const MEMBERS: &str = "members = [";

/// Replaces the members in the manifest of the workspace.
fn with_members(manifest: &str, packages: &[&Package]) -> Result<String, TaskError> {
    let start = match manifest.strip_prefix(MEMBERS) {
        Some(_) => Some(0),
        None => manifest.find(&format!("\n{MEMBERS}")).map(|line| line + 1),
    };
    let (before, list) = start
        .and_then(|start| manifest.split_at_checked(start))
        .ok_or("Cargo.toml has no line that begins with `members = [`")?;
    let (_, after) = list.split_once(']').ok_or("the list of members in Cargo.toml is not closed")?;
    let folders: Vec<String> =
        packages.iter().map(|package| format!("{:?}", package.folder.to_string_lossy())).collect();
    Ok(format!("{before}{MEMBERS}{}]{after}", folders.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::with_members;
    use crate::workspace::Workspace;

    #[test]
    fn members_of_the_manifest_are_replaced() {
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
