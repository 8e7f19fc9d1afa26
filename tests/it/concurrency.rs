//! Concurrent calls of one client are independent.

use std::sync::Arc;

use futures_util::future::join_all;
use outcrop::{BedrockClient, ModelClient as _, ModelRequest, Price};
use outcrop_emulator::{Script, ScriptedExchange, When};

use crate::support::loopback;

#[test]
fn client_is_clone_send_and_sync() {
    fn shareable<T: Clone + Send + Sync + 'static>() {}
    fn spawnable<F: Future + Send>(_: impl Fn(BedrockClient, ModelRequest) -> F) {}
    shareable::<BedrockClient>();
    spawnable(|client, request| async move { client.create(&request).await });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_calls_keep_their_price_model_and_format() {
    const CALLS: u32 = 64;
    let models = ["amazon.nova-lite-v1:0", "anthropic.claude-3-haiku-20240307-v1:0"];
    let script = models.iter().fold(Script::new(), |script, model| {
        let response = ScriptedExchange::response(loopback::response(&format!(r#"{{"from": "{model}"}}"#)))
            .expect("JSON");
        script.then(response.when(When::new().model(*model)).forever())
    });
    let emulator =
        outcrop_emulator::Emulator::builder().script(script).start().await.expect("a port is free");
    let client = Arc::new(loopback::client(&emulator).await);

    let calls = (0..CALLS).map(|number| {
        let client = client.clone();
        let model = models[usize::try_from(number % 2).expect("a small number")];
        tokio::spawn(async move {
            let mut request =
                ModelRequest::builder(model).user(format!("This is call {number}.")).build();
            request.price = Some(Price::from((f64::from(number), 0.0)));
            if number % 3 == 0 {
                request = ModelRequest::from_json(&format!(
                    r#"{{"model": "{model}", "messages": [{{"role": "user", "content": "{number}"}}],
                        "price": [{number}, 0],
                        "response_format": {{"type": "object", "properties": {{"from": {{"type": "string"}}}}}}}}"#
                ))
                .expect("valid parameters");
            }
            (number, model, client.create(&request).await.expect("a response"))
        })
    });
    for joined in join_all(calls).await {
        let (number, model, response) = joined.expect("no call panicked");
        assert_eq!(response.model, model);
        assert!(response.text().contains(model), "call {number} got {}", response.text());
        let expected = f64::from(number) * 3.0 / 1000.0;
        let cost = response.cost.expect("a cost");
        assert!((cost - expected).abs() < 1e-12, "call {number} cost {cost} instead of {expected}");
    }
    let requests = emulator.requests();
    assert_eq!(requests.len(), usize::try_from(CALLS).expect("a small number"));
    let with_tool = requests
        .iter()
        .filter(|request| String::from_utf8_lossy(request.body()).contains("__structured_output"))
        .count();
    assert_eq!(with_tool, 22, "only every third call has a format");
}
