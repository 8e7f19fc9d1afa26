//! An agent that works with any provider behind `Arc<dyn ModelClient>`. Here the provider is Bedrock, emulated locally.
//!
//! ```sh
//! cargo run -p outcrop --features schemars --example agent
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

/// An agent with one tool.
struct Agent {
    client: Arc<dyn ModelClient>,
    model: String,
    /// The cost of all calls so far, in US dollars.
    cost: f64,
}

impl Agent {
    /// Answers a question: runs the tools that the model calls until it calls no more.
    async fn answer(&mut self, question: &str) -> Result<String, ModelError> {
        let mut history = vec![UnifiedMessage::user(question)];
        loop {
            let request = ModelRequest::builder(&self.model)
                .messages(history.clone())
                .tool(ToolSpec::from_type::<GetWeather>("get_weather"))
                .build();
            let response = self.client.create(&request).await?;
            self.cost += self.client.cost(&response);
            let text = response.text();
            let calls: Vec<_> = response.tool_calls().cloned().collect();
            history.extend(response.into_messages());
            if calls.is_empty() {
                return Ok(text);
            }
            let results = calls.iter().map(|call| run(call).into()).collect();
            history.push(UnifiedMessage::new(Role::Tool, results));
        }
    }
}

/// The current weather in a city.
#[derive(Deserialize, JsonSchema)]
struct GetWeather {
    /// The city, such as Lisbon.
    city: String,
}

/// Runs a tool call.
fn run(call: &ToolCallContent) -> ToolResultContent {
    match call.parse_arguments::<GetWeather>() {
        Ok(GetWeather { city }) => ToolResultContent::new(&call.id, format!("sunny and 21 °C in {city}")),
        // The model reads the error and can correct its call.
        Err(error) => ToolResultContent::new(&call.id, format!("invalid arguments: {error}")).failed(),
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

    let mut agent = Agent { client: Arc::new(client), model: "eu.amazon.nova-lite-v1:0".into(), cost: 0.0 };
    println!("{}", agent.answer("What is the weather in Lisbon?").await?);
    println!("The provider is {}, and the cost was ${:.6}.", agent.client.provider(), agent.cost);
    Ok(())
}
