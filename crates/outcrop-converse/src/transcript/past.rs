//! What of a conversation is settled, and what is needed to go on from there.

use outcrop_core::Note;

use super::turns::SettledTurns;
use crate::repair::{DocumentNames, Piece, Renaming, Seen, Turn};
use crate::wire::Message;

/// What of a conversation is settled: nothing, where a request is encoded on its own.
///
/// Everything here only grows while a conversation does. A checkpoint says how much of it belongs to the history up to
/// some message, so that going back is cutting off.
#[derive(Clone, Default)]
pub(crate) struct Past {
    /// Whether what becomes settled is kept for the next request.
    pub(crate) is_kept: bool,
    /// Places to go on from, each further than the one before.
    checkpoints: Vec<Checkpoint>,
    /// The turns that are settled, written.
    pub(crate) turns: SettledTurns,
    /// The names of documents.
    pub(crate) documents: DocumentNames,
    /// The ids of calls that turns were made with.
    pub(crate) ids: Seen,
    /// The calls of each tool that was called, the first of each.
    pub(crate) calls: Vec<Piece>,
    called: Seen,
    /// The ids and names as they are sent, before they are mapped to legal ones.
    pub(crate) sent_ids: Sent,
    pub(crate) sent_names: Sent,
    /// The notes on blocks and on messages, on the making of turns, and on the first turn.
    pub(crate) drafting: Vec<Note>,
    pub(crate) turning: Vec<Note>,
    pub(crate) first_turn: Option<Note>,
    /// Whether turns were made for a request with tools, where these depend on it.
    has_tools: bool,
    /// What this request adds.
    pub(crate) new: New,
    /// How many blocks were encoded so far.
    blocks: u64,
}

/// A message of the assistant that answers a turn of the user, before which all is settled.
///
/// One goes on from here by encoding the message again: it opens the turn that is not settled. Numbers say how much of
/// the past precedes the message; of notes, those on the message itself are counted as well.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Checkpoint {
    pub(crate) message: usize,
    pub(crate) turns: usize,
    pub(crate) documents: usize,
    pub(crate) ids: usize,
    pub(crate) drafting: usize,
    pub(crate) turning: usize,
    pub(crate) calls: usize,
    pub(crate) sent_ids: usize,
    pub(crate) sent_names: usize,
}

/// What a request adds to the past, once it is encoded.
#[derive(Clone, Default)]
pub(crate) struct New {
    /// Places that the next request may go on from.
    pub(crate) checkpoints: Vec<Checkpoint>,
    /// What stands for the turns that are settled and have cache points, these mended.
    pub(crate) mended: Vec<Turn>,
    /// The turns that became settled, in order.
    pub(crate) turns: Vec<NewTurn>,
    pub(crate) drafting: Vec<Note>,
    pub(crate) turning: Vec<Note>,
    pub(crate) first_turn: Option<Note>,
    /// Whether names or ids are mapped otherwise than in the turns that are written.
    pub(crate) is_stale: bool,
}

/// A turn that became settled, before cache points were mended and names mapped.
#[derive(Clone)]
pub(crate) struct NewTurn {
    /// What stands for the turn where cache points are mended; `None` where it has none.
    pub(crate) points: Option<Turn>,
    /// The calls in it.
    pub(crate) calls: Vec<Piece>,
    /// The ids and names in it.
    pub(crate) ids: Vec<String>,
    pub(crate) names: Vec<String>,
    /// The notes on the turn as a whole.
    pub(crate) notes: Vec<Note>,
}

/// Names or ids that are written, and how they are mapped.
#[derive(Clone, Default)]
pub(crate) struct Sent {
    seen: Seen,
    renaming: Option<Renaming>,
}

