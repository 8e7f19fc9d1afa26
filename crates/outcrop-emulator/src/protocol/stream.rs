//! Response streams: frames and other items, and the events that carry a whole response.
//!
//! Both Converse operations answer with the same response. ConverseStream splits it into events, and a client that joins
//! them gets the response of Converse back: nothing is lost, not even a member that no version of the service model has.

use std::num::NonZeroUsize;
use std::time::Duration;

use bytes::Bytes;
use outcrop_converse::event_stream::{HeaderValue, encode_frame};
use outcrop_converse::wire::{
    CitationGeneratedContent, CitationsContentBlock, ContentBlock, ConverseOutput, ConverseResponse, Message,
    ReasoningContentBlock, ToolResultBlock, ToolUseBlock,
};
use outcrop_core::{JsonError, JsonObject, RawJson};
use serde::Serialize;

/// An item of a response stream, with the way in which it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StreamItem {
    pub(crate) content: StreamContent,
    /// The wait before the item, or before each chunk of it.
    pub(crate) delay: Duration,
    /// The size of the chunks in which the bytes are sent, if not at once.
    pub(crate) chunk_size: Option<NonZeroUsize>,
}

/// The content of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StreamContent {
    /// Bytes, which need not be a frame.
    Bytes(Bytes),
    /// Nothing more, until the client closes the connection or the emulator stops.
    Stall,
    Close(CloseStream),
}

/// The way in which a stream ends before the end of its script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CloseStream {
    /// The response ends as if it were complete.
    Clean,
    /// The connection is closed before the response is complete.
    Cut,
    /// The connection is reset.
    Reset,
}

impl StreamItem {
    /// Builds an item that is sent immediately and at once.
    pub(crate) fn new(content: StreamContent) -> Self {
        Self { content, delay: Duration::ZERO, chunk_size: None }
    }

    /// Builds a frame with an event or, if the name ends with `Exception`, with a modelled exception.
    ///
    /// The headers are those of <https://smithy.io/2.0/aws/amazon-eventstream.html>.
    pub(crate) fn event(name: &str, payload: &[u8]) -> Result<Self, JsonError> {
        let content_type = (":content-type", text("application/json"));
        let (name_header, message_type) = if name.ends_with("Exception") {
            (":exception-type", "exception")
        } else {
            (":event-type", "event")
        };
        Self::frame(
            &[(name_header, text(name)), content_type, (":message-type", text(message_type))],
            payload,
        )
    }

    /// Builds a frame with an error that the service model does not declare.
    pub(crate) fn error(code: &str, message: &str) -> Result<Self, JsonError> {
        // SDKs read such an error from the headers alone. Clients that know only exceptions miss it (L106).
        let headers = [
            (":error-code", text(code)),
            (":error-message", text(message)),
            (":message-type", text("error")),
        ];
        Self::frame(&headers, b"")
    }

    /// Builds a frame with any headers and any payload.
    pub(crate) fn frame(headers: &[(&str, HeaderValue<'_>)], payload: &[u8]) -> Result<Self, JsonError> {
        let frame = encode_frame(headers, payload).map_err(|error| JsonError::new("", error.to_string()))?;
        Ok(Self::new(StreamContent::Bytes(frame.into())))
    }
}

/// Wraps a text as the value of a header.
pub(crate) fn text(value: &str) -> HeaderValue<'_> {
    HeaderValue::String(value)
}

/// The number of characters in each delta of a tool call's input.
// Small, so that most inputs are split within a JSON token: a client that parses single deltas fails.
const INPUT_CHUNK: usize = 12;

/// The longest padding of an event. Shorter ones are cut from it.
// AWS adds a member `p` of varying length to each event, so that the size of a frame does not reveal its content (L102).
const PADDING: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// Splits a response into the events of a stream: message, stop reason, metadata.
pub(crate) fn response_events(response: &ConverseResponse) -> Result<Vec<StreamItem>, JsonError> {
    let mut writer = EventWriter(Vec::new());
    if let Some(ConverseOutput::Message(message)) = &response.output {
        writer.message(message)?;
    }
    if let Some(reason) = &response.stop_reason {
        let stop = Payload::new()
            .with("stopReason", reason)?
            .with_some("additionalModelResponseFields", response.additional_model_response_fields.as_ref())?;
        writer.push("messageStop", stop)?;
    }
    // AWS sends the metadata after the stop reason: a client that stops reading there loses the usage (L104).
    let metadata = Payload::new()
        .with_some("usage", response.usage.as_ref())?
        .with_some("metrics", response.metrics.as_ref())?
        .with_some("trace", response.trace.as_ref())?
        .with_some("performanceConfig", response.performance_config.as_ref())?
        .with_some("serviceTier", response.service_tier.as_ref())?
        .with_all(&response.unknown);
    if !metadata.0.is_empty() {
        writer.push("metadata", metadata)?;
    }
    Ok(writer.0)
}

/// The events so far.
struct EventWriter(Vec<StreamItem>);

impl EventWriter {
    fn message(&mut self, message: &Message) -> Result<(), JsonError> {
        self.push("messageStart", Payload::new().with("role", &message.role)?.with_all(&message.unknown))?;
        for (index, block) in message.blocks().iter().enumerate() {
            self.block(index, block)?;
            self.push("contentBlockStop", block_payload(index)?)?;
        }
        Ok(())
    }

