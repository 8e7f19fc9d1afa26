//! Calls of tools that a model wrote as text, in its own format.
//!
//! The service parses the output of open-weight models, and misses calls now and then: they arrive as text or reasoning with
//! `end_turn`, and an agent would stop. A call is read only if its format is complete and its tool was offered. See
//! <https://github.com/vercel/ai/issues/11409>, <https://github.com/strands-agents/harness-sdk/issues/3882> (L139).

use std::sync::Arc;

use outcrop_core::{ContentBlock, JsonObject, Note, NoteAction, RawJson, ToolCallContent, ToolSpec};

use crate::catalog::ModelFamily;
use crate::json_tree::JsonTree;

/// What begins a call in a text. All begin with `<`.
const MARKERS: &[&str] = &[
    "<|tool_calls_section_begin|>",
    "<|tool_call_section_begin|>",
    "<|tool_call_begin|>",
    "<|python_tag|>",
    "<tool_call>",
    "<function=",
];

/// Kimi's tokens around calls. All begin with `<`.
const FRAMES: &[&str] = &[
    "<|tool_calls_section_begin|>",
    "<|tool_call_section_begin|>",
    "<|tool_calls_section_end|>",
    "<|tool_call_section_end|>",
    "<|tool_call_end|>",
];

/// The beginnings of a text that is a call as a whole, without white space: Llama's format.
const WHOLE_CALLS: &[&str] = &[r#"{"name":""#, r#"{"type":"function""#];

/// The tools that a model may call in its own format. None for models that are not known to write such calls.
#[derive(Clone, Debug, Default)]
pub(crate) struct WrittenTools(Arc<[(String, Option<RawJson>)]>);

/// A call that was read from a text.
#[derive(Debug, PartialEq)]
pub(crate) struct WrittenCall {
    pub(crate) name: String,
    pub(crate) arguments: String,
}

impl WrittenTools {
    /// Returns the tools that a model of the family may call in its own format.
    pub(crate) fn of(family: ModelFamily, tools: &[ToolSpec]) -> Self {
        use ModelFamily as Family;
        let writes_calls = matches!(
            family,
            Family::DeepSeek
                | Family::Glm
                | Family::GptOss
                | Family::Kimi
                | Family::Llama
                | Family::MiniMax
                | Family::Mistral
                | Family::Nemotron
                | Family::Qwen
        );
        let tools = tools.iter().filter(|_| writes_calls);
        Self(tools.map(|tool| (tool.name.clone(), tool.parameters.clone())).collect())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the length of the text that certainly does not belong to a call. `from` is the length that was before.
    pub(crate) fn plain_length(&self, text: &str, from: usize) -> usize {
        let Some(tail) = text.get(from..).filter(|_| !self.is_empty()) else { return text.len() };
        if from == 0 && may_be_whole_call(text) {
            return 0;
        }
        // A marker may be whole, or cut off by the end of the text. Once one is found, it is where the tail begins, and the
        // search ends there: the cost of a long call must not be quadratic in its length.
        let is_marker =
            |rest: &str| MARKERS.iter().any(|marker| rest.starts_with(marker) || marker.starts_with(rest));
        find_token(tail, is_marker).map_or(text.len(), |at| from + at)
    }

    /// Reads the calls in a text. Returns them with the rest of the text, or `None` if there are none, or if one of them is
    /// incomplete or of a tool that was not offered.
    pub(crate) fn read(&self, text: &str) -> Option<(Vec<WrittenCall>, String)> {
        if self.is_empty() {
            return None;
        }
        let mut calls = Vec::new();
        let is_marker = |rest: &str| MARKERS.iter().any(|marker| rest.starts_with(marker));
        if find_token(text, is_marker).is_none() {
            return self.json_call(text, &mut calls).map(|()| (calls, String::new()));
        }
        let mut rest = String::new();
        let mut input = text;
        loop {
            if let Some(after) = FRAMES.iter().find_map(|frame| input.strip_prefix(frame)) {
                input = after;
            } else if let Some(after) = input.strip_prefix("<|tool_call_begin|>") {
                input = self.kimi_call(after, &mut calls)?;
            } else if let Some(after) = input.strip_prefix("<|python_tag|>") {
                self.json_call(after, &mut calls)?;
                input = "";
            } else if let Some(after) = input.strip_prefix("<tool_call>") {
                let (inner, after) = after.split_once("</tool_call>")?;
                match inner.trim().strip_prefix("<function=") {
                    Some(function) => drop(self.function_call(function, &mut calls)?),
                    None if inner.contains("<arg_key>") => self.glm_call(inner, &mut calls)?,
                    None => self.json_call(inner, &mut calls)?,
                }
                input = after;
            } else if let Some(after) = input.strip_prefix("<function=") {
                input = self.function_call(after, &mut calls)?;
                input = input.trim_start().strip_prefix("</tool_call>").unwrap_or(input);
            } else {
                let is_token =
                    |rest: &str| is_marker(rest) || FRAMES.iter().any(|frame| rest.starts_with(frame));
                let next = find_token(input, is_token).unwrap_or(input.len());
                let plain = input.get(..next)?;
                // White space between calls belongs to the format.
                if input.len() == text.len() || !plain.trim().is_empty() {
                    rest.push_str(plain);
                }
                input = input.get(next..)?;
            }
            if input.is_empty() {
                break;
            }
        }
        (!calls.is_empty()).then_some((calls, rest))
    }

    /// Reads a call of Kimi: its id, which has the name, and its arguments. Returns the text after it.
    fn kimi_call<'t>(&self, text: &'t str, calls: &mut Vec<WrittenCall>) -> Option<&'t str> {
        let (id, after) = text.split_once("<|tool_call_argument_begin|>")?;
        let id = id.trim();
        let id = id.strip_prefix("functions.").unwrap_or(id);
        let name = match id.rsplit_once(':') {
            Some((name, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => id,
        };
        let mut values = serde_json::Deserializer::from_str(after).into_iter::<RawJson>();
        let arguments = values.next()?.ok()?;
        let length = values.byte_offset();
        self.push(name, &arguments, calls)?;
        after.get(length..).map(str::trim_start)
    }

    /// Reads a call that is an object with `name` and `arguments` or `parameters`.
    fn json_call(&self, text: &str, calls: &mut Vec<WrittenCall>) -> Option<()> {
        let members = RawJson::parse(text.trim()).ok()?.as_object()?;
        let is_known = |name: &str| matches!(name, "arguments" | "id" | "name" | "parameters" | "type");
        let name = members.get("name")?.as_string()?;
        let arguments = members.get("arguments").or_else(|| members.get("parameters"))?;
        if !members.keys().all(is_known) {
            return None;
        }
        self.push(&name, arguments, calls)
    }

    /// Reads a call of Qwen from its name on: a tag for each argument. Returns the text after it.
    fn function_call<'t>(&self, text: &'t str, calls: &mut Vec<WrittenCall>) -> Option<&'t str> {
        let (name, after) = text.split_once('>')?;
        let (mut body, after) = after.split_once("</function>")?;
        let schema = self.find(name)?.1.as_ref().and_then(JsonTree::parse);
        let mut arguments = JsonObject::new();
        while let Some((_, parameter)) = body.split_once("<parameter=") {
            let (key, value) = parameter.split_once('>')?;
            let (value, next) = value.split_once("</parameter>")?;
            arguments.insert(key, argument(schema.as_ref(), key, value));
            body = next;
        }
        self.push(name, &RawJson::from(arguments), calls)?;
        Some(after)
    }

    /// Reads a call of GLM: its name, and two tags for each argument.
    fn glm_call(&self, text: &str, calls: &mut Vec<WrittenCall>) -> Option<()> {
        let (name, mut body) = text.split_once("<arg_key>")?;
        let schema = self.find(name)?.1.as_ref().and_then(JsonTree::parse);
        let mut arguments = JsonObject::new();
        loop {
            let (key, value) = body.split_once("</arg_key>")?;
            let (value, next) = value.trim_start().strip_prefix("<arg_value>")?.split_once("</arg_value>")?;
            arguments.insert(key.trim(), argument(schema.as_ref(), key.trim(), value));
            match next.split_once("<arg_key>") {
                Some((_, next)) => body = next,
                None => break,
            }
        }
        self.push(name, &RawJson::from(arguments), calls)
    }

    fn push(&self, name: &str, arguments: &RawJson, calls: &mut Vec<WrittenCall>) -> Option<()> {
        let name = self.find(name)?.0.clone();
        calls.push(WrittenCall {
            name,
            arguments: arguments.is_object().then(|| arguments.as_str().to_owned())?,
        });
        Some(())
    }

    fn find(&self, name: &str) -> Option<&(String, Option<RawJson>)> {
        self.0.iter().find(|(known, _)| known == name.trim())
    }
}

