//! Documents: by their bytes, in S3, or as text.

use outcrop_core::{Blob, DocumentContent, ModelError, NoteAction};

use super::ContentEncoder;
use super::media::{MediaErrors, inline_data, parse_payload, s3_location, split_owner};
use crate::block_path::BlockPath;
use crate::catalog::ModelFamily;
use crate::media_format::{document_format, extension, is_text_extension};
use crate::naming::document::{IllegalCharacters, legal_name};
use crate::options::{Alternation, Dialect};
use crate::rule::Rule;
use crate::wire::{CitationsConfig, DocumentBlock, DocumentContentBlock, DocumentFormat, DocumentSource};

pub(super) const DOCUMENT: MediaErrors = MediaErrors {
    invalid: "InvalidDocument",
    unsupported: "UnsupportedDocumentFormat",
    noun: "document",
    formats: DocumentFormat::KNOWN,
};

impl ContentEncoder<'_> {
    /// Encodes a document.
    pub(super) fn document(
        &mut self,
        document: &DocumentContent,
        path: BlockPath,
    ) -> Result<DocumentBlock, ModelError> {
        let (format, source) = self.document_source(document, path)?;
        let name = self.document_name(document.name.as_deref().unwrap_or_default(), path);
        let mut block = DocumentBlock::new(name, source);
        block.format = format;
        block.context.clone_from(&document.context);
        block.citations = document.citations.map(CitationsConfig::new);
        Ok(block)
    }

    fn document_name(&mut self, given: &str, path: BlockPath) -> String {
        let named = self.with_legal_extension(given);
        let stem = named.as_deref().unwrap_or_else(|| without_extension(given));
        let name = self.legal_document_name(stem);
        if self.target.options.alternation == Alternation::Merge
            && name != without_extension(given)
            && !stem.is_empty()
        {
            let message = "changed the name of the document: the service accepts only some characters";
            self.note(Rule::DocumentNames.id(), NoteAction::Changed, path, message);
        }
        name
    }

    /// Returns a name without the characters that the service rejects, as the dialect replaces or drops them.
    pub(super) fn legal_document_name(&self, given: &str) -> String {
        let illegal = match self.target.options.dialect {
            Dialect::Ag2 => IllegalCharacters::BecomeSpaces,
            Dialect::Converse => IllegalCharacters::AreDropped,
        };
        legal_name(given, illegal)
    }

    pub(super) fn document_source(
        &mut self,
        document: &DocumentContent,
        path: BlockPath,
    ) -> Result<(Option<DocumentFormat>, DocumentSource), ModelError> {
        if let Some(uri) = inline_data(document.data_uri.as_ref(), document.document_url.as_deref()) {
            let payload = parse_payload(&uri, &DOCUMENT, path)?;
            let label = uri.media_type().unwrap_or_default();
            let name = document.name.as_deref().unwrap_or_default();
            let format = self.document_format(&payload, &label, name, path)?;
            return Ok((Some(format), DocumentSource::Bytes(payload)));
        }
        if let Some(bytes) = self.text_as_bytes(document, path) {
            return Ok((Some(DocumentFormat::Txt), DocumentSource::Bytes(bytes)));
        }
        if let Some(text) = &document.text {
            return Ok((None, DocumentSource::Text(text.clone())));
        }
        if let Some(chunks) = &document.chunks {
            let chunks = chunks.iter().cloned().map(DocumentContentBlock::Text).collect();
            return Ok((None, DocumentSource::Content(chunks)));
        }
        let url = document.document_url.as_deref().unwrap_or_default();
        let location =
            s3_location(url, &document.extra).ok_or_else(|| DOCUMENT.unsupported_url(path, url))?;
        let extension = extension(split_owner(url).0);
        if is_text_extension(&extension) {
            let message = "set the format to `txt`: Converse has no format of this name";
            self.note("documents.format", NoteAction::Changed, path, message);
            return Ok((Some(DocumentFormat::Txt), DocumentSource::S3Location(location)));
        }
        let format = document_format(&extension).ok_or_else(|| DOCUMENT.unsupported(path, &extension))?;
        Ok((Some(format), DocumentSource::S3Location(location)))
    }

    /// Returns a name with the extension of a text file in parentheses, because names may not have a dot. The format, `txt`,
    /// does not show whether it is code or a configuration.
    fn with_legal_extension(&self, given: &str) -> Option<String> {
        let is_converse = self.target.options.dialect == Dialect::Converse
            && self.target.options.alternation == Alternation::Merge;
        let (stem, extension) = given.rsplit_once('.').filter(|(stem, _)| is_converse && !stem.is_empty())?;
        is_text_extension(&extension.to_ascii_lowercase()).then(|| format!("{stem} ({extension})"))
    }

    /// Returns the bytes of a text document, for a model that accepts a text source only with citations.
    fn text_as_bytes(&mut self, document: &DocumentContent, path: BlockPath) -> Option<Blob> {
        // Claude rejects `source.text` and `source.content` without citations:
        // https://github.com/awslabs/aws-sdk-rust/issues/1365 (M67).
        let accepts_text = self.target.family() != ModelFamily::Claude || document.citations == Some(true);
        if accepts_text || !self.target.adapts() {
            return None;
        }
        let text = document.text.clone().or_else(|| Some(document.chunks.as_ref()?.join("\n\n")))?;
        let message = "sent the text as bytes: the model accepts a text source only with citations";
        self.note("documents.source", NoteAction::Changed, path, message);
        Some(Blob::from_bytes(text.into_bytes()))
    }
}

/// Removes an extension that names a format: the format is a member of its own.
pub(super) fn without_extension(given: &str) -> &str {
    let names_format = |(stem, ending): &(&str, &str)| {
        !stem.is_empty() && document_format(&ending.to_ascii_lowercase()).is_some()
    };
    given.rsplit_once('.').filter(names_format).map_or(given, |(stem, _)| stem)
}

#[cfg(test)]
mod tests;
