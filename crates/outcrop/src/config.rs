//! Configuration lists, as AG2 writes them.
//!
//! A list has an entry for each model that a program may use, as JSON: in a file, in the variable
//! `OAI_CONFIG_LIST` (the text itself or the path of a file), or in the program.
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

mod entry;
mod list;
mod read;

pub use entry::{ApiType, ConfigEntry};
pub use list::{ConfigList, Filter};

#[cfg(test)]
mod tests;
