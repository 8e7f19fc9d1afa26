//! An emulator, and clients that talk to it.

use outcrop::transport::Environment;
use outcrop::{BedrockClient, BedrockClientBuilder, Credentials, ModelRequest, Retry};
use outcrop_emulator::{Emulator, Script};

/// A model that the emulator has.
pub(crate) const MODEL: &str = "eu.amazon.nova-lite-v1:0";

/// An emulator that answers as a script says, written as JSON, and with its default model after that.
pub(crate) async fn serve(script: &str) -> Emulator {
    let script = Script::from_json(script).expect("the script is one");
    Emulator::builder().script(script).start().await.expect("a port is free")
}

/// An emulator with its default model.
pub(crate) async fn serve_model() -> Emulator {
    Emulator::start().await.expect("a port is free")
}

/// A builder that points at an emulator, with a key, an environment without variables, and no retries.
pub(crate) fn builder(emulator: &Emulator) -> BedrockClientBuilder {
    BedrockClient::builder()
        .environment(Environment::from_variables::<&str, &str>([]))
        .endpoint_url(emulator.url())
        .region("eu-west-1")
        .credentials(Credentials::keys("AKIDEXAMPLE", "wJalrXUtnFEMI"))
        .retry(Retry::never())
}

/// A client of that builder.
pub(crate) async fn client(emulator: &Emulator) -> BedrockClient {
    builder(emulator).build().await.expect("the settings are complete")
}

/// A question.
pub(crate) fn question() -> ModelRequest {
    ModelRequest::builder(MODEL).user("Name a river.").build()
}

/// A good reply with a text.
pub(crate) fn reply(text: &str) -> String {
    serde_json::json!({
        "output": {"message": {"role": "assistant", "content": [{"text": text}]}},
        "stopReason": "end_turn",
        "usage": {"inputTokens": 3, "outputTokens": 2, "totalTokens": 5},
        "metrics": {"latencyMs": 7}
    })
    .to_string()
}
