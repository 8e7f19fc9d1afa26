//! `response`: a response read from JSON, what it says of itself, and its dump read again.

use outcrop::{UnifiedMessage, UnifiedResponse, UsageSummary};
use serde_json::{Value, json};

use super::message::count_types;
use crate::support::blocks::classes;
use crate::support::corpus;
use crate::support::json::entries;
use crate::support::tally::{Differences, Tally};

#[test]
fn responses_tell_what_is_in_them() {
    let mut tally = Tally::default();
    for case in corpus::of("response") {
        let want = case.want();
        let read = serde_json::from_str::<UnifiedResponse>(case.text("response").unwrap());
        tally.check(case.name(), |differences| match read {
            Ok(response) => {
                count_types(&case.value("types"), &want["by_type"], differences, |name| {
                    response.get_content_by_type(name).count()
                });
                describe(&response, &want, differences);
            }
            Err(_) if !want["error"].is_null() => {}
            Err(error) => differences.add(format!("error: {error}")),
        });
    }
    tally.holds(14);
}

/// Notes what of a response is not as it is wanted.
fn describe(response: &UnifiedResponse, want: &Value, differences: &mut Differences) {
    if !want["error"].is_null() {
        differences.add("error: none");
    }
    let again: UnifiedResponse = serde_json::from_str(&serde_json::to_string(response).unwrap()).unwrap();
    for (name, wanted) in entries(want) {
        let got: Value = match name {
            "dump" => json!(response),
            "classes" => classes_of(&response.messages),
            "text" => response.rendered_text().into(),
            "reasoning" => response.reasoning().map(|block| block.reasoning.as_str()).collect(),
            "is_standard_status" => response.is_standard_status().into(),
            "usage" => json!(UsageSummary::from(response)),
            "round_trip_classes" => classes_of(&again.messages),
            "round_trip_equal" => (again == *response).into(),
            "by_type" | "error" => continue,
            other => panic!("no such property of a response is known: {other}"),
        };
        differences.same(name, got, wanted);
    }
}

fn classes_of(messages: &[UnifiedMessage]) -> Value {
    messages.iter().map(|message| classes(&message.content)).collect()
}
