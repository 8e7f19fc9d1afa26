//! Fuzzing: the tests that read streams which nobody would send, for a bounded time.

use std::path::Path;
use std::process::ExitCode;

use crate::Fault;
use crate::process;
use crate::workspace::Workspace;

/// How long they run when nobody says so.
pub(crate) const SECONDS: u32 = 10;

/// Runs them.
pub(crate) fn run(seconds: u32) -> Result<ExitCode, Fault> {
    let holds = holds(&Workspace::load()?.root, seconds)?;
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Whether all inputs of so many seconds keep the rules.
///
/// No package is named to cargo, so that features are those of the whole workspace, as in its tests, and nothing is
/// built twice. The targets run one after the other, since they share the time.
pub(crate) fn holds(root: &Path, seconds: u32) -> Result<bool, Fault> {
    let arguments = ["test", "--workspace", "--all-features", "--test", "fuzz", "--"];
    let mut command = process::cargo(root, arguments);
    command.args(["--nocapture", "--test-threads=1"]).env("OUTCROP_FUZZ_SECONDS", seconds.to_string());
    process::succeeds(&mut command)
}
