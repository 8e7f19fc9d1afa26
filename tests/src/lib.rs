//! The examples of the README and of the guides, compiled and run as doctests.
#![doc = include_str!("../../README.md")]

#[doc = include_str!("../../docs/agents.md")]
pub mod agents {}

#[cfg(feature = "mcp")]
#[doc = include_str!("../../docs/mcp.md")]
pub mod mcp {}

#[doc = include_str!("../../docs/catalog.md")]
pub mod catalog {}

#[doc = include_str!("../../docs/testing.md")]
pub mod testing {}

#[doc = include_str!("../../docs/observability.md")]
pub mod observability {}
