//! Pairs of calls and results that have no id.
//!
//! Gemini and Ollama pair them by the name of the function and by order, as OpenAI's deprecated `function_call` does. A
//! call gets an id when its result is found.

use std::collections::{BTreeMap, BTreeSet};

use crate::content::{ContentBlock, ToolCallContent};
use crate::message::UnifiedMessage;

/// The calls of the last message that has any, as far as they have no result.
#[derive(Default)]
pub(super) struct Pairs {
    /// The index of the message with the calls.
    message: Option<usize>,
    /// The calls, once a result without an id was found. Until then, nothing is recorded.
    open: Option<OpenCalls>,
}

/// Calls without a result, by their positions in the content of their message.
#[derive(Default)]
struct OpenCalls {
    by_name: BTreeMap<String, BTreeSet<usize>>,
    by_id: BTreeMap<String, usize>,
    count: usize,
}

impl Pairs {
    /// Records that a message was added. It has calls if `has_calls`, and otherwise possibly results.
    pub(super) fn message_added(&mut self, messages: &[UnifiedMessage], has_calls: bool) {
        if has_calls {
            self.message = messages.len().checked_sub(1);
            self.open = None;
        } else if let (Some(open), Some(index), Some(message)) =
            (&mut self.open, self.message, messages.last())
        {
            open.remove_answered(index, messages, message);
        }
    }

    /// Returns the id of the call that a result without an id belongs to: the first call with its name, or the only one if
    /// the result has no name. A call without an id gets one.
    pub(super) fn find(&mut self, name: Option<&str>, messages: &mut [UnifiedMessage]) -> Option<String> {
        let index = self.message?;
        let open = self.open.get_or_insert_with(|| OpenCalls::find(index, messages));
        let positions = match name {
            Some(name) => open.by_name.get_mut(name)?,
            None if open.count == 1 => open.by_name.values_mut().find(|positions| !positions.is_empty())?,
            None => return None,
        };
        let position = positions.pop_first()?;
        open.count -= 1;
        let ContentBlock::ToolCall(call) = messages.get_mut(index)?.content.get_mut(position)? else {
            return None;
        };
        if call.id.is_empty() {
            // The path of the call, and not a counter: messages that are added later must not change it.
            call.id = format!("call_{index}_{position}");
        }
        Some(call.id.clone())
    }
}

impl OpenCalls {
    /// Finds the calls of a message that have no result in the messages after it.
    fn find(index: usize, messages: &[UnifiedMessage]) -> Self {
        let mut open = Self::default();
        for (position, block) in
            messages.get(index).into_iter().flat_map(|message| &message.content).enumerate()
        {
            if let ContentBlock::ToolCall(call) = block {
                open.by_name.entry(call.name.clone()).or_default().insert(position);
                open.by_id.entry(call.id.clone()).or_insert(position);
                open.count += 1;
            }
        }
        for message in messages.iter().skip(index) {
            open.remove_answered(index, messages, message);
        }
        open
    }

    /// Removes the calls that a message has results for.
    fn remove_answered(&mut self, index: usize, messages: &[UnifiedMessage], message: &UnifiedMessage) {
        let call_at = |position: usize| -> Option<&ToolCallContent> {
            messages.get(index)?.content.get(position)?.as_tool_call()
        };
        for block in &message.content {
            let ContentBlock::ToolResult(result) = block else { continue };
            if result.tool_call_id.is_empty() {
                continue;
            }
            let answered = self.by_id.remove(&result.tool_call_id);
            let positions = answered.and_then(call_at).and_then(|call| self.by_name.get_mut(&call.name));
            if let (Some(position), Some(positions)) = (answered, positions) {
                self.count -= usize::from(positions.remove(&position));
            }
        }
    }
}
