//! `response`: parses a response from JSON, reads its accessors, and parses its JSON again.

use outcrop::{UnifiedMessage, UnifiedResponse, UsageSummary};
use serde_json::{Value, json};

use super::message::compare_counts;
use crate::support::blocks::classes;
use crate::support::case_file;
use crate::support::case_report::{CaseReport, Differences};
use crate::support::json::members;

#[test]
fn parsed_responses_have_expected_accessors() {
    let mut report = CaseReport::default();
    for case in case_file::cases("response") {
        let expected = case.expected();
        let parsed = serde_json::from_str::<UnifiedResponse>(case.text("response").unwrap());
        report.check(case.name(), |differences| match parsed {
            Ok(response) => {
                compare_counts(&case.value("types"), &expected["by_type"], differences, |name| {
                    response.get_content_by_type(name).count()
                });
                compare(&response, &expected, differences);
            }
            Err(_) if !expected["error"].is_null() => {}
            Err(error) => differences.add(format!("error: {error}")),
        });
    }
    report.assert_all_pass(14);
}

/// Compares the accessors that the case lists.
fn compare(response: &UnifiedResponse, expected: &Value, differences: &mut Differences) {
    if !expected["error"].is_null() {
        differences.add("no error");
    }
    let parsed_again: UnifiedResponse =
        serde_json::from_str(&serde_json::to_string(response).unwrap()).unwrap();
    for (name, value) in members(expected) {
        let actual: Value = match name {
            "dump" => json!(response),
            "classes" => classes_of(&response.messages),
            "text" => response.rendered_text().into(),
            "reasoning" => response.reasoning().map(|block| block.reasoning.as_str()).collect(),
            "is_standard_status" => response.is_standard_status().into(),
            "usage" => json!(UsageSummary::from(response)),
            "round_trip_classes" => classes_of(&parsed_again.messages),
            "round_trip_equal" => (parsed_again == *response).into(),
            "by_type" | "error" => continue,
            other => panic!("unknown accessor of a response: {other}"),
        };
        differences.compare(name, actual, value);
    }
}

fn classes_of(messages: &[UnifiedMessage]) -> Value {
    messages.iter().map(|message| classes(&message.content)).collect()
}
