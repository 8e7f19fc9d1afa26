//! Names of tools and ids of calls: illegal ones are replaced, everywhere in the request.
//!
//! Agents have names with dots from MCP servers, names of more than 64 characters, and ids of other providers. One
//! illegal name, in the tools or anywhere in the history, makes the service reject every later turn. See
//! <https://github.com/kagent-dev/kagent/issues/1730>, <https://github.com/agentgateway/agentgateway/issues/2384> and
//! <https://github.com/badlogic/pi-mono/issues/781> (L26 to L31, M15 to M18). Which names are legal is in
//! `naming/rename.rs`; the response is read with the map back.

use std::collections::{BTreeMap, BTreeSet};

use outcrop_core::{Note, NoteAction, ToolCallContent, ToolSpec, UnifiedMessage};

use crate::block_path::BlockPath;
use crate::encode::turn::{is_call, runs_on_server};
use crate::naming::{InputNameMap, Pattern, RenameMap, ToolNameMap, UniqueNames};
use crate::rule::{Rule, Rules};
use crate::wire::{ContentBlock, ConversationRole, ConverseRequest, Message, Tool, ToolChoice, ToolUseBlock};

/// What decides which names and ids are replaced, and where notes point.
#[derive(Clone, Copy)]
pub(crate) struct RenameScope<'a> {
    pub(crate) tools: &'a [ToolSpec],
    pub(crate) messages: &'a [UnifiedMessage],
    /// The ids that the model accepts.
    pub(crate) ids: Pattern,
    /// The names of properties that were replaced in the schemas of tools.
    pub(crate) inputs: &'a InputNameMap,
    pub(crate) rules: &'a Rules,
}

/// Replaces illegal names and ids in a body, and returns the names to read the response with. `sent` has those in turns
/// that are not in the body.
pub(super) fn rename_identifiers(
    body: &mut ConverseRequest,
    scope: RenameScope<'_>,
    sent: &mut SentIdentifiers,
    notes: &mut Vec<Note>,
) -> ToolNameMap {
    // Before the names of tools are replaced, by which the properties are known.
    rename_inputs(body, scope.inputs);
    sent.is_stale |= !sent.replace_inputs(scope.inputs);
    if scope.rules.contains(Rule::ToolIds) {
        // Claude and Mistral have patterns of their own, narrower than that of the service (L30, L31).
        let reserved = server_calls(scope.messages).map(|call| call.id.as_str()).chain(server_ids(body));
        let renames = sent.ids.renames_with(ids(body), reserved, scope.ids);
        if let Some(renames) = &renames {
            note_ids(renames, scope, notes);
            for_each_id_mut(body, |id| renames.apply(id));
        }
        sent.is_stale |= !sent.ids.replace_renames(renames);
    }
    if !scope.rules.contains(Rule::ToolNames) {
        return ToolNameMap::default();
    }
    let reserved = server_calls(scope.messages).map(|call| call.name.as_str()).chain(server_names(body));
    // Names of the history count as well: one illegal name there makes the service reject every later turn (L27).
    let renames = sent.names.renames_with(names(body), reserved, Pattern::Alnum64Dash);
    let mut map = ToolNameMap::default();
    if let Some(renames) = &renames {
        note_names(renames, scope, notes);
        for_each_name_mut(body, |name| renames.apply(name));
        map = ToolNameMap::from(renames);
    }
    sent.is_stale |= !sent.names.replace_renames(renames);
    map
}

/// The ids and names in turns that are not in the body, because they are written already.
#[derive(Clone, Default)]
pub(super) struct SentIdentifiers {
    ids: SentNames,
    names: SentNames,
    /// The names of properties that were replaced in the arguments of calls.
    inputs: InputNameMap,
    /// Whether one of them must be sent otherwise than it was written.
    pub(super) is_stale: bool,
}

/// Names that are written, before replacement, and how they were replaced.
#[derive(Clone, Default)]
struct SentNames {
    names: UniqueNames,
    renames: Option<RenameMap>,
}

impl SentIdentifiers {
    pub(super) fn add(&mut self, ids: &[String], names: &[String]) {
        for id in ids {
            self.ids.names.insert(id);
        }
        for name in names {
            self.names.names.insert(name);
        }
    }

