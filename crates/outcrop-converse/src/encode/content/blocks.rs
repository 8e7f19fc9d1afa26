//! Text, reasoning, tool calls and tool results.

use outcrop_core::{
    ContentBlock, JsonObject, ModelError, Note, NoteAction, RawJson, ReasoningContent, ToolCallContent,
    ToolResultContent, replace_lone_surrogates,
};

use super::ContentEncoder;
use super::verbatim::original_block;
use crate::block_path::BlockPath;
use crate::json_tree::object_in_string;
use crate::options::Dialect;
use crate::wire::{
    self, ReasoningContentBlock, ReasoningTextBlock, ToolResultBlock, ToolResultContentBlock, ToolUseBlock,
    ToolUseType,
};

/// The text that replaces audio in a tool result.
const AUDIO_IN_RESULT: &str = "[audio left out: a tool's result takes none]";

impl ContentEncoder<'_> {
    /// Encodes a block. Returns `None` if it is dropped, with a note.
    pub(super) fn block(
        &mut self,
        block: &ContentBlock,
        path: BlockPath,
    ) -> Result<Option<wire::ContentBlock>, ModelError> {
        Ok(Some(match block {
            ContentBlock::Text(text) => wire::ContentBlock::Text(text.text.clone()),
            ContentBlock::Image(image) => wire::ContentBlock::Image(self.image(image, path)?),
            ContentBlock::Audio(audio) => {
                return Ok(self.audio(audio, path)?.map(wire::ContentBlock::Audio));
            }
            ContentBlock::Video(video) => wire::ContentBlock::Video(self.video(video, path)?),
            ContentBlock::Document(document) => wire::ContentBlock::Document(self.document(document, path)?),
            ContentBlock::Reasoning(reasoning) => {
                wire::ContentBlock::ReasoningContent(reasoning_content(reasoning))
            }
            ContentBlock::ToolCall(call) => wire::ContentBlock::ToolUse(self.tool_use(call, path)?),
            ContentBlock::ToolResult(result) => {
                wire::ContentBlock::ToolResult(self.tool_result(result, path)?)
            }
            ContentBlock::CachePoint(point) => wire::ContentBlock::CachePoint(point.into()),
            ContentBlock::Json(json) => wire::ContentBlock::Text(json.json.as_str().to_owned()),
            other => {
                let known = match other {
                    ContentBlock::Generic(generic) => self.generic(generic, path)?,
                    _ => None,
                };
                if known.is_none() {
                    let message = "dropped the block: Converse has no block of this type";
                    self.note("content.kind", NoteAction::Dropped, path, message);
                }
                return Ok(known);
            }
        }))
    }

    /// Encodes a tool call. A call without an id or a name is an error: the rules that add them are switched off.
    fn tool_use(&mut self, call: &ToolCallContent, path: BlockPath) -> Result<ToolUseBlock, ModelError> {
        if call.id.is_empty() || call.name.is_empty() {
            let missing = if call.id.is_empty() { "id" } else { "name" };
            let message = format!("the tool call has no {missing}");
            return Err(ModelError::invalid_request("InvalidToolCall", path, message));
        }
        if let Some(wire::ContentBlock::ToolUse(mut kept)) = original_block(&call.extra, || call.clone()) {
            kept.kind = kept.kind.filter(is_request_kind);
            if let Some(object) =
                kept.input.as_ref().filter(|_| self.target.adapts()).and_then(object_in_string)
            {
                // The service accepts nothing but an object, and the note came with the response.
                kept.input = Some(object);
            }
            return Ok(kept);
        }
        let mut block = ToolUseBlock::new(call.id.as_str(), call.name.as_str());
        block.input = Some(self.tool_input(&call.arguments, path));
        block.kind = call.kind.as_ref().map(|kind| kind.as_str().into()).filter(is_request_kind);
        Ok(block)
    }

    /// Encodes the arguments of a call.
    ///
    /// The service accepts nothing but a JSON object. Blank arguments and `null` mean an empty object, anything else is
    /// wrapped in one.
    pub(super) fn tool_input(&mut self, arguments: &str, path: BlockPath) -> RawJson {
        // A call without arguments often has blank ones: https://github.com/BerriAI/litellm/issues/14583 (L20).
        let empty = || RawJson::from(JsonObject::new());
        if arguments.trim().is_empty() {
            return empty();
        }
        // Half a character is valid JSON, but not valid Unicode, which is what models accept.
        let replaced = replace_lone_surrogates(arguments);
        if replaced.is_some() {
            self.notes.push(Note::lone_surrogate(path));
        }
        let arguments = replaced.as_ref().map_or(arguments, |replaced| replaced.text.as_str());
        let parsed = RawJson::parse(arguments);
        let is_null = parsed.as_ref().is_ok_and(RawJson::is_null);
        if let Some(object) = parsed.as_ref().ok().filter(|_| !is_null).and_then(object_in_string) {
            let message = "decoded the arguments: they were encoded twice";
            self.note("tool_use.input", NoteAction::Changed, path, message);
            return object;
        }
        match parsed {
            Ok(value) if value.is_object() => value,
            Ok(value) if value.is_null() => empty(),
            // PHP writes an empty object as an empty list.
            Ok(value) if value.as_array().is_some_and(|items| items.is_empty()) => empty(),
            // An empty object instead would lose what the model wrote: https://github.com/maximhq/bifrost/issues/3564. The
            // names are AG2's and those of Vercel's SDK (L21).
            other => {
                let message = "wrapped the arguments in an object: they are not a JSON object";
                self.note("tool_use.input", NoteAction::Changed, path, message);
                let given = other.unwrap_or_else(|_| RawJson::from(arguments));
                let name = match self.target.options.dialect {
                    Dialect::Ag2 => "raw_arguments",
                    Dialect::Converse => "rawInvalidInput",
                };
                RawJson::from([(name, given)].into_iter().collect::<JsonObject>())
            }
        }
    }

    fn tool_result(
        &mut self,
        result: &ToolResultContent,
        path: BlockPath,
    ) -> Result<ToolResultBlock, ModelError> {
        if let Some(wire::ContentBlock::ToolResult(kept)) = original_block(&result.extra, || result.clone()) {
            return Ok(kept);
        }
        let mut content = Vec::new();
        for (index, block) in result.content.iter().flatten().enumerate() {
            content.extend(self.tool_result_part(block, path.inner(index))?);
        }
        if content.is_empty() {
            content.push(ToolResultContentBlock::Text(result.output.clone()));
        }
        let mut block = ToolResultBlock::new(result.tool_call_id.as_str(), content);
        block.status = result.status.as_ref().map(|status| status.as_str().into());
        block.kind.clone_from(&result.kind);
        Ok(block)
    }

    fn tool_result_part(
        &mut self,
        block: &ContentBlock,
        path: BlockPath,
    ) -> Result<Option<ToolResultContentBlock>, ModelError> {
        Ok(Some(match block {
            ContentBlock::Text(text) => ToolResultContentBlock::Text(text.text.clone()),
            ContentBlock::Json(json) if json.json.is_object() => {
                ToolResultContentBlock::Json(json.json.clone())
            }
            // Models reject JSON other than an object. See rig, `tool.rs` (L37, M73).
            ContentBlock::Json(json) => ToolResultContentBlock::Text(json.json.as_str().to_owned()),
            ContentBlock::Image(image) => ToolResultContentBlock::Image(self.image(image, path)?),
            ContentBlock::Document(document) => {
                ToolResultContentBlock::Document(self.document(document, path)?)
            }
            ContentBlock::Video(video) => ToolResultContentBlock::Video(self.video(video, path)?),
            // Without this text a result of audio alone would fall back to its output, the Base64 of the audio.
            ContentBlock::Audio(_) => {
                let message = "replaced the audio by a text: Converse has no audio in tool results";
                self.note("tool_result.kind", NoteAction::Changed, path, message);
                ToolResultContentBlock::Text(AUDIO_IN_RESULT.to_owned())
            }
            _ => {
                let message = "dropped the block: Converse has no such block in tool results";
                self.note("tool_result.kind", NoteAction::Dropped, path, message);
                return Ok(None);
            }
        }))
    }
}

/// Returns whether a request may have this `type` of a tool call.
///
/// Responses name the caller's own tools `tool_use`, which the service model does not list: requests omit it.
fn is_request_kind(kind: &ToolUseType) -> bool {
    kind.as_str() != "tool_use"
}

fn reasoning_content(reasoning: &ReasoningContent) -> ReasoningContentBlock {
    match &reasoning.redacted_content {
        Some(content) => ReasoningContentBlock::RedactedContent(content.clone()),
        None => {
            let mut block = ReasoningTextBlock::new();
            block.text = Some(reasoning.reasoning.clone());
            block.signature.clone_from(&reasoning.signature);
            ReasoningContentBlock::ReasoningText(block)
        }
    }
}

#[cfg(test)]
mod tests;
