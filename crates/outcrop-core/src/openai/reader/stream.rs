//! Decoding a stream of server-sent events.

use std::collections::VecDeque;
use std::fmt;

use super::delta::MessageBuilder;
use super::parse;
use crate::error::{ErrorKind, ModelError, Stage};
use crate::stream::StreamEvent;

/// A decoder of OpenAI's chat-completion chunks, which arrive as server-sent events: a state machine without I/O.
///
/// ```
/// use outcrop_core::StreamEvent;
/// use outcrop_core::openai::ChatStreamDecoder;
///
/// let mut decoder = ChatStreamDecoder::new("some-provider");
/// decoder.feed(b"data: {\"choices\": [{\"delta\": {\"content\": \"The Ta\"}}]}\n\ndata: {\"choices\": [{\"del");
/// decoder.feed(b"ta\": {\"content\": \"gus.\"}, \"finish_reason\": \"stop\"}]}\n\ndata: [DONE]\n\n");
/// decoder.end();
/// let mut text = String::new();
/// while let Some(event) = decoder.next_event() {
///     match event? {
///         StreamEvent::Text { text: new, .. } => text.push_str(&new),
///         StreamEvent::Completed { response } => assert_eq!(response.text(), text),
///         _ => {}
///     }
/// }
/// assert_eq!(text, "The Tagus.");
/// # Ok::<(), outcrop_core::ModelError>(())
/// ```
///
/// The last event is the complete response, or an error with the response so far. Request usage with
/// `"stream_options": {"include_usage": true}`.
pub struct ChatStreamDecoder {
    /// The bytes of the last line, which is not complete yet.
    line: Vec<u8>,
    /// The data of the event that is being read.
    data: Vec<u8>,
    builder: MessageBuilder,
    events: VecDeque<Result<StreamEvent, ModelError>>,
    has_ended: bool,
}

impl ChatStreamDecoder {
    /// Creates a decoder for responses of a provider.
    #[must_use]
    pub fn new(provider: &str) -> Self {
        Self {
            line: Vec::new(),
            data: Vec::new(),
            builder: MessageBuilder::new(provider),
            events: VecDeque::new(),
            has_ended: false,
        }
    }

    /// Adds the next bytes of the body. They may end anywhere.
    pub fn feed(&mut self, bytes: &[u8]) {
        let mut lines = bytes.split(|byte| *byte == b'\n');
        // The part after the last line break is the beginning of a line.
        let rest = lines.next_back().unwrap_or_default();
        for part in lines {
            self.line.extend_from_slice(part);
            let line = std::mem::take(&mut self.line);
            self.read_line(line.strip_suffix(b"\r").unwrap_or(&line));
        }
        self.line.extend_from_slice(rest);
    }

    /// Marks the end of the body. Without a complete response, the last event is an error.
    pub fn end(&mut self) {
        let line = std::mem::take(&mut self.line);
        self.read_line(&line);
        self.read_line(b"");
        if self.has_ended {
            return;
        }
        // Some services end without `[DONE]`.
        if self.builder.has_stopped() {
            return self.complete();
        }
        self.fail(
            ModelError::new(ErrorKind::Incomplete, "the stream ended before the response was complete")
                .with_code("IncompleteStream"),
        );
    }

    /// Ends the stream with an error of the connection.
    pub fn fail(&mut self, error: ModelError) {
        if !std::mem::replace(&mut self.has_ended, true) {
            let error = error.with_stage(Stage::Streaming).with_partial_response(self.builder.partial());
            self.events.push_back(Err(error));
        }
    }

    /// Returns the next event. `None` if more bytes are needed, or after the last event.
    pub fn next_event(&mut self) -> Option<Result<StreamEvent, ModelError>> {
        self.events.pop_front()
    }

    /// Reads a line of <https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation>. Only its
    /// data matter: a compatible service has no other types of events.
    fn read_line(&mut self, line: &[u8]) {
        if line.is_empty() {
            let data = std::mem::take(&mut self.data);
            if !data.is_empty() && !self.has_ended {
                self.read_event(&data);
            }
        } else if let Some(data) = line.strip_prefix(b"data:") {
            if !self.data.is_empty() {
                self.data.push(b'\n');
            }
            self.data.extend_from_slice(data.strip_prefix(b" ").unwrap_or(data));
        }
    }

    fn read_event(&mut self, data: &[u8]) {
        if data.trim_ascii() == b"[DONE]" {
            return self.complete();
        }
        let chunk = match parse(data) {
            Ok(chunk) => chunk,
            Err(error) => return self.fail(error),
        };
        self.builder.read_envelope(&chunk);
        // The chunk with the usage has no choice.
        if let Some(choice) = chunk.pointer("/choices/0") {
            self.builder.read_delta(choice.get("delta").unwrap_or(&serde_json::Value::Null));
            self.builder.read_finish_reason(choice);
        }
        self.events.extend(self.builder.events.drain(..).map(Ok));
    }

    fn complete(&mut self) {
        self.has_ended = true;
        let response = Box::new(self.builder.finish());
        self.events.extend(self.builder.events.drain(..).map(Ok));
        self.events.push_back(Ok(StreamEvent::Completed { response }));
    }
}

impl fmt::Debug for ChatStreamDecoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatStreamDecoder").field("has_ended", &self.has_ended).finish_non_exhaustive()
    }
}
