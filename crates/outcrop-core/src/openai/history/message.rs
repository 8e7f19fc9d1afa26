//! Parsing a message.
//!
//! As in AG2, the members of a message decide what it is, not its role: `tool_call_id` makes it a tool result, and
//! `tool_calls` make it a message of the assistant.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::call;
use super::pairs::Pairs;
use super::part::{Parsed, is_result, parse_part};
use super::result::parse_result;
use super::shapes::{self, Additions, Place, RawResult};
use crate::content::{ContentBlock, ReasoningContent, ToolCallContent, ToolResultContent};
use crate::error::ModelError;
use crate::json::RawJson;
use crate::media::Blob;
use crate::message::UnifiedMessage;
use crate::note::NoteAction;
use crate::openai::cache_control::cache_point;
use crate::openai::fields::{Fields, Reader};
use crate::openai::path::Path;
use crate::openai::raw::{Content, Message, parse_content, string};
use crate::role::Role;

/// Parses the messages of a request, in order.
#[derive(Default)]
pub(in crate::openai) struct HistoryParser {
    messages: Vec<UnifiedMessage>,
    pairs: Pairs,
}

/// The content of a message, as it is being parsed.
#[derive(Default)]
struct Draft {
    blocks: Vec<ContentBlock>,
    /// Results of calls among the blocks: nothing may come between calls and their results.
    results: Vec<ContentBlock>,
    has_results: bool,
}

impl HistoryParser {
    pub(in crate::openai) fn with_capacity(count: usize) -> Self {
        Self { messages: Vec::with_capacity(count), pairs: Pairs::default() }
    }

    pub(in crate::openai) fn into_messages(self) -> Vec<UnifiedMessage> {
        self.messages
    }

    /// Parses a message and adds it.
    ///
    /// # Errors
    /// The message cannot be interpreted, or has a known shape that is not supported.
    pub(in crate::openai) fn add(
        &mut self,
        message: Message<'_>,
        index: usize,
        path: &Path<'_>,
        reader: &mut Reader<'_>,
    ) -> Result<(), ModelError> {
        let parsed = self.parse(message, index, path, reader)?;
        let has_calls = parsed.tool_calls().next().is_some();
        self.messages.push(parsed);
        self.pairs.message_added(&self.messages, has_calls);
        Ok(())
    }

