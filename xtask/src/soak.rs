//! Soak test: 500 concurrent streams with mixed faults, for a number of rounds.

use std::process::ExitCode;

use crate::error::TaskError;
use crate::process;
use crate::workspace::Workspace;

/// The rounds of a run without an argument: some minutes.
pub(crate) const DEFAULT_ROUNDS: u32 = 20;

/// Runs the task `soak`.
pub(crate) fn run(rounds: u32) -> Result<ExitCode, TaskError> {
    let root = Workspace::load()?.root;
    let arguments = ["test", "--workspace", "--all-features", "--test", "it", "--", "--nocapture", "soak::"];
    let mut command = process::cargo(&root, arguments);
    command.env("OUTCROP_SOAK_ROUNDS", rounds.to_string());
    Ok(if process::succeeds(&mut command)? { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
