//! Cache points: where they may be, how many, and how long they live.
//!
//! AWS documents the rules per model at
//! <https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html>.

use outcrop_core::NoteAction;

use super::RepairContext;
use super::auto_cache::is_cacheable;
use crate::catalog::{CachePointScope, CachePoints, CacheTtls};
use crate::encode::turn::{Turn, TurnBlock, is_cache_point};
use crate::rule::Rule;
use crate::wire::{
    CachePointBlock, CacheTtl, CitationsContentBlock, ContentBlock, ReasoningContentBlock,
    ReasoningTextBlock, SystemContentBlock, Tool, ToolResultBlock,
};

/// The path of cache points in the system prompt, which is made from several messages and parameters.
const SYSTEM_PATH: &str = "system";

/// Everything that may have cache points, in the order in which the model reads it.
pub(crate) struct Prompt<'p> {
    pub(crate) tools: &'p mut Vec<Tool>,
    pub(crate) system: &'p mut Vec<SystemContentBlock>,
    pub(crate) turns: &'p mut [Turn],
}

/// Moves cache points to where the service accepts them, and drops those that it would reject.
pub(crate) fn apply_cache_rules(mut prompt: Prompt<'_>, cx: &mut RepairContext<'_>) {
    if !prompt.has_cache_points() {
        return;
    }
    if cx.has(Rule::CacheSupport) {
        drop_unsupported(&mut prompt, cx);
    }
    if cx.has(Rule::CachePosition) {
        let message = "dropped the cache point: there is nothing before it to cache";
        retain(prompt.tools, Rule::CachePosition, message, follows_content(), cx);
        retain(prompt.system, Rule::CachePosition, message, follows_content(), cx);
        for turn in prompt.turns.iter_mut() {
            move_before_uncacheable(turn, cx);
        }
    }
    if cx.has(Rule::CacheLimit) {
        enforce_limit(&mut prompt, cx);
    }
    if cx.has(Rule::CacheTtl) {
        enforce_ttl_order(&mut prompt, cx);
    }
}

/// Drops cache points that the model does not support, or not there, and lifetimes that it does not support.
///
/// An unknown model keeps its cache points.
fn drop_unsupported(prompt: &mut Prompt<'_>, cx: &mut RepairContext<'_>) {
    let rule = Rule::CacheSupport;
    let message = "dropped the cache point: the model does not support it here";
    // A model without prompt caching answers 403, "did not allow prompt caching":
    // https://github.com/BerriAI/litellm/issues/39210 (L65). Nova rejects cache points among tools and next to tool blocks,
    // "extraneous key [cachePoint]": https://github.com/robusta-dev/holmesgpt/issues/2332 (L64, M36).
    let nowhere = cx.model.cache.is_none();
    if nowhere || cx.model.cache == Some(CachePointScope::OutsideTools) {
        retain(prompt.tools, rule, message, |is_point| !is_point, cx);
        retain(prompt.system, rule, message, |is_point| !(is_point && nowhere), cx);
        for turn in prompt.turns.iter_mut().filter(|turn| nowhere || has_tool_blocks(turn)) {
            retain(&mut turn.blocks, rule, message, |is_point| !is_point, cx);
        }
    }
    let is_unsupported: fn(&CacheTtl) -> bool = match cx.model.ttl {
        // Other APIs have other lifetimes, such as OpenAI's `24h`: https://platform.openai.com/docs/guides/prompt-caching.
        CacheTtls::Unknown | CacheTtls::UpToOneHour => |ttl| !ttl.is_known(),
        CacheTtls::FiveMinutes => |ttl| *ttl != CacheTtl::FiveMinutes,
        CacheTtls::Unsupported => |_| true,
    };
    prompt.for_each_cache_point(|point, path| {
        if point.ttl.as_ref().is_some_and(is_unsupported) {
            point.ttl = None;
            let message = "dropped the `ttl` of the cache point: the model does not support it";
            cx.note(rule, NoteAction::Changed, path(), message);
        }
    });
}