    fn parse(
        &mut self,
        mut message: Message<'_>,
        index: usize,
        path: &Path<'_>,
        reader: &mut Reader<'_>,
    ) -> Result<UnifiedMessage, ModelError> {
        if let Some(parsed) = parse_text_message(&mut message, path, reader)? {
            return Ok(parsed);
        }
        // Most messages are those of OpenAI's API, without any other member.
        let additions = if message.other.is_empty() && !matches!(message.content, Content::Object(_)) {
            Additions::default()
        } else {
            shapes::rewrite(&mut message, path, reader)?
        };
        let noted = reader.notes.len();
        let given_role = match additions.role {
            Some(role) => role,
            None => role(take_text("role", message.role, path, reader)?),
        };
        let name = take_text("name", message.name, path, reader)?;
        let refusal = take_text("refusal", message.refusal, path, reader)?.filter(|text| !text.is_empty());
        let unsigned = take_text("reasoning_content", message.reasoning_content, path, reader)?;
        let id = take_text("tool_call_id", message.tool_call_id, path, reader)?;
        let is_error = message.is_error == Some(true);
        let tool_name = additions.tool_name;
        let mut draft = Draft { has_results: !additions.responses.is_empty(), ..Draft::default() };
        for (index, response) in additions.responses.into_iter().enumerate() {
            let list = path.name("tool_responses");
            let (result, point) = self.parse_raw_result(response, &list.index(index), reader)?;
            draft.blocks.push(result.into());
            draft.blocks.extend(point);
        }

        let content = std::mem::take(&mut message.content);
        let is_tool = is_tool(&given_role);
        let called = tool_name.as_deref().or(name.as_deref());
        let content_path = path.name(message.content_member.unwrap_or("content"));
        let is_alone = id.is_none() && is_tool && !draft.has_results && !has_results(&content);
        let pair = match &id {
            Some(id) if !id.is_empty() => None,
            Some(_) => self.pairs.find(called, &mut self.messages),
            None if is_alone && message.tool_calls.is_empty() => self.pairs.find(called, &mut self.messages),
            None => None,
        };
        let id = pair.or(id);
        let role = if let Some(id) = id {
            note_ignored_calls(&message, path, reader);
            let raw = RawResult { id, content, is_error, ..RawResult::default() };
            let (result, point) = parse_result(raw, &content_path, reader)?;
            draft.blocks.push(result.into());
            // The cache point of the message, which is added below, is at the same position. Two in a row are invalid.
            draft.blocks.extend(point.filter(|_| message.cache_control.is_none()));
            if let Some(refusal) = refusal {
                draft.blocks.push(ContentBlock::text(refusal));
            }
            Role::Tool
        } else {
            if message.is_error.is_some() && !draft.has_results {
                let reason = "dropped `is_error`: the message is not the result of a tool";
                reader.note("messages.member", NoteAction::Dropped, &path.name("is_error"), reason);
            }
            if is_alone && !matches!(content, Content::Null) {
                let reason = "sent the result as text: it has no id, and no open call before it has its name";
                reader.note("messages.result", NoteAction::Changed, path, reason);
            }
            self.parse_content(content, &content_path, reader, &mut draft)?;
            draft.blocks.extend(refusal.map(ContentBlock::text));
            let has_calls = add_calls(&message, index, path, reader, &mut draft)?;
            if has_calls { Role::Assistant } else { given_role }
        };
        for (index, image) in additions.images.into_iter().enumerate() {
            let list = path.name("images");
            let path = list.index(index);
            parse_part(parse_content(image, &path)?, Place::Message, &path, reader, &mut draft.blocks)?;
        }
        draft.blocks.extend(additions.after);
        draft.blocks.append(&mut draft.results);
        draft.blocks.extend(additions.results);

        let mut signed = parse_thinking_blocks(&message.thinking_blocks, path, reader)?;
        signed.extend(additions.reasoning);
        // Reasoning comes first in its turn: providers reject it elsewhere (L74, see `ReasoningContent`).
        let reasoning = merge_reasoning(signed, unsigned.filter(|text| !text.is_empty()), path, reader);
        draft.blocks.splice(0..0, reasoning.into_iter().map(ContentBlock::from));
        let point = match message.cache_control {
            Some(control) => Some(cache_point(control, &path.name("cache_control"), reader)?),
            None => additions.cache_point,
        };
        draft.blocks.extend(point.map(ContentBlock::from));

        let unread = Fields::from(std::mem::take(&mut message.other));
        if draft.blocks.is_empty() && reader.notes.len() == noted {
            check_not_lost(&unread, path)?;
        }
        reader.note_unread(unread, path);
        let mut parsed = UnifiedMessage::new(role, draft.blocks);
        parsed.name = name.or(tool_name);
        if message.prefix == Some(true) {
            parsed.metadata.insert("prefix", RawJson::bool(true));
        }
        Ok(parsed)
    }

    /// Parses the content of a message that is not a tool result as a whole.
    fn parse_content<'a>(
        &mut self,
        content: Content<'a>,
        path: &Path<'_>,
        reader: &mut Reader<'_>,
        draft: &mut Draft,
    ) -> Result<(), ModelError> {
        let parts = match content {
            Content::Null => return Ok(()),
            Content::Text(text) => {
                draft.blocks.push(ContentBlock::text(text));
                return Ok(());
            }
            Content::Scalar(text) => {
                draft.blocks.push(ContentBlock::text(text));
                return Ok(());
            }
            Content::List(parts) => parts,
            part @ Content::Object(_) => vec![part],
        };
        draft.blocks.reserve(parts.len());
        for (index, part) in parts.into_iter().enumerate() {
            let path = path.index(index);
            let before = draft.blocks.len();
            match parse_part(part, Place::Message, &path, reader, &mut draft.blocks)? {
                Parsed::Blocks => {}
                Parsed::Result(raw) => {
                    let (result, point) = self.parse_raw_result(*raw, &path, reader)?;
                    draft.blocks.push(result.into());
                    draft.blocks.extend(point);
                    draft.has_results = true;
                }
                Parsed::Run(result) => {
                    draft.results.push((*result).into());
                    continue;
                }
            }
            // Content after a call with a result belongs to the next step, unless it is another call.
            let is_call = |block: &ContentBlock| matches!(block, ContentBlock::ToolCall(_));
            let added = draft.blocks.get(before..).unwrap_or_default();
            if !draft.results.is_empty() && !added.is_empty() && !added.iter().all(is_call) {
                let results = std::mem::take(&mut draft.results);
                draft.blocks.splice(before..before, results);
            }
        }
        Ok(())
    }

    fn parse_raw_result(
        &mut self,
        mut raw: RawResult<'_>,
        path: &Path<'_>,
        reader: &mut Reader<'_>,
    ) -> Result<(ToolResultContent, Option<ContentBlock>), ModelError> {
        if raw.id.is_empty() {
            raw.id = self.pairs.find(raw.name.as_deref(), &mut self.messages).unwrap_or_default();
        }
        let point = raw.cache_point.take();
        let member = if raw.member.is_empty() { "content" } else { raw.member };
        let (result, inner) = parse_result(raw, &path.name(member), reader)?;
        Ok((result, point.or(inner)))
    }
}

