//! The bytes of turns that are settled.

use outcrop_core::{Note, WriteJson as _};

use crate::repair::{Piece, Turn, is_point};
use crate::wire::{ConversationRole, Message};

/// The turns that are settled: their bytes in one piece, each with a comma after it.
///
/// Cache points depend on the whole request. A turn with some is written without them, block by block, and what stands
/// for it is kept, so that they are mended anew in each request.
#[derive(Clone, Default)]
pub(crate) struct SettledTurns {
    turns: Vec<Settled>,
    bytes: Vec<u8>,
    notes: Vec<Note>,
    pointed: Vec<Pointed>,
}

/// Where a turn ends.
#[derive(Clone, Copy)]
struct Settled {
    bytes: usize,
    notes: usize,
    pointed: usize,
}

/// A turn with cache points.
#[derive(Clone)]
struct Pointed {
    turn: Turn,
    role: ConversationRole,
    start: usize,
    /// Where each of its blocks ends that is no cache point.
    ends: Vec<usize>,
}

impl SettledTurns {
    pub(crate) fn len(&self) -> usize {
        self.turns.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.turns.is_empty()
    }

    /// The notes on whole turns.
    pub(crate) fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// How many bytes the turns take, cache points apart.
    pub(super) fn size(&self) -> usize {
        self.bytes.len()
    }

    /// What stands for the turns with cache points, in order.
    pub(crate) fn stand_ins(&self) -> Vec<Turn> {
        self.pointed.iter().map(|pointed| pointed.turn.clone()).collect()
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.turns.truncate(len);
        let end = self.turns.last().copied().unwrap_or(Settled { bytes: 0, notes: 0, pointed: 0 });
        self.bytes.truncate(end.bytes);
        self.notes.truncate(end.notes);
        self.pointed.truncate(end.pointed);
    }

    /// Adds a turn as it was written, and what stands for it if it has cache points.
    pub(super) fn push(&mut self, message: &Message, written: &[u8], points: Option<Turn>, notes: Vec<Note>) {
        match points {
            None => {
                self.bytes.extend_from_slice(written);
                self.bytes.push(b',');
            }
            Some(turn) => {
                let start = self.bytes.len();
                let mut ends = Vec::with_capacity(turn.pieces.len());
                for block in message.blocks().iter().filter(|block| !is_point(block)) {
                    block.write_json(&mut self.bytes);
                    ends.push(self.bytes.len());
                }
                self.pointed.push(Pointed { turn, role: message.role.clone(), start, ends });
            }
        }
        self.notes.extend(notes);
        let (bytes, notes, pointed) = (self.bytes.len(), self.notes.len(), self.pointed.len());
        self.turns.push(Settled { bytes, notes, pointed });
    }

    /// Writes the turns, those with cache points as they were mended.
    pub(super) fn write(&self, mended: &[Turn], out: &mut Vec<u8>) {
        let mut written = 0;
        let copy = |from: usize, to: usize, out: &mut Vec<u8>| {
            out.extend_from_slice(self.bytes.get(from..to).unwrap_or_default());
        };
        for (pointed, mended) in self.pointed.iter().zip(mended) {
            copy(written, pointed.start, out);
            written = pointed.start;
            out.extend_from_slice(br#"{"role":"#);
            pointed.role.write_json(out);
            out.extend_from_slice(br#","content":["#);
            let mut ends = pointed.ends.iter();
            for (index, Piece { block, .. }) in mended.pieces.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                if is_point(block) {
                    block.write_json(out);
                } else if let Some(end) = ends.next() {
                    copy(written, *end, out);
                    written = *end;
                }
            }
            out.extend_from_slice(b"]},");
        }
        copy(written, self.bytes.len(), out);
    }
}
