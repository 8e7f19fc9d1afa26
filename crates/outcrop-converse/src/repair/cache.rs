//! Cache points: where, how many, and how long they live.

use outcrop_core::NoteAction;

use super::traits::Places;
use super::{Piece, Repair, Rule, Turn};
use crate::catalog::CacheTtls;
use crate::wire::{
    CachePointBlock, CacheTtl, ContentBlock, ReasoningContentBlock, ReasoningTextBlock, SystemContentBlock,
    Tool, ToolResultBlock,
};

/// The most cache points of a request, over tools, system and messages (lessons L61, M39).
const MOST: usize = 4;

/// All that cache points stand among, in the order in which the model reads it.
pub(crate) struct Cached<'c> {
    pub(crate) tools: &'c mut Vec<Tool>,
    pub(crate) system: &'c mut Vec<SystemContentBlock>,
    pub(crate) turns: &'c mut [Turn],
}

impl Repair<'_> {
    /// Puts cache points where the service takes them, and leaves out those that it would refuse.
    pub(crate) fn mend_cache_points(&mut self, mut cached: Cached<'_>) {
        if !cached.has_points() {
            return;
        }
        if self.has(Rule::CacheSupport) {
            self.drop_unsupported(&mut cached);
        }
        if self.has(Rule::CachePosition) {
            self.place_among_tools_and_system(&mut cached);
            for turn in cached.turns.iter_mut() {
                self.place_in_turn(turn);
            }
        }
        if self.has(Rule::CacheLimit) {
            self.keep_the_most(&mut cached);
        }
        if self.has(Rule::CacheTtl) {
            self.order_by_life(&mut cached);
        }
    }

    /// Leaves out the points that the model does not take at all, or not here, and the `ttl` of the others.
    fn drop_unsupported(&mut self, cached: &mut Cached<'_>) {
        let refuses_all = self.traits.cache == Places::Nowhere;
        let message = "left out, since the model takes no cache point here";
        if self.traits.cache != Places::Everywhere {
            retain(
                cached.tools,
                place_among_tools,
                |tool| !matches!(tool, Tool::CachePoint(_)),
                |place| {
                    self.note(Rule::CacheSupport, NoteAction::Dropped, place, message);
                },
            );
            let is_kept = |block: &SystemContentBlock| {
                !refuses_all || !matches!(block, SystemContentBlock::CachePoint(_))
            };
            retain(
                cached.system,
                |_| SYSTEM.to_owned(),
                is_kept,
                |place| {
                    self.note(Rule::CacheSupport, NoteAction::Dropped, place, message);
                },
            );
            for turn in cached.turns.iter_mut().filter(|turn| refuses_all || has_tools(turn)) {
                turn.pieces.retain(|piece| {
                    let is_point = matches!(piece.block, ContentBlock::CachePoint(_));
                    if is_point {
                        self.note(Rule::CacheSupport, NoteAction::Dropped, piece.place, message);
                    }
                    !is_point
                });
            }
        }
        let is_refused: fn(&CacheTtl) -> bool = match self.traits.ttl {
            CacheTtls::Unknown | CacheTtls::UpToOneHour => return,
            CacheTtls::FiveMinutes => |ttl| *ttl == CacheTtl::OneHour,
            CacheTtls::Refused => |_| true,
        };
        cached.each_point(|point, place| {
            if point.ttl.as_ref().is_some_and(is_refused) {
                point.ttl = None;
                let message = "its `ttl` is left out, since the model does not take it";
                self.note(Rule::CacheSupport, NoteAction::Changed, place(), message);
            }
        });
    }

    /// Leaves out points before which there is nothing, or another point.
    fn place_among_tools_and_system(&mut self, cached: &mut Cached<'_>) {
        let message = "left out, since nothing that could be cached precedes it";
        let mut after_content = false;
        let follows = |is_point: bool, after_content: &mut bool| {
            let stays = !is_point || *after_content;
            *after_content = !is_point;
            stays
        };
        let is_kept = |tool: &Tool| follows(matches!(tool, Tool::CachePoint(_)), &mut after_content);
        retain(cached.tools, place_among_tools, is_kept, |place| {
            self.note(Rule::CachePosition, NoteAction::Dropped, place, message);
        });
        let mut after_content = false;
        let is_kept = |block: &SystemContentBlock| {
            follows(matches!(block, SystemContentBlock::CachePoint(_)), &mut after_content)
        };
        retain(
            cached.system,
            |_| SYSTEM.to_owned(),
            is_kept,
            |place| {
                self.note(Rule::CachePosition, NoteAction::Dropped, place, message);
            },
        );
    }

    /// Moves points before the documents, videos and reasoning that they follow (lessons L60, M35); of two in a row one
    /// is left, that which lives longer.
    fn place_in_turn(&mut self, turn: &mut Turn) {
        let is_point = |piece: &Piece| matches!(piece.block, ContentBlock::CachePoint(_));
        if !turn.pieces.iter().any(is_point) {
            return;
        }
        let mut placed: Vec<Piece> = Vec::with_capacity(turn.pieces.len());
        for piece in turn.pieces.drain(..) {
            if !is_point(&piece) {
                placed.push(piece);
                continue;
            }
            let place = piece.place;
            let passed = placed.iter().rev().take_while(|before| refuses_point_after(&before.block)).count();
            let at = placed.len() - passed;
            let before = at.checked_sub(1).and_then(|before| placed.get_mut(before));
            match before.map(|before| &mut before.block) {
                None => {
                    let message = "left out, since nothing precedes it that could be cached up to it";
                    self.note(Rule::CachePosition, NoteAction::Dropped, place, message);
                }
                Some(ContentBlock::CachePoint(before)) => {
                    if let ContentBlock::CachePoint(point) = piece.block {
                        before.ttl = longer(before.ttl.take(), point.ttl);
                    }
                    let message = "left out, since another cache point stands there";
                    self.note(Rule::CachePosition, NoteAction::Dropped, place, message);
                }
                Some(_) => {
                    placed.insert(at, piece);
                    if passed > 0 {
                        let message = "moved before the documents, videos or reasoning that it followed";
                        self.note(Rule::CachePosition, NoteAction::Moved, place, message);
                    }
                }
            }
        }
        turn.pieces = placed;
    }

    /// Keeps the points of tools and system, then the newest of the conversation.
    fn keep_the_most(&mut self, cached: &mut Cached<'_>) {
        let mut total = 0;
        cached.each_point(|_, _| total += 1);
        if total <= MOST {
            return;
        }
        let message = "left out, since a request takes four cache points";
        let mut left = MOST;
        let mut spend = |is_point: bool| {
            let stays = !is_point || left > 0;
            left -= usize::from(is_point && stays);
            stays
        };
        retain(
            cached.tools,
            place_among_tools,
            |tool| spend(matches!(tool, Tool::CachePoint(_))),
            |place| {
                self.note(Rule::CacheLimit, NoteAction::Dropped, place, message);
            },
        );
        let is_kept = |block: &SystemContentBlock| spend(matches!(block, SystemContentBlock::CachePoint(_)));
        retain(
            cached.system,
            |_| SYSTEM.to_owned(),
            is_kept,
            |place| {
                self.note(Rule::CacheLimit, NoteAction::Dropped, place, message);
            },
        );
        for turn in cached.turns.iter_mut().rev() {
            turn.pieces.reverse();
            turn.pieces.retain(|piece| {
                let stays = spend(matches!(piece.block, ContentBlock::CachePoint(_)));
                if !stays {
                    self.note(Rule::CacheLimit, NoteAction::Dropped, piece.place, message);
                }
                stays
            });
            turn.pieces.reverse();
        }
    }

    /// Shortens the life of points that would outlive one before them.
    ///
    /// The later one gives way: to lengthen the earlier would make the caller pay for what nobody asked for.
    fn order_by_life(&mut self, cached: &mut Cached<'_>) {
        let mut after_short = false;
        cached.each_point(|point, place| {
            let is_long = point.ttl == Some(CacheTtl::OneHour);
            if is_long && after_short {
                point.ttl = None;
                let message = "its `ttl` is left out, since a cache point before it lives for a shorter time";
                self.note(Rule::CacheTtl, NoteAction::Changed, place(), message);
            }
            after_short |= !is_long;
        });
    }
}

