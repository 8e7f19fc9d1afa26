//! Parsing the messages of chat-completion parameters.
//!
//! As in AG2, the members of a message decide what it is, not its role: `tool_call_id` makes it a tool result, and
//! `tool_calls` make it a message of the assistant.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::part;
use super::raw::{Content, Message, string, to_raw_json};
use crate::content::{ContentBlock, JsonContent, ReasoningContent, ToolCallContent, ToolResultContent};
use crate::error::ModelError;
use crate::json::{JsonError, RawJson, from_str};
use crate::media::Blob;
use crate::message::UnifiedMessage;
use crate::note::{Note, NoteAction};
use crate::role::Role;

/// A call in OpenAI's deprecated `function_call`, which waits for the message of role `function` with its result.
pub(super) struct PendingCall {
    /// The generated id: calls in this form have none, and messages after them refer to them by the name of the
    /// function.
    id: String,
    name: String,
}

/// Parses a message.
///
/// `pending` is the last `function_call` without a result. A message may set it or use it up.
pub(super) fn parse_message(
    message: Message<'_>,
    index: usize,
    pending: &mut Option<PendingCall>,
    notes: &mut Vec<Note>,
) -> Result<UnifiedMessage, ModelError> {
    let given_role = message.role.and_then(string).map_or(Role::User, |name| Role::from(name.as_str()));
    let name = message.name.and_then(string);
    let refusal = message.refusal.and_then(string).filter(|text| !text.is_empty());
    let function_call = message.function_call.filter(|call| call.get() != "null");
    let finished_call = if given_role.as_str() == "function" && message.tool_call_id.is_none() {
        pending.take_if(|call| name.as_ref().is_none_or(|name| *name == call.name))
    } else {
        None
    };
    let tool_call_id = message.tool_call_id.and_then(string).or_else(|| finished_call.map(|call| call.id));
    let (role, mut content) = match (tool_call_id, message.tool_calls) {
        (Some(id), _) => {
            let (mut result, cache_point) = parse_tool_result(id, message.content, index, notes)?;
            if message.is_error == Some(true) {
                result = result.failed();
            }
            // The cache point of the message, which is added below, is at the same position. Two in a row are invalid.
            let cache_point = cache_point.filter(|_| message.cache_control.is_none());
            (Role::Tool, [Some(result.into()), cache_point].into_iter().flatten().collect())
        }
        (None, Some(calls)) if !calls.is_empty() => {
            let mut content = parse_content(message.content, index, notes)?;
            content.extend(refusal.map(ContentBlock::text));
            if function_call.is_some() {
                // Clients that support both forms send the same call twice.
                let reason = "dropped `function_call`: the message has `tool_calls`";
                let path = format!("messages[{index}].function_call");
                notes.push(Note::new("messages.function_call", NoteAction::Dropped, path, reason));
            }
            for (index, call) in calls.into_iter().enumerate() {
                let call = parse_tool_call(call.get())
                    .map_err(|e| e.with_path_prefix(&format!("tool_calls[{index}]")))?;
                content.push(call.into());
            }
            (Role::Assistant, content)
        }
        (None, _) => {
            let mut content = parse_content(message.content, index, notes)?;
            content.extend(refusal.map(ContentBlock::text));
            match function_call {
                Some(call) => {
                    let call = parse_function_call(call.get(), index)
                        .map_err(|e| e.with_path_prefix("function_call"))?;
                    *pending = Some(PendingCall { id: call.id.clone(), name: call.name.clone() });
                    content.push(call.into());
                    (Role::Assistant, content)
                }
                None => (given_role, content),
            }
        }
    };
    let signed = parse_thinking_blocks(message.thinking_blocks.as_deref().unwrap_or_default())?;
    let unsigned = message.reasoning_content.and_then(string).filter(|text| !text.is_empty());
    // Reasoning comes first in its turn: providers reject it elsewhere (L74, see `ReasoningContent`).
    content.splice(0..0, merge_reasoning(signed, unsigned, index, notes));
    content.extend(message.cache_control.map(|control| ContentBlock::from(part::cache_point(control))));

    let mut parsed = UnifiedMessage::new(role, content);
    parsed.name = name;
    if message.prefix == Some(true) {
        parsed.metadata.insert("prefix", RawJson::bool(true));
    }
    Ok(parsed)
}

