//! `message`: a message read from JSON, and what it says of itself.

use outcrop::UnifiedMessage;
use serde_json::{Value, json};

use crate::support::blocks::classes;
use crate::support::corpus;
use crate::support::json::{entries, items};
use crate::support::tally::{Differences, Tally};

#[test]
fn messages_tell_what_is_in_them() {
    let mut tally = Tally::default();
    for case in corpus::of("message") {
        let want = case.want();
        let read = serde_json::from_str::<UnifiedMessage>(case.text("message").unwrap());
        tally.check(case.name(), |differences| match read {
            Ok(message) => {
                let wanted = want.get("statement").unwrap_or(&want);
                count_types(&case.value("types"), &wanted["by_type"], differences, |name| {
                    message.get_content_by_type(name).count()
                });
                describe(&message, wanted, differences);
            }
            Err(_) if !want["error"].is_null() => {}
            Err(error) => differences.add(format!("error: {error}")),
        });
    }
    tally.holds(15);
}

/// Notes what of a message is not as it is wanted; what is not told of is not looked at.
fn describe(message: &UnifiedMessage, want: &Value, differences: &mut Differences) {
    if !want["error"].is_null() {
        differences.add("error: none");
    }
    for (name, wanted) in entries(want) {
        let got: Value = match name {
            "dump" => json!(message),
            "classes" => classes(&message.content),
            "text" => message.rendered_text().into(),
            "reasoning" => message.reasoning().map(|block| block.reasoning.as_str()).collect(),
            "citations" => message.citations().map(|block| block.title.as_str()).collect(),
            "tool_calls" => message.tool_calls().map(|call| call.id.as_str()).collect(),
            "is_standard_role" => message.role.is_standard().into(),
            "by_type" | "error" => continue,
            other => panic!("no such property of a message is known: {other}"),
        };
        differences.same(name, got, wanted);
    }
    let again: UnifiedMessage = serde_json::from_str(&serde_json::to_string(message).unwrap()).unwrap();
    if again != *message {
        differences.add("the dump reads as another message");
    }
}

/// Notes when blocks are not found by their type as often as they should.
pub(super) fn count_types(
    types: &Value,
    want: &Value,
    differences: &mut Differences,
    count: impl Fn(&str) -> usize,
) {
    for name in items(types).iter().filter_map(Value::as_str) {
        differences.same(&format!("by_type {name}"), count(name), &want[name]);
    }
}
