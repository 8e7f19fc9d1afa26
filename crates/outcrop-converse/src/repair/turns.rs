//! Turns in alternation, with their calls and results paired.

use outcrop_core::NoteAction;

use super::{Draft, Piece, Repair, Rule, Seen, Side, Turn, is_call, is_point};
use crate::catalog::ToolResultSiblings;
use crate::encode::place::Place;
use crate::wire::{ContentBlock, ToolResultBlock, ToolResultContentBlock, ToolResultStatus};

/// What is said in place of a result that nobody has (lesson L43).
const NO_RESULT: &str = "[no result was recorded for this tool call]";

/// What the user says after an assistant's turn that the model would not go on with (lesson L5).
const GO_ON: &str = "Please continue your response from where you left off.";

/// The turns made so far, and the user's turn that is being made.
#[derive(Default)]
pub(crate) struct Turns {
    done: Vec<Turn>,
    /// The calls of the last turn that have no result yet.
    open: Vec<Call>,
    /// The results of the user's turn that is being made, and what stands beside them.
    results: Vec<Piece>,
    beside: Vec<Piece>,
    /// The ids of all calls so far, those of tools that the service runs among them.
    ids: Seen,
}

/// A call that waits for its result.
struct Call {
    /// Its id in the history.
    id: String,
    /// The id that it is sent with, where that differs.
    own: Option<String>,
    place: Place,
}

impl Turns {
    /// Turns that go on where the assistant answers a turn of the user which is written elsewhere.
    pub(crate) fn answering(ids: Seen) -> Self {
        Self { done: vec![Turn { side: Side::User, pieces: Vec::new() }], ids, ..Self::default() }
    }

    /// Turns from the start of a conversation.
    pub(crate) fn starting(ids: Seen) -> Self {
        Self { ids, ..Self::default() }
    }

    /// How many turns are made, the one among them that may still change.
    pub(crate) fn len(&self) -> usize {
        self.done.len()
    }

    /// How many ids of calls were met.
    pub(crate) fn ids(&self) -> usize {
        self.ids.len()
    }

    /// The turns, and the ids of all calls.
    pub(crate) fn into_parts(self) -> (Vec<Turn>, Seen) {
        (self.done, self.ids)
    }

    /// Whether the user says something that is not yet a turn.
    fn in_users_turn(&self) -> bool {
        !self.results.is_empty() || !self.beside.is_empty()
    }
}

