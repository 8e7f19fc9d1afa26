//! Building a response from messages and deltas, whose members have the same names.

use std::collections::VecDeque;

use serde_json::{Number, Value};

use crate::response::{FinishReason, ResponseStatus, UnifiedResponse};
use crate::role::Role;
use crate::stream::{ResponseAccumulator, StreamEvent};
use crate::usage::Usage;

/// A response that is being built, and the events that describe how it grows.
pub(super) struct MessageBuilder {
    response: ResponseAccumulator,
    blocks: Vec<Block>,
    model: String,
    created: Option<u64>,
    usage: Usage,
    has_started: bool,
    has_stopped: bool,
    finish_reason: Option<FinishReason>,
    pub(super) events: VecDeque<StreamEvent>,
}

/// A block of the response. Its position is the index of its events.
#[derive(PartialEq, Eq)]
enum Block {
    Text,
    Reasoning,
    /// A tool call with its index among the calls. Its events begin with its name, which may arrive after its input.
    Call {
        index: u64,
        id: String,
        has_name: bool,
        pending: String,
    },
}

impl MessageBuilder {
    pub(super) fn new(provider: &str) -> Self {
        Self {
            response: ResponseAccumulator::new("", "", provider),
            blocks: Vec::new(),
            model: String::new(),
            created: None,
            usage: Usage::default(),
            has_started: false,
            has_stopped: false,
            finish_reason: None,
            events: VecDeque::new(),
        }
    }

    /// Reads the members around the choices of a completion or a chunk: id, model, time and usage.
    pub(super) fn read_envelope(&mut self, value: &Value) {
        if let Some(id) = text(value, "id") {
            self.response.set_id(id);
        }
        if let Some(model) = text(value, "model") {
            model.clone_into(&mut self.model);
        }
        self.created = self.created.or_else(|| value.get("created")?.as_u64());
        if let Some(usage) = value.get("usage").filter(|usage| usage.is_object()) {
            self.usage = read_usage(usage);
        }
    }

    /// Reads a whole message.
    pub(super) fn read_message(&mut self, message: &Value) {
        self.read(message, true);
    }

    /// Reads a delta of a message.
    pub(super) fn read_delta(&mut self, delta: &Value) {
        self.read(delta, false);
    }

    fn read(&mut self, part: &Value, is_whole: bool) {
        if !self.has_started {
            self.has_started = true;
            self.push(StreamEvent::Started { role: Role::Assistant });
        }
        // The first name is DeepSeek's and that of most gateways, the second one OpenRouter's and vLLM's.
        if let Some(reasoning) = text(part, "reasoning_content").or_else(|| text(part, "reasoning")) {
            let index = self.index_of(&Block::Reasoning);
            self.push(StreamEvent::Reasoning { index, text: reasoning.to_owned() });
        }
        for text in content(part).into_iter().chain(text(part, "refusal")) {
            let index = self.index_of(&Block::Text);
            self.push(StreamEvent::Text { index, text: text.to_owned() });
        }
        let calls = part.get("tool_calls").and_then(Value::as_array).into_iter().flatten();
        for (position, call) in (0..).zip(calls) {
            let index = call.get("index").and_then(Value::as_u64);
            self.read_call(call, if is_whole { Some(position) } else { index });
        }
    }

