//! The results of tools.

use super::part;
use super::shapes::{Place, RawResult, is_mcp_result, read_mcp_result};
use crate::content::{ContentBlock, JsonContent, ToolResultContent};
use crate::error::ModelError;
use crate::json::{RawJson, has_lone_surrogate};
use crate::openai::fields::Reader;
use crate::openai::path::Path;
use crate::openai::raw::{Content, lone_surrogate};

/// Parses a result, and returns the last cache point of its parts separately.
///
/// The cache point belongs after the result, not inside it: Converse has no cache points in tool results (L67). `path` is
/// that of the content.
pub(super) fn parse_result(
    result: RawResult<'_>,
    path: &Path<'_>,
    reader: &mut Reader<'_>,
) -> Result<(ToolResultContent, Option<ContentBlock>), ModelError> {
    let RawResult { id, content, is_error, .. } = result;
    let finish = |result: ToolResultContent| if is_error { result.failed() } else { result };
    let content = match content {
        Content::Null => return Ok((finish(ToolResultContent::new(id, "")), None)),
        Content::Text(text) => return Ok((finish(ToolResultContent::new(id, text.as_ref())), None)),
        Content::Scalar(text) => return Ok((finish(ToolResultContent::new(id, text.as_str())), None)),
        content => content,
    };
    // AG2's `output` of a result that is not only text is its JSON in Python's spelling, which programs compare.
    let output = match &content {
        Content::List(parts) if !parts.iter().all(part::is_text) => Some(content.to_json_text()),
        _ => None,
    };
    let parts = match content {
        Content::List(parts) => parts,
        Content::Object(members) if is_mcp_result(&members) => {
            let (parts, has_failed, structured) = read_mcp_result(members, path, reader)?;
            let is_error = is_error || has_failed;
            let nested = RawResult { id, content: parts, is_error, ..RawResult::default() };
            let (mut result, point) = parse_result(nested, &path.name("content"), reader)?;
            if let Some(structured) = structured {
                let failed = result.status.take();
                result = ToolResultContent::with_content(result.tool_call_id, vec![structured]);
                result.status = failed;
            }
            return Ok((result, point));
        }
        part => {
            let block = json_block(&part, path)?;
            return Ok((finish(ToolResultContent::with_content(id, vec![block])), None));
        }
    };
    let mut blocks = Vec::with_capacity(parts.len());
    for (index, part) in parts.into_iter().enumerate() {
        match &part {
            // An object of an unknown type is data of the tool, not a part of the message.
            Content::Object(members) if !part::is_known(members, Place::Result) => {
                blocks.push(json_block(&part, path)?);
            }
            Content::Null | Content::Scalar(_) | Content::List(_) => {
                blocks.push(ContentBlock::text(part.to_json_text()));
            }
            Content::Text(_) | Content::Object(_) => {
                part::parse_part(part, Place::Result, &path.index(index), reader, &mut blocks)?;
            }
        }
    }
    let (mut cache_points, blocks): (Vec<_>, Vec<_>) =
        blocks.into_iter().partition(|block| matches!(block, ContentBlock::CachePoint(_)));
    let mut result = finish(ToolResultContent::with_content(id, blocks));
    if let Some(output) = output {
        result.output = output;
    }
    Ok((result, cache_points.pop()))
}

/// Creates a block of data. Its path is that of the content, whose values are checked as a whole.
fn json_block(part: &Content<'_>, path: &Path<'_>) -> Result<ContentBlock, ModelError> {
    let text = part.to_json_text();
    match RawJson::parse(text) {
        Ok(json) => Ok(JsonContent::new(json).into()),
        Err(_) if has_lone_surrogate(&part.to_json_text()) => Err(lone_surrogate()),
        Err(error) => Err(path.error("InvalidMessage", error.message().to_owned())),
    }
}
