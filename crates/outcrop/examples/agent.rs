//! An agent that holds any provider behind `Arc<dyn ModelClient>`, here Bedrock, emulated on loopback.
//!
//! ```sh
//! cargo run -p outcrop --example agent
//! ```

use std::error::Error;
use std::sync::Arc;

use outcrop::core::{Role, ToolCallContent, ToolResultContent};
use outcrop::{
    Ag2ClientExt as _, BedrockClient, Credentials, ModelClient, ModelError, ModelRequest, ToolSpec,
    UnifiedMessage,
};
use outcrop_emulator::Emulator;
use schemars::JsonSchema;
use serde::Deserialize;

/// Talks until the model calls no more tools. Knows nothing of Bedrock.
struct Agent {
    client: Arc<dyn ModelClient>,
    model: String,
    spent: f64,
}

impl Agent {
    async fn answer(&mut self, question: &str) -> Result<String, ModelError> {
        let mut history = vec![UnifiedMessage::user(question)];
        loop {
            let request = ModelRequest::builder(&self.model)
                .messages(history.clone())
                .tool(ToolSpec::from_type::<GetWeather>("get_weather"))
                .build();
            let response = self.client.create(&request).await?;
            self.spent += self.client.cost(&response);
            let words = response.text();
            let calls: Vec<_> = response.tool_calls().cloned().collect();
            history.extend(response.into_messages());
            if calls.is_empty() {
                return Ok(words);
            }
            let results = calls.iter().map(|call| run(call).into()).collect();
            history.push(UnifiedMessage::new(Role::Tool, results));
        }
    }
}

/// The weather in a city, now.
#[derive(Deserialize, JsonSchema)]
struct GetWeather {
    /// The city, such as Lisbon.
    city: String,
}

fn run(call: &ToolCallContent) -> ToolResultContent {
    match call.parse_arguments::<GetWeather>() {
        Ok(GetWeather { city }) => ToolResultContent::new(&call.id, format!("sunny and 21 °C in {city}")),
        // The model reads this, and mends its call.
        Err(error) => ToolResultContent::new(&call.id, format!("the arguments are wrong: {error}")).failed(),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let emulator = Emulator::start().await?;
    let client = BedrockClient::builder()
        .region("eu-west-1")
        .endpoint_url(emulator.url())
        .credentials(Credentials::keys("any", "any"))
        .build()
        .await?;

    let mut agent = Agent { client: Arc::new(client), model: "eu.amazon.nova-lite-v1:0".into(), spent: 0.0 };
    println!("{}", agent.answer("What is the weather in Lisbon?").await?);
    println!("That cost ${:.6} at {}.", agent.spent, agent.client.provider());
    Ok(())
}
