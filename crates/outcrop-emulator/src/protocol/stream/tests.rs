//! Tests of responses as events.

use bytes::Bytes;
use outcrop_converse::event_stream::FrameDecoder;
use serde_json::{Value, json};

use super::*;

/// Returns the events of a message after its start, without padding.
fn events_of(content: &Value) -> Vec<(String, Value)> {
    let response = json!({"output": {"message": {"role": "assistant", "content": content}}});
    all_of(&response).split_off(1)
}

fn all_of(response: &Value) -> Vec<(String, Value)> {
    let response: ConverseResponse = serde_json::from_value(response.clone()).expect("a response");
    let events = response_events(&response).expect("a stream");
    let read = events.iter().map(|event| {
        let StreamContent::Bytes(bytes) = &event.content else { panic!("only events are sent") };
        let mut decoder = FrameDecoder::new();
        decoder.feed(bytes.clone());
        let frame = decoder.next_frame().expect("a valid frame").expect("it is whole");
        assert_eq!((frame.message_type(), frame.content_type()), (Some("event"), Some("application/json")));
        let mut payload: Value = serde_json::from_slice(frame.payload()).expect("JSON");
        let padding = payload.as_object_mut().and_then(|payload| payload.remove("p")).expect("padding");
        assert!(padding.as_str().is_some_and(|padding| PADDING.starts_with(padding) && !padding.is_empty()));
        (frame.event_type().expect("a name").to_owned(), payload)
    });
    read.collect()
}

fn delta(index: usize, delta: &Value) -> (String, Value) {
    ("contentBlockDelta".to_owned(), json!({"contentBlockIndex": index, "delta": delta}))
}

fn start(index: usize, start: &Value) -> (String, Value) {
    ("contentBlockStart".to_owned(), json!({"contentBlockIndex": index, "start": start}))
}

fn stop(index: usize) -> (String, Value) {
    ("contentBlockStop".to_owned(), json!({"contentBlockIndex": index}))
}

#[test]
fn events_of_a_response_end_with_metadata() {
    let response = json!({
        "output": {"message": {"role": "assistant", "content": [{"text": "Hi there"}], "mood": "good"}},
        "stopReason": "end_turn", "usage": {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3},
        "metrics": {"latencyMs": 7}, "serviceTier": {"type": "flex"}, "future": [1.0],
        "additionalModelResponseFields": {"z": 1, "a": 2},
    });
    assert_eq!(
        all_of(&response),
        [
            ("messageStart".to_owned(), json!({"role": "assistant", "mood": "good"})),
            delta(0, &json!({"text": "Hi "})),
            delta(0, &json!({"text": "there"})),
            stop(0),
            (
                "messageStop".to_owned(),
                json!({"stopReason": "end_turn", "additionalModelResponseFields": {"z": 1, "a": 2}})
            ),
            (
                "metadata".to_owned(),
                json!({"usage": {"inputTokens": 1, "outputTokens": 2, "totalTokens": 3},
                    "metrics": {"latencyMs": 7}, "serviceTier": {"type": "flex"}, "future": [1.0]})
            ),
        ]
    );
}

#[test]
fn missing_members_have_no_event() {
    assert_eq!(all_of(&json!({})), []);
    assert_eq!(all_of(&json!({"stopReason": "x"})), [("messageStop".to_owned(), json!({"stopReason": "x"}))]);
}

#[test]
fn blocks_are_split_by_kind() {
    let call = |input: &Value| json!({"toolUse": {"toolUseId": "t1", "name": "f", "input": input, "new": 1}});
    let call_start = start(0, &json!({"toolUse": {"toolUseId": "t1", "name": "f", "new": 1}}));
    let other = json!({"video": {"format": "mp4", "source": {"bytes": "aGkh"}}});
    for (block, pieces) in [
        (json!({"text": ""}), vec![delta(0, &json!({"text": ""}))]),
        (call(&json!({})), vec![call_start.clone()]),
        (
            call(&json!({"city": "São Paulo"})),
            vec![
                call_start,
                delta(0, &json!({"toolUse": {"input": r#"{"city":"São"#}})),
                delta(0, &json!({"toolUse": {"input": r#" Paulo"}"#}})),
            ],
        ),
        (
            json!({"reasoningContent": {"reasoningText": {"text": "So it", "signature": "sig"}}}),
            vec![
                delta(0, &json!({"reasoningContent": {"text": "So "}})),
                delta(0, &json!({"reasoningContent": {"text": "it"}})),
                delta(0, &json!({"reasoningContent": {"signature": "sig"}})),
            ],
        ),
        (
            json!({"reasoningContent": {"redactedContent": "aGkh"}}),
            vec![delta(0, &json!({"reasoningContent": {"redactedContent": "aGkh"}}))],
        ),
        (
            json!({"image": {"format": "png", "source": {"bytes": "aGkh"}}}),
            vec![
                start(0, &json!({"image": {"format": "png"}})),
                delta(0, &json!({"image": {"source": {"bytes": "aGkh"}}})),
            ],
        ),
        (
            json!({"toolResult": {"toolUseId": "t1", "type": "x", "status": "success", "content": [{"text": "a"}, {"json": 1.0}]}}),
            vec![
                start(0, &json!({"toolResult": {"toolUseId": "t1", "type": "x", "status": "success"}})),
                delta(0, &json!({"toolResult": [{"text": "a"}]})),
                delta(0, &json!({"toolResult": [{"json": 1.0}]})),
            ],
        ),
        (
            json!({"citationsContent": {"content": [{"text": "a b"}], "citations": [{"title": "t", "sourceContent": [{"text": "s"}]}]}}),
            vec![
                delta(0, &json!({"text": "a "})),
                delta(0, &json!({"text": "b"})),
                delta(0, &json!({"citation": {"title": "t", "sourceContent": [{"text": "s"}]}})),
            ],
        ),
        (other.clone(), vec![delta(0, &other)]),
        (json!({"hologram": {"deep": true}}), vec![delta(0, &json!({"hologram": {"deep": true}}))]),
    ] {
        let mut expected = pieces;
        expected.push(stop(0));
        assert_eq!(events_of(&json!([block])), expected, "{block}");
    }
}

#[test]
fn blocks_have_increasing_indices() {
    let events = events_of(&json!([{"text": "a"}, {"text": "b"}]));
    assert_eq!(events, [delta(0, &json!({"text": "a"})), stop(0), delta(1, &json!({"text": "b"})), stop(1)]);
}

#[test]
fn large_numbers_keep_their_digits() {
    let big = r#"{"output":{"message":{"role":"assistant","content":[{"toolResult":{"toolUseId":"t","content":[{"json":12345678901234567890123}]}}]}}}"#;
    let response: ConverseResponse = outcrop_core::from_str(big).expect("a response");
    let events: Vec<Bytes> = response_events(&response)
        .expect("a stream")
        .iter()
        .map(|event| match &event.content {
            StreamContent::Bytes(bytes) => bytes.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    let events = String::from_utf8_lossy(&events.concat()).into_owned();
    assert!(events.contains(r#""toolResult":[{"json":12345678901234567890123}]"#), "{events}");
}
