//! Streams: their events, their errors with the partial response, their deadlines and their connections.

use std::time::{Duration, Instant};

use outcrop::{ErrorKind, ModelClient as _, ModelRequest, Retry, Stage, StreamEvent, Timeouts};
use outcrop_emulator::{Emulator, Ending};
use serde_json::json;

use crate::support::loopback;

/// Events of a script as JSON.
const START: &str = r#"{"messageStart": {"role": "assistant"}}"#;
const TEXT: &str = r#"{"contentBlockDelta": {"delta": {"text": "part"}, "contentBlockIndex": 0}}"#;
const STOP: &str = r#"{"messageStop": {"stopReason": "end_turn"}}"#;
const USAGE: &str = r#"{"metadata": {"usage": {"inputTokens": 3, "outputTokens": 2, "totalTokens": 5}, "metrics": {"latencyMs": 7}}}"#;

/// Starts an emulator whose first stream has these events.
async fn serve_stream(events: &[&str]) -> Emulator {
    loopback::serve(&format!(r#"[{{"events": [{}]}}]"#, events.join(","))).await
}

/// Builds a client with short deadlines.
async fn client_with_short_deadlines(emulator: &Emulator, retry: Retry) -> outcrop::BedrockClient {
    let limits = Timeouts::default()
        .with_first_event(Duration::from_millis(600))
        .with_idle(Duration::from_millis(300));
    loopback::builder(emulator).timeouts(limits).retry(retry).build().await.expect("a client")
}

#[tokio::test]
async fn streamed_response_equals_unary_response() {
    let emulator = loopback::serve_model().await;
    let client = loopback::client(&emulator).await;
    let mut stream = client.create_stream(&loopback::question()).await.expect("a stream");
    let request_id = stream.request_id().expect("a request id before the first event").to_owned();
    let mut text = String::new();
    let mut text_events = 0;
    let mut last = None;
    while let Some(event) = stream.next().await {
        let event = event.expect("an event");
        if let Some(part) = event.text() {
            text.push_str(part);
            text_events += 1;
        }
        last = Some(event);
    }
    let Some(StreamEvent::Completed { response }) = last else { panic!("the last event is {last:?}") };
    assert!(text_events > 1, "the text is not streamed");
    assert_eq!((response.text(), response.id.as_str()), (text, request_id.as_str()));

    let mut unary = client.create(&loopback::question()).await.expect("a response");
    unary.id.clone_from(&response.id);
    unary.created = response.created;
    assert_eq!(*response, unary);
    assert!(response.cost.is_some_and(|cost| cost > 0.0));
}

#[tokio::test]
async fn text_stream_equals_text_of_collected_response() {
    let emulator = loopback::serve_model().await;
    let client = loopback::client(&emulator).await;
    let response = client
        .create_stream(&loopback::question())
        .await
        .expect("a stream")
        .collect_response()
        .await
        .expect("a response");
    let mut stream = client.create_stream(&loopback::question()).await.expect("a stream").text_stream();
    let mut text = String::new();
    while let Some(part) = stream.next().await {
        text.push_str(&part.expect("text"));
    }
    assert_eq!(text, response.text());
}

/// A broken stream and its error.
struct Fault {
    description: &'static str,
    events: Vec<&'static str>,
    kind: ErrorKind,
    code: &'static str,
    is_retryable: bool,
}

#[tokio::test]
async fn broken_streams_are_errors_with_the_partial_response() {
    let connection = |description, events| Fault {
        description,
        events,
        kind: ErrorKind::Connection,
        code: "ConnectionBroken",
        is_retryable: true,
    };
    let incomplete = |description, events| Fault {
        kind: ErrorKind::Incomplete,
        code: "IncompleteStream",
        ..connection(description, events)
    };
    let broken = |description, events| Fault {
        kind: ErrorKind::InvalidResponse,
        code: "BrokenStream",
        ..connection(description, events)
    };
    let exception =
        |events, kind, code, is_retryable| Fault { description: code, events, kind, code, is_retryable };
    let faults = [
        incomplete("a clean end before that of the message", vec![START, TEXT]),
        incomplete("usage without the end of the message", vec![START, TEXT, USAGE]),
        connection("a truncated response", vec![START, TEXT, r#"{"close": "cut", "delay_ms": 20}"#]),
        connection("a reset connection", vec![START, TEXT, r#"{"close": "reset", "delay_ms": 50}"#]),
        broken(
            "a wrong checksum of a prelude",
            vec![
                START,
                TEXT,
                r#"{"contentBlockStop": {"contentBlockIndex": 0}, "damage": "prelude_checksum"}"#,
            ],
        ),
        broken(
            "a wrong checksum of a frame",
            vec![
                START,
                TEXT,
                r#"{"contentBlockStop": {"contentBlockIndex": 0}, "damage": "message_checksum"}"#,
            ],
        ),
        broken(
            "a changed byte",
            vec![
                START,
                TEXT,
                r#"{"contentBlockStop": {"contentBlockIndex": 0}, "damage": {"flip_byte": 40}}"#,
            ],
        ),
        broken(
            "an end within a frame",
            vec![
                START,
                TEXT,
                r#"{"contentBlockStop": {"contentBlockIndex": 0}, "damage": {"keep_bytes": 40}}"#,
            ],
        ),
        broken(
            "bytes that are not frames",
            vec![START, TEXT, r#"{"bytes_base64": "PGh0bWw+YSBwYWdlIG9mIHNvbWUgcHJveHk8L2h0bWw+"}"#],
        ),
        incomplete(
            "an invalid event, without the end of the message",
            vec![START, TEXT, r#"{"contentBlockDelta": {"contentBlockIndex": -1}}"#],
        ),
        exception(
            vec![START, TEXT, r#"{"internalServerException": {"message": "No."}}"#],
            ErrorKind::Unavailable,
            "InternalServerException",
            true,
        ),
        exception(
            vec![
                START,
                TEXT,
                r#"{"modelStreamErrorException": {"message": "No.", "originalStatusCode": 500}}"#,
            ],
            ErrorKind::ModelFailure,
            "ModelStreamErrorException",
            true,
        ),
        exception(
            vec![START, TEXT, r#"{"validationException": {"message": "No."}}"#],
            ErrorKind::InvalidRequest,
            "ValidationException",
            false,
        ),
        exception(
            vec![START, TEXT, r#"{"throttlingException": {"message": "No."}}"#],
            ErrorKind::Throttled,
            "ThrottlingException",
            true,
        ),
        exception(
            vec![START, TEXT, r#"{"serviceUnavailableException": {"message": "No."}}"#],
            ErrorKind::Unavailable,
            "ServiceUnavailableException",
            true,
        ),
        exception(
            vec![START, TEXT, r#"{"error": {"code": "InternalFailure", "message": "No."}}"#],
            ErrorKind::Unavailable,
            "InternalFailure",
            true,
        ),
        Fault {
            description: "no further events",
            events: vec![START, TEXT, r#"{"stall": true}"#],
            kind: ErrorKind::Timeout,
            code: "IdleTimeout",
            is_retryable: true,
        },
        Fault {
            description: "bytes that never complete an event",
            events: vec![
                START,
                TEXT,
                r#"{"contentBlockDelta": {"delta": {"text": "slow"}, "contentBlockIndex": 0}, "pieces_of": 8, "delay_ms": 60}"#,
            ],
            kind: ErrorKind::Timeout,
            code: "IdleTimeout",
            is_retryable: true,
        },
    ];
    for Fault { description, events, kind, code, is_retryable } in faults {
        let emulator = serve_stream(&events).await;
        let client = client_with_short_deadlines(&emulator, Retry::new().with_attempts(3)).await;
        let stream = client.create_stream(&loopback::question()).await.expect("a stream");
        let error = stream.collect_response().await.expect_err(description);
        assert_eq!((error.kind(), error.code()), (kind, Some(code)), "{description}: {error}");
        assert_eq!(error.stage(), Stage::Streaming, "{description}");
        assert_eq!(error.is_retryable(), is_retryable, "{description}");
        assert_eq!(error.partial_response().expect(description).text(), "part", "{description}");
        assert!(error.request_id().is_some_and(|id| !id.is_empty()), "{description}: {error}");
        assert_eq!(
            (error.region(), error.model()),
            (Some("eu-west-1"), Some(loopback::MODEL)),
            "{description}"
        );
        assert_eq!(emulator.requests().len(), 1, "{description}: a stream that has begun is not retried");
    }
}

#[tokio::test]
async fn errors_before_the_stream_begins_are_retried() {
    let throttled = r#"{"error": {"type": "ThrottlingException", "message": "Slow down."}, "times": 2}"#;
    let emulator = loopback::serve(&format!("[{throttled}]")).await;
    let client =
        loopback::builder(&emulator).retry(Retry::new().with_attempts(3)).build().await.expect("a client");
    client.create_stream(&loopback::question()).await.expect("the third attempt succeeds");
    assert_eq!(emulator.requests().len(), 3);

    let emulator = loopback::serve(&format!("[{throttled}]")).await;
    let error = loopback::client(&emulator)
        .await
        .create_stream(&loopback::question())
        .await
        .expect_err("a rejection");
    assert_eq!(
        (error.kind(), error.status(), error.stage()),
        (ErrorKind::Throttled, Some(429), Stage::Replied)
    );
}

#[tokio::test]
async fn status_200_without_a_stream_is_an_error_with_its_body() {
    for (content_type, body) in
        [("text/html", "<html>A proxy</html>"), ("application/json", r#"{"message":"?"}"#)]
    {
        let script = json!([{"status": 200, "headers": {"content-type": content_type, "x-amzn-requestid": "id-1"}, "body": body}]);
        let emulator = loopback::serve(&script.to_string()).await;
        let error = loopback::client(&emulator)
            .await
            .create_stream(&loopback::question())
            .await
            .expect_err("not a stream");
        assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{error}");
        assert_eq!(error.request_id(), Some("id-1"));
        assert_eq!(error.body().expect("a body").as_ref(), body.as_bytes());
    }
}

#[tokio::test]
async fn first_event_idle_and_stream_deadlines_are_separate() {
    let timeout_code = |limits: Timeouts, events: &'static [&'static str]| async move {
        let emulator = serve_stream(events).await;
        let client = loopback::builder(&emulator).timeouts(limits).build().await.expect("a client");
        let start = Instant::now();
        let error = match client.create_stream(&loopback::question()).await {
            Ok(stream) => stream.collect_response().await.expect_err("a timeout"),
            Err(error) => error,
        };
        assert!(start.elapsed() < Duration::from_secs(3), "{error}");
        assert_eq!(error.kind(), ErrorKind::Timeout);
        error.code().map(str::to_owned)
    };
    let short = Duration::from_millis(200);
    let code = timeout_code(Timeouts::default().with_first_event(short), &[r#"{"stall": true}"#]).await;
    assert_eq!(code.as_deref(), Some("FirstEventTimeout"));
    let slow = &[
        START,
        TEXT,
        r#"{"contentBlockDelta": {"delta": {"text": "s"}, "contentBlockIndex": 0}, "delay_ms": 600}"#,
        r#"{"stall": true}"#,
    ];
    let code = timeout_code(Timeouts::default().with_stream(Duration::from_millis(400)), slow).await;
    assert_eq!(code.as_deref(), Some("StreamTimeout"));
    let code = timeout_code(Timeouts::default().with_idle(short), slow).await;
    assert_eq!(code.as_deref(), Some("IdleTimeout"));

    // The service does not even send the head of a response.
    let emulator = loopback::serve(r#"[{"stall": true}]"#).await;
    let client = loopback::builder(&emulator).timeouts(Timeouts::default().with_first_event(short));
    let error = client
        .build()
        .await
        .expect("a client")
        .create_stream(&loopback::question())
        .await
        .expect_err("a timeout");
    assert_eq!((error.code(), error.stage()), (Some("FirstEventTimeout"), Stage::Waiting));
}

#[tokio::test]
async fn slow_reader_does_not_exceed_deadlines() {
    let emulator = serve_stream(&[START, TEXT, STOP, USAGE]).await;
    let client = client_with_short_deadlines(&emulator, Retry::never()).await;
    let mut stream = client.create_stream(&loopback::question()).await.expect("a stream");
    while let Some(event) = stream.next().await {
        event.expect("an event");
        tokio::time::sleep(Duration::from_millis(400)).await;
    }
}

#[tokio::test]
async fn dropping_a_stream_closes_its_connection() {
    let emulator = serve_stream(&[START, TEXT, r#"{"stall": true}"#]).await;
    let client = loopback::client(&emulator).await;
    let mut stream = client.create_stream(&loopback::question()).await.expect("a stream");
    assert!(matches!(stream.next().await, Some(Ok(StreamEvent::Started { .. }))));
    drop(stream);
    emulator.recording().wait_until_idle().await;
    let exchanges = emulator.recording().exchanges();
    assert_eq!(exchanges[0].ending(), Some(Ending::ClientGone));
}

#[tokio::test]
async fn connection_of_a_complete_stream_is_reused() {
    let emulator = loopback::serve_model().await;
    let client = loopback::client(&emulator).await;
    for _ in 0..5 {
        client
            .create_stream(&loopback::question())
            .await
            .expect("a stream")
            .collect_response()
            .await
            .expect("a response");
        client.create(&loopback::question()).await.expect("a response");
    }
    assert_eq!(emulator.connections(), 1);
}

#[tokio::test]
async fn unsupported_stream_falls_back_to_unary_call() {
    // The catalog knows that the model supports tools, but not in a stream.
    let emulator = loopback::serve_model().await;
    let client = loopback::client(&emulator).await;
    let tool = outcrop::ToolSpec::without_input("get_time");
    let request =
        ModelRequest::builder("us.meta.llama3-3-70b-instruct-v1:0").user("Name a river.").tool(tool).build();
    let response =
        client.create_stream(&request).await.expect("a stream").collect_response().await.expect("a response");
    assert_eq!(emulator.requests()[0].path(), "/model/us.meta.llama3-3-70b-instruct-v1%3A0/converse");
    assert_eq!(response.notes[0].rule, "stream.fallback");

    // The service rejects the stream.
    let rejection = r#"[{"when": {"operation": "converse-stream"}, "error": {"type": "ValidationException", "message": "This model doesn't support tool use in streaming mode."}}]"#;
    let emulator = loopback::serve(rejection).await;
    let client = loopback::client(&emulator).await;
    let response = client
        .create_stream(&loopback::question())
        .await
        .expect("a stream")
        .collect_response()
        .await
        .expect("a response");
    assert_eq!(response.notes[0].rule, "stream.fallback");
    assert_eq!(emulator.requests().len(), 2);

    // The fallback is disabled.
    let emulator = loopback::serve(rejection).await;
    let client = loopback::builder(&emulator).no_stream_fallback().build().await.expect("a client");
    let error = client.create_stream(&loopback::question()).await.expect_err("a rejection");
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(emulator.requests().len(), 1);
}

#[tokio::test]
async fn five_hundred_concurrent_streams_are_independent() {
    let faults = [
        None,
        Some(r#"{"close": "reset", "delay_ms": 5}"#),
        Some(r#"{"throttlingException": {"message": "No."}}"#),
        Some(r#"{"error": {"code": "InternalFailure", "message": "No."}}"#),
    ];
    let script: Vec<String> = (0..500)
        .map(|number| {
            let text = format!(r#"{{"contentBlockDelta": {{"delta": {{"text": "answer {number}"}}, "contentBlockIndex": 0}}}}"#);
            let end = faults[number % faults.len()].map_or_else(|| format!("{STOP},{USAGE}"), str::to_owned);
            format!(r#"{{"when": {{"text": "question {number}."}}, "events": [{START},{text},{end}]}}"#)
        })
        .collect();
    let emulator = loopback::serve(&format!("[{}]", script.join(","))).await;
    // Connecting has no part in this: on a busy machine, 500 connections at once take longer than the default limit.
    let timeouts = Timeouts::default().with_connect(Duration::from_secs(120));
    let client = loopback::builder(&emulator).timeouts(timeouts).build().await.expect("a client");
    let calls: Vec<_> = (0..500)
        .map(|number| {
            let client = client.clone();
            tokio::spawn(async move {
                let request =
                    ModelRequest::builder(loopback::MODEL).user(format!("question {number}.")).build();
                client.create_stream(&request).await.expect("a stream").collect_response().await
            })
        })
        .collect();
    for (number, call) in calls.into_iter().enumerate() {
        let outcome = call.await.expect("no panic");
        let expected = format!("answer {number}");
        match (outcome, number % faults.len()) {
            (Ok(response), 0) => assert_eq!(response.text(), expected),
            (Err(error), 1..) => {
                assert_eq!(error.partial_response().expect("a partial response").text(), expected, "{error}");
            }
            (outcome, _) => panic!("{number}: {outcome:?}"),
        }
    }
}
