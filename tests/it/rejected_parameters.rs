//! Parameters that the service rejects by name, and clients that then do without them.

use outcrop::converse::Dialect;
use outcrop::{ErrorKind, ModelClient as _, ModelRequest, StreamEvent, UnifiedResponse};
use serde_json::Value;

use crate::support::loopback;

const REJECTED: &str = r#"{"error": {"type": "ValidationException", "message": "The model returned the following errors: `temperature` is deprecated for this model."}}"#;

fn question() -> ModelRequest {
    let mut request = loopback::question();
    request.sampling.temperature = serde_json::Number::from_f64(0.5);
    request.sampling.max_tokens = Some(9.into());
    request
}

fn inference(body: &[u8]) -> Value {
    serde_json::from_slice::<Value>(body).expect("JSON")["inferenceConfig"].clone()
}

fn rules(response: &UnifiedResponse) -> Vec<&str> {
    response.notes.iter().map(|note| note.rule.as_ref()).collect()
}

#[tokio::test]
async fn rejected_parameter_is_dropped_from_retry_and_later_requests() {
    // See `client::rejected_parameters` (M44).
    let emulator = loopback::serve(&format!("[{REJECTED}]")).await;
    let builder = loopback::builder(&emulator).dialect(Dialect::Converse).retry_without_rejected_parameters();
    let client = builder.build().await.expect("a client");
    for _ in 0..2 {
        let response = client.create(&question()).await.expect("a response");
        assert_eq!(rules(&response), ["params.refused"]);
        assert_eq!(response.notes[0].path, "temperature");
    }
    let mut stream = client.create_stream(&question()).await.expect("a stream");
    let mut last = None;
    while let Some(event) = stream.next().await {
        last = Some(event.expect("an event"));
    }
    assert!(
        matches!(last, Some(StreamEvent::Completed { response }) if rules(&response) == ["params.refused"])
    );
    let sent: Vec<Value> = emulator.requests().iter().map(|request| inference(request.body())).collect();
    let complete = serde_json::json!({"maxTokens": 9, "temperature": 0.5});
    let without = serde_json::json!({"maxTokens": 9});
    assert_eq!(sent, [complete, without.clone(), without.clone(), without]);
}

#[tokio::test]
async fn rejected_parameter_is_dropped_from_retried_stream() {
    let emulator = loopback::serve(&format!("[{REJECTED}]")).await;
    let builder = loopback::builder(&emulator).retry_without_rejected_parameters();
    let client = builder.build().await.expect("a client");
    client.create_stream(&question()).await.expect("a stream");
    let sent: Vec<Value> = emulator.requests().iter().map(|request| inference(request.body())).collect();
    assert_eq!(
        sent,
        [serde_json::json!({"maxTokens": 9, "temperature": 0.5}), serde_json::json!({"maxTokens": 9})]
    );
}

#[tokio::test]
async fn rejection_is_retried_once_and_only_with_option() {
    let second = REJECTED.replace("temperature", "top_p");
    let other = REJECTED.replace("temperature", "messages");
    for (script, has_option, is_strict, requests) in [
        (format!("[{REJECTED}]"), false, false, 1),
        (format!("[{REJECTED}]"), true, true, 1),
        (format!("[{other}]"), true, false, 1),
        (format!("[{REJECTED}, {REJECTED}]"), true, false, 2),
        (format!("[{REJECTED}, {second}]"), true, false, 2),
    ] {
        let emulator = loopback::serve(&script).await;
        let mut builder = loopback::builder(&emulator);
        if has_option {
            builder = builder.retry_without_rejected_parameters();
        }
        if is_strict {
            builder = builder.strict();
        }
        let client = builder.build().await.expect("a client");
        let error = client.create(&question()).await.expect_err("a rejection");
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert_eq!(emulator.requests().len(), requests, "{script}");
    }
}
