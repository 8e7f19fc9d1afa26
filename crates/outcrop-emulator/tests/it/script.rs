//! Scripts, played over real connections.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use outcrop_emulator::{Emulator, Script};

use crate::client::{Client, NOVA, post, says};

const COUNTED: &str =
    r#"{"input": {"converse": {"messages": [{"role": "user", "content": [{"text": "hi"}]}]}}}"#;
const JUDGED: &str = r#"{"source": "INPUT", "content": [{"text": {"text": "hi"}}]}"#;

async fn playing(script: &str) -> Emulator {
    let script = Script::from_json(script).expect("a script");
    Emulator::builder().script(script).start().await.expect("a start")
}

#[tokio::test]
async fn a_reply_is_sent_byte_for_byte() {
    let written = "{ \"z\": 1.0,\n  \"n\": 12345678901234567890,\n  \"metrics\": {\"latencyMs\": 321} }";
    let emulator = playing(&format!(r#"[{{"reply": {written} }}]"#)).await;
    let reply = post(&emulator, NOVA, &says("hi")).await;
    assert_eq!(reply.status, 200);
    assert_eq!(String::from_utf8_lossy(&reply.body), written);
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(reply.header("x-amzn-bedrock-invocation-latency"), Some("321"));
    let next = post(&emulator, NOVA, &says("hi")).await;
    assert_eq!(
        next.json()["output"]["message"]["content"][0]["text"],
        "You said: hi",
        "then the default model"
    );
}

#[tokio::test]
async fn errors_come_in_order_and_then_success() {
    let emulator = playing(
        r#"[{"error": {"type": "ThrottlingException", "message": "Too many requests", "headers": {"retry-after": "1"}}, "times": 2},
            {"error": {"type": "Teapot", "status": 418}}]"#,
    )
    .await;
    for _ in 0..2 {
        let reply = post(&emulator, NOVA, &says("hi")).await;
        assert_eq!((reply.status, reply.exception()), (429, Some("ThrottlingException")));
        assert_eq!(reply.message(), "Too many requests");
        assert_eq!(reply.header("retry-after"), Some("1"));
    }
    let reply = post(&emulator, NOVA, &says("hi")).await;
    assert_eq!((reply.status, reply.exception()), (418, Some("Teapot")));
    assert_eq!(post(&emulator, NOVA, &says("hi")).await.status, 200);
}

#[tokio::test]
async fn bad_requests_use_up_no_turn() {
    let emulator = playing(r#"[{"reply": {"turn": 1}}]"#).await;
    assert_eq!(post(&emulator, NOVA, "{}").await.status, 400);
    assert_eq!(post(&emulator, NOVA, &says("hi")).await.json()["turn"], 1);
}

#[tokio::test]
async fn a_strict_script_answers_nothing_else() {
    let emulator =
        playing(r#"{"strict": true, "exchanges": [{"when": {"text": "known"}, "reply": {}}]}"#).await;
    assert_eq!(post(&emulator, NOVA, &says("well known")).await.status, 200);
    let reply = post(&emulator, NOVA, &says("well known")).await;
    assert_eq!((reply.status, reply.exception()), (400, Some("ValidationException")));
    assert_eq!(reply.message(), "The script of this emulator has nothing left for converse.");
}

#[tokio::test]
async fn models_and_operations_that_a_script_names_are_there() {
    let emulator = playing(
        r#"[{"when": {"model": "my-model"}, "reply": {"of": "mine"}},
            {"when": {"operation": "count-tokens"}, "reply": {"inputTokens": 5}},
            {"when": {"operation": "apply-guardrail", "model": "gr1"}, "reply": {"action": "NONE"}}]"#,
    )
    .await;
    assert_eq!(post(&emulator, "/model/my-model/converse", &says("hi")).await.json()["of"], "mine");
    assert_eq!(post(&emulator, "/model/your-model/converse", &says("hi")).await.status, 400);
    assert_eq!(post(&emulator, "/model/amazon.x/count-tokens", COUNTED).await.json()["inputTokens"], 5);
    assert_eq!(post(&emulator, "/guardrail/gr1/version/1/apply", JUDGED).await.json()["action"], "NONE");
}

#[tokio::test]
async fn raw_replies_may_be_wrong_in_any_way() {
    let emulator = playing(
        r#"[{"status": 502, "headers": {"content-type": "text/html"}, "body": "<html>"},
            {"body_base64": "/wA="},
            {"body": "{\"output\"", "headers": {"content-length": "50"}},
            {"body": "0123456789", "headers": {"content-length": "4"}},
            {"status": 503}]"#,
    )
    .await;
    let html = post(&emulator, NOVA, &says("hi")).await;
    assert_eq!((html.status, html.header("content-type")), (502, Some("text/html")));
    assert_eq!(html.body, b"<html>");
    assert!(html.header("x-amzn-requestid").is_some());
    assert_eq!(post(&emulator, NOVA, &says("hi")).await.body, [0xff, 0]);

    let mut client = Client::connect(&emulator).await;
    let cut = client.post(NOVA, &says("hi")).await.expect_err("a reply that is shorter than it says");
    assert_eq!(cut.kind(), ErrorKind::UnexpectedEof);
    assert_eq!(client.rest(), b"{\"output\"");

    assert_eq!(post(&emulator, NOVA, &says("hi")).await.body, b"0123");
    let empty = post(&emulator, NOVA, &says("hi")).await;
    assert_eq!((empty.status, empty.body.len()), (503, 0));
}

#[tokio::test]
async fn replies_can_be_late() {
    let emulator = playing(r#"[{"reply": {}, "delay_ms": 120}]"#).await;
    let start = Instant::now();
    post(&emulator, NOVA, &says("hi")).await;
    assert!(start.elapsed() >= Duration::from_millis(120));
}

#[tokio::test]
async fn connections_can_be_closed_instead_of_answered() {
    let emulator = playing(r#"[{"close": "before_reply"}, {"close": "before_request"}]"#).await;
    let mut client = Client::connect(&emulator).await;
    let closed = client.post(NOVA, &says("hi")).await.expect_err("no reply");
    assert!(matches!(closed.kind(), ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset), "{closed}");

    // Of this request only the head is sent: were the body waited for, nothing would happen.
    let mut client = Client::connect(&emulator).await;
    let head =
        format!("POST {NOVA} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\nContent-Length: 1000\r\n\r\n");
    client.write(head.as_bytes()).await.expect("a head is sent");
    let closed = client.read().await.expect_err("no reply");
    assert!(matches!(closed.kind(), ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset), "{closed}");

    assert_eq!(post(&emulator, NOVA, &says("hi")).await.status, 200);
    let received: Vec<_> = emulator.requests().iter().map(|request| request.body().len()).collect();
    assert_eq!(received, [says("hi").len(), 0, says("hi").len()]);
}

#[tokio::test]
async fn a_stalled_exchange_is_never_answered_and_keeps_nobody_from_stopping() {
    let emulator = playing(r#"[{"stall": true}]"#).await;
    let mut client = Client::connect(&emulator).await;
    let body = says("hi");
    let waiting = tokio::time::timeout(Duration::from_millis(150), client.post(NOVA, &body)).await;
    assert!(waiting.is_err(), "no reply");
    assert_eq!(post(&emulator, NOVA, &says("hi")).await.status, 200, "others are served meanwhile");
    let start = Instant::now();
    emulator.shutdown().await;
    assert!(start.elapsed() < Duration::from_secs(2));
    assert!(client.read().await.is_err(), "the connection is closed");
}
