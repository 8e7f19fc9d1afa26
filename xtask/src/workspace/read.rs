//! From the JSON of `cargo metadata` to the workspace.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::json::{document, list, optional_text, text, texts};
use super::{Dependency, Package, Reach, Target, TargetKind, Workspace};

impl Workspace {
    /// Reads what `cargo metadata --no-deps` prints.
    pub(crate) fn parse(metadata: &str) -> Result<Self, String> {
        let metadata = document(metadata)?;
        let root = PathBuf::from(text(&metadata, "workspace_root")?);
        let packages = list(&metadata, "packages")?
            .iter()
            .map(|value| package(value, &root))
            .collect::<Result<_, _>>()?;
        Ok(Self { target_directory: text(&metadata, "target_directory")?.into(), root, packages })
    }
}

fn package(value: &Value, root: &Path) -> Result<Package, String> {
    let manifest = PathBuf::from(text(value, "manifest_path")?);
    let folder = manifest.parent().and_then(|folder| folder.strip_prefix(root).ok());
    let folder =
        folder.ok_or_else(|| format!("{} is outside the workspace", manifest.display()))?.to_path_buf();
    let features = value.get("features").and_then(Value::as_object);
    Ok(Package {
        name: text(value, "name")?,
        folder,
        // `publish = false` is an empty list of registries.
        published: value
            .get("publish")
            .and_then(Value::as_array)
            .is_none_or(|registries| !registries.is_empty()),
        rust_version: optional_text(value, "rust_version").map(|version| version.parse()).transpose()?,
        license: optional_text(value, "license"),
        repository: optional_text(value, "repository"),
        features: features.map(|features| features.keys().cloned().collect()).unwrap_or_default(),
        dependencies: list(value, "dependencies")?.iter().map(dependency).collect::<Result<_, _>>()?,
        targets: list(value, "targets")?.iter().map(target).collect::<Result<_, _>>()?,
    })
}

fn dependency(value: &Value) -> Result<Dependency, String> {
    let reach = match value.get("kind").and_then(Value::as_str) {
        Some("dev") => Reach::Tests,
        _ => Reach::Users,
    };
    let optional = value.get("optional").and_then(Value::as_bool).unwrap_or(false);
    Ok(Dependency { name: text(value, "name")?, reach, optional })
}

fn target(value: &Value) -> Result<Target, String> {
    let kinds = texts(value, "kind");
    let is = |kind: &str| kinds.iter().any(|found| found == kind);
    let kind = if is("lib") || is("proc-macro") {
        TargetKind::Library
    } else if is("example") {
        TargetKind::Example
    } else {
        TargetKind::Other
    };
    Ok(Target { name: text(value, "name")?, kind, required_features: texts(value, "required-features") })
}
