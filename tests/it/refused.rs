//! Parameters that the service refuses by their names, and clients that learn from it.

use outcrop::converse::Dialect;
use outcrop::{ErrorKind, ModelClient as _, ModelRequest, StreamEvent, UnifiedResponse};
use serde_json::Value;

use crate::support::loopback;

const REFUSED: &str = r#"{"error": {"type": "ValidationException", "message": "The model returned the following errors: `temperature` is deprecated for this model."}}"#;

fn question() -> ModelRequest {
    let mut request = loopback::question();
    request.sampling.temperature = serde_json::Number::from_f64(0.5);
    request.sampling.max_tokens = Some(9.into());
    request
}

fn inference(body: &[u8]) -> Value {
    serde_json::from_slice::<Value>(body).expect("a body")["inferenceConfig"].clone()
}

fn rules(response: &UnifiedResponse) -> Vec<&str> {
    response.notes.iter().map(|note| note.rule.as_ref()).collect()
}

#[tokio::test]
async fn a_request_is_sent_again_without_what_was_refused_and_the_client_remembers() {
    // M44
    let emulator = loopback::serve(&format!("[{REFUSED}]")).await;
    let builder = loopback::builder(&emulator).dialect(Dialect::Converse).retry_without_rejected_parameters();
    let client = builder.build().await.expect("a client");
    for _ in 0..2 {
        let response = client.create(&question()).await.expect("an answer");
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
    let whole = serde_json::json!({"maxTokens": 9, "temperature": 0.5});
    let without = serde_json::json!({"maxTokens": 9});
    assert_eq!(sent, [whole, without.clone(), without.clone(), without]);
}

#[tokio::test]
async fn a_stream_that_is_refused_is_opened_again() {
    let emulator = loopback::serve(&format!("[{REFUSED}]")).await;
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
async fn once_is_enough_and_only_where_it_was_asked_for() {
    let twice = REFUSED.replace("temperature", "top_p");
    let other = REFUSED.replace("temperature", "messages");
    for (script, learns, strict, requests) in [
        (format!("[{REFUSED}]"), false, false, 1),
        (format!("[{REFUSED}]"), true, true, 1),
        (format!("[{other}]"), true, false, 1),
        (format!("[{REFUSED}, {REFUSED}]"), true, false, 2),
        (format!("[{REFUSED}, {twice}]"), true, false, 2),
    ] {
        let emulator = loopback::serve(&script).await;
        let mut builder = loopback::builder(&emulator);
        if learns {
            builder = builder.retry_without_rejected_parameters();
        }
        if strict {
            builder = builder.strict();
        }
        let client = builder.build().await.expect("a client");
        let error = client.create(&question()).await.expect_err("it is refused");
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert_eq!(emulator.requests().len(), requests, "{script}");
    }
}
