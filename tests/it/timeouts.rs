//! Timeouts and retries.

use std::time::{Duration, Instant};

use outcrop::transport::Environment;
use outcrop::{ErrorKind, ModelClient as _, Retry, RetryMode, Stage};

use crate::support::loopback;

const THROTTLED: &str =
    r#"{"error": {"type": "ThrottlingException", "message": "Slow down."}, "times": TIMES}"#;

fn throttled(times: u32) -> String {
    format!("[{}]", THROTTLED.replace("TIMES", &times.to_string()))
}

#[tokio::test]
async fn retries_send_identical_bytes() {
    for mode in [RetryMode::Standard, RetryMode::Legacy] {
        let emulator = loopback::serve(&throttled(1)).await;
        let retry = Retry::new().with_attempts(3).with_mode(mode);
        let client = loopback::builder(&emulator).retry(retry).build().await.expect("a client");
        client.create(&loopback::question()).await.expect("the second attempt succeeds");
        let requests = emulator.requests();
        assert_eq!(requests.len(), 2, "{mode:?}");
        assert_eq!(requests[0].body(), requests[1].body());
    }
}

#[tokio::test]
async fn attempts_include_the_first_one() {
    for (retry, variables, attempts) in [
        (Retry::new().with_attempts(2), None, 2),
        (Retry::never(), None, 1),
        (Retry::new(), Some("2"), 2),
        (Retry::new().with_attempts(1), Some("4"), 1),
    ] {
        let emulator = loopback::serve(&throttled(9)).await;
        let variables = variables.map(|count| ("AWS_MAX_ATTEMPTS", count));
        let client =
            loopback::builder(&emulator).retry(retry).environment(Environment::from_variables(variables));
        let error = client
            .build()
            .await
            .expect("a client")
            .create(&loopback::question())
            .await
            .expect_err("throttled");
        assert_eq!(error.kind(), ErrorKind::Throttled);
        assert_eq!(emulator.requests().len(), attempts, "{retry:?} {variables:?}");
    }
}

#[tokio::test]
async fn permanent_errors_are_not_retried() {
    for exception in
        ["ValidationException", "AccessDeniedException", "ResourceNotFoundException", "ModelErrorException"]
    {
        let script = format!(r#"[{{"error": {{"type": "{exception}", "message": "No."}}, "times": 3}}]"#);
        let emulator = loopback::serve(&script).await;
        let client = loopback::builder(&emulator).retry(Retry::new().with_attempts(3)).build().await;
        client.expect("a client").create(&loopback::question()).await.expect_err("the exception");
        assert_eq!(emulator.requests().len(), 1, "{exception}");
    }
}

// The response may still be generated, and is billed, so a retry would be billed again (L120, M57).
#[tokio::test]
async fn timed_out_request_is_not_retried() {
    let emulator = loopback::serve(r#"[{"stall": true, "times": 9}]"#).await;
    let client = loopback::builder(&emulator)
        .retry(Retry::new().with_attempts(4))
        .read_timeout(Duration::from_millis(200))
        .build()
        .await
        .expect("a client");
    let start = Instant::now();
    let error = client.create(&loopback::question()).await.expect_err("no response");
    assert_eq!((error.kind(), error.stage()), (ErrorKind::Timeout, Stage::Waiting));
    assert!(start.elapsed() >= Duration::from_millis(200));
    assert_eq!(emulator.requests().len(), 1);
}

#[tokio::test]
async fn timed_out_request_is_retried_with_option() {
    let emulator = loopback::serve(r#"[{"stall": true}]"#).await;
    let client = loopback::builder(&emulator)
        .retry(Retry::new().with_attempts(2).with_resend_unanswered())
        .read_timeout(Duration::from_millis(200))
        .build()
        .await
        .expect("a client");
    client.create(&loopback::question()).await.expect("the second attempt succeeds");
    assert_eq!(emulator.requests().len(), 2);
}

#[tokio::test]
async fn slow_response_within_the_limit_succeeds() {
    let body = loopback::response("At last.");
    let emulator = loopback::serve(&format!(r#"[{{"reply": {body}, "delay_ms": 300}}]"#)).await;
    let client = loopback::builder(&emulator).read_timeout(Duration::from_secs(20)).build().await;
    let response = client.expect("a client").create(&loopback::question()).await.expect("a response");
    assert_eq!(response.text(), "At last.");
}

#[tokio::test]
async fn connect_timeout_has_stage_sending() {
    // A listener that never accepts, and whose queue is full.
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket.bind(([127, 0, 0, 1], 0).into()).expect("a port is free");
    let listener = socket.listen(1).expect("a listener");
    let address = listener.local_addr().expect("an address");
    let mut queued = Vec::new();
    for _ in 0..4 {
        let connection = tokio::net::TcpStream::connect(address);
        queued.push(tokio::time::timeout(Duration::from_millis(50), connection).await);
    }
    let timeouts = outcrop::Timeouts::default().with_connect(Duration::from_millis(300));
    let emulator = loopback::serve_model().await;
    let client = loopback::builder(&emulator)
        .endpoint_url(format!("http://{address}"))
        .timeouts(timeouts)
        .build()
        .await
        .expect("a client");
    let error = client.create(&loopback::question()).await.expect_err("no connection");
    assert_eq!((error.kind(), error.stage()), (ErrorKind::Timeout, Stage::Sending), "{error:?}");
}
