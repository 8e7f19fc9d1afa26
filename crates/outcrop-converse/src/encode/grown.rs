//! Turns of a history of which some are settled.

use std::iter::Peekable;

use outcrop_core::Note;

use super::Encoder;
use super::names::{id_of, name_of};
use crate::repair::{Draft, Piece, Side, Turn, Turns, is_point, stand_in};
use crate::transcript::{Checkpoint, NewTurn};
use crate::wire::{ContentBlock, ToolUseBlock};

impl Encoder<'_> {
    /// The first message that is to be drafted; the notes on those before it are given again.
    pub(super) fn start(&mut self) -> usize {
        self.notes.extend_from_slice(&self.past.drafting);
        self.past.checkpoint().map_or(0, |checkpoint| checkpoint.message)
    }

    /// Takes down that a message is drafted: how many blocks it has, and how many notes and names of documents there were
    /// before.
    pub(super) fn drafted(&mut self, message: usize, blocks: usize, noted: usize, documents: usize) {
        if !self.past.is_kept {
            return;
        }
        self.past.count(blocks);
        if self.past.checkpoint().is_some_and(|checkpoint| checkpoint.message == message) {
            // It is drafted again, and its notes are among those that were given already.
            return self.notes.truncate(noted);
        }
        let new = &mut self.past.new;
        new.drafting.extend(self.notes.iter().skip(noted).cloned());
        let drafting = self.past.drafting.len() + new.drafting.len();
        new.checkpoints.push(Checkpoint { message, documents, drafting, ..Checkpoint::default() });
    }

    /// What is reached while turns are made, with the notes on the making of those that are settled given again.
    pub(super) fn reached(&mut self) -> Reached {
        self.notes.extend_from_slice(&self.past.turning);
        let drafted = std::mem::take(&mut self.past.new.checkpoints).into_iter().peekable();
        Reached { drafted, checkpoints: Vec::new(), noted: self.notes.len() }
    }

    /// How many notes there are on the making of turns so far.
    pub(super) fn turning(&self, reached: &Reached) -> usize {
        self.past.turning.len() + self.notes.len() - reached.noted
    }

    /// Takes down the places that a later request may go on from, and the notes on the turns before them.
    pub(super) fn keep_reached(&mut self, reached: Reached) {
        let Reached { checkpoints, noted, .. } = reached;
        if let Some(newest) = checkpoints.last() {
            let settled = newest.turning - self.past.turning.len();
            self.past.new.turning = self.notes.iter().skip(noted).take(settled).cloned().collect();
        }
        self.past.new.checkpoints = checkpoints;
    }

    /// How many of the turns that were just made are settled.
    fn newly_settled(&self) -> usize {
        let newest = self.past.new.checkpoints.last();
        newest.map_or(0, |newest| newest.turns.saturating_sub(self.past.turns.len()))
    }

    /// The turns that drafts make, each mended on its own; those that are settled are not among them.
    pub(super) fn turns_of(&mut self, drafts: Vec<Draft>) -> Vec<Turn> {
        let after = drafts.last().map_or(0, |draft| draft.message + 1);
        let mut turns = self.join(drafts);
        let mut notes = self.mend_each(&mut turns);
        self.mend_ends(&mut turns, &mut notes, after);
        self.take_down(&turns, notes);
        turns
    }

    /// Joins drafts into turns, and finds the places that a later request may go on from.
    fn join(&mut self, drafts: Vec<Draft>) -> Vec<Turn> {
        let is_resumed = self.past.checkpoint().is_some();
        let ids = std::mem::take(&mut self.past.ids);
        let mut turns = if is_resumed { Turns::answering(ids) } else { Turns::starting(ids) };
        let elsewhere = turns.len();
        let mut reached = self.reached();
        let mut last = None;
        for (index, draft) in drafts.into_iter().enumerate() {
            let (message, ids) = (draft.message, turns.ids());
            let is_first = last.replace(message) != Some(message);
            let answers = self.repair().add(draft, &mut turns);
            if is_resumed && index == 0 {
                // The notes on what it opens are among those that were given already.
                self.notes.truncate(reached.noted);
            }
            if answers && is_first {
                let before = (self.past.turns.len() + turns.len()).saturating_sub(elsewhere + 1);
                let turning = self.turning(&reached);
                reached.reach(message, |drafted| Checkpoint { turns: before, ids, turning, ..drafted });
            }
        }
        self.repair().end(&mut turns);
        self.keep_reached(reached);
        let (mut turns, ids) = turns.into_parts();
        self.past.ids = ids;
        turns.drain(..elsewhere);
        turns
    }

    /// Mends turns each on its own; the notes on each.
    pub(super) fn mend_each(&mut self, turns: &mut [Turn]) -> Vec<Vec<Note>> {
        self.notes.extend_from_slice(self.past.turns.notes());
        let mut notes = Vec::new();
        for turn in turns {
            let noted = self.notes.len();
            self.repair().mend_turn(turn);
            notes.push(self.notes.iter().skip(noted).cloned().collect());
        }
        notes
    }

    /// Mends the first turn and the last.
    fn mend_ends(&mut self, turns: &mut Vec<Turn>, notes: &mut Vec<Vec<Note>>, after: usize) {
        if self.past.turns.is_empty() {
            let before = turns.len();
            self.repair().mend_first_turn(turns);
            if turns.len() > before {
                notes.insert(0, Vec::new());
                self.past.new.first_turn = self.notes.last().cloned();
                self.past.new.checkpoints.iter_mut().for_each(|checkpoint| checkpoint.turns += 1);
            }
        } else {
            self.notes.extend(self.past.first_turn.clone());
        }
        self.repair().mend_last_turn(turns, after);
    }

    /// Takes down what the next request has to know of the turns that are settled from now on.
    pub(super) fn take_down(&mut self, turns: &[Turn], notes: Vec<Vec<Note>>) {
        let settled = self.newly_settled();
        self.past.new.turns =
            turns.iter().zip(notes).take(settled).map(|(turn, notes)| new_turn(turn, notes)).collect();
    }
}

