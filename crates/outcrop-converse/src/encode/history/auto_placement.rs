//! Cache points of `cache: auto`: anchors after the tools and after the system prompt, and a tail that moves with the
//! conversation.
//!
//! The caller's own cache points are placed before, and count. Nothing but cache points is added, so that each request of a
//! growing conversation begins with the bytes of the one before it.

use outcrop_core::{Note, NoteAction};

use super::auto_cache::{AutoCachePlan, PATH, Spot, insert, size_of_turn};
use super::prefix::HistoryPrefix;
use crate::catalog::CachePoints;
use crate::encode::turn::{Turn, TurnRole};
use crate::rule::Rule;
use crate::wire::{
    CachePointBlock, CacheTtl, ContentBlock, GuardrailConverseContentBlock, SystemContentBlock, Tool,
    ToolInputSchema,
};

/// A place in the order in which a model reads a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    AfterTools,
    AfterSystem,
    /// The last place in a turn, counted from the start of the conversation.
    InTurn(usize),
}

/// A request whose cache points are placed.
struct Placement<'p> {
    plan: &'p AutoCachePlan,
    tools: &'p mut Vec<Tool>,
    system: &'p mut Vec<SystemContentBlock>,
    /// The turns after the prefix.
    turns: &'p mut Vec<Turn>,
    prefix: &'p mut HistoryPrefix,
    /// The size of tools and system prompt.
    opening: usize,
    /// How many more cache points fit.
    left: usize,
    /// The first cache point of the caller that lives five minutes, and the last one that lives an hour.
    first_short: Option<Place>,
    last_long: Option<Place>,
    /// Whether a cache point lost its lifetime.
    is_shortened: bool,
}

/// Places the cache points of a request.
pub(super) fn place(
    plan: &AutoCachePlan,
    tools: &mut Vec<Tool>,
    system: &mut Vec<SystemContentBlock>,
    turns: &mut Vec<Turn>,
    prefix: &mut HistoryPrefix,
    notes: &mut Vec<Note>,
) {
    let tools_size = tools.iter().map(size_of_tool).sum::<usize>();
    let opening = tools_size + system.iter().map(size_of_system).sum::<usize>();
    let mut placement = Placement {
        plan,
        tools,
        system,
        turns,
        prefix,
        opening,
        left: CachePoints::MAX,
        first_short: None,
        last_long: None,
        is_shortened: false,
    };
    placement.count_points_of_caller();
    // The tail covers all that the next request repeats, and the anchors survive a change of what follows them. The
    // previous tail is where the previous request wrote: models other than Claude read only there, and Claude looks back
    // some 20 blocks, which are fewer than a step of an agent may have. See
    // https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html#prompt-caching-simplified.
    let tail = placement.last_user_turn().and_then(|turn| placement.place_in_turns(turn));
    if plan.fits(opening) {
        placement.place_after_system();
    }
    if let Some(tail) = tail {
        let previous = placement.user_turn_before(tail);
        previous.and_then(|turn| placement.place_in_turns(turn));
    }
    if plan.among_tools && plan.fits(tools_size) {
        placement.place_after_tools();
    }
    if placement.is_shortened {
        let message = "dropped the `ttl` of a cache point: a cache point before it has a shorter one";
        notes.push(Note::new(Rule::CacheTtl.id(), NoteAction::Changed, PATH, message));
    }
}