impl Sent {
    /// The names as they were before they were mapped.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        self.seen.iter()
    }

    fn add(&mut self, names: &[String]) {
        for name in names {
            self.seen.insert(name);
        }
    }

    /// Takes a new mapping; whether it maps what is written already as it is written.
    pub(crate) fn renamed(&mut self, renaming: Option<Renaming>) -> bool {
        let before = std::mem::replace(&mut self.renaming, renaming);
        if before.is_none() && self.renaming.is_none() {
            return true;
        }
        let own = |renaming: &Option<Renaming>, name: &str| {
            renaming.as_ref().and_then(|renaming| renaming.get(name).map(str::to_owned))
        };
        self.seen.iter().all(|name| own(&before, name) == own(&self.renaming, name))
    }
}

impl Past {
    /// The checkpoint to go on from, if there is any.
    pub(crate) fn checkpoint(&self) -> Option<Checkpoint> {
        self.checkpoints.last().copied()
    }

    /// Forgets all but how much was done.
    pub(crate) fn clear(&mut self) {
        *self = Self { blocks: self.blocks, ..Self::default() };
    }

    /// Forgets all, and keeps from now on what becomes settled.
    pub(super) fn restart(&mut self) {
        self.clear();
        self.is_kept = true;
    }

    /// Forgets turns that were made for a request with tools where this one has none, and the other way round.
    pub(crate) fn go_on_with(&mut self, has_tools: bool) {
        if self.has_tools != has_tools && self.is_kept {
            self.restart();
        }
        self.has_tools = has_tools;
    }

    /// Counts blocks that were encoded.
    pub(crate) fn count(&mut self, blocks: usize) {
        self.blocks += u64::try_from(blocks).unwrap_or(u64::MAX);
    }

    /// How many blocks were encoded so far.
    pub(super) fn blocks_encoded(&self) -> u64 {
        self.blocks
    }

    /// Goes back to the newest checkpoint within the first messages.
    pub(super) fn rewind(&mut self, messages: usize) {
        self.new = New::default();
        self.checkpoints.retain(|checkpoint| checkpoint.message < messages);
        let Some(to) = self.checkpoint() else { return self.clear() };
        self.turns.truncate(to.turns);
        self.documents.truncate(to.documents);
        self.ids.truncate(to.ids);
        self.calls.truncate(to.calls);
        self.called.truncate(to.calls);
        self.sent_ids.seen.truncate(to.sent_ids);
        self.sent_names.seen.truncate(to.sent_names);
        self.drafting.truncate(to.drafting);
        self.turning.truncate(to.turning);
    }

    /// Takes over what the request that was just encoded has settled: the first of its turns, as they were written.
    pub(super) fn settle<'b>(&mut self, written: impl Iterator<Item = (&'b Message, &'b [u8])>) {
        let New { mut checkpoints, turns, drafting, turning, first_turn, .. } = std::mem::take(&mut self.new);
        if checkpoints.is_empty() {
            return;
        }
        self.drafting.extend(drafting);
        self.turning.extend(turning);
        self.first_turn = self.first_turn.take().or(first_turn);
        let mut unfinished = checkpoints.iter_mut().peekable();
        for (turn, (message, bytes)) in turns.into_iter().zip(written) {
            self.turns.push(message, bytes, turn.points, turn.notes);
            for piece in turn.calls {
                if self.called.insert(name_of(&piece)) {
                    self.calls.push(piece);
                }
            }
            self.sent_ids.add(&turn.ids);
            self.sent_names.add(&turn.names);
            while let Some(checkpoint) = unfinished.next_if(|checkpoint| checkpoint.turns == self.turns.len())
            {
                checkpoint.calls = self.calls.len();
                checkpoint.sent_ids = self.sent_ids.seen.len();
                checkpoint.sent_names = self.sent_names.seen.len();
            }
        }
        self.checkpoints.append(&mut checkpoints);
    }
}

fn name_of(call: &Piece) -> &str {
    match &call.block {
        crate::wire::ContentBlock::ToolUse(call) => &call.name,
        _ => "",
    }
}
