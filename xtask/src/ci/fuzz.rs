//! The gate `fuzz`: for a short while, streams that nobody would send are read.

use super::verdict::{Outcome, Verdict};
use crate::fuzz;
use crate::workspace::Workspace;

pub(super) fn run(workspace: &Workspace) -> Outcome {
    let holds = fuzz::holds(&workspace.root, fuzz::SECONDS)?;
    Ok(Verdict::of(if holds { vec![] } else { vec!["an input breaks a rule: see above".to_owned()] }))
}
