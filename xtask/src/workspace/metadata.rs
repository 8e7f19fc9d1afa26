//! Parsing of the JSON that `cargo metadata` prints.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{Dependency, Package, Target, TargetKind, Workspace};

impl Workspace {
    /// Parses the output of `cargo metadata --no-deps`.
    pub(crate) fn parse(metadata: &str) -> Result<Self, String> {
        let metadata = document(metadata)?;
        let root = PathBuf::from(string(&metadata, "workspace_root")?);
        let packages = list(&metadata, "packages")?
            .iter()
            .map(|value| package(value, &root))
            .collect::<Result<_, _>>()?;
        Ok(Self { target_directory: string(&metadata, "target_directory")?.into(), root, packages })
    }
}

fn package(value: &Value, root: &Path) -> Result<Package, String> {
    let manifest = PathBuf::from(string(value, "manifest_path")?);
    let folder = manifest.parent().and_then(|folder| folder.strip_prefix(root).ok());
    let folder =
        folder.ok_or_else(|| format!("{} is outside the workspace", manifest.display()))?.to_path_buf();
    let features = value.get("features").and_then(Value::as_object);
    Ok(Package {
        name: string(value, "name")?,
        folder,
        // `publish = false` is an empty list of registries; without the key the member is null.
        published: value
            .get("publish")
            .and_then(Value::as_array)
            .is_none_or(|registries| !registries.is_empty()),
        rust_version: optional_string(value, "rust_version").map(|version| version.parse()).transpose()?,
        license: optional_string(value, "license"),
        repository: optional_string(value, "repository"),
        features: features.map(|features| features.keys().cloned().collect()).unwrap_or_default(),
        dependencies: list(value, "dependencies")?.iter().map(dependency).collect::<Result<_, _>>()?,
        targets: list(value, "targets")?.iter().map(target).collect::<Result<_, _>>()?,
    })
}

fn dependency(value: &Value) -> Result<Dependency, String> {
    let dev = value.get("kind").and_then(Value::as_str) == Some("dev");
    let optional = value.get("optional").and_then(Value::as_bool).unwrap_or(false);
    Ok(Dependency { name: string(value, "name")?, dev, optional })
}

fn target(value: &Value) -> Result<Target, String> {
    let kinds = strings(value, "kind");
    let is = |kind: &str| kinds.iter().any(|found| found == kind);
    let kind = if is("lib") || is("proc-macro") {
        TargetKind::Library
    } else if is("example") {
        TargetKind::Example
    } else {
        TargetKind::Other
    };
    Ok(Target { name: string(value, "name")?, kind, required_features: strings(value, "required-features") })
}

/// Parses the JSON document of `cargo metadata`.
pub(crate) fn document(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("cargo metadata: {error}"))
}

/// Returns a required string member.
pub(crate) fn string(value: &Value, key: &str) -> Result<String, String> {
    optional_string(value, key).ok_or_else(|| format!("cargo metadata: `{key}` is missing or not a string"))
}

/// Returns a string member that may be missing or null.
pub(crate) fn optional_string(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).map(str::to_owned)
}

/// Returns a required list member.
pub(crate) fn list<'a>(value: &'a Value, key: &str) -> Result<&'a [Value], String> {
    let list = value.get(key).and_then(Value::as_array);
    list.map(Vec::as_slice).ok_or_else(|| format!("cargo metadata: `{key}` is missing or not a list"))
}

/// Returns the strings of a list member that may be missing.
fn strings(value: &Value, key: &str) -> Vec<String> {
    let list = value.get(key).and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}
