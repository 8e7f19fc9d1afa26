//! The decoder: events in, unified events out.

use std::fmt;

use outcrop_core::{
    ContentBlock, ErrorKind, FinishReason, JsonObject, ModelError, RawJson, ResponseStatus, Role, Stage,
    StreamEvent, UnifiedMessage, UnifiedResponse,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::exceptions::{error_from_error_frame, error_from_exception, error_from_payload};
use super::fast_path::FastDelta;
use super::lenient::read_event;
use super::open_blocks::{EventQueue, OpenBlocks};
use crate::context::{ResponseContext, ResponseMetadata};
use crate::decode::blocks::known_members;
use crate::decode::finish_reason::unified_reason;
use crate::decode::lenient::{LenientReader, needs_cleaning};
use crate::decode::structured::{self, Ending};
use crate::decode::{self, InputCount};
use crate::event_stream::{Frame, FrameError};
use crate::origin::PROVIDER;
use crate::wire::{
    ContentBlockDelta, ContentBlockStart, ConversationRole, ConverseResponse, ConverseStreamMetadataEvent,
    ConverseStreamOutput, MessageStopEvent,
};
use crate::written_calls::{self, WrittenTools};

/// The member of events that pads them, so that their length does not reveal the text.
///
/// Nearly every recorded event has it, although the API reference does not list it (L102).
const PADDING: &str = "p";

/// The member of `provider_metadata` that has the events without a place in the response.
const OTHER_EVENTS: &str = "otherEvents";

/// A decoder of a Converse stream: a state machine without I/O and without a clock.
///
/// Feed events by [`handle_frame`](Self::handle_frame), [`handle_json`](Self::handle_json) or
/// [`handle_event`](Self::handle_event), the end of the stream by [`handle_end`](Self::handle_end), and a broken
/// connection by [`handle_failure`](Self::handle_failure). After each of them, call [`poll_event`](Self::poll_event) until
/// it returns `None`.
///
/// - Blocks are identified by their `contentBlockIndex`. They may interleave, and any event may begin one.
/// - Unknown events and members are passed on. Padding is not.
/// - A part of an event that cannot be read does not end the stream: the rest of the event counts, and the response has a
///   note and the event.
/// - A stream without `messageStop` is an error. Every error has the response received until then as its
///   [`partial_response`](ModelError::partial_response). After `messageStop` the message is complete: an error then is a
///   note, because only usage and metrics may be missing.
/// - The last event, [`StreamEvent::Completed`], has the response that [`decode_response`](crate::decode_response) returns
///   for the same message in a whole response.
///
/// ```
/// use outcrop_converse::{ResponseContext, ResponseMetadata, StreamDecoder};
/// use outcrop_core::StreamEvent;
///
/// let mut decoder = StreamDecoder::new(ResponseContext::default(), ResponseMetadata::new().with_request_id("r-1"));
/// decoder.handle_json("messageStart", br#"{"role":"assistant"}"#);
/// decoder.handle_json("contentBlockDelta", br#"{"contentBlockIndex":0,"delta":{"text":"Par"},"p":"abc"}"#);
/// decoder.handle_json("contentBlockDelta", br#"{"contentBlockIndex":0,"delta":{"text":"is."},"p":"ab"}"#);
/// decoder.handle_json("contentBlockStop", br#"{"contentBlockIndex":0}"#);
/// decoder.handle_json("messageStop", br#"{"stopReason":"end_turn"}"#);
/// decoder.handle_end();
///
/// let mut last = None;
/// while let Some(event) = decoder.poll_event() {
///     last = Some(event?);
/// }
/// let Some(StreamEvent::Completed { response }) = last else { panic!("the stream is complete") };
/// assert_eq!(response.text(), "Paris.");
/// # Ok::<(), outcrop_core::ModelError>(())
/// ```
pub struct StreamDecoder {
    context: ResponseContext,
    metadata: ResponseMetadata,
    blocks: OpenBlocks,
    stop_event: Option<MessageStopEvent>,
    metadata_event: Option<ConverseStreamMetadataEvent>,
    /// The unknown members of events that are about the whole message.
    unknown: JsonObject,
    /// The events that were passed on, for the response.
    others: Vec<RawJson>,
    reader: LenientReader,
    /// The index of the block that the last event was about.
    last_index: u32,
    events: EventQueue,
    phase: Phase,
}

enum Phase {
    Reading,
    Completed,
    /// The stream failed. `poll_event` returns the error once.
    Failed(Option<Box<ModelError>>),
}

impl StreamDecoder {
    /// Creates a decoder of the response to a request.
    ///
    /// `context` is the [`Encoded::context`](crate::Encoded::context) of the request.
    #[must_use]
    pub fn new(context: ResponseContext, metadata: ResponseMetadata) -> Self {
        let output_tool = context.structured.as_ref().and_then(|structured| structured.tool());
        // The output of a structured response comes at its end anyway.
        let reads_calls = output_tool.is_none() && !context.follows_ag2();
        let written_tools = if reads_calls { context.written_tools.clone() } else { WrittenTools::default() };
        Self {
            blocks: OpenBlocks::new(output_tool.map(str::to_owned), written_tools),
            context,
            metadata,
            stop_event: None,
            metadata_event: None,
            unknown: JsonObject::new(),
            others: Vec::new(),
            reader: LenientReader::default(),
            last_index: 0,
            // Most events of the service become one event, the end of a message at most four.
            events: EventQueue::with_capacity(4),
            phase: Phase::Reading,
        }
    }

    /// Handles a frame of the service's event stream: an event, an exception or an error.
    pub fn handle_frame(&mut self, frame: &Frame<'_>) {
        if self.is_finished() {
            return;
        }
        // The message types are part of the framing: https://smithy.io/2.0/aws/amazon-eventstream.html
        match frame.message_type().unwrap_or("event") {
            "event" => self.handle_json(frame.event_type().unwrap_or_default(), frame.payload()),
            "exception" => {
                let name = frame.exception_type().unwrap_or_default();
                self.fail(error_from_payload(name, frame.payload()));
            }
            "error" => {
                let code = frame.error_code().unwrap_or_default();
                self.fail(error_from_error_frame(code, frame.error_message()));
            }
            other => self.pass_on(other, frame.payload()),
        }
    }

    /// Handles an event, given its name (the header `:event-type` of its frame) and its JSON.
    pub fn handle_json(&mut self, name: &str, payload: &[u8]) {
        if self.is_finished() {
            return;
        }
        if name == "contentBlockDelta" {
            if let Some(delta) = FastDelta::parse(payload) {
                self.last_index = delta.index;
                self.blocks.add_fast(delta, &mut self.events);
                return;
            }
        }
        // A caller that reads frames itself may pass the name of an exception here.
        if name.ends_with("Exception") {
            return self.fail(error_from_payload(name, payload));
        }
        match parse_event(name, payload) {
            Ok(Some(event)) if !is_uncleaned(payload) => self.handle_event(event),
            Ok(None) => self.pass_on(name, payload),
            // A delta that ends within a surrogate pair is not a valid string by itself.
            Err(_) if name == "contentBlockDelta" && self.blocks.add_split(payload, &mut self.events) => {}
            parsed => match read_event(&mut self.reader, name, payload, self.last_index) {
                Some(event) => self.handle_event(event),
                None => {
                    if let Err(error) = parsed {
                        self.reader.note(name, format!("could not read the event: {}", error.message()));
                    }
                    self.pass_on(name, payload);
                    // Whatever it contains, it is the end of the message.
                    if name == "messageStop" {
                        self.handle_event(ConverseStreamOutput::MessageStop(MessageStopEvent::new("")));
                    }
                }
            },
        }
    }

    /// Handles an event that is already parsed.
    pub fn handle_event(&mut self, event: ConverseStreamOutput) {
        if self.is_finished() {
            return;
        }
        match event {
            ConverseStreamOutput::MessageStart(start) => {
                self.keep_unknown("messageStart", start.unknown);
                if start.role != ConversationRole::Assistant {
                    self.unknown.insert("role", RawJson::from(start.role.as_str()));
                }
                self.events.push_back(StreamEvent::Started { role: Role::from(start.role.as_str()) });
            }
            ConverseStreamOutput::ContentBlockStart(start) => {
                self.pass_on_unknown("contentBlockStart", start.unknown);
                self.start_block(start.content_block_index, start.start);
            }
            ConverseStreamOutput::ContentBlockDelta(delta) => {
                self.pass_on_unknown("contentBlockDelta", delta.unknown);
                self.add_delta(delta.content_block_index, delta.delta);
            }
            ConverseStreamOutput::ContentBlockStop(stop) => {
                self.pass_on_unknown("contentBlockStop", stop.unknown);
                self.last_index = stop.content_block_index;
                self.blocks.stop(stop.content_block_index, &mut self.events);
            }
            ConverseStreamOutput::MessageStop(stop) if self.stop_event.is_none() => {
                let metadata = &self.metadata;
                if self.blocks.stop_all(&mut self.events, |number| metadata.call_id(number)) {
                    self.reader.notes.push(written_calls::note("messages[0].content"));
                }
                self.stop_event = Some(stop);
                self.push_output();
                self.events.push_back(StreamEvent::Stopped { finish_reason: self.finish_reason() });
                self.try_complete();
            }
            ConverseStreamOutput::Metadata(metadata) if self.metadata_event.is_none() => {
                self.metadata_event = Some(metadata);
                self.try_complete();
            }
            // A repeated event would overwrite the stop reason or the usage that was already reported.
            ConverseStreamOutput::MessageStop(stop) if self.stop_event.as_ref() == Some(&stop) => {}
            ConverseStreamOutput::MessageStop(stop) => self.pass_on_repeated("messageStop", &stop),
            ConverseStreamOutput::Metadata(metadata) if self.metadata_event.as_ref() == Some(&metadata) => {}
            ConverseStreamOutput::Metadata(metadata) => self.pass_on_repeated("metadata", &metadata),
            ConverseStreamOutput::Unknown(members) => {
                for (name, value) in members {
                    self.push_other(&name, value);
                }
            }
            ConverseStreamOutput::InternalServerException(exception) => {
                self.fail(error_from_exception("internalServerException", &exception));
            }
            ConverseStreamOutput::ModelStreamErrorException(exception) => {
                self.fail(error_from_exception("modelStreamErrorException", &exception));
            }
            ConverseStreamOutput::ValidationException(exception) => {
                self.fail(error_from_exception("validationException", &exception));
            }
            ConverseStreamOutput::ThrottlingException(exception) => {
                self.fail(error_from_exception("throttlingException", &exception));
            }
            ConverseStreamOutput::ServiceUnavailableException(exception) => {
                self.fail(error_from_exception("serviceUnavailableException", &exception));
            }
        }
    }

    /// Adds the events of a structured output that a tool call has: a program gets its text, and no call to run.
    fn push_output(&mut self) {
        let (Some(structured), Some(index)) = (&self.context.structured, self.blocks.output_index()) else {
            return;
        };
        let reason = self.stop_event.as_ref().and_then(|stop| unified_reason(&stop.stop_reason));
        let mut blocks = self.blocks.blocks();
        let first = blocks
            .iter()
            .position(|block| block.as_tool_call().is_some_and(|call| structured.is_tool(&call.name)));
        // An output that does not match its schema becomes an error at the end.
        if structured::extract(structured, &mut blocks, Ending::from_reason(reason.as_ref())).is_err() {
            return;
        }
        let is_output = |block: &&ContentBlock| matches!(block, ContentBlock::Text(text) if text.structured == Some(true));
        let output = blocks.iter().find(is_output).or_else(|| blocks.get(first?));
        let Some(ContentBlock::Text(text)) = output else { return };
        let text = text.clone();
        if !text.text.is_empty() {
            self.events.push_back(StreamEvent::Text { index, text: text.text.clone() });
            self.events.push_back(StreamEvent::BlockCompleted { index, blocks: vec![text.into()] });
        }
    }

    /// Begins a block. Of a start with several members, each that is known counts.
    fn start_block(&mut self, index: u32, start: ContentBlockStart) {
        self.last_index = index;
        let mut start = start;
        if let ContentBlockStart::Unknown(members) = &start {
            // The service sends no start for text and reasoning. Gateways send an empty one:
            // https://github.com/mulgadc/spinifex/pull/844.
            if members.values().all(is_blank) {
                return self.blocks.stop(index, &mut self.events);
            }
            let is_unknown = |start: &ContentBlockStart| matches!(start, ContentBlockStart::Unknown(_));
            let (known, rest) = known_members(members.clone(), is_unknown);
            if let Some(first) = known.into_iter().next() {
                self.pass_on_unknown("contentBlockStart", rest);
                start = first;
            }
        }
        let mut keys = None;
        if let ContentBlockStart::ToolUse(call) = &mut start {
            let path = || "contentBlockStart.start.toolUse.name".to_owned();
            let note = self.context.restore_tool_name(&mut call.name, call.kind.as_ref(), path);
            self.reader.notes.extend(note);
            keys = self.context.input_restorer(&call.name, call.kind.as_ref());
            // Without an id, the result could not name its call: https://github.com/vercel/ai/commit/e6087c9 (L32).
            if call.tool_use_id.is_empty() {
                call.tool_use_id = self.metadata.call_id(self.blocks.call_count() + 1);
            }
        }
        self.blocks.start(index, start, keys, &mut self.events);
    }

    /// Adds a delta. Of one with several members, each that is known counts.
    fn add_delta(&mut self, index: u32, delta: ContentBlockDelta) {
        self.last_index = index;
        let ContentBlockDelta::Unknown(members) = delta else {
            return self.blocks.add(index, delta, &mut self.events);
        };
        let is_unknown = |delta: &ContentBlockDelta| matches!(delta, ContentBlockDelta::Unknown(_));
        let (known, rest) = known_members(members, is_unknown);
        if known.is_empty() {
            return self.blocks.add(index, ContentBlockDelta::Unknown(rest), &mut self.events);
        }
        for delta in known {
            self.blocks.add(index, delta, &mut self.events);
        }
        self.pass_on_unknown("contentBlockDelta", rest);
    }

    /// Handles the end of the stream.
    ///
    /// Without `messageStop` the response is truncated, even if usage was received: completing it would hide the loss, as
    /// in <https://github.com/BerriAI/litellm/issues/32686> (L107, M59).
    pub fn handle_end(&mut self) {
        if self.is_finished() {
            return;
        }
        if self.stop_event.is_some() {
            self.complete();
        } else {
            self.fail(
                ModelError::new(ErrorKind::Incomplete, "the stream ended before the response was complete")
                    .with_code("IncompleteStream")
                    .with_stage(Stage::Streaming)
                    .with_hint("`partial_response` has what was received; the service bills the tokens generated until then"),
            );
        }
    }

    /// Handles bytes that are not frames of an event stream.
    pub fn handle_broken_frame(&mut self, error: FrameError) {
        self.fail(
            ModelError::new(ErrorKind::InvalidResponse, format!("the stream is broken: {error}"))
                .with_code("BrokenStream")
                .with_stage(Stage::Streaming)
                .with_retryable(true)
                .with_source(error),
        );
    }

    /// Handles an error from outside the stream, such as a lost connection or a missed deadline.
    ///
    /// The error gets the partial response. After `messageStop` the response is complete and gets a note instead.
    pub fn handle_failure(&mut self, error: ModelError) {
        self.fail(error);
    }

    /// Returns the next event.
    ///
    /// `None` means that the decoder needs more input, or, if it [is finished](Self::is_finished), that there are no more
    /// events.
    #[must_use]
    pub fn poll_event(&mut self) -> Option<Result<StreamEvent, ModelError>> {
        if let Some(mut event) = self.events.pop_front() {
            if let StreamEvent::BlockCompleted { blocks, .. } = &mut event {
                blocks.iter_mut().for_each(|block| self.context.record_signing_model(block));
            }
            return Some(Ok(event));
        }
        match &mut self.phase {
            Phase::Failed(error) => error.take().map(|error| Err(*error)),
            Phase::Reading | Phase::Completed => None,
        }
    }

    /// Returns whether the response is complete or the stream failed. Further input is ignored.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        !matches!(self.phase, Phase::Reading)
    }

    /// Returns the response received so far.
    #[must_use]
    pub fn partial(&self) -> UnifiedResponse {
        let mut blocks = self.blocks.blocks();
        blocks.iter_mut().for_each(|block| self.context.record_signing_model(block));
        if let Some(structured) = &self.context.structured {
            structured::hide_calls(structured, &mut blocks);
        }
        let message = UnifiedMessage::new(Role::Assistant, blocks);
        let messages = if message.content.is_empty() { Vec::new() } else { vec![message] };
        let mut response = UnifiedResponse::new(
            self.metadata.clone().into_id(),
            self.context.model.as_str(),
            PROVIDER,
            messages,
        );
        response.status = Some(ResponseStatus::InProgress);
        response.created = self.metadata.created;
        if let Some(usage) = self.metadata_event.as_ref().and_then(|event| event.usage.as_ref()) {
            let (counted, _) = InputCount::for_stream(&self.context).normalize(usage.clone());
            response.usage = decode::unified_usage(&counted, &self.context);
        }
        response.notes.clone_from(&self.reader.notes);
        response.finish_reason = self.finish_reason();
        response
    }

    /// Returns the finish reason, once `messageStop` was received.
    fn finish_reason(&self) -> Option<FinishReason> {
        decode::finish_reason::finish_reason(
            &self.stop_event.as_ref()?.stop_reason,
            &self.blocks.calls(),
            &self.context,
        )
    }

    /// Passes on an event that has no unified counterpart.
    fn pass_on(&mut self, name: &str, payload: &[u8]) {
        let text = String::from_utf8_lossy(payload);
        let value = RawJson::parse(text.as_ref()).unwrap_or_else(|_| RawJson::from(text.as_ref()));
        self.push_other(name, value);
    }

    /// Passes on an event that was handled already, with a note.
    fn pass_on_repeated<T: Serialize>(&mut self, name: &str, event: &T) {
        self.reader.note(name, "ignored the event: the stream has another one of its kind");
        if let Ok(value) = RawJson::from_serialize(event) {
            self.push_other(name, value);
        }
    }

    /// Passes on an event, and keeps it for the response.
    fn push_other(&mut self, name: &str, value: RawJson) {
        let event: JsonObject = [(name, value.clone())].into_iter().collect();
        self.others.push(RawJson::from(event));
        self.events.push_back(StreamEvent::Other { name: name.to_owned(), value });
    }

    /// Passes on the unknown members of an event that is about a block.
    fn pass_on_unknown(&mut self, name: &str, mut unknown: JsonObject) {
        unknown.remove(PADDING);
        if !unknown.is_empty() {
            self.push_other(name, RawJson::from(unknown));
        }
    }

    /// Keeps the unknown members of an event that is about the whole message, for the response.
    ///
    /// A member with the name of another event's is kept with the events instead.
    fn keep_unknown(&mut self, event: &str, mut unknown: JsonObject) {
        unknown.remove(PADDING);
        for (name, value) in unknown {
            if self.unknown.get(&name).is_some_and(|kept| *kept != value) {
                let member: JsonObject = [(name, value)].into_iter().collect();
                self.push_other(event, RawJson::from(member));
            } else {
                self.unknown.insert(name, value);
            }
        }
    }

    /// Completes the response if both the end of the message and the usage were received.
    fn try_complete(&mut self) {
        // The usage follows `messageStop` in every recorded stream: a response completed before it would have no usage and
        // no cost (L104).
        if self.stop_event.is_some() && self.metadata_event.is_some() {
            self.complete();
        }
    }

    fn complete(&mut self) {
        let mut response = ConverseResponse::new();
        if let Some(stop) = self.stop_event.take() {
            self.keep_unknown("messageStop", stop.unknown);
            response.stop_reason = Some(stop.stop_reason).filter(|reason| !reason.as_str().is_empty());
            response.additional_model_response_fields = stop.additional_model_response_fields;
        }
        if let Some(metadata) = self.metadata_event.take() {
            self.keep_unknown("metadata", metadata.unknown);
            response.usage = metadata.usage;
            response.metrics = metadata.metrics;
            response.trace = metadata.trace;
            response.performance_config = metadata.performance_config;
            response.service_tier = metadata.service_tier;
        }
        response.unknown = std::mem::take(&mut self.unknown);
        if !self.others.is_empty() {
            if let Ok(others) = RawJson::from_serialize(&std::mem::take(&mut self.others)) {
                response.unknown.insert(OTHER_EVENTS, others);
            }
        }
        let notes = std::mem::take(&mut self.reader.notes);
        let input = InputCount::for_stream(&self.context);
        let metadata = self.metadata.clone();
        match decode::build_response(self.blocks.blocks(), response, notes, input, &self.context, metadata) {
            Ok(response) => {
                self.events.push_back(StreamEvent::completed(response));
                self.phase = Phase::Completed;
            }
            Err(error) => self.end_with(error.with_stage(Stage::Streaming)),
        }
    }

    fn fail(&mut self, error: ModelError) {
        if self.is_finished() {
            return;
        }
        if self.stop_event.is_some() {
            // Only usage and metrics follow the end of the message, which has been billed (L130).
            let code = error.code().unwrap_or("an error").to_owned();
            self.reader.note("", format!("the stream failed after its message was complete: `{code}`"));
            return self.complete();
        }
        self.end_with(error);
    }

    /// Ends the stream with an error, which gets the partial response.
    fn end_with(&mut self, error: ModelError) {
        if error.partial_response().is_some() {
            self.phase = Phase::Failed(Some(Box::new(error.with_model(&self.context.model))));
            return;
        }
        let mut partial = self.partial();
        partial.status = Some(ResponseStatus::Failed);
        let mut error = error.with_model(&self.context.model).with_partial_response(partial);
        if let Some(id) = &self.metadata.request_id {
            error = error.with_request_id(id.clone());
        }
        self.phase = Phase::Failed(Some(Box::new(error)));
    }
}

