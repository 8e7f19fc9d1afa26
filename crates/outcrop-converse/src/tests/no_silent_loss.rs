//! The property "no silent loss": each value of a response is in the unified response, or a note names it.

use bytes::Bytes;
use outcrop_core::{Note, StreamEvent, UnifiedResponse};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::choices::{self, Choices};
use crate::{ResponseContext, ResponseMetadata, StreamDecoder, decode_response};

/// A response with every kind of member, in which each value occurs once.
fn whole() -> Value {
    json!({
        "output": {"message": {"role": "assistant", "content": [
            {"reasoningContent": {"reasoningText": {"text": "leaf-a", "signature": "leaf-b"}}},
            {"text": "leaf-c"},
            {"toolUse": {"toolUseId": "leaf-d", "name": "leaf-e", "input": {"key": "leaf-f", "list": [100_001]}}},
            {"citationsContent": {"content": [{"text": "leaf-g"}], "citations": [{
                "title": "leaf-h", "sourceContent": [{"text": "leaf-i"}],
                "location": {"web": {"url": "leaf-j", "domain": "leaf-k"}}
            }]}},
            {"image": {"format": "png", "source": {"bytes": "bGVhZi1s"}}},
            {"toolResult": {"toolUseId": "leaf-m", "content": [{"text": "leaf-n"}, {"json": {"key": "leaf-o"}}],
                "status": "success", "type": "leaf-p"}},
            {"audio": {"format": "mp3", "source": {"s3Location": {"uri": "s3://leaf-q/a.mp3", "bucketOwner": "leaf-r"}}}},
            {"future": {"key": "leaf-s"}},
        ]}},
        "stopReason": "end_turn",
        "usage": {"inputTokens": 100_002, "outputTokens": 100_003, "totalTokens": 200_005,
            "cacheReadInputTokens": 100_004, "cacheDetails": [{"ttl": "5m", "inputTokens": 100_005}]},
        "metrics": {"latencyMs": 100_006},
        "trace": {"guardrail": {"modelOutput": ["leaf-t"], "actionReason": "leaf-u"},
            "promptRouter": {"invokedModelId": "leaf-v"}},
        "additionalModelResponseFields": {"key": "leaf-w"},
        "performanceConfig": {"latency": "standard"},
        "serviceTier": {"type": "default"},
        "future": "leaf-x",
    })
}

/// The events of a stream with every kind of event, in which each value occurs once.
fn events() -> Vec<(&'static str, Value)> {
    let delta =
        |index: u32, delta: Value| ("contentBlockDelta", json!({"contentBlockIndex": index, "delta": delta}));
    let stop = |index: u32| ("contentBlockStop", json!({"contentBlockIndex": index}));
    vec![
        ("messageStart", json!({"role": "assistant"})),
        delta(0, json!({"reasoningContent": {"text": "leaf-a"}})),
        delta(0, json!({"reasoningContent": {"signature": "leaf-b"}})),
        stop(0),
        delta(1, json!({"text": "leaf-c"})),
        delta(1, json!({"citation": {"title": "leaf-d", "sourceContent": [{"text": "leaf-e"}]}})),
        stop(1),
        (
            "contentBlockStart",
            json!({"contentBlockIndex": 2, "start": {"toolUse": {"toolUseId": "leaf-f", "name": "leaf-g"}}}),
        ),
        delta(2, json!({"toolUse": {"input": "{\"key\":\"leaf-h\"}"}})),
        stop(2),
        ("futureEvent", json!({"key": "leaf-i"})),
        (
            "messageStop",
            json!({"stopReason": "end_turn", "additionalModelResponseFields": {"key": "leaf-j"}}),
        ),
        (
            "metadata",
            json!({"usage": {"inputTokens": 100_002, "outputTokens": 100_003, "totalTokens": 200_005},
            "metrics": {"latencyMs": 100_006}, "trace": {"promptRouter": {"invokedModelId": "leaf-k"}}, "future": "leaf-l"}),
        ),
    ]
}

