//! Tests of `outcrop map`.

use serde_json::{Value, json};

use crate::command::{run, run_with_input};

/// Maps lines and returns a value for each.
fn map(mapping: &str, lines: &[Value]) -> Vec<Value> {
    let input: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let shown = run_with_input(&["map", mapping], &input);
    let mapped: Vec<Value> =
        shown.stdout.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    // U30: the exit status shows that a line was an error.
    let has_error = mapped.iter().any(|line| line.get("error").is_some_and(|error| !error.is_null()));
    assert_eq!(shown.status, i32::from(has_error), "{}", shown.stderr);
    mapped
}

fn params() -> Value {
    json!({"model": "amazon.nova-lite-v1:0", "messages": [{"role": "user", "content": "Name a river."}]})
}

fn response() -> Value {
    json!({"output": {"message": {"role": "assistant", "content": [{"text": "The Rhine."}]}},
           "stopReason": "end_turn", "usage": {"inputTokens": 5, "outputTokens": 3, "totalTokens": 8},
           "ResponseMetadata": {"RequestId": "id-1"}})
}

#[test]
fn request_lines_map_to_requests_and_notes() {
    let lines = [
        json!({"params": params()}),
        json!({"params": {"model": "m"}}),
        json!({"params": params(), "config": {"alternation": "merge"}}),
    ];
    let mapped = map("request", &lines);
    assert_eq!(mapped[0]["request"]["messages"][0]["content"][0]["text"], "Name a river.");
    assert_eq!(mapped[0]["notes"], json!([]));
    assert_eq!(mapped[1]["error"]["kind"], "invalid_request", "an error does not end the input");
    assert_eq!(mapped[2]["request"]["messages"][0]["role"], "user");
}

#[test]
fn response_and_exchange_lines_map_to_all_forms() {
    let mapped = &map("response", &[json!({"converse_response": response(), "params": params()})])[0];
    for form in ["unified", "v1", "retrieval", "usage", "cost", "text", "rendered_text"] {
        assert!(mapped.get(form).is_some(), "{form}: {mapped}");
    }
    assert_eq!(mapped["text"], "The Rhine.");
    assert_eq!((&mapped["v1"]["created"], &mapped["unified"]["id"]), (&json!(0), &json!("id-1")));

    let mapped = map(
        "exchange",
        &[
            json!({"params": params(), "converse_response": response()}),
            json!({"params": params(), "converse_response": {"Output": {}}}),
        ],
    );
    assert_eq!((&mapped[0]["error"], &mapped[0]["text"]), (&Value::Null, &json!("The Rhine.")));
    assert!(mapped[1]["request"].is_object(), "the request is part of the output: {}", mapped[1]);
    assert_eq!(mapped[1]["error"]["kind"], "invalid_response");
}

/// The events of a response that calls a tool.
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
fn stream_lines_map_to_events_and_chunks() {
    let cut_off = json!(events().as_array().expect("the events are a list")[..3]);
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
    let chunks = whole["chunks"].as_array().expect("the chunks are a list");
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
fn frames_map_like_their_events() {
    use outcrop::converse::event_stream::{HeaderValue, encode_frame};
    let frames: Vec<u8> = (events().as_array().expect("the events are a list").iter())
        .flat_map(|event| {
            let (name, json) =
                event.as_object().and_then(|event| event.iter().next()).expect("the event has a name");
            let headers =
                [(":event-type", HeaderValue::String(name)), (":message-type", HeaderValue::String("event"))];
            encode_frame(&headers, json.to_string().as_bytes()).expect("the frame is short enough")
        })
        .collect();
    let base64 = outcrop::core::Blob::from_bytes(frames).base64().into_owned();
    let mapped = map("stream", &[json!({"stream_base64": base64}), json!({"events": events()})]);
    assert_eq!(mapped[0], mapped[1]);
}

#[test]
fn wire_and_replay_lines_preserve_values() {
    let block = json!({"role": "assistant", "content": [{"hologram": {"of": "a river", "depth": 1.50}}, {"text": "x", "new": 1}]});
    for (kind, value) in [("message", block), ("response", response()), ("event", events()[1].clone())] {
        let mapped = map("wire", &[json!({"kind": kind, "value": value})]);
        assert_eq!(mapped[0]["value"], value, "{kind}");
    }
    let replayed = map("replay", &[json!({"converse_response": response(), "params": params()})]);
    assert_eq!(replayed[0]["message"], response()["output"]["message"]);
}

#[test]
fn invalid_lines_map_to_errors_in_place() {
    let shown = run_with_input(&["map", "request"], "{\n\n[]\n{\"params\": 5}\n");
    assert_eq!(shown.status, 1);
    let lines: Vec<Value> =
        shown.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(lines.iter().all(|line| line["error"]["message"].is_string()), "{lines:?}");
    assert_eq!(run(&["map", "nothing"]).status, 2);
}

#[test]
fn lines_of_a_recording_are_mapped() {
    let body = json!({"messages": [{"role": "user", "content": [{"text": "Name a river."}]}],
        "inferenceConfig": {"maxTokens": 50}});
    let exchange = |operation: &str, response: Value| {
        json!({"request": {"method": "POST", "path": format!("/model/amazon.nova-lite-v1%3A0/{operation}"),
            "headers": {}, "body": body.to_string()}, "response": response})
    };
    let mut answer = response();
    answer.as_object_mut().expect("an object").remove("ResponseMetadata");
    let whole = exchange("converse", json!({"status": 200, "headers": {}, "body": answer.to_string()}));
    let failed = exchange(
        "converse",
        json!({"status": 429, "headers": {"x-amzn-errortype": "ThrottlingException"}, "body": "{\"message\":\"Slow.\"}"}),
    );
    let mapped = map("exchange", &[whole.clone(), failed.clone()]);
    assert_eq!((&mapped[0]["error"], &mapped[0]["text"]), (&Value::Null, &json!("The Rhine.")));
    assert_eq!(mapped[0]["request"]["modelId"], "amazon.nova-lite-v1:0");
    assert_eq!(mapped[0]["request"]["inferenceConfig"]["maxTokens"], 50);
    assert!(mapped[1]["request"].is_object(), "the request is part of the output: {}", mapped[1]);
    assert_eq!(
        (&mapped[1]["error"]["kind"], &mapped[1]["error"]["status"]),
        (&json!("throttled"), &json!(429))
    );
    assert_eq!(map("response", &[whole])[0]["text"], "The Rhine.");

    // A stream that ends within a frame.
    let stream =
        exchange("converse-stream", json!({"status": 200, "headers": {}, "body_base64": "AAAAEA=="}));
    let mapped = map("stream", &[stream, failed, exchange("count-tokens", Value::Null)]);
    assert!(mapped[0]["error"].is_object() && mapped[0]["events"].is_array(), "{}", mapped[0]);
    assert_eq!(mapped[1]["error"]["kind"], "throttled");
    assert_eq!(mapped[2]["error"]["path"], "request.path");
}
