//! Generates parameters with noise.

use serde_json::{Map, Value, json};

use crate::random::Random;

const MODELS: &[&str] = &[
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "us.anthropic.claude-opus-5",
    "us.amazon.nova-pro-v1:0",
    "us.meta.llama4-maverick-17b-instruct-v1:0",
    "openai.gpt-oss-120b-1:0",
    "vendor.unknown-v1:0",
];

const PNG: &str = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==";

/// Generates the parameters of one request.
pub(super) struct Generator {
    random: Random,
    count: usize,
}

impl Generator {
    pub(super) fn new(seed: u64) -> Self {
        Self { random: Random::new(seed), count: 0 }
    }

    pub(super) fn params(&mut self) -> Value {
        let mut params = json!({"model": self.random.pick(MODELS), "messages": self.messages()});
        for (name, value) in self.options() {
            if self.random.below(4) == 0 {
                params[name] = value;
            }
        }
        for _ in 0..self.random.below(4) {
            self.add_noise(&mut params, 0);
        }
        params
    }

    /// Returns a text that no other value has.
    fn text(&mut self) -> String {
        self.count += 1;
        format!("text {} of it", 1000 + self.count)
    }

    fn number(&mut self) -> u64 {
        self.count += 1;
        u64::try_from(700_000 + self.count).unwrap()
    }

    fn options(&mut self) -> Vec<(&'static str, Value)> {
        let schema =
            json!({"type": "object", "properties": {"city": {"type": "string", "description": self.text()}}});
        let function = json!({"name": "f", "description": self.text(), "parameters": schema});
        vec![
            ("tools", json!([{"type": "function", "function": function}])),
            ("tools", json!([{"name": "f", "description": self.text(), "input_schema": schema}])),
            ("functions", json!([{"name": "f", "parameters": schema}])),
            ("max_tokens", json!(1000 + self.random.below(3000))),
            ("max_completion_tokens", json!(5000 + self.random.below(3000))),
            ("temperature", json!(0.25)),
            ("top_p", json!(0.875)),
            ("top_k", json!(39.0)),
            ("seed", json!(self.number())),
            ("stop", json!([self.text()])),
            ("stop_sequences", json!([self.text(), "\n"])),
            ("metadata", json!({"user": self.text()})),
            ("service_tier", json!("scale")),
            ("reasoning_effort", json!("low")),
            (
                "response_format",
                json!({"type": "json_schema", "json_schema": {"name": "x", "schema": schema, "other": self.text()}}),
            ),
            (
                "system",
                json!([{"type": "text", "text": self.text(), "cache_control": {"type": "ephemeral"}}]),
            ),
            ("user", json!(self.text())),
            ("logit_bias", json!({"50256": self.number()})),
            ("n", json!(self.number())),
            ("frequency_penalty", json!(0.375)),
            ("prediction", json!({"type": "content", "content": self.text()})),
            ("stop", json!(self.text())),
            ("price", json!([0.5, self.text()])),
            ("parallel_tool_calls", json!(false)),
        ]
    }

    fn messages(&mut self) -> Value {
        let mut messages = Vec::new();
        if self.random.byte() < 85 {
            messages.push(json!({"role": "system", "content": self.text()}));
        }
        messages.push(json!({"role": "user", "content": self.text()}));
        for _ in 0..self.random.position(3) {
            let step = self.step();
            messages.extend(step);
        }
        let parts = self.parts();
        messages.push(json!({"role": "user", "content": parts}));
        Value::Array(messages)
    }

