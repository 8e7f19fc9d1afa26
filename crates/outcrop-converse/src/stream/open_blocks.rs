//! The blocks of a streamed response, which collect their deltas until they are complete.

use std::collections::{BTreeMap, VecDeque};

use outcrop_core::{ContentBlock, JsonObject, RawJson, StreamEvent, ToolCallKind};

use super::block::BlockContent;
use super::fast_path::{FastContent, FastDelta, FastReasoning};
use super::surrogates::{PendingSurrogate, SplitDelta};
use crate::decode::blocks::citation;
use crate::decode::finish_reason::CallSummary;
use crate::json_tree::object_in_string;
use crate::naming::KeyRenamer;
use crate::wire::{
    Citation, ContentBlockDelta, ContentBlockStart, ReasoningContentBlockDelta, ToolResultContentBlock,
    ToolUseBlockDelta, ToolUseBlockStart, ToolUseType,
};
use crate::written_calls::{WrittenCall, WrittenTools};

/// The events that a decoder has not returned yet.
pub(super) type EventQueue = VecDeque<StreamEvent>;

/// The blocks of a response, in the order in which they began.
///
/// A block is identified by its index and its kind: a delta of another kind with the same index begins another block. One
/// "current block" would not do, because parallel tool calls interleave: <https://github.com/BerriAI/litellm/issues/34230>
/// (L24, M2).
#[derive(Default)]
pub(super) struct OpenBlocks {
    list: Vec<OpenBlock>,
    /// The position of the open block of each index. There is at most one, and looking for it among all blocks would make
    /// the cost of a stream quadratic (R-M8).
    open: BTreeMap<u32, usize>,
    /// The number of calls that have begun.
    call_count: usize,
    /// The tool whose calls have the structured output. They have no events: there is no tool to run.
    output_tool: Option<String>,
    /// The tools that the model may call in its own format. Text that may be such a call is held back until the end.
    written_tools: WrittenTools,
}

struct OpenBlock {
    index: u32,
    /// Whether the block is a call of the output tool.
    is_output: bool,
    content: BlockContent,
    /// The length of its text for which there are events, if text may be held back.
    sent: Option<usize>,
    /// Set if the last delta ended within a surrogate pair.
    pending: PendingSurrogate,
}

impl OpenBlocks {
    /// Creates an empty list. The calls of the output tool have no events.
    pub(super) fn new(output_tool: Option<String>, written_tools: WrittenTools) -> Self {
        Self { output_tool, written_tools, ..Self::default() }
    }

    /// Returns the number of calls that have begun.
    pub(super) fn call_count(&self) -> usize {
        self.call_count
    }

    /// Returns the index of the first call of the output tool, in events.
    pub(super) fn output_index(&self) -> Option<usize> {
        self.list.iter().find(|block| block.is_output).map(|block| event_index(block.index))
    }

    /// Returns all blocks, in the order of their indexes, whether complete or not.
    pub(super) fn blocks(&self) -> Vec<ContentBlock> {
        let mut blocks: Vec<&OpenBlock> = self.list.iter().collect();
        blocks.sort_by_key(|block| block.index);
        blocks.into_iter().flat_map(|block| block.content.blocks()).collect()
    }

