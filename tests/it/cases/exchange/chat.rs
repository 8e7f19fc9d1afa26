//! The response as a chat completion, and its messages as AG2 retrieves them.

use serde_json::Value;

use super::unified::{compare_id, compare_usage};
use crate::support::json::{embedded, entries, items, same};
use crate::support::tally::Differences;

/// Notes what of a chat completion is not as it is wanted.
pub(super) fn compare(got: &Value, want: &Value, cost: bool, differences: &mut Differences) {
    compare_id("v1.id", &got["id"], &want["id"], differences);
    for name in ["model", "object"] {
        differences.same(&format!("v1.{name}"), got[name].clone(), &want[name]);
    }
    let (choices, wanted) = (items(&got["choices"]), items(&want["choices"]));
    if choices.len() != wanted.len() {
        differences.add(format!("v1.choices: {} for {}", choices.len(), wanted.len()));
    }
    for (index, (got, want)) in choices.iter().zip(wanted).enumerate() {
        let at = format!("v1.choices[{index}]");
        differences.same(
            &format!("{at}.finish_reason"),
            got["finish_reason"].clone(),
            &want["finish_reason"],
        );
        compare_message(&format!("{at}.message"), &got["message"], &want["message"], differences);
    }
    compare_usage("v1.usage", &got["usage"], &want["usage"], cost, differences);
    if cost {
        differences.near("v1.cost", &got["cost"], &want["cost"]);
    }
}

/// Notes what of retrieved messages is not as it is wanted.
pub(super) fn compare_messages(got: &Value, want: &Value, differences: &mut Differences) {
    let (messages, wanted) = (items(got), items(want));
    if messages.len() != wanted.len() {
        return differences.add(format!("retrieval: {got} for {want}"));
    }
    for (index, (got, want)) in messages.iter().zip(wanted).enumerate() {
        compare_message(&format!("retrieval[{index}]"), got, want, differences);
    }
}

/// A message that is a string may be structured text, which is compared as the JSON it holds.
fn compare_message(at: &str, got: &Value, want: &Value, differences: &mut Differences) {
    if !(want.is_object() && got.is_object()) {
        return differences.same(at, embedded(got).into_owned(), &embedded(want));
    }
    for (name, wanted) in entries(want).filter(|(name, _)| *name != "tool_calls") {
        let found = &got[name];
        let is_empty = |value: &Value| value.is_null() || value == "";
        let both_empty = name == "content" && is_empty(found) && is_empty(wanted);
        if !(both_empty || same(&embedded(found), &embedded(wanted))) {
            differences.add(format!("{at}.{name}: {found} for {wanted}"));
        }
    }
    let [got, want] = [got, want].map(|message| calls(&message["tool_calls"]));
    differences.same(&format!("{at}.tool_calls"), got, &want);
}

/// The calls of a message, their arguments as the JSON they hold; none and no list are the same.
fn calls(calls: &Value) -> Value {
    let mut calls = items(calls).to_vec();
    for call in &mut calls {
        let arguments = &mut call["function"]["arguments"];
        *arguments = embedded(arguments).into_owned();
    }
    Value::Array(calls)
}
