//! `message`: parses a message from JSON, and reads its accessors.

use outcrop::UnifiedMessage;
use serde_json::{Value, json};

use crate::support::blocks::classes;
use crate::support::case_file;
use crate::support::case_report::{CaseReport, Differences};
use crate::support::json::{items, members};

#[test]
fn parsed_messages_have_expected_accessors() {
    let mut report = CaseReport::default();
    for case in case_file::cases("message") {
        let expected = case.expected();
        let parsed = serde_json::from_str::<UnifiedMessage>(case.text("message").unwrap());
        report.check(case.name(), |differences| match parsed {
            Ok(message) => {
                let expected = expected.get("statement").unwrap_or(&expected);
                compare_counts(&case.value("types"), &expected["by_type"], differences, |name| {
                    message.get_content_by_type(name).count()
                });
                compare(&message, expected, differences);
            }
            Err(_) if !expected["error"].is_null() => {}
            Err(error) => differences.add(format!("error: {error}")),
        });
    }
    report.assert_all_pass(15);
}

/// Compares the accessors that the case lists.
fn compare(message: &UnifiedMessage, expected: &Value, differences: &mut Differences) {
    if !expected["error"].is_null() {
        differences.add("no error");
    }
    for (name, value) in members(expected) {
        let actual: Value = match name {
            "dump" => json!(message),
            "classes" => classes(&message.content),
            "text" => message.rendered_text().into(),
            "reasoning" => message.reasoning().map(|block| block.reasoning.as_str()).collect(),
            "citations" => message.citations().map(|block| block.title.as_str()).collect(),
            "tool_calls" => message.tool_calls().map(|call| call.id.as_str()).collect(),
            "is_standard_role" => message.role.is_standard().into(),
            "by_type" | "error" => continue,
            other => panic!("unknown accessor of a message: {other}"),
        };
        differences.compare(name, actual, value);
    }
    let again: UnifiedMessage = serde_json::from_str(&serde_json::to_string(message).unwrap()).unwrap();
    if again != *message {
        differences.add("its JSON parses to another message");
    }
}

/// Compares the numbers of blocks of each type.
pub(super) fn compare_counts(
    types: &Value,
    expected: &Value,
    differences: &mut Differences,
    count: impl Fn(&str) -> usize,
) {
    for name in items(types).iter().filter_map(Value::as_str) {
        differences.compare(&format!("by_type {name}"), count(name), &expected[name]);
    }
}