    /// Returns the calls that have begun, whether complete or not.
    pub(super) fn calls(&self) -> impl Iterator<Item = CallSummary<'_>> + Clone {
        self.list.iter().filter_map(|block| match &block.content {
            BlockContent::ToolUse { start, .. } => {
                let runs_on_server = start.kind == Some(ToolUseType::ServerToolUse);
                Some(CallSummary { tool: &start.name, runs_on_server })
            }
            _ => None,
        })
    }

    /// Begins a block. A block that is still open under the same index is completed.
    ///
    /// `keys` restores the caller's names of properties in the input of a tool call.
    pub(super) fn start(
        &mut self,
        index: u32,
        start: ContentBlockStart,
        keys: Option<KeyRenamer>,
        events: &mut EventQueue,
    ) {
        self.finish(index, events);
        let event_count = events.len();
        let mut is_output = false;
        let content = match start {
            ContentBlockStart::ToolUse(start) => {
                self.call_count += 1;
                is_output = self.output_tool.as_deref() == Some(&start.name);
                events.push_back(StreamEvent::ToolCall {
                    index: event_index(index),
                    id: start.tool_use_id.clone(),
                    name: start.name.clone(),
                    kind: start.kind.as_ref().map(|kind| ToolCallKind::from(kind.as_str())),
                });
                // The input is in the deltas, never in the start: https://github.com/crewAIInc/crewAI/issues/5739 (L23).
                BlockContent::ToolUse { start, input: String::new(), keys }
            }
            ContentBlockStart::ToolResult(start) => BlockContent::ToolResult { start, content: Vec::new() },
            ContentBlockStart::Image(start) => BlockContent::Image { start, parts: Vec::new() },
            ContentBlockStart::Unknown(members) => {
                let value = RawJson::from(members.clone());
                events.push_back(StreamEvent::Other { name: "contentBlockStart".to_owned(), value });
                BlockContent::Unknown { start: Some(members), deltas: Vec::new() }
            }
        };
        if is_output {
            events.truncate(event_count);
        }
        self.push(OpenBlock { is_output, ..OpenBlock::new(index, content) });
    }

    fn push(&mut self, mut block: OpenBlock) -> usize {
        block.sent = (!self.written_tools.is_empty()).then_some(0);
        let position = self.list.len();
        self.open.insert(block.index, position);
        self.list.push(block);
        position
    }

    /// Completes a block, unless some of its text is held back: that is decided at the end.
    pub(super) fn stop(&mut self, index: u32, events: &mut EventQueue) {
        if self.open_block(index).is_some_and(|block| block.unsent().is_some()) {
            return;
        }
        self.finish(index, events);
    }

    fn finish(&mut self, index: u32, events: &mut EventQueue) {
        if let Some(block) = self.open.remove(&index).and_then(|position| self.list.get_mut(position)) {
            block.complete(events);
        }
    }

    /// Completes all blocks. Some streams end without a `contentBlockStop` for each block.
    ///
    /// A call that the token limit cut off before its input is marked later, in the code shared with whole responses (M3).
    ///
    /// Text that was held back becomes calls, if it has any. `id` returns the id of a call, counted from 1. Returns whether
    /// there are such calls.
    pub(super) fn stop_all(&mut self, events: &mut EventQueue, id: impl Fn(usize) -> String) -> bool {
        let calls = if self.call_count == 0 { self.take_written_calls() } else { Vec::new() };
        self.finish_all(events);
        let is_any = !calls.is_empty();
        for call in calls {
            let index =
                self.list.iter().map(|block| block.index).max().map_or(0, |last| last.saturating_add(1));
            let start = ToolUseBlockStart::new(id(self.call_count + 1), call.name);
            self.start(index, ContentBlockStart::ToolUse(start), None, events);
            self.add_input(index, call.arguments, JsonObject::new(), events);
            self.finish(index, events);
        }
        is_any
    }

    /// Takes the calls out of the texts that are held back.
    fn take_written_calls(&mut self) -> Vec<WrittenCall> {
        let mut calls = Vec::new();
        for block in &mut self.list {
            if block.unsent().is_none() {
                continue;
            }
            let (BlockContent::Text { text, .. } | BlockContent::Reasoning { text, .. }) = &mut block.content
            else {
                continue;
            };
            if let Some((read, rest)) = self.written_tools.read(text) {
                calls.extend(read);
                let is_blank = block.sent == Some(0) && rest.trim().is_empty();
                *text = if is_blank { String::new() } else { rest };
            }
        }
        calls
    }

    fn finish_all(&mut self, events: &mut EventQueue) {
        let mut positions: Vec<usize> = std::mem::take(&mut self.open).into_values().collect();
        positions.sort_unstable();
        for position in positions {
            if let Some(block) = self.list.get_mut(position) {
                block.complete(events);
            }
        }
    }

    /// Adds a delta of a common kind.
    pub(super) fn add_fast(&mut self, delta: FastDelta, events: &mut EventQueue) {
        match delta.delta {
            FastContent::Text(text) => self.add_text(delta.index, text, events),
            FastContent::ToolUse(part) => {
                self.add_input(delta.index, part.input, JsonObject::new(), events);
            }
            FastContent::Reasoning(FastReasoning::Text(text)) => {
                self.add_reasoning(delta.index, text, events);
            }
            FastContent::Reasoning(FastReasoning::Signature(signature)) => {
                self.add_signature(delta.index, &signature, events);
            }
        }
    }

    /// Adds a delta whose text begins or ends within a surrogate pair. Returns whether the payload is one.
    pub(super) fn add_split(&mut self, payload: &[u8], events: &mut EventQueue) -> bool {
        let Some(split) = SplitDelta::parse(payload) else { return false };
        let index = split.index;
        let mut pending = self.take_pending(&split);
        let Some(delta) = split.complete(&mut pending) else { return false };
        self.add(index, delta, events);
        if let Some(block) = self.open_block(index) {
            block.pending = pending;
        }
        true
    }

    /// Adds a delta of any kind.
    pub(super) fn add(&mut self, index: u32, delta: ContentBlockDelta, events: &mut EventQueue) {
        match delta {
            ContentBlockDelta::Text(text) => self.add_text(index, text, events),
            ContentBlockDelta::ToolUse(part) => self.add_input(index, part.input, part.unknown, events),
            ContentBlockDelta::ReasoningContent(ReasoningContentBlockDelta::Text(text)) => {
                self.add_reasoning(index, text, events);
            }
            ContentBlockDelta::ReasoningContent(ReasoningContentBlockDelta::Signature(signature)) => {
                self.add_signature(index, &signature, events);
            }
            ContentBlockDelta::ReasoningContent(ReasoningContentBlockDelta::RedactedContent(part)) => {
                let begin = || BlockContent::Redacted(Vec::new());
                let content = self.content(index, BlockContent::is_redacted, begin, events);
                if let BlockContent::Redacted(parts) = content {
                    parts.push(part);
                }
            }
            ContentBlockDelta::Citation(part) => {
                let part = Citation::from(part);
                let citation = Box::new(citation(&part));
                events.push_back(StreamEvent::Citation { index: event_index(index), citation });
                if let BlockContent::Text { citations, .. } =
                    self.content(index, BlockContent::is_text, BlockContent::empty_text, events)
                {
                    citations.push(part);
                }
            }
            // Tools that the service runs stream their results. The delta is a list, unlike all others (L47).
            ContentBlockDelta::ToolResult(parts) => {
                if self.has_open(index, BlockContent::is_tool_result) {
                    let content = self.content(
                        index,
                        BlockContent::is_tool_result,
                        BlockContent::empty_unknown,
                        events,
                    );
                    if let BlockContent::ToolResult { content, .. } = content {
                        content.extend(parts.into_iter().map(ToolResultContentBlock::from));
                    }
                } else {
                    self.add_unknown(index, &ContentBlockDelta::ToolResult(parts), events);
                }
            }
            ContentBlockDelta::Image(part) => {
                if self.has_open(index, BlockContent::is_image) {
                    let content =
                        self.content(index, BlockContent::is_image, BlockContent::empty_unknown, events);
                    if let BlockContent::Image { parts, .. } = content {
                        parts.push(part);
                    }
                } else {
                    self.add_unknown(index, &ContentBlockDelta::Image(part), events);
                }
            }
            unknown => self.add_unknown(index, &unknown, events),
        }
    }

    fn add_text(&mut self, index: u32, new: String, events: &mut EventQueue) {
        if let BlockContent::Text { text, .. } =
            self.content(index, BlockContent::is_text, BlockContent::empty_text, events)
        {
            text.push_str(&new);
        }
        if self.send_plain(index, events) {
            return;
        }
        // Some models begin with an empty delta, which must not show as a block: pydantic-ai's recorded
        // `empty_text_delta` (L103).
        if !new.is_empty() {
            events.push_back(StreamEvent::Text { index: event_index(index), text: new });
        }
    }

    fn add_reasoning(&mut self, index: u32, new: String, events: &mut EventQueue) {
        if let BlockContent::Reasoning { text, .. } =
            self.content(index, BlockContent::is_reasoning, BlockContent::empty_reasoning, events)
        {
            text.push_str(&new);
        }
        if self.send_plain(index, events) {
            return;
        }
        if !new.is_empty() {
            events.push_back(StreamEvent::Reasoning { index: event_index(index), text: new });
        }
    }

    /// Adds the event of the new text that does not belong to a call. Returns whether text may be held back.
    fn send_plain(&mut self, index: u32, events: &mut EventQueue) -> bool {
        if self.written_tools.is_empty() {
            return false;
        }
        let position = self.open.get(&index).copied();
        let Some(block) = position.and_then(|position| self.list.get_mut(position)) else { return false };
        let Some((text, sent)) = block.text().zip(block.sent) else { return false };
        let length = self.written_tools.plain_length(text, sent);
        block.send(length, events);
        true
    }

    fn add_signature(&mut self, index: u32, new: &str, events: &mut EventQueue) {
        if let BlockContent::Reasoning { signature, .. } =
            self.content(index, BlockContent::is_reasoning, BlockContent::empty_reasoning, events)
        {
            signature.get_or_insert_default().push_str(new);
        }
    }

    /// Adds a part of the input of a tool call. Without a start, the call has neither id nor name, and the part is kept as
    /// an unknown delta.
    fn add_input(&mut self, index: u32, new: String, unknown: JsonObject, events: &mut EventQueue) {
        if !self.has_open(index, BlockContent::is_tool_use) {
            let mut part = ToolUseBlockDelta::new(new);
            part.unknown = unknown;
            return self.add_unknown(index, &ContentBlockDelta::ToolUse(part), events);
        }
        let mut new = new;
        if let BlockContent::ToolUse { start, input, keys } =
            self.content(index, BlockContent::is_tool_use, BlockContent::empty_unknown, events)
        {
            if let Some(keys) = keys {
                new = keys.push(&new);
            }
            input.push_str(&new);
            start.unknown.extend(unknown);
            // A string may hold the object, and `null` is an empty one, which shows at the end only.
            if is_held(input) {
                new.clear();
            }
        }
        let is_output = self.open_block(index).is_some_and(|block| block.is_output);
        if !new.is_empty() {
            let (index, json) = (event_index(index), new);
            events.push_back(if is_output {
                StreamEvent::Output { index, json }
            } else {
                StreamEvent::Arguments { index, json }
            });
        }
    }

    fn add_unknown(&mut self, index: u32, delta: &ContentBlockDelta, events: &mut EventQueue) {
        let Ok(value) = RawJson::from_serialize(delta) else { return };
        if let BlockContent::Unknown { deltas, .. } =
            self.content(index, BlockContent::is_unknown, BlockContent::empty_unknown, events)
        {
            deltas.push(value.clone());
        }
        events.push_back(StreamEvent::Other { name: "contentBlockDelta".to_owned(), value });
    }

    fn has_open(&self, index: u32, is_kind: impl Fn(&BlockContent) -> bool) -> bool {
        let block = self.open.get(&index).and_then(|position| self.list.get(*position));
        block.is_some_and(|block| is_kind(&block.content))
    }

    fn open_block(&mut self, index: u32) -> Option<&mut OpenBlock> {
        self.open.get(&index).and_then(|position| self.list.get_mut(*position))
    }

    /// Returns the content of the open block with this index and kind.
    ///
    /// If there is none, a block begins, and another block that is open under the index is completed. Text and reasoning
    /// always begin that way: the API has no `contentBlockStart` for them
    /// (<https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlockStart.html>, L101).
    fn content(
        &mut self,
        index: u32,
        is_kind: impl Fn(&BlockContent) -> bool,
        begin: impl FnOnce() -> BlockContent,
        events: &mut EventQueue,
    ) -> &mut BlockContent {
        let at = match self.open.get(&index) {
            Some(at) if self.list.get(*at).is_some_and(|block| is_kind(&block.content)) => *at,
            _ => {
                self.finish(index, events);
                self.push(OpenBlock::new(index, begin()))
            }
        };
        #[expect(clippy::indexing_slicing, reason = "`at` was found or pushed just before")]
        let block = &mut self.list[at];
        if !block.pending.is_empty() {
            block.release_pending(events);
        }
        &mut block.content
    }

    /// Takes the first half of a surrogate pair from the open block that a split delta continues.
    fn take_pending(&mut self, split: &SplitDelta) -> PendingSurrogate {
        let block = self.open_block(split.index).filter(|block| split.continues(&block.content));
        block.map(|block| std::mem::take(&mut block.pending)).unwrap_or_default()
    }
}

