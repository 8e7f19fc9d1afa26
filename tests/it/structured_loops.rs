//! Loops over tools with a response format: they end with the output, in each dialect, streamed or not.

use outcrop::{
    BedrockClientBuilder, Dialect, ModelClient as _, ModelRequest, UnifiedMessage, UnifiedResponse,
};

use crate::support::loopback;

const FORMAT: &str = r#"{"type": "json_schema", "json_schema": {"name": "answer", "schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}"#;
const TOOLS: &str = r#"[{"type": "function", "function": {"name": "get_weather", "description": "Returns the weather of a city.", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}]"#;

/// The models whose output is enforced by the service, and by a tool.
const MODELS: [&str; 2] = ["us.anthropic.claude-haiku-4-5-20251001-v1:0", "eu.amazon.nova-lite-v1:0"];

async fn respond(client: &outcrop::BedrockClient, request: &ModelRequest, streamed: bool) -> UnifiedResponse {
    if !streamed {
        return client.create(request).await.unwrap();
    }
    let mut texts = client.create_stream(request).await.unwrap().text_stream();
    let mut text = String::new();
    while let Some(part) = texts.next().await {
        text.push_str(&part.unwrap());
    }
    let response = client.create_stream(request).await.unwrap().collect_response().await.unwrap();
    assert_eq!(text, response.text(), "the parts of the text are the text");
    response
}

#[tokio::test]
async fn loop_over_tools_with_a_response_format_ends_after_two_calls() {
    for dialect in [Dialect::Converse, Dialect::Ag2] {
        for streamed in [false, true] {
            for model in MODELS {
                for tools in ["[]", TOOLS] {
                    let description = format!("{dialect:?} {model} streamed: {streamed} {tools}");
                    let emulator = loopback::serve_model().await;
                    let builder: BedrockClientBuilder = loopback::builder(&emulator).dialect(dialect);
                    let client = builder.build().await.unwrap();
                    let mut request = ModelRequest::from_json(&format!(
                        r#"{{"model": "{model}", "messages": [{{"role": "user", "content": "What is the weather in Oslo?"}}], "tools": {tools}, "response_format": {FORMAT}}}"#
                    ))
                    .unwrap();
                    let mut count = 0;
                    let last = loop {
                        count += 1;
                        assert!(count <= 2, "{description}");
                        let response = respond(&client, &request, streamed).await;
                        let calls: Vec<_> = response.tool_calls().cloned().collect();
                        if calls.is_empty() {
                            break response;
                        }
                        assert!(
                            calls.iter().all(|call| call.name == "get_weather"),
                            "{description}: {calls:?}"
                        );
                        request.messages.extend(response.into_messages());
                        let results = calls
                            .iter()
                            .map(|call| UnifiedMessage::tool_result(call.id.as_str(), "12 degrees"));
                        request.messages.extend(results);
                    };
                    // AG2 doesn't force the tool of the output, so that a model may end with text.
                    if dialect == Dialect::Ag2 && last.structured_text().is_none() {
                        continue;
                    }
                    let output: serde_json::Value =
                        last.parse().unwrap_or_else(|error| panic!("{description}: {error} {last:?}"));
                    assert!(output["city"].is_string(), "{description}: {output}");
                }
            }
        }
    }
}
