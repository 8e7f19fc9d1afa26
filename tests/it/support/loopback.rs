//! Emulators on loopback, and clients that are connected to them.

use outcrop::transport::Environment;
use outcrop::{BedrockClient, BedrockClientBuilder, Credentials, ModelRequest, Retry};
use outcrop_emulator::{Emulator, Script};

/// The id of a model that the emulator has.
pub(crate) const MODEL: &str = "eu.amazon.nova-lite-v1:0";

/// Starts an emulator with a script as JSON. After the script, its default model responds.
pub(crate) async fn serve(script: &str) -> Emulator {
    let script = Script::from_json(script).expect("a script");
    Emulator::builder().script(script).start().await.expect("a port is free")
}

/// Starts an emulator with its default model.
pub(crate) async fn serve_model() -> Emulator {
    Emulator::start().await.expect("a port is free")
}

/// Returns the builder of a client of an emulator, with an access key, an empty environment and no retries.
pub(crate) fn builder(emulator: &Emulator) -> BedrockClientBuilder {
    BedrockClient::builder()
        .environment(Environment::from_variables::<&str, &str>([]))
        .endpoint_url(emulator.url())
        .region("eu-west-1")
        .credentials(Credentials::keys("AKIDEXAMPLE", "wJalrXUtnFEMI"))
        .retry(Retry::never())
}

/// Builds a client of an emulator.
pub(crate) async fn client(emulator: &Emulator) -> BedrockClient {
    builder(emulator).build().await.expect("a client")
}

/// Returns a request with one question.
pub(crate) fn question() -> ModelRequest {
    ModelRequest::builder(MODEL).user("Name a river.").build()
}

/// Returns the body of a response with a text.
pub(crate) fn response(text: &str) -> String {
    serde_json::json!({
        "output": {"message": {"role": "assistant", "content": [{"text": text}]}},
        "stopReason": "end_turn",
        "usage": {"inputTokens": 3, "outputTokens": 2, "totalTokens": 5},
        "metrics": {"latencyMs": 7}
    })
    .to_string()
}
