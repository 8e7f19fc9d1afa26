//! The part of a conversation that an earlier request has made final.
//!
//! Everything here only grows while a conversation does. A [`Checkpoint`] has how much of it precedes a message, so
//! that going back means truncating.

use outcrop_core::Note;

use super::auto_cache::{self, AutoCachePlan, Spot};
use super::identifiers::SentIdentifiers;
use super::prefix_bytes::{PrefixBytes, TurnRecord};
use crate::encode::turn::{Turn, TurnBlock, TurnRole};
use crate::naming::UniqueNames;
use crate::wire::{CachePointBlock, ContentBlock, Message};

/// The part of a conversation that is final. Empty for a request that is encoded on its own.
#[derive(Clone, Default)]
pub(crate) struct HistoryPrefix {
    /// Whether what becomes final is kept for the next request.
    pub(super) is_incremental: bool,
    /// How many of the first messages have an id and a name in each call.
    pub(super) complete_messages: usize,
    /// Places to continue from, each further than the one before.
    checkpoints: Vec<Checkpoint>,
    turns: PrefixBytes,
    pub(super) documents: UniqueNames,
    call_ids: UniqueNames,
    /// The first call of each tool.
    called_tools: Vec<TurnBlock>,
    called_names: UniqueNames,
    pub(super) sent: SentIdentifiers,
    message_notes: Vec<Note>,
    turn_notes: Vec<Note>,
    first_turn_note: Option<Note>,
    /// Whether the turns were made for a request with tools, for a strategy that depends on it.
    has_tools: bool,
    pub(super) pending: PendingPrefix,
    /// How many blocks were prepared so far.
    blocks: u64,
}

/// How much of a [`HistoryPrefix`] precedes an assistant message.
///
/// To continue, the message is prepared again: it opens the first turn that is not final. Its own notes are counted in
/// `message_notes`, so that they are not given twice.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Checkpoint {
    pub(super) message: usize,
    pub(super) turns: usize,
    pub(super) documents: usize,
    pub(super) call_ids: usize,
    pub(super) message_notes: usize,
    pub(super) turn_notes: usize,
    pub(super) called_tools: usize,
    pub(super) sent_ids: usize,
    pub(super) sent_names: usize,
}

/// What a request adds to the prefix, once it is encoded.
#[derive(Clone, Default)]
pub(super) struct PendingPrefix {
    pub(super) checkpoints: Vec<Checkpoint>,
    /// The placeholders of earlier turns with cache points, after the rules for cache points.
    pub(super) placed: Vec<Turn>,
    /// The cache points of `cache: auto` in other earlier turns, and the bytes that they follow.
    inserted: Vec<(usize, ContentBlock)>,
    /// The turns that became final, in order.
    pub(super) turns: Vec<PendingTurn>,
    pub(super) message_notes: Vec<Note>,
    pub(super) turn_notes: Vec<Note>,
    pub(super) first_turn_note: Option<Note>,
}

/// A turn that became final, before the rules for cache points and names.
#[derive(Clone)]
pub(super) struct PendingTurn {
    pub(super) record: TurnRecord,
    pub(super) calls: Vec<TurnBlock>,
    /// The ids and names in it.
    pub(super) ids: Vec<String>,
    pub(super) names: Vec<String>,
}

impl HistoryPrefix {
    /// Removes everything, and keeps what becomes final from now on.
    pub(crate) fn restart(&mut self) {
        self.clear();
        self.is_incremental = true;
    }

    /// Removes everything except for the count of blocks, and keeps nothing from now on.
    pub(crate) fn clear(&mut self) {
        *self = Self { blocks: self.blocks, ..Self::default() };
    }

    /// Goes back to the newest checkpoint before a message, and keeps what becomes final from there on.
    pub(crate) fn rewind(&mut self, message: usize) {
        self.pending = PendingPrefix::default();
        self.sent.is_stale = false;
        self.complete_messages = self.complete_messages.min(message);
        let kept = self.checkpoints.partition_point(|checkpoint| checkpoint.message < message);
        self.checkpoints.truncate(kept);
        let Some(to) = self.checkpoint() else { return self.restart() };
        self.is_incremental = true;
        self.turns.truncate(to.turns);
        self.documents.truncate(to.documents);
        self.call_ids.truncate(to.call_ids);
        self.called_tools.truncate(to.called_tools);
        self.called_names.truncate(to.called_tools);
        self.sent.truncate(to.sent_ids, to.sent_names);
        self.message_notes.truncate(to.message_notes);
        self.turn_notes.truncate(to.turn_notes);
    }

    /// Removes everything if the turns were made for a request with tools and this one has none, or the reverse.
    pub(super) fn reset_if_tools_changed(&mut self, has_tools: bool) {
        if self.has_tools != has_tools && self.is_incremental {
            self.restart();
        }
        self.has_tools = has_tools;
    }

