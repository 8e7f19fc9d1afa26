//! Retries and time limits.

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
async fn what_is_throttled_is_sent_again_byte_for_byte() {
    for mode in [RetryMode::Standard, RetryMode::Legacy] {
        let emulator = loopback::serve(&throttled(1)).await;
        let retry = Retry::new().with_attempts(3).with_mode(mode);
        let client = loopback::builder(&emulator).retry(retry).build().await.expect("a client");
        client.create(&loopback::question()).await.expect("the second attempt is answered");
        let requests = emulator.requests();
        assert_eq!(requests.len(), 2, "{mode:?}");
        assert_eq!(requests[0].body(), requests[1].body());
    }
}

#[tokio::test]
async fn attempts_are_counted_with_the_first_one() {
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
async fn what_is_wrong_is_not_sent_again() {
    for exception in
        ["ValidationException", "AccessDeniedException", "ResourceNotFoundException", "ModelErrorException"]
    {
        let script = format!(r#"[{{"error": {{"type": "{exception}", "message": "No."}}, "times": 3}}]"#);
        let emulator = loopback::serve(&script).await;
        let client = loopback::builder(&emulator).retry(Retry::new().with_attempts(3)).build().await;
        client.expect("a client").create(&loopback::question()).await.expect_err("it is wrong");
        assert_eq!(emulator.requests().len(), 1, "{exception}");
    }
}

/// A reply that was being waited for may be under way, and is billed: sending again would bill it twice.
#[tokio::test]
async fn a_time_limit_ends_the_call_and_sends_nothing_again() {
    let emulator = loopback::serve(r#"[{"stall": true, "times": 9}]"#).await;
    let client = loopback::builder(&emulator)
        .retry(Retry::new().with_attempts(4))
        .read_timeout(Duration::from_millis(200))
        .build()
        .await
        .expect("a client");
    let start = Instant::now();
    let error = client.create(&loopback::question()).await.expect_err("no reply comes");
    assert_eq!((error.kind(), error.stage()), (ErrorKind::Timeout, Stage::Waiting));
    assert!(start.elapsed() >= Duration::from_millis(200));
    assert_eq!(emulator.requests().len(), 1);
}

#[tokio::test]
async fn sending_again_after_a_time_limit_can_be_asked_for() {
    let emulator = loopback::serve(r#"[{"stall": true}]"#).await;
    let client = loopback::builder(&emulator)
        .retry(Retry::new().with_attempts(2).with_resend_unanswered())
        .read_timeout(Duration::from_millis(200))
        .build()
        .await
        .expect("a client");
    client.create(&loopback::question()).await.expect("the second attempt is answered");
    assert_eq!(emulator.requests().len(), 2);
}

#[tokio::test]
async fn a_reply_within_the_limit_is_waited_for() {
    let reply = loopback::reply("At last.");
    let emulator = loopback::serve(&format!(r#"[{{"reply": {reply}, "delay_ms": 300}}]"#)).await;
    let client = loopback::builder(&emulator).read_timeout(Duration::from_secs(20)).build().await;
    let response = client.expect("a client").create(&loopback::question()).await.expect("an answer");
    assert_eq!(response.text(), "At last.");
}

#[tokio::test]
async fn a_connection_that_is_not_made_in_time_was_never_sent_on() {
    // A listener whose queue is full: it is never asked for the connections that wait in it.
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket.bind(([127, 0, 0, 1], 0).into()).expect("a port is free");
    let listener = socket.listen(1).expect("it listens");
    let address = listener.local_addr().expect("it has an address");
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
    let error = client.create(&loopback::question()).await.expect_err("no connection is made");
    assert_eq!((error.kind(), error.stage()), (ErrorKind::Timeout, Stage::Sending), "{error:?}");
}