impl Cached<'_> {
    fn has_points(&self) -> bool {
        let in_turns =
            |turn: &Turn| turn.pieces.iter().any(|piece| matches!(piece.block, ContentBlock::CachePoint(_)));
        self.tools.iter().any(|tool| matches!(tool, Tool::CachePoint(_)))
            || self.system.iter().any(|block| matches!(block, SystemContentBlock::CachePoint(_)))
            || self.turns.iter().any(in_turns)
    }

    /// Visits all points in order, each with its place.
    fn each_point(&mut self, mut visit: impl FnMut(&mut CachePointBlock, &dyn Fn() -> String)) {
        let mut before = 0;
        for tool in self.tools.iter_mut() {
            match tool {
                Tool::CachePoint(point) => visit(point, &|| place_among_tools(before)),
                _ => before += 1,
            }
        }
        for block in self.system.iter_mut() {
            if let SystemContentBlock::CachePoint(point) = block {
                visit(point, &|| SYSTEM.to_owned());
            }
        }
        for piece in self.turns.iter_mut().flat_map(|turn| &mut turn.pieces) {
            let place = piece.place;
            if let ContentBlock::CachePoint(point) = &mut piece.block {
                visit(point, &|| place.to_string());
            }
        }
    }
}

/// What counts the same as a block for the rules of this file, and holds nothing of it but a cache point.
pub(crate) fn stand_in(block: &ContentBlock) -> ContentBlock {
    match block {
        ContentBlock::CachePoint(_) => block.clone(),
        _ if refuses_point_after(block) => {
            ContentBlock::ReasoningContent(ReasoningContentBlock::ReasoningText(ReasoningTextBlock::new()))
        }
        _ if is_of_tools(block) => ContentBlock::ToolResult(ToolResultBlock::new("", Vec::new())),
        _ => ContentBlock::Text(String::new()),
    }
}

