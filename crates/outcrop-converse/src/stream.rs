//! From Converse's stream to the steps of an answer.

mod draft;
mod fault;
mod plain;
mod surrogate;

use std::collections::VecDeque;
use std::fmt;

use outcrop_core::{
    ContentBlock, ErrorKind, FinishReason, JsonObject, ModelError, RawJson, ResponseStatus, Role, Stage,
    StreamEvent, UnifiedMessage, UnifiedResponse,
};

use draft::Drafts;

use crate::context::{ResponseContext, ResponseMetadata};
use crate::decode::{self, InputCount};
use crate::event_stream::{Frame, FrameError};
use crate::origin::PROVIDER;
use crate::wire::{
    ContentBlockDeltaEvent, ContentBlockStart, ConverseResponse, ConverseStreamMetadataEvent,
    ConverseStreamOutput, MessageStopEvent,
};

/// Reads the events of a Converse stream, and hands out the steps of the answer: a state machine without I/O or clock.
///
/// Events go in by [`handle_frame`](Self::handle_frame), [`handle_json`](Self::handle_json) or
/// [`handle_event`](Self::handle_event), the end by [`handle_end`](Self::handle_end), and a broken connection by
/// [`handle_failure`](Self::handle_failure). After each of them [`poll_event`](Self::poll_event) gives what follows
/// from it, until it gives `None`.
///
/// Blocks are told apart by their `contentBlockIndex`, may interleave, and begin with whichever event is their first.
/// What is unknown is kept and passed on; padding is not. A stream without `messageStop` is an error (lesson M59), and
/// every error has what came before it as [`partial_response`](ModelError::partial_response). The last step,
/// [`StreamEvent::Completed`], has the very response that [`decode_response`](crate::decode_response) makes of the same
/// answer in one piece.
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
/// let Some(StreamEvent::Completed { response }) = last else { panic!("the stream was good") };
/// assert_eq!(response.text(), "Paris.");
/// # Ok::<(), outcrop_core::ModelError>(())
/// ```
pub struct StreamDecoder {
    context: ResponseContext,
    meta: ResponseMetadata,
    drafts: Drafts,
    stop: Option<MessageStopEvent>,
    metadata: Option<ConverseStreamMetadataEvent>,
    /// Members of events about the whole message that nobody knows.
    unknown: JsonObject,
    steps: VecDeque<StreamEvent>,
    phase: Phase,
}

enum Phase {
    /// More is to come.
    Reading,
    /// The answer is complete.
    Completed,
    /// The stream failed; the error is handed out once.
    Failed(Option<Box<ModelError>>),
}

impl StreamDecoder {
    /// A decoder of the reply to some request.
    #[must_use]
    pub fn new(context: ResponseContext, meta: ResponseMetadata) -> Self {
        Self {
            context,
            meta,
            drafts: Drafts::default(),
            stop: None,
            metadata: None,
            unknown: JsonObject::new(),
            steps: VecDeque::with_capacity(4),
            phase: Phase::Reading,
        }
    }

    /// Takes a frame of the service's event stream.
    pub fn handle_frame(&mut self, frame: &Frame<'_>) {
        if !matches!(self.phase, Phase::Reading) {
            return;
        }
        match frame.message_type().unwrap_or("event") {
            "event" => self.handle_json(frame.event_type().unwrap_or_default(), frame.payload()),
            "exception" => {
                let name = frame.exception_type().unwrap_or_default();
                self.fail(fault::of_payload(name, frame.payload()));
            }
            "error" => {
                let code = frame.error_code().unwrap_or_default();
                self.fail(fault::of_error_frame(code, frame.error_message()));
            }
            other => self.pass_on(other, frame.payload()),
        }
    }

    /// Takes an event by the name that its frame gives it, and its JSON.
    pub fn handle_json(&mut self, name: &str, payload: &[u8]) {
        if !matches!(self.phase, Phase::Reading) {
            return;
        }
        if name == "contentBlockDelta" {
            if let Some(delta) = plain::PlainDelta::read(payload) {
                self.drafts.add_plain(delta, &mut self.steps);
                return;
            }
        }
        if name.ends_with("Exception") {
            return self.fail(fault::of_payload(name, payload));
        }
        match plain::event(name, payload) {
            Ok(Some(event)) => self.handle_event(event),
            Ok(None) => self.pass_on(name, payload),
            Err(error) => match self.drafts.with_half_letters(name, payload) {
                Some((event, half)) => {
                    self.handle_event(event);
                    self.drafts.keep_half(half);
                }
                None => self.fail(error),
            },
        }
    }

