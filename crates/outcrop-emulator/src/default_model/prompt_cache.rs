//! The prompt cache: which beginnings of requests were seen before, so that `usage` shows what cache points are worth.
//!
//! A point whose beginning is known reads it, and one whose beginning is new writes it, if it has the minimum number of
//! tokens of the model. See <https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html>.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use outcrop_converse::catalog::{Caching, Catalog};
use outcrop_converse::wire::{
    CacheDetail, CachePointBlock, CacheTtl, ContentBlock, ConverseRequest, SystemContentBlock, TokenUsage,
    Tool,
};
use tokio::time::Instant;

use super::tokens;
use crate::protocol::prefix::PrefixHash;

/// The minimum number of tokens for a model whose minimum is not known.
const DEFAULT_MIN_TOKENS: u64 = 1024;

/// The number of blocks before a point among which an older entry is found.
// Claude on Bedrock looks back about twenty blocks, so one point that moves with the conversation is enough. See
// https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html#prompt-caching-simplified.
const LOOKBACK: usize = 20;

/// The maximum number of entries. A test makes few, and a server that runs for weeks must not grow.
const MAX_ENTRIES: usize = 10_000;

/// The beginnings that were written, with the time at which each expires.
#[derive(Debug, Default)]
pub(crate) struct PromptCache(Mutex<BTreeMap<PrefixHash, Instant>>);

/// A place between two blocks of a request.
struct Boundary {
    hash: PrefixHash,
    /// The number of characters before it.
    characters: usize,
}

/// A cache point and the boundary at which it is.
struct Point {
    boundary: usize,
    ttl: Option<CacheTtl>,
}

/// The blocks of a request in the order in which models read them, with its cache points.
struct Beginnings {
    boundaries: Vec<Boundary>,
    points: Vec<Point>,
}

impl PromptCache {
    /// Reads and writes the beginnings at the cache points of a request, and adds their tokens to the usage.
    pub(super) fn account(&self, model: &str, request: &ConverseRequest, usage: &mut TokenUsage) {
        let Some(min_tokens) = min_tokens(model) else { return };
        let beginnings = Beginnings::of_request(model, request);
        if beginnings.points.is_empty() {
            return;
        }
        let now = Instant::now();
        let mut entries = self.entries();
        let is_claude = model.contains("claude");
        let lookback = if is_claude { LOOKBACK } else { 0 };
        let read =
            beginnings.longest_known(lookback, |hash| entries.get(&hash).is_some_and(|end| *end > now));
        let read_tokens =
            read.map(tokens::of_characters).filter(|tokens| *tokens >= min_tokens).unwrap_or_default();

        let mut cached = read_tokens;
        let mut details: Vec<CacheDetail> = Vec::new();
        for point in &beginnings.points {
            let Some(boundary) = beginnings.boundaries.get(point.boundary) else { continue };
            let tokens = tokens::of_characters(boundary.characters);
            if tokens < min_tokens {
                continue;
            }
            let ttl = point.ttl.clone().unwrap_or(CacheTtl::FiveMinutes);
            // A hit renews the entry as well.
            entries.insert(boundary.hash, now + lifetime(&ttl));
            let written = tokens.saturating_sub(cached);
            cached = cached.max(tokens);
            match details.iter_mut().find(|detail| detail.ttl == ttl) {
                Some(detail) => detail.input_tokens = detail.input_tokens.saturating_add(written),
                None if written > 0 => details.push(CacheDetail::new(ttl, written)),
                None => {}
            }
        }
        if entries.len() > MAX_ENTRIES {
            entries.retain(|_, end| *end > now);
        }
        if entries.len() > MAX_ENTRIES {
            entries.clear();
        }
        drop(entries);

        let written = cached.saturating_sub(read_tokens);
        usage.input_tokens = usage.input_tokens.map(|input| input.saturating_sub(cached));
        usage.cache_read_input_tokens = Some(read_tokens);
        usage.cache_write_input_tokens = Some(written);
        usage.cache_details = Some(details).filter(|details| !details.is_empty());
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        self.entries().clear();
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<PrefixHash, Instant>> {
        // The entries are valid after each statement, so a panic in another task does not matter.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the minimum number of tokens before a cache point, or `None` for a model without cache points.
fn min_tokens(model: &str) -> Option<u64> {
    match Catalog::default().capabilities(model).caching {
        Caching::Points(points) => Some(points.min_tokens.map_or(DEFAULT_MIN_TOKENS, u64::from)),
        Caching::Unsupported | Caching::Implicit => None,
        _ => Some(DEFAULT_MIN_TOKENS),
    }
}

fn lifetime(ttl: &CacheTtl) -> Duration {
    match ttl {
        CacheTtl::OneHour => Duration::from_secs(3600),
        _ => Duration::from_secs(300),
    }
}

impl Beginnings {
    fn of_request(model: &str, request: &ConverseRequest) -> Self {
        let start = Boundary { hash: PrefixHash::new().bytes(model.as_bytes()), characters: 0 };
        let mut beginnings = Self { boundaries: vec![start], points: Vec::new() };
        for tool in request.tool_config.iter().flat_map(|config| &config.tools) {
            match tool {
                Tool::CachePoint(point) => beginnings.point(point),
                tool => beginnings.block(|hash| hash.value(tool), tokens::characters_of_tool(tool)),
            }
        }
        for block in request.system.iter().flatten() {
            match block {
                SystemContentBlock::CachePoint(point) => beginnings.point(point),
                block => beginnings.block(|hash| hash.value(block), tokens::characters_of_system(block)),
            }
        }
        for message in request.messages.iter().flatten() {
            for block in message.blocks() {
                match block {
                    ContentBlock::CachePoint(point) => beginnings.point(point),
                    block => beginnings.block(
                        |hash| hash.value(&message.role).value(block),
                        tokens::characters_of_block(block),
                    ),
                }
            }
        }
        beginnings
    }

    fn block(&mut self, add: impl FnOnce(PrefixHash) -> PrefixHash, characters: usize) {
        if let Some(last) = self.boundaries.last() {
            let next =
                Boundary { hash: add(last.hash), characters: last.characters.saturating_add(characters) };
            self.boundaries.push(next);
        }
    }

    fn point(&mut self, point: &CachePointBlock) {
        self.points.push(Point { boundary: self.boundaries.len().saturating_sub(1), ttl: point.ttl.clone() });
    }

    /// Returns the characters of the longest known beginning at a point, or up to so many blocks before one.
    fn longest_known(&self, lookback: usize, is_known: impl Fn(PrefixHash) -> bool) -> Option<usize> {
        let before = |point: &Point| point.boundary.saturating_sub(lookback)..=point.boundary;
        let candidates = self.points.iter().flat_map(before).filter_map(|index| self.boundaries.get(index));
        candidates.filter(|boundary| is_known(boundary.hash)).map(|boundary| boundary.characters).max()
    }
}
