//! Tests of streams that end badly.

use outcrop_core::{ErrorKind, ModelError, ResponseStatus, Stage, StreamEvent};

use super::{END, START, decoder, drain, run};
use crate::event_stream::{FrameDecoder, HeaderValue, encode_frame};

const WORDS: &str = r#"contentBlockDelta {"contentBlockIndex":0,"delta":{"text":"secret words"}}"#;

fn check_partial(error: &ModelError) {
    let partial = error.partial_response().unwrap();
    assert_eq!(partial.text(), "secret words");
    assert_eq!(partial.status, Some(ResponseStatus::Failed));
    assert_eq!(error.request_id(), Some("r-1"));
    assert_eq!(error.stage(), Stage::Streaming);
    assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
}

#[test]
fn an_end_without_the_end_of_the_message_is_an_error_with_what_came() {
    for events in [
        vec![START, WORDS],
        vec![START, WORDS, r#"contentBlockStop {"contentBlockIndex":0}"#],
        // Usage alone ends nothing.
        vec![START, WORDS, r#"metadata {"usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2}}"#],
    ] {
        let error = run(&events).end.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Incomplete, Some("IncompleteStream")));
        check_partial(&error);
    }
    assert_eq!(run(&[]).end.unwrap_err().partial_response().unwrap().messages, []);
}

#[test]
fn exceptions_are_typed_and_say_whether_to_try_again() {
    for (name, kind, code, retryable) in [
        ("internalServerException", ErrorKind::Unavailable, "InternalServerException", true),
        ("modelStreamErrorException", ErrorKind::ModelFailure, "ModelStreamErrorException", true),
        ("validationException", ErrorKind::InvalidRequest, "ValidationException", false),
        ("throttlingException", ErrorKind::Throttled, "ThrottlingException", true),
        ("serviceUnavailableException", ErrorKind::Unavailable, "ServiceUnavailableException", true),
    ] {
        for body in [r#"{"message":"too bad","p":"x"}"#, "{}", "<html>"] {
            let error = run(&[START, WORDS, &format!("{name} {body}"), END]).end.unwrap_err();
            assert_eq!(
                (error.kind(), error.code(), error.is_retryable()),
                (kind, Some(code), retryable),
                "{name}"
            );
            assert_eq!(error.to_string().starts_with("too bad"), body.contains("bad"), "{error}");
            check_partial(&error);
        }
    }
    // One that nobody knows yet.
    let error = run(&[START, WORDS, r#"modelTimeoutException {"message":"too bad"}"#]).end.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Timeout, Some("ModelTimeoutException")));
    check_partial(&error);
    let error = run(&[START, WORDS, r#"strikeException {"message":"too bad"}"#]).end.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Unavailable, Some("StrikeException")));
    let told = r#"modelStreamErrorException {"message":"it failed","originalStatusCode":500,"originalMessage":"boom"}"#;
    let error = run(&[START, WORDS, told]).end.unwrap_err();
    assert!(error.to_string().starts_with("it failed: boom"), "{error}");
}

#[test]
fn frames_of_errors_are_errors() {
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
fn frames_of_a_new_kind_are_passed_on_while_the_answer_comes_and_not_after_it() {
    let headers = [(":message-type", HeaderValue::String("rumour"))];
    let bytes: bytes::Bytes = encode_frame(&headers, b"{}").unwrap().into();
    let mut frames = FrameDecoder::new();
    frames.feed(bytes.clone());
    let mut decoder = decoder();
    decoder.handle_frame(&frames.next_frame().unwrap().unwrap());
    assert!(matches!(decoder.poll_event(), Some(Ok(StreamEvent::Other { name, .. })) if name == "rumour"));
    decoder.handle_end();
    assert!(matches!(decoder.poll_event(), Some(Err(_))));
    frames.feed(bytes);
    decoder.handle_frame(&frames.next_frame().unwrap().unwrap());
    assert!(decoder.poll_event().is_none(), "the error is the last");
}

#[test]
fn events_that_are_none_are_errors_with_their_place() {
    for (event, place) in [
        (r#"messageStart {}"#, "messageStart"),
        (r#"contentBlockDelta {"contentBlockIndex":0}"#, "contentBlockDelta"),
        (
            r#"contentBlockDelta {"contentBlockIndex":-1,"delta":{"text":"a"}}"#,
            "contentBlockDelta.contentBlockIndex",
        ),
        (r#"contentBlockDelta {"contentBlockIndex":0,"delta":{"text":7}}"#, "contentBlockDelta.delta.text"),
        (r#"messageStop {"stopReason":7}"#, "messageStop.stopReason"),
        (r#"metadata []"#, "metadata"),
        (r#"contentBlockDelta {"conte"#, "contentBlockDelta"),
    ] {
        let error = run(&[START, WORDS, event]).end.unwrap_err();
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::InvalidResponse, Some("InvalidEvent")),
            "{event}"
        );
        assert_eq!(error.path(), Some(place), "{event}");
        check_partial(&error);
    }
}

#[test]
fn a_failure_from_outside_gets_what_came_and_nothing_follows() {
    let mut decoder = decoder();
    let (name, json) = WORDS.split_once(' ').unwrap();
    decoder.handle_json(name, json.as_bytes());
    let gone = ModelError::new(ErrorKind::Connection, "gone").with_stage(Stage::Streaming);
    decoder.handle_failure(gone);
    let mut steps = Vec::new();
    check_partial(&drain(&mut decoder, &mut steps).unwrap());
    assert_eq!(steps.len(), 1);
    decoder.handle_json(name, json.as_bytes());
    decoder.handle_end();
    assert!(decoder.poll_event().is_none() && decoder.is_finished());
}

#[test]
fn no_bytes_are_any_trouble() {
    for payload in [&b""[..], b"\xff", b"null", b"[]", b"{}", b"{\"p\":1}", &[b'['; 100_000]] {
        for name in ["", "messageStart", "contentBlockDelta", "metadata", "throttlingException", "unheardOf"]
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
