//! InvokeModel and its stream: messages in Anthropic's format, and embeddings.

use outcrop_converse::event_stream::FrameDecoder;
use outcrop_core::Blob;
use outcrop_emulator::{Emulator, Script};
use serde_json::{Value, json};

use crate::client::{Client, SIGNED, post};

const CLAUDE: &str = "/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0";
const TITAN: &str = "/model/amazon.titan-embed-text-v2%3A0/invoke";

fn messages(members: &Value) -> String {
    let mut body = json!({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 200,
        "messages": [{"role": "user", "content": "What is the weather in Porto?"}]});
    for (name, value) in members.as_object().expect("an object") {
        body[name] = value.clone();
    }
    body.to_string()
}

fn weather_tool() -> Value {
    json!([{"name": "get_weather", "input_schema": {"type": "object", "properties": {"city": {"type": "string"}},
        "required": ["city"]}}])
}

async fn invoke(emulator: &Emulator, body: &str) -> Value {
    let response = post(emulator, &format!("{CLAUDE}/invoke"), body).await;
    assert_eq!(response.status, 200, "{}", String::from_utf8_lossy(&response.body));
    response.json()
}

/// Posts a request for a stream and returns the events in its chunks.
async fn stream(emulator: &Emulator, body: &str) -> Vec<Value> {
    let mut client = Client::connect(emulator).await;
    let path = format!("{CLAUDE}/invoke-with-response-stream");
    let head = client.open(&path, body).await.expect("a head");
    assert_eq!(head.status, 200);
    assert_eq!(head.header("content-type"), Some("application/vnd.amazon.eventstream"));
    assert_eq!(head.header("x-amzn-bedrock-content-type"), Some("application/json"));
    let mut frames = FrameDecoder::new();
    let mut events = Vec::new();
    loop {
        let chunk = client.chunk().await.expect("a chunk");
        if chunk.is_empty() {
            return events;
        }
        frames.feed(chunk.into());
        while let Some(frame) = frames.next_frame().expect("a frame") {
            assert_eq!(frame.event_type(), Some("chunk"));
            let payload: Value = serde_json::from_slice(frame.payload()).expect("JSON");
            let bytes = Blob::from_base64(payload["bytes"].as_str().expect("text")).bytes().expect("Base64");
            events.push(serde_json::from_slice(&bytes).expect("JSON"));
        }
    }
}

#[tokio::test]
async fn claude_answers_in_the_format_of_anthropic() {
    let emulator = Emulator::start().await.expect("a start");
    let body = messages(&json!({"messages": [{"role": "user", "content": "Hello"}], "system": "Be brief."}));
    let response = post(&emulator, &format!("{CLAUDE}/invoke"), &body).await;
    assert_eq!(response.header("content-type"), Some("application/json"));
    assert_eq!(response.header("x-amzn-bedrock-input-token-count"), Some("4"));
    assert_eq!(response.header("x-amzn-bedrock-output-token-count"), Some("4"));
    assert_eq!(
        response.json(),
        json!({"model": "claude-sonnet-4-5-20250929", "id": "msg_bdrk_emulated", "type": "message",
            "role": "assistant", "content": [{"type": "text", "text": "You said: Hello"}], "stop_reason": "end_turn",
            "stop_sequence": null, "usage": {"input_tokens": 4, "cache_creation_input_tokens": 0,
                "cache_read_input_tokens": 0, "output_tokens": 4}})
    );
    let stopped = invoke(&emulator, &messages(&json!({"stop_sequences": ["said"]}))).await;
    assert_eq!(
        (&stopped["stop_reason"], &stopped["stop_sequence"]),
        (&json!("stop_sequence"), &json!("said"))
    );
}

#[tokio::test]
async fn tool_loop_in_the_format_of_anthropic_ends_with_an_answer() {
    let emulator = Emulator::start().await.expect("a start");
    let tools = weather_tool();
    let first = invoke(&emulator, &messages(&json!({ "tools": tools }))).await;
    assert_eq!(first["stop_reason"], "tool_use");
    let call = &first["content"][1];
    assert_eq!((&call["name"], &call["input"]), (&json!("get_weather"), &json!({"city": "Porto"})));
    let result =
        json!({"type": "tool_result", "tool_use_id": call["id"], "content": "{\"temperature\": 18}"});
    let history = json!([{"role": "user", "content": "What is the weather in Porto?"},
        {"role": "assistant", "content": first["content"]}, {"role": "user", "content": [result]}]);
    let second = invoke(&emulator, &messages(&json!({"tools": tools, "messages": history}))).await;
    assert_eq!(second["content"], json!([{"type": "text", "text": "It is 18 °C in Porto."}]));
}

