//! A client over two regions, with a budget, on emulated Bedrocks. The first region is throttled.
//! The client speaks Converse's own dialect. Programs of AG2 Classic use `BedrockClient::ag2()` instead: docs/ag2.md.
//!
//! ```sh
//! cargo run -p outcrop --example fallback
//! ```

use outcrop::prelude::*;
use outcrop_emulator::{Emulator, Script};

async fn client(region: &str, emulator: &Emulator) -> Result<BedrockClient, ModelError> {
    let builder = BedrockClient::builder().region(region).endpoint_url(emulator.url());
    builder.credentials(Credentials::keys("any", "any")).retry(Retry::new().with_attempts(1)).build().await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let throttled = r#"[{"error": {"type": "ThrottlingException", "message": "Too many requests"}}]"#;
    let first = Emulator::builder().script(Script::from_json(throttled)?).start().await?;
    let second = Emulator::start().await?;

    let budget = Budget::usd(5.0);
    let client = Fallback::new(client("eu-west-1", &first).await?)
        .or_model(client("us-east-1", &second).await?, "us.amazon.nova-lite-v1:0")
        .layer(budget.clone());
    for question in ["Name a river.", "Name another one."] {
        let request = ModelRequest::builder("eu.amazon.nova-lite-v1:0").user(question).build();
        let response = client.create(&request).await?;
        println!("{}", response.text());
        println!("{}", response.provider_metadata.get("route").map_or("", RawJson::as_str));
    }
    println!("{:?} US dollars", budget.spent().cost());
    Ok(())
}
