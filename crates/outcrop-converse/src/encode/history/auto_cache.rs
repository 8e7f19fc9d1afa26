//! `cache: auto`: whether a model supports it, where a turn can have a cache point, and how large a turn is.
//!
//! Everything here depends on the model and on one turn alone, so that it stays the same while a conversation grows.
//! `auto_placement` decides which turns have cache points.

use outcrop_core::{AutoCache, Note, NoteAction, PromptCache};

use crate::catalog::{CachePointScope, CachePoints, CacheTtls, Caching};
use crate::encode::turn::{Turn, TurnBlock};
use crate::rule::Rule;
use crate::wire::{
    CachePointBlock, CachePointType, CacheTtl, ContentBlock, DocumentSource, GuardrailConverseContentBlock,
    MediaSource, ReasoningContentBlock, ToolResultContentBlock,
};

/// The path of the parameter.
pub(super) const PATH: &str = "cache";

/// The minimum number of tokens for a model whose minimum is not known: that of most models. A cache point before it has no
/// effect and costs nothing. See <https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html>.
const DEFAULT_MIN_TOKENS: usize = 1024;

/// The bytes of text in a token, the usual rule of thumb for English. Other languages have more tokens for as many bytes.
const BYTES_PER_TOKEN: usize = 4;

/// The bytes of media that count as a byte of text: a photo of 200 kB is then 1,000 tokens.
const MEDIA_BYTES: usize = 50;

/// The size of media that are not in the request: about 250 tokens.
const REMOTE_MEDIA: usize = 1000;

/// What decides where the cache points of a request go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AutoCachePlan {
    /// Whether cache points may be among tools, and in turns with tool blocks.
    pub(super) among_tools: bool,
    /// The sizes of the prompts that can be cached, in bytes of text.
    pub(super) min: usize,
    pub(super) max: usize,
    /// Whether the entries live for an hour.
    pub(super) one_hour: bool,
    /// Whether the lifetime is sent.
    has_ttl: bool,
}

/// Decides whether cache points are placed. If the model does not support them, a note says so.
pub(crate) fn plan(
    cache: Option<&PromptCache>,
    caching: Caching,
    is_verbatim: bool,
    notes: &mut Vec<Note>,
) -> Option<AutoCachePlan> {
    let Some(PromptCache::Auto(auto)) = cache else { return None };
    let points = match caching {
        _ if is_verbatim => Err("turns are sent unchanged"),
        Caching::Points(points) => match points.scope {
            CachePointScope::Unknown => Err("the catalog does not know where the model supports them"),
            _ => Ok(points),
        },
        Caching::Unsupported => Err("the model does not support prompt caching"),
        Caching::Implicit => Err("the model caches without cache points"),
        Caching::Unknown => Err("the catalog does not know whether the model supports them"),
    };
    match points {
        Ok(points) => {
            let ttl = supported_ttl(auto, points, notes);
            let bytes = |tokens: usize| tokens.saturating_mul(BYTES_PER_TOKEN);
            let max = points.max_tokens.and_then(|max| usize::try_from(max).ok());
            Some(AutoCachePlan {
                among_tools: points.scope == CachePointScope::Everywhere,
                min: bytes(points.min_tokens.map_or(DEFAULT_MIN_TOKENS, usize::from)),
                max: max.map_or(usize::MAX, bytes),
                one_hour: ttl == Some(CacheTtl::OneHour),
                has_ttl: ttl.is_some(),
            })
        }
        Err(reason) => {
            // A warning, because a client uses one setting for several models, also in strict mode.
            let message = format!("placed no cache points: {reason}");
            notes.push(Note::new("cache.auto", NoteAction::Warned, PATH, message));
            None
        }
    }
}

/// Returns the lifetime that the caller set, if the model is known to support it.
fn supported_ttl(auto: &AutoCache, points: CachePoints, notes: &mut Vec<Note>) -> Option<CacheTtl> {
    let ttl = CacheTtl::from(auto.ttl.as_deref()?);
    match (&ttl, points.ttl) {
        (CacheTtl::FiveMinutes | CacheTtl::OneHour, CacheTtls::UpToOneHour)
        | (CacheTtl::FiveMinutes, CacheTtls::FiveMinutes) => Some(ttl),
        // The default, which needs no member.
        (CacheTtl::FiveMinutes, _) => None,
        _ => {
            let message = "dropped the `ttl`: the model is not known to support it";
            notes.push(Note::new(Rule::CacheSupport.id(), NoteAction::Dropped, PATH, message));
            None
        }
    }
}