impl fmt::Debug for StreamDecoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let blocks: Vec<ContentBlock> = self.blocks.blocks();
        f.debug_struct("StreamDecoder")
            .field("model", &self.context.model)
            .field("blocks", &blocks)
            .field("is_finished", &self.is_finished())
            .finish_non_exhaustive()
    }
}

/// Returns whether a value has no content: `null`, an empty object, or empty text in either.
fn is_blank(value: &RawJson) -> bool {
    value.is_null()
        || value.as_string().is_some_and(|text| text.is_empty())
        || value.as_object().is_some_and(|members| members.values().all(is_blank))
}

/// Returns whether an event may have members without a meaning.
fn is_uncleaned(payload: &[u8]) -> bool {
    std::str::from_utf8(payload).is_ok_and(needs_cleaning)
}

/// Parses an event by its name. `None` for an unknown name; exceptions are not parsed here.
///
/// # Errors
/// Of kind `InvalidResponse`, with the path.
fn parse_event(name: &str, payload: &[u8]) -> Result<Option<ConverseStreamOutput>, ModelError> {
    use ConverseStreamOutput as Event;
    Ok(Some(match name {
        "messageStart" => Event::MessageStart(parse(name, payload)?),
        "contentBlockStart" => Event::ContentBlockStart(parse(name, payload)?),
        "contentBlockDelta" => Event::ContentBlockDelta(parse(name, payload)?),
        "contentBlockStop" => Event::ContentBlockStop(parse(name, payload)?),
        "messageStop" => Event::MessageStop(parse(name, payload)?),
        "metadata" => Event::Metadata(parse(name, payload)?),
        _ => return Ok(None),
    }))
}

fn parse<T: DeserializeOwned>(name: &str, payload: &[u8]) -> Result<T, ModelError> {
    outcrop_core::from_slice(payload).map_err(|error| {
        let path = error.path();
        let path = if path.is_empty() { name.to_owned() } else { format!("{name}.{path}") };
        ModelError::new(
            ErrorKind::InvalidResponse,
            format!("the event `{name}` of the stream is malformed: {}", error.message()),
        )
        .with_code("InvalidEvent")
        .with_stage(Stage::Streaming)
        .with_path(path)
        .with_body(bytes::Bytes::copy_from_slice(payload))
    })
}
