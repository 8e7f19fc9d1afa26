//! Parsing JSON into Rust types, with errors that name the path and never repeat the content.

use std::fmt;

use super::locate;
use serde::de::DeserializeOwned;

/// An error of parsing JSON, with the path of the value that does not fit.
///
/// The message never repeats a string of the input, because that string may be a prompt.
///
/// ```
/// use outcrop_core::{ToolCallContent, from_str};
///
/// let error = from_str::<Vec<ToolCallContent>>(r#"[{"id": "1", "name": "f", "arguments": 7}]"#).unwrap_err();
/// assert_eq!(error.path(), "[0]");
/// assert!(error.message().starts_with("arguments: invalid type: integer `7`, expected a string"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    path: String,
    message: String,
}

impl JsonError {
    /// Builds an error at a path, for parsers that check more than JSON does.
    #[must_use]
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }

    /// Returns the path, such as `messages[217].content[2].toolResult`. It is empty if the error concerns the whole
    /// text.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the reason, without the path.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Prefixes the error's path with that of an outer value.
    #[must_use]
    pub fn with_path_prefix(mut self, outer: &str) -> Self {
        self.path = match (outer.is_empty(), self.path.is_empty()) {
            (true, _) => self.path,
            (false, true) => outer.to_owned(),
            (false, false) if self.path.starts_with('[') => format!("{outer}{}", self.path),
            (false, false) => format!("{outer}.{}", self.path),
        };
        self
    }

    /// Builds the error of a text, with the path of the value at which parsing failed.
    #[cold]
    pub(crate) fn located(text: &str, error: &serde_json::Error) -> Self {
        Self { path: locate::path(text, error), ..Self::from_serde(error) }
    }

    pub(super) fn from_serde(error: &serde_json::Error) -> Self {
        Self { path: String::new(), message: without_content(&error.to_string()) }
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.path, self.message)
        }
    }
}

impl std::error::Error for JsonError {}

/// Parses JSON text into a Rust type.
///
/// # Errors
/// [`JsonError`] with the path of the first member that does not fit.
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, JsonError> {
    from_slice(text.as_bytes())
}

/// Parses a JSON document into a Rust type.
///
/// # Errors
/// [`JsonError`] with the path of the first member that does not fit, or without a path if the bytes are not UTF-8.
pub fn from_slice<T: DeserializeOwned>(document: &[u8]) -> Result<T, JsonError> {
    serde_json::from_slice(document).map_err(|error| match std::str::from_utf8(document) {
        Ok(text) => JsonError::located(text, &error),
        Err(_) => JsonError::from_serde(&error),
    })
}

/// The forms in which serde quotes the input: the text up to the quotation, its replacement, and the closing mark.
const QUOTES: &[(&str, &str, &str)] = &[
    ("string \"", "string", "\""),
    ("unknown variant `", "unknown variant", "`"),
    ("unknown field `", "unknown field", "`"),
];

/// Removes the quotation of the input from a message of serde, such as `invalid type: string "…", expected u64`.
fn without_content(message: &str) -> String {
    let quotes = QUOTES.iter().filter_map(|quote| Some((message.find(quote.0)?, quote)));
    // The first quotation is serde's own; any later match is part of the quoted input.
    let Some((_, (opening, kind, closing))) = quotes.min_by_key(|(start, _)| *start) else {
        return message.to_owned();
    };
    let Some((before, quoted)) = message.split_once(opening) else { return message.to_owned() };
    // The input may contain these phrases too, so the last one is the end of the quotation.
    let ends = [", expected", ", there are no"].map(|next| quoted.rfind(&format!("{closing}{next}")));
    let after = ends.into_iter().max().flatten().and_then(|end| quoted.get(end + closing.len()..));
    after.map_or_else(|| message.to_owned(), |after| format!("{before}{kind}{after}"))
}