    /// Takes an event that was read already.
    pub fn handle_event(&mut self, event: ConverseStreamOutput) {
        if !matches!(self.phase, Phase::Reading) {
            return;
        }
        match event {
            ConverseStreamOutput::MessageStart(start) => {
                self.keep_unknown(start.unknown);
                self.steps.push_back(StreamEvent::Started { role: Role::from(start.role.as_str()) });
            }
            ConverseStreamOutput::ContentBlockStart(mut start) => {
                if let ContentBlockStart::ToolUse(call) = &mut start.start {
                    self.context.restore_tool_name(&mut call.name, call.kind.as_ref());
                    if call.tool_use_id.is_empty() {
                        call.tool_use_id = self.meta.call_id(self.drafts.calls().count() + 1);
                    }
                }
                self.pass_on_unknown("contentBlockStart", start.unknown);
                self.drafts.start(start.content_block_index, start.start, &mut self.steps);
            }
            ConverseStreamOutput::ContentBlockDelta(delta) => self.delta(delta),
            ConverseStreamOutput::ContentBlockStop(stop) => {
                self.pass_on_unknown("contentBlockStop", stop.unknown);
                self.drafts.stop(stop.content_block_index, &mut self.steps);
            }
            ConverseStreamOutput::MessageStop(stop) if self.stop.is_none() => {
                self.drafts.stop_all(&mut self.steps);
                self.stop = Some(stop);
                self.steps.push_back(StreamEvent::Stopped { finish_reason: self.finish_reason() });
                self.complete_if_all_is_told();
            }
            ConverseStreamOutput::Metadata(metadata) => {
                self.metadata = Some(metadata);
                self.complete_if_all_is_told();
            }
            ConverseStreamOutput::MessageStop(_) => {}
            ConverseStreamOutput::Unknown(members) => {
                for (name, value) in members {
                    self.steps.push_back(StreamEvent::Other { name, value });
                }
            }
            ConverseStreamOutput::InternalServerException(exception) => {
                self.fail(fault::of_exception("internalServerException", &exception));
            }
            ConverseStreamOutput::ModelStreamErrorException(exception) => {
                self.fail(fault::of_exception("modelStreamErrorException", &exception));
            }
            ConverseStreamOutput::ValidationException(exception) => {
                self.fail(fault::of_exception("validationException", &exception));
            }
            ConverseStreamOutput::ThrottlingException(exception) => {
                self.fail(fault::of_exception("throttlingException", &exception));
            }
            ConverseStreamOutput::ServiceUnavailableException(exception) => {
                self.fail(fault::of_exception("serviceUnavailableException", &exception));
            }
        }
    }

    /// Takes the end of the stream.
    pub fn handle_end(&mut self) {
        if !matches!(self.phase, Phase::Reading) {
            return;
        }
        if self.stop.is_some() {
            self.complete();
        } else {
            self.fail(
                ModelError::new(ErrorKind::Incomplete, "the stream ended before the answer was complete")
                    .with_code("IncompleteStream")
                    .with_stage(Stage::Streaming)
                    .with_hint("what came before is in the error's partial response; the call is billed as far as it went"),
            );
        }
    }

    /// Takes bytes that are no frames.
    pub fn handle_broken_frame(&mut self, error: FrameError) {
        self.fail(
            ModelError::new(ErrorKind::InvalidResponse, format!("the stream is broken: {error}"))
                .with_code("BrokenStream")
                .with_stage(Stage::Streaming)
                .with_retryable(true)
                .with_source(error),
        );
    }

    /// Takes an error from outside, such as that of a connection or of a time limit: it gets what came before it.
    pub fn handle_failure(&mut self, error: ModelError) {
        self.fail(error);
    }

    /// The next step; `None` when there is none before more comes in, and after the last one.
    #[must_use]
    pub fn poll_event(&mut self) -> Option<Result<StreamEvent, ModelError>> {
        if let Some(mut step) = self.steps.pop_front() {
            if let StreamEvent::BlockCompleted { blocks, .. } = &mut step {
                blocks.iter_mut().for_each(|block| self.context.record_signing_model(block));
            }
            return Some(Ok(step));
        }
        match &mut self.phase {
            Phase::Failed(error) => error.take().map(|error| Err(*error)),
            Phase::Reading | Phase::Completed => None,
        }
    }

