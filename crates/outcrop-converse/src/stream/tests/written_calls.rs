//! Tests of streams in which a model writes a call as text.

use bytes::Bytes;
use outcrop_core::{ModelRequest, RawJson, StreamEvent, ToolSpec, UnifiedResponse};
use serde_json::json;

use super::{END, START, drain};
use crate::{
    EncodeOptions, ResponseContext, ResponseMetadata, StreamDecoder, decode_response, encode_request,
};

const KIMI: &str = "<|tool_calls_section_begin|> <|tool_call_begin|> functions.f:0 <|tool_call_argument_begin|> {\"a\": 1} \
                    <|tool_call_end|> <|tool_calls_section_end|>";

fn context(model: &str) -> ResponseContext {
    let schema = RawJson::parse(r#"{"type":"object","properties":{"a":{"type":"integer"}}}"#).unwrap();
    let request = ModelRequest::builder(model).user("q").tool(ToolSpec::function("f", schema)).build();
    encode_request(&request, &EncodeOptions::converse()).unwrap().context
}

/// Decodes a stream of these deltas of one block. Returns the events before the last one, and the response.
fn run(deltas: &[serde_json::Value]) -> (Vec<StreamEvent>, UnifiedResponse) {
    let mut decoder = StreamDecoder::new(context("moonshotai.kimi-k2.5"), ResponseMetadata::new());
    let mut events = Vec::new();
    let deltas = deltas
        .iter()
        .map(|delta| format!("contentBlockDelta {}", json!({"contentBlockIndex": 0, "delta": delta})));
    let stop = r#"contentBlockStop {"contentBlockIndex":0}"#.to_owned();
    for event in [START.to_owned()].into_iter().chain(deltas).chain([stop, END.to_owned()]) {
        let (name, json) = event.split_once(' ').unwrap();
        decoder.handle_json(name, json.as_bytes());
        assert!(drain(&mut decoder, &mut events).is_none());
    }
    decoder.handle_end();
    assert!(drain(&mut decoder, &mut events).is_none());
    let Some(StreamEvent::Completed { response }) = events.pop() else { panic!("{events:?}") };
    (events, *response)
}

/// Returns two deltas: the text before and after an index.
fn pieces(text: &str, at: usize) -> [serde_json::Value; 2] {
    let (before, after) = text.split_at(at);
    [json!({"text": before}), json!({"text": after})]
}

fn whole(content: &serde_json::Value) -> UnifiedResponse {
    let body =
        json!({"output": {"message": {"role": "assistant", "content": [content]}}, "stopReason": "end_turn"});
    decode_response(&Bytes::from(body.to_string()), &context("moonshotai.kimi-k2.5"), ResponseMetadata::new())
        .unwrap()
}

#[test]
fn written_call_is_a_call_wherever_its_text_is_split() {
    let text = format!("Sure. {KIMI}");
    let expected = whole(&json!({"text": text}));
    assert_eq!(expected.text(), "Sure. ");
    assert_eq!(expected.finish_reason.as_ref().unwrap().as_str(), "tool_calls");
    for at in 1..text.len() {
        let (events, response) = run(&pieces(&text, at));
        assert_eq!(response.messages, expected.messages, "{at}");
        assert_eq!(response.finish_reason, expected.finish_reason, "{at}");
        assert_eq!(response.notes.iter().filter(|note| note.rule == "response.tool_call").count(), 1, "{at}");
        let texts = events.iter().filter_map(|event| match event {
            StreamEvent::Text { text, .. } => Some(text.as_str()),
            _ => None,
        });
        assert_eq!(texts.collect::<String>(), "Sure. ", "{at}");
        let calls = events.iter().filter(|event| matches!(event, StreamEvent::ToolCall { .. })).count();
        assert_eq!(calls, 1, "{at}");
    }
}

#[test]
fn call_that_is_written_into_the_reasoning_is_a_call() {
    let (events, response) = run(&[json!({"reasoningContent": {"text": format!("hm {KIMI}")}})]);
    let expected = whole(&json!({"reasoningContent": {"reasoningText": {"text": format!("hm {KIMI}")}}}));
    assert_eq!(response.messages, expected.messages);
    assert!(events.iter().all(|event| !format!("{event:?}").contains("<|")), "{events:?}");
    assert_eq!(response.tool_calls().count(), 1);
}

#[test]
fn text_that_only_looks_like_a_call_stays_text() {
    for text in ["a <b> <|", "<tool_call>{\"name\":", "{\"name\":\"x\"}", "<|tool_call_begin|>f:0"] {
        for at in 0..=text.len() {
            let (events, response) = run(&pieces(text, at));
            assert_eq!(response.text(), text);
            let texts = events.iter().filter_map(|event| match event {
                StreamEvent::Text { text, .. } => Some(text.as_str()),
                _ => None,
            });
            assert_eq!(texts.collect::<String>(), text, "{at}");
        }
    }
}
