//! The client passes the contract suite of `ModelClient`, and has AG2's methods.

use std::sync::Arc;

use outcrop::{
    Ag2ClientExt as _, Cache, Dialect, LayerExt as _, ModelClient, ModelClientExt as _, ModelRequest,
};
use outcrop_core::testing::contract;

use crate::support::loopback;

#[tokio::test]
async fn client_passes_contract_suite() {
    let emulator = loopback::serve_model().await;
    let client = loopback::client(&emulator).await;
    contract::verify(&client, &loopback::question()).await.expect("the contract");
    let shared: Arc<dyn ModelClient> = Arc::new(client);
    contract::verify(&shared, &loopback::question()).await.expect("the contract");
}

#[tokio::test]
async fn client_passes_contract_suite_with_structured_output_in_each_dialect_and_from_a_cache() {
    let format = r#"{"type": "json_schema", "json_schema": {"name": "answer", "schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}"#;
    let emulator = loopback::serve_model().await;
    for dialect in [Dialect::Converse, Dialect::Ag2] {
        // The output of the first is enforced by the service, that of the second by a tool.
        for model in ["us.anthropic.claude-haiku-4-5-20251001-v1:0", "eu.amazon.nova-lite-v1:0"] {
            let request = ModelRequest::from_json(&format!(
                r#"{{"model": "{model}", "messages": [{{"role": "user", "content": "Name a city."}}], "response_format": {format}}}"#
            ))
            .expect("valid parameters");
            let client = loopback::builder(&emulator).dialect(dialect).build().await.expect("a client");
            contract::verify(&client, &request).await.unwrap_or_else(|e| panic!("{dialect:?} {model}: {e}"));
            let cached = client.layer(Cache::new(10));
            contract::verify(&cached, &request).await.unwrap_or_else(|e| panic!("{dialect:?} {model}: {e}"));
        }
    }
}

#[tokio::test]
async fn ag2_methods_return_forms_of_the_response() {
    let body = loopback::response("The Tagus.");
    let emulator = loopback::serve(&format!(r#"[{{"reply": {body}, "times": 5}}]"#)).await;
    let client = loopback::client(&emulator).await;
    let request = ModelRequest::from_json(&format!(
        r#"{{"model": "{}", "messages": [{{"role": "user", "content": "Name a river."}}], "price": [0.5, 1.5]}}"#,
        loopback::MODEL
    ))
    .expect("valid parameters");

    let response = client.create(&request).await.expect("a response");
    assert_eq!(response.text(), "The Tagus.");
    assert_eq!(client.ask(loopback::MODEL, "Name a river.").await.expect("a response"), "The Tagus.");

    let completion = client.create_v1_compatible(&request).await.expect("a response");
    let completion = serde_json::to_value(&completion).expect("JSON");
    assert_eq!(completion["object"], "chat.completion");
    assert_eq!(completion["choices"][0]["message"]["content"], "The Tagus.");
    assert_eq!(completion["choices"][0]["finish_reason"], "stop");

    let retrieved = serde_json::to_value(client.message_retrieval(&response)).expect("JSON");
    assert_eq!(retrieved, serde_json::json!(["The Tagus."]));
    // Prices are for 1,000 tokens: 3 tokens of input at 0.5 and 2 of output at 1.5.
    assert!((client.cost(&response) - (3.0 * 0.5 + 2.0 * 1.5) / 1000.0).abs() < 1e-12);
    let usage = serde_json::to_value(client.get_usage(&response)).expect("JSON");
    assert_eq!(usage["prompt_tokens"], 3);
    assert_eq!(usage["total_tokens"], 5);
    assert_eq!(usage["model"], loopback::MODEL);
}