#[tokio::test]
async fn stream_has_the_events_of_anthropic() {
    let emulator = Emulator::start().await.expect("a start");
    let events = stream(&emulator, &messages(&json!({ "tools": weather_tool() }))).await;
    let types: Vec<_> = events.iter().map(|event| event["type"].as_str().expect("a type")).collect();
    assert_eq!(types.first(), Some(&"message_start"));
    assert_eq!(&types[types.len() - 2..], ["message_delta", "message_stop"]);
    assert_eq!(events[0]["message"]["content"], json!([]));
    let starts: Vec<_> = events.iter().filter(|event| event["type"] == "content_block_start").collect();
    assert_eq!(starts[0]["content_block"], json!({"type": "text", "text": ""}));
    assert_eq!(starts[1]["content_block"]["input"], json!({}));
    let joined = |kind: &str, member: &str| {
        let deltas = events.iter().filter(|event| event["delta"]["type"] == kind);
        deltas.map(|event| event["delta"][member].as_str().expect("text")).collect::<String>()
    };
    assert_eq!(joined("text_delta", "text"), "Let me look up the weather in Porto.");
    assert_eq!(joined("input_json_delta", "partial_json"), r#"{"city":"Porto"}"#);
    let last = &events[events.len() - 1]["amazon-bedrock-invocationMetrics"];
    assert!(last["inputTokenCount"].as_u64().expect("a count") > 0, "{last}");
}

#[tokio::test]
async fn errors_have_the_texts_of_the_model() {
    let emulator = Emulator::start().await.expect("a start");
    let stray =
        json!([{"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": "x"}]}]);
    let open = json!([{"role": "user", "content": "a"},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "t", "name": "f", "input": {}}]},
        {"role": "user", "content": "b"}]);
    for (body, message) in [
        ("not json".to_owned(), "Malformed input request, please reformat your input and try again."),
        (r#"{"anthropic_version": "x", "messages": []}"#.to_owned(), "max_tokens: Field required"),
        (messages(&json!({"messages": []})), "messages: at least one message is required"),
        (messages(&json!({"stream": true})), "stream: Extra inputs are not permitted"),
        (
            messages(&json!({"messages": [{"role": "user", "content": ""}]})),
            "messages.0: all messages must have non-empty content except for the optional final assistant message",
        ),
        (
            messages(&json!({"messages": [{"role": "system", "content": "a"}]})),
            "messages.0.role: Input should be 'user' or 'assistant'",
        ),
        (
            messages(&json!({ "messages": stray })),
            "messages.0.content.0: unexpected `tool_use_id` found in `tool_result` blocks: t. Each `tool_result` block \
             must have a corresponding `tool_use` block in the previous message.",
        ),
        (
            messages(&json!({ "messages": open })),
            "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: t. Each `tool_use` \
             block must have a corresponding `tool_result` block in the next message.",
        ),
        (
            messages(
                &json!({"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b "}]}),
            ),
            "messages: final assistant content cannot end with trailing whitespace",
        ),
    ] {
        let response = post(&emulator, &format!("{CLAUDE}/invoke"), &body).await;
        assert_eq!((response.status, response.exception()), (400, Some("ValidationException")), "{body}");
        assert_eq!(response.message(), message, "{body}");
    }
    let two_turns = json!([{"role": "user", "content": "a"}, {"role": "user", "content": "b"}]);
    invoke(&emulator, &messages(&json!({ "messages": two_turns }))).await;
}

#[tokio::test]
async fn scripts_answer_both_operations() {
    let script = r#"[
        {"when": {"operation": "invoke", "text": "Porto"}, "reply": {"of": "mine"}},
        {"when": {"operation": "invoke-with-response-stream"}, "reply": {"type": "message", "role": "assistant",
            "content": [{"type": "thinking", "thinking": "hm", "signature": "s"}, {"type": "text", "text": "Hi."}]}},
        {"when": {"operation": "invoke-with-response-stream"}, "reply": {"any": "json"}}]"#;
    let script = Script::from_json(script).expect("a script");
    let emulator = Emulator::builder().script(script).start().await.expect("a start");
    assert_eq!(invoke(&emulator, &messages(&json!({}))).await["of"], "mine");
    let events = stream(&emulator, &messages(&json!({}))).await;
    let deltas: Vec<_> = events.iter().filter_map(|event| event["delta"]["type"].as_str()).collect();
    assert_eq!(deltas, ["thinking_delta", "signature_delta", "text_delta"]);
    assert_eq!(stream(&emulator, &messages(&json!({}))).await, [json!({"any": "json"})]);
}

