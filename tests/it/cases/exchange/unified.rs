//! A unified response and its usage.

use serde_json::Value;

use crate::support::case_report::Differences;
use crate::support::json::{embedded, equal, items, members};

/// Compares a response.
pub(super) fn compare(actual: &Value, expected: &Value, has_cost: bool, differences: &mut Differences) {
    compare_id("unified.id", &actual["id"], &expected["id"], differences);
    for name in ["model", "provider", "finish_reason", "status"] {
        differences.compare(&format!("unified.{name}"), actual[name].clone(), &expected[name]);
    }
    compare_usage("unified.usage", &actual["usage"], &expected["usage"], has_cost, differences);
    if has_cost {
        differences.compare_amounts("unified.cost", &actual["cost"], &expected["cost"]);
    }
    compare_messages(items(&actual["messages"]), items(&expected["messages"]), differences);
    // AG2 keeps fewer members, and `null` for one that Converse does not have.
    for (name, value) in members(&expected["provider_metadata"]).filter(|(_, value)| !value.is_null()) {
        let path = format!("unified.provider_metadata.{name}");
        differences.compare(&path, actual["provider_metadata"][name].clone(), value);
    }
}

/// Compares an id. Generated ids contain the time and count as equal.
pub(super) fn compare_id(path: &str, actual: &Value, expected: &Value, differences: &mut Differences) {
    const GENERATED: &str = "bedrock-";
    let is_generated = |id: &Value| id.as_str().is_some_and(|id| id.starts_with(GENERATED));
    if !(is_generated(actual) && is_generated(expected)) {
        differences.compare(path, actual.clone(), expected);
    }
}

/// Compares the counters of the case. There may be more.
pub(crate) fn compare_usage(
    path: &str,
    actual: &Value,
    expected: &Value,
    has_cost: bool,
    differences: &mut Differences,
) {
    for (name, value) in members(expected) {
        let path = format!("{path}.{name}");
        match name {
            "cost" if has_cost => differences.compare_amounts(&path, &actual[name], value),
            "cost" => {}
            _ => differences.compare(&path, actual[name].clone(), value),
        }
    }
}

fn compare_messages(actual: &[Value], expected: &[Value], differences: &mut Differences) {
    if actual.len() != expected.len() {
        return differences.add(format!("unified.messages: {} instead of {}", actual.len(), expected.len()));
    }
    for (index, (actual, expected)) in actual.iter().zip(expected).enumerate() {
        let path = format!("unified.messages[{index}]");
        differences.compare(&format!("{path}.role"), actual["role"].clone(), &expected["role"]);
        compare_blocks(&path, items(&actual["content"]), items(&expected["content"]), differences);
    }
}

fn compare_blocks(path: &str, actual: &[Value], expected: &[Value], differences: &mut Differences) {
    if actual.len() != expected.len() {
        let types = |blocks: &[Value]| blocks.iter().map(|block| block["type"].clone()).collect::<Value>();
        return differences.add(format!("{path}.content: {} instead of {}", types(actual), types(expected)));
    }
    for (index, (actual, expected)) in actual.iter().zip(expected).enumerate() {
        compare_block(&format!("{path}.content[{index}]"), actual, expected, differences);
    }
}

/// Compares a block. It may have more members; a member of `extra` may be one of the block itself, and vice versa.
fn compare_block(path: &str, actual: &Value, expected: &Value, differences: &mut Differences) {
    differences.compare(&format!("{path}.type"), actual["type"].clone(), &expected["type"]);
    for (name, value) in members(expected).filter(|(name, _)| !["type", "extra"].contains(name)) {
        let found = actual.get(name).unwrap_or_else(|| &actual["extra"][name]);
        if !(value.is_null() || is_equal_member(name, found, value)) {
            differences.add(format!("{path}.{name}: {found} instead of {value}"));
        }
    }
    for (name, value) in members(&expected["extra"]) {
        let found = actual["extra"].get(name).unwrap_or_else(|| &actual[name]);
        differences.compare(&format!("{path}.extra.{name}"), found.clone(), value);
    }
}

/// Returns whether members are equal. Arguments and structured output are compared as JSON.
fn is_equal_member(name: &str, actual: &Value, expected: &Value) -> bool {
    let inner = embedded(expected);
    if name == "arguments" || (name == "text" && (inner.is_object() || inner.is_array())) {
        equal(&embedded(actual), &inner)
    } else {
        equal(actual, expected)
    }
}
