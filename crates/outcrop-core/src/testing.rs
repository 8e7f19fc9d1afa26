//! Fakes and checks for tests. This module is not covered by semantic versioning.
//!
//! - [`ScriptedClient`]: a client that returns given responses in order and records the requests.
//! - [`MockModelClient`]: a [mockall](https://docs.rs/mockall) mock, for expectations on each call.
//! - [`contract`]: a check of the requirements on every [`ModelClient`](crate::ModelClient).

pub mod contract;
mod scripted;

pub use scripted::ScriptedClient;

pub use crate::client::MockModelClient;

#[cfg(test)]
mod tests;
