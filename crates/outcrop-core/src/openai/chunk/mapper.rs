//! From the steps of an answer to chunks.

use std::fmt;

use super::calls::Calls;
use super::text_buffer::TextBuffer;
use super::{ChatChunkChoice, ChatCompletionChunk, ChatDelta, ChatToolCallDelta};
use crate::content::ContentBlock;
use crate::finish::FinishReason;
use crate::openai::ChatUsage;
use crate::request::{ModelRequest, ResponseFormat};
use crate::response::UnifiedResponse;
use crate::role::Role;
use crate::stream::StreamEvent;

/// Turns the steps of an answer, whoever the provider, into OpenAI's chunks: a state machine without I/O or clock.
///
/// The role comes first, then words, thoughts (as `reasoning_content`) and calls as they come, then the finish reason,
/// and in the last chunk usage and cost. Put together they are the message of the answer's
/// [`ChatCompletion`](crate::openai::ChatCompletion), tools that the provider runs itself left out as there; but for
/// spaces between the tokens of a call's arguments, which are handed on as the model writes them.
///
/// What was said cannot be taken back. So the words of a text block that follows another wait until it is known
/// whether a space belongs between them: until its first citation, or its end. Blocks whose pieces interleave come one
/// after the other.
///
/// ```
/// use outcrop_core::StreamEvent;
/// use outcrop_core::openai::ChatChunks;
///
/// let mut chunks = ChatChunks::new("r-1", "some-model");
/// let first = chunks.push(StreamEvent::Text { index: 0, text: "Par".to_owned() });
/// assert_eq!(first.len(), 2, "who speaks, and what");
/// assert_eq!(first[1].text(), Some("Par"));
/// let next = chunks.push(StreamEvent::Text { index: 0, text: "is.".to_owned() });
/// assert_eq!(next[0].text(), Some("is."));
/// ```
pub struct ChatChunks {
    id: String,
    model: String,
    created: u64,
    has_begun: bool,
    is_complete: bool,
    text: TextBuffer,
    calls: Calls,
}

impl ChatChunks {
    /// Chunks of an answer: the provider's id of the call, and the model that was asked.
    ///
    /// What is empty is filled in by the last chunks, when the answer itself tells it.
    #[must_use]
    pub fn new(id: impl Into<String>, model: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            model: model.into(),
            created: 0,
            has_begun: false,
            is_complete: false,
            text: TextBuffer::default(),
            calls: Calls::default(),
        }
    }

    /// Builds the mapper for the response to a request.
    ///
    /// The words of an answer that shall have a structure come as one piece, at its end: before, nobody knows whether
    /// they are the answer or stand beside it.
    #[must_use]
    pub fn from_request(request: &ModelRequest, id: impl Into<String>) -> Self {
        let mut chunks = Self::new(id, request.model.as_str());
        let wants_text = matches!(request.response_format, None | Some(ResponseFormat::Text));
        chunks.text = if wants_text { TextBuffer::default() } else { TextBuffer::held_back() };
        chunks
    }

    /// The same chunks with a time: when the answer began, in seconds since 1970.
    #[must_use]
    pub fn with_created(mut self, created: u64) -> Self {
        self.created = created;
        self
    }

    /// Whether the last chunk was handed out.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// Takes the next step, and gives the chunks that follow from it: none, one, or a few. After the last there are none.
    pub fn push(&mut self, event: StreamEvent) -> Vec<ChatCompletionChunk> {
        let mut deltas = Vec::new();
        match event {
            _ if self.is_complete => return Vec::new(),
            StreamEvent::Text { index, text } => deltas.extend(self.text.add(index, &text).map(text_delta)),
            StreamEvent::Citation { index, .. } => deltas.extend(self.text.cite(index).map(text_delta)),
            StreamEvent::Reasoning { text, .. } => deltas.push(reasoning_delta(text)),
            StreamEvent::ToolCall { index, id, name, kind } => {
                deltas.extend(self.calls.begin(index, id, name, kind.as_ref()).map(call_delta));
            }
            StreamEvent::Arguments { index, json } => {
                deltas.extend(self.calls.add(index, json).map(call_delta));
            }
            StreamEvent::BlockCompleted { index, blocks } => {
                deltas.extend(self.text.complete(index, &blocks).map(text_delta));
                let calls = blocks.iter().filter_map(ContentBlock::as_tool_call);
                deltas.extend(calls.filter_map(|whole| self.calls.complete(index, whole)).map(call_delta));
            }
            StreamEvent::Completed { response } => return self.complete(&response),
            StreamEvent::Started { .. } => return self.begin().into_iter().collect(),
            StreamEvent::Other { .. } | StreamEvent::Stopped { .. } => {}
        }
        self.chunks(deltas)
    }

    /// What is left to say once the whole answer is there.
    fn complete(&mut self, response: &UnifiedResponse) -> Vec<ChatCompletionChunk> {
        self.adopt(response);
        let rest = self.text.finish(response).map(text_delta);
        let calls = self.calls.finish(response).into_iter().map(call_delta);
        let deltas = rest.into_iter().chain(calls).collect();
        let mut chunks: Vec<_> = self.begin().into_iter().collect();
        chunks.extend(self.chunks(deltas));
        chunks.push(self.chunk(ChatDelta::default(), response.finish_reason.clone()));
        let mut last = self.empty();
        last.usage = Some(ChatUsage { counters: response.usage.clone() });
        last.cost = response.cost;
        chunks.push(last);
        self.is_complete = true;
        chunks
    }

    fn adopt(&mut self, response: &UnifiedResponse) {
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

    /// The first chunk, unless it was handed out.
    fn begin(&mut self) -> Option<ChatCompletionChunk> {
        if std::mem::replace(&mut self.has_begun, true) {
            return None;
        }
        let first =
            ChatDelta { role: Some(Role::Assistant), content: Some(String::new()), ..ChatDelta::default() };
        Some(self.chunk(first, None))
    }

    fn chunks(&mut self, mut deltas: Vec<ChatDelta>) -> Vec<ChatCompletionChunk> {
        deltas.retain(|delta| *delta != ChatDelta::default());
        if deltas.is_empty() {
            return Vec::new();
        }
        let first = self.begin();
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

fn text_delta(text: String) -> ChatDelta {
    ChatDelta { content: Some(text).filter(|text| !text.is_empty()), ..ChatDelta::default() }
}

fn reasoning_delta(text: String) -> ChatDelta {
    ChatDelta { reasoning_content: Some(text).filter(|text| !text.is_empty()), ..ChatDelta::default() }
}

fn call_delta(delta: ChatToolCallDelta) -> ChatDelta {
    ChatDelta { tool_calls: vec![delta], ..ChatDelta::default() }
}

/// Shows how far it is, not what was said.
impl fmt::Debug for ChatChunks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatChunks")
            .field("id", &self.id)
            .field("model", &self.model)
            .field("is_complete", &self.is_complete)
            .finish_non_exhaustive()
    }
}