/// The places that a later request may go on from, found while turns are made.
pub(super) struct Reached {
    /// Messages that were drafted, of which it is not known yet what precedes them.
    drafted: Peekable<std::vec::IntoIter<Checkpoint>>,
    checkpoints: Vec<Checkpoint>,
    /// How many notes there were before the first turn was made.
    noted: usize,
}

impl Reached {
    /// Takes down that all before a message is settled.
    pub(super) fn reach(&mut self, message: usize, settle: impl FnOnce(Checkpoint) -> Checkpoint) {
        while self.drafted.next_if(|drafted| drafted.message < message).is_some() {}
        self.checkpoints.extend(self.drafted.next_if(|drafted| drafted.message == message).map(settle));
    }
}

fn new_turn(turn: &Turn, notes: Vec<Note>) -> NewTurn {
    let blocks = || turn.pieces.iter().map(|piece| &piece.block);
    let has_results = turn.side == Side::User;
    let has_points = blocks().any(is_point);
    let light = |piece: &Piece| Piece { block: stand_in(&piece.block), ..*piece };
    let points =
        has_points.then(|| Turn { side: turn.side, pieces: turn.pieces.iter().map(light).collect() });
    NewTurn {
        points,
        calls: turn.pieces.iter().filter_map(call).collect(),
        ids: blocks().filter_map(|block| id_of(block, has_results)).map(str::to_owned).collect(),
        names: blocks().filter_map(name_of).map(str::to_owned).collect(),
        notes,
    }
}

/// The name and the kind of a call.
fn call(piece: &Piece) -> Option<Piece> {
    let ContentBlock::ToolUse(call) = &piece.block else { return None };
    let mut named = ToolUseBlock::new("", call.name.as_str());
    named.kind.clone_from(&call.kind);
    Some(Piece::new(ContentBlock::ToolUse(named), piece.place))
}