    fn block(&mut self, index: usize, block: &ContentBlock) -> Result<(), JsonError> {
        match block {
            // Text and reasoning have no start: 29 starts were recorded for 108 stops (L101).
            ContentBlock::Text(text) => self.text(index, text),
            ContentBlock::ReasoningContent(ReasoningContentBlock::ReasoningText(reasoning)) => {
                for chunk in text_chunks(reasoning.text.as_deref().unwrap_or_default()) {
                    self.delta(index, "reasoningContent", Payload::new().with("text", chunk)?)?;
                }
                match &reasoning.signature {
                    Some(signature) => {
                        self.delta(index, "reasoningContent", Payload::new().with("signature", signature)?)
                    }
                    None => Ok(()),
                }
            }
            ContentBlock::ToolUse(call) => self.tool_call(index, call),
            ContentBlock::ToolResult(result) => self.tool_result(index, result),
            ContentBlock::Image(image) => {
                self.start(index, "image", Payload::new().with("format", &image.format)?)?;
                let delta = Payload::new()
                    .with("source", &image.source)?
                    .with_some("error", image.error.as_ref())?
                    .with_all(&image.unknown);
                self.delta(index, "image", delta)
            }
            ContentBlock::CitationsContent(cited) => self.cited_text(index, cited),
            // The service model has no delta for these. The whole block is sent as one, so that it is not lost.
            other => self.push("contentBlockDelta", block_payload(index)?.with("delta", other)?),
        }
    }

    fn text(&mut self, index: usize, text: &str) -> Result<(), JsonError> {
        text_chunks(text).try_for_each(|chunk| self.delta(index, "text", chunk))
    }

    fn tool_call(&mut self, index: usize, call: &ToolUseBlock) -> Result<(), JsonError> {
        let start = Payload::new()
            .with("toolUseId", &call.tool_use_id)?
            .with("name", &call.name)?
            .with_some("type", call.kind.as_ref())?
            .with_all(&call.unknown);
        self.start(index, "toolUse", start)?;
        let input = call.input.as_ref().map(RawJson::as_str).unwrap_or_default();
        if input == "{}" {
            // AWS sends no delta at all for a call without arguments: clients must read it as `{}` (L22). See
            // https://github.com/vercel/ai/issues/10859.
            return Ok(());
        }
        chunks_of_input(input)
            .try_for_each(|chunk| self.delta(index, "toolUse", Payload::new().with("input", &chunk)?))
    }

    fn tool_result(&mut self, index: usize, result: &ToolResultBlock) -> Result<(), JsonError> {
        let start = Payload::new()
            .with("toolUseId", &result.tool_use_id)?
            .with_some("type", result.kind.as_ref())?
            .with_some("status", result.status.as_ref())?
            .with_all(&result.unknown);
        self.start(index, "toolResult", start)?;
        // This delta is a list, unlike all others (L47).
        result.content.iter().try_for_each(|content| self.delta(index, "toolResult", [content]))
    }

    fn cited_text(&mut self, index: usize, cited: &CitationsContentBlock) -> Result<(), JsonError> {
        // The text comes in ordinary text deltas, and the citations after it in the same block (L109).
        for content in cited.content.iter().flatten() {
            match content {
                CitationGeneratedContent::Text(text) => self.text(index, text)?,
                other => self.push("contentBlockDelta", block_payload(index)?.with("delta", other)?)?,
            }
        }
        cited.citations.iter().flatten().try_for_each(|citation| self.delta(index, "citation", citation))
    }

    fn start(&mut self, index: usize, kind: &str, content: impl Serialize) -> Result<(), JsonError> {
        let start = Payload::new().with(kind, content)?;
        self.push("contentBlockStart", block_payload(index)?.with("start", start)?)
    }

    fn delta(&mut self, index: usize, kind: &str, content: impl Serialize) -> Result<(), JsonError> {
        let delta = Payload::new().with(kind, content)?;
        self.push("contentBlockDelta", block_payload(index)?.with("delta", delta)?)
    }

    fn push(&mut self, name: &str, payload: Payload) -> Result<(), JsonError> {
        // The length varies from event to event, but not from run to run: responses are deterministic.
        let length = self.0.len().wrapping_mul(17) % PADDING.len();
        let padded = payload.with("p", PADDING.get(..=length).unwrap_or_default())?;
        let json = RawJson::from(padded.0);
        self.0.push(StreamItem::event(name, json.as_str().as_bytes())?);
        Ok(())
    }
}

/// The members of an event.
#[derive(Serialize)]
#[serde(transparent)]
struct Payload(JsonObject);

impl Payload {
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

/// Begins the payload of an event that belongs to a block.
fn block_payload(index: usize) -> Result<Payload, JsonError> {
    Payload::new().with("contentBlockIndex", index)
}

/// Splits a text after each space. An empty text is one empty chunk: AWS sends those, too (L103).
pub(crate) fn text_chunks(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(' ').chain(text.is_empty().then_some(""))
}

/// Splits the JSON of a tool call's input.
pub(crate) fn chunks_of_input(json: &str) -> impl Iterator<Item = String> {
    let mut characters = json.chars().peekable();
    std::iter::from_fn(move || {
        characters.peek()?;
        Some(characters.by_ref().take(INPUT_CHUNK).collect())
    })
}

#[cfg(test)]
mod tests;
