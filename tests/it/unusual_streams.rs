//! Unusual streams: which are still responses, and where exceptions may occur.

use outcrop::{ErrorKind, ModelClient as _, ModelError, Stage, UnifiedResponse};

use crate::support::loopback;

/// Requests a stream with these events and returns its response or error.
async fn collect(events: &[&str]) -> Result<UnifiedResponse, ModelError> {
    let emulator = loopback::serve(&format!(r#"[{{"events": [{}]}}]"#, events.join(","))).await;
    let client = loopback::client(&emulator).await;
    client.create_stream(&loopback::question()).await?.collect_response().await
}

const START: &str = r#"{"messageStart": {"role": "assistant"}}"#;
const TEXT: &str = r#"{"contentBlockDelta": {"delta": {"text": "text"}, "contentBlockIndex": 0}}"#;
const END_OF_BLOCK: &str = r#"{"contentBlockStop": {"contentBlockIndex": 0}}"#;
const STOP: &str = r#"{"messageStop": {"stopReason": "end_turn"}}"#;
const USAGE: &str = r#"{"metadata": {"usage": {"inputTokens": 3, "outputTokens": 2, "totalTokens": 5}}}"#;
const CALL: &str = r#"{"contentBlockStart": {"start": {"toolUse": {"toolUseId": "t", "name": "f"}}, "contentBlockIndex": 1}}"#;
const HALF_INPUT: &str =
    r#"{"contentBlockDelta": {"delta": {"toolUse": {"input": "{\"a\":"}}, "contentBlockIndex": 1}}"#;

#[tokio::test]
async fn unusual_streams_decode_to_responses() {
    for (description, events) in [
        ("no start of the message", vec![TEXT, END_OF_BLOCK, STOP, USAGE]),
        ("two starts of the message", vec![START, START, TEXT, END_OF_BLOCK, STOP, USAGE]),
        ("a block that does not end", vec![START, TEXT, STOP, USAGE]),
        ("a block that ends twice", vec![START, TEXT, END_OF_BLOCK, END_OF_BLOCK, STOP, USAGE]),
        (
            "the end of a block that has not begun",
            vec![START, r#"{"contentBlockStop": {"contentBlockIndex": 9}}"#, TEXT, STOP, USAGE],
        ),
        (
            "a large index",
            vec![
                START,
                r#"{"contentBlockDelta": {"delta": {"text": "text"}, "contentBlockIndex": 2147483647}}"#,
                STOP,
                USAGE,
            ],
        ),
        ("the end of the message before that of the block", vec![START, TEXT, STOP, END_OF_BLOCK, USAGE]),
        ("two ends of the message", vec![START, TEXT, STOP, STOP, USAGE]),
        ("usage before the end", vec![START, TEXT, USAGE, END_OF_BLOCK, STOP]),
        ("usage twice", vec![START, TEXT, USAGE, USAGE, STOP]),
        ("no usage", vec![START, TEXT, END_OF_BLOCK, STOP]),
        ("text after the end", vec![START, TEXT, STOP, USAGE, TEXT]),
        ("an unknown event", vec![START, TEXT, r#"{"futureEvent": {"minutes": 5}}"#, STOP, USAGE]),
        (
            "an unknown member",
            vec![
                START,
                r#"{"contentBlockDelta": {"delta": {"text": "text"}, "contentBlockIndex": 0, "new": 1.0}}"#,
                STOP,
                USAGE,
            ],
        ),
        (
            "empty deltas",
            vec![
                START,
                r#"{"contentBlockDelta": {"delta": {"text": ""}, "contentBlockIndex": 0}}"#,
                TEXT,
                STOP,
                USAGE,
            ],
        ),
        (
            "a frame of an unknown type",
            vec![
                START,
                TEXT,
                r#"{"frame": {"headers": {":message-type": "weather"}, "body": "{}"}}"#,
                STOP,
                USAGE,
            ],
        ),
        (
            "an event without a type",
            vec![
                START,
                TEXT,
                r#"{"frame": {"headers": {":message-type": "event"}, "body": "{}"}}"#,
                STOP,
                USAGE,
            ],
        ),
        ("other bytes after the end", vec![START, TEXT, STOP, USAGE, r#"{"bytes_base64": "PGh0bWw+"}"#]),
        ("another role", vec![r#"{"messageStart": {"role": "critic"}}"#, TEXT, STOP, USAGE]),
        (
            "one byte at a time",
            vec![
                START,
                r#"{"contentBlockDelta": {"delta": {"text": "text"}, "contentBlockIndex": 0}, "pieces_of": 1}"#,
                STOP,
                USAGE,
            ],
        ),
    ] {
        let response = collect(&events).await.unwrap_or_else(|error| panic!("{description}: {error}"));
        assert_eq!(response.text(), "text", "{description}");
        let expected = if description == "no usage" { None } else { Some(5) };
        assert_eq!(response.usage.total_tokens, expected, "{description}");
    }
}

#[tokio::test]
async fn exceptions_anywhere_are_errors_with_partial_response() {
    const EXCEPTION: &str = r#"{"throttlingException": {"message": "No."}}"#;
    const UNKNOWN: &str = r#"{"futureException": {"message": "No."}}"#;
    for (description, events, text, calls) in [
        ("at the start", vec![EXCEPTION], "", 0),
        ("after the first event", vec![START, EXCEPTION], "", 0),
        ("after text", vec![START, TEXT, EXCEPTION], "text", 0),
        ("within the input of a tool", vec![START, TEXT, CALL, HALF_INPUT, EXCEPTION], "text", 1),
    ] {
        let error = collect(&events).await.expect_err(description);
        assert_eq!((error.kind(), error.stage()), (ErrorKind::Throttled, Stage::Streaming), "{description}");
        let partial = error.partial_response().expect(description);
        assert_eq!((partial.text().as_str(), partial.tool_calls().count()), (text, calls), "{description}");
        assert!(partial.tool_calls().all(|call| call.is_incomplete()), "{description}");
    }
    // Only usage may be missing after the end of the message.
    let response = collect(&[START, TEXT, STOP, EXCEPTION]).await.expect("the message is complete");
    assert_eq!((response.text().as_str(), response.usage.prompt_tokens), ("text", None));
    assert!(response.notes.iter().any(|note| note.message.contains("ThrottlingException")));
    let error = collect(&[START, TEXT, UNKNOWN]).await.expect_err("an unknown exception");
    assert_eq!((error.code(), error.message()), (Some("FutureException"), "No."));
    assert_eq!(error.partial_response().map(UnifiedResponse::text).as_deref(), Some("text"));
}

#[tokio::test]
async fn truncated_tool_call_is_marked_as_incomplete() {
    let truncated = r#"{"messageStop": {"stopReason": "max_tokens"}}"#;
    let response = collect(&[START, CALL, HALF_INPUT, truncated, USAGE]).await.expect("a response");
    let call = response.tool_calls().next().expect("a tool call");
    assert_eq!((call.arguments.as_str(), call.is_incomplete()), (r#"{"a":"#, true));
    assert_eq!(response.finish_reason.as_ref().map(|reason| reason.as_str()), Some("length"));
}
