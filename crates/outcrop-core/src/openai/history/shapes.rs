//! Messages and parts as other APIs and frameworks store them.
//!
//! Each shape has a file. A shape is read if the members of a message or a part make it certain; a shape that is known and
//! not read is an error that names it ([`unsupported`]). What a reader does not use is noted.
//!
//! - [`part_reader`] finds the reader of a part.
//! - [`rewrite`] gives a message the members of OpenAI's API, and its content blocks the order in which they belong.

mod ag2;
mod anthropic;
mod audio;
mod converse;
mod gemini;
mod haystack;
mod langchain;
mod llama_index;
mod mcp;
mod ollama;
mod openrouter;
mod responses;
mod unsupported;
mod vercel;

use serde_json::value::RawValue;

use super::call;
use super::media::{self, MediaKind};
use crate::content::{CachePointContent, ContentBlock, ReasoningContent, ToolCallContent, ToolResultContent};
use crate::error::ModelError;
use crate::openai::fields::{Fields, Reader};
use crate::openai::path::Path;
use crate::openai::raw::{Content, Message, string};
use crate::role::Role;
pub(super) use mcp::{is_result as is_mcp_result, read_result as read_mcp_result};

/// Where a part is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In a message.
    Message,
    /// In the result of a tool. Its parts may be data of the tool, and results have no results in them.
    Result,
}

/// What a part of another shape becomes.
pub(super) enum ForeignPart<'a> {
    Block(ContentBlock),
    /// The result of a tool, whose content has parts of its own.
    Result(RawResult<'a>),
    /// A call together with its result. The results come after all calls of the step.
    Run(ToolCallContent, Option<ToolResultContent>),
    /// Nothing, for this reason.
    Dropped(&'static str),
}

/// The result of a tool whose content is not parsed yet.
#[derive(Default)]
pub(super) struct RawResult<'a> {
    /// The id of the call. It is empty if the result has none.
    pub(super) id: String,
    /// The name of the tool, as far as the result has it.
    pub(super) name: Option<String>,
    pub(super) content: Content<'a>,
    /// The member that has the content.
    pub(super) member: &'static str,
    pub(super) is_error: bool,
    pub(super) cache_point: Option<ContentBlock>,
}

/// Reads a part of one shape. What it does not use stays in the fields.
pub(super) type PartReader =
    for<'a> fn(&mut Fields<'a>, &Path<'_>, &mut Reader<'_>) -> Result<ForeignPart<'a>, ModelError>;

/// Returns the reader of a part, if its type and its members belong to a known shape.
pub(super) fn part_reader(kind: &str, fields: &Fields<'_>, place: Place) -> Option<PartReader> {
    // This crate's own blocks share some types with other shapes, and have this member in JSON.
    if fields.has("extra") {
        return None;
    }
    anthropic::part_reader(kind, fields, place)
        .or_else(|| vercel::part_reader(kind, fields, place))
        .or_else(|| responses::part_reader(kind, fields, place))
        .or_else(|| langchain::part_reader(kind, fields, place))
        .or_else(|| llama_index::part_reader(fields))
        .or_else(|| mcp::part_reader(kind, fields, place))
        .or_else(|| gemini::part_reader(kind, fields))
        .or_else(|| haystack::part_reader(fields, place))
        .or_else(|| converse::part_reader(kind, fields, place))
}

/// Returns the reader of a medium.
fn media_reader(kind: MediaKind) -> PartReader {
    match kind {
        MediaKind::Image => |fields, path, reader| read_media(MediaKind::Image, fields, path, reader),
        MediaKind::Audio => |fields, path, reader| read_media(MediaKind::Audio, fields, path, reader),
        MediaKind::Video => |fields, path, reader| read_media(MediaKind::Video, fields, path, reader),
        MediaKind::Document => |fields, path, reader| read_media(MediaKind::Document, fields, path, reader),
        MediaKind::File => |fields, path, reader| read_media(MediaKind::File, fields, path, reader),
    }
}

/// Reads a medium.
fn read_media<'a>(
    kind: MediaKind,
    fields: &mut Fields<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    Ok(match media::read_media(kind, fields, path, reader)? {
        Some(block) => ForeignPart::Block(block),
        None => ForeignPart::Dropped("its source has no known form"),
    })
}

/// Reads a call.
fn read_call<'a>(
    fields: &mut Fields<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    Ok(ForeignPart::Block(call::read_call(fields, path, reader)?.into()))
}

/// Drops the call or the result of a tool that another service runs.
fn drop_server_tool<'a>(
    fields: &mut Fields<'a>,
    _path: &Path<'_>,
    _reader: &mut Reader<'_>,
) -> Result<ForeignPart<'a>, ModelError> {
    // The note on the part covers its members.
    *fields = Fields::default();
    Ok(ForeignPart::Dropped("its tool ran at another service"))
}

/// What a shape adds to a message in OpenAI's form.
#[derive(Default)]
pub(super) struct Additions<'a> {
    /// The role, if other members than `role` decide it.
    pub(super) role: Option<Role>,
    /// Reasoning, which comes first.
    pub(super) reasoning: Vec<ReasoningContent>,
    /// Blocks after it.
    pub(super) after: Vec<ContentBlock>,
    /// Results in AG2's `tool_responses`, which come before the content of the message.
    pub(super) responses: Vec<RawResult<'a>>,
    /// Images as parts of OpenAI's API, which come after the content.
    pub(super) images: Vec<&'a RawValue>,
    /// Results of calls of the same message, which come after all blocks.
    pub(super) results: Vec<ContentBlock>,
    /// The name of the tool of a result, for results without an id.
    pub(super) tool_name: Option<String>,
    pub(super) cache_point: Option<CachePointContent>,
}

impl Additions<'_> {
    /// Adds a call, which makes the message one of the assistant.
    fn add_call(&mut self, call: ToolCallContent) {
        self.role = Some(Role::Assistant);
        self.after.push(call.into());
    }
}

/// Reads the name of a message.
fn take_name(message: &mut Message<'_>) -> Result<String, ModelError> {
    Ok(message.name.take().map(string).transpose()?.flatten().unwrap_or_default())
}

/// Gives a message of another shape the members of OpenAI's API.
///
/// Several shapes may apply to one message: gateways add members of one to messages of another.
///
/// # Errors
/// The shape is known and not supported, or a member does not have the form of its shape.
pub(super) fn rewrite<'a>(
    message: &mut Message<'a>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<Additions<'a>, ModelError> {
    let mut additions = Additions::default();
    langchain::unwrap(message, path, reader)?;
    let mut other = Fields::from(std::mem::take(&mut message.other));
    unsupported::check(message, &other, path)?;
    langchain::rewrite(message, &mut other, &mut additions, path, reader)?;
    responses::rewrite(message, &mut other, &mut additions, path, reader)?;
    llama_index::rewrite(message, &mut other, path)?;
    vercel::rewrite(message, &mut other, &mut additions, path, reader)?;
    gemini::rewrite(message, &mut other, path)?;
    ollama::rewrite(message, &mut other, &mut additions)?;
    openrouter::rewrite(message, &mut other, &mut additions, path, reader)?;
    ag2::rewrite(message, &mut other, &mut additions, path, reader)?;
    audio::rewrite(&mut other, &mut additions, path, reader)?;
    message.other = other.into();
    Ok(additions)
}
