//! What was changed on the way, told to the caller.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::open_enum;

/// One thing that was changed, left out or added so that a provider takes a request, or that was noticed in a reply.
///
/// Nothing is changed silently: each mapping hands out its notes, to be logged, shown or, in strict mode, refused.
/// A note never holds what the conversation says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Note {
    /// Which rule made the change, such as `turns.alternate`. Stable: programs may look at it.
    pub rule: Cow<'static, str>,
    /// What was done.
    pub action: NoteAction,
    /// The path of the change, such as `messages[3].content[1]`; empty for the request as a whole. In JSON: `place`.
    #[serde(rename = "place")]
    pub path: String,
    /// What was done, and why, in a sentence for people.
    pub message: Cow<'static, str>,
}

open_enum! {
    /// What a note tells of.
    pub enum NoteAction {
        /// Something was added.
        Added = "added",
        /// Something was left out.
        Dropped = "dropped",
        /// Something was changed.
        Changed = "changed",
        /// Something was moved to another place.
        Moved = "moved",
        /// Something is sent as it is, though it may be refused or without effect.
        Warned = "warned",
    }
}

impl Note {
    /// A note.
    #[must_use]
    pub fn new(
        rule: &'static str,
        action: NoteAction,
        path: impl Into<String>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { rule: Cow::Borrowed(rule), action, path: path.into(), message: message.into() }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            write!(f, "{} [{}]", self.message, self.rule)
        } else {
            write!(f, "{}: {} [{}]", self.path, self.message, self.rule)
        }
    }
}

#[cfg(test)]
mod tests;