/// Parses a message that has a role and a text and nothing else, as nearly every message of a long history. `None` for any
/// other one, and for the result of a tool.
///
/// It gives what the rules for other messages give, in a third of the instructions.
fn parse_text_message(
    message: &mut Message<'_>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<Option<UnifiedMessage>, ModelError> {
    if !message.has_only_role_and_content() || !matches!(message.content, Content::Text(_)) {
        return Ok(None);
    }
    let role = role(take_text("role", message.role, path, reader)?);
    match std::mem::take(&mut message.content) {
        Content::Text(text) if !is_tool(&role) => {
            Ok(Some(UnifiedMessage::new(role, vec![ContentBlock::text(text)])))
        }
        content => {
            message.content = content;
            Ok(None)
        }
    }
}

/// Returns whether a role is that of the result of a tool.
fn is_tool(role: &Role) -> bool {
    matches!(role.as_str(), "tool" | "function")
}

/// Appends a block to the last message, if there is one.
pub(in crate::openai) fn push_to_last(messages: &mut [UnifiedMessage], block: ContentBlock) {
    if let Some(last) = messages.last_mut() {
        last.content.push(block);
    }
}

/// Returns the role of a name. A standard role is accepted in any case, and under the names of LangChain, Gemini and
/// Cohere.
fn role(name: Option<String>) -> Role {
    let Some(name) = name else { return Role::User };
    let given = Role::from(name.as_str());
    if given.is_standard() {
        return given;
    }
    // An unknown role is the user's, as in AG2, so that a spelling that is missed here gives the model's text to the user.
    match name.trim().to_ascii_lowercase().as_str() {
        "human" => Role::User,
        "ai" | "bot" | "chatbot" | "model" => Role::Assistant,
        lower @ ("user" | "assistant" | "system" | "developer" | "tool" | "function") => Role::from(lower),
        _ => given,
    }
}

