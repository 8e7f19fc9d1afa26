//! Responses of services that are compatible with OpenAI's API.

use super::ChatStreamDecoder;
use crate::error::{ErrorKind, ModelError, Stage};
use crate::openai::{ChatChunks, ChatCompletion};
use crate::response::{FinishReason, ResponseStatus, UnifiedResponse};
use crate::stream::StreamEvent;

const COMPLETION: &str = r#"{"id": "c-1", "object": "chat.completion", "created": 7, "model": "m", "choices": [{"index": 0,
    "message": {"role": "assistant", "content": "Let me see.", "reasoning_content": "Weather.", "tool_calls": [
        {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": "{\"city\": \"Lisbon\"}"}},
        {"id": "call_2", "type": "function", "function": {"name": "get_time", "arguments": {"zone": "WET"}}}]},
    "finish_reason": "tool_calls"}],
    "usage": {"prompt_tokens": 20, "completion_tokens": 9, "total_tokens": 29, "prompt_tokens_details": {"cached_tokens": 12},
        "completion_tokens_details": {"reasoning_tokens": 3}}}"#;

fn read(json: &str) -> Result<UnifiedResponse, ModelError> {
    UnifiedResponse::from_chat_completion(json.as_bytes(), "some-provider")
}

fn decode(chunks: &[&str]) -> Vec<Result<StreamEvent, ModelError>> {
    let mut decoder = ChatStreamDecoder::new("some-provider");
    for chunk in chunks {
        decoder.feed(format!("data: {chunk}\r\n\r\n").as_bytes());
    }
    decoder.end();
    std::iter::from_fn(|| decoder.next_event()).collect()
}

fn completed(events: Vec<Result<StreamEvent, ModelError>>) -> UnifiedResponse {
    match events.into_iter().last() {
        Some(Ok(StreamEvent::Completed { response })) => *response,
        other => panic!("{other:?}"),
    }
}

