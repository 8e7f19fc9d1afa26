//! The calls of an answer, with OpenAI's own numbers.

use super::{ChatFunctionDelta, ChatToolCallDelta};
use crate::content::{ToolCallContent, ToolCallKind};
use crate::response::UnifiedResponse;

/// The calls that were begun, in order.
#[derive(Default)]
pub(super) struct Calls(Vec<Begun>);

/// A call of which the beginning was told.
struct Begun {
    /// Its block.
    block: usize,
    /// Its number among the calls; `None` for one that the provider runs itself, which is not told.
    number: Option<u32>,
    id: String,
    /// The arguments, as far as they were told.
    arguments: String,
    is_open: bool,
}

impl Calls {
    /// Takes the beginning of a call.
    pub(super) fn begin(
        &mut self,
        block: usize,
        id: String,
        name: String,
        kind: Option<&ToolCallKind>,
    ) -> Option<ChatToolCallDelta> {
        let is_ours = kind != Some(&ToolCallKind::ServerToolUse);
        let number = if is_ours { Some(self.count()) } else { None };
        self.0.push(Begun { block, number, id: id.clone(), arguments: String::new(), is_open: true });
        let function = ChatFunctionDelta { name: Some(name), arguments: Some(String::new()) };
        Some(ChatToolCallDelta { index: number?, id: Some(id), kind: Some("function"), function })
    }

    /// Takes a piece of the arguments of a call.
    pub(super) fn add(&mut self, block: usize, json: String) -> Option<ChatToolCallDelta> {
        self.of(block)?.add(json)
    }

    /// Takes a call that is complete: no arguments at all are told as `{}`, and one that was never begun as a whole.
    pub(super) fn complete(&mut self, block: usize, call: &ToolCallContent) -> Option<ChatToolCallDelta> {
        match self.of(block) {
            Some(begun) => {
                begun.is_open = false;
                begun.add_rest(call)
            }
            None => self.whole(block, call),
        }
    }

    /// Takes the whole answer, and gives what was not told of its calls.
    pub(super) fn finish(&mut self, response: &UnifiedResponse) -> Vec<ChatToolCallDelta> {
        let mut rest = Vec::new();
        for (position, call) in response.tool_calls().enumerate() {
            let begun = self.0.iter_mut().filter(|begun| begun.number.is_some()).nth(position);
            rest.extend(match begun {
                Some(begun) if begun.id == call.id => begun.add_rest(call),
                // The calls of the answer stand in another order than the one in which they began.
                Some(_) => None,
                None => self.whole(usize::MAX, call),
            });
        }
        rest
    }

    /// The open call of a block.
    fn of(&mut self, block: usize) -> Option<&mut Begun> {
        self.0.iter_mut().rev().find(|begun| begun.block == block && begun.is_open)
    }

    /// A call that is told in one piece.
    fn whole(&mut self, block: usize, call: &ToolCallContent) -> Option<ChatToolCallDelta> {
        let mut delta = self.begin(block, call.id.clone(), call.name.clone(), call.kind.as_ref());
        if let Some(begun) = self.0.last_mut() {
            begun.arguments.clone_from(&call.arguments);
            begun.is_open = false;
        }
        if let Some(delta) = &mut delta {
            delta.function.arguments = Some(call.arguments.clone());
        }
        delta
    }

    fn count(&self) -> u32 {
        let ours = self.0.iter().filter(|begun| begun.number.is_some()).count();
        u32::try_from(ours).unwrap_or(u32::MAX)
    }
}

impl Begun {
    fn add(&mut self, json: String) -> Option<ChatToolCallDelta> {
        let index = self.number.filter(|_| !json.is_empty())?;
        self.arguments.push_str(&json);
        let function = ChatFunctionDelta { name: None, arguments: Some(json) };
        Some(ChatToolCallDelta { index, id: None, kind: None, function })
    }

    fn add_rest(&mut self, call: &ToolCallContent) -> Option<ChatToolCallDelta> {
        let rest = call.arguments.strip_prefix(&self.arguments)?.to_owned();
        self.add(rest)
    }
}
