//! Ids of records.

use std::borrow::Borrow;
use std::fmt;

use outcrop_core::ModelError;

/// The id of a record: letters and digits of ASCII, which is what Bedrock asks for.
///
/// AWS's examples have eleven characters, as those of [`RecordId::from_number`] do.
///
/// ```
/// use outcrop_converse::RecordId;
///
/// assert_eq!(RecordId::new("CALL0000001")?.as_str(), "CALL0000001");
/// assert_eq!(RecordId::from_number(7).as_str(), "R0000000007");
/// assert_eq!(RecordId::new("call-1").unwrap_err().code(), Some("InvalidRecordId"));
/// # Ok::<(), outcrop_core::ModelError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(String);

impl RecordId {
    /// An id of the caller's own.
    ///
    /// # Errors
    /// With the code `InvalidRecordId` when the id is empty or has anything but letters and digits of ASCII.
    pub fn new(id: impl Into<String>) -> Result<Self, ModelError> {
        let id = id.into();
        if !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Ok(Self(id));
        }
        let message = if id.is_empty() {
            "the id of the record is empty"
        } else {
            "the id of the record has other characters than letters and digits"
        };
        Err(ModelError::invalid_request("InvalidRecordId", "recordId", message)
            .with_hint("take hyphens out, or number the records with `RecordId::from_number`"))
    }

    /// An id that counts: `R` and ten digits, or more for a number that has more.
    #[must_use]
    pub fn from_number(number: usize) -> Self {
        Self(format!("R{number:010}"))
    }

    /// The id.
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