#[test]
fn completion_has_text_reasoning_calls_and_usage() {
    let response = read(COMPLETION).unwrap();
    assert_eq!(
        (response.text().as_str(), response.id.as_str(), response.model.as_str()),
        ("Let me see.", "c-1", "m")
    );
    assert_eq!(response.reasoning().next().unwrap().reasoning, "Weather.");
    let calls: Vec<_> =
        response.tool_calls().map(|call| (&*call.id, &*call.name, &*call.arguments)).collect();
    let expected =
        [("call_1", "get_weather", r#"{"city": "Lisbon"}"#), ("call_2", "get_time", r#"{"zone":"WET"}"#)];
    assert_eq!(calls, expected);
    let usage = &response.usage;
    assert_eq!((usage.prompt_tokens, usage.cache_read_input_tokens), (Some(20), Some(12)));
    assert_eq!(usage.get("reasoning_tokens"), Some(3.into()));
    assert_eq!(response.finish_reason, Some(FinishReason::ToolCalls));
    assert_eq!((response.status, response.created), (Some(ResponseStatus::Completed), Some(7)));
}

#[test]
fn completion_that_outcrop_wrote_is_read_again() {
    let response = read(COMPLETION).unwrap();
    let json = serde_json::to_string(&ChatCompletion::from(&response)).unwrap();
    let again = read(&json).unwrap();
    assert_eq!(again.messages, response.messages);
    assert_eq!(again.finish_reason, response.finish_reason);
}

#[test]
fn chunks_that_outcrop_wrote_are_read_to_an_equal_response() {
    let response = read(COMPLETION).unwrap();
    let mut chunks = ChatChunks::new("c-1", "m");
    let sse: String = StreamEvent::replay(response.clone())
        .into_iter()
        .flat_map(|event| chunks.push(event))
        .map(|chunk| chunk.to_sse())
        .collect();
    // Cut at each byte, in characters as well.
    for cut in 0..sse.len() {
        let mut decoder = ChatStreamDecoder::new("some-provider");
        let (first, second) = sse.as_bytes().split_at(cut);
        decoder.feed(first);
        decoder.feed(second);
        decoder.end();
        let read = completed(std::iter::from_fn(|| decoder.next_event()).collect());
        assert_eq!(read.messages, response.messages, "{cut}");
    }
}

#[test]
fn stream_of_a_sloppy_service_is_read() {
    // Without indexes, ids of later parts, usage and `[DONE]`.
    let events = decode(&[
        r#"{"id": "c-1", "choices": [{"delta": {"role": "assistant", "content": ""}}]}"#,
        r#"{"choices": [{"delta": {"tool_calls": [{"id": "a", "function": {"name": "one", "arguments": "{\"x\""}}]}}]}"#,
        r#"{"choices": [{"delta": {"tool_calls": [{"function": {"arguments": ": 1}"}}]}}]}"#,
        r#"{"choices": [{"delta": {"tool_calls": [{"id": "b", "function": {"arguments": "{}", "name": "two"}}]}}]}"#,
        r#"{"choices": [{"delta": {}, "finish_reason": "tool_calls"}]}"#,
    ]);
    let names = events.iter().map(|event| match event.as_ref().unwrap() {
        StreamEvent::Started { .. } => "started",
        StreamEvent::ToolCall { .. } => "call",
        StreamEvent::Arguments { .. } => "arguments",
        StreamEvent::BlockCompleted { .. } => "block",
        StreamEvent::Stopped { .. } => "stopped",
        StreamEvent::Completed { .. } => "completed",
        other => panic!("{other:?}"),
    });
    let names: Vec<_> = names.collect();
    let expected = [
        "started",
        "call",
        "arguments",
        "arguments",
        "call",
        "arguments",
        "block",
        "block",
        "stopped",
        "completed",
    ];
    assert_eq!(names, expected);
    let response = completed(events);
    let calls: Vec<_> = response.tool_calls().map(|call| (&*call.id, &*call.arguments)).collect();
    assert_eq!(calls, [("a", r#"{"x": 1}"#), ("b", "{}")]);
}

#[test]
fn stream_that_breaks_or_fails_ends_with_the_response_so_far() {
    let start = r#"{"choices": [{"delta": {"content": "The "}}]}"#;
    let failure = r#"{"error": {"message": "overloaded", "type": "server_error"}}"#;
    for (chunks, kind) in [
        (vec![start], ErrorKind::Incomplete),
        (vec![start, failure, start], ErrorKind::Unavailable),
        (vec![start, "{"], ErrorKind::InvalidResponse),
    ] {
        let mut events = decode(&chunks);
        let error = events.pop().unwrap().unwrap_err();
        assert_eq!((error.kind(), error.stage()), (kind, Stage::Streaming));
        assert_eq!(error.partial_response().unwrap().text(), "The ");
        assert!(events.iter().all(Result::is_ok));
    }
}

#[test]
fn error_has_the_kind_of_its_code_or_its_status() {
    let cases = [
        (
            400,
            r#"{"error": {"message": "m", "code": "context_length_exceeded"}}"#,
            ErrorKind::ContextOverflow,
        ),
        (
            400,
            r#"{"message": "This model's maximum context length is 8192 tokens."}"#,
            ErrorKind::ContextOverflow,
        ),
        (422, r#"{"error": {"message": "m", "param": "top_p"}}"#, ErrorKind::InvalidRequest),
        (429, r#"{"error": {"message": "m", "code": "insufficient_quota"}}"#, ErrorKind::QuotaExceeded),
        (401, "no JSON", ErrorKind::Unauthenticated),
        (503, "", ErrorKind::Unavailable),
        (200, r#"{"error": "broken"}"#, ErrorKind::Other),
    ];
    for (status, body, kind) in cases {
        let error = ModelError::from_openai(status, body.as_bytes());
        assert_eq!((error.kind(), error.status()), (kind, Some(status)), "{body}");
    }
    let error = ModelError::from_openai(422, cases[2].1.as_bytes());
    assert_eq!((error.message(), error.path()), ("m", Some("top_p")));
    assert_eq!(read(r#"{"choices": []}"#).unwrap_err().kind(), ErrorKind::InvalidResponse);
}
