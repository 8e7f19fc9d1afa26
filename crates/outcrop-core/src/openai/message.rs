//! Messages of a chat request.

use serde::Deserialize;

use super::chat::{Content, Message, keep, string};
use super::part;
use crate::content::{ContentBlock, JsonContent, ReasoningContent, ToolCallContent, ToolResultContent};
use crate::error::ModelError;
use crate::json::{JsonError, RawJson, from_str};
use crate::media::Blob;
use crate::message::UnifiedMessage;
use crate::note::{Note, NoteAction};
use crate::role::Role;

/// A call in a `function_call`, which has no id, and waits for the `function` message that gives its result.
pub(super) struct OpenCall {
    /// The id that it was given: the position of its message tells it from all others.
    id: String,
    name: String,
}

/// Reads a message. Which members it has decides what it is: a tool's result, calls of tools, or words.
pub(super) fn read(
    message: Message<'_>,
    index: usize,
    open: &mut Option<OpenCall>,
    notes: &mut Vec<Note>,
) -> Result<UnifiedMessage, ModelError> {
    let given_role = message.role.and_then(string).map_or(Role::User, |name| Role::from(name.as_str()));
    let name = message.name.and_then(string);
    let refusal = message.refusal.and_then(string).filter(|words| !words.is_empty());
    let function_call = message.function_call.filter(|call| call.get() != "null");
    let answered = if given_role.as_str() == "function" && message.tool_call_id.is_none() {
        open.take_if(|call| name.as_ref().is_none_or(|name| *name == call.name))
    } else {
        None
    };
    let result_of = message.tool_call_id.and_then(string).or_else(|| answered.map(|call| call.id));
    let (role, mut content) = match (result_of, message.tool_calls) {
        (Some(call), _) => {
            let (mut result, mark) = tool_result(call, message.content, index, notes)?;
            if message.is_error == Some(true) {
                result = result.failed();
            }
            // A mark on the message stands in the same place, so that one of both will do.
            let mark = mark.filter(|_| message.cache_control.is_none());
            (Role::Tool, [Some(result.into()), mark].into_iter().flatten().collect())
        }
        (None, Some(calls)) if !calls.is_empty() => {
            let mut content = words(message.content, index, notes)?;
            content.extend(refusal.map(ContentBlock::text));
            if function_call.is_some() {
                let why = "left out, since `tool_calls` stand beside it";
                let place = format!("messages[{index}].function_call");
                notes.push(Note::new("messages.function_call", NoteAction::Dropped, place, why));
            }
            for (index, call) in calls.into_iter().enumerate() {
                let call =
                    tool_call(call.get()).map_err(|e| e.with_path_prefix(&format!("tool_calls[{index}]")))?;
                content.push(call.into());
            }
            (Role::Assistant, content)
        }
        (None, _) => {
            let mut content = words(message.content, index, notes)?;
            content.extend(refusal.map(ContentBlock::text));
            match function_call {
                Some(call) => {
                    let call =
                        legacy_call(call.get(), index).map_err(|e| e.with_path_prefix("function_call"))?;
                    *open = Some(OpenCall { id: call.id.clone(), name: call.name.clone() });
                    content.push(call.into());
                    (Role::Assistant, content)
                }
                None => (given_role, content),
            }
        }
    };
    let thoughts = thinking(message.thinking_blocks.as_deref().unwrap_or_default())?;
    let plain = message.reasoning_content.and_then(string).filter(|text| !text.is_empty());
    let thoughts = with_plain(thoughts, plain, index, notes);
    content.splice(0..0, thoughts);
    content.extend(message.cache_control.map(|control| ContentBlock::from(part::cache_point(control))));

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
            .map_err(|e| e.with_path_prefix(&format!("content[{index}]")))?;
    }
    Ok(blocks)
}

/// The function that a call names, and its arguments, as a string or as they are.
#[derive(Default, Deserialize)]
struct Function {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    arguments: Option<RawJson>,
}

impl Function {
    fn called(self, id: String) -> ToolCallContent {
        let arguments = match self.arguments {
            None => "{}".to_owned(),
            Some(value) => {
                value.as_string().map_or_else(|| value.as_str().to_owned(), |text| text.into_owned())
            }
        };
        ToolCallContent::new(id, self.name.unwrap_or_default(), arguments)
    }
}

