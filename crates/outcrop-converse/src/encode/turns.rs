//! Turns as AG2 makes them: messages put into the order that Converse wants, fillers between turns of one side.
//!
//! Converse wants turns of user and assistant in alternation, a user's turn first and last, every call of a tool
//! answered in the very next turn, and no result without its call. Histories of agents break each of these rules,
//! so they are put in order here, and every change is noted.

mod pairs;

use std::collections::BTreeSet;

use outcrop_core::{
    ContentBlock, ModelError, NoteAction, Role, ToolCallContent, ToolResultContent, UnifiedMessage,
};

use super::Encoder;
use super::drafts::is_callers;
use super::place::Place;
use crate::repair::{Rule, Side, not_taken_back};
use crate::replay;
use crate::transcript::Checkpoint;
use crate::wire::{self, ConversationRole, Message};
use pairs::Pairs;

/// What one message contributes, before turns are made of it.
enum Speech<'a> {
    /// Words and media.
    Words { role: ConversationRole, blocks: Vec<Block>, index: usize },
    /// The assistant calls tools, perhaps among words.
    Calls { pieces: Vec<Piece<'a>>, index: usize },
    /// Results of tools.
    Results { results: Vec<(&'a ToolResultContent, Place)>, index: usize },
}

impl Speech<'_> {
    /// The index of the message.
    fn message(&self) -> usize {
        match self {
            Self::Words { index, .. } | Self::Calls { index, .. } | Self::Results { index, .. } => *index,
        }
    }

    fn is_assistants(&self) -> bool {
        match self {
            Self::Words { role, .. } => *role == ConversationRole::Assistant,
            Self::Calls { .. } => true,
            Self::Results { .. } => false,
        }
    }
}

/// A piece of a turn in which the assistant calls tools.
enum Piece<'a> {
    Block(Block),
    Call(&'a ToolCallContent, Place),
}

/// A block whose documents have no names of their own yet.
struct Block {
    block: wire::ContentBlock,
    place: Place,
    /// Whether its documents are the caller's.
    is_callers: bool,
}

impl Encoder<'_> {
    /// The turns of the conversation; those that are settled are not among them.
    pub(super) fn turns(&mut self, has_tools: bool) -> Result<Vec<Message>, ModelError> {
        self.past.go_on_with(has_tools);
        let (request, start) = (self.request, self.start());
        let mut speeches = Vec::with_capacity(request.messages.len().saturating_sub(start));
        for (index, message) in request.messages.iter().enumerate().skip(start) {
            if message.role.is_instruction() && request.supports_system_prompts {
                continue;
            }
            let (noted, documents) = (self.notes.len(), self.past.documents.len());
            self.note_name(message, index);
            self.speeches_of(message, index, &mut speeches)?;
            self.drafted(index, message.content.len(), noted, documents);
        }
        let pairs = if has_tools { Pairs::of(&speeches) } else { Pairs::default() };
        let mut turns = self.turns_of_speeches(speeches, &pairs, has_tools)?;
        self.take_down_messages(&turns.list);
        if turns.last_role() != Some(&ConversationRole::User) {
            let index = self.request.messages.len();
            let filler = self.filler(index, "added, since the last turn must be the user's");
            turns.list.push(Message::of(ConversationRole::User, vec![filler]));
        }
        Ok(turns.list)
    }

    fn turns_of_speeches(
        &mut self,
        speeches: Vec<Speech<'_>>,
        pairs: &Pairs,
        has_tools: bool,
    ) -> Result<Turns, ModelError> {
        let mut turns = Turns::after(self.past.turns.len());
        let mut reached = self.reached();
        // Results that no call asked for wait until those that were asked for are told: nothing may stand between a
        // call and its result.
        let mut unasked = Vec::new();
        let mut before = None;
        for (position, speech) in speeches.into_iter().enumerate() {
            if !matches!(speech, Speech::Results { .. }) {
                self.tell(&mut unasked, &mut turns, has_tools);
            }
            let is_first = before.replace(speech.message()) != Some(speech.message());
            if is_first && speech.is_assistants() && turns.len() > 0 {
                let (documents, turning) = (self.past.documents.len(), self.turning(&reached));
                reached.reach(speech.message(), |drafted| Checkpoint {
                    turns: turns.len(),
                    documents,
                    turning,
                    ..drafted
                });
            }
            match speech {
                Speech::Words { role, blocks, index } => {
                    let blocks = blocks.into_iter().map(|block| self.named(block)).collect();
                    self.push(&mut turns, role, blocks, Kind::Words, index);
                }
                Speech::Calls { pieces, index } => {
                    let blocks = if has_tools {
                        self.calls(pieces, pairs, position)?
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
        self.keep_reached(reached);
        Ok(turns)
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
                        let (is_callers, foreign) =
                            (is_callers(block, &message.role), self.is_foreign(block));
                        self.add_block(&mut pieces, Block { block: encoded, place, is_callers }, foreign);
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
    fn add_block(&mut self, pieces: &mut Vec<Piece<'_>>, block: Block, foreign: bool) {
        let rule = Rule::ReasoningReplay;
        if let wire::ContentBlock::ReasoningContent(reasoning) = &block.block {
            let why = not_taken_back(reasoning, Side::Assistant, self.traits.reasoning, foreign);
            if let Some(why) = why.filter(|_| self.options.rules.has(rule)) {
                return self.note(rule.id(), NoteAction::Dropped, block.place, why);
            }
        }
        let is_document = |piece: &Piece<'_>| {
            let Piece::Block(Block { block, .. }) = piece else { return false };
            matches!(block, wire::ContentBlock::Document(_) | wire::ContentBlock::Video(_))
        };
        let documents = pieces.iter().rev().take_while(|piece| is_document(piece)).count();
        let is_point = matches!(block.block, wire::ContentBlock::CachePoint(_));
        if documents == 0 || !is_point || !self.options.rules.has(Rule::CachePosition) {
            return pieces.push(Piece::Block(block));
        }
        let (at, place) = (pieces.len() - documents, block.place);
        let (action, message) = if at == 0 {
            (NoteAction::Dropped, "left out, since the service takes none right after a document")
        } else {
            pieces.insert(at, Piece::Block(block));
            (NoteAction::Moved, "moved before the documents, since the service takes none right after them")
        };
        self.note(Rule::CachePosition.id(), action, place, message);
    }

    /// The block, its documents with names of their own.
    fn named(&mut self, block: Block) -> wire::ContentBlock {
        let Block { mut block, place, is_callers } = block;
        self.settle_document_names(&mut block, is_callers, place);
        block
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
                Piece::Block(block) => blocks.push(self.named(block)),
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
                Piece::Block(block) => blocks.push(self.named(block)),
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
        let wanted = if turns.len() % 2 == 0 { ConversationRole::User } else { ConversationRole::Assistant };
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

fn only_blocks(pieces: Vec<Piece<'_>>) -> Vec<Block> {
    pieces
        .into_iter()
        .filter_map(|piece| if let Piece::Block(block) = piece { Some(block) } else { None })
        .collect()
}

/// The turns made so far.
struct Turns {
    /// How many are settled, and not in the list.
    settled: usize,
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
    fn after(settled: usize) -> Self {
        Self { settled, list: Vec::new(), last_kind: Kind::default() }
    }

    fn len(&self) -> usize {
        self.settled + self.list.len()
    }

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
