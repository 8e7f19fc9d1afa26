//! Scripts over real connections.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use outcrop_emulator::{Emulator, Script};

use crate::client::{Client, NOVA, post, user_body};

const COUNT_BODY: &str =
    r#"{"input": {"converse": {"messages": [{"role": "user", "content": [{"text": "hi"}]}]}}}"#;
const GUARDRAIL_BODY: &str = r#"{"source": "INPUT", "content": [{"text": {"text": "hi"}}]}"#;

async fn playing(script: &str) -> Emulator {
    let script = Script::from_json(script).expect("a script");
    Emulator::builder().script(script).start().await.expect("a start")
}

#[tokio::test]
async fn scripted_response_is_sent_byte_for_byte() {
    let written = "{ \"z\": 1.0,\n  \"n\": 12345678901234567890,\n  \"metrics\": {\"latencyMs\": 321} }";
    let emulator = playing(&format!(r#"[{{"reply": {written} }}]"#)).await;
    let response = post(&emulator, NOVA, &user_body("hi")).await;
    assert_eq!(response.status, 200);
    assert_eq!(String::from_utf8_lossy(&response.body), written);
    assert_eq!(response.header("content-type"), Some("application/json"));
    assert_eq!(response.header("x-amzn-bedrock-invocation-latency"), Some("321"));
    let next = post(&emulator, NOVA, &user_body("hi")).await;
    assert_eq!(
        next.json()["output"]["message"]["content"][0]["text"],
        "You said: hi",
        "after the script, the default model answers"
    );
}

#[tokio::test]
async fn scripted_errors_precede_success() {
    let emulator = playing(
        r#"[{"error": {"type": "ThrottlingException", "message": "Too many requests", "headers": {"retry-after": "1"}}, "times": 2},
            {"error": {"type": "Teapot", "status": 418}}]"#,
    )
    .await;
    for _ in 0..2 {
        let response = post(&emulator, NOVA, &user_body("hi")).await;
        assert_eq!((response.status, response.exception()), (429, Some("ThrottlingException")));
        assert_eq!(response.message(), "Too many requests");
        assert_eq!(response.header("retry-after"), Some("1"));
    }
    let response = post(&emulator, NOVA, &user_body("hi")).await;
    assert_eq!((response.status, response.exception()), (418, Some("Teapot")));
    assert_eq!(post(&emulator, NOVA, &user_body("hi")).await.status, 200);
}

#[tokio::test]
async fn invalid_requests_use_no_exchange() {
    let emulator = playing(r#"[{"reply": {"turn": 1}}]"#).await;
    assert_eq!(post(&emulator, NOVA, "{}").await.status, 400);
    assert_eq!(post(&emulator, NOVA, &user_body("hi")).await.json()["turn"], 1);
}

#[tokio::test]
async fn strict_script_rejects_other_requests() {
    let emulator =
        playing(r#"{"strict": true, "exchanges": [{"when": {"text": "known"}, "reply": {}}]}"#).await;
    assert_eq!(post(&emulator, NOVA, &user_body("well known")).await.status, 200);
    let response = post(&emulator, NOVA, &user_body("well known")).await;
    assert_eq!((response.status, response.exception()), (400, Some("ValidationException")));
    assert_eq!(response.message(), "The script of this emulator has nothing left for converse.");
}

#[tokio::test]
async fn models_and_operations_of_a_script_exist() {
    let emulator = playing(
        r#"[{"when": {"model": "my-model"}, "reply": {"of": "mine"}},
            {"when": {"operation": "count-tokens"}, "reply": {"inputTokens": 5}},
            {"when": {"operation": "apply-guardrail", "model": "gr1"}, "reply": {"action": "NONE"}}]"#,
    )
    .await;
    assert_eq!(post(&emulator, "/model/my-model/converse", &user_body("hi")).await.json()["of"], "mine");
    assert_eq!(post(&emulator, "/model/your-model/converse", &user_body("hi")).await.status, 400);
    assert_eq!(post(&emulator, "/model/amazon.x/count-tokens", COUNT_BODY).await.json()["inputTokens"], 5);
    assert_eq!(
        post(&emulator, "/guardrail/gr1/version/1/apply", GUARDRAIL_BODY).await.json()["action"],
        "NONE"
    );
}

#[tokio::test]
async fn raw_responses_are_sent_unchanged() {
    let emulator = playing(
        r#"[{"status": 502, "headers": {"content-type": "text/html"}, "body": "<html>"},
            {"body_base64": "/wA="},
            {"body": "{\"output\"", "headers": {"content-length": "50"}},
            {"body": "0123456789", "headers": {"content-length": "4"}},
            {"status": 503}]"#,
    )
    .await;
    let html = post(&emulator, NOVA, &user_body("hi")).await;
    assert_eq!((html.status, html.header("content-type")), (502, Some("text/html")));
    assert_eq!(html.body, b"<html>");
    assert!(html.header("x-amzn-requestid").is_some());
    assert_eq!(post(&emulator, NOVA, &user_body("hi")).await.body, [0xff, 0]);

    let mut client = Client::connect(&emulator).await;
    let cut =
        client.post(NOVA, &user_body("hi")).await.expect_err("a response that is shorter than its length");
    assert_eq!(cut.kind(), ErrorKind::UnexpectedEof);
    assert_eq!(client.rest(), b"{\"output\"");

    assert_eq!(post(&emulator, NOVA, &user_body("hi")).await.body, b"0123");
    let empty = post(&emulator, NOVA, &user_body("hi")).await;
    assert_eq!((empty.status, empty.body.len()), (503, 0));
}

#[tokio::test]
async fn delayed_response_arrives_late() {
    let emulator = playing(r#"[{"reply": {}, "delay_ms": 120}]"#).await;
    let start = Instant::now();
    post(&emulator, NOVA, &user_body("hi")).await;
    assert!(start.elapsed() >= Duration::from_millis(120));
}

#[tokio::test]
async fn scripted_close_ends_the_connection() {
    let emulator = playing(r#"[{"close": "before_reply"}, {"close": "before_request"}]"#).await;
    let mut client = Client::connect(&emulator).await;
    let closed = client.post(NOVA, &user_body("hi")).await.expect_err("no response");
    assert!(matches!(closed.kind(), ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset), "{closed}");

    // Only the head of this request is sent. If the emulator waited for the body, this would hang.
    let mut client = Client::connect(&emulator).await;
    let head =
        format!("POST {NOVA} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\nContent-Length: 1000\r\n\r\n");
    client.write(head.as_bytes()).await.expect("a head is sent");
    let closed = client.read().await.expect_err("no response");
    assert!(matches!(closed.kind(), ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset), "{closed}");

    assert_eq!(post(&emulator, NOVA, &user_body("hi")).await.status, 200);
    let received: Vec<_> = emulator.requests().iter().map(|request| request.body().len()).collect();
    assert_eq!(received, [user_body("hi").len(), 0, user_body("hi").len()]);
}

#[tokio::test]
async fn stalled_exchange_does_not_block_shutdown() {
    let emulator = playing(r#"[{"stall": true}]"#).await;
    let mut client = Client::connect(&emulator).await;
    let body = user_body("hi");
    let waiting = tokio::time::timeout(Duration::from_millis(150), client.post(NOVA, &body)).await;
    assert!(waiting.is_err(), "no response");
    assert_eq!(post(&emulator, NOVA, &user_body("hi")).await.status, 200, "other requests are served");
    let start = Instant::now();
    emulator.shutdown().await;
    assert!(start.elapsed() < Duration::from_secs(2));
    assert!(client.read().await.is_err(), "the connection is closed");
}