/// Appends a block to the last message, if there is one.
pub(super) fn push_to_last(messages: &mut [UnifiedMessage], block: ContentBlock) {
    if let Some(last) = messages.last_mut() {
        last.content.push(block);
    }
}

/// Parses the content of a message that is not a tool result.
fn parse_content(
    content: Content<'_>,
    message: usize,
    notes: &mut Vec<Note>,
) -> Result<Vec<ContentBlock>, ModelError> {
    let parts = match content {
        Content::Null => return Ok(Vec::new()),
        Content::Text(text) => return Ok(vec![ContentBlock::text(text)]),
        Content::Scalar(text) => return Ok(vec![ContentBlock::text(text)]),
        Content::List(parts) => parts,
        part @ Content::Object(_) => vec![part],
    };
    let mut blocks = Vec::with_capacity(parts.len());
    for (index, part) in parts.into_iter().enumerate() {
        part::parse_part(part, (message, index), &mut blocks, notes)
            .map_err(|e| e.with_path_prefix(&format!("content[{index}]")))?;
    }
    Ok(blocks)
}

/// The function of a call: its name, and its arguments as a string or as any other JSON value.
#[derive(Default, Deserialize)]
struct Function {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    arguments: Option<RawJson>,
}

impl Function {
    fn into_call(self, id: String) -> ToolCallContent {
        let arguments = match self.arguments {
            None => "{}".to_owned(),
            // OpenAI sends the arguments as a string, Ollama and others as an object.
            Some(value) => {
                value.as_string().map_or_else(|| value.as_str().to_owned(), |text| text.into_owned())
            }
        };
        ToolCallContent::new(id, self.name.unwrap_or_default(), arguments)
    }
}

/// Parses an item of `tool_calls`.
fn parse_tool_call(text: &str) -> Result<ToolCallContent, ModelError> {
    #[derive(Deserialize)]
    struct Call {
        #[serde(default)]
        id: Option<String>,
        #[serde(default)]
        function: Option<Function>,
    }

    let call: Call = from_str(text).map_err(|error| invalid_call(&error))?;
    Ok(call.function.unwrap_or_default().into_call(call.id.unwrap_or_default()))
}

/// Parses a `function_call`, and generates an id from the position of its message, which is unique and reproducible.
fn parse_function_call(text: &str, message: usize) -> Result<ToolCallContent, ModelError> {
    let function: Function = from_str(text).map_err(|error| invalid_call(&error))?;
    Ok(function.into_call(format!("function_call_{message}")))
}

fn invalid_call(error: &JsonError) -> ModelError {
    ModelError::invalid_request("InvalidToolCall", error.path().to_owned(), error.message().to_owned())
}

