//! A response as a chat completion, and its messages as AG2 retrieves them.

use serde_json::Value;

use super::unified::{compare_id, compare_usage};
use crate::support::case_report::Differences;
use crate::support::json::{embedded, equal, items, members};

/// Compares a chat completion.
pub(super) fn compare(actual: &Value, expected: &Value, has_cost: bool, differences: &mut Differences) {
    compare_id("v1.id", &actual["id"], &expected["id"], differences);
    for name in ["model", "object"] {
        differences.compare(&format!("v1.{name}"), actual[name].clone(), &expected[name]);
    }
    let (choices, expected_choices) = (items(&actual["choices"]), items(&expected["choices"]));
    if choices.len() != expected_choices.len() {
        differences.add(format!("v1.choices: {} instead of {}", choices.len(), expected_choices.len()));
    }
    for (index, (actual, expected)) in choices.iter().zip(expected_choices).enumerate() {
        let path = format!("v1.choices[{index}]");
        differences.compare(
            &format!("{path}.finish_reason"),
            actual["finish_reason"].clone(),
            &expected["finish_reason"],
        );
        compare_message(&format!("{path}.message"), &actual["message"], &expected["message"], differences);
    }
    compare_usage("v1.usage", &actual["usage"], &expected["usage"], has_cost, differences);
    if has_cost {
        differences.compare_amounts("v1.cost", &actual["cost"], &expected["cost"]);
    }
}

/// Compares retrieved messages.
pub(super) fn compare_messages(actual: &Value, expected: &Value, differences: &mut Differences) {
    let (messages, expected_messages) = (items(actual), items(expected));
    if messages.len() != expected_messages.len() {
        return differences.add(format!("retrieval: {actual} instead of {expected}"));
    }
    for (index, (actual, expected)) in messages.iter().zip(expected_messages).enumerate() {
        compare_message(&format!("retrieval[{index}]"), actual, expected, differences);
    }
}

/// Compares a message: an object, or a string, which may be structured output and is compared as JSON then.
fn compare_message(path: &str, actual: &Value, expected: &Value, differences: &mut Differences) {
    if !(expected.is_object() && actual.is_object()) {
        return differences.compare(path, embedded(actual).into_owned(), &embedded(expected));
    }
    for (name, value) in members(expected).filter(|(name, _)| *name != "tool_calls") {
        let found = &actual[name];
        let is_empty = |value: &Value| value.is_null() || value == "";
        let both_empty = name == "content" && is_empty(found) && is_empty(value);
        if !(both_empty || equal(&embedded(found), &embedded(value))) {
            differences.add(format!("{path}.{name}: {found} instead of {value}"));
        }
    }
    let [actual, expected] = [actual, expected].map(|message| calls(&message["tool_calls"]));
    differences.compare(&format!("{path}.tool_calls"), actual, &expected);
}

/// Returns the tool calls of a message with their arguments as JSON. A missing list is an empty one.
fn calls(calls: &Value) -> Value {
    let mut calls = items(calls).to_vec();
    for call in &mut calls {
        let arguments = &mut call["function"]["arguments"];
        *arguments = embedded(arguments).into_owned();
    }
    Value::Array(calls)
}
