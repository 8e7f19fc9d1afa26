//! The parts of a history that must stay together, and cutting between them.

use std::ops::Range;

use outcrop_core::{ContentBlock, Role, UnifiedMessage};

use super::HistorySize;

/// A part of a history: an assistant turn with the results of its tool calls, or one other message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) messages: Range<usize>,
    pub(super) kind: UnitKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnitKind {
    User,
    Assistant,
    /// Instructions within the conversation. They are never left out.
    Instruction,
}

/// A history that was cut in two.
#[derive(Debug, Default)]
pub(super) struct Cut<'a> {
    /// The older messages.
    pub(super) old: Vec<&'a UnifiedMessage>,
    /// The messages to keep. A user message precedes the first assistant message, as most models require.
    pub(super) kept: Vec<&'a UnifiedMessage>,
}

/// The limit of a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    Messages(usize),
    Tokens(u64),
}

impl Limit {
    pub(super) fn is_exceeded(self, size: &HistorySize) -> bool {
        match self {
            Self::Messages(limit) => size.messages > limit,
            Self::Tokens(limit) => size.tokens > limit,
        }
    }

    /// Cuts a history so that the newer part has about half of the limit. Returns `None` if nothing can be left out.
    ///
    /// Half, and not all of it: each cut changes the beginning of the prompt, and a provider then has nothing of it in its
    /// cache. With a cut at every step, no step could be served from the cache.
    pub(super) fn cut(self, messages: &[UnifiedMessage], size: HistorySize) -> Option<Cut<'_>> {
        let units = units(messages);
        let weights: Vec<u64> = units.iter().map(|unit| self.weight(messages, unit)).collect();
        let total: u64 = weights.iter().sum();
        let target = match self {
            Self::Messages(limit) => u64::try_from(limit.min(size.messages) / 2).unwrap_or(u64::MAX),
            // The weights are estimates. Their share of the sum is more exact than the estimates themselves.
            Self::Tokens(limit) => share(total, limit.min(size.tokens) / 2, size.tokens),
        };
        let mut kept = 0;
        let newest = weights.iter().rev().take_while(|weight| {
            kept += **weight;
            kept <= target
        });
        // The newest unit is kept even if it is too large alone: the model could not respond to anything else.
        let first = units.len().saturating_sub(newest.count().max(1));
        let cut = cut_before(messages, &units, first);
        (!cut.old.is_empty()).then_some(cut)
    }

    fn weight(self, messages: &[UnifiedMessage], unit: &Unit) -> u64 {
        match self {
            Self::Messages(_) => u64::try_from(unit.messages.len()).unwrap_or(u64::MAX),
            Self::Tokens(_) => messages_of(messages, unit).iter().map(estimate_tokens).sum(),
        }
    }
}

/// Returns `total` times `part` through `whole`.
fn share(total: u64, part: u64, whole: u64) -> u64 {
    let product = u128::from(total) * u128::from(part);
    product.checked_div(u128::from(whole)).and_then(|share| u64::try_from(share).ok()).unwrap_or(total)
}

/// Divides a history into units.
fn units(messages: &[UnifiedMessage]) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    let mut previous: Option<&UnifiedMessage> = None;
    for (index, message) in messages.iter().enumerate() {
        let is_same_turn = message.role == Role::Assistant
            && previous.is_some_and(|previous| previous.role == Role::Assistant);
        // In Anthropic's form, results are in user messages, possibly next to text.
        let has_results = message.role == Role::Tool
            || message.content.iter().any(|block| matches!(block, ContentBlock::ToolResult(_)));
        match units.last_mut() {
            Some(last) if last.kind == UnitKind::Assistant && (is_same_turn || has_results) => {
                last.messages.end = index + 1;
            }
            _ => units.push(Unit { messages: index..index + 1, kind: kind(message) }),
        }
        previous = Some(message);
    }
    units
}

fn kind(message: &UnifiedMessage) -> UnitKind {
    match message.role {
        Role::Assistant => UnitKind::Assistant,
        _ if message.role.is_instruction() => UnitKind::Instruction,
        _ => UnitKind::User,
    }
}

/// Cuts a history before a unit. Instructions, and the user message before the first assistant turn, are kept.
fn cut_before<'a>(messages: &'a [UnifiedMessage], units: &[Unit], first: usize) -> Cut<'a> {
    let next = units.iter().skip(first).find(|unit| unit.kind != UnitKind::Instruction);
    let question = match next {
        Some(next) if next.kind == UnitKind::Assistant => {
            units.iter().take(first).rposition(|unit| unit.kind == UnitKind::User)
        }
        _ => None,
    };
    let mut cut = Cut::default();
    for (index, unit) in units.iter().enumerate() {
        let is_kept = index >= first || Some(index) == question || unit.kind == UnitKind::Instruction;
        let part = if is_kept { &mut cut.kept } else { &mut cut.old };
        part.extend(messages_of(messages, unit));
    }
    cut
}

fn messages_of<'a>(messages: &'a [UnifiedMessage], unit: &Unit) -> &'a [UnifiedMessage] {
    messages.get(unit.messages.clone()).unwrap_or_default()
}

/// Estimates the tokens of a message. English text has about four characters per token.
pub(super) fn estimate_tokens(message: &UnifiedMessage) -> u64 {
    message.content.iter().map(estimate_block).sum()
}

fn estimate_block(block: &ContentBlock) -> u64 {
    /// The tokens of an image of one megapixel, see <https://docs.anthropic.com/en/docs/build-with-claude/vision>. Other
    /// models charge less or a little more.
    const IMAGE: u64 = 1_600;
    let text = |length: usize| u64::try_from(length / 4).unwrap_or(u64::MAX);
    match block {
        ContentBlock::Image(_) => IMAGE,
        ContentBlock::Json(block) => text(block.json.as_str().len()),
        ContentBlock::Document(document) => {
            let chunks = document.chunks.iter().flatten().map(String::len).sum::<usize>();
            text(document.text.as_ref().map_or(0, String::len) + chunks)
        }
        ContentBlock::ToolResult(result) => match &result.content {
            Some(content) => content.iter().map(estimate_block).sum(),
            None => text(result.output.len()),
        },
        block => text(block.rendered_text().len()),
    }
}
