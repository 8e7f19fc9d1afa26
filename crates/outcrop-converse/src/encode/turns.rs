//! Turns as AG2 makes them: messages put into the order that Converse wants, fillers between turns of one side.
//!
//! Converse wants turns of user and assistant in alternation, a user's turn first and last, every call of a tool
//! answered in the very next turn, and no result without its call. Histories of agents break each of these rules,
//! so they are put in order here, and every change is noted. What a turn consists of is mended as in merged turns.

mod pairs;

use std::collections::{BTreeMap, BTreeSet};

use outcrop_core::NoteAction;

use super::Encoder;
use super::grown::Reached;
use super::place::Place;
use crate::repair::{Draft, Piece, Repair, Rule, Seen, Side, Turn, is_call, is_point, runs_on_server};
use crate::transcript::Checkpoint;
use crate::wire::{ContentBlock, ToolResultBlock, ToolResultContentBlock};
use pairs::Pairs;

impl Encoder<'_> {
    /// The turns that drafts make; those that are settled are not among them.
    pub(super) fn inserted_turns(&mut self, drafts: Vec<Draft>, has_tools: bool) -> Vec<Turn> {
        let pairs = has_tools.then(|| Pairs::of(&drafts));
        let mut turns = self.insert(drafts, pairs.as_ref());
        let notes = self.mend_each(&mut turns);
        self.take_down(&turns, notes);
        if turns.last().is_none_or(|last| last.side != Side::User) {
            let index = self.request.messages.len();
            let filler = self.filler(index, "added, since the last turn must be the user's");
            turns.push(Turn { side: Side::User, pieces: vec![filler] });
        }
        turns
    }

    /// Makes turns of drafts; there are pairs of calls and results where the request has tools.
    fn insert(&mut self, drafts: Vec<Draft>, pairs: Option<&Pairs>) -> Vec<Turn> {
        let mut turns = Turns {
            settled: self.past.turns.len(),
            list: Vec::with_capacity(drafts.len()),
            ids: std::mem::take(&mut self.past.ids),
            ..Turns::default()
        };
        // Cache points that come first go to the turn before; where that is settled, they are there already.
        let is_resumed = turns.settled > 0;
        if is_resumed {
            turns.settled -= 1;
            turns.list.push(Turn { side: Side::User, pieces: Vec::new() });
        }
        let mut reached = self.reached();
        let mut before = None;
        for (position, draft) in drafts.into_iter().enumerate() {
            let is_first = before.replace(draft.message) != Some(draft.message);
            match draft.side {
                Side::User => self.user(draft, position, pairs, &mut turns),
                Side::Assistant => {
                    let reached = is_first.then_some(&mut reached);
                    self.assistant(draft, position, pairs, &mut turns, reached);
                }
            }
        }
        self.tell(&mut turns);
        self.keep_reached(reached);
        self.past.ids = turns.ids;
        turns.list.drain(..usize::from(is_resumed));
        turns.list
    }

    /// A message of the user: the results first, each group of them in a turn of its own.
    fn user(&mut self, draft: Draft, position: usize, pairs: Option<&Pairs>, turns: &mut Turns) {
        let mut words = Vec::new();
        for (index, piece) in draft.pieces.into_iter().enumerate() {
            let ContentBlock::ToolResult(result) = piece.block else {
                let follows = index > 0 && words.is_empty() && is_point(&piece.block);
                match turns.results().filter(|_| follows) {
                    // It stands where it belongs.
                    Some(results) => results.pieces.push(piece),
                    None => words.push(piece),
                }
                continue;
            };
            if pairs.is_some_and(|pairs| pairs.has_call(position, index)) {
                self.result(result, piece.place, draft.message, turns);
            } else {
                let told = self.result_as_words(result, piece.place, pairs.is_some());
                turns.waiting.push((told, Kind::ResultsAsWords, draft.message));
            }
        }
        if !words.is_empty() {
            self.tell(turns);
            self.push(turns, Side::User, words, Kind::Words, draft.message);
        }
    }

    /// A result that was asked for; what the model does not take in it waits until all results are given.
    fn result(&mut self, mut result: ToolResultBlock, place: Place, message: usize, turns: &mut Turns) {
        if let Some(own) = turns.renamed.get(&result.tool_use_id) {
            result.tool_use_id.clone_from(own);
        }
        let pieces = vec![Piece::new(ContentBlock::ToolResult(result), place)];
        let mut draft = Draft { side: Side::User, message, pieces };
        self.repair().mend_results(&mut draft);
        let moved = draft.pieces.split_off(1);
        if !moved.is_empty() {
            turns.waiting.push((moved, Kind::Beside, message));
        }
        self.push(turns, Side::User, draft.pieces, Kind::Results, message);
    }

    /// A message of the assistant, before which all is settled.
    fn assistant(
        &mut self,
        mut draft: Draft,
        position: usize,
        pairs: Option<&Pairs>,
        turns: &mut Turns,
        reached: Option<&mut Reached>,
    ) {
        self.tell(turns);
        let (before, ids) = (turns.len(), turns.ids.len());
        let turning = reached.as_ref().map(|reached| self.turning(reached));
        let message = draft.message;
        // Before calls are left out: what is settled must not depend on the results that follow.
        self.repair().attach_leading_points(&mut draft.pieces, turns.list.last_mut());
        let pieces = match pairs {
            _ if !draft.pieces.iter().any(|piece| is_call(&piece.block)) => draft.pieces,
            Some(pairs) => self.calls(draft, position, pairs, turns),
            None => self.calls_as_words(draft),
        };
        self.push(turns, Side::Assistant, pieces, Kind::Words, message);
        if let (Some(reached), Some(turning)) = (reached, turning) {
            if before > 0 && turns.len() > before {
                let settle = |drafted| Checkpoint { turns: before, ids, turning, ..drafted };
                reached.reach(message, settle);
            }
        }
    }

    /// A turn with calls: those that are answered, each with an id of its own.
    fn calls(&mut self, draft: Draft, position: usize, pairs: &Pairs, turns: &mut Turns) -> Vec<Piece> {
        turns.renamed.clear();
        let mut seen = BTreeSet::new();
        let mut pieces = Vec::with_capacity(draft.pieces.len());
        for mut piece in draft.pieces {
            let is_callers = is_call(&piece.block);
            if let ContentBlock::ToolUse(call) = &mut piece.block {
                let id = call.tool_use_id.clone();
                if is_callers && !pairs.has_result(position, &id) {
                    let message = "left out, since no result follows";
                    self.note(Rule::UnansweredCalls.id(), NoteAction::Dropped, piece.place, message);
                    continue;
                }
                if is_callers && !seen.insert(id.clone()) {
                    let message = "left out, since its id was used before";
                    self.note(Rule::DuplicateIds.id(), NoteAction::Dropped, piece.place, message);
                    continue;
                }
                let own = self.repair().own_id(&id, is_callers, piece.place, &mut turns.ids);
                if let Some(own) = own {
                    call.tool_use_id.clone_from(&own);
                    turns.renamed.insert(id, own);
                }
            }
            pieces.push(piece);
        }
        let says_nothing = pieces.first().is_none_or(|piece| is_point(&piece.block));
        if says_nothing {
            let filler = ContentBlock::Text(self.options.filler.clone());
            pieces.insert(0, Piece::new(filler, Place::message(draft.message)));
        }
        pieces
    }

    /// A turn with calls in a request without tools, where the service takes none: told in words, as AG2 does it.
    fn calls_as_words(&mut self, draft: Draft) -> Vec<Piece> {
        let place = Place::message(draft.message);
        let message = "its tool calls are told in words, since the request has no tools";
        self.note("tool_use.without_tools", NoteAction::Changed, place, message);
        let mut names = Vec::new();
        let mut pieces = Vec::with_capacity(draft.pieces.len());
        for piece in draft.pieces {
            match piece.block {
                ContentBlock::ToolUse(call) if !runs_on_server(&call) => names.push(call.name),
                block => pieces.push(Piece { block, ..piece }),
            }
        }
        let told = format!("Some internal function(s) that could be used: [{}]", names.join(", "));
        pieces.push(Piece::new(ContentBlock::Text(told), place));
        pieces
    }

    /// A result that no call asked for, or in a request without tools: told in words, as AG2 does it, its media beside
    /// them.
    fn result_as_words(&mut self, result: ToolResultBlock, place: Place, has_tools: bool) -> Vec<Piece> {
        if has_tools {
            let message = "told in words, since no call before it has its id";
            self.note(Rule::OrphanResults.id(), NoteAction::Changed, place, message);
        } else {
            let message = "told in words, since the request has no tools";
            self.note("tool_result.without_tools", NoteAction::Changed, place, message);
        }
        // Of media the text that the result is kept as has the bytes: there only the words are told.
        let has_media = result.content.iter().any(|part| !is_words(part));
        let output = match place.find(&self.request.messages) {
            Some(outcrop_core::ContentBlock::ToolResult(given)) if !has_media => Some(given.output.as_str()),
            _ => None,
        };
        let output = output.map(|output| format!("Running the function returned: {output}"));
        let mut told = Repair::told(result, place);
        if let (Some(words), Some(output)) = (told.first_mut(), output) {
            words.block = ContentBlock::Text(output);
        }
        told
    }

    /// Says what waited for the results before it: nothing may stand between a call and its result.
    fn tell(&mut self, turns: &mut Turns) {
        for (pieces, kind, message) in std::mem::take(&mut turns.waiting) {
            self.push(turns, Side::User, pieces, kind, message);
        }
    }

    /// Adds pieces to the turns: to the last one where they belong together, after a filler where sides would not alternate.
    fn push(&mut self, turns: &mut Turns, side: Side, mut pieces: Vec<Piece>, kind: Kind, message: usize) {
        self.repair().attach_leading_points(&mut pieces, turns.list.last_mut());
        if pieces.is_empty() {
            return;
        }
        let together = kind != Kind::Words && kind == turns.last_kind;
        if let Some(last) = turns.list.last_mut().filter(|last| together && last.side == side) {
            let points = last.pieces.iter().rev().take_while(|piece| is_point(&piece.block)).count();
            let before_points = last.pieces.len() - points;
            last.pieces.splice(before_points..before_points, pieces);
            return;
        }
        let wanted = if turns.len() % 2 == 0 { Side::User } else { Side::Assistant };
        if side != wanted {
            let filler =
                self.filler(message, "a turn was put before it, since user and assistant must alternate");
            turns.list.push(Turn { side: wanted, pieces: vec![filler] });
        }
        turns.list.push(Turn { side, pieces });
        turns.last_kind = kind;
    }

    fn filler(&mut self, message: usize, why: &'static str) -> Piece {
        let place = Place::message(message);
        self.note(Rule::Alternation.id(), NoteAction::Added, place, why);
        Piece::new(ContentBlock::Text(self.options.filler.clone()), place)
    }
}

fn is_words(part: &ToolResultContentBlock) -> bool {
    matches!(part, ToolResultContentBlock::Text(_) | ToolResultContentBlock::Json(_))
}

/// The turns made so far.
#[derive(Default)]
struct Turns {
    /// How many are settled, and not in the list.
    settled: usize,
    list: Vec<Turn>,
    last_kind: Kind,
    /// What is said once all results are given.
    waiting: Vec<(Vec<Piece>, Kind, usize)>,
    /// The ids of all calls so far.
    ids: Seen,
    /// The ids that the newest calls are sent with, where they differ from those in the history.
    renamed: BTreeMap<String, String>,
}

impl Turns {
    /// The last turn, if it has results and nothing waits for more of them.
    fn results(&mut self) -> Option<&mut Turn> {
        let goes_on = self.last_kind == Kind::Results && self.waiting.is_empty();
        self.list.last_mut().filter(|_| goes_on)
    }

    fn len(&self) -> usize {
        self.settled + self.list.len()
    }
}

/// What the last turn consists of: pieces of one kind share a turn among themselves, but for words.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Words,
    Results,
    /// Results that are told in words.
    ResultsAsWords,
    /// Media that the model does not take in results.
    Beside,
}