impl Placement<'_> {
    fn count_points_of_caller(&mut self) {
        let mut points = Vec::new();
        for tool in self.tools.iter() {
            if let Tool::CachePoint(point) = tool {
                points.push((Place::AfterTools, point.ttl.clone()));
            }
        }
        for block in self.system.iter() {
            if let SystemContentBlock::CachePoint(point) = block {
                points.push((Place::AfterSystem, point.ttl.clone()));
            }
        }
        let mut add_turn = |index: usize, turn: &Turn| {
            for block in &turn.blocks {
                if let ContentBlock::CachePoint(point) = &block.block {
                    points.push((Place::InTurn(index), point.ttl.clone()));
                }
            }
        };
        self.prefix.placed_turns().for_each(|(index, turn)| add_turn(index, turn));
        let preceding = self.prefix.turn_count();
        self.turns.iter().enumerate().for_each(|(index, turn)| add_turn(preceding + index, turn));
        self.left = CachePoints::MAX.saturating_sub(points.len());
        let is_long = |ttl: &Option<CacheTtl>| *ttl == Some(CacheTtl::OneHour);
        self.first_short = points.iter().find(|(_, ttl)| !is_long(ttl)).map(|(place, _)| *place);
        self.last_long = points.iter().rfind(|(_, ttl)| is_long(ttl)).map(|(place, _)| *place);
    }

    /// Returns the cache point for a place. `None` if none is left, or if one there would outlive a point before it or be
    /// outlived by one of the caller's after it, which the service rejects.
    fn cache_point(&mut self, place: Place) -> Option<CachePointBlock> {
        let is_after_short = self.first_short.is_some_and(|short| short <= place);
        let is_long = self.plan.one_hour && !is_after_short;
        let is_before_long = self.last_long.is_some_and(|long| long >= place);
        if self.left == 0 || (is_before_long && !is_long) {
            return None;
        }
        self.left -= 1;
        self.is_shortened |= self.plan.one_hour && is_after_short;
        Some(self.plan.cache_point(is_long || !self.plan.one_hour))
    }

    fn place_after_tools(&mut self) {
        if self.tools.last().is_some_and(|last| !matches!(last, Tool::CachePoint(_))) {
            let point = self.cache_point(Place::AfterTools);
            self.tools.extend(point.map(Tool::CachePoint));
        }
    }

    fn place_after_system(&mut self) {
        if self.system.last().is_some_and(|last| !matches!(last, SystemContentBlock::CachePoint(_))) {
            let point = self.cache_point(Place::AfterSystem);
            self.system.extend(point.map(SystemContentBlock::CachePoint));
        }
    }

    /// Places a cache point in a turn, or in the nearest one before it that can have one. Returns which one it is, also if
    /// there is a cache point of the caller.
    fn place_in_turns(&mut self, from: usize) -> Option<usize> {
        let preceding = self.prefix.turn_count();
        let mut size = self.size_before(from + 1);
        for index in (0..=from).rev() {
            if size < self.plan.min {
                return None;
            }
            let turn = index.checked_sub(preceding).map(|own| self.turns.get(own));
            let spot = match turn {
                Some(turn) => turn.and_then(|turn| self.plan.spot(&turn.blocks)),
                None => self.prefix.spot(index, self.plan),
            };
            if let Some(spot) = spot.filter(|_| size <= self.plan.max) {
                if let Spot::Before(after) = spot {
                    let point = self.cache_point(Place::InTurn(index))?;
                    match index.checked_sub(preceding).map(|own| self.turns.get_mut(own)) {
                        Some(turn) => insert(turn?, after, point),
                        None => self.prefix.insert_cache_point(index, after, point),
                    }
                }
                return Some(index);
            }
            size = match turn {
                Some(turn) => size.saturating_sub(turn.map_or(0, size_of_turn)),
                None => self.size_before(index),
            };
        }
        None
    }

    /// Returns the size of the prompt up to a turn.
    fn size_before(&self, turn: usize) -> usize {
        let preceding = self.prefix.turn_count();
        let own = self.turns.iter().take(turn.saturating_sub(preceding)).map(size_of_turn).sum::<usize>();
        self.opening + self.prefix.size_of_turns(turn.min(preceding)) + own
    }

    /// Returns the last turn of the user: what follows it is the beginning of a response.
    fn last_user_turn(&self) -> Option<usize> {
        self.last_turn(self.prefix.turn_count() + self.turns.len(), TurnRole::User)
    }

    /// Returns the user turn that the previous request ended with, if this one ends with the given turn.
    fn user_turn_before(&self, turn: usize) -> Option<usize> {
        let response = self.last_turn(turn, TurnRole::Assistant)?;
        self.last_turn(response, TurnRole::User)
    }

    /// Returns the last turn with this role before a turn.
    fn last_turn(&self, before: usize, role: TurnRole) -> Option<usize> {
        let preceding = self.prefix.turn_count();
        let own =
            self.turns.iter().take(before.saturating_sub(preceding)).rposition(|turn| turn.role == role);
        match own {
            Some(index) => Some(preceding + index),
            None => self.prefix.last_turn(before.min(preceding), role),
        }
    }
}

fn size_of_tool(tool: &Tool) -> usize {
    match tool {
        Tool::ToolSpec(tool) => {
            let schema = match &tool.input_schema {
                ToolInputSchema::Json(schema) => schema.as_str().len(),
                ToolInputSchema::Unknown(_) => 0,
            };
            tool.name.len() + tool.description.as_ref().map_or(0, String::len) + schema
        }
        _ => 0,
    }
}

fn size_of_system(block: &SystemContentBlock) -> usize {
    match block {
        SystemContentBlock::Text(text) => text.len(),
        SystemContentBlock::GuardContent(GuardrailConverseContentBlock::Text(text)) => text.text.len(),
        _ => 0,
    }
}
