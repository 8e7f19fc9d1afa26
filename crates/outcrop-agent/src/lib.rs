//! Typed tools and agents for any language model.
#![doc = include_str!("../README.md")]

mod tool;
mod tools;

pub use tool::{IntoToolOutput, Json, Tool, ToolOutput};
pub use tools::{Decision, Tools};

#[doc(no_inline)]
pub use schemars;
