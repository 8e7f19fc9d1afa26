//! Blocks that a caller gives in Converse's own form, made acceptable like all others.
//!
//! They come from histories that other clients made, with the flaws that the service rejects: calls whose input is a text,
//! results with a list as JSON, media with the format of a file name.

use outcrop_core::{
    Blob, DataUri, DocumentContent, GenericContent, ImageContent, ModelError, NoteAction, RawJson,
};

use super::ContentEncoder;
use super::document::{DOCUMENT, without_extension};
use super::media::parse_payload;
use crate::block_path::BlockPath;
use crate::media_format::{audio_format, video_format};
use crate::naming::document::{IllegalCharacters, legal_name};
use crate::options::Dialect;
use crate::origin;
use crate::rule::Rule;
use crate::wire::{
    AudioBlock, ContentBlock, DocumentBlock, DocumentSource, GuardContentImageFormat,
    GuardrailConverseContentBlock, ImageBlock, MediaSource, ToolResultBlock, ToolResultContentBlock,
    ToolUseBlock, VideoBlock,
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
        let Some(parsed) = origin::generic_block(block) else {
            return match origin::form_error(block).filter(|_| self.target.adapts()) {
                Some(reason) => Err(ModelError::invalid_request(
                    "InvalidMessage",
                    path,
                    format!("the block does not have the form of Converse's: {reason}"),
                )),
                None => Ok(None),
            };
        };
        if !self.target.adapts() || origin::is_marked(block) {
            return Ok(Some(parsed));
        }
        Ok(Some(match parsed {
            ContentBlock::ToolUse(call) => ContentBlock::ToolUse(self.given_call(call, path)),
            ContentBlock::ToolResult(result) => ContentBlock::ToolResult(self.given_result(result, path)?),
            ContentBlock::Image(image) => ContentBlock::Image(self.given_image(image, path)?),
            ContentBlock::Video(video) => ContentBlock::Video(self.given_video(video, path)),
            ContentBlock::Audio(audio) => ContentBlock::Audio(self.given_audio(audio, path)),
            ContentBlock::Document(document) => ContentBlock::Document(self.given_document(document, path)?),
            ContentBlock::GuardContent(guard) => ContentBlock::GuardContent(self.given_guard(guard, path)?),
            other => other,
        }))
    }

    /// Checks the format of an image for a guardrail: `png` or `jpeg`, which is narrower than that of other images.
    fn given_guard(
        &mut self,
        mut guard: GuardrailConverseContentBlock,
        path: BlockPath,
    ) -> Result<GuardrailConverseContentBlock, ModelError> {
        let GuardrailConverseContentBlock::Image(image) = &mut guard else { return Ok(guard) };
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
        Ok(guard)
    }

    fn given_call(&mut self, mut call: ToolUseBlock, path: BlockPath) -> ToolUseBlock {
        // "The format of the value at messages.11.content.1.toolUse.input is invalid. Provide a json object":
        // https://github.com/strands-agents/harness-sdk/issues/880.
        match call.input.take() {
            Some(input) if input.is_object() => call.input = Some(input),
            Some(input) => {
                let text = input.as_string().map(|text| text.into_owned());
                call.input = Some(self.tool_input(text.as_deref().unwrap_or(input.as_str()), path));
            }
            None => call.input = Some(self.tool_input("", path)),
        }
        call
    }

    fn given_result(
        &mut self,
        mut result: ToolResultBlock,
        path: BlockPath,
    ) -> Result<ToolResultBlock, ModelError> {
        let mut content = Vec::with_capacity(result.content.len());
        for (index, part) in result.content.into_iter().enumerate() {
            let path = path.inner(index);
            content.push(match part {
                // Only an object is accepted: https://github.com/sigoden/aichat/pull/1550 (L37).
                ToolResultContentBlock::Json(json) if !json.is_object() => {
                    ToolResultContentBlock::Text(text_of(&json))
                }
                ToolResultContentBlock::Image(image) => {
                    ToolResultContentBlock::Image(self.given_image(image, path)?)
                }
                ToolResultContentBlock::Document(document) => {
                    ToolResultContentBlock::Document(self.given_document(document, path)?)
                }
                ToolResultContentBlock::Video(video) => {
                    ToolResultContentBlock::Video(self.given_video(video, path))
                }
                other => other,
            });
        }
        result.content = content;
        Ok(result)
    }

    fn given_image(&mut self, mut image: ImageBlock, path: BlockPath) -> Result<ImageBlock, ModelError> {
        let MediaSource::Bytes(bytes) = &image.source else { return Ok(image) };
        let notes = self.notes.len();
        let label = format!("image/{}", image.format.as_str().to_ascii_lowercase());
        let read = self.image(&ImageContent::from_bytes(&label, bytes.clone()), path)?;
        if read.format != image.format && self.notes.len() == notes {
            self.note_spelling("image.format", path);
        }
        image.format = read.format;
        image.source = read.source;
        Ok(image)
    }

    fn given_video(&mut self, mut video: VideoBlock, path: BlockPath) -> VideoBlock {
        let label = format!("video/{}", video.format.as_str().to_ascii_lowercase());
        if let Some(format) = video_format(&label).filter(|format| *format != video.format) {
            self.note_spelling("media.format", path);
            video.format = format;
        }
        video
    }

    fn given_audio(&mut self, mut audio: AudioBlock, path: BlockPath) -> AudioBlock {
        let label = format!("audio/{}", audio.format.as_str().to_ascii_lowercase());
        if let Some(format) = audio_format(&label).filter(|format| *format != audio.format) {
            self.note_spelling("media.format", path);
            audio.format = format;
        }
        audio
    }

    fn given_document(
        &mut self,
        mut document: DocumentBlock,
        path: BlockPath,
    ) -> Result<DocumentBlock, ModelError> {
        self.given_document_source(&mut document, path)?;
        let illegal = match self.target.options.dialect {
            Dialect::Ag2 => IllegalCharacters::BecomeSpaces,
            Dialect::Converse => IllegalCharacters::AreDropped,
        };
        let name = legal_name(without_extension(&document.name), illegal);
        if name != document.name && self.target.has(Rule::DocumentNames) {
            let message = "changed the name of the document: the service accepts only some characters";
            self.note(Rule::DocumentNames.id(), NoteAction::Changed, path, message);
            document.name = name;
        }
        Ok(document)
    }

    fn given_document_source(
        &mut self,
        document: &mut DocumentBlock,
        path: BlockPath,
    ) -> Result<(), ModelError> {
        let citations = document.citations.as_ref().map(|citations| citations.enabled);
        let mut content = DocumentContent::new(document.name.as_str());
        content.citations = citations;
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
                    crate::wire::DocumentContentBlock::Text(text) => Some(text.clone()),
                    crate::wire::DocumentContentBlock::Unknown(_) => None,
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
    ) -> Result<(crate::wire::DocumentFormat, Blob), ModelError> {
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

fn text_of(json: &RawJson) -> String {
    json.as_string().map_or_else(|| json.as_str().to_owned(), |text| text.into_owned())
}

#[cfg(test)]
mod tests;