impl Repair<'_> {
    /// Adds what a draft says to the turns; whether the assistant answers a turn of the user with it.
    ///
    /// All turns before such an answer are settled: what follows changes the last turn alone.
    pub(crate) fn add(&mut self, mut draft: Draft, turns: &mut Turns) -> bool {
        self.mend(&mut draft);
        if draft.pieces.is_empty() && self.has(Rule::EmptyMessages) {
            let message = "left out, since it says nothing";
            self.note(Rule::EmptyMessages, NoteAction::Dropped, Place::message(draft.message), message);
            return false;
        }
        let was_users = turns.in_users_turn();
        match draft.side {
            Side::User => self.user(draft, turns),
            Side::Assistant => self.assistant(draft, turns),
        }
        let is_assistants = turns.done.last().is_some_and(|last| last.side == Side::Assistant);
        was_users && is_assistants && !turns.in_users_turn()
    }

    /// Ends the last of the user's turns.
    pub(crate) fn end(&mut self, turns: &mut Turns) {
        self.end_user_turn(turns);
    }

    /// Mends what can be mended looking at one whole turn.
    pub(crate) fn mend_turn(&mut self, turn: &mut Turn) {
        self.put_reasoning_first(turn);
        self.put_words_beside_reasoning(turn);
        self.put_words_beside_documents(turn);
    }

    fn user(&mut self, mut draft: Draft, turns: &mut Turns) {
        let goes_on = turns.in_users_turn();
        let only_results =
            draft.pieces.iter().all(|piece| matches!(piece.block, ContentBlock::ToolResult(_)));
        if !goes_on {
            self.attach_leading_points(&mut draft.pieces, turns.done.last_mut());
        } else if !only_results {
            if self.has(Rule::Alternation) {
                self.note_joined(&draft);
            } else {
                self.end_user_turn(turns);
            }
        }
        for piece in draft.pieces {
            match piece.block {
                ContentBlock::ToolResult(result) => self.result(result, piece.place, turns),
                block => turns.beside.push(Piece { block, ..piece }),
            }
        }
    }

    fn assistant(&mut self, mut draft: Draft, turns: &mut Turns) {
        let only_points = draft.pieces.iter().all(|piece| is_point(&piece.block));
        let goes_on = turns.in_users_turn();
        if only_points && !draft.pieces.is_empty() && goes_on && self.has(Rule::CachePosition) {
            // They would make an empty turn; what is before them is the user's turn that is being made.
            return turns.beside.append(&mut draft.pieces);
        }
        if goes_on {
            self.end_user_turn(turns);
        }
        self.settle_calls(&mut draft, turns);
        match turns.done.last_mut().filter(|last| last.side == Side::Assistant) {
            Some(last) if self.rules.contains(Rule::Alternation) => {
                self.note_joined(&draft);
                last.pieces.append(&mut draft.pieces);
            }
            _ => {
                self.attach_leading_points(&mut draft.pieces, turns.done.last_mut());
                if !draft.pieces.is_empty() {
                    turns.done.push(Turn { side: Side::Assistant, pieces: draft.pieces });
                }
            }
        }
    }

    fn note_joined(&mut self, draft: &Draft) {
        let message = "joined with the turn before it, since user and assistant must alternate";
        self.note(Rule::Alternation, NoteAction::Moved, Place::message(draft.message), message);
    }

    /// Puts cache points that would be first in their turn at the end of the one before it (lesson L62).
    pub(crate) fn attach_leading_points(&mut self, pieces: &mut Vec<Piece>, mut before: Option<&mut Turn>) {
        let leading = pieces.iter().take_while(|piece| is_point(&piece.block)).count();
        if leading == 0 || !self.has(Rule::CachePosition) {
            return;
        }
        for point in pieces.drain(..leading) {
            let (action, message) = match &mut before {
                Some(last) => {
                    let place = point.place;
                    last.pieces.push(point);
                    self.note(
                        Rule::CachePosition,
                        NoteAction::Moved,
                        place,
                        "moved to the end of the turn before it, since nothing precedes it in its own",
                    );
                    continue;
                }
                None => (NoteAction::Dropped, "left out, since nothing precedes it"),
            };
            self.note(Rule::CachePosition, action, point.place, message);
        }
    }

    /// Takes the calls of a draft down, each with an id of its own.
    fn settle_calls(&mut self, draft: &mut Draft, turns: &mut Turns) {
        for piece in &mut draft.pieces {
            let is_callers = is_call(&piece.block);
            let ContentBlock::ToolUse(call) = &mut piece.block else { continue };
            let id = call.tool_use_id.clone();
            let own = self.own_id(&id, is_callers, piece.place, &mut turns.ids);
            if !is_callers {
                continue;
            }
            if let Some(own) = &own {
                call.tool_use_id.clone_from(own);
            }
            turns.open.push(Call { id, own, place: piece.place });
        }
    }

    /// The id that a call is sent with, where its own was used before; those of tools that the service runs stay.
    pub(crate) fn own_id(
        &mut self,
        id: &str,
        is_callers: bool,
        place: Place,
        ids: &mut Seen,
    ) -> Option<String> {
        let is_new = ids.insert(id);
        if is_new || !is_callers || !self.has(Rule::DuplicateIds) {
            return None;
        }
        let message = "got an id of its own, since the id was used before";
        self.note(Rule::DuplicateIds, NoteAction::Changed, place, message);
        ids.numbered(id, |number| format!("{id}-{number}"))
    }

    /// A result goes to the turn after its call; one that no call waits for is told in words.
    fn result(&mut self, mut result: ToolResultBlock, place: Place, turns: &mut Turns) {
        match turns.open.iter().position(|call| call.id == result.tool_use_id) {
            Some(at) => {
                if let Some(own) = turns.open.remove(at).own {
                    result.tool_use_id = own;
                }
                turns.results.push(Piece::new(ContentBlock::ToolResult(result), place));
            }
            None if self.has(Rule::OrphanResults) => {
                let message = "told in words, since no call waits for it";
                self.note(Rule::OrphanResults, NoteAction::Changed, place, message);
                turns.beside.extend(Self::told(result, place));
            }
            None => turns.results.push(Piece::new(ContentBlock::ToolResult(result), place)),
        }
    }

    /// Ends the user's turn: calls without a result get one that says so, and results come first.
    fn end_user_turn(&mut self, turns: &mut Turns) {
        let open = std::mem::take(&mut turns.open);
        if self.has(Rule::UnansweredCalls) {
            for call in open {
                let message = "a result was added that says there is none, since none follows";
                self.note(Rule::UnansweredCalls, NoteAction::Added, call.place, message);
                let block = self.no_result(call.own.unwrap_or(call.id));
                turns.results.push(Piece::new(block, call.place));
            }
        }
        let mut pieces = std::mem::take(&mut turns.results);
        let mut beside = std::mem::take(&mut turns.beside);
        let first_apart = self.refused_beside(&pieces, &beside);
        if let Some(place) = first_apart {
            let points = beside.iter().take_while(|piece| is_point(&piece.block)).count();
            pieces.extend(beside.drain(..points));
            let message =
                "put into a turn of its own, since the model does not take it beside results of tools";
            self.note(Rule::ResultsAlone, NoteAction::Moved, place, message);
            turns.done.push(Turn { side: Side::User, pieces: std::mem::take(&mut pieces) });
            let filler = Piece::new(self.filler(), place);
            turns.done.push(Turn { side: Side::Assistant, pieces: vec![filler] });
        }
        pieces.append(&mut beside);
        if !pieces.is_empty() {
            turns.done.push(Turn { side: Side::User, pieces });
        }
    }

    fn no_result(&self, id: String) -> ContentBlock {
        let mut result = ToolResultBlock::new(id, vec![ToolResultContentBlock::Text(NO_RESULT.to_owned())]);
        let has_status = self.traits.result_status || !self.has(Rule::ResultStatus);
        result.status = has_status.then_some(ToolResultStatus::Error);
        ContentBlock::ToolResult(result)
    }

    /// The place of the first thing that the model does not take beside results.
    fn refused_beside(&self, results: &[Piece], beside: &[Piece]) -> Option<Place> {
        if results.is_empty() || !self.has(Rule::ResultsAlone) {
            return None;
        }
        let is_refused = |piece: &&Piece| match self.traits.beside_results {
            ToolResultSiblings::Unknown => false,
            ToolResultSiblings::TextAndImages => {
                matches!(piece.block, ContentBlock::Document(_) | ContentBlock::Video(_))
            }
            ToolResultSiblings::Nothing => !is_point(&piece.block),
        };
        beside.iter().find(is_refused).map(|piece| piece.place)
    }

    /// Puts a turn of the user before an assistant's that the model does not start with.
    pub(crate) fn mend_first_turn(&mut self, turns: &mut Vec<Turn>) {
        let is_legal =
            turns.first().is_some_and(|first| first.side == Side::User || self.traits.leading_assistant);
        if is_legal || !self.has(Rule::FirstTurn) {
            return;
        }
        let place =
            turns.first().and_then(|turn| turn.pieces.first()).map_or(Place::message(0), |piece| piece.place);
        let filler = Piece::new(self.filler(), place);
        turns.insert(0, Turn { side: Side::User, pieces: vec![filler] });
        self.note(
            Rule::FirstTurn,
            NoteAction::Added,
            place,
            "a turn was put before it, since the first must be the user's",
        );
    }

    /// Where the model goes on with the assistant's last words, they end without white space; elsewhere the user asks
    /// it to go on.
    pub(crate) fn mend_last_turn(&mut self, turns: &mut Vec<Turn>, after: usize) {
        let Some(last) = turns.last_mut().filter(|last| last.side == Side::Assistant) else { return };
        let said = last.pieces.iter_mut().rev().find(|piece| !is_point(&piece.block));
        if let Some(Piece { block: ContentBlock::Text(text), place, .. }) =
            said.filter(|_| self.traits.prefill)
        {
            let place = *place;
            let length = text.trim_end().len();
            if length < text.len() && self.rules.contains(Rule::PrefillSpace) {
                text.truncate(length);
                let message = "the white space at its end is left out, since the model goes on with it";
                self.note(Rule::PrefillSpace, NoteAction::Changed, place, message);
            }
            return;
        }
        if self.has(Rule::LastTurn) {
            let place = Place::message(after);
            let go_on = Piece::new(ContentBlock::Text(GO_ON.to_owned()), place);
            turns.push(Turn { side: Side::User, pieces: vec![go_on] });
            self.note(
                Rule::LastTurn,
                NoteAction::Added,
                place,
                "added, since the last turn must be the user's",
            );
        }
    }
}