    /// Replaces the names of properties, and returns whether the arguments that are written are still right.
    fn replace_inputs(&mut self, inputs: &InputNameMap) -> bool {
        if self.inputs == *inputs {
            return true;
        }
        let before = std::mem::replace(&mut self.inputs, inputs.clone());
        self.names.names.iter().all(|tool| before.get(tool) == inputs.get(tool))
    }

    /// Returns how many ids and names there are.
    pub(super) fn len(&self) -> (usize, usize) {
        (self.ids.names.len(), self.names.names.len())
    }

    pub(super) fn truncate(&mut self, ids: usize, names: usize) {
        self.ids.names.truncate(ids);
        self.names.names.truncate(names);
    }
}

impl SentNames {
    /// Creates the map for the written names and those of a body. Returns `None` if all of them are legal.
    fn renames_with<'n>(
        &'n self,
        names: impl Iterator<Item = &'n str> + Clone,
        reserved: impl Iterator<Item = &'n str>,
        pattern: Pattern,
    ) -> Option<RenameMap> {
        // Without a map, the written names are legal. They are not checked in each turn again.
        if self.renames.is_none() && names.clone().all(|name| pattern.matches(name)) {
            return None;
        }
        RenameMap::new(self.names.iter().chain(names), reserved, pattern)
    }

    /// Replaces the map, and returns whether the written names are still right.
    fn replace_renames(&mut self, renames: Option<RenameMap>) -> bool {
        let before = std::mem::replace(&mut self.renames, renames);
        if before.is_none() && self.renames.is_none() {
            return true;
        }
        let replacement = |renames: &Option<RenameMap>, name: &str| {
            renames.as_ref().and_then(|renames| renames.get(name).map(str::to_owned))
        };
        self.names.iter().all(|name| replacement(&before, name) == replacement(&self.renames, name))
    }
}

/// Replaces the names of properties in the arguments of calls, so that the model sees its own calls as it would make them.
fn rename_inputs(body: &mut ConverseRequest, inputs: &InputNameMap) {
    if inputs.is_empty() {
        return;
    }
    for block in body.messages.iter_mut().flatten().flat_map(|message| message.content.iter_mut().flatten()) {
        if let ContentBlock::ToolUse(call) = block {
            if let Some(names) = inputs.get(&call.name).filter(|_| !runs_on_server(call)) {
                call.input = call.input.as_ref().map(|input| names.replace(input));
            }
        }
    }
}

fn note_ids(renames: &RenameMap, scope: RenameScope<'_>, notes: &mut Vec<Note>) {
    let message = "replaced the id in the call and in its result: the model does not accept it";
    let ids = renames.iter().map(|(id, _)| id).collect();
    let paths = first_paths(scope.messages, ids, |call| call.id.as_str());
    for (id, _) in renames.iter() {
        let path = paths.get(id).map_or_else(|| "messages".to_owned(), BlockPath::to_string);
        notes.push(Note::new(Rule::ToolIds.id(), NoteAction::Changed, path, message));
    }
}

fn note_names(renames: &RenameMap, scope: RenameScope<'_>, notes: &mut Vec<Note>) {
    let message = "replaced the name of the tool everywhere in the request: it is not legal; the response has the original";
    let tools: BTreeMap<&str, usize> =
        scope.tools.iter().enumerate().map(|(index, tool)| (tool.name.as_str(), index)).collect();
    let called = renames.iter().map(|(name, _)| name).filter(|name| !tools.contains_key(name)).collect();
    let paths = first_paths(scope.messages, called, |call| call.name.as_str());
    for (name, _) in renames.iter() {
        let path = match tools.get(name) {
            Some(index) => format!("tools[{index}]"),
            None => paths.get(name).map_or_else(|| "toolConfig".to_owned(), BlockPath::to_string),
        };
        notes.push(Note::new(Rule::ToolNames.id(), NoteAction::Changed, path, message));
    }
}

/// Returns the calls of tools that the service runs. Their names and ids are the service's own.
fn server_calls(messages: &[UnifiedMessage]) -> impl Iterator<Item = &ToolCallContent> {
    messages.iter().flat_map(UnifiedMessage::tool_calls).filter(|call| call.runs_on_server())
}

