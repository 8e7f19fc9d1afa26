//! The gate `api`: the public API of each published library is the accepted one.

use super::outcome::{GateResult, Outcome};
use crate::api::{self, Comparison};
use crate::workspace::Workspace;

/// Runs the gate.
pub(super) fn run(workspace: &Workspace) -> GateResult {
    Ok(match api::compare(workspace)? {
        Comparison::OtherVersion(reason) => Outcome::Skipped(reason),
        Comparison::Differences(mut lines) => {
            if !lines.is_empty() {
                lines.push(
                    "if the change is intended, run `cargo xtask api` and review tests/golden/api".to_owned(),
                );
            }
            Outcome::from_findings(lines)
        }
    })
}
