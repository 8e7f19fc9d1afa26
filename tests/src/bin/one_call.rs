//! Makes one call with the settings of a configuration entry.
//!
//! `one-call ENTRY` prints the error as JSON, or `null`. `one-call ENTRY models` lists the models instead. Tests run it in a child process to control its environment: they
//! cannot change the variables of their own process, which other tests share.

use std::error::Error;

use outcrop::config::ConfigEntry;
use outcrop::{BedrockClient, ModelClient, ModelError, ModelRequest};

fn main() -> Result<(), Box<dyn Error>> {
    let entry = std::env::args().nth(1).ok_or("usage: one-call ENTRY [models]")?;
    let lists = std::env::args().nth(2).is_some_and(|argument| argument == "models");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let error = runtime.block_on(call(&entry, lists)).err();
    println!("{}", serde_json::to_string(&error)?);
    Ok(())
}

async fn call(entry: &str, lists: bool) -> Result<(), ModelError> {
    let client = BedrockClient::from_config(&ConfigEntry::settings_from_json(entry)?).await?;
    if lists {
        return client.models().await.map(drop);
    }
    let request = ModelRequest::builder("amazon.nova-lite-v1:0").user("Name a river.").build();
    client.create(&request).await.map(drop)
}
