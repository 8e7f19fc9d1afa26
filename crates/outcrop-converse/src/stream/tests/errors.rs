//! Tests of streams that fail: truncated, malformed, or ended by an exception.

use outcrop_core::{ErrorKind, ModelError, ResponseStatus, Stage, StreamEvent};

use super::{END, START, decoder, drain, run};
use crate::event_stream::{FrameDecoder, HeaderValue, encode_frame};

const TEXT: &str = r#"contentBlockDelta {"contentBlockIndex":0,"delta":{"text":"secret text"}}"#;

/// Asserts that an error has the text received before it, and does not print it.
fn assert_partial_response(error: &ModelError) {
    let partial = error.partial_response().unwrap();
    assert_eq!(partial.text(), "secret text");
    assert_eq!(partial.status, Some(ResponseStatus::Failed));
    assert_eq!(error.request_id(), Some("r-1"));
    assert_eq!(error.stage(), Stage::Streaming);
    assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
}

#[test]
fn end_without_message_stop_is_incomplete_with_the_partial_response() {
    for events in [
        vec![START, TEXT],
        vec![START, TEXT, r#"contentBlockStop {"contentBlockIndex":0}"#],
        // Usage alone is not the end (M59).
        vec![START, TEXT, r#"metadata {"usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2}}"#],
    ] {
        let error = run(&events).end.unwrap_err();
        let expected = (ErrorKind::Incomplete, Some("IncompleteStream"));
        assert_eq!((error.kind(), error.code()), expected, "{events:?}");
        assert_partial_response(&error);
    }
    assert_eq!(run(&[]).end.unwrap_err().partial_response().unwrap().messages, []);
}

#[test]
fn exceptions_have_their_kind_and_retry_advice() {
    for (name, kind, code, retryable) in [
        ("internalServerException", ErrorKind::Unavailable, "InternalServerException", true),
        ("modelStreamErrorException", ErrorKind::ModelFailure, "ModelStreamErrorException", true),
        ("validationException", ErrorKind::InvalidRequest, "ValidationException", false),
        ("throttlingException", ErrorKind::Throttled, "ThrottlingException", true),
        ("serviceUnavailableException", ErrorKind::Unavailable, "ServiceUnavailableException", true),
    ] {
        for body in [r#"{"message":"too bad","p":"x"}"#, "{}", "<html>"] {
            let error = run(&[START, TEXT, &format!("{name} {body}"), END]).end.unwrap_err();
            let found = (error.kind(), error.code(), error.is_retryable());
            assert_eq!(found, (kind, Some(code), retryable), "{name} {body}");
            assert_eq!(error.to_string().starts_with("too bad"), body.contains("bad"), "{error}");
            assert_partial_response(&error);
        }
    }
    // Unknown to the service model.
    let error = run(&[START, TEXT, r#"modelTimeoutException {"message":"too bad"}"#]).end.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Timeout, Some("ModelTimeoutException")));
    assert_partial_response(&error);
    let error = run(&[START, TEXT, r#"unknownException {"message":"too bad"}"#]).end.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Unavailable, Some("UnknownException")));
    let with_original = r#"modelStreamErrorException {"message":"it failed","originalStatusCode":500,"originalMessage":"boom"}"#;
    let error = run(&[START, TEXT, with_original]).end.unwrap_err();
    assert!(error.to_string().starts_with("it failed: boom"), "{error}");
}

#[test]
fn error_frames_become_errors() {
    for (code, kind) in [
        ("InternalFailure", ErrorKind::Unavailable),
        ("ThrottlingException", ErrorKind::Throttled),
        ("SomethingNew", ErrorKind::Unavailable),
    ] {
        let headers = [
            (":message-type", HeaderValue::String("error")),
            (":error-code", HeaderValue::String(code)),
            (":error-message", HeaderValue::String("too bad")),
        ];
        let mut frames = FrameDecoder::new();
        frames.feed(encode_frame(&headers, b"").unwrap().into());
        let mut decoder = decoder();
        decoder.handle_frame(&frames.next_frame().unwrap().unwrap());
        let error = drain(&mut decoder, &mut Vec::new()).unwrap();
        assert_eq!((error.kind(), error.code()), (kind, Some(code)));
        assert!(error.to_string().starts_with("too bad"), "{error}");
    }
}

#[test]
fn unknown_frames_are_passed_on_until_the_stream_has_failed() {
    let headers = [(":message-type", HeaderValue::String("new-type"))];
    let bytes: bytes::Bytes = encode_frame(&headers, b"{}").unwrap().into();
    let mut frames = FrameDecoder::new();
    frames.feed(bytes.clone());
    let mut decoder = decoder();
    decoder.handle_frame(&frames.next_frame().unwrap().unwrap());
    assert!(matches!(decoder.poll_event(), Some(Ok(StreamEvent::Other { name, .. })) if name == "new-type"));
    decoder.handle_end();
    assert!(matches!(decoder.poll_event(), Some(Err(_))));
    frames.feed(bytes);
    decoder.handle_frame(&frames.next_frame().unwrap().unwrap());
    assert!(decoder.poll_event().is_none(), "the error is the last event");
}

#[test]
fn malformed_events_are_noted_and_kept() {
    // A response is billed as it is generated, so that one bad event must not cost the rest (R-L1).
    const MORE: &str = r#"contentBlockDelta {"contentBlockIndex":0,"delta":{"text":"!"}}"#;
    for (event, text, path) in [
        (r#"messageStart {}"#, "secret text!", "messageStart.role"),
        (r#"contentBlockDelta {"contentBlockIndex":0}"#, "secret text!", "contentBlockDelta"),
        (
            r#"contentBlockDelta {"contentBlockIndex":-1,"delta":{"text":"a"}}"#,
            "secret texta!",
            "contentBlockDelta.contentBlockIndex",
        ),
        (
            r#"contentBlockDelta {"delta":{"text":"a"}}"#,
            "secret texta!",
            "contentBlockDelta.contentBlockIndex",
        ),
        (
            r#"contentBlockDelta {"contentBlockIndex":0,"delta":{"text":7}}"#,
            "secret text7!",
            "contentBlockDelta.delta.text",
        ),
        (
            r#"contentBlockDelta {"contentBlockIndex":0,"delta":["x"]}"#,
            "secret text!",
            "contentBlockDelta.delta",
        ),
        (
            r#"contentBlockStop {"contentBlockIndex":"x"}"#,
            "secret text !",
            "contentBlockStop.contentBlockIndex",
        ),
        (r#"metadata []"#, "secret text!", "metadata"),
        (r#"contentBlockDelta {"conte"#, "secret text!", "contentBlockDelta"),
    ] {
        let outcome = run(&[START, TEXT, event, MORE, END]);
        let response = outcome.end.unwrap();
        assert_eq!(response.text(), text, "{event}");
        assert!(response.notes.iter().any(|note| note.path == path), "{event}: {:?}", response.notes);
    }
    let response = run(&[START, TEXT, r#"messageStop {"stopReason":7}"#]).end.unwrap();
    assert_eq!((response.text().as_str(), response.finish_reason), ("secret text", None));
    assert_eq!(response.provider_metadata.get("stopReason").map(outcrop_core::RawJson::as_str), Some("7"));
    let usage = r#"metadata {"usage":{"inputTokens":"1","outputTokens":2},"metrics":{"latencyMs":7.5}}"#;
    let response = run(&[START, TEXT, END, usage]).end.unwrap();
    assert_eq!((response.usage.prompt_tokens, response.usage.completion_tokens), (None, Some(2)));
    let paths: Vec<_> = response.notes.iter().map(|note| note.path.as_str()).collect();
    assert_eq!(paths, ["metadata.usage.inputTokens", "metadata.metrics.latencyMs"]);
    let kept = serde_json::to_string(&response.provider_metadata).unwrap();
    assert!(kept.contains(r#""inputTokens":"1""#) && kept.contains("7.5"), "{kept}");
}

#[test]
fn null_members_and_type_names_do_not_hide_a_delta() {
    let response = run(&[
        START,
        r#"contentBlockDelta {"contentBlockIndex":0,"delta":{"__type":"x#Delta","text":"a","toolUse":null},"p":"x"}"#,
        r#"contentBlockDelta {"contentBlockIndex":0,"delta":{"text":"b","annotations":[1]}}"#,
        r#"contentBlockStop {"contentBlockIndex":0}"#,
        r#"contentBlockStart {"contentBlockIndex":1,"start":{"__type":"y","toolUse":{"toolUseId":"t","name":"f","type":null},"image":null}}"#,
        r#"contentBlockDelta {"contentBlockIndex":1,"delta":{"toolUse":{"input":{"a":1}}}}"#,
        r#"messageStop {"stopReason":"tool_use"}"#,
    ])
    .end
    .unwrap();
    assert_eq!(response.text(), "ab");
    let [call] = response.tool_calls().collect::<Vec<_>>()[..] else { panic!("{response:?}") };
    assert_eq!((call.id.as_str(), call.arguments.as_str()), ("t", r#"{"a":1}"#));
    assert!(serde_json::to_string(&response.provider_metadata).unwrap().contains("annotations"));
}

#[test]
fn failure_after_the_end_of_the_message_is_a_note() {
    // Only usage and metrics may be missing then (R-L3).
    let exception = r#"internalServerException {"message":"too bad"}"#;
    let response = run(&[START, TEXT, END, exception]).end.unwrap();
    assert_eq!((response.text().as_str(), response.usage.prompt_tokens), ("secret text", None));
    assert!(response.notes[0].message.contains("InternalServerException"), "{:?}", response.notes);
    let mut decoder = decoder();
    for event in [START, TEXT, END] {
        let (name, json) = event.split_once(' ').unwrap();
        decoder.handle_json(name, json.as_bytes());
    }
    decoder.handle_failure(ModelError::new(ErrorKind::Connection, "gone").with_code("ConnectionBroken"));
    let mut events = Vec::new();
    assert!(drain(&mut decoder, &mut events).is_none() && decoder.is_finished());
    let Some(StreamEvent::Completed { response }) = events.pop() else { panic!("{events:?}") };
    assert!(response.notes[0].message.contains("ConnectionBroken") && response.cost.is_none());
}

#[test]
fn exceptions_keep_their_payload_and_their_message() {
    // As in whole responses (R-L6).
    let error = run(&[START, TEXT, r#"throttlingException {"Message":"too bad"}"#]).end.unwrap_err();
    assert!(error.to_string().starts_with("too bad"), "{error}");
    let error = run(&[START, TEXT, "throttlingException <html>slow</html>"]).end.unwrap_err();
    assert_eq!(error.body().map(|body| &body[..]), Some(&b"<html>slow</html>"[..]));
}

#[test]
fn exceptions_have_the_status_that_the_service_documents() {
    for (name, status) in [
        ("validationException", 400),
        ("serviceQuotaExceededException", 400),
        ("accessDeniedException", 403),
        ("resourceNotFoundException", 404),
        ("modelTimeoutException", 408),
        ("modelErrorException", 424),
        ("modelStreamErrorException", 424),
        ("modelNotReadyException", 429),
        ("throttlingException", 429),
        ("internalServerException", 500),
        ("serviceUnavailableException", 503),
        ("unknownException", 500),
    ] {
        let error = run(&[START, TEXT, &format!(r#"{name} {{"message":"m"}}"#)]).end.unwrap_err();
        assert_eq!(error.status(), Some(status), "{name}");
    }
}

#[test]
fn failure_from_outside_gets_the_partial_response_and_is_the_last_event() {
    let mut decoder = decoder();
    let (name, json) = TEXT.split_once(' ').unwrap();
    decoder.handle_json(name, json.as_bytes());
    let gone = ModelError::new(ErrorKind::Connection, "gone").with_stage(Stage::Streaming);
    decoder.handle_failure(gone);
    let mut events = Vec::new();
    assert_partial_response(&drain(&mut decoder, &mut events).unwrap());
    assert_eq!(events.len(), 1);
    decoder.handle_json(name, json.as_bytes());
    decoder.handle_end();
    assert!(decoder.poll_event().is_none() && decoder.is_finished());
}

#[test]
fn malformed_payloads_never_panic() {
    for payload in [&b""[..], b"\xff", b"null", b"[]", b"{}", b"{\"p\":1}", &[b'['; 100_000]] {
        for name in
            ["", "messageStart", "contentBlockDelta", "metadata", "throttlingException", "unknownEvent"]
        {
            let mut decoder = decoder();
            decoder.handle_json(name, payload);
            let _ = drain(&mut decoder, &mut Vec::new());
            decoder.handle_end();
            let _ = drain(&mut decoder, &mut Vec::new());
            assert!(decoder.is_finished());
        }
    }
}
