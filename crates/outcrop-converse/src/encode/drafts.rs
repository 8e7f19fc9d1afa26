//! Conversations that are repaired before they are sent.

use outcrop_core::{CitationLocation, ContentBlock, ModelError, NoteAction, Role, UnifiedMessage};

use super::place::Place;
use super::{Alternation, Encoder};
use crate::catalog::ModelFamily;
use crate::repair::{Cached, Draft, Piece, Repair, Rule, Side, is_call, runs_on_server};
use crate::replay;
use crate::wire::{self, ConverseRequest, Message, ToolConfiguration};

impl Encoder<'_> {
    /// Puts conversation, system prompt and tools into a body, repaired for the model. Turns that are settled are not
    /// in it; what becomes settled with this request is told to the past.
    pub(super) fn repaired(
        &mut self,
        body: &mut ConverseRequest,
        tools: Option<ToolConfiguration>,
    ) -> Result<(), ModelError> {
        if self.inserts() {
            self.past.go_on_with(tools.is_some());
        }
        let drafts = self.drafts()?;
        let mut turns =
            if self.inserts() { self.inserted_turns(drafts, tools.is_some()) } else { self.turns_of(drafts) };
        body.tool_config = match tools {
            Some(tools) => Some(tools),
            None => {
                let calls = std::mem::take(&mut self.past.calls);
                let history = calls.iter().chain(turns.iter().flat_map(|turn| &turn.pieces));
                let tools = self.repair().tools_of(history);
                self.past.calls = calls;
                tools
            }
        };
        let mut system = self.system()?.unwrap_or_default();
        let mut none = Vec::new();
        let tools = body.tool_config.as_mut().map_or(&mut none, |config| &mut config.tools);
        let mut all = self.past.turns.stand_ins();
        let settled = all.len();
        all.append(&mut turns);
        self.repair().mend_cache_points(Cached { tools, system: &mut system, turns: &mut all });
        let turns = all.split_off(settled);
        self.past.new.mended = all;
        body.messages = Some(turns.into_iter().map(Message::from).collect());
        body.system = if system.is_empty() { None } else { Some(system) };
        Ok(())
    }

    pub(super) fn repair(&mut self) -> Repair<'_> {
        Repair {
            traits: self.traits,
            rules: &self.options.rules,
            filler: &self.options.filler,
            notes: &mut self.notes,
        }
    }

    /// What the messages say, block by block.
    fn drafts(&mut self) -> Result<Vec<Draft>, ModelError> {
        let request = self.request;
        let start = self.start();
        let mut drafts = Vec::with_capacity(request.messages.len().saturating_sub(start));
        for (index, message) in request.messages.iter().enumerate().skip(start) {
            if message.role.is_instruction() && self.has_system_prompt() {
                continue;
            }
            let (noted, documents) = (self.notes.len(), self.past.documents.len());
            self.note_name(message, index);
            let pieces = self.pieces(message, index)?;
            let count = pieces.len();
            let is_assistant =
                message.role == Role::Assistant || pieces.iter().any(|piece| is_call(&piece.block));
            let start = drafts.len();
            if is_assistant {
                split(pieces, index, &mut drafts);
            } else {
                drafts.push(Draft { side: Side::User, message: index, pieces });
            }
            let own = drafts.iter_mut().skip(start).filter(|draft| draft.side == Side::User);
            for piece in own.flat_map(|draft| &mut draft.pieces) {
                if matches!(piece.block, wire::ContentBlock::ToolResult(_)) {
                    self.settle_document_names(&mut piece.block, true, piece.place);
                }
            }
            if self.inserts() {
                self.mend_words(&mut drafts, start, index);
            } else {
                drafts.iter_mut().skip(start).for_each(|draft| self.repair().tell_calls(draft));
            }
            self.drafted(index, count, noted, documents);
        }
        Ok(drafts)
    }

    /// Whether turns are kept, with fillers between them, as AG2 does it.
    fn inserts(&self) -> bool {
        self.options.alternation == Alternation::Insert
    }

    /// Mends what a message says, results of tools apart; those of its drafts that then say nothing are left out.
    fn mend_words(&mut self, drafts: &mut Vec<Draft>, start: usize, message: usize) {
        for draft in drafts.iter_mut().skip(start) {
            self.repair().mend_words(draft);
        }
        if drafts.iter().skip(start).any(|draft| draft.pieces.is_empty()) {
            let own = drafts.split_off(start);
            drafts.extend(own.into_iter().filter(|draft| !draft.pieces.is_empty()));
        }
        if drafts.len() == start {
            let why = "left out, since it says nothing";
            self.note(Rule::EmptyMessages.id(), NoteAction::Dropped, Place::message(message), why);
        }
    }

    fn pieces(&mut self, message: &UnifiedMessage, index: usize) -> Result<Vec<Piece>, ModelError> {
        let mut pieces = Vec::with_capacity(message.content.len());
        let mut rest = message.content.as_slice();
        while let [block, after @ ..] = rest {
            let place = Place::message(index).block(message.content.len() - rest.len());
            let kept = match block {
                ContentBlock::ToolCall(_) | ContentBlock::ToolResult(_) => None,
                _ => replay::kept_wire(rest).or_else(|| replay::cited_text(rest)),
            };
            let (encoded, taken) = match kept {
                Some((block, count)) => (Some(block), count),
                None => (self.block(block, place)?, 1),
            };
            if let Some(mut encoded) = encoded {
                self.settle_media(&mut encoded, place)?;
                self.leave_search_out(&mut encoded, place);
                if matches!(encoded, wire::ContentBlock::Document(_)) {
                    self.settle_document_names(&mut encoded, is_callers(block, &message.role), place);
                }
                pieces.push(Piece { block: encoded, place, foreign: self.is_foreign(block) });
            }
            rest = rest.get(taken..).unwrap_or(after);
        }
        Ok(pieces)
    }

    /// Leaves out where in a search result a passage stands: Claude writes it, and does not take it back (lesson L128).
    fn leave_search_out(&mut self, block: &mut wire::ContentBlock, place: Place) {
        let wire::ContentBlock::CitationsContent(cited) = block else { return };
        if self.known.family != ModelFamily::Claude {
            return;
        }
        for citation in cited.citations.iter_mut().flatten() {
            if matches!(citation.location, Some(CitationLocation::SearchResult(_))) {
                citation.location = None;
                let message =
                    "the place in a search result is left out, since the model does not take it back";
                self.note("citations.location", NoteAction::Changed, place, message);
            }
        }
    }

    /// Tells that the name of a user is not sent, since Converse has no place for it.
    pub(super) fn note_name(&mut self, message: &UnifiedMessage, index: usize) {
        let is_named = message.name.as_ref().is_some_and(|name| !name.is_empty());
        if is_named && message.role == Role::User {
            let why = "left out, since Converse has no place for it";
            self.note("messages.name", NoteAction::Dropped, format!("messages[{index}].name"), why);
        }
    }

    /// Whether another model than the one that is asked signed or encrypted a block.
    fn is_foreign(&self, block: &ContentBlock) -> bool {
        let ContentBlock::Reasoning(reasoning) = block else { return false };
        let (catalog, asked) = (&self.options.catalog, &self.request.model);
        replay::origin(reasoning).is_some_and(|model| !catalog.is_one_model(&model, asked))
    }

    /// Gives the documents of a block names of their own; those in the model's words stay as they are.
    fn settle_document_names(&mut self, block: &mut wire::ContentBlock, is_callers: bool, place: Place) {
        if !is_callers {
            return self.past.documents.keep(block);
        }
        let rule = Rule::DocumentNames;
        if self.options.rules.contains(rule) && self.past.documents.settle(block) {
            let message = "the document got a name of its own, since the name was used before";
            self.note(rule.id(), NoteAction::Changed, place, message);
        }
    }
}

