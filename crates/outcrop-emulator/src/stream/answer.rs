//! A whole answer, as the events that ConverseStream sends of it.

use outcrop_converse::wire::{
    CitationGeneratedContent, CitationsContentBlock, ContentBlock, ConverseOutput, ConverseResponse, Message,
    ReasoningContentBlock, ToolResultBlock, ToolUseBlock,
};
use outcrop_core::{JsonError, JsonObject, RawJson};
use serde::Serialize;

use crate::script::ScriptedEvent;

/// How many characters of a tool's input come at once.
const INPUT_PIECE: usize = 12;

/// What AWS pads events with, to any length, so that the length of an event does not give away what it says.
const PADDING: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// The events of an answer: its message block by block, why it ends, and what it took. What a stream has no place for is
/// sent under the name that it has in the answer, so that nothing of it is missing.
pub(crate) fn events(response: &ConverseResponse) -> Result<Vec<ScriptedEvent>, JsonError> {
    let mut events = Events(Vec::new());
    if let Some(ConverseOutput::Message(message)) = &response.output {
        events.message(message)?;
    }
    if let Some(reason) = &response.stop_reason {
        let mut stop = Members::new().with("stopReason", reason)?;
        if let Some(fields) = &response.additional_model_response_fields {
            stop = stop.with("additionalModelResponseFields", fields)?;
        }
        events.push("messageStop", stop)?;
    }
    let metadata = Members::new()
        .with_some("usage", response.usage.as_ref())?
        .with_some("metrics", response.metrics.as_ref())?
        .with_some("trace", response.trace.as_ref())?
        .with_some("performanceConfig", response.performance_config.as_ref())?
        .with_some("serviceTier", response.service_tier.as_ref())?
        .with_all(&response.unknown);
    if !metadata.0.is_empty() {
        events.push("metadata", metadata)?;
    }
    Ok(events.0)
}

/// The events so far.
struct Events(Vec<ScriptedEvent>);

impl Events {
    fn message(&mut self, message: &Message) -> Result<(), JsonError> {
        self.push("messageStart", Members::new().with("role", &message.role)?.with_all(&message.unknown))?;
        for (index, block) in message.blocks().iter().enumerate() {
            self.block(index, block)?;
            self.push("contentBlockStop", at(index)?)?;
        }
        Ok(())
    }

    fn block(&mut self, index: usize, block: &ContentBlock) -> Result<(), JsonError> {
        match block {
            ContentBlock::Text(text) => self.words(index, text),
            ContentBlock::ToolUse(call) => self.call(index, call),
            ContentBlock::ToolResult(result) => self.result(index, result),
            ContentBlock::ReasoningContent(ReasoningContentBlock::ReasoningText(thought)) => {
                for piece in words(thought.text.as_deref().unwrap_or_default()) {
                    self.delta(index, "reasoningContent", Members::new().with("text", piece)?)?;
                }
                match &thought.signature {
                    Some(signature) => {
                        self.delta(index, "reasoningContent", Members::new().with("signature", signature)?)
                    }
                    None => Ok(()),
                }
            }
            ContentBlock::Image(image) => {
                self.start(index, "image", Members::new().with("format", &image.format)?)?;
                let piece = Members::new()
                    .with("source", &image.source)?
                    .with_some("error", image.error.as_ref())?
                    .with_all(&image.unknown);
                self.delta(index, "image", piece)
            }
            ContentBlock::CitationsContent(cited) => self.cited(index, cited),
            other => self.push("contentBlockDelta", at(index)?.with("delta", other)?),
        }
    }

    fn words(&mut self, index: usize, text: &str) -> Result<(), JsonError> {
        words(text).try_for_each(|piece| self.delta(index, "text", piece))
    }

    /// A call without input has no piece of it at all.
    fn call(&mut self, index: usize, call: &ToolUseBlock) -> Result<(), JsonError> {
        let start = Members::new()
            .with("toolUseId", &call.tool_use_id)?
            .with("name", &call.name)?
            .with_some("type", call.kind.as_ref())?
            .with_all(&call.unknown);
        self.start(index, "toolUse", start)?;
        let input: Vec<char> = call.input.iter().flat_map(|input| input.as_str().chars()).collect();
        if input == ['{', '}'] {
            return Ok(());
        }
        input.chunks(INPUT_PIECE).try_for_each(|piece| {
            let piece: String = piece.iter().collect();
            self.delta(index, "toolUse", Members::new().with("input", &piece)?)
        })
    }

    fn result(&mut self, index: usize, result: &ToolResultBlock) -> Result<(), JsonError> {
        let start = Members::new()
            .with("toolUseId", &result.tool_use_id)?
            .with_some("type", result.kind.as_ref())?
            .with_some("status", result.status.as_ref())?
            .with_all(&result.unknown);
        self.start(index, "toolResult", start)?;
        result.content.iter().try_for_each(|piece| self.delta(index, "toolResult", [piece]))
    }

    fn cited(&mut self, index: usize, cited: &CitationsContentBlock) -> Result<(), JsonError> {
        for piece in cited.content.iter().flatten() {
            match piece {
                CitationGeneratedContent::Text(text) => self.words(index, text)?,
                other => self.push("contentBlockDelta", at(index)?.with("delta", other)?)?,
            }
        }
        cited.citations.iter().flatten().try_for_each(|citation| self.delta(index, "citation", citation))
    }

    fn start(&mut self, index: usize, kind: &str, what: impl Serialize) -> Result<(), JsonError> {
        let start = Members::new().with(kind, what)?;
        self.push("contentBlockStart", at(index)?.with("start", start)?)
    }

    fn delta(&mut self, index: usize, kind: &str, piece: impl Serialize) -> Result<(), JsonError> {
        let delta = Members::new().with(kind, piece)?;
        self.push("contentBlockDelta", at(index)?.with("delta", delta)?)
    }

    fn push(&mut self, name: &str, members: Members) -> Result<(), JsonError> {
        // Any lengths will do, so long as they are always the same.
        let length = self.0.len().wrapping_mul(17) % PADDING.len();
        let padded = members.with("p", PADDING.get(..=length).unwrap_or_default())?;
        let payload = RawJson::from(padded.0);
        self.0.push(ScriptedEvent::event(name, payload.as_str())?);
        Ok(())
    }
}

/// The members of an object.
#[derive(Serialize)]
#[serde(transparent)]
struct Members(JsonObject);

impl Members {
    fn new() -> Self {
        Self(JsonObject::new())
    }

    fn with(mut self, name: &str, value: impl Serialize) -> Result<Self, JsonError> {
        self.0.insert(name, RawJson::from_serialize(&value)?);
        Ok(self)
    }

    fn with_some(self, name: &str, value: Option<impl Serialize>) -> Result<Self, JsonError> {
        match value {
            Some(value) => self.with(name, value),
            None => Ok(self),
        }
    }

    fn with_all(mut self, others: &JsonObject) -> Self {
        for (name, value) in others.iter() {
            self.0.insert(name, value.clone());
        }
        self
    }
}

/// The beginning of an event of a block.
fn at(index: usize) -> Result<Members, JsonError> {
    Members::new().with("contentBlockIndex", index)
}

/// A text word by word. An empty one is one empty piece: AWS has been seen to send such.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(' ').chain(text.is_empty().then_some(""))
}

#[cfg(test)]
mod tests;