    fn read_call(&mut self, call: &Value, call_index: Option<u64>) {
        let id = text(call, "id").unwrap_or_default();
        let last = self
            .blocks
            .iter()
            .filter_map(|block| if let Block::Call { index, .. } = block { Some(*index) } else { None })
            .max();
        // Some services have no index. Then an id begins a call, and anything else continues the last one.
        let number = match (call_index, last) {
            (Some(index), _) => index,
            (None, None) => 0,
            (None, Some(last)) if id.is_empty() => last,
            (None, Some(last)) => last + 1,
        };
        let is_same = |block: &Block| matches!(block, Block::Call { index, .. } if *index == number);
        let position = self.blocks.iter().position(is_same).unwrap_or_else(|| {
            self.blocks.push(Block::Call {
                index: number,
                id: id.to_owned(),
                has_name: false,
                pending: String::new(),
            });
            self.blocks.len() - 1
        });
        let function = call.get("function").unwrap_or(&Value::Null);
        let arguments = match function.get("arguments") {
            Some(Value::String(text)) => text.clone(),
            // Ollama and others send an object.
            Some(value @ Value::Object(_)) => value.to_string(),
            _ => String::new(),
        };
        let Some(Block::Call { id, has_name, pending, .. }) = self.blocks.get_mut(position) else { return };
        let mut events = Vec::new();
        if !*has_name {
            pending.push_str(&arguments);
            let Some(name) = text(function, "name") else { return };
            *has_name = true;
            let (id, name) = (std::mem::take(id), name.to_owned());
            events.push(StreamEvent::ToolCall { index: position, id, name, kind: None });
            let pending = std::mem::take(pending);
            events.extend(
                (!pending.is_empty()).then_some(StreamEvent::Arguments { index: position, json: pending }),
            );
        } else if !arguments.is_empty() {
            events.push(StreamEvent::Arguments { index: position, json: arguments });
        }
        events.into_iter().for_each(|event| self.push(event));
    }

    /// Reads the reason that the model stopped, and ends all blocks if there is one.
    pub(super) fn read_finish_reason(&mut self, choice: &Value) {
        let Some(reason) = text(choice, "finish_reason") else { return };
        self.finish_reason = Some(match reason {
            // The name before tools, which compatible services still send.
            "function_call" => FinishReason::ToolCalls,
            reason => FinishReason::from(reason.to_owned()),
        });
        self.stop();
    }

    /// Returns whether the model has stopped.
    pub(super) fn has_stopped(&self) -> bool {
        self.has_stopped
    }

    fn stop(&mut self) {
        if std::mem::replace(&mut self.has_stopped, true) {
            return;
        }
        let blocks = self.response.partial().messages.into_iter().flat_map(|message| message.content);
        for (index, block) in blocks.enumerate() {
            self.push(StreamEvent::BlockCompleted { index, blocks: vec![block] });
        }
        self.push(StreamEvent::Stopped { finish_reason: self.finish_reason.clone() });
    }

    /// Returns the response so far.
    pub(super) fn partial(&self) -> UnifiedResponse {
        let mut response = self.response.partial();
        response.usage = self.usage.clone();
        response.model.clone_from(&self.model);
        response
    }

    /// Returns the complete response.
    pub(super) fn finish(&mut self) -> UnifiedResponse {
        self.stop();
        let status = match self.finish_reason {
            Some(FinishReason::Length) => ResponseStatus::Incomplete,
            _ => ResponseStatus::Completed,
        };
        let mut response = self.partial();
        response.status = Some(status);
        response.created = self.created;
        response
    }

    fn push(&mut self, event: StreamEvent) {
        self.response.push(&event);
        self.events.push_back(event);
    }

    fn index_of(&mut self, block: &Block) -> usize {
        self.blocks.iter().position(|known| known == block).unwrap_or_else(|| {
            self.blocks.push(if *block == Block::Text { Block::Text } else { Block::Reasoning });
            self.blocks.len() - 1
        })
    }
}

/// Returns a member that is a text, unless it is empty.
fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// Returns the texts of `content`: one, or those of its parts.
fn content(part: &Value) -> Vec<&str> {
    match part.get("content") {
        Some(Value::Array(parts)) => parts.iter().filter_map(|part| text(part, "text")).collect(),
        _ => text(part, "content").into_iter().collect(),
    }
}

/// Reads usage: its counters, and those in the objects of details, which are parts of the counters.
fn read_usage(usage: &Value) -> Usage {
    let count = |path: &str| usage.pointer(path).and_then(Value::as_u64);
    let mut read = Usage {
        prompt_tokens: count("/prompt_tokens"),
        completion_tokens: count("/completion_tokens"),
        total_tokens: count("/total_tokens"),
        cache_read_input_tokens: count("/prompt_tokens_details/cached_tokens"),
        ..Usage::default()
    };
    if let Some(reasoning) = count("/completion_tokens_details/reasoning_tokens") {
        read.other.insert("reasoning_tokens", Number::from(reasoning));
    }
    read
}
