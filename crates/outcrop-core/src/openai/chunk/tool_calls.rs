//! The tool calls of a streamed response, with OpenAI's indexes.
//!
//! OpenAI counts tool calls from 0. Events count all blocks, and include calls that the provider runs itself, which
//! OpenAI's API does not have.

use std::collections::BTreeMap;

use super::{ChatFunctionDelta, ChatToolCallDelta};
use crate::content::{ToolCallContent, ToolCallKind};
use crate::response::UnifiedResponse;

/// The calls that have started, in order.
#[derive(Default)]
pub(super) struct StreamedCalls {
    calls: Vec<StreamedCall>,
    /// The positions of the open calls of each block. The last one counts, because a provider may reuse an index.
    open: BTreeMap<usize, Vec<usize>>,
    /// The number of calls that are emitted.
    emitted: u32,
}

/// A call that has started.
struct StreamedCall {
    /// The index among the tool calls. `None` for a call that the provider runs, which is not emitted.
    index: Option<u32>,
    id: String,
    /// The arguments that were emitted.
    arguments: String,
}

impl StreamedCalls {
    /// Adds the start of a call, and returns its first part.
    pub(super) fn start(
        &mut self,
        block: usize,
        id: String,
        name: String,
        kind: Option<&ToolCallKind>,
    ) -> Option<ChatToolCallDelta> {
        let is_emitted = kind != Some(&ToolCallKind::ServerToolUse);
        let index = is_emitted.then_some(self.emitted);
        self.emitted = self.emitted.saturating_add(u32::from(is_emitted));
        self.open.entry(block).or_default().push(self.calls.len());
        self.calls.push(StreamedCall { index, id: id.clone(), arguments: String::new() });
        let function = ChatFunctionDelta { name: Some(name), arguments: Some(String::new()) };
        Some(ChatToolCallDelta { index: index?, id: Some(id), kind: Some("function"), function })
    }

    /// Adds a part of the arguments of a call, and returns it for emission.
    pub(super) fn add_arguments(&mut self, block: usize, json: String) -> Option<ChatToolCallDelta> {
        self.open_call(block)?.add_arguments(json)
    }

    /// Adds a complete call, and returns the part that was not emitted yet: the rest of the arguments, or the whole
    /// call if it never started.
    pub(super) fn complete(&mut self, block: usize, call: &ToolCallContent) -> Option<ChatToolCallDelta> {
        match self.open.get_mut(&block).and_then(Vec::pop) {
            Some(position) => self.calls.get_mut(position)?.add_rest(call),
            None => self.add_whole(call),
        }
    }

    /// Adds the complete response, and returns the parts of its calls that were not emitted yet.
    pub(super) fn finish(&mut self, response: &UnifiedResponse) -> Vec<ChatToolCallDelta> {
        let mut rest = Vec::new();
        let mut calls = response.tool_calls();
        for streamed in self.calls.iter_mut().filter(|streamed| streamed.index.is_some()) {
            let Some(call) = calls.next() else { break };
            // The response may have the calls in another order than the stream. They were emitted, so nothing is missing.
            if streamed.id == call.id {
                rest.extend(streamed.add_rest(call));
            }
        }
        rest.extend(calls.filter_map(|call| self.add_whole(call)));
        rest
    }

    /// Returns the open call of a block.
    fn open_call(&mut self, block: usize) -> Option<&mut StreamedCall> {
        self.calls.get_mut(*self.open.get(&block)?.last()?)
    }

    /// Adds a call and returns it as a single part. It is closed: no event follows for it.
    fn add_whole(&mut self, call: &ToolCallContent) -> Option<ChatToolCallDelta> {
        // Its block does not matter, because it is removed below.
        let mut delta = self.start(usize::MAX, call.id.clone(), call.name.clone(), call.kind.as_ref());
        self.open.remove(&usize::MAX);
        if let Some(streamed) = self.calls.last_mut() {
            streamed.arguments.clone_from(&call.arguments);
        }
        if let Some(delta) = &mut delta {
            delta.function.arguments = Some(call.arguments.clone());
        }
        delta
    }
}

impl StreamedCall {
    fn add_arguments(&mut self, json: String) -> Option<ChatToolCallDelta> {
        let index = self.index.filter(|_| !json.is_empty())?;
        self.arguments.push_str(&json);
        let function = ChatFunctionDelta { name: None, arguments: Some(json) };
        Some(ChatToolCallDelta { index, id: None, kind: None, function })
    }

    /// Adds the arguments after those that were emitted. Emitted ones that differ cannot be corrected.
    fn add_rest(&mut self, call: &ToolCallContent) -> Option<ChatToolCallDelta> {
        let rest = call.arguments.strip_prefix(&self.arguments)?.to_owned();
        self.add_arguments(rest)
    }
}
