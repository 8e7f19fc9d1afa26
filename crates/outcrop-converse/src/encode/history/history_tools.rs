//! Tools that a history mentions, for a request or a model without tools.

use std::collections::BTreeSet;

use outcrop_core::{JsonObject, Note, NoteAction, RawJson};

use super::tool_results::render_tool_result;
use super::{MessageDraft, RepairContext};
use crate::encode::turn::{TurnBlock, TurnRole, runs_on_server};
use crate::rule::Rule;
use crate::wire::{ContentBlock, SystemTool, Tool, ToolConfiguration, ToolInputSchema, ToolSpecification};

/// Builds tools from the names in a history, for a request that offers none. Returns `None` without calls.
///
/// The service rejects calls and results in a request without tools.
pub(crate) fn tools_from_history<'b>(
    blocks: impl Iterator<Item = &'b TurnBlock>,
    cx: &mut RepairContext<'_>,
) -> Option<ToolConfiguration> {
    if !cx.has(Rule::HistoryTools) {
        return None;
    }
    // "The toolConfig field must be defined": https://github.com/BerriAI/litellm/issues/31400,
    // https://github.com/zed-industries/zed/issues/48863 (L14, M7).
    let mut names = BTreeSet::new();
    let mut tools = Vec::new();
    let mut first = None;
    for block in blocks {
        let ContentBlock::ToolUse(call) = &block.block else { continue };
        first.get_or_insert(block.path);
        if names.insert(call.name.as_str()) {
            tools.push(if runs_on_server(call) {
                Tool::SystemTool(SystemTool::new(call.name.as_str()))
            } else {
                Tool::ToolSpec(specification(&call.name))
            });
        }
    }
    let message =
        "added tools by the names in the history: the service rejects tool calls in a request without tools";
    cx.note(Rule::HistoryTools, NoteAction::Added, first?, message);
    // System tools come last, as in a request that offers them itself.
    tools.sort_by_key(|tool| matches!(tool, Tool::SystemTool(_)));
    Some(ToolConfiguration::new(tools))
}

/// Renders the calls and results of a draft as text, for a model without tools.
///
/// A conversation that another model began can thus be continued.
pub(super) fn render_tools_as_text(draft: &mut MessageDraft, cx: &mut RepairContext<'_>) {
    if cx.model.tools || !cx.has(Rule::HistoryTools) {
        return;
    }
    for block in std::mem::take(&mut draft.blocks) {
        let path = block.path;
        let (rule, rendered) = match block.block {
            ContentBlock::ToolUse(call) if !runs_on_server(&call) => {
                let input = call.input.as_ref().map_or("{}", RawJson::as_str);
                let text = format!("[tool call {}] {} {input}", call.tool_use_id, call.name);
                ("tool_use.without_tools", vec![TurnBlock::text(text, path)])
            }
            ContentBlock::ToolResult(result) if draft.role == TurnRole::User => {
                ("tool_result.without_tools", render_tool_result(result, path))
            }
            other => {
                draft.blocks.push(TurnBlock { block: other, ..block });
                continue;
            }
        };
        draft.blocks.extend(rendered);
        let message = "rendered as text: the model does not support tools";
        cx.notes.push(Note::new(rule, NoteAction::Changed, path, message));
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

#[cfg(test)]
mod tests;