/// Returns the value of an argument that has no type in its format: a text if the schema has one, JSON otherwise.
fn argument(schema: Option<&JsonTree>, key: &str, value: &str) -> RawJson {
    // The formats have one line break on each side of a value.
    let value = value.strip_prefix('\n').unwrap_or(value);
    let value = value.strip_suffix('\n').unwrap_or(value);
    let kind = schema.and_then(|schema| schema.get("properties")?.get(key)?.get("type")?.as_text());
    let json = RawJson::parse(value.trim()).ok().filter(|_| kind.as_deref() != Some("string"));
    json.unwrap_or_else(|| RawJson::from(value))
}

/// Returns the note on calls that were read from a text.
pub(crate) fn note(path: impl Into<String>) -> Note {
    let message = "read a tool call from the text: the model wrote it in its own format";
    Note::new("response.tool_call", NoteAction::Changed, path.into(), message)
}

/// Replaces the calls in the texts of a response by tool calls at its end. Returns notes on them.
///
/// `id` returns the id of a call, counted from 1. A response with other calls is not changed: some models repeat them as text.
pub(crate) fn replace_written_calls(
    blocks: &mut Vec<ContentBlock>,
    tools: &WrittenTools,
    id: impl Fn(usize) -> String,
) -> Vec<Note> {
    let is_call = |block: &ContentBlock| block.as_tool_call().is_some_and(|call| !call.runs_on_server());
    if tools.is_empty() || blocks.iter().any(is_call) {
        return Vec::new();
    }
    let (mut calls, mut notes, mut emptied) = (Vec::new(), Vec::new(), Vec::new());
    for (index, block) in blocks.iter_mut().enumerate() {
        let text = match block {
            ContentBlock::Text(text) => &mut text.text,
            ContentBlock::Reasoning(reasoning) if reasoning.signature.is_none() => &mut reasoning.reasoning,
            _ => continue,
        };
        let Some((read, rest)) = tools.read(text) else { continue };
        calls.extend(read);
        notes.push(note(format!("messages[0].content[{index}]")));
        if rest.trim().is_empty() {
            emptied.push(index);
        }
        *text = rest;
    }
    for index in emptied.into_iter().rev() {
        blocks.remove(index);
    }
    for (call, number) in calls.into_iter().zip(1..) {
        blocks.push(ToolCallContent::new(id(number), call.name, call.arguments).into());
    }
    notes
}

/// Returns the position of the first `<` from which on the text begins with a token.
fn find_token(text: &str, is_token: impl Fn(&str) -> bool) -> Option<usize> {
    text.match_indices('<').map(|(at, _)| at).find(|at| text.get(*at..).is_some_and(&is_token))
}

/// Returns whether a text may be the beginning of a call as a whole.
fn may_be_whole_call(text: &str) -> bool {
    let begin: String = text.chars().filter(|c| !c.is_whitespace()).take(20).collect();
    !begin.is_empty() && WHOLE_CALLS.iter().any(|call| call.starts_with(&begin) || begin.starts_with(call))
}

#[cfg(test)]
mod tests;
