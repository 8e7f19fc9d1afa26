//! Messages of Haystack: parts without a type, with `tool_call`, `tool_call_result` or `reasoning`.
//!
//! See <https://docs.haystack.deepset.ai/docs/chatmessage>, `ChatMessage.to_dict`.

use super::{ForeignPart, PartReader, Place, RawResult, read_call};
use crate::content::ReasoningContent;
use crate::error::ModelError;
use crate::openai::fields::{Fields, Reader};
use crate::openai::path::Path;
use crate::openai::raw::parse_content;

/// The member with the result of a tool.
pub(super) const RESULT: &str = "tool_call_result";

pub(super) fn part_reader(fields: &Fields<'_>, place: Place) -> Option<PartReader> {
    if place != Place::Message {
        return None;
    }
    if fields.has_object("tool_call") {
        return Some(read_call);
    }
    if fields.has_object(RESULT) {
        return Some(read_result);
    }
    fields.has_object("reasoning").then_some(read_reasoning)
}

fn read_result<'a>(
    fields: &mut Fields<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    let mut result = fields.take_object(RESULT, path)?.unwrap_or_default();
    let path = path.name(RESULT);
    // The call that it answers, with its arguments, which are those of the call in the message before.
    let mut origin = result.take_object("origin", &path)?.unwrap_or_default();
    let raw = RawResult {
        id: origin.take_string("id")?.unwrap_or_default(),
        name: origin.take_string("tool_name")?,
        content: match result.take("result") {
            Some(content) => parse_content(content, &path.name("result"))?,
            None => Default::default(),
        },
        member: "result",
        is_error: result.take_bool("error") == Some(true),
        cache_point: None,
    };
    reader.note_unread(result, &path);
    Ok(ForeignPart::Result(raw))
}

fn read_reasoning<'a>(
    fields: &mut Fields<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    let mut reasoning = fields.take_object("reasoning", path)?.unwrap_or_default();
    let text = reasoning.take_first_string(&["reasoning_text", "text"])?;
    reader.note_unread(reasoning, &path.name("reasoning"));
    Ok(match text {
        Some(text) => ForeignPart::Block(ReasoningContent::new(text).into()),
        None => ForeignPart::Dropped("its reasoning has no text"),
    })
}
