//! Blocks of messages.

use outcrop_core::{
    CachePointContent, ContentBlock, ModelError, NoteAction, RawJson, ReasoningContent, ToolCallContent,
    ToolResultContent,
};

use super::place::Place;
use super::{Alternation, Dialect, Encoder};
use crate::repair::Rule;
use crate::replay;
use crate::wire::{
    self, CachePointBlock, CachePointType, ConverseRequest, ReasoningContentBlock, ReasoningTextBlock,
    ToolResultBlock, ToolResultContentBlock, ToolUseBlock, ToolUseType,
};

/// What stands in a tool's result in place of sound.
const AUDIO_IN_RESULT: &str = "[audio left out: a tool's result takes none]";

impl Encoder<'_> {
    /// One block of a message as Converse has it; `None` when it is left out, with a note.
    pub(super) fn block(
        &mut self,
        block: &ContentBlock,
        place: Place,
    ) -> Result<Option<wire::ContentBlock>, ModelError> {
        Ok(Some(match block {
            ContentBlock::Text(text) if self.is_blank(&text.text) => {
                self.note(
                    Rule::BlankText.id(),
                    NoteAction::Dropped,
                    place,
                    "left out, since the service refuses blank text",
                );
                return Ok(None);
            }
            ContentBlock::Text(text) => wire::ContentBlock::Text(text.text.clone()),
            ContentBlock::Image(image) => wire::ContentBlock::Image(self.image(image, place)?),
            ContentBlock::Audio(audio) => {
                return Ok(self.audio(audio, place)?.map(wire::ContentBlock::Audio));
            }
            ContentBlock::Video(video) => wire::ContentBlock::Video(self.video(video, place)?),
            ContentBlock::Document(document) => wire::ContentBlock::Document(self.document(document, place)?),
            ContentBlock::Reasoning(reasoning) => {
                wire::ContentBlock::ReasoningContent(reasoning_content(reasoning))
            }
            ContentBlock::ToolCall(call) => wire::ContentBlock::ToolUse(self.tool_use(call, place)?),
            ContentBlock::ToolResult(result) => {
                wire::ContentBlock::ToolResult(self.tool_result(result, place)?)
            }
            ContentBlock::CachePoint(point) => wire::ContentBlock::CachePoint(cache_point(point)),
            ContentBlock::Json(json) => wire::ContentBlock::Text(json.json.as_str().to_owned()),
            other => {
                let known =
                    if let ContentBlock::Generic(generic) = other { replay::generic(generic) } else { None };
                if known.is_none() {
                    let message = "left out, since Converse has no block for it";
                    self.note("content.kind", NoteAction::Dropped, place, message);
                }
                return Ok(known);
            }
        }))
    }

    /// Whether a text is left out because the service refuses it.
    pub(super) fn is_blank(&self, text: &str) -> bool {
        self.options.alternation != Alternation::Keep
            && self.options.rules.contains(Rule::BlankText)
            && text.trim().is_empty()
    }

    /// A call of a tool. Arguments that are blank or `null` mean no input; those that are no object are wrapped into
    /// one, since the service takes nothing else (lessons L20, L21). One that has no id or
    /// name by now was not to be mended.
    pub(super) fn tool_use(
        &mut self,
        call: &ToolCallContent,
        place: Place,
    ) -> Result<ToolUseBlock, ModelError> {
        if call.id.is_empty() || call.name.is_empty() {
            let missing = if call.id.is_empty() { "id" } else { "name" };
            return Err(ModelError::invalid_request(
                "InvalidToolCall",
                place,
                format!("the tool call has no {missing}"),
            ));
        }
        if let Some(wire::ContentBlock::ToolUse(mut kept)) = replay::kept_one(&call.extra, || call.clone()) {
            kept.kind = kept.kind.filter(is_of_requests);
            return Ok(kept);
        }
        let mut block = ToolUseBlock::new(call.id.as_str(), call.name.as_str());
        block.input = Some(self.tool_input(&call.arguments, place));
        block.kind = call.kind.as_ref().map(|kind| kind.as_str().into()).filter(is_of_requests);
        Ok(block)
    }

    fn tool_input(&mut self, arguments: &str, place: Place) -> RawJson {
        let no_input = || RawJson::from(outcrop_core::JsonObject::new());
        if arguments.trim().is_empty() {
            return no_input();
        }
        let parsed = RawJson::parse(arguments);
        match parsed {
            Ok(value) if value.is_object() => value,
            Ok(value) if value.is_null() => no_input(),
            other => {
                let message = "the arguments were no JSON object, and are sent within one";
                self.note("tool_use.input", NoteAction::Changed, place, message);
                let given = other.unwrap_or_else(|_| RawJson::from(arguments));
                let name = match self.options.dialect {
                    Dialect::Ag2 => "raw_arguments",
                    Dialect::Converse => "rawInvalidInput",
                };
                RawJson::from([(name, given)].into_iter().collect::<outcrop_core::JsonObject>())
            }
        }
    }

    /// The result of a tool.
    pub(super) fn tool_result(
        &mut self,
        result: &ToolResultContent,
        place: Place,
    ) -> Result<ToolResultBlock, ModelError> {
        if let Some(wire::ContentBlock::ToolResult(kept)) = replay::kept_one(&result.extra, || result.clone())
        {
            return Ok(kept);
        }
        let mut content = Vec::new();
        for (index, block) in result.content.iter().flatten().enumerate() {
            content.extend(self.tool_result_part(block, place.inner(index))?);
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
        place: Place,
    ) -> Result<Option<ToolResultContentBlock>, ModelError> {
        Ok(Some(match block {
            ContentBlock::Text(text) => ToolResultContentBlock::Text(text.text.clone()),
            ContentBlock::Json(json) if json.json.is_object() => {
                ToolResultContentBlock::Json(json.json.clone())
            }
            // Models take JSON objects only; other values go as their text (lesson L37).
            ContentBlock::Json(json) => ToolResultContentBlock::Text(json.json.as_str().to_owned()),
            ContentBlock::Image(image) => ToolResultContentBlock::Image(self.image(image, place)?),
            ContentBlock::Document(document) => {
                ToolResultContentBlock::Document(self.document(document, place)?)
            }
            ContentBlock::Video(video) => ToolResultContentBlock::Video(self.video(video, place)?),
            // Told in words, since otherwise a result of sound alone would be sent as the Base64 of it.
            ContentBlock::Audio(_) => {
                let message = "told in words, since a tool's result takes no sound";
                self.note("tool_result.kind", NoteAction::Changed, place, message);
                ToolResultContentBlock::Text(AUDIO_IN_RESULT.to_owned())
            }
            _ => {
                let message = "left out, since a tool's result takes no such block";
                self.note("tool_result.kind", NoteAction::Dropped, place, message);
                return Ok(None);
            }
        }))
    }
}

