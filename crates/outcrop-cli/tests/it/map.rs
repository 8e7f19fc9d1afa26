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

/// The events of an answer that calls a tool, the names of the service's, and those of a stream that is cut off.
fn events() -> Value {
    json!([
        {"messageStart": {"role": "assistant"}},
        {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": "I look."}, "p": "ab"}},
        {"contentBlockStop": {"contentBlockIndex": 0}},
        {"contentBlockStart": {"contentBlockIndex": 1, "start": {"toolUse": {"toolUseId": "t-1", "name": "f"}}}},
        {"contentBlockStop": {"contentBlockIndex": 1}},
        {"messageStop": {"stopReason": "tool_use"}},
        {"metadata": {"usage": {"inputTokens": 5, "outputTokens": 3, "totalTokens": 8}, "metrics": {"latencyMs": 1}}},
    ])
}

#[test]
fn streams() {
    let cut_off = json!(events().as_array().expect("it is a list")[..3]);
    let mapped = map(
        "stream",
        &[
            json!({"events": events(), "params": params()}),
            json!({"events": cut_off}),
            json!({"stream_base64": "AAAAEAAAAAA="}),
            json!({"events": [{"messageStart": {}, "messageStop": {}}]}),
            json!({}),
        ],
    );
    let whole = &mapped[0];
    assert_eq!(whole["error"], Value::Null);
    assert_eq!(whole["events"][0], json!({"type": "started", "role": "assistant"}));
    assert_eq!(whole["unified"]["messages"][0]["content"][0]["text"], "I look.");
    assert_eq!(whole["v1"]["choices"][0]["finish_reason"], "tool_calls");
    let chunks = whole["chunks"].as_array().expect("it is a list");
    let calls: Vec<_> =
        chunks.iter().filter_map(|chunk| chunk["choices"][0]["delta"].get("tool_calls")).collect();
    assert_eq!((&calls[0][0]["index"], &calls[1][0]["function"]["arguments"]), (&json!(0), &json!("{}")));
    assert!(chunks.iter().all(|chunk| chunk["created"] == 0));

    let partial = &mapped[1];
    assert_eq!(
        (&partial["error"]["stage"], &partial["unified"]["status"]),
        (&json!("streaming"), &json!("failed"))
    );
    assert_eq!(partial["v1"]["choices"][0]["message"]["content"], "I look.");
    assert_eq!(mapped[2]["error"]["code"], "BrokenStream");
    assert_eq!(
        (&mapped[3]["error"]["path"], &mapped[4]["error"]["path"]),
        (&json!("events[0]"), &json!("stream_base64"))
    );
}

#[test]
fn frames_are_read_as_the_events_in_them() {
    use outcrop::converse::event_stream::{HeaderValue, encode_frame};
    let frames: Vec<u8> = (events().as_array().expect("it is a list").iter())
        .flat_map(|event| {
            let (name, json) =
                event.as_object().and_then(|event| event.iter().next()).expect("it has a name");
            let headers =
                [(":event-type", HeaderValue::String(name)), (":message-type", HeaderValue::String("event"))];
            encode_frame(&headers, json.to_string().as_bytes()).expect("it is short")
        })
        .collect();
    let base64 = outcrop::core::Blob::from_bytes(frames).base64().into_owned();
    let mapped = map("stream", &[json!({"stream_base64": base64}), json!({"events": events()})]);
    assert_eq!(mapped[0], mapped[1]);
}

#[test]
fn wire_values_and_replays_lose_nothing() {
    let block = json!({"role": "assistant", "content": [{"hologram": {"of": "a river", "depth": 1.50}}, {"text": "x", "new": 1}]});
    for (kind, value) in [("message", block), ("response", reply()), ("event", events()[1].clone())] {
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
