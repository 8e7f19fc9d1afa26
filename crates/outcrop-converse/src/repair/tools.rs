//! The tools that a history speaks of.

use std::collections::BTreeSet;

use outcrop_core::{JsonObject, Note, NoteAction, RawJson};

use super::{Draft, Piece, Repair, Rule, Side, runs_on_server};
use crate::wire::{ContentBlock, SystemTool, Tool, ToolConfiguration, ToolInputSchema, ToolSpecification};

impl Repair<'_> {
    /// Tools by the names in the history, for a request that offers none: calls and results without tools are refused
    /// (lessons L14, M7). `None` where the history has neither.
    pub(crate) fn tools_of<'p>(
        &mut self,
        history: impl Iterator<Item = &'p Piece>,
    ) -> Option<ToolConfiguration> {
        if !self.has(Rule::HistoryTools) {
            return None;
        }
        let mut names = BTreeSet::new();
        let mut tools = Vec::new();
        let mut first = None;
        for piece in history {
            let ContentBlock::ToolUse(call) = &piece.block else { continue };
            first.get_or_insert(piece.place);
            if names.insert(call.name.as_str()) {
                tools.push(if runs_on_server(call) {
                    Tool::SystemTool(SystemTool::new(call.name.as_str()))
                } else {
                    Tool::ToolSpec(specification(&call.name))
                });
            }
        }
        let message = "tools were added by the names in the history, since calls without tools are refused";
        self.note(Rule::HistoryTools, NoteAction::Added, first?, message);
        // Tools of the service come last, where the encoding of a request has them.
        tools.sort_by_key(|tool| matches!(tool, Tool::SystemTool(_)));
        Some(ToolConfiguration::new(tools))
    }
}

impl Repair<'_> {
    /// Tells calls and their results in words, for a model that takes no tools: a conversation that began with another
    /// model goes on.
    pub(crate) fn tell_calls(&mut self, draft: &mut Draft) {
        if self.traits.tools || !self.has(Rule::HistoryTools) {
            return;
        }
        for piece in std::mem::take(&mut draft.pieces) {
            let place = piece.place;
            let (rule, told) = match piece.block {
                ContentBlock::ToolUse(call) if !runs_on_server(&call) => {
                    let input = call.input.as_ref().map_or("{}", RawJson::as_str);
                    let words = format!("[tool call {}] {} {input}", call.tool_use_id, call.name);
                    ("tool_use.without_tools", vec![Piece::new(ContentBlock::Text(words), place)])
                }
                ContentBlock::ToolResult(result) if draft.side == Side::User => {
                    ("tool_result.without_tools", Self::told(result, place))
                }
                block => {
                    draft.pieces.push(Piece { block, ..piece });
                    continue;
                }
            };
            draft.pieces.extend(told);
            let message = "told in words, since the model takes no tools";
            self.notes.push(Note::new(rule, NoteAction::Changed, place, message));
        }
    }
}

fn specification(name: &str) -> ToolSpecification {
    let mut schema = JsonObject::new();
    schema.insert("type", RawJson::from("object"));
    schema.insert("properties", RawJson::from(JsonObject::new()));
    let mut tool = ToolSpecification::new(name, ToolInputSchema::Json(RawJson::from(schema)));
    tool.description = Some(name.to_owned());
    tool
}
