//! The tool calls of a streamed response, with OpenAI's indexes.
//!
//! OpenAI counts tool calls from 0. Events count all blocks, and include calls that the provider runs itself, which
//! OpenAI's API does not have.

use super::{ChatFunctionDelta, ChatToolCallDelta};
use crate::content::{ToolCallContent, ToolCallKind};
use crate::response::UnifiedResponse;

/// The calls that have started, in order.
#[derive(Default)]
pub(super) struct StreamedCalls(Vec<StreamedCall>);

/// A call that has started.
struct StreamedCall {
    /// The index of the block.
    block: usize,
    /// The index among the tool calls. `None` for a call that the provider runs, which is not emitted.
    index: Option<u32>,
    id: String,
    /// The arguments that were emitted.
    arguments: String,
    is_open: bool,
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
        let index = if is_emitted { Some(self.emitted_count()) } else { None };
        self.0.push(StreamedCall { block, index, id: id.clone(), arguments: String::new(), is_open: true });
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
        match self.open_call(block) {
            Some(streamed) => {
                streamed.is_open = false;
                streamed.add_rest(call)
            }
            None => self.add_whole(block, call),
        }
    }

    /// Adds the complete response, and returns the parts of its calls that were not emitted yet.
    pub(super) fn finish(&mut self, response: &UnifiedResponse) -> Vec<ChatToolCallDelta> {
        let mut rest = Vec::new();
        for (position, call) in response.tool_calls().enumerate() {
            let streamed = self.0.iter_mut().filter(|streamed| streamed.index.is_some()).nth(position);
            rest.extend(match streamed {
                Some(streamed) if streamed.id == call.id => streamed.add_rest(call),
                // The response has the calls in another order than the stream. They were emitted, so nothing is
                // missing.
                Some(_) => None,
                // No event belongs to a block with this index, so the call stays closed.
                None => self.add_whole(usize::MAX, call),
            });
        }
        rest
    }

    /// Returns the open call of a block.
    // The last one, because a provider may reuse an index.
    fn open_call(&mut self, block: usize) -> Option<&mut StreamedCall> {
        self.0.iter_mut().rev().find(|call| call.block == block && call.is_open)
    }

    /// Adds a call and returns it as a single part.
    fn add_whole(&mut self, block: usize, call: &ToolCallContent) -> Option<ChatToolCallDelta> {
        let mut delta = self.start(block, call.id.clone(), call.name.clone(), call.kind.as_ref());
        if let Some(streamed) = self.0.last_mut() {
            streamed.arguments.clone_from(&call.arguments);
            streamed.is_open = false;
        }
        if let Some(delta) = &mut delta {
            delta.function.arguments = Some(call.arguments.clone());
        }
        delta
    }

    fn emitted_count(&self) -> u32 {
        let emitted = self.0.iter().filter(|call| call.index.is_some()).count();
        u32::try_from(emitted).unwrap_or(u32::MAX)
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
