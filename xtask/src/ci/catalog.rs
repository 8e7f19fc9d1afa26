//! The gate `catalog`: the tables of the catalog of models are those that its data make.

use super::verdict::{Outcome, Verdict};
use crate::catalog;
use crate::workspace::Workspace;

pub(super) fn run(workspace: &Workspace) -> Outcome {
    Ok(Verdict::of(catalog::stale(&workspace.root)?))
}
