//! A Rust value from a model, on an emulated Bedrock.
//! The client speaks Converse's own dialect. Programs of AG2 Classic use `BedrockClient::ag2()` instead: docs/ag2.md.
//!
//! ```sh
//! cargo run -p outcrop --example generate
//! ```

use outcrop::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;

/// A river.
#[derive(Debug, Deserialize, JsonSchema)]
struct River {
    name: String,
    /// The length in kilometers.
    #[schemars(range(min = 1))]
    length_km: u32,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = outcrop_emulator::Emulator::start().await?;
    let builder = BedrockClient::builder().region("eu-west-1").endpoint_url(emulator.url());
    let client = builder.credentials(Credentials::keys("any", "any")).build().await?;

    // Validated against the schema. If the response does not conform, the model gets the error and responds once more.
    let river: River = client.generate("eu.amazon.nova-lite-v1:0", "Describe a river.").await?;
    println!("{} is {} km long.", river.name, river.length_km);
    Ok(())
}