/// Parses a tool result, and returns the last cache point of its parts separately.
///
/// The cache point belongs after the result, not inside it: Converse has no cache points in tool results (L67).
fn parse_tool_result(
    id: String,
    content: Content<'_>,
    message: usize,
    notes: &mut Vec<Note>,
) -> Result<(ToolResultContent, Option<ContentBlock>), ModelError> {
    // AG2's `output` of a result that is not only text is its JSON in Python's spelling, which programs compare.
    let output = match &content {
        Content::Null => return Ok((ToolResultContent::new(id, ""), None)),
        Content::Text(text) => return Ok((ToolResultContent::new(id, text.as_ref()), None)),
        Content::Scalar(text) => return Ok((ToolResultContent::new(id, text.as_str()), None)),
        Content::List(parts) if parts.iter().all(part::is_text) => None,
        Content::Object(_) | Content::List(_) => Some(content.to_json_text()),
    };
    let parts = match content {
        Content::List(parts) => parts,
        part => {
            let block = json_block(&part)?;
            return Ok((ToolResultContent::with_content(id, vec![block]), None));
        }
    };
    let mut blocks = Vec::with_capacity(parts.len());
    for (index, part) in parts.into_iter().enumerate() {
        match &part {
            // An object of an unknown type is data of the tool, not a part of the message.
            Content::Object(members) if !part::is_known(members) => blocks.push(json_block(&part)?),
            Content::Null | Content::Scalar(_) | Content::List(_) => {
                blocks.push(ContentBlock::text(part.to_json_text()));
            }
            Content::Text(_) | Content::Object(_) => {
                part::parse_part(part, (message, index), &mut blocks, notes)
                    .map_err(|e| e.with_path_prefix(&format!("content[{index}]")))?;
            }
        }
    }
    let (mut cache_points, blocks): (Vec<_>, Vec<_>) =
        blocks.into_iter().partition(|block| matches!(block, ContentBlock::CachePoint(_)));
    let mut result = ToolResultContent::with_content(id, blocks);
    if let Some(output) = output {
        result.output = output;
    }
    Ok((result, cache_points.pop()))
}

fn json_block(part: &Content<'_>) -> Result<ContentBlock, ModelError> {
    let json = RawJson::parse(part.to_json_text()).map_err(|error| {
        ModelError::invalid_request("InvalidMessage", "content", error.message().to_owned())
    })?;
    Ok(JsonContent::new(json).into())
}

/// Merges the two forms of reasoning in a message. Signed reasoning replaces unsigned text.
///
/// LiteLLM and other gateways send the text of thinking blocks a second time as `reasoning_content`, so a note is added
/// only if the two differ.
fn merge_reasoning(
    mut signed: Vec<ContentBlock>,
    unsigned: Option<String>,
    message: usize,
    notes: &mut Vec<Note>,
) -> Vec<ContentBlock> {
    let Some(unsigned) = unsigned else { return signed };
    let text = |block: &ContentBlock| match block {
        ContentBlock::Reasoning(block) => block.reasoning.clone(),
        _ => String::new(),
    };
    let is_repeated = signed.iter().map(text).collect::<String>().trim() == unsigned.trim();
    if signed.is_empty() {
        signed.push(ReasoningContent::new(unsigned).into());
    } else if !is_repeated {
        let reason = "dropped `reasoning_content`: the message has different reasoning in `thinking_blocks`";
        let path = format!("messages[{message}].reasoning_content");
        notes.push(Note::new("messages.reasoning_content", NoteAction::Dropped, path, reason));
    }
    signed
}

/// Parses `thinking_blocks`, which have the form of Anthropic's API: text with a signature, or encrypted data.
fn parse_thinking_blocks(blocks: &[&RawValue]) -> Result<Vec<ContentBlock>, ModelError> {
    #[derive(Deserialize)]
    struct ThinkingBlock {
        #[serde(default)]
        thinking: Option<String>,
        #[serde(default)]
        signature: Option<String>,
        #[serde(default)]
        data: Option<String>,
    }

    let parse = |(index, text): (usize, &&RawValue)| {
        let block: ThinkingBlock = to_raw_json(text).deserialize().map_err(|error| {
            ModelError::invalid_request("InvalidMessage", error.path().to_owned(), error.message().to_owned())
                .with_path_prefix(&format!("thinking_blocks[{index}]"))
        })?;
        Ok(ContentBlock::from(match block.data {
            Some(data) => ReasoningContent::redacted(Blob::from_base64(data)),
            None => ReasoningContent {
                signature: block.signature,
                ..ReasoningContent::new(block.thinking.unwrap_or_default())
            },
        }))
    };
    blocks.iter().enumerate().map(parse).collect()
}
