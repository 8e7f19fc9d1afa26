//! The table, tried on workspaces that were never built.

use serde_json::{Value, json};

use super::{LAYERS, Outside, RESERVED, findings};
use crate::workspace::Workspace;

/// What the gate says if, besides the bare members of the table, `from` names `to`.
fn said(from: &str, to: &str, kind: &Value, optional: bool) -> Vec<String> {
    let arrow = json!({"name": to, "kind": kind, "optional": optional});
    let names = LAYERS.iter().map(|layer| layer.name);
    said_of(names.map(|name| (name, if name == from { vec![arrow.clone()] } else { vec![] })))
}

fn said_of<'a>(packages: impl IntoIterator<Item = (&'a str, Vec<Value>)>) -> Vec<String> {
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
fn an_allowed_arrow_passes() {
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
        assert_eq!(said(from, to, &Value::Null, optional), [""; 0], "{from} -> {to}");
    }
}

#[test]
fn a_forbidden_arrow_fails_and_names_both_ends() {
    for (from, to, reason) in [
        ("outcrop-core", "outcrop-converse", "of our crates it may name none"),
        ("outcrop-core", "tokio", "and behind a feature async-trait"),
        ("outcrop-core", "aws-smithy-types", "from outside it may name base64"),
        ("outcrop-core", "mockall", "make it optional"),
        ("outcrop-converse", "tracing", "from outside it may name base64"),
        ("outcrop-converse", "outcrop-transport", "of our crates it may name outcrop-core"),
        ("outcrop-transport", "outcrop", "of our crates it may name outcrop-core, outcrop-converse"),
        ("outcrop-transport", "reqwest", "reqwest is reserved for outcrop, outcrop-tests"),
        ("outcrop", "aws-config", "aws-* is reserved for outcrop-transport, outcrop-tests"),
        ("outcrop", "outcrop-emulator", "of our crates it may name"),
        ("outcrop-emulator", "outcrop-transport", "of our crates it may name"),
        ("outcrop-emulator", "aws-smithy-eventstream", "aws-* is reserved"),
        ("outcrop-cli", "outcrop-converse", "of our crates it may name outcrop, outcrop-emulator"),
        ("outcrop-cli", "hyper", "hyper* is reserved"),
        ("xtask", "outcrop-core", "of our crates it may name none"),
        ("xtask", "clap", "from outside it may name serde_json"),
    ] {
        for kind in [Value::Null, json!("build")] {
            let said = said(from, to, &kind, false);
            let [finding] = said.as_slice() else { panic!("{from} -> {to}: {said:?}") };
            assert!(finding.starts_with(&format!("{from} may not depend on {to}: ")), "{finding}");
            assert!(finding.contains(reason), "{finding}");
        }
    }
}

#[test]
fn what_tests_name_is_free() {
    assert_eq!(said("outcrop-converse", "aws-smithy-eventstream", &json!("dev"), false), [""; 0]);
}

#[test]
fn the_table_and_the_workspace_name_the_same_crates() {
    let all = || LAYERS.iter().map(|layer| (layer.name, vec![]));
    assert_eq!(
        said_of(all().chain([("outcrop-new", vec![])])),
        ["outcrop-new has no row in the table of layers: give it one"]
    );
    assert_eq!(
        said_of(all().filter(|(name, _)| *name != "outcrop-emulator")),
        ["outcrop-emulator has a row in the table of layers and is no member of the workspace"]
    );
}

#[test]
fn the_table_speaks_of_crates_and_families_that_exist() {
    for layer in LAYERS {
        for ours in layer.ours {
            assert!(LAYERS.iter().any(|layer| layer.name == *ours), "{} -> {ours}", layer.name);
        }
        if let Outside::Any { reserved } = layer.outside {
            assert!(reserved.iter().all(|family| RESERVED.contains(family)), "{}", layer.name);
        }
    }
}
