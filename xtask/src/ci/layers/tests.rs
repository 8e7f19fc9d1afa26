//! Tests of the gate on invented workspaces.

use serde_json::{Value, json};

use super::{External, LAYERS, RESERVED, findings};
use crate::workspace::Workspace;

/// Returns the findings for a workspace with all rows of the table in which only `from` has a dependency, `to`.
fn findings_for(from: &str, to: &str, kind: &Value, optional: bool) -> Vec<String> {
    let dependency = json!({"name": to, "kind": kind, "optional": optional});
    let names = LAYERS.iter().map(|layer| layer.name);
    findings_of(names.map(|name| (name, if name == from { vec![dependency.clone()] } else { vec![] })))
}

fn findings_of<'a>(packages: impl IntoIterator<Item = (&'a str, Vec<Value>)>) -> Vec<String> {
    let packages: Vec<Value> = packages
        .into_iter()
        .map(|(name, dependencies)| {
            json!({
                "name": name,
                "manifest_path": format!("/project/{name}/Cargo.toml"),
                "dependencies": dependencies,
                "targets": [],
            })
        })
        .collect();
    let metadata =
        json!({"workspace_root": "/project", "target_directory": "/project/target", "packages": packages});
    findings(&Workspace::parse(&metadata.to_string()).unwrap().packages)
}

#[test]
fn allowed_dependency_passes() {
    for (from, to, optional) in [
        ("outcrop-core", "serde", false),
        ("outcrop-core", "mockall", true),
        ("outcrop-converse", "outcrop-core", false),
        ("outcrop-transport", "aws-sdk-bedrockruntime", false),
        ("outcrop-transport", "tokio", false),
        ("outcrop", "outcrop-transport", false),
        ("outcrop", "reqwest", true),
        ("outcrop", "url", false),
        ("outcrop-emulator", "hyper-util", false),
        ("outcrop-emulator", "jsonschema", false),
        ("outcrop-cli", "outcrop-emulator", false),
        ("outcrop-cli", "clap", false),
        ("outcrop-tests", "aws-smithy-eventstream", false),
        ("xtask", "serde_json", false),
    ] {
        assert_eq!(findings_for(from, to, &Value::Null, optional), [""; 0], "{from} -> {to}");
    }
}

#[test]
fn forbidden_dependency_is_reported_with_both_ends() {
    for (from, to, reason) in [
        ("outcrop-core", "outcrop-converse", "its allowed workspace crates: none"),
        ("outcrop-core", "tokio", "; behind a feature: async-trait"),
        ("outcrop-core", "aws-smithy-types", "its allowed external crates: base64"),
        ("outcrop-core", "mockall", "it must be optional"),
        ("outcrop-converse", "tracing", "its allowed external crates: base64"),
        ("outcrop-converse", "outcrop-transport", "its allowed workspace crates: outcrop-core"),
        ("outcrop-transport", "outcrop", "its allowed workspace crates: outcrop-core, outcrop-converse"),
        ("outcrop-transport", "reqwest", "reqwest is reserved for outcrop, outcrop-tests"),
        ("outcrop", "aws-config", "aws-* is reserved for outcrop-transport, outcrop-tests"),
        ("outcrop", "outcrop-emulator", "its allowed workspace crates:"),
        ("outcrop-emulator", "outcrop-transport", "its allowed workspace crates:"),
        ("outcrop-emulator", "aws-smithy-eventstream", "aws-* is reserved"),
        ("outcrop-cli", "outcrop-converse", "its allowed workspace crates: outcrop, outcrop-emulator"),
        ("outcrop-cli", "hyper", "hyper* is reserved"),
        ("xtask", "outcrop-core", "its allowed workspace crates: none"),
        ("xtask", "clap", "its allowed external crates: serde_json"),
    ] {
        for kind in [Value::Null, json!("build")] {
            let found = findings_for(from, to, &kind, false);
            let [finding] = found.as_slice() else { panic!("{from} -> {to}: {found:?}") };
            assert!(finding.starts_with(&format!("{from} may not depend on {to}: ")), "{finding}");
            assert!(finding.contains(reason), "{finding}");
        }
    }
}

#[test]
fn dev_dependencies_are_not_checked() {
    assert_eq!(findings_for("outcrop-converse", "aws-smithy-eventstream", &json!("dev"), false), [""; 0]);
}

#[test]
fn table_and_workspace_must_list_the_same_crates() {
    let all = || LAYERS.iter().map(|layer| (layer.name, vec![]));
    assert_eq!(
        findings_of(all().chain([("outcrop-new", vec![])])),
        ["outcrop-new has no row in the table of layers: add one"]
    );
    assert_eq!(
        findings_of(all().filter(|(name, _)| *name != "outcrop-emulator")),
        ["outcrop-emulator has a row in the table of layers but is not a member of the workspace"]
    );
}

#[test]
fn table_names_existing_crates_and_families() {
    for layer in LAYERS {
        for internal in layer.internal {
            assert!(LAYERS.iter().any(|layer| layer.name == *internal), "{} -> {internal}", layer.name);
        }
        if let External::Any { reserved } = layer.external {
            assert!(reserved.iter().all(|family| RESERVED.contains(family)), "{}", layer.name);
        }
    }
}
