//! Responses as chunks: their order, their JSON and what they merge to.

mod equivalence;
mod fold;
#[cfg(feature = "client")]
mod stream;

use serde_json::json;

use crate::openai::{ChatChunks, ChatCompletionChunk, ChatError};
use crate::{
    CitationContent, ContentBlock, ErrorKind, FinishReason, ModelError, Role, StreamEvent, TextContent,
    ToolCallContent, ToolCallKind, UnifiedMessage, UnifiedResponse, Usage,
};

fn text(index: usize, text: &str) -> StreamEvent {
    StreamEvent::Text { index, text: text.to_owned() }
}

fn call(index: usize, id: &str, kind: Option<ToolCallKind>) -> StreamEvent {
    StreamEvent::ToolCall { index, id: id.to_owned(), name: "f".to_owned(), kind }
}

fn arguments(index: usize, json: &str) -> StreamEvent {
    StreamEvent::Arguments { index, json: json.to_owned() }
}

fn complete(index: usize, block: impl Into<ContentBlock>) -> StreamEvent {
    StreamEvent::BlockCompleted { index, blocks: vec![block.into()] }
}

fn response(content: Vec<ContentBlock>) -> UnifiedResponse {
    UnifiedResponse::new("r-1", "m", "bedrock", vec![UnifiedMessage::new(Role::Assistant, content)])
}

fn cited(text: &str) -> TextContent {
    TextContent { cited_by: Some(1), ..TextContent::new(text) }
}

/// Returns the chunks of events.
fn chunks(events: impl IntoIterator<Item = StreamEvent>) -> Vec<ChatCompletionChunk> {
    let mut chunks = ChatChunks::new("r-1", "m");
    events.into_iter().flat_map(|event| chunks.push(event)).collect()
}

/// Returns the deltas of the chunks of events, without the first chunk.
fn deltas(events: impl IntoIterator<Item = StreamEvent>) -> serde_json::Value {
    let json = serde_json::to_value(chunks(events)).unwrap();
    let emitted = json.as_array().unwrap().iter().skip(1).map(|chunk| chunk["choices"][0]["delta"].clone());
    emitted.collect()
}

