//! Names of tools and ids of calls, as the service and the model take them.

use std::collections::BTreeMap;

use outcrop_core::{ModelRequest, NoteAction, ToolCallContent, UnifiedMessage};

use super::place::Place;
use super::{Alternation, Encoder};
use crate::repair::{Pattern, Renaming, Rule, SentNames, is_call, runs_on_server};
use crate::wire::{ContentBlock, ConversationRole, ConverseRequest, Message, Tool, ToolChoice, ToolUseBlock};

impl Encoder<'_> {
    /// Maps names and ids that are not legal, the same everywhere in the request; the names that the reply is to be
    /// read with.
    pub(super) fn legal_names(&mut self, body: &mut ConverseRequest) -> SentNames {
        if self.options.alternation == Alternation::Keep {
            return SentNames::default();
        }
        if self.options.rules.contains(Rule::ToolIds) {
            let all = self.past.sent_ids.iter().chain(ids(body));
            let servers = self.servers_calls().map(|call| call.id.as_str()).chain(server_ids(body));
            let renaming = Renaming::of(all, servers, self.traits.ids);
            if let Some(ids) = &renaming {
                self.note_ids(ids);
                ids_mut(body, |id| replace(id, ids));
            }
            self.past.new.is_stale |= !self.past.sent_ids.renamed(renaming);
        }
        if !self.options.rules.contains(Rule::ToolNames) {
            return SentNames::default();
        }
        let servers = self.servers_calls().map(|call| call.name.as_str()).chain(server_names(body));
        let renaming = Renaming::of(self.past.sent_names.iter().chain(names(body)), servers, Pattern::Dashes);
        let mut sent = SentNames::default();
        if let Some(names) = &renaming {
            self.note_names(names);
            names_mut(body, |name| replace(name, names));
            sent = SentNames::from(names);
        }
        self.past.new.is_stale |= !self.past.sent_names.renamed(renaming);
        sent
    }

    fn note_ids(&mut self, ids: &Renaming) {
        let message = "its id was mapped to one that is taken, in the call and in its result";
        let places = first_places(self.request, |call| call.id.as_str());
        for (id, _) in ids.iter() {
            let place = places.get(id).map_or_else(|| "messages".to_owned(), Place::to_string);
            self.note(Rule::ToolIds.id(), NoteAction::Changed, place, message);
        }
    }

    fn note_names(&mut self, names: &Renaming) {
        let message =
            "the tool's name was mapped to one that is taken, wherever it stands; the reply has the caller's";
        let tools: BTreeMap<&str, usize> =
            self.request.tools.iter().enumerate().map(|(index, tool)| (tool.name.as_str(), index)).collect();
        let places = first_places(self.request, |call| call.name.as_str());
        for (name, _) in names.iter() {
            let place = match tools.get(name) {
                Some(index) => format!("tools[{index}]"),
                None => places.get(name).map_or_else(|| "toolConfig".to_owned(), Place::to_string),
            };
            self.note(Rule::ToolNames.id(), NoteAction::Changed, place, message);
        }
    }

    /// The calls of tools that the service runs, in all of the conversation: their names and ids are its own.
    fn servers_calls(&self) -> impl Iterator<Item = &ToolCallContent> {
        self.request.messages.iter().flat_map(UnifiedMessage::tool_calls).filter(|call| call.runs_on_server())
    }
}

/// Where the caller's calls stand first, by their ids or names.
fn first_places(request: &ModelRequest, key: impl Fn(&ToolCallContent) -> &str) -> BTreeMap<&str, Place> {
    let mut places = BTreeMap::new();
    for (index, message) in request.messages.iter().enumerate() {
        for (part, block) in message.content.iter().enumerate() {
            if let Some(call) = block.as_tool_call().filter(|call| !call.runs_on_server()) {
                places.entry(key(call)).or_insert_with(|| Place::message(index).block(part));
            }
        }
    }
    places
}

fn replace(text: &mut String, renaming: &Renaming) {
    if let Some(own) = renaming.get(text) {
        own.clone_into(text);
    }
}