    /// Returns an assistant message, with the result of its call if it has one.
    fn step(&mut self) -> Vec<Value> {
        let (input, result) = (json!({"city": self.text()}), self.text());
        self.count += 1;
        let id = format!("call_{}", self.count);
        match self.random.below(6) {
            0 => vec![
                json!({"role": "assistant", "content": null, "tool_calls": [{"id": id, "type": "function", "function": {"name": "f", "arguments": input.to_string()}}]}),
                json!({"role": "tool", "tool_call_id": id, "content": result}),
            ],
            1 => vec![
                json!({"role": "assistant", "content": [{"type": "text", "text": self.text()}, {"type": "tool_use", "id": id, "name": "f", "input": input}]}),
                json!({"role": "user", "content": [{"type": "tool_result", "tool_use_id": id, "content": [{"type": "text", "text": result}]}, {"type": "text", "text": self.text()}]}),
            ],
            2 => vec![
                json!({"role": "assistant", "content": self.text(), "reasoning_content": self.text(), "refusal": self.text()}),
                json!({"role": "user", "content": self.text()}),
            ],
            3 => vec![
                json!({"role": "assistant", "content": [{"type": "thinking", "thinking": self.text(), "signature": "c2ln"}, {"type": "text", "text": self.text()}]}),
                json!({"role": "user", "content": self.text()}),
            ],
            4 => vec![
                json!({"role": "assistant", "content": "", "function_call": {"name": "f", "arguments": input.to_string()}}),
                json!({"role": "function", "name": "f", "content": result}),
            ],
            _ => vec![
                json!({"type": "function_call", "call_id": id, "name": "f", "arguments": input.to_string()}),
                json!({"type": "function_call_output", "call_id": id, "output": result}),
            ],
        }
    }

    fn parts(&mut self) -> Value {
        let mut parts = vec![json!({"type": "text", "text": self.text()})];
        for _ in 0..self.random.below(3) {
            parts.push(match self.random.below(7) {
                0 => json!({"type": "image_url", "image_url": {"url": PNG, "detail": "high"}}),
                1 => json!({"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgoAAAANSUhEUg=="}}),
                2 => json!({"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": self.text()}, "title": "t", "context": self.text(), "citations": {"enabled": true}}),
                3 => json!({"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBERi0xLjQK"}}),
                4 => json!({"type": "text", "text": self.text(), "cache_control": {"type": "ephemeral", "ttl": self.text()}}),
                5 => json!({"type": "mood", "value": self.text()}),
                _ => json!({"type": "input_text", "text": self.text()}),
            });
        }
        Value::Array(parts)
    }

    /// Changes one value of an object: adds an unknown member, or changes the type or the spelling of one.
    fn add_noise(&mut self, value: &mut Value, depth: usize) {
        match value {
            Value::Object(members) if depth > 0 && (members.is_empty() || self.random.below(3) == 0) => {
                self.change_member(members);
            }
            Value::Object(members) => {
                let names: Vec<String> = members.keys().filter(|name| *name != "model").cloned().collect();
                if names.is_empty() || (depth == 0 && self.random.below(6) == 0) {
                    return self.change_member(members);
                }
                let name = self.random.pick(&names).clone();
                self.add_noise(&mut members[&name], depth + 1);
            }
            Value::Array(items) if !items.is_empty() => {
                let index = self.random.below(items.len());
                self.add_noise(&mut items[index], depth + 1);
            }
            _ => {}
        }
    }

    fn change_member(&mut self, members: &mut Map<String, Value>) {
        let noise = match self.random.below(4) {
            0 => json!(self.text()),
            1 => json!({"inner": [self.text(), self.number()]}),
            2 => json!([self.text()]),
            _ => json!(self.number()),
        };
        let names: Vec<String> = members.keys().filter(|name| *name != "model").cloned().collect();
        if names.is_empty() || self.random.below(2) == 0 {
            members.insert(self.random.pick(&["mood", "xExtra", "custom_data"]).to_string(), noise);
            return;
        }
        let name = self.random.pick(&names).clone();
        match self.random.below(3) {
            0 => drop(members.insert(name, noise)),
            1 => drop(members.insert(name, Value::Null)),
            _ => {
                if let Some(value) = members.remove(&name) {
                    members.insert(format!("{name}_x"), value);
                }
            }
        }
    }
}
