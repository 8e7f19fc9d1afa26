//! Reading JSON, with errors that name the place and never repeat the content.

use std::fmt;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

/// Why a text could not be read as a JSON value of some type.
///
/// The message never repeats a string of the input: it may be somebody's prompt.
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

    /// Returns the path, such as `messages[217].content[2].toolResult`; empty when the text as a whole is meant.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong there.
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

/// Reads a JSON text as a Rust type.
///
/// # Errors
/// [`JsonError`] with the path to the first member that does not fit.
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, JsonError> {
    from_slice(text.as_bytes())
}

/// Reads a JSON document as a Rust type.
///
/// # Errors
/// [`JsonError`] with the path to the first member that does not fit.
pub fn from_slice<T: DeserializeOwned>(document: &[u8]) -> Result<T, JsonError> {
    serde_json::from_slice(document).map_err(|first| {
        let text = std::str::from_utf8(document).ok();
        text.and_then(locate::<T>).unwrap_or_else(|| JsonError::from_serde(&first))
    })
}

/// Reads the document a second time, now keeping track of the path: only broken input pays for it.
#[cold]
pub(crate) fn locate<'de, T: Deserialize<'de>>(text: &'de str) -> Option<JsonError> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let mut track = serde_path_to_error::Track::new();
    let error = T::deserialize(serde_path_to_error::Deserializer::new(&mut reader, &mut track)).err()?;
    Some(JsonError { path: path_text(&track.path()), message: without_content(&error.to_string()) })
}

/// A path as text; where the text ended before a member had a name, the object that was open.
fn path_text(path: &Path) -> String {
    let text = path.to_string();
    match path.iter().next_back() {
        None => String::new(),
        Some(Segment::Unknown) => text.trim_end_matches('?').trim_end_matches('.').to_owned(),
        Some(_) => text,
    }
}

/// How serde quotes the input: what stands before the quote, what is told in its place, and how the quote ends.
const QUOTES: &[(&str, &str, &str)] = &[
    ("string \"", "string", "\""),
    ("unknown variant `", "unknown variant", "`"),
    ("unknown field `", "unknown field", "`"),
];

/// Takes strings of the input out of a message of serde's: `invalid type: string "…", expected u64`.
fn without_content(message: &str) -> String {
    let quotes = QUOTES.iter().filter_map(|quote| Some((message.find(quote.0)?, quote)));
    let Some((_, (opening, kind, closing))) = quotes.min_by_key(|(start, _)| *start) else {
        return message.to_owned();
    };
    let Some((before, quoted)) = message.split_once(opening) else { return message.to_owned() };
    let ends = [", expected", ", there are no"].map(|next| quoted.rfind(&format!("{closing}{next}")));
    let after = ends.into_iter().max().flatten().and_then(|end| quoted.get(end + closing.len()..));
    after.map_or_else(|| message.to_owned(), |after| format!("{before}{kind}{after}"))
}