impl OpenBlock {
    fn new(index: u32, content: BlockContent) -> Self {
        Self { index, is_output: false, content, sent: None, pending: PendingSurrogate::default() }
    }

    /// Returns the text of a block of text or reasoning.
    fn text(&self) -> Option<&str> {
        match &self.content {
            BlockContent::Text { text, .. } | BlockContent::Reasoning { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Returns the text that is held back, if there is any.
    fn unsent(&self) -> Option<&str> {
        self.text()?.get(self.sent?..).filter(|unsent| !unsent.is_empty())
    }

    /// Adds the event of the text up to a length.
    fn send(&mut self, length: usize, events: &mut EventQueue) {
        let new = self.sent.and_then(|sent| self.text()?.get(sent..length)).unwrap_or_default();
        if !new.is_empty() {
            let (index, text) = (event_index(self.index), new.to_owned());
            let is_text = self.content.is_text();
            self.sent = Some(length);
            events.push_back(if is_text {
                StreamEvent::Text { index, text }
            } else {
                StreamEvent::Reasoning { index, text }
            });
        }
    }

    /// Adds the event of the end of the block, unless it is empty.
    fn complete(&mut self, events: &mut EventQueue) {
        let event_count = events.len();
        self.release_pending(events);
        self.release_key(events);
        self.release_string(events);
        self.send(self.text().map_or(0, str::len), events);
        let blocks = self.content.blocks();
        if self.is_output {
            events.truncate(event_count);
        } else if !blocks.is_empty() {
            events.push_back(StreamEvent::BlockCompleted { index: event_index(self.index), blocks });
        }
    }

    /// Adds U+FFFD for the first half of a surrogate pair whose second half was not received.
    fn release_pending(&mut self, events: &mut EventQueue) {
        if self.pending.is_empty() {
            return;
        }
        self.pending = PendingSurrogate::default();
        let index = event_index(self.index);
        let replacement = char::REPLACEMENT_CHARACTER;
        let (text, event) = match &mut self.content {
            BlockContent::Text { text, .. } => (text, StreamEvent::Text { index, text: replacement.into() }),
            BlockContent::Reasoning { text, .. } => {
                (text, StreamEvent::Reasoning { index, text: replacement.into() })
            }
            BlockContent::ToolUse { input, keys, .. } => {
                let json = keys.as_mut().map_or_else(
                    || replacement.into(),
                    |keys| keys.push(replacement.encode_utf8(&mut [0; 4])),
                );
                input.push_str(&json);
                if !json.is_empty() && !is_held(input) {
                    events.push_back(StreamEvent::Arguments { index, json });
                }
                return;
            }
            _ => return,
        };
        text.push(replacement);
        if self.sent.is_none() {
            events.push_back(event);
        }
    }

    /// Adds the input that was held back because it is no object: the object that it is read as, if it is.
    fn release_string(&mut self, events: &mut EventQueue) {
        let BlockContent::ToolUse { input, keys, .. } = &mut self.content else { return };
        if !is_held(input) {
            return;
        }
        let mut json = input.clone();
        if let Some(object) = RawJson::parse(input.trim()).ok().as_ref().and_then(object_in_string) {
            json = match keys {
                Some(keys) => keys.restarted().push(object.as_str()),
                None => object.as_str().to_owned(),
            };
            // The block is made of the input as it was received, apart from the names of properties.
            if keys.is_some() {
                RawJson::from(json.as_str()).as_str().clone_into(input);
            }
        }
        events.push_back(StreamEvent::Arguments { index: event_index(self.index), json });
    }

    /// Adds the key of the input that was held back, if the input ends within it.
    fn release_key(&mut self, events: &mut EventQueue) {
        let BlockContent::ToolUse { input, keys: Some(keys), .. } = &mut self.content else { return };
        let json = keys.finish();
        if !json.is_empty() {
            input.push_str(&json);
            events.push_back(StreamEvent::Arguments { index: event_index(self.index), json });
        }
    }
}

/// Returns whether the input of a call is a string or `null` so far, and not an object.
fn is_held(input: &str) -> bool {
    input.trim_start().starts_with(['"', 'n'])
}

/// Returns the index of a block in unified events.
fn event_index(index: u32) -> usize {
    usize::try_from(index).unwrap_or(usize::MAX)
}
