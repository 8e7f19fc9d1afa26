//! Configuration lists in AG2's format.
//!
//! A list has one entry for each model that a program may use. It is JSON in a file, in the environment variable
//! `OAI_CONFIG_LIST` (the JSON itself or the path of a file), or in the program. AG2 has the format from AutoGen:
//! <https://microsoft.github.io/autogen/0.2/docs/topics/llm_configuration>.
//!
//! A list may contain entries of other providers; they are not read.
//!
//! Requests of an entry are mapped in AG2 Classic's dialect, while the default of
//! [`BedrockClient::builder`](crate::BedrockClient::builder) is Converse's own. `"dialect": "converse"` in an entry selects that.
//!
//! ```
//! use outcrop::config::{ConfigList, Filter};
//!
//! let list = ConfigList::from_json(r#"[
//!     {"api_type": "bedrock_v2", "model": "eu.amazon.nova-lite-v1:0", "aws_region": "eu-west-1", "tags": ["cheap"]},
//!     {"api_type": "openai", "model": "gpt-6"}
//! ]"#)?;
//! let entry = list.filter(&Filter::new().tag("cheap")).bedrock_entries()?.remove(0);
//! assert_eq!(entry.model.as_deref(), Some("eu.amazon.nova-lite-v1:0"));
//! # Ok::<(), outcrop::ModelError>(())
//! ```

mod api_type;
mod credential_names;
mod debug;
mod entry;
mod list;
mod reader;

pub use api_type::ApiType;
pub use entry::ConfigEntry;
pub use list::{ConfigList, Filter};

#[cfg(test)]
mod tests;
