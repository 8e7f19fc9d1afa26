//! The bytes of turns that are final.

use std::iter::Peekable;

use outcrop_core::{Note, WriteJson as _};

use crate::encode::turn::{Turn, TurnBlock, is_cache_point};
use crate::wire::{ContentBlock, ConversationRole, Message};

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
    /// The size of the turns for `cache: auto`.
    size: usize,
    is_user: bool,
    /// Where `cache: auto` may insert a cache point, in a turn without cache points of the caller.
    point_at: Option<usize>,
}

/// What is kept of a final turn, apart from its bytes.
#[derive(Clone, Default)]
pub(super) struct TurnRecord {
    /// The placeholders of its blocks, if it has cache points of the caller.
    pub(super) placeholders: Option<Turn>,
    /// The notes on the turn as a whole.
    pub(super) notes: Vec<Note>,
    /// Its size for `cache: auto`.
    pub(super) size: usize,
    /// Before how many blocks at its end `cache: auto` may insert a cache point.
    pub(super) point_before: Option<usize>,
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

    /// Adds a turn with its bytes. Cache points of `cache: auto` in it are left out, because each request places them anew.
    pub(super) fn push(&mut self, message: &Message, written: &[u8], record: TurnRecord) {
        let mut point_at = None;
        match record.placeholders {
            None => {
                if message.blocks().iter().any(is_cache_point) {
                    self.write_without_cache_points(message);
                } else {
                    self.bytes.extend_from_slice(written);
                }
                point_at = record.point_before.and_then(|before| self.end_of_blocks(message, before));
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
        self.notes.extend(record.notes);
        self.ends.push(TurnEnd {
            bytes: self.bytes.len(),
            notes: self.notes.len(),
            with_cache_points: self.with_cache_points.len(),
            size: self.size_of_turns(self.ends.len()) + record.size,
            is_user: message.role == ConversationRole::User,
            point_at,
        });
    }

    fn write_without_cache_points(&mut self, message: &Message) {
        let blocks = message.blocks().iter().filter(|block| !is_cache_point(block)).cloned().collect();
        Message::from_blocks(message.role.clone(), blocks).write_json(&mut self.bytes);
    }

    /// Returns where the blocks of the turn that was just written end, except for so many at its end.
    fn end_of_blocks(&self, message: &Message, except: usize) -> Option<usize> {
        let mut end = self.bytes.strip_suffix(b"]}")?.len();
        let blocks = message.blocks().iter().rev().filter(|block| !is_cache_point(block));
        for block in blocks.take(except) {
            let mut written = Vec::new();
            block.write_json(&mut written);
            // With the comma before it.
            end = end.checked_sub(written.len() + 1)?;
        }
        Some(end)
    }

    /// Returns the size of the first turns for `cache: auto`.
    pub(super) fn size_of_turns(&self, count: usize) -> usize {
        count.checked_sub(1).and_then(|last| self.ends.get(last)).map_or(0, |end| end.size)
    }

    /// Returns which of the turns with cache points of the caller a turn is.
    pub(super) fn cache_point_index(&self, turn: usize) -> Option<usize> {
        let end = self.ends.get(turn)?.with_cache_points;
        let before = turn.checked_sub(1).and_then(|before| self.ends.get(before));
        let start = before.map_or(0, |before| before.with_cache_points);
        (end > start).then_some(start)
    }

    /// Returns where `cache: auto` may insert a cache point into a turn.
    pub(super) fn point_at(&self, turn: usize) -> Option<usize> {
        self.ends.get(turn)?.point_at
    }

    /// Returns the last turn of the user, or of the assistant, among the first turns.
    pub(super) fn last_turn(&self, before: usize, is_user: bool) -> Option<usize> {
        self.ends.iter().take(before).rposition(|end| end.is_user == is_user)
    }

    /// Writes the turns, with cache points where `placed`, the placeholders in the same order, has them, and those of
    /// `inserted`, in the order of the bytes that they follow.
    pub(super) fn write(&self, placed: &[Turn], inserted: &[(usize, ContentBlock)], out: &mut Vec<u8>) {
        let mut copy = Copy { bytes: &self.bytes, copied: 0, inserted: inserted.iter().peekable(), out };
        for (turn, placed) in self.with_cache_points.iter().zip(placed) {
            copy.to(turn.start);
            copy.out.extend_from_slice(br#"{"role":"#);
            turn.role.write_json(copy.out);
            copy.out.extend_from_slice(br#","content":["#);
            let mut ends = turn.ends.iter();
            for (index, TurnBlock { block, .. }) in placed.blocks.iter().enumerate() {
                if index > 0 {
                    copy.out.push(b',');
                }
                if is_cache_point(block) {
                    block.write_json(copy.out);
                } else if let Some(end) = ends.next() {
                    copy.to(*end);
                }
            }
            copy.out.extend_from_slice(b"]},");
        }
        copy.to(self.bytes.len());
    }
}

/// Copies bytes in order, and inserts cache points between them.
struct Copy<'c> {
    bytes: &'c [u8],
    copied: usize,
    inserted: Peekable<std::slice::Iter<'c, (usize, ContentBlock)>>,
    out: &'c mut Vec<u8>,
}

impl Copy<'_> {
    /// Copies everything up to an index.
    fn to(&mut self, end: usize) {
        while let Some((at, point)) = self.inserted.next_if(|(at, _)| *at <= end) {
            self.out.extend_from_slice(self.bytes.get(self.copied..*at).unwrap_or_default());
            self.copied = *at;
            self.out.push(b',');
            point.write_json(self.out);
        }
        self.out.extend_from_slice(self.bytes.get(self.copied..end).unwrap_or_default());
        self.copied = end;
    }
}