/// The place of points in the system prompt, which is of several messages and of parameters.
const SYSTEM: &str = "system";

/// The place of a point after so many tools: that of the tool before it, which the caller gave it to.
fn place_among_tools(before: usize) -> String {
    before.checked_sub(1).map_or_else(|| "tools".to_owned(), |index| format!("tools[{index}]"))
}

/// Keeps some items of a list, and tells of the places of the others, by how many that are no points stand before.
fn retain<T: MayBePoint>(
    items: &mut Vec<T>,
    place: impl Fn(usize) -> String,
    mut is_kept: impl FnMut(&T) -> bool,
    mut dropped: impl FnMut(String),
) {
    let mut before = 0;
    items.retain(|item| {
        let stays = is_kept(item);
        if !stays {
            dropped(place(before));
        }
        before += usize::from(!item.is_point());
        stays
    });
}

/// What may be a cache point among others.
trait MayBePoint {
    fn is_point(&self) -> bool;
}

impl MayBePoint for Tool {
    fn is_point(&self) -> bool {
        matches!(self, Self::CachePoint(_))
    }
}

impl MayBePoint for SystemContentBlock {
    fn is_point(&self) -> bool {
        matches!(self, Self::CachePoint(_))
    }
}

fn has_tools(turn: &Turn) -> bool {
    turn.pieces.iter().any(|piece| is_of_tools(&piece.block))
}

fn is_of_tools(block: &ContentBlock) -> bool {
    matches!(block, ContentBlock::ToolUse(_) | ContentBlock::ToolResult(_))
}

fn refuses_point_after(block: &ContentBlock) -> bool {
    matches!(block, ContentBlock::Document(_) | ContentBlock::Video(_) | ContentBlock::ReasoningContent(_))
}

/// The longer of two lives; none means five minutes.
fn longer(one: Option<CacheTtl>, other: Option<CacheTtl>) -> Option<CacheTtl> {
    if one == Some(CacheTtl::OneHour) || other.is_none() { one } else { other }
}
