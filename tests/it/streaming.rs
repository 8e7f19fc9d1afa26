//! Streams over the real wire: what they say, how they break, and what is left then.

use std::time::{Duration, Instant};

use outcrop::{ErrorKind, ModelClient as _, ModelRequest, Retry, Stage, StreamEvent, Timeouts};
use outcrop_emulator::{Emulator, Ending};
use serde_json::json;

use crate::support::loopback;

/// Steps of a script, as JSON.
const START: &str = r#"{"messageStart": {"role": "assistant"}}"#;
const PART: &str = r#"{"contentBlockDelta": {"delta": {"text": "part"}, "contentBlockIndex": 0}}"#;
const STOP: &str = r#"{"messageStop": {"stopReason": "end_turn"}}"#;
const USAGE: &str = r#"{"metadata": {"usage": {"inputTokens": 3, "outputTokens": 2, "totalTokens": 5}, "metrics": {"latencyMs": 7}}}"#;

/// An emulator whose first stream has these steps.
async fn streams(steps: &[&str]) -> Emulator {
    loopback::serve(&format!(r#"[{{"events": [{}]}}]"#, steps.join(","))).await
}

/// A client that waits briefly.
async fn impatient(emulator: &Emulator, retry: Retry) -> outcrop::BedrockClient {
    let limits = Timeouts::default()
        .with_first_event(Duration::from_millis(600))
        .with_idle(Duration::from_millis(300));
    loopback::builder(emulator).timeouts(limits).retry(retry).build().await.expect("a client")
}

#[tokio::test]
async fn an_answer_comes_step_by_step_and_is_the_answer_in_one_piece() {
    let emulator = loopback::serve_model().await;
    let client = loopback::client(&emulator).await;
    let mut stream = client.create_stream(&loopback::question()).await.expect("a stream");
    let request_id = stream.request_id().expect("known before the first event").to_owned();
    let mut words = String::new();
    let mut texts = 0;
    let mut last = None;
    while let Some(event) = stream.next().await {
        let event = event.expect("a good stream");
        if let Some(text) = event.text() {
            words.push_str(text);
            texts += 1;
        }
        last = Some(event);
    }
    let Some(StreamEvent::Completed { response }) = last else { panic!("the last event is {last:?}") };
    assert!(texts > 1, "the words come in pieces");
    assert_eq!((response.text(), response.id.as_str()), (words, request_id.as_str()));

    let mut whole = client.create(&loopback::question()).await.expect("an answer");
    whole.id.clone_from(&response.id);
    whole.created = response.created;
    assert_eq!(*response, whole);
    assert!(response.cost.is_some_and(|cost| cost > 0.0));
}

#[tokio::test]
async fn words_alone_and_the_whole_answer_can_be_had() {
    let emulator = loopback::serve_model().await;
    let client = loopback::client(&emulator).await;
    let whole = client
        .create_stream(&loopback::question())
        .await
        .expect("a stream")
        .collect_response()
        .await
        .expect("good");
    let mut text = client.create_stream(&loopback::question()).await.expect("a stream").text_stream();
    let mut words = String::new();
    while let Some(piece) = text.next().await {
        words.push_str(&piece.expect("good"));
    }
    assert_eq!(words, whole.text());
}

/// What is wrong with a stream, and what its error is.
struct Fault {
    what: &'static str,
    steps: Vec<&'static str>,
    kind: ErrorKind,
    code: &'static str,
    retryable: bool,
}

#[tokio::test]
async fn every_fault_of_a_stream_is_told_apart_and_keeps_what_came() {
    let connection = |what, steps| Fault {
        what,
        steps,
        kind: ErrorKind::Connection,
        code: "ConnectionBroken",
        retryable: true,
    };
    let incomplete = |what, steps| Fault {
        kind: ErrorKind::Incomplete,
        code: "IncompleteStream",
        ..connection(what, steps)
    };
    let broken = |what, steps| Fault {
        kind: ErrorKind::InvalidResponse,
        code: "BrokenStream",
        ..connection(what, steps)
    };
    let exception = |steps, kind, code, retryable| Fault { what: code, steps, kind, code, retryable };
    let faults = [
        incomplete("a clean end before the message's", vec![START, PART]),
        incomplete("usage alone ends nothing", vec![START, PART, USAGE]),
        connection("a response that is cut", vec![START, PART, r#"{"close": "cut", "delay_ms": 20}"#]),
        connection("a reset", vec![START, PART, r#"{"close": "reset", "delay_ms": 50}"#]),
        broken(
            "a wrong checksum of a prelude",
            vec![
                START,
                PART,
                r#"{"contentBlockStop": {"contentBlockIndex": 0}, "damage": "prelude_checksum"}"#,
            ],
        ),
        broken(
            "a wrong checksum of a frame",
            vec![
                START,
                PART,
                r#"{"contentBlockStop": {"contentBlockIndex": 0}, "damage": "message_checksum"}"#,
            ],
        ),
        broken(
            "a byte that changed",
            vec![
                START,
                PART,
                r#"{"contentBlockStop": {"contentBlockIndex": 0}, "damage": {"flip_byte": 40}}"#,
            ],
        ),
        broken(
            "an end within a frame",
            vec![
                START,
                PART,
                r#"{"contentBlockStop": {"contentBlockIndex": 0}, "damage": {"keep_bytes": 40}}"#,
            ],
        ),
        broken(
            "bytes that are no frames",
            vec![START, PART, r#"{"bytes_base64": "PGh0bWw+YSBwYWdlIG9mIHNvbWUgcHJveHk8L2h0bWw+"}"#],
        ),
        Fault {
            code: "InvalidEvent",
            retryable: false,
            ..broken(
                "an event that is none",
                vec![START, PART, r#"{"contentBlockDelta": {"contentBlockIndex": -1}}"#],
            )
        },
        exception(
            vec![START, PART, r#"{"internalServerException": {"message": "No."}}"#],
            ErrorKind::Unavailable,
            "InternalServerException",
            true,
        ),
        exception(
            vec![
                START,
                PART,
                r#"{"modelStreamErrorException": {"message": "No.", "originalStatusCode": 500}}"#,
            ],
            ErrorKind::ModelFailure,
            "ModelStreamErrorException",
            true,
        ),
        exception(
            vec![START, PART, r#"{"validationException": {"message": "No."}}"#],
            ErrorKind::InvalidRequest,
            "ValidationException",
            false,
        ),
        exception(
            vec![START, PART, r#"{"throttlingException": {"message": "No."}}"#],
            ErrorKind::Throttled,
            "ThrottlingException",
            true,
        ),
        exception(
            vec![START, PART, r#"{"serviceUnavailableException": {"message": "No."}}"#],
            ErrorKind::Unavailable,
            "ServiceUnavailableException",
            true,
        ),
        exception(
            vec![START, PART, r#"{"error": {"code": "InternalFailure", "message": "No."}}"#],
            ErrorKind::Unavailable,
            "InternalFailure",
            true,
        ),
        Fault {
            what: "silence",
            steps: vec![START, PART, r#"{"stall": true}"#],
            kind: ErrorKind::Timeout,
            code: "IdleTimeout",
            retryable: true,
        },
        Fault {
            what: "a trickle that never makes an event",
            steps: vec![
                START,
                PART,
                r#"{"contentBlockDelta": {"delta": {"text": "slow"}, "contentBlockIndex": 0}, "pieces_of": 8, "delay_ms": 60}"#,
            ],
            kind: ErrorKind::Timeout,
            code: "IdleTimeout",
            retryable: true,
        },
    ];
    for Fault { what, steps, kind, code, retryable } in faults {
        let emulator = streams(&steps).await;
        let client = impatient(&emulator, Retry::new().with_attempts(3)).await;
        let stream = client.create_stream(&loopback::question()).await.expect("it begins well");
        let error = stream.collect_response().await.expect_err(what);
        assert_eq!((error.kind(), error.code()), (kind, Some(code)), "{what}: {error}");
        assert_eq!(error.stage(), Stage::Streaming, "{what}");
        assert_eq!(error.is_retryable(), retryable, "{what}");
        assert_eq!(error.partial_response().expect(what).text(), "part", "{what}");
        assert!(error.request_id().is_some_and(|id| !id.is_empty()), "{what}: {error}");
        assert_eq!((error.region(), error.model()), (Some("eu-west-1"), Some(loopback::MODEL)), "{what}");
        assert_eq!(emulator.requests().len(), 1, "{what}: nothing is sent again once the stream has begun");
    }
}

#[tokio::test]
async fn before_the_stream_begins_errors_are_those_of_other_calls_and_are_retried() {
    let throttled = r#"{"error": {"type": "ThrottlingException", "message": "Slow down."}, "times": 2}"#;
    let emulator = loopback::serve(&format!("[{throttled}]")).await;
    let client =
        loopback::builder(&emulator).retry(Retry::new().with_attempts(3)).build().await.expect("a client");
    client.create_stream(&loopback::question()).await.expect("the third attempt streams");
    assert_eq!(emulator.requests().len(), 3);

    let emulator = loopback::serve(&format!("[{throttled}]")).await;
    let error =
        loopback::client(&emulator).await.create_stream(&loopback::question()).await.expect_err("refused");
    assert_eq!(
        (error.kind(), error.status(), error.stage()),
        (ErrorKind::Throttled, Some(429), Stage::Replied)
    );
}

#[tokio::test]
async fn a_good_status_without_a_stream_is_an_error_with_its_body() {
    for (content_type, body) in
        [("text/html", "<html>A proxy</html>"), ("application/json", r#"{"message":"?"}"#)]
    {
        let script = json!([{"status": 200, "headers": {"content-type": content_type, "x-amzn-requestid": "id-1"}, "body": body}]);
        let emulator = loopback::serve(&script.to_string()).await;
        let error = loopback::client(&emulator)
            .await
            .create_stream(&loopback::question())
            .await
            .expect_err("no stream");
        assert_eq!(error.kind(), ErrorKind::InvalidResponse, "{error}");
        assert_eq!(error.request_id(), Some("id-1"));
        assert_eq!(error.body().expect("the body can be had").as_ref(), body.as_bytes());
    }
}

#[tokio::test]
async fn the_first_event_and_the_whole_stream_have_limits_of_their_own() {
    let late = |limits: Timeouts, steps: &'static [&'static str]| async move {
        let emulator = streams(steps).await;
        let client = loopback::builder(&emulator).timeouts(limits).build().await.expect("a client");
        let begun = Instant::now();
        let error = match client.create_stream(&loopback::question()).await {
            Ok(stream) => stream.collect_response().await.expect_err("too late"),
            Err(error) => error,
        };
        assert!(begun.elapsed() < Duration::from_secs(3), "{error}");
        assert_eq!(error.kind(), ErrorKind::Timeout);
        error.code().map(str::to_owned)
    };
    let short = Duration::from_millis(200);
    let code = late(Timeouts::default().with_first_event(short), &[r#"{"stall": true}"#]).await;
    assert_eq!(code.as_deref(), Some("FirstEventTimeout"));
    let slow = &[
        START,
        PART,
        r#"{"contentBlockDelta": {"delta": {"text": "s"}, "contentBlockIndex": 0}, "delay_ms": 600}"#,
        r#"{"stall": true}"#,
    ];
    let code = late(Timeouts::default().with_stream(Duration::from_millis(400)), slow).await;
    assert_eq!(code.as_deref(), Some("StreamTimeout"));
    let code = late(Timeouts::default().with_idle(short), slow).await;
    assert_eq!(code.as_deref(), Some("IdleTimeout"));

    // A service that says nothing at all.
    let emulator = loopback::serve(r#"[{"stall": true}]"#).await;
    let client = loopback::builder(&emulator).timeouts(Timeouts::default().with_first_event(short));
    let error = client
        .build()
        .await
        .expect("a client")
        .create_stream(&loopback::question())
        .await
        .expect_err("silence");
    assert_eq!((error.code(), error.stage()), (Some("FirstEventTimeout"), Stage::Waiting));
}

#[tokio::test]
async fn a_slow_reader_is_not_a_slow_service() {
    let emulator = streams(&[START, PART, STOP, USAGE]).await;
    let client = impatient(&emulator, Retry::never()).await;
    let mut stream = client.create_stream(&loopback::question()).await.expect("a stream");
    while let Some(event) = stream.next().await {
        event.expect("slow reading is no fault");
        tokio::time::sleep(Duration::from_millis(400)).await;
    }
}

#[tokio::test]
async fn dropping_a_stream_closes_its_connection() {
    let emulator = streams(&[START, PART, r#"{"stall": true}"#]).await;
    let client = loopback::client(&emulator).await;
    let mut stream = client.create_stream(&loopback::question()).await.expect("a stream");
    assert!(matches!(stream.next().await, Some(Ok(StreamEvent::Started { .. }))));
    drop(stream);
    emulator.recording().wait_until_idle().await;
    let exchanges = emulator.recording().exchanges();
    assert_eq!(exchanges[0].ending(), Some(Ending::ClientGone));
}

#[tokio::test]
async fn a_stream_that_was_read_to_its_end_leaves_its_connection_for_the_next_call() {
    let emulator = loopback::serve_model().await;
    let client = loopback::client(&emulator).await;
    for _ in 0..5 {
        client
            .create_stream(&loopback::question())
            .await
            .expect("a stream")
            .collect_response()
            .await
            .expect("good");
        client.create(&loopback::question()).await.expect("an answer");
    }
    assert_eq!(emulator.connections(), 1);
}

#[tokio::test]
async fn where_there_is_no_stream_the_whole_answer_is_handed_out_as_one() {
    // Known from the catalog: tools, but not in a stream.
    let emulator = loopback::serve_model().await;
    let client = loopback::client(&emulator).await;
    let tool = outcrop::ToolSpec::without_input("get_time");
    let request =
        ModelRequest::builder("us.meta.llama3-3-70b-instruct-v1:0").user("Name a river.").tool(tool).build();
    let response =
        client.create_stream(&request).await.expect("a stream").collect_response().await.expect("an answer");
    assert_eq!(emulator.requests()[0].path(), "/model/us.meta.llama3-3-70b-instruct-v1%3A0/converse");
    assert_eq!(response.notes[0].rule, "stream.fallback");

    // Learnt from the service.
    let refusal = r#"[{"when": {"operation": "converse-stream"}, "error": {"type": "ValidationException", "message": "This model doesn't support tool use in streaming mode."}}]"#;
    let emulator = loopback::serve(refusal).await;
    let client = loopback::client(&emulator).await;
    let response = client
        .create_stream(&loopback::question())
        .await
        .expect("a stream")
        .collect_response()
        .await
        .expect("an answer");
    assert_eq!(response.notes[0].rule, "stream.fallback");
    assert_eq!(emulator.requests().len(), 2);

    // Switched off.
    let emulator = loopback::serve(refusal).await;
    let client = loopback::builder(&emulator).no_stream_fallback().build().await.expect("a client");
    let error = client.create_stream(&loopback::question()).await.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(emulator.requests().len(), 1);
}

#[tokio::test]
async fn five_hundred_streams_at_once_do_not_meet() {
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
    let client = loopback::client(&emulator).await;
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
                assert_eq!(error.partial_response().expect("what came").text(), expected, "{error}");
            }
            (outcome, _) => panic!("{number}: {outcome:?}"),
        }
    }
}
