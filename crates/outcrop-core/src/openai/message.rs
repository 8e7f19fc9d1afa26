//! Messages of a chat request.

use serde::Deserialize;

use super::chat::{Content, Message, keep, string};
use super::part;
use crate::content::{ContentBlock, JsonContent, ReasoningContent, ToolCallContent, ToolResultContent};
use crate::error::ModelError;
use crate::json::{RawJson, from_str};
use crate::media::Blob;
use crate::message::UnifiedMessage;
use crate::note::Note;
use crate::role::Role;

/// Reads a message. Which members it has decides what it is: a tool's result, calls of tools, or words.
pub(super) fn read(
    message: Message<'_>,
    index: usize,
    notes: &mut Vec<Note>,
) -> Result<UnifiedMessage, ModelError> {
    let given_role = message.role.and_then(string).map_or(Role::User, |name| Role::from(name.as_str()));
    let (role, mut content) = match (message.tool_call_id.and_then(string), message.tool_calls) {
        (Some(call), _) => {
            let mut result = tool_result(call, message.content, index, notes)?;
            if message.is_error == Some(true) {
                result = result.failed();
            }
            (Role::Tool, vec![result.into()])
        }
        (None, Some(calls)) if !calls.is_empty() => {
            let mut content = words(message.content, index, notes)?;
            for (index, call) in calls.into_iter().enumerate() {
                let call = tool_call(call.get()).map_err(|e| e.inside(&format!("tool_calls[{index}]")))?;
                content.push(call.into());
            }
            (Role::Assistant, content)
        }
        (None, _) => (given_role, words(message.content, index, notes)?),
    };
    let thoughts = thinking(message.thinking_blocks.as_deref().unwrap_or_default())?;
    content.splice(0..0, thoughts);
    content.extend(message.cache_control.map(|control| ContentBlock::from(part::cache_point(control))));

    let mut read = UnifiedMessage::new(role, content);
    read.name = message.name.and_then(string);
    if message.prefix == Some(true) {
        read.metadata.insert("prefix", RawJson::bool(true));
    }
    Ok(read)
}

/// Puts a block at the end of the last message.
pub(super) fn mark_last(messages: &mut [UnifiedMessage], block: ContentBlock) {
    if let Some(last) = messages.last_mut() {
        last.content.push(block);
    }
}

fn words(
    content: Content<'_>,
    message: usize,
    notes: &mut Vec<Note>,
) -> Result<Vec<ContentBlock>, ModelError> {
    let parts = match content {
        Content::Nothing => return Ok(Vec::new()),
        Content::Text(text) => return Ok(vec![ContentBlock::text(text)]),
        Content::Scalar(text) => return Ok(vec![ContentBlock::text(text)]),
        Content::List(parts) => parts,
        part @ Content::Object(_) => vec![part],
    };
    let mut blocks = Vec::with_capacity(parts.len());
    for (index, part) in parts.into_iter().enumerate() {
        part::read(part, (message, index), &mut blocks, notes)
            .map_err(|e| e.inside(&format!("content[{index}]")))?;
    }
    Ok(blocks)
}

fn tool_call(text: &str) -> Result<ToolCallContent, ModelError> {
    #[derive(Deserialize)]
    struct Call {
        #[serde(default)]
        id: Option<String>,
        #[serde(default)]
        function: Option<Function>,
    }

    #[derive(Deserialize)]
    struct Function {
        #[serde(default)]
        name: Option<String>,
        #[serde(default)]
        arguments: Option<RawJson>,
    }

    let call: Call = from_str(text).map_err(|error| {
        ModelError::invalid_request("InvalidToolCall", error.path().to_owned(), error.message().to_owned())
    })?;
    let function = call.function.unwrap_or(Function { name: None, arguments: None });
    let arguments = match function.arguments {
        None => "{}".to_owned(),
        Some(value) => value.as_string().map_or_else(|| value.text().to_owned(), |text| text.into_owned()),
    };
    Ok(ToolCallContent::new(call.id.unwrap_or_default(), function.name.unwrap_or_default(), arguments))
}

fn tool_result(
    call: String,
    content: Content<'_>,
    message: usize,
    notes: &mut Vec<Note>,
) -> Result<ToolResultContent, ModelError> {
    let shown = match &content {
        Content::Nothing => return Ok(ToolResultContent::new(call, "")),
        Content::Text(text) => return Ok(ToolResultContent::new(call, text.as_ref())),
        Content::Scalar(text) => return Ok(ToolResultContent::new(call, text.as_str())),
        Content::List(parts) if parts.iter().all(part::is_words) => None,
        Content::Object(_) | Content::List(_) => Some(content.to_json_text()),
    };
    let parts = match content {
        Content::List(parts) => parts,
        part => {
            let block = json_block(&part)?;
            return Ok(ToolResultContent::with_content(call, vec![block]));
        }
    };
    let mut blocks = Vec::with_capacity(parts.len());
    for (index, part) in parts.into_iter().enumerate() {
        match &part {
            Content::Object(members) if !part::is_known(members) => blocks.push(json_block(&part)?),
            Content::Nothing | Content::Scalar(_) | Content::List(_) => {
                blocks.push(ContentBlock::text(part.to_json_text()));
            }
            Content::Text(_) | Content::Object(_) => part::read(part, (message, index), &mut blocks, notes)
                .map_err(|e| e.inside(&format!("content[{index}]")))?,
        }
    }
    let mut result = ToolResultContent::with_content(call, blocks);
    if let Some(shown) = shown {
        result.output = shown;
    }
    Ok(result)
}

fn json_block(part: &Content<'_>) -> Result<ContentBlock, ModelError> {
    let json = RawJson::parse(part.to_json_text()).map_err(|error| {
        ModelError::invalid_request("InvalidMessage", "content", error.message().to_owned())
    })?;
    Ok(JsonContent::new(json).into())
}

/// Thoughts of the model, as Anthropic's API spells them and gateways carry them beside a message.
fn thinking(blocks: &[&serde_json::value::RawValue]) -> Result<Vec<ContentBlock>, ModelError> {
    #[derive(Deserialize)]
    struct Thoughts {
        #[serde(default)]
        thinking: Option<String>,
        #[serde(default)]
        signature: Option<String>,
        #[serde(default)]
        data: Option<String>,
    }

    let read = |(index, text): (usize, &&serde_json::value::RawValue)| {
        let thoughts: Thoughts = keep(text).to().map_err(|error| {
            ModelError::invalid_request("InvalidMessage", error.path().to_owned(), error.message().to_owned())
                .inside(&format!("thinking_blocks[{index}]"))
        })?;
        Ok(ContentBlock::from(match thoughts.data {
            Some(data) => ReasoningContent::redacted(Blob::from_base64(data)),
            None => ReasoningContent {
                signature: thoughts.signature,
                ..ReasoningContent::new(thoughts.thinking.unwrap_or_default())
            },
        }))
    };
    blocks.iter().enumerate().map(read).collect()
}
