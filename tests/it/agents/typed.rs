//! Typed responses over the whole stack: the client validates them itself, and the model gets another try.

use outcrop::{
    Agent, BedrockClient, ErrorKind, GenerateExt as _, Generating, ModelError, ModelRequest, UnifiedMessage,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::support::loopback;

/// A model whose output the service enforces, and one whose output is the input of a tool.
const NATIVE: &str = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
const BY_TOOL: &str = "us.amazon.nova-lite-v1:0";

/// A river.
#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
struct River {
    name: String,
    length_km: u32,
}

fn tagus() -> River {
    River { name: "Tagus".to_owned(), length_km: 1007 }
}

/// Returns an exchange of a script: a model responds with a content.
fn exchange(content: &Value, stop: &str) -> Value {
    json!({"reply": {
        "output": {"message": {"role": "assistant", "content": [content]}},
        "stopReason": stop,
        "usage": {"inputTokens": 10, "outputTokens": 5, "totalTokens": 15},
        "metrics": {"latencyMs": 1},
    }})
}

/// Returns the exchange of an output, in the form that a model has for it.
fn output(model: &str, value: &Value) -> Value {
    if model == BY_TOOL {
        let call = json!({"toolUse": {"toolUseId": "tooluse_1", "name": "River", "input": value}});
        exchange(&call, "tool_use")
    } else {
        exchange(&json!({"text": value.to_string()}), "end_turn")
    }
}

/// Generates a river by a stream. Returns the partial values, and the value.
async fn stream(client: &BedrockClient, request: ModelRequest) -> Result<(Vec<Value>, River), ModelError> {
    let mut stream = client.generate_stream::<River>(request);
    let mut partials = Vec::new();
    loop {
        match stream.next().await.expect("an event before the end")? {
            Generating::Partial(value) => partials.push(value),
            Generating::Done(river) => return Ok((partials, river.value)),
            _ => partials.clear(),
        }
    }
}

#[tokio::test]
async fn output_that_the_client_rejects_is_requested_once_more() {
    let good = json!({"name": "Tagus", "length_km": 1007});
    let text = exchange(&json!({"text": "I am not sure."}), "end_turn");
    for model in [NATIVE, BY_TOOL] {
        for bad in [output(model, &json!({"name": "Tagus"})), text.clone()] {
            let script = json!([bad, output(model, &good)]).to_string();
            let request = ModelRequest::builder(model).user("Describe a river.").build();

            let emulator = loopback::serve(&script).await;
            let client = loopback::client(&emulator).await;
            let river = client.generate_from::<River>(request.clone()).await.unwrap();
            assert_eq!((river.value, river.totals.calls, river.totals.tokens()), (tagus(), 2, 30), "{bad}");
            assert!(river.totals.cost().is_some(), "{bad}");

            let emulator = loopback::serve(&script).await;
            let client = loopback::client(&emulator).await;
            assert_eq!(stream(&client, request).await.unwrap().1, tagus(), "{bad}");

            let emulator = loopback::serve(&script).await;
            let agent = Agent::builder(loopback::client(&emulator).await, model).build();
            let (river, run) = agent.run_as::<River>("Describe a river.").await.unwrap();
            assert_eq!((river, run.steps().len(), run.totals().tokens()), (tagus(), 2, 30), "{bad}");
            // The model sees what it wrote, as text: a call without a tool would need a result.
            let texts: Vec<_> = run.messages().iter().map(UnifiedMessage::text).collect();
            assert!(!texts[1].is_empty() && texts[2].contains("not accepted"), "{texts:?}");
            assert_eq!(run.messages().iter().flat_map(UnifiedMessage::tool_calls).count(), 0, "{bad}");
        }
    }
}

#[tokio::test]
async fn output_that_the_client_rejects_twice_is_an_error() {
    let bad = output(BY_TOOL, &json!({"name": "Tagus"}));
    let emulator = loopback::serve(&json!([bad, bad]).to_string()).await;
    let client = loopback::client(&emulator).await;
    let error = client.generate::<River>(BY_TOOL, "Describe a river.").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidOutput);
    assert_eq!(emulator.requests().len(), 2);
}

#[tokio::test]
async fn output_of_a_tool_is_streamed_while_it_is_written() {
    let delta = |json: &str| json!({"contentBlockDelta": {"delta": {"toolUse": {"input": json}}, "contentBlockIndex": 0}});
    let start = |name: &str| json!({"contentBlockStart": {"start": {"toolUse": {"toolUseId": "t1", "name": name}}, "contentBlockIndex": 0}});
    let script = |name: &str, parts: &[&str]| {
        let mut events = vec![json!({"messageStart": {"role": "assistant"}}), start(name)];
        events.extend(parts.iter().map(|part| delta(part)));
        events.push(json!({"contentBlockStop": {"contentBlockIndex": 0}}));
        events.push(json!({"messageStop": {"stopReason": "tool_use"}}));
        events.push(json!({"metadata": {"usage": {"inputTokens": 10, "outputTokens": 5, "totalTokens": 15}, "metrics": {"latencyMs": 1}}}));
        json!([{"events": events}]).to_string()
    };
    let request = ModelRequest::builder(BY_TOOL).user("Describe a river.").build();
    let emulator =
        loopback::serve(&script("River", &[r#"{"name": "Ta"#, r#"gus", "length_km": 10"#, "07}"])).await;
    let client = loopback::client(&emulator).await;
    let (partials, river) = stream(&client, request.clone()).await.unwrap();
    assert_eq!(
        partials,
        [
            json!({"name": "Ta"}),
            json!({"name": "Tagus", "length_km": 10}),
            json!({"name": "Tagus", "length_km": 1007})
        ]
    );
    assert_eq!(river, tagus());

    // A list is in an object, which the program does not see.
    let parts = [r#"{"data": ["#, "2, 3", ", 5]}"];
    let emulator = loopback::serve(&script("Array_of_uint32", &parts)).await;
    let client = loopback::client(&emulator).await;
    let mut stream = client.generate_stream::<Vec<u32>>(request);
    let mut partials = Vec::new();
    while let Some(event) = stream.next().await {
        match event.unwrap() {
            Generating::Partial(value) => partials.push(value),
            event => assert!(matches!(event, Generating::Done(primes) if primes.value == [2, 3, 5])),
        }
    }
    assert_eq!(partials, [json!([]), json!([2, 3]), json!([2, 3, 5])]);
}

#[tokio::test]
async fn output_of_a_model_without_tools_is_requested_by_its_prompt() {
    const PROMPTED: &str = "us.deepseek.r1-v1:0";
    let bad = exchange(&json!({"text": "The Tagus is 1007 km long."}), "end_turn");
    let good =
        exchange(&json!({"text": "```json\n{\"name\": \"Tagus\", \"length_km\": 1007}\n```"}), "end_turn");
    let emulator = loopback::serve(&json!([bad, good, good]).to_string()).await;
    let client = loopback::client(&emulator).await;
    let request =
        ModelRequest::builder(PROMPTED).system("You are a geographer.").user("Describe a river.").build();
    let river = client.generate_from::<River>(request.clone()).await.unwrap();
    assert_eq!((river.value, river.totals.calls), (tagus(), 2));
    assert_eq!(stream(&client, request).await.unwrap().1, tagus());
    let sent = String::from_utf8(emulator.requests()[0].body().to_vec()).unwrap();
    assert!(sent.contains("JSON Schema") && sent.contains("You are a geographer."), "{sent}");
}