/// Reads a member that is a text. A member of another type is dropped with a note.
fn take_text(
    name: &'static str,
    value: Option<&RawValue>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<Option<String>, ModelError> {
    let Some(value) = value else { return Ok(None) };
    let text = string(value)?;
    if text.is_none() {
        let message = format!("dropped `{name}`: its value is not a string");
        reader.note("messages.member", NoteAction::Dropped, &path.name(name), message);
    }
    Ok(text)
}

/// Returns whether a content has results of tools with ids of their own.
fn has_results(content: &Content<'_>) -> bool {
    match content {
        Content::List(parts) => parts.iter().any(is_result),
        part => is_result(part),
    }
}

/// Notes the calls of a message that is a tool result.
fn note_ignored_calls(message: &Message<'_>, path: &Path<'_>, reader: &mut Reader<'_>) {
    let ignored =
        [("tool_calls", !message.tool_calls.is_empty()), ("function_call", message.function_call.is_some())];
    for (name, _) in ignored.into_iter().filter(|(_, is_present)| *is_present) {
        let reason = format!("dropped `{name}`: the message is the result of a tool");
        reader.note("messages.member", NoteAction::Dropped, &path.name(name), reason);
    }
}

/// Adds the calls of `tool_calls` or `function_call`. Returns whether the message has calls.
fn add_calls(
    message: &Message<'_>,
    index: usize,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
    draft: &mut Draft,
) -> Result<bool, ModelError> {
    let mut positions = BTreeMap::new();
    for (position, block) in draft.blocks.iter().enumerate() {
        if let ContentBlock::ToolCall(call) = block {
            positions.insert(call.id.clone(), position);
        }
    }
    let has_content_calls = !positions.is_empty();
    let calls_path = path.name("tool_calls");
    for (index, call) in message.tool_calls.iter().enumerate() {
        let (call, point) = call::parse_call(call, &calls_path.index(index), reader)?;
        match positions.get(&call.id).filter(|_| !call.id.is_empty()) {
            // LangChain has the calls of Claude in the content and in `tool_calls`.
            Some(position) => {
                if let Some(ContentBlock::ToolCall(in_content)) = draft.blocks.get_mut(*position) {
                    complete_call(in_content, &call);
                }
            }
            None => draft.blocks.push(call.into()),
        }
        draft.blocks.extend(point.map(ContentBlock::from));
    }
    if let Some(call) = message.function_call {
        let path = path.name("function_call");
        if message.tool_calls.is_empty() {
            let (mut call, point) = call::parse_call(call, &path, reader)?;
            if call.id.is_empty() {
                // Calls in this form have no id. The position of the message is unique and reproducible.
                call.id = format!("function_call_{index}");
            }
            draft.blocks.push(call.into());
            draft.blocks.extend(point.map(ContentBlock::from));
        } else {
            // Clients that support both forms send the same call twice.
            let reason = "dropped `function_call`: the message has `tool_calls`";
            reader.note("messages.function_call", NoteAction::Dropped, &path, reason);
        }
    }
    Ok(has_content_calls || !message.tool_calls.is_empty() || message.function_call.is_some())
}

/// Completes a call of the content, which may be that of a stream's first event, with the arguments of the same call.
fn complete_call(in_content: &mut ToolCallContent, call: &ToolCallContent) {
    if matches!(in_content.arguments.trim(), "" | "{}" | "\"\"") {
        in_content.arguments.clone_from(&call.arguments);
    }
}

/// Checks that a message without any content has no member that may be its content.
fn check_not_lost(unread: &Fields<'_>, path: &Path<'_>) -> Result<(), ModelError> {
    match unread.content_like() {
        None => Ok(()),
        Some(name) => {
            let message = format!("the message has no content in a known form, but a member `{name}`");
            Err(path
                .name(name)
                .error("UnsupportedMessage", message)
                .with_hint("send the content of the message as `content`"))
        }
    }
}

/// Merges the two forms of reasoning in a message. Signed reasoning replaces unsigned text.
///
/// LiteLLM and other gateways send the text of thinking blocks a second time as `reasoning_content`, so a note is added
/// only if the two differ.
fn merge_reasoning(
    mut signed: Vec<ReasoningContent>,
    unsigned: Option<String>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Vec<ReasoningContent> {
    let Some(unsigned) = unsigned else { return signed };
    let text: String = signed.iter().map(|block| block.reasoning.as_str()).collect();
    if signed.is_empty() {
        signed.push(ReasoningContent::new(unsigned));
    } else if text.trim() != unsigned.trim() {
        let reason = "dropped `reasoning_content`: the message has different reasoning in `thinking_blocks`";
        let path = path.name("reasoning_content");
        reader.note("messages.reasoning_content", NoteAction::Dropped, &path, reason);
    }
    signed
}

/// Parses `thinking_blocks`, which have the form of Anthropic's API: text with a signature, or encrypted data.
fn parse_thinking_blocks(
    blocks: &[&RawValue],
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<Vec<ReasoningContent>, ModelError> {
    let list = path.name("thinking_blocks");
    let mut parsed = Vec::with_capacity(blocks.len());
    for (index, block) in blocks.iter().enumerate() {
        let path = list.index(index);
        let Some(mut fields) = Fields::parse(block, &path)? else {
            return Err(path.error("InvalidMessage", "the thinking block is not an object"));
        };
        fields.take("type");
        let mut text = |name: &'static str| match fields.take(name).map(string).transpose()? {
            Some(None) => Err(path.name(name).error("InvalidMessage", "the value is not a string")),
            text => Ok(text.flatten()),
        };
        let (thinking, signature, data) = (text("thinking")?, text("signature")?, text("data")?);
        parsed.push(match data {
            Some(data) => ReasoningContent::redacted(Blob::from_base64(data)),
            None => ReasoningContent { signature, ..ReasoningContent::new(thinking.unwrap_or_default()) },
        });
        reader.note_unread(fields, &path);
    }
    Ok(parsed)
}
