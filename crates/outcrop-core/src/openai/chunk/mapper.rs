//! The mapping from the events of a response to chunks.

use std::fmt;

use super::tool_calls::StreamedCalls;
use super::{ChatChunkChoice, ChatCompletionChunk, ChatDelta, ChatToolCallDelta};
use crate::content::ContentBlock;
use crate::json::RawJson;
use crate::openai::completion::{ChatUsage, reasoning_text};
use crate::request::{ModelRequest, ResponseFormat};
use crate::response::FinishReason;
use crate::response::UnifiedResponse;
use crate::role::Role;
use crate::stream::{StreamEvent, TextBuffer};

/// The mapping from the events of a response to OpenAI's chunks: a state machine without I/O and without a clock.
///
/// The first chunk has the role. Then follow text, reasoning (as `reasoning_content`) and tool calls, then the finish
/// reason, and in the last chunk usage and cost. Merged, they equal the message of the
/// [`ChatCompletion`](crate::openai::ChatCompletion) of the response, which has no calls that the provider runs. Only
/// the white space in the arguments of a call may differ, because it is emitted as the model writes it.
///
/// Text that was emitted cannot be changed. [`UnifiedResponse::text`] has a space between two text blocks unless one of
/// them is cited, so a second text block is held back until its first citation or its end. Blocks that interleave are
/// emitted one after the other.
///
/// ```
/// use outcrop_core::StreamEvent;
/// use outcrop_core::openai::ChatChunks;
///
/// let mut chunks = ChatChunks::new("r-1", "some-model");
/// let first = chunks.push(StreamEvent::Text { index: 0, text: "Par".to_owned() });
/// assert_eq!(first.len(), 2, "the role and the text");
/// assert_eq!(first[1].text(), Some("Par"));
/// let next = chunks.push(StreamEvent::Text { index: 0, text: "is.".to_owned() });
/// assert_eq!(next[0].text(), Some("is."));
/// ```
pub struct ChatChunks {
    id: String,
    model: String,
    created: u64,
    has_started: bool,
    is_complete: bool,
    /// Whether usage has a chunk of its own, without choices.
    has_usage_chunk: bool,
    /// Whether a delta had reasoning.
    has_reasoning: bool,
    text: TextBuffer,
    calls: StreamedCalls,
}

