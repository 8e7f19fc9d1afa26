//! `outcrop map`.

use serde_json::{Value, json};

use crate::command::{run, run_with_input};

/// Maps lines; a line out for each line in.
fn map(what: &str, lines: &[Value]) -> Vec<Value> {
    let input: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let shown = run_with_input(&["map", what], &input);
    assert_eq!(shown.status, 0, "{}", shown.stderr);
    shown.stdout.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
}

fn params() -> Value {
    json!({"model": "amazon.nova-lite-v1:0", "messages": [{"role": "user", "content": "Name a river."}]})
}

fn reply() -> Value {
    json!({"output": {"message": {"role": "assistant", "content": [{"text": "The Rhine."}]}},
           "stopReason": "end_turn", "usage": {"inputTokens": 5, "outputTokens": 3, "totalTokens": 8},
           "ResponseMetadata": {"RequestId": "id-1"}})
}

#[test]
fn requests() {
    let lines = [
        json!({"params": params()}),
        json!({"params": {"model": "m"}}),
        json!({"params": params(), "config": {"alternation": "merge"}}),
    ];
    let mapped = map("request", &lines);
    assert_eq!(mapped[0]["request"]["messages"][0]["content"][0]["text"], "Name a river.");
    assert_eq!(mapped[0]["notes"], json!([]));
    assert_eq!(mapped[1]["error"]["kind"], "invalid_request", "a line that cannot be mapped stops no other");
    assert_eq!(mapped[2]["request"]["messages"][0]["role"], "user");
}

#[test]
fn responses_and_exchanges() {
    let response = &map("response", &[json!({"converse_response": reply(), "params": params()})])[0];
    for form in ["unified", "v1", "retrieval", "usage", "cost", "text", "rendered_text"] {
        assert!(response.get(form).is_some(), "{form}: {response}");
    }
    assert_eq!(response["text"], "The Rhine.");
    assert_eq!((&response["v1"]["created"], &response["unified"]["id"]), (&json!(0), &json!("id-1")));

    let mapped = map(
        "exchange",
        &[
            json!({"params": params(), "converse_response": reply()}),
            json!({"params": params(), "converse_response": {"Output": {}}}),
        ],
    );
    assert_eq!((&mapped[0]["error"], &mapped[0]["text"]), (&Value::Null, &json!("The Rhine.")));
    assert!(mapped[1]["request"].is_object(), "the request is there all the same: {}", mapped[1]);
    assert_eq!(mapped[1]["error"]["kind"], "invalid_response");
}

#[test]
fn wire_values_and_replays_lose_nothing() {
    let block = json!({"role": "assistant", "content": [{"hologram": {"of": "a river", "depth": 1.50}}, {"text": "x", "new": 1}]});
    for (kind, value) in [("message", block), ("response", reply())] {
        let mapped = map("wire", &[json!({"kind": kind, "value": value})]);
        assert_eq!(mapped[0]["value"], value, "{kind}");
    }
    let replayed = map("replay", &[json!({"converse_response": reply(), "params": params()})]);
    assert_eq!(replayed[0]["message"], reply()["output"]["message"]);
}

#[test]
fn lines_that_are_none_are_errors_in_their_places() {
    let shown = run_with_input(&["map", "request"], "{\n\n[]\n{\"params\": 5}\n");
    assert_eq!(shown.status, 0);
    let lines: Vec<Value> =
        shown.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(lines.iter().all(|line| line["error"]["message"].is_string()), "{lines:?}");
    assert_eq!(run(&["map", "nothing"]).status, 2);
}