#[tokio::test]
async fn embeddings_have_the_formats_of_their_vendors() {
    let emulator = Emulator::start().await.expect("a start");
    let titan = post(&emulator, TITAN, r#"{"inputText": "Hello there", "dimensions": 256}"#).await;
    assert_eq!(titan.header("x-amzn-bedrock-input-token-count"), Some("3"));
    let titan = titan.json();
    assert_eq!(titan["embedding"].as_array().map(Vec::len), Some(256));
    assert_eq!(titan["embeddingsByType"]["float"], titan["embedding"]);
    assert_eq!(titan["inputTextTokenCount"], 3);

    for (model, members, dimension) in [
        ("cohere.embed-english-v3", json!({}), 1024),
        ("cohere.embed-english-light-v3", json!({}), 384),
        ("cohere.embed-v4%3A0", json!({"output_dimension": 512}), 512),
        ("us.cohere.embed-v4%3A0", json!({}), 1536),
    ] {
        let mut body = json!({"texts": ["a", "b"], "input_type": "search_document"});
        body.as_object_mut().expect("an object").extend(members.as_object().expect("an object").clone());
        let response = post(&emulator, &format!("/model/{model}/invoke"), &body.to_string()).await.json();
        assert_eq!(response["response_type"], "embeddings_floats");
        assert_eq!(response["embeddings"].as_array().map(Vec::len), Some(2), "{model}");
        assert_eq!(response["embeddings"][0].as_array().map(Vec::len), Some(dimension), "{model}");
        body["embedding_types"] = json!(["int8", "ubinary"]);
        let response = post(&emulator, &format!("/model/{model}/invoke"), &body.to_string()).await.json();
        assert_eq!(response["embeddings"]["ubinary"][1].as_array().map(Vec::len), Some(dimension / 8));
    }

    for (path, body, message) in [
        (TITAN, r#"{"inputText": ""}"#, "Malformed input request: expected minLength: 1, actual: 0,"),
        (TITAN, r#"{"inputText": "a", "dimensions": 300}"#, "#/dimensions: 300 is not a valid enum value"),
        (
            "/model/cohere.embed-english-v3/invoke",
            r#"{"texts": ["a"]}"#,
            "required key [input_type] not found",
        ),
        (
            "/model/cohere.embed-english-v3/invoke-with-response-stream",
            r#"{"texts": ["a"], "input_type": "search_query"}"#,
            "The model is unsupported for streaming.",
        ),
    ] {
        let response = post(&emulator, path, body).await;
        assert_eq!(response.status, 400, "{body}");
        assert!(response.message().contains(message), "{}", response.message());
    }
}

#[tokio::test]
async fn operations_that_are_not_emulated_are_errors_that_name_them() {
    let emulator = Emulator::start().await.expect("a start");
    let mut client = Client::connect(&emulator).await;
    for (method, path, name) in [
        ("POST", "/async-invoke", "StartAsyncInvoke"),
        ("GET", "/async-invoke", "ListAsyncInvokes"),
        ("POST", "/model/amazon.nova-sonic-v1%3A0/invoke-with-bidirectional-stream", "BidirectionalStream"),
        ("POST", "/openai/v1/chat/completions", "OpenAI's Chat Completions"),
        ("POST", "/model/amazon.nova-lite-v1%3A0/invoke", "the body format of `amazon.nova-lite-v1:0`"),
    ] {
        let response = client.send(method, path, &[SIGNED], b"{}").await.expect("a response");
        assert_eq!((response.status, response.exception()), (501, Some("ValidationException")), "{path}");
        assert!(response.message().starts_with("Not emulated: "), "{}", response.message());
        assert!(response.message().contains(name), "{}", response.message());
    }
}

#[tokio::test]
async fn counted_message_has_the_usage_of_its_answer() {
    let emulator = Emulator::start().await.expect("a start");
    let body = messages(&json!({ "tools": weather_tool() }));
    let usage = invoke(&emulator, &body).await["usage"]["input_tokens"].clone();
    let input = json!({"input": {"invokeModel": {"body": Blob::from_bytes(body)}}}).to_string();
    let counted = post(&emulator, &format!("{CLAUDE}/count-tokens"), &input).await.json();
    assert_eq!(counted["inputTokens"], usage);
}
