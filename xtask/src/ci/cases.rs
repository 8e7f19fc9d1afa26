//! The gate `cases`: runs the shared cases against the command `outcrop`.

use std::path::{Path, PathBuf};

use super::outcome::{GateResult, Outcome};
use crate::process;
use crate::workspace::Workspace;

/// The variable with the folder of the shared cases and their runner.
const SHARED: &str = "OUTCROP_SHARED";

/// Runs the gate.
pub(super) fn run(workspace: &Workspace) -> GateResult {
    let Some(shared) = std::env::var_os(SHARED).map(PathBuf::from) else {
        return Ok(Outcome::Skipped(format!("{SHARED} is not set")));
    };
    let root = workspace.root.as_path();
    if process::output(&mut process::command(root, "python3", ["--version"])).is_err() {
        return Ok(Outcome::Skipped("python3 is not installed".to_owned()));
    }
    // `--examples` unifies the features as the tests do, so cargo reuses what they built.
    let build = ["build", "--quiet", "--workspace", "--bin", "outcrop", "--examples"];
    if !process::succeeds(&mut process::cargo(root, build))? {
        return Ok(Outcome::Failed(vec!["the command `outcrop` does not build".to_owned()]));
    }
    let binary =
        workspace.target_directory.join("debug").join(format!("outcrop{}", std::env::consts::EXE_SUFFIX));
    let mut check = process::command(root, "python3", []);
    check.arg(shared.join("tools/check_cases.py")).arg(shared.join("cases/ag2.jsonl"));
    check.arg("--cmd").arg(shell_quoted(&binary));
    let passed = process::succeeds(&mut check)?;
    Ok(Outcome::check(passed, "some cases failed: see the output above"))
}

/// Quotes a path for a POSIX shell.
fn shell_quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}