/// Moves cache points before the documents, videos and reasoning that they follow, and merges two in a row, keeping the
/// longer lifetime.
fn move_before_uncacheable(turn: &mut Turn, cx: &mut RepairContext<'_>) {
    if !turn.blocks.iter().any(TurnBlock::is_cache_point) {
        return;
    }
    let mut placed: Vec<TurnBlock> = Vec::with_capacity(turn.blocks.len());
    for block in turn.blocks.drain(..) {
        if !block.is_cache_point() {
            placed.push(block);
            continue;
        }
        let path = block.path;
        // "Cache point cannot be inserted after reasoning block": https://github.com/0xPlaygrounds/rig/issues/1673 (M35).
        // Documents and videos have the same error in pydantic-ai's recordings (L60).
        let skipped = placed.iter().rev().take_while(|before| is_uncacheable(&before.block)).count();
        let index = placed.len() - skipped;
        let before = index.checked_sub(1).and_then(|before| placed.get_mut(before));
        match before.map(|before| &mut before.block) {
            None => {
                let message = "dropped the cache point: there is nothing before it that can be cached";
                cx.note(Rule::CachePosition, NoteAction::Dropped, path, message);
            }
            Some(ContentBlock::CachePoint(before)) => {
                if let ContentBlock::CachePoint(point) = block.block {
                    before.ttl = longer(before.ttl.take(), point.ttl);
                }
                let message = "dropped the cache point: there is another one at the same place";
                cx.note(Rule::CachePosition, NoteAction::Dropped, path, message);
            }
            Some(_) => {
                placed.insert(index, block);
                if skipped > 0 {
                    let message =
                        "moved the cache point before the documents, videos or reasoning that it followed";
                    cx.note(Rule::CachePosition, NoteAction::Moved, path, message);
                }
            }
        }
    }
    turn.blocks = placed;
}

/// Keeps the first cache points of tools and system prompt, then the newest of the conversation.
fn enforce_limit(prompt: &mut Prompt<'_>, cx: &mut RepairContext<'_>) {
    let mut total = 0;
    prompt.for_each_cache_point(|_, _| total += 1);
    if total <= CachePoints::MAX {
        return;
    }
    let message = "dropped the cache point: a request has at most four";
    // The oldest points of a conversation are the least useful: a newer one covers their prefix as well (L61).
    let mut left = CachePoints::MAX;
    let mut fits = |is_point: bool| {
        let fits = !is_point || left > 0;
        left -= usize::from(is_point && fits);
        fits
    };
    retain(prompt.tools, Rule::CacheLimit, message, &mut fits, cx);
    retain(prompt.system, Rule::CacheLimit, message, &mut fits, cx);
    for turn in prompt.turns.iter_mut().rev() {
        turn.blocks.reverse();
        retain(&mut turn.blocks, Rule::CacheLimit, message, &mut fits, cx);
        turn.blocks.reverse();
    }
}

/// Shortens the lifetime of cache points that would outlive one before them.
///
/// The service requires that longer lifetimes come first.
fn enforce_ttl_order(prompt: &mut Prompt<'_>, cx: &mut RepairContext<'_>) {
    let mut after_short = false;
    prompt.for_each_cache_point(|point, path| {
        let is_long = point.ttl == Some(CacheTtl::OneHour);
        // The later point gives way: to extend the earlier one would cost more than the caller chose. See
        // https://github.com/BerriAI/litellm/issues/32154 (L63).
        if is_long && after_short {
            point.ttl = None;
            let message = "dropped the `ttl` of the cache point: a cache point before it has a shorter one";
            cx.note(Rule::CacheTtl, NoteAction::Changed, path(), message);
        }
        after_short |= !is_long;
    });
}

/// Keeps the items for which `keep` returns `true`, and notes the cache points that are dropped.
fn retain<T: CachePointSlot>(
    items: &mut Vec<T>,
    rule: Rule,
    message: &'static str,
    mut keep: impl FnMut(bool) -> bool,
    cx: &mut RepairContext<'_>,
) {
    let mut before = 0;
    items.retain(|item| {
        let is_point = item.is_cache_point();
        let is_kept = keep(is_point);
        if !is_kept {
            cx.note(rule, NoteAction::Dropped, item.path(before), message);
        }
        before += usize::from(!is_point);
        is_kept
    });
}

