//! Streams that are odd: what is still an answer, and where an error may come, over the real wire.

use outcrop::{ErrorKind, ModelClient as _, ModelError, Stage, UnifiedResponse};

use crate::support::loopback;

/// What a stream of these steps comes to.
async fn streamed(steps: &[&str]) -> Result<UnifiedResponse, ModelError> {
    let emulator = loopback::serve(&format!(r#"[{{"events": [{}]}}]"#, steps.join(","))).await;
    let client = loopback::client(&emulator).await;
    client.create_stream(&loopback::question()).await?.collect_response().await
}

const START: &str = r#"{"messageStart": {"role": "assistant"}}"#;
const WORDS: &str = r#"{"contentBlockDelta": {"delta": {"text": "words"}, "contentBlockIndex": 0}}"#;
const END_OF_BLOCK: &str = r#"{"contentBlockStop": {"contentBlockIndex": 0}}"#;
const STOP: &str = r#"{"messageStop": {"stopReason": "end_turn"}}"#;
const USAGE: &str = r#"{"metadata": {"usage": {"inputTokens": 3, "outputTokens": 2, "totalTokens": 5}}}"#;
const CALL: &str = r#"{"contentBlockStart": {"start": {"toolUse": {"toolUseId": "t", "name": "f"}}, "contentBlockIndex": 1}}"#;
const HALF_INPUT: &str =
    r#"{"contentBlockDelta": {"delta": {"toolUse": {"input": "{\"a\":"}}, "contentBlockIndex": 1}}"#;

#[tokio::test]
async fn odd_streams_are_answers_all_the_same() {
    for (what, steps) in [
        ("no start of the message", vec![WORDS, END_OF_BLOCK, STOP, USAGE]),
        ("two starts of the message", vec![START, START, WORDS, END_OF_BLOCK, STOP, USAGE]),
        ("a block that does not end", vec![START, WORDS, STOP, USAGE]),
        ("a block that ends twice", vec![START, WORDS, END_OF_BLOCK, END_OF_BLOCK, STOP, USAGE]),
        (
            "the end of a block that is not there",
            vec![START, r#"{"contentBlockStop": {"contentBlockIndex": 9}}"#, WORDS, STOP, USAGE],
        ),
        (
            "an index far away",
            vec![
                START,
                r#"{"contentBlockDelta": {"delta": {"text": "words"}, "contentBlockIndex": 2147483647}}"#,
                STOP,
                USAGE,
            ],
        ),
        ("the end of the message before that of the block", vec![START, WORDS, STOP, END_OF_BLOCK, USAGE]),
        ("two ends of the message", vec![START, WORDS, STOP, STOP, USAGE]),
        ("usage before the end", vec![START, WORDS, USAGE, END_OF_BLOCK, STOP]),
        ("usage twice", vec![START, WORDS, USAGE, USAGE, STOP]),
        ("no usage", vec![START, WORDS, END_OF_BLOCK, STOP]),
        ("words after all was said", vec![START, WORDS, STOP, USAGE, WORDS]),
        (
            "an event that nobody knows",
            vec![START, WORDS, r#"{"thinkingBreak": {"minutes": 5}}"#, STOP, USAGE],
        ),
        (
            "a member that nobody knows",
            vec![
                START,
                r#"{"contentBlockDelta": {"delta": {"text": "words"}, "contentBlockIndex": 0, "new": 1.0}}"#,
                STOP,
                USAGE,
            ],
        ),
        (
            "empty deltas",
            vec![
                START,
                r#"{"contentBlockDelta": {"delta": {"text": ""}, "contentBlockIndex": 0}}"#,
                WORDS,
                STOP,
                USAGE,
            ],
        ),
        (
            "a frame of another type",
            vec![
                START,
                WORDS,
                r#"{"frame": {"headers": {":message-type": "weather"}, "body": "{}"}}"#,
                STOP,
                USAGE,
            ],
        ),
        (
            "an event without a type",
            vec![
                START,
                WORDS,
                r#"{"frame": {"headers": {":message-type": "event"}, "body": "{}"}}"#,
                STOP,
                USAGE,
            ],
        ),
        ("garbage after all was said", vec![START, WORDS, STOP, USAGE, r#"{"bytes_base64": "PGh0bWw+"}"#]),
        ("another role", vec![r#"{"messageStart": {"role": "critic"}}"#, WORDS, STOP, USAGE]),
        (
            "a byte at a time",
            vec![
                START,
                r#"{"contentBlockDelta": {"delta": {"text": "words"}, "contentBlockIndex": 0}, "pieces_of": 1}"#,
                STOP,
                USAGE,
            ],
        ),
    ] {
        let response = streamed(&steps).await.unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(response.text(), "words", "{what}");
        let expected = if what == "no usage" { Some(0) } else { Some(5) };
        assert_eq!(response.usage.total_tokens, expected, "{what}");
    }
}

#[tokio::test]
async fn an_error_may_come_anywhere() {
    const EXCEPTION: &str = r#"{"throttlingException": {"message": "No."}}"#;
    const UNKNOWN: &str = r#"{"strikeException": {"message": "No."}}"#;
    for (what, steps, text, calls) in [
        ("first of all", vec![EXCEPTION], "", 0),
        ("after the start", vec![START, EXCEPTION], "", 0),
        ("after words", vec![START, WORDS, EXCEPTION], "words", 0),
        ("within the input of a tool", vec![START, WORDS, CALL, HALF_INPUT, EXCEPTION], "words", 1),
        ("after the end of the message", vec![START, WORDS, STOP, EXCEPTION], "words", 0),
    ] {
        let error = streamed(&steps).await.expect_err(what);
        assert_eq!((error.kind(), error.stage()), (ErrorKind::Throttled, Stage::Streaming), "{what}");
        let partial = error.partial_response().expect(what);
        assert_eq!((partial.text().as_str(), partial.tool_calls().count()), (text, calls), "{what}");
        assert!(partial.tool_calls().all(|call| call.is_incomplete()), "{what}");
    }
    let error = streamed(&[START, WORDS, UNKNOWN]).await.expect_err("an exception that nobody knows");
    assert_eq!((error.code(), error.message()), (Some("StrikeException"), "No."));
    assert_eq!(error.partial_response().map(UnifiedResponse::text).as_deref(), Some("words"));
}

#[tokio::test]
async fn a_call_that_was_cut_off_is_marked_and_not_made_up() {
    let cut = r#"{"messageStop": {"stopReason": "max_tokens"}}"#;
    let response = streamed(&[START, CALL, HALF_INPUT, cut, USAGE]).await.expect("an answer");
    let call = response.tool_calls().next().expect("the call");
    assert_eq!((call.arguments.as_str(), call.is_incomplete()), (r#"{"a":"#, true));
    assert_eq!(response.finish_reason.as_ref().map(|reason| reason.as_str()), Some("length"));
}
