//! The format of a document: by its bytes if they show one, else by its media type and its name.
//!
//! A label is often wrong: a mail program or a browser takes it from the name, and a name from an upload. The service rejects
//! a document whose bytes are not of the given format.

use outcrop_core::{Blob, ModelError, NoteAction, sniff_media_type};

use super::ContentEncoder;
use super::document::DOCUMENT;
use crate::block_path::BlockPath;
use crate::media_format::{document_format, extension, is_text_extension, is_text_media_type};
use crate::wire::DocumentFormat;

/// The containers of documents. Which document they are is shown by the whole file.
const CONTAINERS: &[&str] = &["application/zip", "application/x-ole-storage"];

/// The labels of bytes that are not labelled.
const UNLABELLED: &[&str] = &["", "application/octet-stream", "binary/octet-stream"];

impl ContentEncoder<'_> {
    /// Returns the format of a document with bytes, which were checked not to be an image or audio.
    pub(super) fn document_format(
        &mut self,
        payload: &Blob,
        label: &str,
        name: &str,
        path: BlockPath,
    ) -> Result<DocumentFormat, ModelError> {
        let labelled = document_format(label);
        let by_name = document_format(&extension(name));
        let given = labelled.clone().or_else(|| by_name.clone());
        let found = shown_by_bytes(payload);
        match found.map(|found| (found, document_format(found))) {
            // Each text is the source of a web page as well.
            Some((_, Some(DocumentFormat::Html))) if given.as_ref().is_some_and(is_text_format) => {}
            Some((_, Some(format))) => {
                let message = if given.as_ref() == Some(&format) {
                    return Ok(format);
                } else if labelled.is_some() {
                    "changed the format to that of the bytes: the media type is another one"
                } else if by_name.is_some() {
                    "changed the format to that of the bytes: the name has another one"
                } else {
                    "set the format to that of the bytes: the media type is not that of a document"
                };
                self.note("documents.format", NoteAction::Changed, path, message);
                return Ok(format);
            }
            // A drawing is text, which models read, and its label names another format than text.
            Some(("image/svg+xml", None)) if given.as_ref().is_some_and(|given| !is_text_format(given)) => {
                let message =
                    "changed the format to `txt`: the bytes are text, and Converse has no format for them";
                self.note("documents.format", NoteAction::Changed, path, message);
                return Ok(DocumentFormat::Txt);
            }
            // A file of a container that is not known may be any of its documents, but not text.
            Some((found, None))
                if CONTAINERS.contains(&found) && given.as_ref().is_none_or(is_text_format) =>
            {
                return Err(DOCUMENT.unsupported(path, found));
            }
            // Slides, for example.
            Some((found, None)) if found.starts_with("application/vnd.") => {
                return Err(DOCUMENT.unsupported(path, found));
            }
            _ => {}
        }
        // Windows labels a CSV as Excel's: https://github.com/Arize-ai/phoenix/issues/11956. `text/plain` is the label of every
        // text whose extension a system does not know.
        if let Some(by_name) = by_name.filter(is_text_format) {
            let is_vague = |labelled: &DocumentFormat| {
                !is_text_format(labelled) || (*labelled == DocumentFormat::Txt && by_name != *labelled)
            };
            if labelled.as_ref().is_some_and(is_vague) && is_text(&payload.head::<512>()) {
                let message = "changed the format to that of the name: the bytes are text";
                self.note("documents.format", NoteAction::Changed, path, message);
                return Ok(by_name);
            }
        }
        match given {
            Some(format) => Ok(format),
            None if UNLABELLED.contains(&label) && payload.bytes().is_ok_and(|bytes| is_text(&bytes)) => {
                let message = "set the format to `txt`: the bytes are text, and nothing names another format";
                self.note("documents.format", NoteAction::Changed, path, message);
                Ok(DocumentFormat::Txt)
            }
            // Source code, configurations and logs: Converse has no format for them, and models read them as text.
            None if names_text_file(label, name) && payload.bytes().is_ok_and(|bytes| is_text(&bytes)) => {
                let message =
                    "set the format to `txt`: the bytes are text, and Converse has no format of this name";
                self.note("documents.format", NoteAction::Changed, path, message);
                Ok(DocumentFormat::Txt)
            }
            None => Err(DOCUMENT.unsupported(path, label)),
        }
    }
}

/// Returns the media type that the bytes show.
fn shown_by_bytes(payload: &Blob) -> Option<&'static str> {
    let found = sniff_media_type(&payload.head::<512>())?;
    if !CONTAINERS.contains(&found) {
        return Some(found);
    }
    // The list of a container's files is at its end. Only such documents are decoded for this.
    payload.bytes().ok().and_then(|bytes| sniff_media_type(&bytes)).or(Some(found))
}

/// Returns whether a media type or a name is that of a text file.
///
/// Browsers label source code by its extension alone, such as TypeScript as a video.
fn names_text_file(label: &str, name: &str) -> bool {
    is_text_media_type(label) || is_text_extension(&extension(name))
}

/// Returns whether files of a format are text.
fn is_text_format(format: &DocumentFormat) -> bool {
    matches!(format, DocumentFormat::Csv | DocumentFormat::Html | DocumentFormat::Txt | DocumentFormat::Md)
}

/// Returns whether bytes, or the first of them, are text in UTF-8.
fn is_text(bytes: &[u8]) -> bool {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        // The first bytes may end within a character.
        Err(error) if error.error_len().is_none() => {
            let whole = bytes.get(..error.valid_up_to()).unwrap_or_default();
            std::str::from_utf8(whole).unwrap_or_default()
        }
        Err(_) => return false,
    };
    let is_control = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t' | '\u{c}');
    !text.is_empty() && !text.contains(is_control)
}

#[cfg(test)]
mod tests;