/// Picks a place in a value, at any depth.
fn pick_place<'v>(value: &'v mut Value, choices: &mut Choices<'_>) -> &'v mut Value {
    let has_parts = match &*value {
        Value::Object(members) => !members.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    if !has_parts || !choices.chance(75) {
        return value;
    }
    match value {
        Value::Object(members) => {
            let at = choices.below(members.len());
            pick_place(members.iter_mut().nth(at).unwrap().1, choices)
        }
        Value::Array(items) => {
            let at = choices.below(items.len());
            pick_place(&mut items[at], choices)
        }
        other => other,
    }
}

/// Changes one place of a value as a faulty gateway may.
fn disturb(value: &mut Value, choices: &mut Choices<'_>, number: usize) {
    let place = pick_place(value, choices);
    let unknown = format!("noise-{number}");
    match (choices.below(7), &mut *place) {
        (0, Value::Object(members)) => drop(members.insert(unknown.clone(), json!({"key": unknown}))),
        (1, Value::Object(members)) => drop(members.insert("__type".to_owned(), json!("com.amazonaws#Type"))),
        (2, Value::Object(members)) => drop(members.insert(unknown, Value::Null)),
        (3, Value::Array(items)) => items.push(json!(unknown)),
        (4, place) => *place = json!([place.take()]),
        (5, place) => *place = json!({"wrapped": place.take()}),
        (6, Value::Number(number)) => *place = json!(number.to_string()),
        (_, Value::Number(number)) => *place = json!(-number.as_f64().unwrap_or(0.5) - 0.5),
        (_, place) if place.is_string() => *place = json!(500_000 + number),
        _ => {}
    }
}

/// Lists the values of a response with their paths.
fn leaves(value: &Value, path: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            for (name, part) in members.iter().filter(|(name, part)| *name != "__type" || !part.is_string()) {
                let inner = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                leaves(part, &inner, found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                leaves(item, &format!("{path}[{index}]"), found);
            }
        }
        // A `null` is an absent member.
        Value::Null => {}
        Value::String(text) => found.push((path.to_owned(), text.clone())),
        scalar => found.push((path.to_owned(), scalar.to_string())),
    }
}

/// Returns the values that are neither in the JSON nor named by a note.
fn lost(input: &Value, prefix: &str, json: &str, notes: &[Note]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    leaves(input, prefix, &mut found);
    let is_named = |path: &str| {
        notes.iter().any(|note| {
            let rest = path.strip_prefix(note.path.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '['])) && !note.path.is_empty()
        })
    };
    found.retain(|(path, text)| {
        let quoted = Value::from(text.as_str()).to_string();
        !json.contains(quoted.trim_matches('"')) && !json.contains(text.as_str()) && !is_named(path)
    });
    found
}

fn is_index(path: &str) -> bool {
    path.contains("contentBlockIndex")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn no_value_of_a_response_is_lost_silently(bytes in choices::bytes()) {
        let mut choices = Choices::new(&bytes);
        let mut input = whole();
        for number in 0..1 + choices.below(4) {
            disturb(&mut input, &mut choices, number);
        }
        let body = Bytes::from(input.to_string());
        let context = ResponseContext::default().with_model("m").by_content();
        match decode_response(&body, &context, ResponseMetadata::new()) {
            Ok(response) => {
                let json = serde_json::to_string(&response).unwrap();
                prop_assert_eq!(lost(&input, "", &json, &response.notes), vec![], "{}\n{}", body_text(&body), json);
            }
            // Only a response without a message is an error, and it has the body.
            Err(_) if !input.is_object() => {}
            Err(error) => {
                prop_assert!(error.path().is_none_or(|path| path.starts_with("output")), "{} {}", error, body_text(&body));
                let message = input.get("output").and_then(|output| output.get("message"));
                prop_assert!(!message.is_some_and(Value::is_object), "{}", body_text(&body));
                prop_assert_eq!(error.body(), Some(&body));
            }
        }
    }

    #[test]
    fn no_value_of_a_stream_is_lost_silently(bytes in choices::bytes()) {
        let mut choices = Choices::new(&bytes);
        let mut input = events();
        for number in 0..1 + choices.below(4) {
            let at = choices.below(input.len());
            disturb(&mut input[at].1, &mut choices, number);
        }
        let response = decode_stream(&input);
        let json = serde_json::to_string(&response).unwrap();
        for (name, event) in &input {
            let mut lost = lost(event, name, &json, &response.notes);
            lost.retain(|(path, _)| !is_index(path));
            prop_assert_eq!(lost, vec![], "{:?}\n{}", input, json);
        }
    }
}

fn decode_stream(events: &[(&'static str, Value)]) -> UnifiedResponse {
    let context = ResponseContext::default().with_model("m").by_content();
    let mut decoder = StreamDecoder::new(context, ResponseMetadata::new());
    for (name, event) in events {
        decoder.handle_json(name, event.to_string().as_bytes());
    }
    decoder.handle_end();
    let mut last = None;
    while let Some(event) = decoder.poll_event() {
        last = Some(event.unwrap());
    }
    match last {
        Some(StreamEvent::Completed { response }) => *response,
        other => panic!("{other:?}"),
    }
}

fn body_text(body: &Bytes) -> String {
    String::from_utf8_lossy(body).into_owned()
}

#[test]
fn undisturbed_response_has_no_notes() {
    let context = ResponseContext::default().with_model("m").by_content();
    let body = Bytes::from(whole().to_string());
    let response = decode_response(&body, &context, ResponseMetadata::new()).unwrap();
    assert_eq!(response.notes, []);
    let json = serde_json::to_string(&response).unwrap();
    assert_eq!(lost(&whole(), "", &json, &[]), vec![]);
    assert_eq!(decode_stream(&events()).notes, []);
}