fn tool_call(text: &str) -> Result<ToolCallContent, ModelError> {
    #[derive(Deserialize)]
    struct Call {
        #[serde(default)]
        id: Option<String>,
        #[serde(default)]
        function: Option<Function>,
    }

    let call: Call = from_str(text).map_err(|error| invalid_call(&error))?;
    Ok(call.function.unwrap_or_default().called(call.id.unwrap_or_default()))
}

/// The call in a `function_call`. It has no id, so that it gets one.
fn legacy_call(text: &str, message: usize) -> Result<ToolCallContent, ModelError> {
    let function: Function = from_str(text).map_err(|error| invalid_call(&error))?;
    Ok(function.called(format!("function_call_{message}")))
}

fn invalid_call(error: &JsonError) -> ModelError {
    ModelError::invalid_request("InvalidToolCall", error.path().to_owned(), error.message().to_owned())
}

/// The result of a tool, and the last cache point that its parts have: it goes behind the result, not within it.
fn tool_result(
    call: String,
    content: Content<'_>,
    message: usize,
    notes: &mut Vec<Note>,
) -> Result<(ToolResultContent, Option<ContentBlock>), ModelError> {
    let shown = match &content {
        Content::Nothing => return Ok((ToolResultContent::new(call, ""), None)),
        Content::Text(text) => return Ok((ToolResultContent::new(call, text.as_ref()), None)),
        Content::Scalar(text) => return Ok((ToolResultContent::new(call, text.as_str()), None)),
        Content::List(parts) if parts.iter().all(part::is_words) => None,
        Content::Object(_) | Content::List(_) => Some(content.to_json_text()),
    };
    let parts = match content {
        Content::List(parts) => parts,
        part => {
            let block = json_block(&part)?;
            return Ok((ToolResultContent::with_content(call, vec![block]), None));
        }
    };
    let mut blocks = Vec::with_capacity(parts.len());
    for (index, part) in parts.into_iter().enumerate() {
        match &part {
            Content::Object(members) if !part::is_known(members) => blocks.push(json_block(&part)?),
            Content::Nothing | Content::Scalar(_) | Content::List(_) => {
                blocks.push(ContentBlock::text(part.to_json_text()));
            }
            Content::Text(_) | Content::Object(_) => {
                part::read(part, (message, index), &mut blocks, notes)
                    .map_err(|e| e.with_path_prefix(&format!("content[{index}]")))?;
            }
        }
    }
    let (mut marks, blocks): (Vec<_>, Vec<_>) =
        blocks.into_iter().partition(|block| matches!(block, ContentBlock::CachePoint(_)));
    let mut result = ToolResultContent::with_content(call, blocks);
    if let Some(shown) = shown {
        result.output = shown;
    }
    Ok((result, marks.pop()))
}

fn json_block(part: &Content<'_>) -> Result<ContentBlock, ModelError> {
    let json = RawJson::parse(part.to_json_text()).map_err(|error| {
        ModelError::invalid_request("InvalidMessage", "content", error.message().to_owned())
    })?;
    Ok(JsonContent::new(json).into())
}

/// The thoughts of a message, those in plain text among them. Gateways carry the words of thinking blocks once more as
/// plain text, which says nothing new.
fn with_plain(
    mut thoughts: Vec<ContentBlock>,
    plain: Option<String>,
    message: usize,
    notes: &mut Vec<Note>,
) -> Vec<ContentBlock> {
    let Some(plain) = plain else { return thoughts };
    let said = |block: &ContentBlock| match block {
        ContentBlock::Reasoning(thought) => thought.reasoning.clone(),
        _ => String::new(),
    };
    let is_said = thoughts.iter().map(said).collect::<String>().trim() == plain.trim();
    if thoughts.is_empty() {
        thoughts.push(ReasoningContent::new(plain).into());
    } else if !is_said {
        let why = "left out, since `thinking_blocks` stand beside it";
        let place = format!("messages[{message}].reasoning_content");
        notes.push(Note::new("messages.reasoning_content", NoteAction::Dropped, place, why));
    }
    thoughts
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
        let thoughts: Thoughts = keep(text).deserialize().map_err(|error| {
            ModelError::invalid_request("InvalidMessage", error.path().to_owned(), error.message().to_owned())
                .with_path_prefix(&format!("thinking_blocks[{index}]"))
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
