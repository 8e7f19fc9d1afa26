//! Checkpoints: the places of a history from which a later request can continue, and what is recorded to do so.
//!
//! A checkpoint is at an assistant message that answers a user turn. Everything before it is final: what follows can
//! change the assistant's turn, but no earlier one.

use std::iter::Peekable;

use outcrop_core::Note;

use super::auto_cache::{self, AutoCachePlan, Spot};
use super::cache_points::cache_placeholder;
use super::identifiers::{id_of, name_of};
use super::prefix::{Checkpoint, HistoryPrefix, PendingTurn};
use super::prefix_bytes::TurnRecord;
use super::turn_builder::Position;
use crate::encode::turn::{Turn, TurnBlock, TurnRole};
use crate::wire::{ContentBlock, ToolUseBlock};

/// Finds checkpoints while turns are made.
pub(super) struct CheckpointBuilder {
    /// Messages that were prepared, in order, with what is known of them before turns are made.
    prepared: Peekable<std::vec::IntoIter<Checkpoint>>,
    reached: Vec<Checkpoint>,
    /// How many notes there were before the first turn was made.
    noted: usize,
    /// How many notes on turns the prefix has.
    preceding_notes: usize,
}

impl CheckpointBuilder {
    /// Creates a builder. The notes on the turns of the prefix are given again.
    pub(super) fn new(prefix: &mut HistoryPrefix, notes: &mut Vec<Note>) -> Self {
        notes.extend_from_slice(prefix.turn_notes());
        let prepared = std::mem::take(&mut prefix.pending.checkpoints).into_iter().peekable();
        let preceding_notes = prefix.turn_notes().len();
        Self { prepared, reached: Vec::new(), noted: notes.len(), preceding_notes }
    }

    /// Records that everything before a message is final.
    pub(super) fn reach(&mut self, message: usize, position: Position) {
        while self.prepared.next_if(|prepared| prepared.message < message).is_some() {}
        let prepared = self.prepared.next_if(|prepared| prepared.message == message);
        self.reached.extend(prepared.map(|prepared| Checkpoint {
            turns: position.turns,
            call_ids: position.call_ids,
            turn_notes: self.preceding_notes + position.notes - self.noted,
            ..prepared
        }));
    }

    /// Hands the checkpoints, and the notes on the turns before the newest of them, to the prefix.
    pub(super) fn save(self, prefix: &mut HistoryPrefix, notes: &[Note]) {
        if let Some(newest) = self.reached.last() {
            let count = newest.turn_notes - self.preceding_notes;
            prefix.pending.turn_notes = notes.iter().skip(self.noted).take(count).cloned().collect();
        }
        prefix.pending.checkpoints = self.reached;
    }
}

impl HistoryPrefix {
    /// Records that a message was prepared: how many blocks it has, and how many notes and names of documents there were
    /// before it.
    pub(super) fn message_added(
        &mut self,
        message: usize,
        blocks: usize,
        noted: usize,
        documents: usize,
        notes: &mut Vec<Note>,
    ) {
        if !self.is_incremental {
            return;
        }
        self.count_blocks(blocks);
        if self.checkpoint().is_some_and(|checkpoint| checkpoint.message == message) {
            // It is prepared again, and its notes are among those that were given at the start.
            return notes.truncate(noted);
        }
        self.pending.message_notes.extend(notes.iter().skip(noted).cloned());
        let message_notes = self.message_notes().len() + self.pending.message_notes.len();
        let checkpoint = Checkpoint { message, documents, message_notes, ..Checkpoint::default() };
        self.pending.checkpoints.push(checkpoint);
    }

    /// Records that a user turn was inserted before the first turn, with its note.
    pub(super) fn first_turn_inserted(&mut self, note: Option<Note>) {
        self.pending.first_turn_note = note;
        for checkpoint in &mut self.pending.checkpoints {
            checkpoint.turns += 1;
        }
    }

    /// Records what the next request needs to know of the turns that are final from now on.
    pub(super) fn save_turns(
        &mut self,
        turns: &[Turn],
        notes: Vec<Vec<Note>>,
        auto_cache: Option<&AutoCachePlan>,
    ) {
        let newest = self.pending.checkpoints.last();
        let is_final = newest.map_or(0, |newest| newest.turns.saturating_sub(self.turn_count()));
        let pending = |(turn, notes)| pending_turn(turn, notes, auto_cache);
        self.pending.turns = turns.iter().zip(notes).take(is_final).map(pending).collect();
    }
}

fn pending_turn(turn: &Turn, notes: Vec<Note>, auto_cache: Option<&AutoCachePlan>) -> PendingTurn {
    let blocks = || turn.blocks.iter().map(|block| &block.block);
    let has_results = turn.role == TurnRole::User;
    let has_cache_points = turn.blocks.iter().any(TurnBlock::is_cache_point);
    let placeholder = |block: &TurnBlock| TurnBlock { block: cache_placeholder(&block.block), ..*block };
    let placeholders = || Turn { role: turn.role, blocks: turn.blocks.iter().map(placeholder).collect() };
    let point_before = match auto_cache.and_then(|plan| plan.spot(&turn.blocks)) {
        Some(Spot::Before(count)) => Some(count),
        Some(Spot::Taken) | None => None,
    };
    let record = TurnRecord {
        placeholders: has_cache_points.then(placeholders),
        notes,
        size: auto_cache.map_or(0, |_| auto_cache::size_of_turn(turn)),
        point_before,
    };
    PendingTurn {
        record,
        calls: turn.blocks.iter().filter_map(name_and_kind).collect(),
        ids: blocks().filter_map(|block| id_of(block, has_results)).map(str::to_owned).collect(),
        names: blocks().filter_map(name_of).map(str::to_owned).collect(),
    }
}

/// Returns a call with nothing but its name and kind.
fn name_and_kind(block: &TurnBlock) -> Option<TurnBlock> {
    let ContentBlock::ToolUse(call) = &block.block else { return None };
    let mut named = ToolUseBlock::new("", call.name.as_str());
    named.kind.clone_from(&call.kind);
    Some(TurnBlock { block: ContentBlock::ToolUse(named), ..*block })
}