pub(super) fn cache_point(point: &CachePointContent) -> CachePointBlock {
    let mut block = CachePointBlock::new(CachePointType::Default);
    block.ttl = point.ttl.as_deref().map(Into::into);
    block
}

/// Whether requests have a name for who runs a tool. Of the caller's own tools replies say `tool_use`, which the service
/// model does not have: in requests they go without.
fn is_of_requests(kind: &ToolUseType) -> bool {
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

/// About how many bytes a body takes, so that a large one is not moved while it is written.
pub(crate) fn size_hint(body: &ConverseRequest) -> usize {
    let of_message = |message: &wire::Message| message.blocks().iter().map(size_of_block).sum::<usize>() + 40;
    let messages = body.messages.iter().flatten().map(of_message).sum::<usize>();
    let tools = body.tool_config.iter().flat_map(|config| &config.tools).map(size_of_tool).sum::<usize>();
    512 + messages + tools
}

fn size_of_block(block: &wire::ContentBlock) -> usize {
    let source = |source: &wire::MediaSource| match source {
        wire::MediaSource::Bytes(blob) => blob.len() / 3 * 4 + 80,
        _ => 80,
    };
    match block {
        wire::ContentBlock::Text(text) => text.len() + text.len() / 16 + 12,
        wire::ContentBlock::Image(image) => source(&image.source),
        wire::ContentBlock::Video(video) => source(&video.source),
        wire::ContentBlock::Audio(audio) => source(&audio.source),
        wire::ContentBlock::ToolUse(call) => {
            call.input.as_ref().map_or(0, |input| input.as_str().len()) + 120
        }
        wire::ContentBlock::ToolResult(result) => {
            let of_part = |part: &ToolResultContentBlock| match part {
                ToolResultContentBlock::Text(text) => text.len() + text.len() / 16 + 12,
                ToolResultContentBlock::Json(json) => json.as_str().len() + 12,
                ToolResultContentBlock::Image(image) => source(&image.source),
                _ => 200,
            };
            result.content.iter().map(of_part).sum::<usize>() + 120
        }
        wire::ContentBlock::Document(document) => match &document.source {
            wire::DocumentSource::Bytes(blob) => blob.len() / 3 * 4 + 120,
            wire::DocumentSource::Text(text) => text.len() + 120,
            _ => 120,
        },
        _ => 200,
    }
}

fn size_of_tool(tool: &wire::Tool) -> usize {
    match tool {
        wire::Tool::ToolSpec(tool) => match &tool.input_schema {
            wire::ToolInputSchema::Json(schema) => schema.as_str().len() + 200,
            wire::ToolInputSchema::Unknown(_) => 200,
        },
        _ => 100,
    }
}
