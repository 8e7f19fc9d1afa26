//! Reasoning of former turns: which of it goes back, and where it stands.

use outcrop_core::{JsonObject, NoteAction};

use super::{Draft, Piece, Repair, Rule, Side, Turn};
use crate::catalog::ReasoningReplay as Replay;
use crate::wire::{ContentBlock, ReasoningContentBlock};

/// What is said in a turn in which nothing was said.
const NO_WORDS: &str = "[nothing was said in this turn]";

impl Repair<'_> {
    /// Leaves out the reasoning that the model does not take back.
    ///
    /// A signature and what is encrypted count for the model that made them alone. Replies tell which one that was
    /// (`model` in the `extra` of the block); where nothing tells it, it is taken for the model that is asked.
    pub(super) fn mend_reasoning(&mut self, draft: &mut Draft) {
        if !self.has(Rule::ReasoningReplay) {
            return;
        }
        let (side, replay) = (draft.side, self.traits.reasoning);
        draft.pieces.retain_mut(|piece| {
            let ContentBlock::ReasoningContent(block) = &mut piece.block else { return true };
            if let Some(why) = not_taken_back(block, side, replay, piece.foreign) {
                self.note(Rule::ReasoningReplay, NoteAction::Dropped, piece.place, why);
                return false;
            }
            if replay == Replay::Unsigned && unsign(block, piece.foreign) {
                let message = "its signature is left out, since the model takes none";
                self.note(Rule::ReasoningReplay, NoteAction::Changed, piece.place, message);
            }
            true
        });
    }

    /// Puts the first reasoning of a turn before everything else in it.
    ///
    /// Blocks stay as they are, and reasoning between later steps of a turn stays where it is.
    pub(super) fn put_reasoning_first(&mut self, turn: &mut Turn) {
        if turn.side == Side::User
            || self.traits.reasoning != Replay::Signed
            || !self.has(Rule::ReasoningFirst)
        {
            return;
        }
        let is_reasoning = |piece: &Piece| matches!(piece.block, ContentBlock::ReasoningContent(_));
        let Some(start) = turn.pieces.iter().position(is_reasoning).filter(|start| *start > 0) else {
            return;
        };
        let group = turn.pieces.iter().skip(start).take_while(|piece| is_reasoning(piece)).count();
        if let Some(first) = turn.pieces.get(start) {
            let message = "moved to the front of its turn";
            self.note(Rule::ReasoningFirst, NoteAction::Moved, first.place, message);
        }
        if let Some(pieces) = turn.pieces.get_mut(..start + group) {
            pieces.rotate_left(start);
        }
    }
}

impl Repair<'_> {
    /// Puts words into a turn of nothing but reasoning: left out it would be lost, and two turns of the user would meet.
    pub(super) fn put_words_beside_reasoning(&mut self, turn: &mut Turn) {
        let is_wanted = turn.side == Side::Assistant
            && self.traits.words_beside_reasoning
            && self.has(Rule::ReasoningAlone);
        let is_bare = |piece: &Piece| {
            matches!(piece.block, ContentBlock::ReasoningContent(_) | ContentBlock::CachePoint(_))
        };
        let Some(last) = turn.pieces.last().filter(|_| is_wanted && turn.pieces.iter().all(is_bare)) else {
            return;
        };
        let place = last.place;
        turn.pieces.push(Piece::new(ContentBlock::Text(NO_WORDS.to_owned()), place));
        let message = "words were added, since the model refuses a turn of nothing but reasoning";
        self.note(Rule::ReasoningAlone, NoteAction::Added, place, message);
    }
}

/// Why a block does not go back.
fn not_taken_back(
    block: &ReasoningContentBlock,
    side: Side,
    replay: Replay,
    foreign: bool,
) -> Option<&'static str> {
    if side == Side::User {
        return Some("left out, since only the model's own turns have reasoning");
    }
    match (replay, block) {
        (Replay::Unsupported, _) => Some("left out, since the model takes no reasoning back"),
        // Whatever is known of the model, or nothing: it has no use for what another one signed.
        (Replay::Unknown | Replay::Signed, _) if foreign => {
            Some("left out, since another model signed or encrypted it")
        }
        (Replay::Unknown, _) | (Replay::Signed | Replay::Unsigned, ReasoningContentBlock::Unknown(_)) => None,
        (Replay::Signed, ReasoningContentBlock::ReasoningText(text)) => {
            let is_signed = text.signature.as_deref().is_some_and(|signature| !signature.is_empty());
            (!is_signed).then_some("left out, since the model takes back only what it signed")
        }
        (Replay::Signed, ReasoningContentBlock::RedactedContent(_)) => None,
        (Replay::Unsigned, ReasoningContentBlock::RedactedContent(_)) => {
            Some("left out, since the model takes back nothing encrypted")
        }
        (Replay::Unsigned, ReasoningContentBlock::ReasoningText(text)) => {
            let is_blank = text.text.as_deref().is_none_or(|text| text.trim().is_empty());
            is_blank.then_some("left out, since without its signature nothing is left of it")
        }
    }
}

/// Takes the signature from a block, and what else only another model knows; whether there was any.
fn unsign(block: &mut ReasoningContentBlock, foreign: bool) -> bool {
    let ReasoningContentBlock::ReasoningText(text) = block else { return false };
    let is_foreign = foreign && !text.unknown.is_empty();
    if is_foreign {
        text.unknown = JsonObject::new();
    }
    text.signature.take().is_some() || is_foreign
}
