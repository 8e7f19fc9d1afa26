//! What the crates below a member declare.

use std::collections::{BTreeMap, BTreeSet};

use crate::workspace::json::{document, list, optional_text, text};
use crate::workspace::{RustVersion, Workspace};
use crate::{Fault, process};

/// The Rust versions that crates declare, by `NAME vVERSION`, as `cargo tree` writes it.
pub(super) struct Declared(BTreeMap<String, RustVersion>);

impl Declared {
    /// Asks cargo for the crates of the whole workspace, less those for other platforms.
    pub(super) fn load(workspace: &Workspace) -> Result<Self, Fault> {
        let rustc = process::read(&mut process::command(&workspace.root, "rustc", ["-vV"]))?;
        let host =
            rustc.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("`rustc -vV` names no host")?;
        let arguments = ["metadata", "--format-version", "1", "--all-features", "--filter-platform", host];
        let metadata = process::read(&mut process::cargo(&workspace.root, arguments))?;
        Ok(Self::parse(&metadata)?)
    }

    fn parse(metadata: &str) -> Result<Self, String> {
        let mut declared = BTreeMap::new();
        for package in list(&document(metadata)?, "packages")? {
            if let Some(version) = optional_text(package, "rust_version") {
                let name = format!("{} v{}", text(package, "name")?, text(package, "version")?);
                declared.insert(name, version.parse()?);
            }
        }
        Ok(Self(declared))
    }

    /// The crates of a tree that want a newer Rust than the one given.
    pub(super) fn newer(&self, tree: &str, than: RustVersion) -> Vec<String> {
        let name = |line: &str| line.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
        let names: BTreeSet<String> = tree.lines().map(name).collect();
        let newer = names.into_iter().filter_map(|name| {
            let version = self.0.get(&name).filter(|version| **version > than)?;
            Some(format!("{name} wants Rust {version}"))
        });
        newer.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Declared;

    #[test]
    fn crates_that_want_a_newer_rust_are_named_once() {
        let declared = Declared::parse(
            r#"{"packages": [
                {"name": "old", "version": "1.0.0", "rust_version": "1.56"},
                {"name": "same", "version": "1.0.0", "rust_version": "1.85.1"},
                {"name": "new", "version": "2.1.0", "rust_version": "1.90"},
                {"name": "new", "version": "1.0.0", "rust_version": "1.60"},
                {"name": "silent", "version": "1.0.0", "rust_version": null}
            ]}"#,
        )
        .unwrap();
        let tree = "ours v0.1.0 (/project)\nold v1.0.0\nsame v1.0.0\nnew v2.1.0\nnew v1.0.0\nsilent v1.0.0\n\
                    new v2.1.0 (*)\n";
        assert_eq!(declared.newer(tree, "1.85".parse().unwrap()), ["new v2.1.0 wants Rust 1.90"]);
        assert_eq!(declared.newer(tree, "1.90".parse().unwrap()), [""; 0]);
    }
}
