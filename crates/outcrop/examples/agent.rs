//! An agent with two typed tools, streaming, a budget and Ctrl-C, on an emulated Bedrock.
//! The client speaks Converse's own dialect. Programs of AG2 Classic use `BedrockClient::ag2()` instead: docs/ag2.md.
//!
//! ```sh
//! cargo run -p outcrop --example agent
//! ```

use outcrop::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;

/// The weather in a city, now.
#[derive(Deserialize, JsonSchema)]
struct GetWeather {
    /// The city, such as Lisbon.
    city: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = outcrop_emulator::Emulator::start().await?;
    let credentials = Credentials::keys("any", "any");
    let builder = BedrockClient::builder().region("eu-west-1").endpoint_url(emulator.url());
    let client = builder.credentials(credentials).build().await?;
    let agent = Agent::builder(client, "eu.amazon.nova-lite-v1:0")
        .system("Answer in one sentence.")
        .tool(Tool::new(
            "get_weather",
            |GetWeather { city }| async move { format!("sunny, 21 °C in {city}") },
        ))
        .tool(
            Tool::without_input("get_time", || async { "half past seven" })
                .with_description("The time, now."),
        )
        .max_steps(8)
        .budget_usd(0.50)
        .build();

    let mut events = agent.stream("What is the weather in Lisbon?");
    let run = loop {
        tokio::select! {
            event = events.next() => match event.transpose()? {
                Some(AgentEvent::Text(text)) => print!("{text}"),
                Some(AgentEvent::ToolStarted(call)) => println!("[{} {}]", call.name, call.arguments),
                Some(AgentEvent::Done(run)) => break run,
                _ => {}
            },
            _ = tokio::signal::ctrl_c() => break events.stop(),
        }
    };
    println!("\n{} steps, {:?} US dollars", run.steps().len(), run.cost());
    Ok(())
}