/// Returns the path of the first of the caller's calls with each of some ids or names.
fn first_paths<'m>(
    messages: &'m [UnifiedMessage],
    mut missing: BTreeSet<&'m str>,
    key: impl Fn(&'m ToolCallContent) -> &'m str,
) -> BTreeMap<&'m str, BlockPath> {
    let mut paths = BTreeMap::new();
    for (index, message) in messages.iter().enumerate() {
        if missing.is_empty() {
            break;
        }
        for (part, block) in message.content.iter().enumerate() {
            let call = block.as_tool_call().filter(|call| !call.runs_on_server());
            if let Some(key) = call.map(&key).filter(|key| missing.remove(key)) {
                paths.insert(key, BlockPath::message(index).block(part));
            }
        }
    }
    paths
}

/// Returns the ids of calls and results, except for those of tools that the service runs.
fn ids(body: &ConverseRequest) -> impl Iterator<Item = &str> + Clone {
    body.messages.iter().flatten().flat_map(|message| {
        let has_results = has_callers_results(message);
        message.blocks().iter().filter_map(move |block| id_of(block, has_results))
    })
}

/// Returns the id of a call, or of a result in a message whose results are the caller's.
pub(super) fn id_of(block: &ContentBlock, has_results: bool) -> Option<&str> {
    match block {
        ContentBlock::ToolUse(call) if is_call(block) => Some(&call.tool_use_id),
        ContentBlock::ToolResult(result) if has_results => Some(&result.tool_use_id),
        _ => None,
    }
}

fn for_each_id_mut(body: &mut ConverseRequest, mut visit: impl FnMut(&mut String)) {
    for message in body.messages.iter_mut().flatten() {
        let has_results = has_callers_results(message);
        for block in message.content.iter_mut().flatten() {
            match block {
                ContentBlock::ToolUse(call) if !runs_on_server(call) => visit(&mut call.tool_use_id),
                ContentBlock::ToolResult(result) if has_results => visit(&mut result.tool_use_id),
                _ => {}
            }
        }
    }
}

fn server_ids(body: &ConverseRequest) -> impl Iterator<Item = &str> {
    server_blocks(body).map(|call| call.tool_use_id.as_str())
}

/// Returns the names of tools that the service runs: those that are offered, and those that were called.
fn server_names(body: &ConverseRequest) -> impl Iterator<Item = &str> {
    let offered = body.tool_config.iter().flat_map(|config| &config.tools).filter_map(|tool| match tool {
        Tool::SystemTool(tool) => Some(tool.name.as_str()),
        _ => None,
    });
    offered.chain(server_blocks(body).map(|call| call.name.as_str()))
}

fn server_blocks(body: &ConverseRequest) -> impl Iterator<Item = &ToolUseBlock> {
    body.messages.iter().flatten().flat_map(Message::blocks).filter_map(|block| match block {
        ContentBlock::ToolUse(call) if runs_on_server(call) => Some(call),
        _ => None,
    })
}

/// Returns whether the results of a message are the caller's. In assistant turns they are the service's.
fn has_callers_results(message: &Message) -> bool {
    message.role != ConversationRole::Assistant
}

/// Returns the names of tools wherever they are, except for those of tools that the service runs.
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

/// Returns the name of the tool that a block names.
pub(super) fn name_of(block: &ContentBlock) -> Option<&str> {
    match block {
        ContentBlock::ToolUse(call) if is_call(block) => Some(&call.name),
        ContentBlock::ToolAddition(change) => change.tool.name.as_deref(),
        ContentBlock::ToolRemoval(change) => change.tool.name.as_deref(),
        _ => None,
    }
}

fn for_each_name_mut(body: &mut ConverseRequest, mut visit: impl FnMut(&mut String)) {
    if let Some(config) = &mut body.tool_config {
        for tool in &mut config.tools {
            if let Tool::ToolSpec(tool) = tool {
                visit(&mut tool.name);
            }
        }
        if let Some(ToolChoice::Tool(tool)) = &mut config.tool_choice {
            visit(&mut tool.name);
        }
    }
    for block in body.messages.iter_mut().flatten().flat_map(|message| message.content.iter_mut().flatten()) {
        match block {
            ContentBlock::ToolUse(call) if !runs_on_server(call) => visit(&mut call.name),
            ContentBlock::ToolAddition(change) => change.tool.name.iter_mut().for_each(&mut visit),
            ContentBlock::ToolRemoval(change) => change.tool.name.iter_mut().for_each(&mut visit),
            _ => {}
        }
    }
}
