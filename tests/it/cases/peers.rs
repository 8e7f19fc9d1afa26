//! The cases from the tests of other clients.
//!
//! Those that do not hold are listed. `docs/decisions/0008-where-peers-differ.md` gives the reasons.

mod response;

use outcrop::ModelRequest;
use outcrop::config::ConfigEntry;
use serde_json::{Value, json};

use super::exchange::normalized;
use crate::support::case_report::{CaseReport, Differences};
use crate::support::json::members;

const CASES: &str = include_str!("../../cases/peers.json");

/// The configuration that the cases assume.
const CONFIG: &str = r#"{"alternation": "merge", "filler": "."}"#;

/// The cases that do not hold.
const EXCEPTIONS: &[&str] = &[
    "mistral_tool_ids_are_nine_alphanumerics",
    "response_multiple_text_blocks_concatenate",
    "response_stop_reasons",
];

#[test]
fn peer_cases_hold_except_the_listed_ones() {
    let cases: Vec<Value> = serde_json::from_str(CASES).unwrap();
    let mut report = CaseReport::default();
    for case in &cases {
        let [input, expected] = [&case["input"], &case["expected"]];
        report.check(case["name"].as_str().unwrap(), |differences| match case["kind"].as_str() {
            Some("request") => check_request(input, expected, differences),
            Some("response") => response::check(input, expected, differences),
            kind => panic!("unknown kind: {kind:?}"),
        });
    }
    report.assert_only_these_fail(EXCEPTIONS, 56);
}

/// Compares a request with the expected one, member by member.
fn check_request(params: &Value, expected: &Value, differences: &mut Differences) {
    let entry = ConfigEntry::settings_from_json(CONFIG).unwrap();
    let encoded = ModelRequest::from_value(params).and_then(|request| entry.encode(&request));
    let body = match encoded {
        Ok(encoded) => normalized(&json!(encoded.body)),
        Err(error) => return differences.add(format!("error: {error}")),
    };
    let expected = normalized(expected);
    for (name, value) in members(&expected) {
        differences.compare(name, body[name].clone(), value);
    }
    for (name, value) in members(&body).filter(|(name, _)| expected.get(name).is_none()) {
        differences.add(format!("{name}: unexpected {value}"));
    }
}
