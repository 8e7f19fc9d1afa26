//! The protocol of Converse: paths, headers, bodies, errors.

use outcrop_emulator::Emulator;
use serde_json::json;

use crate::client::{Client, NOVA, SIGNED, post, user_body};

#[tokio::test]
async fn response_has_headers_and_body_of_aws() {
    let emulator = Emulator::start().await.expect("a start");
    let mut client = Client::connect(&emulator).await;
    let response = client.post(NOVA, &user_body("Hello")).await.expect("a response");
    assert_eq!(response.status, 200);
    assert_eq!(response.header("content-type"), Some("application/json"));
    assert_eq!(response.header("x-amzn-requestid"), Some("00000000-0000-4000-8000-000000000001"));
    assert_eq!(
        response.json(),
        json!({"output": {"message": {"role": "assistant", "content": [{"text": "You said: Hello"}]}},
            "stopReason": "end_turn", "usage": {"inputTokens": 2, "outputTokens": 4, "totalTokens": 6},
            "metrics": {"latencyMs": 140}})
    );
    assert_eq!(response.header("x-amzn-bedrock-invocation-latency"), Some("140"));
    assert!(response.header("date").is_some());

    let second = client.post(NOVA, &user_body("Hello")).await.expect("a response over the same connection");
    assert_eq!(second.header("x-amzn-requestid"), Some("00000000-0000-4000-8000-000000000002"));
}

#[tokio::test]
async fn encoded_ids_are_one_path_segment() {
    let emulator = Emulator::start().await.expect("a start");
    let arn = "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0";
    for id in
        ["amazon.nova-lite-v1:0", "us.amazon.nova-lite-v1%3A0", &arn.replace(':', "%3A").replace('/', "%2F")]
    {
        assert_eq!(
            post(&emulator, &format!("/model/{id}/converse"), &user_body("hi")).await.status,
            200,
            "{id}"
        );
    }
    let response = post(&emulator, &format!("/model/{arn}/converse"), &user_body("hi")).await;
    assert_eq!(response.status, 200, "AWS hides this error in a successful response");
    assert_eq!(
        response.json(),
        json!({"Output": {"__type": "com.amazon.coral.service#UnknownOperationException"}, "Version": "1.0"})
    );
    assert!(response.header("x-amzn-requestid").is_some());
}

#[tokio::test]
async fn errors_have_status_type_and_message_of_aws() {
    let emulator = Emulator::start().await.expect("a start");
    let hi = user_body("hi");
    let hot = json!({"messages": [{"role": "user", "content": [{"text": "hi"}]}], "inferenceConfig": {"temperature": 1.5}});
    let twice = json!({"messages": [{"role": "user", "content": [{"text": "a"}]}, {"role": "user", "content": [{"text": "b"}]}]});
    for (path, body, status, exception, message) in [
        (
            NOVA,
            hot.to_string(),
            400,
            "ValidationException",
            "1 validation error detected: Value '1.5' at 'inferenceConfig.temperature' failed to satisfy constraint: Member must have value less than or equal to 1",
        ),
        (
            NOVA,
            twice.to_string(),
            400,
            "ValidationException",
            "A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.",
        ),
        (
            NOVA,
            "{".to_owned(),
            400,
            "SerializationException",
            "The request body is not JSON: EOF while parsing an object at line 1 column 1",
        ),
        (
            "/model/gpt-4o/converse",
            hi.clone(),
            400,
            "ValidationException",
            "The provided model identifier is invalid.",
        ),
        (
            "/model/%ff/converse",
            hi.clone(),
            400,
            "ValidationException",
            "The provided model identifier is invalid.",
        ),
        (
            "/model/amazon.no-such-model-v1%3A0/converse",
            hi.clone(),
            404,
            "ResourceNotFoundException",
            "Could not resolve the foundation model from the provided model identifier.",
        ),
    ] {
        let response = post(&emulator, path, &body).await;
        assert_eq!(response.status, status, "{path} {body}");
        assert_eq!(response.exception(), Some(exception), "{path} {body}");
        assert_eq!(response.json(), json!({ "message": message }));
        assert_eq!(response.header("content-type"), Some("application/json"));
        assert_eq!(response.header("x-amzn-bedrock-invocation-latency"), None);
    }
}

#[tokio::test]
async fn get_request_is_an_unknown_operation() {
    let emulator = Emulator::start().await.expect("a start");
    let mut client = Client::connect(&emulator).await;
    let response = client.send("GET", NOVA, &[SIGNED], b"").await.expect("a response");
    assert_eq!((response.status, response.exception()), (404, Some("UnknownOperationException")));
}

#[tokio::test]
async fn requests_without_credentials_are_rejected() {
    let emulator = Emulator::start().await.expect("a start");
    let mut client = Client::connect(&emulator).await;
    let body = user_body("hi");
    let presigned = format!("{NOVA}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0");
    for (path, authorization, status, exception) in [
        (NOVA, None, 403, Some("MissingAuthenticationTokenException")),
        (NOVA, Some("Basic YTpi"), 403, Some("IncompleteSignatureException")),
        (NOVA, Some("Bearer bedrock-api-key"), 200, None),
        (NOVA, Some(SIGNED.1), 200, None),
        (&presigned, None, 200, None),
    ] {
        let headers: Vec<_> = authorization.map(|value| ("Authorization", value)).into_iter().collect();
        let response = client.send("POST", path, &headers, body.as_bytes()).await.expect("a response");
        assert_eq!((response.status, response.exception()), (status, exception), "{authorization:?}");
    }
    let open = Emulator::builder().authenticate(false).start().await.expect("a start");
    let mut client = Client::connect(&open).await;
    assert_eq!(client.send("POST", NOVA, &[], body.as_bytes()).await.expect("a response").status, 200);
}

#[tokio::test]
async fn disabled_checks_accept_invalid_requests() {
    let emulator = Emulator::builder().validate(false).any_model(true).start().await.expect("a start");
    let odd = r#"{"messages": [{"role": "user", "content": [{"text": "hi"}]}], "inferenceConfig": {"temperature": 9}}"#;
    assert_eq!(post(&emulator, "/model/gpt-4o/converse", odd).await.status, 200);
    let broken = post(&emulator, NOVA, "{").await;
    assert_eq!(
        (broken.status, broken.exception()),
        (400, Some("SerializationException")),
        "the default model needs JSON"
    );
}

#[tokio::test]
async fn tool_call_and_result_get_an_answer() {
    let emulator = Emulator::start().await.expect("a start");
    let tools = json!({"tools": [{"toolSpec": {"name": "get_weather", "description": "The weather", "inputSchema": {"json":
        {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}}]});
    let question = json!({"role": "user", "content": [{"text": "What is the weather in Porto?"}]});
    let first =
        post(&emulator, NOVA, &json!({"messages": [question], "toolConfig": tools}).to_string()).await.json();
    assert_eq!(first["stopReason"], "tool_use");
    let answer = &first["output"]["message"];
    let call = &answer["content"][1]["toolUse"];
    assert_eq!(call["input"], json!({"city": "Porto"}));

    let result = json!({"role": "user", "content": [{"toolResult": {"toolUseId": call["toolUseId"],
        "content": [{"json": {"temperature": 18, "condition": "cloudy"}}]}}]});
    let body = json!({"messages": [question, answer, result], "toolConfig": tools}).to_string();
    let second = post(&emulator, NOVA, &body).await.json();
    assert_eq!(second["stopReason"], "end_turn");
    assert_eq!(second["output"]["message"]["content"], json!([{"text": "It is 18 °C and cloudy in Porto."}]));
}
