//! The control of a running emulator over HTTP.

use std::time::Duration;

use outcrop_emulator::{Emulator, Script};
use serde_json::{Value, json};

use crate::client::{Client, HttpResponse, NOVA, SIGNED, post, user_body};

const PATH: &str = "/_outcrop/exchanges";

async fn control(emulator: &Emulator, method: &str, path: &str, body: &str) -> HttpResponse {
    Client::connect(emulator).await.send(method, path, &[], body.as_bytes()).await.expect("a response")
}

fn text(response: &HttpResponse) -> Value {
    response.json()["output"]["message"]["content"][0]["text"].clone()
}

fn reply(text: &str) -> Value {
    json!({"reply": {"output": {"message": {"role": "assistant", "content": [{"text": text}]}},
        "stopReason": "end_turn", "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2},
        "metrics": {"latencyMs": 1}}})
}

#[tokio::test]
async fn pushed_exchanges_are_played_after_the_script() {
    let script = Script::from_json(&json!([reply("from the script")]).to_string()).expect("a script");
    let emulator = Emulator::builder().script(script).start().await.expect("a start");
    let pushed =
        json!([reply("pushed"), {"error": {"type": "ThrottlingException", "message": "Slow."}}]).to_string();
    let added = control(&emulator, "POST", PATH, &pushed).await;
    assert_eq!((added.status, added.json()), (200, json!({"added": 2, "unused": 3})));
    let hi = user_body("hi");
    assert_eq!(text(&post(&emulator, NOVA, &hi).await), "from the script");
    assert_eq!(text(&post(&emulator, NOVA, &hi).await), "pushed");
    assert_eq!(post(&emulator, NOVA, &hi).await.status, 429);
    assert_eq!(text(&post(&emulator, NOVA, &hi).await), "You said: hi");

    let received = control(&emulator, "GET", PATH, "").await.json();
    let exchanges = received["exchanges"].as_array().expect("a list");
    assert_eq!(exchanges.len(), 4, "the control is not among them");
    assert_eq!(received["unused"], 0);
    assert_eq!(exchanges[2]["request"]["path"], NOVA);
    assert_eq!(exchanges[2]["request"]["body"], hi);
    assert_eq!(exchanges[2]["request"]["headers"]["authorization"], "AWS4-HMAC-SHA256 <hidden>");
    assert_eq!(exchanges[2]["response"]["status"], 429);
}

#[tokio::test]
async fn deletion_restores_the_start() {
    let script = Script::from_json(&json!([reply("from the script")]).to_string()).expect("a script");
    let emulator = Emulator::builder().script(script).start().await.expect("a start");
    let hi = user_body("hi");
    assert_eq!(text(&post(&emulator, NOVA, &hi).await), "from the script");
    control(&emulator, "POST", PATH, &json!([reply("pushed")]).to_string()).await;
    let deleted = control(&emulator, "DELETE", PATH, "").await;
    assert_eq!((deleted.status, deleted.json()), (200, json!({"unused": 1})));
    assert!(emulator.requests().is_empty());
    assert_eq!(text(&post(&emulator, NOVA, &hi).await), "from the script");
    assert_eq!(text(&post(&emulator, NOVA, &hi).await), "You said: hi", "what was pushed is gone");
}

#[tokio::test]
async fn reading_can_wait_until_no_exchange_is_in_progress() {
    let script = Script::from_json(
        r#"[{"delay_ms": 300, "error": {"type": "ThrottlingException", "message": "Slow."}}]"#,
    )
    .expect("a script");
    let emulator = Emulator::builder().script(script).start().await.expect("a start");
    let waiting = async {
        while emulator.requests().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let now = control(&emulator, "GET", PATH, "").await.json();
        let idle = control(&emulator, "GET", &format!("{PATH}?wait=idle"), "").await.json();
        (now["exchanges"][0]["response"].clone(), idle["exchanges"][0]["response"]["status"].clone())
    };
    let hi = user_body("hi");
    let (_, seen) = tokio::join!(post(&emulator, NOVA, &hi), waiting);
    assert_eq!(seen, (Value::Null, json!(429)));
}

#[tokio::test]
async fn invalid_requests_of_the_control_have_an_error() {
    let emulator = Emulator::start().await.expect("a start");
    let invalid = control(&emulator, "POST", PATH, r#"[{"reply": {}, "stall": true}]"#).await;
    assert_eq!(invalid.status, 400);
    assert!(invalid.message().contains("exchanges[0]"), "{}", invalid.message());
    assert_eq!(control(&emulator, "PUT", PATH, "").await.status, 405);
    let foreign = [("Origin", "https://example.com")];
    let page = Client::connect(&emulator).await.send("GET", PATH, &foreign, b"").await.expect("a response");
    assert_eq!(page.status, 403, "web pages cannot read what was received");
}

#[tokio::test]
async fn control_that_is_off_is_an_unknown_path() {
    let emulator = Emulator::builder().control(false).start().await.expect("a start");
    let answer =
        Client::connect(&emulator).await.send("GET", PATH, &[SIGNED], b"").await.expect("a response");
    assert_eq!(answer.json()["Version"], "1.0", "the answer of AWS to unknown paths");
    assert_eq!(emulator.requests().len(), 1);
}
