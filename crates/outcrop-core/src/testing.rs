//! Fakes and checks for tests. Not covered by semantic versioning.
//!
//! - [`ScriptedClient`]: a client that gives the answers it was told to, in order, and remembers the requests.
//! - [`MockModelClient`]: a [mockall](https://docs.rs/mockall) mock, for expectations call by call.
//! - [`contract`]: what every [`ModelClient`](crate::ModelClient) promises, checked.

pub mod contract;
mod scripted;

pub use scripted::ScriptedClient;

pub use crate::client::MockModelClient;

#[cfg(test)]
mod tests;
