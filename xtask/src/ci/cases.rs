//! The gate `cases`: the shared cases hold, as the command maps them.

use std::path::{Path, PathBuf};

use super::verdict::{Outcome, Verdict};
use crate::process;
use crate::workspace::Workspace;

/// The folder with the shared cases and the tool that runs them.
const SHARED: &str = "OUTCROP_SHARED";

pub(super) fn run(workspace: &Workspace) -> Outcome {
    let Some(shared) = std::env::var_os(SHARED).map(PathBuf::from) else {
        return Ok(Verdict::Skipped(format!("{SHARED} is not set")));
    };
    let root = workspace.root.as_path();
    if process::read(&mut process::command(root, "python3", ["--version"])).is_err() {
        return Ok(Verdict::Skipped("there is no python3".to_owned()));
    }
    // `--examples`, so that features are those of the tests: what they built is not built again.
    let build = ["build", "--quiet", "--workspace", "--bin", "outcrop", "--examples"];
    if !process::succeeds(&mut process::cargo(root, build))? {
        return Ok(Verdict::Fails(vec!["the command does not build".to_owned()]));
    }
    let binary =
        workspace.target_directory.join("debug").join(format!("outcrop{}", std::env::consts::EXE_SUFFIX));
    let mut check = process::command(root, "python3", []);
    check.arg(shared.join("tools/check_cases.py")).arg(shared.join("cases/ag2.jsonl"));
    check.arg("--cmd").arg(quoted(&binary));
    let holds = process::succeeds(&mut check)?;
    Ok(Verdict::of(if holds { vec![] } else { vec!["cases do not hold: see above".to_owned()] }))
}

/// A path as one word of a shell.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}
