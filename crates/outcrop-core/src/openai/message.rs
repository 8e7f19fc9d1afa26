//! Messages of a chat request.

use serde::Deserialize;

use super::chat::{Content, Message, Part, keep, string};
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
    let at = format!("messages[{index}]");
    let given_role = message.role.and_then(string).map_or(Role::User, |name| Role::from(name.as_str()));
    let name = message.name.and_then(string);
    let cache_point = message.cache_control.map(part::cache_point);
    let thoughts = thinking(message.thinking_blocks.as_deref().unwrap_or_default())?;
    let content = Content::of(message.content).map_err(|_| {
        ModelError::invalid_request("InvalidMessage", "content", "the content cannot be read")
    })?;

    let (role, mut content) = match (message.tool_call_id.and_then(string), message.tool_calls) {
        (Some(call), _) => {
            let mut result = tool_result(call, content, &at, notes)?;
            if message.is_error == Some(true) {
                result = result.failed();
            }
            (Role::Tool, vec![result.into()])
        }
        (None, Some(calls)) if !calls.is_empty() => {
            let mut content = words(content, &at, notes)?;
            for (index, call) in calls.into_iter().enumerate() {
                content.push(
                    tool_call(call.get()).map_err(|e| e.inside(&format!("tool_calls[{index}]")))?.into(),
                );
            }
            (Role::Assistant, content)
        }
        (None, _) => (given_role, words(content, &at, notes)?),
    };
    content.splice(0..0, thoughts);
    content.extend(cache_point.map(ContentBlock::from));

    let mut read = UnifiedMessage::new(role, content);
    read.name = name;
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

fn words(content: Content<'_>, at: &str, notes: &mut Vec<Note>) -> Result<Vec<ContentBlock>, ModelError> {
    let parts = match content {
        Content::Nothing => Vec::new(),
        Content::Text(text) => return Ok(vec![ContentBlock::text(text)]),
        Content::Scalar(text) => return Ok(vec![ContentBlock::text(text)]),
        Content::Part(members, _) => vec![Part::Object(members)],
        Content::Parts(parts, _) => parts,
    };
    let mut blocks = Vec::with_capacity(parts.len());
    for (index, part) in parts.into_iter().enumerate() {
        part::read(part, at, index, &mut blocks, notes)
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
    at: &str,
    notes: &mut Vec<Note>,
) -> Result<ToolResultContent, ModelError> {
    let (parts, text) = match content {
        Content::Nothing => return Ok(ToolResultContent::new(call, "")),
        Content::Text(text) => return Ok(ToolResultContent::new(call, text)),
        Content::Scalar(text) => return Ok(ToolResultContent::new(call, text)),
        Content::Part(_, text) => {
            return Ok(ToolResultContent::with_content(call, vec![JsonContent::new(keep(text)).into()]));
        }
        Content::Parts(parts, text) => (parts, text),
    };
    let mut blocks = Vec::with_capacity(parts.len());
    for (index, part) in parts.into_iter().enumerate() {
        match part {
            Part::Object(members) if !part::is_known(&members) => {
                blocks.push(JsonContent::new(members.to_json()).into())
            }
            Part::Other(text) => blocks.push(ContentBlock::text(text)),
            part => part::read(part, at, index, &mut blocks, notes)
                .map_err(|e| e.inside(&format!("content[{index}]")))?,
        }
    }
    let only_words = blocks.iter().all(|block| block.as_text().is_some());
    let mut result = ToolResultContent::with_content(call, blocks);
    if !only_words {
        text.get().clone_into(&mut result.output);
    }
    Ok(result)
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
