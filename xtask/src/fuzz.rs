//! Fuzzing: runs the fuzz tests of the stream decoders for a bounded time.

use std::path::Path;
use std::process::ExitCode;

use crate::error::TaskError;
use crate::process;
use crate::workspace::Workspace;

/// The duration of a run without an argument, and of the gate `fuzz`: short enough to run on every change.
pub(crate) const DEFAULT_SECONDS: u32 = 10;

/// Runs the task `fuzz`.
pub(crate) fn run(seconds: u32) -> Result<ExitCode, TaskError> {
    let passed = run_targets(&Workspace::load()?.root, seconds)?;
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs all fuzz targets and returns whether every input passed.
pub(crate) fn run_targets(root: &Path, seconds: u32) -> Result<bool, TaskError> {
    // `--workspace` instead of `-p outcrop-tests`: the features are then unified as in `cargo test --workspace`,
    // and cargo reuses what that command built. One test thread, because the targets share the time.
    let arguments = ["test", "--workspace", "--all-features", "--test", "fuzz", "--"];
    let mut command = process::cargo(root, arguments);
    command.args(["--nocapture", "--test-threads=1"]).env("OUTCROP_FUZZ_SECONDS", seconds.to_string());
    process::succeeds(&mut command)
}
