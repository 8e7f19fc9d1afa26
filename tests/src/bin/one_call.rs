//! Makes one call with the settings of a configuration entry.
//!
//! `one-call ENTRY` prints the error as JSON, or `null`. Tests run it in a child process to control its environment: they
//! cannot change the variables of their own process, which other tests share.

use std::error::Error;

use outcrop::config::ConfigEntry;
use outcrop::{BedrockClient, ModelClient, ModelError, ModelRequest};

fn main() -> Result<(), Box<dyn Error>> {
    let entry = std::env::args().nth(1).ok_or("usage: one-call ENTRY")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let error = runtime.block_on(call(&entry)).err();
    println!("{}", serde_json::to_string(&error)?);
    Ok(())
}

async fn call(entry: &str) -> Result<(), ModelError> {
    let client = BedrockClient::from_config(&ConfigEntry::settings_from_json(entry)?).await?;
    let request = ModelRequest::builder("amazon.nova-lite-v1:0").user("Name a river.").build();
    client.create(&request).await.map(drop)
}
