//! Records: the lines of a job's input, and their ids.

use std::borrow::Borrow;
use std::fmt;

use bytes::Bytes;
use outcrop_core::{ModelError, Note};

use crate::encode::Encoded;

/// The id of a record: ASCII letters and digits, the only characters that Bedrock documents.
///
/// The [examples] of AWS have eleven characters, as those of [`RecordId::from_number`] do.
///
/// ```
/// use outcrop_converse::RecordId;
///
/// assert_eq!(RecordId::new("CALL0000001")?.as_str(), "CALL0000001");
/// assert_eq!(RecordId::from_number(7).as_str(), "R0000000007");
/// assert_eq!(RecordId::new("call-1").unwrap_err().code(), Some("InvalidRecordId"));
/// # Ok::<(), outcrop_converse::core::ModelError>(())
/// ```
///
/// [examples]: https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-data.html
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(String);

impl RecordId {
    /// Creates an id from a text.
    ///
    /// # Errors
    /// Code `InvalidRecordId`, if the id is empty or contains anything but ASCII letters and digits.
    pub fn new(id: impl Into<String>) -> Result<Self, ModelError> {
        let id = id.into();
        if !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Ok(Self(id));
        }
        let message = if id.is_empty() {
            "the id of the record is empty"
        } else {
            "the id of the record contains characters other than ASCII letters and digits"
        };
        Err(ModelError::invalid_request("InvalidRecordId", "recordId", message)
            .with_hint("remove hyphens, or number the records with `RecordId::from_number`"))
    }

    /// Creates an id from a number: `R` and at least ten digits.
    #[must_use]
    pub fn from_number(number: usize) -> Self {
        Self(format!("R{number:010}"))
    }

    /// Returns the id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for RecordId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A request as a line of a job's input.
#[derive(Clone)]
#[non_exhaustive]
pub struct BatchRecord {
    /// The id, which identifies the response in the output.
    pub id: RecordId,
    /// `{"recordId":…,"modelInput":…}` and a line break. The same request always gives the same bytes.
    pub line: Bytes,
    /// The additions, removals and changes, in the order of the rules.
    pub notes: Vec<Note>,
}

impl BatchRecord {
    pub(super) fn new(id: RecordId, encoded: &Encoded) -> Self {
        let body = encoded.to_bytes();
        // Nothing needs escaping: an id is alphanumeric, and a body has no line breaks, because strings escape them and
        // raw JSON of the caller is written without them.
        let mut line = format!(r#"{{"recordId":"{id}","modelInput":"#).into_bytes();
        line.reserve_exact(body.len() + 2);
        line.extend_from_slice(&body);
        line.extend_from_slice(b"}\n");
        Self { id, line: line.into(), notes: encoded.notes.clone() }
    }
}

impl fmt::Debug for BatchRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The line is the conversation, and no prompt may show in a log.
        f.debug_struct("BatchRecord")
            .field("id", &self.id)
            .field("line", &format_args!("<{} bytes>", self.line.len()))
            .field("notes", &self.notes)
            .finish()
    }
}
