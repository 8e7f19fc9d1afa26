//! The client keeps what every client promises.

use std::sync::Arc;

use outcrop::{Ag2ClientExt as _, ModelClient, ModelClientExt as _, ModelRequest};
use outcrop_core::testing::contract;

use crate::support::loopback;

#[tokio::test]
async fn the_client_keeps_the_contract() {
    let emulator = loopback::serve_model().await;
    let client = loopback::client(&emulator).await;
    contract::verify(&client, &loopback::question()).await.expect("every promise is kept");
    let held: Arc<dyn ModelClient> = Arc::new(client);
    contract::verify(&held, &loopback::question()).await.expect("and behind a pointer");
}

#[tokio::test]
async fn the_methods_of_ag2_work_on_a_real_answer() {
    let reply = loopback::reply("The Tagus.");
    let emulator = loopback::serve(&format!(r#"[{{"reply": {reply}, "times": 5}}]"#)).await;
    let client = loopback::client(&emulator).await;
    let request = ModelRequest::from_json(&format!(
        r#"{{"model": "{}", "messages": [{{"role": "user", "content": "Name a river."}}], "price": [0.5, 1.5]}}"#,
        loopback::MODEL
    ))
    .expect("the parameters are good");

    let response = client.create(&request).await.expect("an answer");
    assert_eq!(response.text(), "The Tagus.");
    assert_eq!(client.ask(loopback::MODEL, "Name a river.").await.expect("an answer"), "The Tagus.");

    let completion = client.create_v1_compatible(&request).await.expect("an answer");
    let completion = serde_json::to_value(&completion).expect("it is JSON");
    assert_eq!(completion["object"], "chat.completion");
    assert_eq!(completion["choices"][0]["message"]["content"], "The Tagus.");
    assert_eq!(completion["choices"][0]["finish_reason"], "stop");

    let retrieved = serde_json::to_value(client.message_retrieval(&response)).expect("it is JSON");
    assert_eq!(retrieved, serde_json::json!(["The Tagus."]));
    // Prices are per 1,000 tokens: 3 of them in at 0.5, 2 out at 1.5.
    assert!((client.cost(&response) - (3.0 * 0.5 + 2.0 * 1.5) / 1000.0).abs() < 1e-12);
    let usage = serde_json::to_value(client.get_usage(&response)).expect("it is JSON");
    assert_eq!(usage["prompt_tokens"], 3);
    assert_eq!(usage["total_tokens"], 5);
    assert_eq!(usage["model"], loopback::MODEL);
}
