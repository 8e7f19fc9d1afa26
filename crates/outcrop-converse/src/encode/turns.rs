//! Turns as AG2 makes them: messages put into the order that Converse wants, fillers between turns of one side.
//!
//! Converse wants turns of user and assistant in alternation, a user's turn first and last, every call of a tool
//! answered in the very next turn, and no result without its call. Histories of agents break each of these rules,
//! so they are put in order here, and every change is noted.

use std::collections::BTreeSet;

use outcrop_core::{
    ContentBlock, ModelError, NoteAction, Role, ToolCallContent, ToolResultContent, UnifiedMessage,
};

use super::Encoder;
use super::drafts::is_callers;
use super::place::Place;
use crate::catalog::ReasoningReplay;
use crate::repair::Rule;
use crate::replay;
use crate::wire::{self, ConversationRole, Message};

/// What one message contributes, before turns are made of it.
enum Speech<'a> {
    /// Words and media.
    Words { role: ConversationRole, blocks: Vec<wire::ContentBlock>, index: usize },
    /// The assistant calls tools, perhaps among words.
    Calls { pieces: Vec<Piece<'a>>, index: usize },
    /// Results of tools.
    Results { results: Vec<(&'a ToolResultContent, Place)>, index: usize },
}

/// A piece of a turn in which the assistant calls tools.
enum Piece<'a> {
    Block(wire::ContentBlock),
    Call(&'a ToolCallContent, Place),
}

impl Encoder<'_> {
    /// The turns of the conversation.
    pub(super) fn turns(&mut self, has_tools: bool) -> Result<Vec<Message>, ModelError> {
        let mut speeches = Vec::with_capacity(self.request.messages.len());
        for (index, message) in self.request.messages.iter().enumerate() {
            if !(message.role.is_instruction() && self.request.supports_system_prompts) {
                self.speeches_of(message, index, &mut speeches)?;
            }
        }
        let pairs = if has_tools { Pairs::of(&speeches) } else { Pairs::default() };

        let mut turns = Turns::default();
        // Results that no call asked for wait until those that were asked for are told: nothing may stand between a
        // call and its result.
        let mut unasked = Vec::new();
        for (position, speech) in speeches.into_iter().enumerate() {
            if !matches!(speech, Speech::Results { .. }) {
                self.tell(&mut unasked, &mut turns, has_tools);
            }
            match speech {
                Speech::Words { role, blocks, index } => {
                    self.push(&mut turns, role, blocks, Kind::Words, index);
                }
                Speech::Calls { pieces, index } => {
                    let blocks = if has_tools {
                        self.calls(pieces, &pairs, position)?
                    } else {
                        self.calls_as_words(pieces, index)
                    };
                    self.push(&mut turns, ConversationRole::Assistant, blocks, Kind::Words, index);
                }
                Speech::Results { results, index } => {
                    for (result, place) in results {
                        if pairs.matched.contains(&(position, place)) {
                            let mut block = wire::ContentBlock::ToolResult(self.tool_result(result, place)?);
                            self.settle_media(&mut block, place)?;
                            self.settle_document_names(&mut block, true, place);
                            self.push(&mut turns, ConversationRole::User, vec![block], Kind::Results, index);
                        } else {
                            unasked.push((result, place, index));
                        }
                    }
                }
            }
        }
        self.tell(&mut unasked, &mut turns, has_tools);
        if turns.last_role() != Some(&ConversationRole::User) {
            let index = self.request.messages.len();
            let filler = self.filler(index, "added, since the last turn must be the user's");
            turns.list.push(Message::of(ConversationRole::User, vec![filler]));
        }
        Ok(turns.list)
    }

    /// Takes a message apart.
    fn speeches_of<'m>(
        &mut self,
        message: &'m UnifiedMessage,
        index: usize,
        speeches: &mut Vec<Speech<'m>>,
    ) -> Result<(), ModelError> {
        let mut pieces = Vec::with_capacity(message.content.len());
        let mut results = Vec::new();
        let mut calls = false;
        let mut rest = message.content.as_slice();
        while let [block, after @ ..] = rest {
            let place = Place::message(index).block(message.content.len() - rest.len());
            let mut taken = 1;
            match block {
                ContentBlock::ToolCall(call) if !call.runs_on_server() => {
                    calls = true;
                    pieces.push(Piece::Call(call, place));
                }
                ContentBlock::ToolResult(result) if !answers_in_place(result, message) => {
                    results.push((result, place));
                }
                block => {
                    let kept = replay::kept_wire(rest).or_else(|| replay::cited_text(rest));
                    let (encoded, count) = match kept {
                        Some((kept, count)) => (Some(kept), count),
                        None => (self.block(block, place)?, 1),
                    };
                    taken = count;
                    if let Some(mut encoded) = encoded {
                        self.settle_media(&mut encoded, place)?;
                        self.settle_document_names(&mut encoded, is_callers(block, &message.role), place);
                        self.add_block(&mut pieces, encoded, place);
                    }
                }
            }
            rest = rest.get(taken..).unwrap_or(after);
        }
        let was_empty = pieces.is_empty() && results.is_empty();
        if was_empty {
            self.note(
                "messages.empty",
                NoteAction::Dropped,
                Place::message(index),
                "left out, since it says nothing",
            );
        }
        let assistant = calls || message.role == Role::Assistant;
        // Results come before what the user says beside them; after what the assistant says.
        let results = if results.is_empty() { None } else { Some(Speech::Results { results, index }) };
        let words = match (pieces.is_empty(), calls) {
            (true, _) => None,
            (false, true) => Some(Speech::Calls { pieces, index }),
            (false, false) => {
                let role = if assistant { ConversationRole::Assistant } else { ConversationRole::User };
                Some(Speech::Words { role, blocks: only_blocks(pieces), index })
            }
        };
        if assistant {
            speeches.extend([words, results].into_iter().flatten());
        } else {
            speeches.extend([results, words].into_iter().flatten());
        }
        Ok(())
    }

    /// Adds a block to a turn, if the model takes it back; a cache point right after documents goes before them, where the
    /// service takes it.
    fn add_block(&mut self, pieces: &mut Vec<Piece<'_>>, block: wire::ContentBlock, place: Place) {
        let is_reasoning = matches!(block, wire::ContentBlock::ReasoningContent(_));
        let rule = Rule::ReasoningReplay;
        if is_reasoning && self.traits.reasoning == ReasoningReplay::Refused && self.options.rules.has(rule) {
            let message = "left out, since the model takes no reasoning back";
            return self.note(rule.id(), NoteAction::Dropped, place, message);
        }
        let is_document = |piece: &Piece<'_>| {
            matches!(piece, Piece::Block(wire::ContentBlock::Document(_) | wire::ContentBlock::Video(_)))
        };
        let documents = pieces.iter().rev().take_while(|piece| is_document(piece)).count();
        let is_point = matches!(block, wire::ContentBlock::CachePoint(_));
        if documents == 0 || !is_point || !self.options.rules.has(Rule::CachePosition) {
            return pieces.push(Piece::Block(block));
        }
        let at = pieces.len() - documents;
        let (action, message) = if at == 0 {
            (NoteAction::Dropped, "left out, since the service takes none right after a document")
        } else {
            pieces.insert(at, Piece::Block(block));
            (NoteAction::Moved, "moved before the documents, since the service takes none right after them")
        };
        self.note(Rule::CachePosition.id(), action, place, message);
    }

    /// A turn with calls: those that are answered, each id once.
    fn calls(
        &mut self,
        pieces: Vec<Piece<'_>>,
        pairs: &Pairs,
        position: usize,
    ) -> Result<Vec<wire::ContentBlock>, ModelError> {
        let mut seen = BTreeSet::new();
        let mut blocks = Vec::with_capacity(pieces.len());
        for piece in pieces {
            match piece {
                Piece::Block(block) => blocks.push(block),
                Piece::Call(call, place) => {
                    let block = self.tool_use(call, place)?;
                    if !pairs.answered.contains(&(position, call.id.clone())) {
                        self.note(
                            "tool_use.unanswered",
                            NoteAction::Dropped,
                            place,
                            "left out, since no result follows",
                        );
                    } else if !seen.insert(call.id.as_str()) {
                        self.note(
                            "tool_use.duplicate",
                            NoteAction::Dropped,
                            place,
                            "left out, since its id was used before",
                        );
                    } else {
                        blocks.push(wire::ContentBlock::ToolUse(block));
                    }
                }
            }
        }
        if blocks.is_empty() {
            blocks.push(wire::ContentBlock::Text(self.options.filler.clone()));
        }
        Ok(blocks)
    }

    /// A turn with calls in a request without tools, where the service takes none: told in words, as AG2 does it.
    fn calls_as_words(&mut self, pieces: Vec<Piece<'_>>, index: usize) -> Vec<wire::ContentBlock> {
        self.note(
            "tool_use.without_tools",
            NoteAction::Changed,
            Place::message(index),
            "its tool calls are told in words, since the request has no tools",
        );
        let mut names = Vec::new();
        let mut blocks = Vec::with_capacity(pieces.len());
        for piece in pieces {
            match piece {
                Piece::Block(block) => blocks.push(block),
                Piece::Call(call, _) => names.push(call.name.as_str()),
            }
        }
        let told = format!("Some internal function(s) that could be used: [{}]", names.join(", "));
        blocks.push(wire::ContentBlock::Text(told));
        blocks
    }

    /// Tells results in words.
    fn tell(
        &mut self,
        results: &mut Vec<(&ToolResultContent, Place, usize)>,
        turns: &mut Turns,
        has_tools: bool,
    ) {
        for (result, place, index) in results.drain(..) {
            let words = self.result_as_words(result, place, has_tools);
            self.push(turns, ConversationRole::User, vec![words], Kind::ResultsAsWords, index);
        }
    }

    /// A result that no call asked for, or in a request without tools: told in words, as AG2 does it.
    fn result_as_words(
        &mut self,
        result: &ToolResultContent,
        place: Place,
        has_tools: bool,
    ) -> wire::ContentBlock {
        if has_tools {
            let message = "told in words, since no call before it has its id";
            self.note("tool_result.orphan", NoteAction::Changed, place, message);
        } else {
            let message = "told in words, since the request has no tools";
            self.note("tool_result.without_tools", NoteAction::Changed, place, message);
        }
        wire::ContentBlock::Text(format!("Running the function returned: {}", result.output))
    }

    /// Adds blocks to the turns: to the last one where they belong together, after a filler where sides would not alternate.
    fn push(
        &mut self,
        turns: &mut Turns,
        role: ConversationRole,
        blocks: Vec<wire::ContentBlock>,
        kind: Kind,
        index: usize,
    ) {
        let same_side = turns.last_role() == Some(&role);
        let together = kind != Kind::Words && kind == turns.last_kind;
        if same_side && together {
            turns.extend_last(blocks, kind);
            return;
        }
        let wanted =
            if turns.list.len() % 2 == 0 { ConversationRole::User } else { ConversationRole::Assistant };
        if role != wanted {
            let filler =
                self.filler(index, "a turn was put before it, since user and assistant must alternate");
            turns.list.push(Message::of(wanted, vec![filler]));
        }
        turns.list.push(Message::of(role, blocks));
        turns.last_kind = kind;
    }

    fn filler(&mut self, index: usize, why: &'static str) -> wire::ContentBlock {
        self.note("turns.alternate", NoteAction::Added, Place::message(index), why);
        wire::ContentBlock::Text(self.options.filler.clone())
    }
}

