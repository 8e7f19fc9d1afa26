//! Cache points: where, how many, and how long they live.

use outcrop_core::NoteAction;

use super::traits::Places;
use super::{Piece, Repair, Rule, Turn, is_point};
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
        let rule = Rule::CacheSupport;
        if self.traits.cache != Places::Everywhere {
            self.keep(cached.tools, rule, message, |is_point| !is_point);
            self.keep(cached.system, rule, message, |is_point| !(is_point && refuses_all));
            for turn in cached.turns.iter_mut().filter(|turn| refuses_all || has_tools(turn)) {
                self.keep(&mut turn.pieces, rule, message, |is_point| !is_point);
            }
        }
        let is_refused: fn(&CacheTtl) -> bool = match self.traits.ttl {
            CacheTtls::Unknown | CacheTtls::UpToOneHour => return,
            CacheTtls::FiveMinutes => |ttl| *ttl == CacheTtl::OneHour,
            CacheTtls::Unsupported => |_| true,
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
        self.keep(cached.tools, Rule::CachePosition, message, follows_content());
        self.keep(cached.system, Rule::CachePosition, message, follows_content());
    }

    /// Moves points before the documents, videos and reasoning that they follow (lessons L60, M35); of two in a row one
    /// is left, that which lives longer.
    fn place_in_turn(&mut self, turn: &mut Turn) {
        if !turn.pieces.iter().any(Piece::is_point) {
            return;
        }
        let mut placed: Vec<Piece> = Vec::with_capacity(turn.pieces.len());
        for piece in turn.pieces.drain(..) {
            if !piece.is_point() {
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
        self.keep(cached.tools, Rule::CacheLimit, message, &mut spend);
        self.keep(cached.system, Rule::CacheLimit, message, &mut spend);
        for turn in cached.turns.iter_mut().rev() {
            turn.pieces.reverse();
            self.keep(&mut turn.pieces, Rule::CacheLimit, message, &mut spend);
            turn.pieces.reverse();
        }
    }

    /// Keeps what shall stay, and notes the points that do not.
    fn keep<T: MayBePoint>(
        &mut self,
        items: &mut Vec<T>,
        rule: Rule,
        message: &'static str,
        mut stays: impl FnMut(bool) -> bool,
    ) {
        let mut before = 0;
        items.retain(|item| {
            let is_point = item.is_point();
            let stays = stays(is_point);
            if !stays {
                self.note(rule, NoteAction::Dropped, item.place(before), message);
            }
            before += usize::from(!is_point);
            stays
        });
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
        self.tools.iter().any(Tool::is_point)
            || self.system.iter().any(SystemContentBlock::is_point)
            || self.turns.iter().any(|turn| turn.pieces.iter().any(Piece::is_point))
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

/// Whether an item of a list stays: points do that follow something, and no other point.
fn follows_content() -> impl FnMut(bool) -> bool {
    let mut after_content = false;
    move |is_point| {
        let stays = !is_point || after_content;
        after_content = !is_point;
        stays
    }
}

/// What may be a cache point among others.
trait MayBePoint {
    fn is_point(&self) -> bool;

    /// Its place, by how many that are no points stand before it.
    fn place(&self, before: usize) -> String;
}

impl MayBePoint for Tool {
    fn is_point(&self) -> bool {
        matches!(self, Self::CachePoint(_))
    }

    fn place(&self, before: usize) -> String {
        place_among_tools(before)
    }
}

impl MayBePoint for SystemContentBlock {
    fn is_point(&self) -> bool {
        matches!(self, Self::CachePoint(_))
    }

    fn place(&self, _before: usize) -> String {
        SYSTEM.to_owned()
    }
}

impl MayBePoint for Piece {
    fn is_point(&self) -> bool {
        is_point(&self.block)
    }

    fn place(&self, _before: usize) -> String {
        self.place.to_string()
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
