//! Tests of `outcrop models`: the catalog, and the lists of an emulator.

use std::process::Stdio;

use serde_json::Value;

use crate::command::{Outcome, outcrop};

/// Runs `models` without an AWS setup.
fn models(args: &[&str]) -> Outcome {
    let mut command = outcrop(&[&["models"], args].concat());
    command.stdin(Stdio::null());
    Outcome::new(command.output().expect("the command runs"))
}

#[test]
fn catalog_is_listed_without_an_account() {
    let all = models(&[]);
    assert_eq!(all.status, 0, "{}", all.stderr);
    assert!(all.stdout.starts_with("MODEL "), "{}", all.stdout);
    assert!(all.stdout.lines().count() > 50);
    let filtered = models(&["NOVA", "lite"]);
    let lines: Vec<_> = filtered.stdout.lines().skip(1).collect();
    assert!(!lines.is_empty() && lines.iter().all(|line| line.contains("nova") && line.contains("lite")));
    let line = lines.iter().find(|line| line.starts_with("amazon.nova-lite-v1:0 ")).expect("the model");
    for part in ["model", "eu", "300000", "0.06", "0.24"] {
        assert!(line.split_whitespace().any(|word| word == part), "{part}: {line}");
    }
}

#[test]
fn json_has_the_facts_of_the_catalog() {
    let outcome = models(&["--json", "amazon.nova-lite-v1:0"]);
    let list: Value = serde_json::from_str(&outcome.stdout).expect("JSON");
    let model = &list[0];
    assert_eq!((&model["id"], &model["kind"]), (&"amazon.nova-lite-v1:0".into(), &"foundation-model".into()));
    assert_eq!(model["price_per_million_tokens"]["input"], 0.06);
    assert_eq!(model["context_window"], 300_000);
    assert!(model["profiles"].as_array().is_some_and(|profiles| profiles.contains(&"eu".into())));
}

#[test]
fn filter_without_a_match_is_status_1() {
    let outcome = models(&["zzzz"]);
    assert_eq!((outcome.status, outcome.stdout.as_str()), (1, ""));
    assert!(outcome.stderr.contains("`zzzz`") && outcome.stderr.contains("--online"), "{}", outcome.stderr);
    let outcome = models(&["zzzz", "--json"]);
    assert_eq!((outcome.status, outcome.stdout.trim()), (1, "[]"));
}

#[test]
fn emulator_lists_the_profiles_of_the_region() {
    let outcome = models(&["--emulator", "--region", "eu-west-1", "nova-lite"]);
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    let ids: Vec<_> =
        outcome.stdout.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    assert!(ids.contains(&"amazon.nova-lite-v1:0") && ids.contains(&"eu.amazon.nova-lite-v1:0"), "{ids:?}");
    assert!(!ids.iter().any(|id| id.starts_with("us.")), "{ids:?}");
    let json = models(&["--emulator", "--region", "eu-west-1", "--json", "eu.amazon.nova-lite-v1:0"]);
    let list: Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(list[0]["kind"], "inference-profile");
    assert_eq!(list[0]["base_model"], "amazon.nova-lite-v1:0");
}

#[test]
fn options_of_the_connection_need_online() {
    let outcome = models(&["--profile", "work"]);
    assert_eq!(outcome.status, 2);
    assert!(outcome.stderr.contains("--online"), "{}", outcome.stderr);
    let outcome =
        models(&["--online", "--endpoint-url", "http://127.0.0.1:1", "--region", "eu-west-1", "--json"]);
    assert_eq!(outcome.status, 3, "{}", outcome.stderr);
    let failure: Value = serde_json::from_str(&outcome.stdout).expect("JSON");
    assert!(failure["error"]["kind"].is_string(), "{failure}");
}