impl Prompt<'_> {
    fn has_cache_points(&self) -> bool {
        self.tools.iter().any(CachePointSlot::is_cache_point)
            || self.system.iter().any(CachePointSlot::is_cache_point)
            || self.turns.iter().any(|turn| turn.blocks.iter().any(TurnBlock::is_cache_point))
    }

    /// Visits all cache points in order, each with its path.
    fn for_each_cache_point(&mut self, mut visit: impl FnMut(&mut CachePointBlock, &dyn Fn() -> String)) {
        let mut before = 0;
        for tool in self.tools.iter_mut() {
            match tool {
                Tool::CachePoint(point) => visit(point, &|| path_after_tools(before)),
                _ => before += 1,
            }
        }
        for block in self.system.iter_mut() {
            if let SystemContentBlock::CachePoint(point) = block {
                visit(point, &|| SYSTEM_PATH.to_owned());
            }
        }
        for block in self.turns.iter_mut().flat_map(|turn| &mut turn.blocks) {
            let path = block.path;
            if let ContentBlock::CachePoint(point) = &mut block.block {
                visit(point, &|| path.to_string());
            }
        }
    }
}

/// Returns a small block that the rules of this file, and those of `cache: auto`, treat like the given one.
///
/// It represents the block in a turn that is kept as bytes alone, so that its cache points can still move.
pub(super) fn cache_placeholder(block: &ContentBlock) -> ContentBlock {
    match block {
        ContentBlock::CachePoint(_) => block.clone(),
        _ if is_uncacheable(block) => {
            ContentBlock::ReasoningContent(ReasoningContentBlock::ReasoningText(ReasoningTextBlock::new()))
        }
        _ if is_tool_block(block) => ContentBlock::ToolResult(ToolResultBlock::new("", Vec::new())),
        _ if is_cacheable(block) => ContentBlock::Text(String::new()),
        _ => ContentBlock::CitationsContent(CitationsContentBlock::new()),
    }
}

/// Returns the path of a cache point after this many tools: that of the tool before it, which the caller attached it to.
fn path_after_tools(before: usize) -> String {
    before.checked_sub(1).map_or_else(|| "tools".to_owned(), |index| format!("tools[{index}]"))
}

/// Returns a predicate for a list: keeps cache points that follow something, and not another cache point.
fn follows_content() -> impl FnMut(bool) -> bool {
    let mut after_content = false;
    move |is_point| {
        let is_kept = !is_point || after_content;
        after_content = !is_point;
        is_kept
    }
}

/// An item of a list that may be a cache point.
trait CachePointSlot {
    fn is_cache_point(&self) -> bool;

    /// Returns its path, given how many other items precede it.
    fn path(&self, before: usize) -> String;
}

impl CachePointSlot for Tool {
    fn is_cache_point(&self) -> bool {
        matches!(self, Self::CachePoint(_))
    }

    fn path(&self, before: usize) -> String {
        path_after_tools(before)
    }
}

impl CachePointSlot for SystemContentBlock {
    fn is_cache_point(&self) -> bool {
        matches!(self, Self::CachePoint(_))
    }

    fn path(&self, _before: usize) -> String {
        SYSTEM_PATH.to_owned()
    }
}

impl CachePointSlot for TurnBlock {
    fn is_cache_point(&self) -> bool {
        is_cache_point(&self.block)
    }

    fn path(&self, _before: usize) -> String {
        self.path.to_string()
    }
}

fn has_tool_blocks(turn: &Turn) -> bool {
    turn.blocks.iter().any(|block| is_tool_block(&block.block))
}

fn is_tool_block(block: &ContentBlock) -> bool {
    matches!(block, ContentBlock::ToolUse(_) | ContentBlock::ToolResult(_))
}

/// Returns whether the service rejects a cache point directly after a block.
fn is_uncacheable(block: &ContentBlock) -> bool {
    matches!(block, ContentBlock::Document(_) | ContentBlock::Video(_) | ContentBlock::ReasoningContent(_))
}

/// Returns the longer of two lifetimes. None means the service's default of five minutes.
fn longer(one: Option<CacheTtl>, other: Option<CacheTtl>) -> Option<CacheTtl> {
    if one == Some(CacheTtl::OneHour) || other.is_none() { one } else { other }
}

#[cfg(test)]
mod tests;
