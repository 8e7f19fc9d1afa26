//! What a gate says.

use crate::Fault;

/// What a gate says of the workspace.
#[derive(Debug)]
pub(super) enum Verdict {
    /// It holds; the notes are worth a look all the same.
    Holds(Vec<String>),
    /// It was not checked, for this reason.
    Skipped(String),
    /// It does not hold, for these reasons, one a place.
    Fails(Vec<String>),
}

/// The verdict of a gate, or why there is none.
pub(super) type Outcome = Result<Verdict, Fault>;

impl Verdict {
    /// Holds where there is nothing to complain of.
    pub(super) fn of(findings: Vec<String>) -> Self {
        Self::with_notes(findings, Vec::new())
    }

    /// The same, with notes for the case that it holds.
    pub(super) fn with_notes(findings: Vec<String>, notes: Vec<String>) -> Self {
        if findings.is_empty() { Self::Holds(notes) } else { Self::Fails(findings) }
    }
}
