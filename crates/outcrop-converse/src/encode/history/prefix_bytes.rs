//! The bytes of turns that are final.

use outcrop_core::{Note, WriteJson as _};

use crate::encode::turn::{Turn, TurnBlock, is_cache_point};
use crate::wire::{ConversationRole, Message};

/// The turns that are final: their bytes in one piece, each with a comma after it.
///
/// Where cache points go depends on the whole request. A turn with cache points is therefore written block by block
/// without them, and its placeholders are kept, so that each request can place them anew.
#[derive(Clone, Default)]
pub(super) struct PrefixBytes {
    ends: Vec<TurnEnd>,
    bytes: Vec<u8>,
    notes: Vec<Note>,
    with_cache_points: Vec<TurnWithCachePoints>,
}

/// How much there is up to the end of a turn.
#[derive(Clone, Copy, Default)]
struct TurnEnd {
    bytes: usize,
    notes: usize,
    with_cache_points: usize,
}

#[derive(Clone)]
struct TurnWithCachePoints {
    placeholders: Turn,
    role: ConversationRole,
    start: usize,
    /// Where each block ends that is not a cache point.
    ends: Vec<usize>,
}

impl PrefixBytes {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns the notes on whole turns.
    pub(super) fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Returns how many bytes the turns have, without cache points.
    pub(super) fn size(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn placeholders(&self) -> Vec<Turn> {
        self.with_cache_points.iter().map(|turn| turn.placeholders.clone()).collect()
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.ends.truncate(len);
        let end = self.ends.last().copied().unwrap_or_default();
        self.bytes.truncate(end.bytes);
        self.notes.truncate(end.notes);
        self.with_cache_points.truncate(end.with_cache_points);
    }

    /// Adds a turn with its bytes, and with its placeholders if it has cache points.
    pub(super) fn push(
        &mut self,
        message: &Message,
        written: &[u8],
        placeholders: Option<Turn>,
        notes: Vec<Note>,
    ) {
        match placeholders {
            None => {
                self.bytes.extend_from_slice(written);
                self.bytes.push(b',');
            }
            Some(placeholders) => {
                let start = self.bytes.len();
                let mut ends = Vec::with_capacity(placeholders.blocks.len());
                for block in message.blocks().iter().filter(|block| !is_cache_point(block)) {
                    block.write_json(&mut self.bytes);
                    ends.push(self.bytes.len());
                }
                let role = message.role.clone();
                self.with_cache_points.push(TurnWithCachePoints { placeholders, role, start, ends });
            }
        }
        self.notes.extend(notes);
        self.ends.push(TurnEnd {
            bytes: self.bytes.len(),
            notes: self.notes.len(),
            with_cache_points: self.with_cache_points.len(),
        });
    }

    /// Writes the turns, with cache points where `placed`, the placeholders in the same order, has them.
    pub(super) fn write(&self, placed: &[Turn], out: &mut Vec<u8>) {
        let mut written = 0;
        let copy = |from: usize, to: usize, out: &mut Vec<u8>| {
            out.extend_from_slice(self.bytes.get(from..to).unwrap_or_default());
        };
        for (turn, placed) in self.with_cache_points.iter().zip(placed) {
            copy(written, turn.start, out);
            written = turn.start;
            out.extend_from_slice(br#"{"role":"#);
            turn.role.write_json(out);
            out.extend_from_slice(br#","content":["#);
            let mut ends = turn.ends.iter();
            for (index, TurnBlock { block, .. }) in placed.blocks.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                if is_cache_point(block) {
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
