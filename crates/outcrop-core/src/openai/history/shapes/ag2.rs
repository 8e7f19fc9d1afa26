//! Messages of AG2 with several results: `tool_responses`.
//!
//! AG2 unrolls them before it calls a client: `_generate_oai_reply_from_client` in
//! <https://github.com/ag2ai/ag2-classic/blob/main/autogen/agentchat/conversable_agent.py>. Its group chats store them so.

use super::{Additions, RawResult};
use crate::content::ContentBlock;
use crate::error::ModelError;
use crate::openai::cache_control::take_cache_point;
use crate::openai::fields::{Fields, Reader, plain_text};
use crate::openai::path::Path;
use crate::openai::raw::{Content, Message, parse_content};
use crate::role::Role;

/// Reads the results. They come before the content of the message, which a tool message only repeats.
pub(super) fn rewrite<'a>(
    message: &mut Message<'a>,
    other: &mut Fields<'a>,
    additions: &mut Additions<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<(), ModelError> {
    let Some(responses) = other.take_list("tool_responses").filter(|list| !list.is_empty()) else {
        return Ok(());
    };
    let path = path.name("tool_responses");
    for (index, response) in responses.into_iter().enumerate() {
        let path = path.index(index);
        let Some(mut fields) = Fields::parse(response, &path)? else {
            return Err(path.error("InvalidMessage", "the response of the tool is not an object"));
        };
        let content = match fields.take("content") {
            Some(content) => parse_content(content, &path.name("content"))?,
            None => Content::Null,
        };
        let cache_point = take_cache_point(&mut fields, &path, reader)?;
        additions.responses.push(RawResult {
            id: fields.take_string("tool_call_id")?.unwrap_or_default(),
            is_error: fields.take_bool("is_error") == Some(true),
            content,
            cache_point: cache_point.map(ContentBlock::from),
            ..RawResult::default()
        });
        fields.take("role");
        fields.take("name");
        reader.note_unread(fields, &path);
    }
    if plain_text(message.role) == "tool" {
        message.content = Content::Null;
        message.tool_call_id = None;
        additions.role = Some(Role::Tool);
    }
    Ok(())
}