    /// Whether nothing more is to come: the answer is complete, or the stream failed.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        !matches!(self.phase, Phase::Reading)
    }

    /// The answer as far as it has come.
    #[must_use]
    pub fn partial(&self) -> UnifiedResponse {
        let mut blocks = self.drafts.blocks();
        blocks.iter_mut().for_each(|block| self.context.record_signing_model(block));
        let message = UnifiedMessage::new(Role::Assistant, blocks);
        let messages = if message.content.is_empty() { Vec::new() } else { vec![message] };
        let mut response = UnifiedResponse::new(
            self.meta.clone().into_id(),
            self.context.model.as_str(),
            PROVIDER,
            messages,
        );
        response.status = Some(ResponseStatus::InProgress);
        response.created = self.meta.created;
        response.finish_reason = self.finish_reason();
        response
    }

    /// Why the model stopped, once it did.
    fn finish_reason(&self) -> Option<FinishReason> {
        decode::finish_reason::finish_reason(
            &self.stop.as_ref()?.stop_reason,
            &self.drafts.calls(),
            &self.context,
        )
    }

    fn delta(&mut self, event: ContentBlockDeltaEvent) {
        self.pass_on_unknown("contentBlockDelta", event.unknown);
        self.drafts.add(event.content_block_index, event.delta, &mut self.steps);
    }

    /// Passes on what has no step of its own.
    fn pass_on(&mut self, name: &str, payload: &[u8]) {
        let text = String::from_utf8_lossy(payload);
        let value = RawJson::parse(text.as_ref()).unwrap_or_else(|_| RawJson::from(text.as_ref()));
        self.steps.push_back(StreamEvent::Other { name: name.to_owned(), value });
    }

    /// Passes on the members of an event about a block that nobody knows. Padding is not passed on.
    fn pass_on_unknown(&mut self, name: &str, mut unknown: JsonObject) {
        unknown.remove(PADDING);
        if !unknown.is_empty() {
            let value = RawJson::from(unknown);
            self.steps.push_back(StreamEvent::Other { name: name.to_owned(), value });
        }
    }

    /// Keeps the members of an event about the whole message that nobody knows.
    fn keep_unknown(&mut self, mut unknown: JsonObject) {
        unknown.remove(PADDING);
        self.unknown.extend(unknown);
    }

    /// Usage comes after the end of the message; with both, nothing is left to wait for.
    fn complete_if_all_is_told(&mut self) {
        if self.stop.is_some() && self.metadata.is_some() {
            self.complete();
        }
    }

    fn complete(&mut self) {
        let mut reply = ConverseResponse::new();
        if let Some(stop) = self.stop.take() {
            self.keep_unknown(stop.unknown);
            reply.stop_reason = Some(stop.stop_reason);
            reply.additional_model_response_fields = stop.additional_model_response_fields;
        }
        if let Some(metadata) = self.metadata.take() {
            self.keep_unknown(metadata.unknown);
            reply.usage = metadata.usage;
            reply.metrics = metadata.metrics;
            reply.trace = metadata.trace;
            reply.performance_config = metadata.performance_config;
            reply.service_tier = metadata.service_tier;
        }
        reply.unknown = std::mem::take(&mut self.unknown);
        let input = InputCount::for_stream(&self.context);
        match decode::build_response(self.drafts.blocks(), reply, input, &self.context, self.meta.clone()) {
            Ok(response) => {
                self.steps.push_back(StreamEvent::completed(response));
                self.phase = Phase::Completed;
            }
            Err(error) => self.fail(error.with_stage(Stage::Streaming)),
        }
    }

    fn fail(&mut self, error: ModelError) {
        if !matches!(self.phase, Phase::Reading) {
            return;
        }
        let mut partial = self.partial();
        partial.status = Some(ResponseStatus::Failed);
        let mut error = error.with_model(&self.context.model).with_partial_response(partial);
        if let Some(id) = &self.meta.request_id {
            error = error.with_request_id(id.clone());
        }
        self.phase = Phase::Failed(Some(Box::new(error)));
    }
}

/// The member of events that is there to hide their length.
const PADDING: &str = "p";

impl fmt::Debug for StreamDecoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let blocks: Vec<ContentBlock> = self.drafts.blocks();
        f.debug_struct("StreamDecoder")
            .field("model", &self.context.model)
            .field("blocks", &blocks)
            .field("is_finished", &self.is_finished())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