/// The ids of calls and results; those of tools that the service runs are its own.
fn ids(body: &ConverseRequest) -> impl Iterator<Item = &str> + Clone {
    body.messages.iter().flatten().flat_map(|message| {
        let has_results = is_callers(message);
        message.blocks().iter().filter_map(move |block| id_of(block, has_results))
    })
}

/// The id of a call, or of a result where results are the caller's.
pub(super) fn id_of(block: &ContentBlock, has_results: bool) -> Option<&str> {
    match block {
        ContentBlock::ToolUse(call) if is_call(block) => Some(&call.tool_use_id),
        ContentBlock::ToolResult(result) if has_results => Some(&result.tool_use_id),
        _ => None,
    }
}

fn ids_mut(body: &mut ConverseRequest, mut map: impl FnMut(&mut String)) {
    for message in body.messages.iter_mut().flatten() {
        let has_results = is_callers(message);
        for block in message.content.iter_mut().flatten() {
            match block {
                ContentBlock::ToolUse(call) if !runs_on_server(call) => map(&mut call.tool_use_id),
                ContentBlock::ToolResult(result) if has_results => map(&mut result.tool_use_id),
                _ => {}
            }
        }
    }
}

/// The ids of calls of tools that the service runs.
fn server_ids(body: &ConverseRequest) -> impl Iterator<Item = &str> {
    server_calls(body).map(|call| call.tool_use_id.as_str())
}

/// The names of tools that the service runs: those that are offered, and those that were called.
fn server_names(body: &ConverseRequest) -> impl Iterator<Item = &str> {
    let offered = body.tool_config.iter().flat_map(|config| &config.tools).filter_map(|tool| match tool {
        Tool::SystemTool(tool) => Some(tool.name.as_str()),
        _ => None,
    });
    offered.chain(server_calls(body).map(|call| call.name.as_str()))
}

fn server_calls(body: &ConverseRequest) -> impl Iterator<Item = &ToolUseBlock> {
    body.messages.iter().flatten().flat_map(Message::blocks).filter_map(|block| match block {
        ContentBlock::ToolUse(call) if runs_on_server(call) => Some(call),
        _ => None,
    })
}

/// Whether results in a message are the caller's: in the assistant's turns they are the service's.
fn is_callers(message: &Message) -> bool {
    message.role != ConversationRole::Assistant
}

/// The names of tools, wherever they stand; those of tools that the service runs are its own.
fn names(body: &ConverseRequest) -> impl Iterator<Item = &str> + Clone {
    let tools = body.tool_config.iter().flat_map(|config| &config.tools).filter_map(|tool| match tool {
        Tool::ToolSpec(tool) => Some(tool.name.as_str()),
        _ => None,
    });
    let choice = body.tool_config.iter().filter_map(|config| match &config.tool_choice {
        Some(ToolChoice::Tool(tool)) => Some(tool.name.as_str()),
        _ => None,
    });
    tools.chain(choice).chain(body.messages.iter().flatten().flat_map(Message::blocks).filter_map(name_of))
}

/// The name of the tool that a block speaks of.
pub(super) fn name_of(block: &ContentBlock) -> Option<&str> {
    match block {
        ContentBlock::ToolUse(call) if is_call(block) => Some(&call.name),
        ContentBlock::ToolAddition(change) => change.tool.name.as_deref(),
        ContentBlock::ToolRemoval(change) => change.tool.name.as_deref(),
        _ => None,
    }
}

fn names_mut(body: &mut ConverseRequest, mut map: impl FnMut(&mut String)) {
    if let Some(config) = &mut body.tool_config {
        for tool in &mut config.tools {
            if let Tool::ToolSpec(tool) = tool {
                map(&mut tool.name);
            }
        }
        if let Some(ToolChoice::Tool(tool)) = &mut config.tool_choice {
            map(&mut tool.name);
        }
    }
    for block in body.messages.iter_mut().flatten().flat_map(|message| message.content.iter_mut().flatten()) {
        match block {
            ContentBlock::ToolUse(call) if !runs_on_server(call) => map(&mut call.name),
            ContentBlock::ToolAddition(change) => change.tool.name.iter_mut().for_each(&mut map),
            ContentBlock::ToolRemoval(change) => change.tool.name.iter_mut().for_each(&mut map),
            _ => {}
        }
    }
}
