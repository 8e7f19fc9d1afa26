//! Notes about what a mapping changed.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::open_enum;

/// A note about a change that a mapping made to a request or response, or about something that the caller should know.
///
/// A mapping changes nothing silently: each change has a note. Log the notes, show them, or reject them as the strict
/// mode of a provider does. A note never contains text of the conversation.
///
/// ```
/// use outcrop_core::{Note, NoteAction};
///
/// let message = "dropped the part: its text is not a string";
/// let note = Note::new("content.part", NoteAction::Dropped, "messages[0].content[1]", message);
/// assert_eq!(note.to_string(), format!("messages[0].content[1]: {message} [content.part]"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Note {
    /// The id of the rule that made the change, such as `turns.alternate`. Ids are stable, so programs may compare
    /// them.
    pub rule: Cow<'static, str>,
    /// The kind of change.
    pub action: NoteAction,
    /// The path of the change, such as `messages[3].content[1]`. It is empty if the change concerns the whole request.
    /// Its name in JSON is `place`.
    #[serde(rename = "place")]
    pub path: String,
    /// The change and its reason, for people. The text is not stable.
    pub message: Cow<'static, str>,
}

open_enum! {
    /// The kind of change that a note describes.
    pub enum NoteAction {
        /// Something was added.
        Added = "added",
        /// Something was dropped.
        Dropped = "dropped",
        /// Something was changed.
        Changed = "changed",
        /// Something was moved.
        Moved = "moved",
        /// Something was sent unchanged, although it may be rejected or have no effect.
        Warned = "warned",
    }
}

impl Note {
    /// Creates a note.
    #[must_use]
    pub fn new(
        rule: &'static str,
        action: NoteAction,
        path: impl Into<String>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { rule: Cow::Borrowed(rule), action, path: path.into(), message: message.into() }
    }

    /// Creates the note on a text with a lone surrogate that was replaced. See
    /// [`replace_lone_surrogates`](crate::replace_lone_surrogates).
    #[must_use]
    pub fn lone_surrogate(path: impl Into<String>) -> Self {
        let message =
            "replaced half a character by U+FFFD: a surrogate without its other half is not Unicode";
        Self::new("text.surrogate", NoteAction::Changed, path, message)
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
