//! The Rust versions that dependencies declare.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::TaskError;
use crate::process;
use crate::workspace::metadata::{document, list, optional_string, string};
use crate::workspace::{RustVersion, Workspace};

/// The declared Rust versions by `NAME vVERSION`, as `cargo tree` prints a crate.
pub(super) struct DeclaredVersions(BTreeMap<String, RustVersion>);

impl DeclaredVersions {
    /// Loads the versions of all dependencies of the workspace.
    pub(super) fn load(workspace: &Workspace) -> Result<Self, TaskError> {
        // Without the filter, cargo would download the crates of all other platforms.
        let rustc = process::output(&mut process::command(&workspace.root, "rustc", ["-vV"]))?;
        let host =
            rustc.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("`rustc -vV` prints no host")?;
        let arguments = ["metadata", "--format-version", "1", "--all-features", "--filter-platform", host];
        let metadata = process::output(&mut process::cargo(&workspace.root, arguments))?;
        Ok(Self::parse(&metadata)?)
    }

    fn parse(metadata: &str) -> Result<Self, String> {
        let mut declared = BTreeMap::new();
        for package in list(&document(metadata)?, "packages")? {
            if let Some(version) = optional_string(package, "rust_version") {
                let name = format!("{} v{}", string(package, "name")?, string(package, "version")?);
                declared.insert(name, version.parse()?);
            }
        }
        Ok(Self(declared))
    }

    /// Returns the crates of a dependency tree that require a newer version than the given one, each once.
    pub(super) fn newer(&self, tree: &str, than: RustVersion) -> Vec<String> {
        let name = |line: &str| line.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
        let names: BTreeSet<String> = tree.lines().map(name).collect();
        let newer = names.into_iter().filter_map(|name| {
            let version = self.0.get(&name).filter(|version| **version > than)?;
            Some(format!("{name} requires Rust {version}"))
        });
        newer.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::DeclaredVersions;

    #[test]
    fn dependency_with_newer_version_is_reported_once() {
        let declared = DeclaredVersions::parse(
            r#"{"packages": [
                {"name": "old", "version": "1.0.0", "rust_version": "1.56"},
                {"name": "same", "version": "1.0.0", "rust_version": "1.85.1"},
                {"name": "new", "version": "2.1.0", "rust_version": "1.90"},
                {"name": "new", "version": "1.0.0", "rust_version": "1.60"},
                {"name": "silent", "version": "1.0.0", "rust_version": null}
            ]}"#,
        )
        .unwrap();
        let tree = "outcrop v0.1.0 (/project)\nold v1.0.0\nsame v1.0.0\nnew v2.1.0\nnew v1.0.0\nsilent v1.0.0\n\
                    new v2.1.0 (*)\n";
        assert_eq!(declared.newer(tree, "1.85".parse().unwrap()), ["new v2.1.0 requires Rust 1.90"]);
        assert_eq!(declared.newer(tree, "1.90".parse().unwrap()), [""; 0]);
    }
}
