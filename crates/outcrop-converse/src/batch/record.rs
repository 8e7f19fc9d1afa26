//! Lines of the input.

use std::fmt;

use bytes::Bytes;
use outcrop_core::Note;

use super::RecordId;
use crate::encode::Encoded;

/// A request as a line of the input of a batch job.
#[derive(Clone)]
#[non_exhaustive]
pub struct BatchRecord {
    /// The id by which the reply will be known.
    pub id: RecordId,
    /// `{"recordId":…,"modelInput":…}` and a line break. The same request gives the same bytes, always.
    pub line: Bytes,
    /// What was added, left out or changed, in the order of the rules.
    pub notes: Vec<Note>,
}

impl BatchRecord {
    pub(super) fn new(id: RecordId, encoded: &Encoded) -> Self {
        let body = encoded.to_bytes();
        // An id has no characters that JSON would want escaped, and a body no line breaks: they are escaped in strings,
        // and taken out of what the caller gave as JSON.
        let mut line = format!(r#"{{"recordId":"{id}","modelInput":"#).into_bytes();
        line.reserve_exact(body.len() + 2);
        line.extend_from_slice(&body);
        line.extend_from_slice(b"}\n");
        Self { id, line: line.into(), notes: encoded.notes.clone() }
    }
}

impl fmt::Debug for BatchRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchRecord")
            .field("id", &self.id)
            .field("line", &format_args!("<{} bytes>", self.line.len()))
            .field("notes", &self.notes)
            .finish()
    }
}