/// Where a turn can have a cache point.
#[derive(Clone, Copy, Debug)]
pub(super) enum Spot {
    /// It has one of the caller's, after everything that can be cached.
    Taken,
    /// Before so many blocks at its end, which cannot be cached.
    Before(usize),
}

impl AutoCachePlan {
    /// Returns the last place of a turn that can have a cache point.
    pub(super) fn spot(&self, blocks: &[TurnBlock]) -> Option<Spot> {
        if !self.among_tools && blocks.iter().any(|block| is_tool_block(&block.block)) {
            return None;
        }
        let after = blocks.iter().rev().take_while(|block| !is_cacheable(&block.block)).count();
        let has_content = after < blocks.len();
        let is_taken = blocks.iter().rev().take(after).any(TurnBlock::is_cache_point);
        has_content.then_some(if is_taken { Spot::Taken } else { Spot::Before(after) })
    }

    pub(super) fn fits(&self, size: usize) -> bool {
        (self.min..=self.max).contains(&size)
    }

    pub(super) fn cache_point(&self, with_ttl: bool) -> CachePointBlock {
        let mut point = CachePointBlock::new(CachePointType::Default);
        let ttl = if self.one_hour { CacheTtl::OneHour } else { CacheTtl::FiveMinutes };
        point.ttl = Some(ttl).filter(|_| with_ttl && self.has_ttl);
        point
    }
}

/// Inserts a cache point into a turn, before so many blocks at its end.
pub(super) fn insert(turn: &mut Turn, after: usize, point: CachePointBlock) {
    let index = turn.blocks.len().saturating_sub(after);
    // The path is that of the block before it, which is never looked at: the cache point is not the caller's.
    let Some(before) = index.checked_sub(1).and_then(|before| turn.blocks.get(before)) else { return };
    let block = TurnBlock::new(ContentBlock::CachePoint(point), before.path);
    turn.blocks.insert(index, block);
}

fn is_tool_block(block: &ContentBlock) -> bool {
    matches!(block, ContentBlock::ToolUse(_) | ContentBlock::ToolResult(_))
}

/// Returns whether a cache point may follow a block: the kinds after which the service is known to accept one.
pub(super) fn is_cacheable(block: &ContentBlock) -> bool {
    matches!(
        block,
        ContentBlock::Text(_)
            | ContentBlock::Image(_)
            | ContentBlock::ToolUse(_)
            | ContentBlock::ToolResult(_)
            | ContentBlock::GuardContent(_)
    )
}

/// Returns the size of a turn, in bytes of text: an estimate that depends on nothing but its blocks.
pub(super) fn size_of_turn(turn: &Turn) -> usize {
    turn.blocks.iter().map(|block| size_of_block(&block.block)).sum()
}

fn size_of_block(block: &ContentBlock) -> usize {
    match block {
        ContentBlock::Text(text) => text.len(),
        ContentBlock::Image(image) => size_of_media(&image.source),
        ContentBlock::Video(video) => size_of_media(&video.source),
        ContentBlock::Audio(audio) => size_of_media(&audio.source),
        ContentBlock::Document(document) => size_of_document(&document.source),
        ContentBlock::ToolUse(call) => {
            call.name.len() + call.input.as_ref().map_or(0, |input| input.as_str().len())
        }
        ContentBlock::ToolResult(result) => result.content.iter().map(size_of_result_part).sum(),
        ContentBlock::GuardContent(GuardrailConverseContentBlock::Text(text)) => text.text.len(),
        ContentBlock::ReasoningContent(ReasoningContentBlock::ReasoningText(reasoning)) => {
            reasoning.text.as_ref().map_or(0, String::len)
        }
        _ => 0,
    }
}

fn size_of_result_part(part: &ToolResultContentBlock) -> usize {
    match part {
        ToolResultContentBlock::Text(text) => text.len(),
        ToolResultContentBlock::Json(json) => json.as_str().len(),
        ToolResultContentBlock::Image(image) => size_of_media(&image.source),
        ToolResultContentBlock::Video(video) => size_of_media(&video.source),
        ToolResultContentBlock::Document(document) => size_of_document(&document.source),
        _ => 0,
    }
}

fn size_of_media(source: &MediaSource) -> usize {
    match source {
        MediaSource::Bytes(blob) => blob.len() / MEDIA_BYTES,
        _ => REMOTE_MEDIA,
    }
}

fn size_of_document(source: &DocumentSource) -> usize {
    match source {
        DocumentSource::Bytes(blob) => blob.len() / MEDIA_BYTES,
        DocumentSource::Text(text) => text.len(),
        _ => REMOTE_MEDIA,
    }
}

#[cfg(test)]
mod tests;
