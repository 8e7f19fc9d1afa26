//! Blocks that a caller gives in Converse's own form, made acceptable like all others.
//!
//! They come from histories that other clients made, with the flaws that the service rejects: calls whose input is a text,
//! results with a list as JSON, media with the format of a file name.

use std::borrow::Cow;

use outcrop_core::{
    Blob, DataUri, DocumentContent, GenericContent, ImageContent, ModelError, NoteAction, RawJson,
};

use super::ContentEncoder;
use super::document::{DOCUMENT, without_extension};
use super::media::parse_payload;
use crate::block_path::BlockPath;
use crate::media_format::{audio_format, video_format};
use crate::origin;
use crate::rule::Rule;
use crate::wire::{
    ContentBlock, DocumentBlock, DocumentContentBlock, DocumentFormat, DocumentSource,
    GuardContentImageFormat, GuardrailConverseContentBlock, ImageBlock, MediaSource, ToolResultBlock,
    ToolResultContentBlock, ToolUseBlock, VideoBlock,
};

impl ContentEncoder<'_> {
    /// Converts a generic block back into one of Converse's. Returns `None` if it is none.
    ///
    /// # Errors
    /// The block has the member of a known block, with a value of another form, or a medium that is not accepted.
    pub(super) fn generic(
        &mut self,
        block: &GenericContent,
        path: BlockPath,
    ) -> Result<Option<ContentBlock>, ModelError> {
        let Some(mut parsed) = origin::generic_block(block) else {
            return match origin::form_error(block).filter(|_| self.target.adapts()) {
                Some(reason) => Err(ModelError::invalid_request(
                    "InvalidMessage",
                    path,
                    format!("the block does not have the form of Converse's: {reason}"),
                )),
                None => Ok(None),
            };
        };
        if self.target.adapts() && !origin::is_marked(block) {
            self.adapt_given(&mut parsed, path)?;
        }
        Ok(Some(parsed))
    }

    fn adapt_given(&mut self, block: &mut ContentBlock, path: BlockPath) -> Result<(), ModelError> {
        match block {
            ContentBlock::ToolUse(call) => self.adapt_call(call, path),
            ContentBlock::ToolResult(result) => self.adapt_result(result, path)?,
            ContentBlock::Image(image) => self.adapt_image(image, path)?,
            ContentBlock::Video(video) => self.adapt_video(video, path),
            ContentBlock::Audio(audio) => {
                let label = format!("audio/{}", audio.format.as_str().to_ascii_lowercase());
                self.adapt_spelling(&mut audio.format, audio_format(&label), path);
            }
            ContentBlock::Document(document) => self.adapt_document(document, path)?,
            ContentBlock::GuardContent(guard) => self.adapt_guard(guard, path)?,
            _ => {}
        }
        Ok(())
    }

    /// Checks the format of an image for a guardrail: `png` or `jpeg`, which is narrower than that of other images.
    fn adapt_guard(
        &mut self,
        guard: &mut GuardrailConverseContentBlock,
        path: BlockPath,
    ) -> Result<(), ModelError> {
        let GuardrailConverseContentBlock::Image(image) = guard else { return Ok(()) };
        let given = image.format.as_str().to_ascii_lowercase();
        let format = GuardContentImageFormat::from(if given == "jpg" { "jpeg" } else { given.as_str() });
        if !format.is_known() {
            // https://github.com/strands-agents/harness-sdk/issues/2204
            let message = format!("a guardrail has no image format `{given}`");
            return Err(ModelError::invalid_request("UnsupportedImageFormat", path, message)
                .with_hint("convert it to png or jpeg, or send it as an image without `guardContent`"));
        }
        if format != image.format {
            self.note_spelling("image.format", path);
            image.format = format;
        }
        Ok(())
    }

    fn adapt_call(&mut self, call: &mut ToolUseBlock, path: BlockPath) {
        // "The format of the value at messages.11.content.1.toolUse.input is invalid. Provide a json object":
        // https://github.com/strands-agents/harness-sdk/issues/880.
        call.input = Some(match call.input.take() {
            Some(input) if input.is_object() => input,
            Some(input) => self.tool_input(&text_of(&input), path),
            None => self.tool_input("", path),
        });
    }

    fn adapt_result(&mut self, result: &mut ToolResultBlock, path: BlockPath) -> Result<(), ModelError> {
        for (index, part) in result.content.iter_mut().enumerate() {
            let path = path.inner(index);
            match part {
                // Only an object is accepted: https://github.com/sigoden/aichat/pull/1550 (L37).
                ToolResultContentBlock::Json(json) if !json.is_object() => {
                    *part = ToolResultContentBlock::Text(text_of(json).into_owned());
                }
                ToolResultContentBlock::Image(image) => self.adapt_image(image, path)?,
                ToolResultContentBlock::Document(document) => self.adapt_document(document, path)?,
                ToolResultContentBlock::Video(video) => self.adapt_video(video, path),
                _ => {}
            }
        }
        Ok(())
    }

    fn adapt_image(&mut self, image: &mut ImageBlock, path: BlockPath) -> Result<(), ModelError> {
        let MediaSource::Bytes(bytes) = &image.source else { return Ok(()) };
        let notes = self.notes.len();
        let label = format!("image/{}", image.format.as_str().to_ascii_lowercase());
        let read = self.image(&ImageContent::from_bytes(&label, bytes.clone()), path)?;
        if read.format != image.format && self.notes.len() == notes {
            self.note_spelling("image.format", path);
        }
        image.format = read.format;
        image.source = read.source;
        Ok(())
    }

    fn adapt_video(&mut self, video: &mut VideoBlock, path: BlockPath) {
        let label = format!("video/{}", video.format.as_str().to_ascii_lowercase());
        self.adapt_spelling(&mut video.format, video_format(&label), path);
    }

    /// Replaces a format by the one that its label means, if there is one.
    fn adapt_spelling<F: PartialEq>(&mut self, given: &mut F, meant: Option<F>, path: BlockPath) {
        if let Some(meant) = meant.filter(|meant| meant != given) {
            self.note_spelling("media.format", path);
            *given = meant;
        }
    }

    fn adapt_document(&mut self, document: &mut DocumentBlock, path: BlockPath) -> Result<(), ModelError> {
        self.adapt_document_source(document, path)?;
        let name = self.legal_document_name(without_extension(&document.name));
        if name != document.name && self.target.has(Rule::DocumentNames) {
            let message = "changed the name of the document: the service accepts only some characters";
            self.note(Rule::DocumentNames.id(), NoteAction::Changed, path, message);
            document.name = name;
        }
        Ok(())
    }

    fn adapt_document_source(
        &mut self,
        document: &mut DocumentBlock,
        path: BlockPath,
    ) -> Result<(), ModelError> {
        let mut content = DocumentContent::new(document.name.as_str());
        content.citations = document.citations.as_ref().map(|citations| citations.enabled);
        match &document.source {
            DocumentSource::Bytes(bytes) => {
                let Some(given) = &document.format else { return Ok(()) };
                let (format, payload) = self.given_format(given.as_str(), bytes, &document.name, path)?;
                document.format = Some(format);
                document.source = DocumentSource::Bytes(payload);
                return Ok(());
            }
            DocumentSource::Text(text) => content.text = Some(text.clone()),
            DocumentSource::Content(parts) => {
                let texts = parts.iter().map(|part| match part {
                    DocumentContentBlock::Text(text) => Some(text.clone()),
                    DocumentContentBlock::Unknown(_) => None,
                });
                let Some(chunks) = texts.collect() else { return Ok(()) };
                content.chunks = Some(chunks);
            }
            DocumentSource::S3Location(_) | DocumentSource::Unknown(_) => return Ok(()),
        }
        let (format, source) = self.document_source(&content, path)?;
        document.format = format.or_else(|| document.format.take());
        document.source = source;
        Ok(())
    }

    /// Returns the format of a document that is given by its bytes, and the bytes.
    fn given_format(
        &mut self,
        given: &str,
        bytes: &Blob,
        name: &str,
        path: BlockPath,
    ) -> Result<(DocumentFormat, Blob), ModelError> {
        let uri = DataUri::new("application/octet-stream", bytes.clone());
        let payload = parse_payload(&uri, &DOCUMENT, path)?;
        let notes = self.notes.len();
        let lower = given.to_ascii_lowercase();
        // A format made from a media type such as `application/octet-stream`:
        // https://github.com/strands-agents/harness-sdk/issues/3019.
        let label = if lower == "octet-stream" { "application/octet-stream" } else { lower.as_str() };
        let format = self.document_format(&payload, label, &format!("{name}.{lower}"), path)?;
        if format.as_str() != given && self.notes.len() == notes {
            self.note_spelling("documents.format", path);
        }
        Ok((format, payload))
    }

    fn note_spelling(&mut self, rule: &'static str, path: BlockPath) {
        let message = "changed the spelling of the format to that of the service";
        self.note(rule, NoteAction::Changed, path, message);
    }
}

/// Returns the text of a JSON string, and the JSON of any other value.
fn text_of(json: &RawJson) -> Cow<'_, str> {
    json.as_string().unwrap_or(Cow::Borrowed(json.as_str()))
}

#[cfg(test)]
mod tests;