    /// Adds what the newest request has made final: the first of its turns, with their bytes.
    pub(crate) fn commit<'b>(&mut self, written: impl Iterator<Item = (&'b Message, &'b [u8])>) {
        let PendingPrefix { mut checkpoints, turns, message_notes, turn_notes, first_turn_note, .. } =
            std::mem::take(&mut self.pending);
        if checkpoints.is_empty() {
            return;
        }
        self.message_notes.extend(message_notes);
        self.turn_notes.extend(turn_notes);
        self.first_turn_note = self.first_turn_note.take().or(first_turn_note);
        let mut incomplete = checkpoints.iter_mut().peekable();
        for (turn, (message, bytes)) in turns.into_iter().zip(written) {
            self.turns.push(message, bytes, turn.record);
            for call in turn.calls {
                if self.called_names.insert(tool_name(&call)) {
                    self.called_tools.push(call);
                }
            }
            self.sent.add(&turn.ids, &turn.names);
            while let Some(checkpoint) = incomplete.next_if(|next| next.turns == self.turns.len()) {
                checkpoint.called_tools = self.called_tools.len();
                (checkpoint.sent_ids, checkpoint.sent_names) = self.sent.len();
            }
        }
        self.checkpoints.append(&mut checkpoints);
    }

    /// Returns the checkpoint to continue from, if there is one.
    pub(super) fn checkpoint(&self) -> Option<Checkpoint> {
        self.checkpoints.last().copied()
    }

    /// Returns the index of the first message to prepare.
    pub(super) fn first_message(&self) -> usize {
        self.checkpoint().map_or(0, |checkpoint| checkpoint.message)
    }

    pub(super) fn turn_count(&self) -> usize {
        self.turns.len()
    }

    pub(super) fn take_call_ids(&mut self) -> UniqueNames {
        std::mem::take(&mut self.call_ids)
    }

    pub(super) fn put_call_ids(&mut self, call_ids: UniqueNames) {
        self.call_ids = call_ids;
    }

    /// Returns the first call of each tool that was called, with its name and kind only.
    pub(crate) fn called_tools(&self) -> &[TurnBlock] {
        &self.called_tools
    }

    pub(super) fn message_notes(&self) -> &[Note] {
        &self.message_notes
    }

    pub(super) fn turn_notes(&self) -> &[Note] {
        &self.turn_notes
    }

    /// Returns the notes of the rules that look at one whole turn.
    pub(super) fn whole_turn_notes(&self) -> &[Note] {
        self.turns.notes()
    }

    pub(super) fn first_turn_note(&self) -> Option<Note> {
        self.first_turn_note.clone()
    }

    /// Returns the placeholders of the turns with cache points, in order.
    pub(super) fn placeholders(&self) -> Vec<Turn> {
        self.turns.placeholders()
    }

    /// Iterates over the turns with cache points of the caller, as the rules for them left them, with their indices.
    pub(super) fn placed_turns(&self) -> impl Iterator<Item = (usize, &Turn)> {
        let placed = |turn: usize| self.pending.placed.get(self.turns.cache_point_index(turn)?);
        let count = if self.pending.placed.is_empty() { 0 } else { self.turns.len() };
        (0..count).filter_map(move |turn| Some((turn, placed(turn)?)))
    }

    /// Returns where a turn can have a cache point of `cache: auto`.
    pub(super) fn spot(&self, turn: usize, plan: &AutoCachePlan) -> Option<Spot> {
        match self.turns.cache_point_index(turn) {
            Some(index) => plan.spot(&self.pending.placed.get(index)?.blocks),
            None => self.turns.point_at(turn).map(|_| Spot::Before(0)),
        }
    }

    /// Adds a cache point to a turn, at its [`spot`](Self::spot).
    pub(super) fn insert_cache_point(&mut self, turn: usize, before: usize, point: CachePointBlock) {
        match self.turns.cache_point_index(turn) {
            Some(index) => {
                if let Some(turn) = self.pending.placed.get_mut(index) {
                    auto_cache::insert(turn, before, point);
                }
            }
            None => {
                let at = self.turns.point_at(turn);
                self.pending.inserted.extend(at.map(|at| (at, ContentBlock::CachePoint(point))));
                self.pending.inserted.sort_by_key(|(at, _)| *at);
            }
        }
    }

    /// Returns the size of the first turns for `cache: auto`.
    pub(super) fn size_of_turns(&self, count: usize) -> usize {
        self.turns.size_of_turns(count)
    }

    /// Returns the last turn with this role among the first turns.
    pub(super) fn last_turn(&self, before: usize, role: TurnRole) -> Option<usize> {
        self.turns.last_turn(before, role == TurnRole::User)
    }

    /// Returns whether a name or an id must be sent otherwise than in the bytes that are kept.
    pub(crate) fn is_stale(&self) -> bool {
        self.sent.is_stale
    }

    pub(crate) fn is_incremental(&self) -> bool {
        self.is_incremental
    }

    /// Writes the turns, each with a comma after it.
    pub(crate) fn write_turns(&self, out: &mut Vec<u8>) {
        self.turns.write(&self.pending.placed, &self.pending.inserted, out);
    }

    /// Returns about how many bytes the turns have.
    pub(crate) fn size(&self) -> usize {
        self.turns.size()
    }

    pub(crate) fn count_blocks(&mut self, blocks: usize) {
        self.blocks += u64::try_from(blocks).unwrap_or(u64::MAX);
    }

    /// Returns how many blocks were prepared so far.
    pub(crate) fn block_count(&self) -> u64 {
        self.blocks
    }
}

fn tool_name(call: &TurnBlock) -> &str {
    match &call.block {
        ContentBlock::ToolUse(call) => &call.name,
        _ => "",
    }
}