/// Whether a document is the caller's, even where it stands among the assistant's words: those of replies have no type.
fn is_callers(block: &ContentBlock, role: &Role) -> bool {
    *role != Role::Assistant || matches!(block, ContentBlock::Document(_))
}

/// Splits an assistant's message where results of tools stand in it, which are the user's to give. Those of tools that
/// the service runs are the assistant's.
fn split(pieces: Vec<Piece>, message: usize, drafts: &mut Vec<Draft>) {
    if !pieces.iter().any(|piece| matches!(piece.block, wire::ContentBlock::ToolResult(_))) {
        return drafts.push(Draft { side: Side::Assistant, message, pieces });
    }
    let on_server: Vec<String> = pieces
        .iter()
        .filter_map(|piece| match &piece.block {
            wire::ContentBlock::ToolUse(call) if runs_on_server(call) => Some(call.tool_use_id.clone()),
            _ => None,
        })
        .collect();
    let side_of = |block: &wire::ContentBlock| match block {
        wire::ContentBlock::ToolResult(result)
            if result.kind.is_none() && !on_server.contains(&result.tool_use_id) =>
        {
            Side::User
        }
        _ => Side::Assistant,
    };
    let mut draft = Draft { side: Side::Assistant, message, pieces: Vec::with_capacity(pieces.len()) };
    for piece in pieces {
        let side = side_of(&piece.block);
        if side != draft.side {
            let next = Draft { side, message, pieces: Vec::new() };
            let done = std::mem::replace(&mut draft, next);
            drafts.extend(Some(done).filter(|done| !done.pieces.is_empty()));
        }
        draft.pieces.push(piece);
    }
    drafts.push(draft);
}
