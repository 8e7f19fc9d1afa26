//! The outcome of a gate.

use crate::error::TaskError;

/// The outcome of a gate that could run.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Nothing was found. The notes are printed below the gate.
    Passed(Vec<String>),
    /// The gate checked nothing, for this reason.
    Skipped(String),
    /// The findings, one per line.
    Failed(Vec<String>),
}

/// The outcome of a gate, or the reason that it could not run.
pub(super) type GateResult = Result<Outcome, TaskError>;

impl Outcome {
    /// Returns `Passed` if there are no findings.
    pub(super) fn from_findings(findings: Vec<String>) -> Self {
        Self::with_notes(findings, Vec::new())
    }

    /// Returns `Passed` with notes if there are no findings.
    pub(super) fn with_notes(findings: Vec<String>, notes: Vec<String>) -> Self {
        if findings.is_empty() { Self::Passed(notes) } else { Self::Failed(findings) }
    }

    /// Returns `Passed`, or `Failed` with one finding.
    pub(super) fn check(passed: bool, finding: &str) -> Self {
        Self::from_findings(if passed { Vec::new() } else { vec![finding.to_owned()] })
    }
}