/// Whether a result stands in its place within the assistant's own turn: that of a tool which the service ran.
fn answers_in_place(result: &ToolResultContent, message: &UnifiedMessage) -> bool {
    let ran_here =
        || message.tool_calls().any(|call| call.runs_on_server() && call.id == result.tool_call_id);
    message.role == Role::Assistant && (result.kind.is_some() || ran_here())
}

fn only_blocks(pieces: Vec<Piece<'_>>) -> Vec<wire::ContentBlock> {
    pieces
        .into_iter()
        .filter_map(|piece| if let Piece::Block(block) = piece { Some(block) } else { None })
        .collect()
}

/// Which calls have results and which results have calls.
#[derive(Default)]
struct Pairs {
    /// Position of the speech, id of the call.
    answered: BTreeSet<(usize, String)>,
    /// Position of the speech, place of the result.
    matched: BTreeSet<(usize, Place)>,
}

impl Pairs {
    /// Pairs the calls of each turn with the results that follow before anyone says something else; the first result
    /// of an id counts.
    fn of(speeches: &[Speech<'_>]) -> Self {
        let mut pairs = Self::default();
        for (position, speech) in speeches.iter().enumerate() {
            let Speech::Calls { pieces, .. } = speech else { continue };
            let mut open: BTreeSet<&str> = pieces
                .iter()
                .filter_map(
                    |piece| if let Piece::Call(call, _) = piece { Some(call.id.as_str()) } else { None },
                )
                .collect();
            for (later, following) in speeches.iter().enumerate().skip(position + 1) {
                let Speech::Results { results, .. } = following else { break };
                for (result, place) in results {
                    if open.remove(result.tool_call_id.as_str()) {
                        pairs.answered.insert((position, result.tool_call_id.clone()));
                        pairs.matched.insert((later, *place));
                    }
                }
            }
        }
        pairs
    }
}

/// The turns made so far.
#[derive(Default)]
struct Turns {
    list: Vec<Message>,
    last_kind: Kind,
}

/// What the last turn consists of: results, and results told in words, share a turn among themselves.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Words,
    Results,
    ResultsAsWords,
}

impl Turns {
    fn last_role(&self) -> Option<&ConversationRole> {
        self.list.last().map(|turn| &turn.role)
    }

    fn extend_last(&mut self, blocks: Vec<wire::ContentBlock>, kind: Kind) {
        if let Some(last) = self.list.last_mut() {
            last.content.get_or_insert_default().extend(blocks);
        }
        self.last_kind = kind;
    }
}
