//! The protocol of CountTokens.

use outcrop_emulator::Emulator;
use serde_json::{Value, json};

use crate::client::{NOVA, post};

const PATH: &str = "/model/amazon.nova-lite-v1%3A0/count-tokens";

fn counted(conversation: &Value) -> String {
    json!({"input": {"converse": conversation}}).to_string()
}

#[tokio::test]
async fn count_equals_the_usage() {
    let emulator = Emulator::start().await.expect("a start");
    let tool = json!({"toolSpec": {"name": "f", "description": "Does it.", "inputSchema": {"json": {"type": "object"}}}});
    for conversation in [
        json!({"messages": [{"role": "user", "content": [{"text": "Hello"}]}]}),
        json!({"messages": [{"role": "user", "content": [{"text": "Hello"}]}], "system": [{"text": "Be brief."}]}),
        json!({"messages": [{"role": "user", "content": [{"text": "Hello"}]}], "toolConfig": {"tools": [tool]}}),
    ] {
        let count = post(&emulator, PATH, &counted(&conversation)).await;
        assert_eq!(count.status, 200);
        let response = post(&emulator, NOVA, &conversation.to_string()).await.json();
        assert_eq!(count.json(), json!({"inputTokens": response["usage"]["inputTokens"]}));
    }
    // Base64 of 20 bytes.
    let body = json!({"input": {"invokeModel": {"body": "eyJwcm9tcHQiOiAiSGVsbG8hIn0="}}});
    assert_eq!(post(&emulator, PATH, &body.to_string()).await.json(), json!({"inputTokens": 5}));
}

#[tokio::test]
async fn invalid_requests_are_rejected() {
    let emulator = Emulator::start().await.expect("a start");
    let twice = json!({"messages": [{"role": "user", "content": [{"text": "a"}]}, {"role": "user", "content": [{"text": "b"}]}]});
    for (path, body, status, exception, message) in [
        (
            PATH,
            "{}".to_owned(),
            400,
            "ValidationException",
            "Value at 'input' failed to satisfy constraint: Member must not be null",
        ),
        (
            PATH,
            r#"{"input": {}}"#.to_owned(),
            400,
            "ValidationException",
            "CountTokensInput object at input must set one of the following keys: converse, invokeModel.",
        ),
        (
            PATH,
            counted(&twice),
            400,
            "ValidationException",
            "A conversation must alternate between user and assistant roles.",
        ),
        (
            PATH,
            counted(&json!({"inferenceConfig": {}})),
            400,
            "ValidationException",
            "Member is not in the service model",
        ),
        (
            PATH,
            r#"{"input": {"invokeModel": {"body": "%"}}}"#.to_owned(),
            400,
            "ValidationException",
            "'input.invokeModel.body'",
        ),
        (
            "/model/gpt-4o/count-tokens",
            counted(&json!({})),
            400,
            "ValidationException",
            "The provided model identifier is invalid.",
        ),
        (
            "/model/amazon.no-such-model/count-tokens",
            counted(&json!({})),
            404,
            "ResourceNotFoundException",
            "Could not resolve",
        ),
    ] {
        let response = post(&emulator, path, &body).await;
        assert_eq!((response.status, response.exception()), (status, Some(exception)), "{body}");
        assert!(response.message().contains(message), "{}", response.message());
    }
}