#[test]
fn json_is_that_of_openai_with_cost() {
    let mut completed = response(vec!["Bern.".into()]);
    (completed.usage, completed.cost) = (Usage::new(3, 4), Some(0.5));
    completed.finish_reason = Some(FinishReason::Stop);
    let json = serde_json::to_value(chunks(StreamEvent::replay(completed))).unwrap();
    let chunk = |choices: serde_json::Value| json!({"id": "r-1", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": choices});
    let mut last = chunk(json!([]));
    last["usage"] = json!({"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7});
    last["cost"] = json!(0.5);
    let choice = |delta: serde_json::Value, finish_reason: Option<&str>| {
        chunk(json!([{"index": 0, "delta": delta, "finish_reason": finish_reason}]))
    };
    assert_eq!(
        json,
        json!([
            choice(json!({"role": "assistant", "content": ""}), None),
            choice(json!({"content": "Bern."}), None),
            choice(json!({}), Some("stop")),
            last,
        ]),
    );
}

#[test]
fn tool_call_indexes_count_only_calls_of_the_caller() {
    let events = [
        text(0, "I look."),
        call(1, "theirs", Some(ToolCallKind::ServerToolUse)),
        arguments(1, "{}"),
        call(3, "a", None),
        call(5, "b", None),
        arguments(5, r#"{"x""#),
        arguments(3, "{}"),
        arguments(5, ": 1}"),
    ];
    let first = |index: u32, id: &str| json!({"tool_calls": [{"index": index, "id": id, "type": "function", "function": {"name": "f", "arguments": ""}}]});
    let part =
        |index: u32, json: &str| json!({"tool_calls": [{"index": index, "function": {"arguments": json}}]});
    assert_eq!(
        deltas(events),
        json!([
            {"content": "I look."},
            first(0, "a"),
            first(1, "b"),
            part(1, r#"{"x""#),
            part(0, "{}"),
            part(1, ": 1}"),
        ]),
    );
}

#[test]
fn call_without_events_is_emitted_whole() {
    let whole = |id: &str, json: &str| json!({"tool_calls": [{"index": 0, "id": id, "type": "function", "function": {"name": "f", "arguments": json}}]});
    let empty = json!({"tool_calls": [{"index": 0, "function": {"arguments": "{}"}}]});
    let none = || ToolCallContent::new("a", "f", "{}");
    assert_eq!(deltas([call(0, "a", None), complete(0, none())]), json!([whole("a", ""), empty]));
    assert_eq!(deltas([complete(0, none())]), json!([whole("a", "{}")]));
    let from_completed = deltas([StreamEvent::completed(response(vec![none().into()]))]);
    assert_eq!(from_completed[0], whole("a", "{}"));
}

#[test]
fn text_is_held_back_only_until_its_separator_is_known() {
    let source = |index| StreamEvent::Citation {
        index,
        citation: Box::new(CitationContent::new("https://example.org", "t", "s")),
    };
    for (events, emitted) in [
        // The first block is emitted immediately. A second one waits until it is known that a space precedes it.
        (vec![text(0, "a"), text(0, "b"), complete(0, "ab")], json!([{"content": "a"}, {"content": "b"}])),
        (
            vec![text(0, "a"), complete(0, "a"), text(1, "b"), text(1, "c"), complete(1, "bc")],
            json!([{"content": "a"}, {"content": " bc"}]),
        ),
        // A citation removes the space, and text after a cited text does not wait.
        (
            vec![
                text(0, "a"),
                complete(0, "a"),
                text(1, "b"),
                source(1),
                text(1, "c"),
                complete(1, cited("bc")),
                text(2, "d"),
            ],
            json!([{"content": "a"}, {"content": "b"}, {"content": "c"}, {"content": "d"}]),
        ),
        // Blocks that interleave are emitted one after the other.
        (
            vec![text(0, "a"), text(1, "x"), complete(1, "x"), text(0, "b"), complete(0, "ab")],
            json!([{"content": "a"}, {"content": "b"}, {"content": " x"}]),
        ),
    ] {
        assert_eq!(deltas(events), emitted);
    }
}

#[test]
fn structured_output_precedes_the_finish_reason() {
    let structured = TextContent { structured: Some(true), ..TextContent::new(r#"{"a":1}"#) };
    let call = ToolCallContent::new("1", "f", r#"{"a":1}"#);
    let mut completed = response(vec![structured.into(), call.into()]);
    completed.finish_reason = Some(FinishReason::Stop);
    let emitted = chunks([call_event(), arguments(0, r#"{"a":1}"#), StreamEvent::completed(completed)]);
    let texts: Vec<_> = emitted.iter().filter_map(ChatCompletionChunk::text).collect();
    assert_eq!(texts, ["", r#"{"a":1}"#]);
    assert_eq!(emitted.iter().rev().nth(1).unwrap().choices[0].finish_reason, Some(FinishReason::Stop));
}

fn call_event() -> StreamEvent {
    call(0, "1", None)
}

#[test]
fn reasoning_is_separate_from_content_and_last_chunk_is_final() {
    let reasoning = |text: &str| StreamEvent::Reasoning { index: 0, text: text.to_owned() };
    assert_eq!(deltas([reasoning("hm"), reasoning("")]), json!([{"reasoning_content": "hm"}]));
    let mut mapper = ChatChunks::new("", "");
    let last = mapper.push(StreamEvent::completed(response(vec![])));
    assert_eq!((last[0].id.as_str(), last[0].model.as_str()), ("r-1", "m"), "the response has them");
    assert!(mapper.is_complete() && mapper.push(text(0, "late")).is_empty());
}

#[test]
fn errors_have_the_types_and_codes_of_openai() {
    for (kind, code, expected) in [
        (
            ErrorKind::InvalidRequest,
            Some("ValidationException"),
            ("invalid_request_error", Some("ValidationException")),
        ),
        (
            ErrorKind::ContextOverflow,
            Some("ValidationException"),
            ("invalid_request_error", Some("context_length_exceeded")),
        ),
        (
            ErrorKind::Throttled,
            Some("ThrottlingException"),
            ("rate_limit_error", Some("rate_limit_exceeded")),
        ),
        (ErrorKind::Unavailable, None, ("server_error", None)),
        (ErrorKind::Unauthenticated, None, ("authentication_error", None)),
    ] {
        let error = ModelError::new(kind, "it failed").with_path("messages[0]");
        let error = code.into_iter().fold(error, |error, code| error.with_code(code));
        let emitted = ChatError::from(&error).error;
        assert_eq!((emitted.kind, emitted.code.as_deref()), expected);
        assert!(emitted.message.contains("it failed"));
        assert_eq!(emitted.param.as_deref(), Some("messages[0]"));
    }
}

#[test]
fn debug_hides_text() {
    let events = [
        text(0, "secret"),
        StreamEvent::Reasoning { index: 1, text: "secret".to_owned() },
        call(2, "1", None),
        arguments(2, "secret"),
    ];
    let mut mapper = ChatChunks::new("r", "m");
    let emitted: Vec<_> = events.into_iter().flat_map(|event| mapper.push(event)).collect();
    assert_eq!(emitted.len(), 5);
    assert!(!format!("{emitted:?}{mapper:?}").contains("secret"));
}