impl ChatChunks {
    /// Creates a mapping from the id of the call at the provider and the model of the request.
    ///
    /// The complete response replaces an empty id or model, which affects the chunks at the end.
    #[must_use]
    pub fn new(id: impl Into<String>, model: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            model: model.into(),
            created: 0,
            has_started: false,
            is_complete: false,
            has_usage_chunk: true,
            has_reasoning: false,
            text: TextBuffer::default(),
            calls: StreamedCalls::default(),
        }
    }

    /// Creates a mapping for the response to a request.
    ///
    /// If the request has a response format, the text is emitted as one part at the end. Before, it is unknown which
    /// text is the structured output and which is not.
    ///
    /// Usage and cost are in a chunk of their own if the request has `stream_options.include_usage`, as in OpenAI's API, and
    /// otherwise in the chunk with the finish reason.
    #[must_use]
    pub fn from_request(request: &ModelRequest, id: impl Into<String>) -> Self {
        let mut chunks = Self::new(id, request.model.as_str());
        chunks.has_usage_chunk = includes_usage(request);
        let is_plain_text = matches!(request.response_format, None | Some(ResponseFormat::Text));
        chunks.text = if is_plain_text { TextBuffer::default() } else { TextBuffer::held_back() };
        chunks
    }

    /// Sets the start of the response in seconds since 1970.
    #[must_use]
    pub fn with_created(mut self, created: u64) -> Self {
        self.created = created;
        self
    }

    /// Returns whether the last chunk was returned.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// Adds the next event and returns its chunks, possibly none. There are none after the last chunk.
    pub fn push(&mut self, event: StreamEvent) -> Vec<ChatCompletionChunk> {
        let mut deltas = Vec::new();
        match event {
            _ if self.is_complete => return Vec::new(),
            StreamEvent::Text { index, text } => deltas.extend(self.text.add(index, &text).map(text_delta)),
            StreamEvent::Citation { index, .. } => deltas.extend(self.text.cite(index).map(text_delta)),
            StreamEvent::Reasoning { text, .. } => {
                self.has_reasoning |= !text.is_empty();
                deltas.push(reasoning_delta(text));
            }
            StreamEvent::ToolCall { index, id, name, kind } => {
                deltas.extend(self.calls.start(index, id, name, kind.as_ref()).map(call_delta));
            }
            StreamEvent::Arguments { index, json } => {
                deltas.extend(self.calls.add_arguments(index, json).map(call_delta));
            }
            StreamEvent::BlockCompleted { index, blocks } => {
                deltas.extend(self.text.complete(index, &blocks).map(text_delta));
                let calls = blocks.iter().filter_map(ContentBlock::as_tool_call);
                let calls = calls.filter(|call| !call.is_structured_output());
                deltas.extend(calls.filter_map(|call| self.calls.complete(index, call)).map(call_delta));
            }
            StreamEvent::Completed { response } => return self.complete(&response),
            StreamEvent::Started { .. } => return self.start().into_iter().collect(),
            // The finish reason is emitted with the complete response, after text that is held back.
            StreamEvent::Output { .. } | StreamEvent::Other { .. } | StreamEvent::Stopped { .. } => {}
        }
        self.chunks(deltas)
    }

    /// Returns the chunks at the end: the rest of text and calls, the finish reason, then usage and cost.
    fn complete(&mut self, response: &UnifiedResponse) -> Vec<ChatCompletionChunk> {
        self.fill_from(response);
        // A client without streams gives the complete response alone.
        let reasoning = if self.has_reasoning { None } else { reasoning_text(response) };
        let rest = self.text.finish(response).map(text_delta);
        let calls = self.calls.finish(response).into_iter().map(call_delta);
        let deltas = reasoning.map(reasoning_delta).into_iter().chain(rest).chain(calls).collect();
        let mut chunks: Vec<_> = self.start().into_iter().collect();
        chunks.extend(self.chunks(deltas));
        let finish = self.chunk(ChatDelta::default(), finish_reason(response));
        // OpenAI sends usage in a chunk of its own without choices, and clients that request it look for exactly that. Others
        // read `choices[0]` of each chunk: https://github.com/Arthur-Ficial/apfel/issues/100.
        let mut last = if self.has_usage_chunk {
            chunks.push(finish);
            self.empty()
        } else {
            finish
        };
        last.usage = Some(ChatUsage { counters: response.usage.clone() });
        last.cost = response.cost;
        chunks.push(last);
        self.is_complete = true;
        chunks
    }

    /// Sets what the caller left empty.
    fn fill_from(&mut self, response: &UnifiedResponse) {
        if self.id.is_empty() {
            self.id.clone_from(&response.id);
        }
        if self.model.is_empty() {
            self.model.clone_from(&response.model);
        }
        if self.created == 0 {
            self.created = response.created.unwrap_or(0);
        }
    }

    /// Returns the first chunk, unless it was returned before.
    fn start(&mut self) -> Option<ChatCompletionChunk> {
        if std::mem::replace(&mut self.has_started, true) {
            return None;
        }
        // OpenAI's first chunk has empty content, and some clients expect a string there.
        let first =
            ChatDelta { role: Some(Role::Assistant), content: Some(String::new()), ..ChatDelta::default() };
        Some(self.chunk(first, None))
    }

    fn chunks(&mut self, mut deltas: Vec<ChatDelta>) -> Vec<ChatCompletionChunk> {
        deltas.retain(|delta| *delta != ChatDelta::default());
        if deltas.is_empty() {
            return Vec::new();
        }
        let first = self.start();
        first.into_iter().chain(deltas.into_iter().map(|delta| self.chunk(delta, None))).collect()
    }

    fn chunk(&self, delta: ChatDelta, finish_reason: Option<FinishReason>) -> ChatCompletionChunk {
        ChatCompletionChunk {
            choices: vec![ChatChunkChoice { index: 0, delta, finish_reason }],
            ..self.empty()
        }
    }

    fn empty(&self) -> ChatCompletionChunk {
        ChatCompletionChunk {
            id: self.id.clone(),
            object: "chat.completion.chunk",
            created: self.created,
            model: self.model.clone(),
            choices: Vec::new(),
            usage: None,
            cost: None,
        }
    }
}

/// Returns whether a request has `stream_options` with `include_usage`.
fn includes_usage(request: &ModelRequest) -> bool {
    let options = request.other.get("stream_options").and_then(RawJson::as_object);
    options.is_some_and(|options| options.get("include_usage").is_some_and(|flag| flag.as_str() == "true"))
}

/// Returns the finish reason of the chunks: without a call to run, a program that waits for calls would wait forever.
fn finish_reason(response: &UnifiedResponse) -> Option<FinishReason> {
    let has_calls = response.tool_calls().next().is_some();
    match &response.finish_reason {
        Some(FinishReason::ToolCalls) if !has_calls => Some(FinishReason::Stop),
        reason => reason.clone(),
    }
}

fn text_delta(text: String) -> ChatDelta {
    ChatDelta { content: Some(text).filter(|text| !text.is_empty()), ..ChatDelta::default() }
}

fn reasoning_delta(text: String) -> ChatDelta {
    ChatDelta { reasoning_content: Some(text).filter(|text| !text.is_empty()), ..ChatDelta::default() }
}

fn call_delta(delta: ChatToolCallDelta) -> ChatDelta {
    ChatDelta { tool_calls: vec![delta], ..ChatDelta::default() }
}

// The buffers contain text of the conversation.
impl fmt::Debug for ChatChunks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatChunks")
            .field("id", &self.id)
            .field("model", &self.model)
            .field("is_complete", &self.is_complete)
            .finish_non_exhaustive()
    }
}
