//! Histories that no model refuses: what agents leave behind, put into the order that Converse and the model want.
//!
//! Messages come here as drafts, encoded block by block, each block with the place it came from; they leave as turns.
//! All is deterministic, nothing is guessed, and each change is a note. A request that was repaired is repaired no
//! more: read back and encoded again it is the same, without a note.
//!
//! What a rule looks at decides what of a growing history is settled:
//!
//! - one block: blank texts, contents of results, reasoning, status;
//! - one turn and the one before it: alternation, calls and results, results that stand alone, words beside documents
//!   and reasoning, reasoning first. A turn is settled once the assistant speaks after it;
//! - the history up to here: ids of calls (which were used before), names of documents;
//! - the ends: the first turn, the last turn;
//! - the whole: cache points (four of all, the newest counting), names and ids that are not legal (which others there
//!   are), and the tools of a history that offers none.

mod cache;
mod documents;
mod hash;
mod names;
mod reasoning;
mod results;
mod rule;
mod seen;
mod tools;
mod traits;
mod turns;

use outcrop_core::{Note, NoteAction};

pub(crate) use cache::{Cached, stand_in};
pub(crate) use documents::DocumentNames;
pub(crate) use names::{Pattern, Renaming, SentNames};
pub use rule::{Rule, Rules};
pub(crate) use seen::Seen;
pub(crate) use traits::Traits;
pub(crate) use turns::Turns;

use crate::encode::place::Place;
use crate::wire::{ContentBlock, ConversationRole, Message, ToolUseBlock, ToolUseType};

/// What one message, or a part of it, says in one turn.
#[derive(Debug)]
pub(crate) struct Draft {
    /// Whose turn it is.
    pub(crate) side: Side,
    /// The index of the message.
    pub(crate) message: usize,
    /// What is said.
    pub(crate) pieces: Vec<Piece>,
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    User,
    Assistant,
}

/// A block, and where it came from.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) block: ContentBlock,
    pub(crate) place: Place,
    /// Whether another model than the one that is asked has signed or encrypted it.
    pub(crate) foreign: bool,
}

impl Piece {
    pub(crate) fn new(block: ContentBlock, place: Place) -> Self {
        Self { block, place, foreign: false }
    }
}

/// A turn of the conversation.
#[derive(Clone, Debug)]
pub(crate) struct Turn {
    pub(crate) side: Side,
    pub(crate) pieces: Vec<Piece>,
}

impl From<Turn> for Message {
    fn from(turn: Turn) -> Self {
        let role = match turn.side {
            Side::User => ConversationRole::User,
            Side::Assistant => ConversationRole::Assistant,
        };
        Self::from_blocks(role, turn.pieces.into_iter().map(|piece| piece.block).collect())
    }
}

/// Whether a block calls a tool that the caller runs.
pub(crate) fn is_call(block: &ContentBlock) -> bool {
    matches!(block, ContentBlock::ToolUse(call) if !runs_on_server(call))
}

/// Whether a block is a cache point.
pub(crate) fn is_point(block: &ContentBlock) -> bool {
    matches!(block, ContentBlock::CachePoint(_))
}

/// Whether the service runs the tool: the call and its result then stand in the assistant's turn, and are left alone.
pub(crate) fn runs_on_server(call: &ToolUseBlock) -> bool {
    call.kind == Some(ToolUseType::ServerToolUse)
}

/// Repairs what comes to it, and notes what it did.
pub(crate) struct Repair<'a> {
    pub(crate) traits: Traits,
    pub(crate) rules: &'a Rules,
    /// What inserted turns say.
    pub(crate) filler: &'a str,
    pub(crate) notes: &'a mut Vec<Note>,
}

impl Repair<'_> {
    fn has(&self, rule: Rule) -> bool {
        self.rules.contains(rule)
    }

    fn note(&mut self, rule: Rule, action: NoteAction, place: impl Into<String>, message: &'static str) {
        self.notes.push(Note::new(rule.id(), action, place, message));
    }

    fn filler(&self) -> ContentBlock {
        ContentBlock::Text(self.filler.to_owned())
    }

    /// Mends what can be mended looking at one message alone.
    fn mend(&mut self, draft: &mut Draft) {
        self.mend_results(draft);
        self.mend_words(draft);
    }

    /// Mends what is said in one message beside results of tools.
    pub(crate) fn mend_words(&mut self, draft: &mut Draft) {
        self.mend_reasoning(draft);
        if self.has(Rule::BlankText) {
            draft.pieces.retain(|piece| {
                let is_blank = matches!(&piece.block, ContentBlock::Text(text) if text.trim().is_empty());
                if is_blank {
                    let message = "left out, since the service refuses blank text";
                    self.note(Rule::BlankText, NoteAction::Dropped, piece.place, message);
                }
                !is_blank
            });
        }
    }
}

#[cfg(test)]
mod tests;
