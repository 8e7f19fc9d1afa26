//! The async runtime of a command.

use tokio::runtime::{Builder, Runtime};

use crate::failure::Failure;

/// Starts a runtime with timers and I/O.
pub(crate) fn start(mut builder: Builder) -> Result<Runtime, Failure> {
    let started = builder.enable_all().build();
    started.map_err(|error| Failure::input(format!("the async runtime cannot be started: {error}")))
}
