//! The choice of tools, adapted to what the model supports.

use outcrop_core::{ModelError, ModelRequest, Note, NoteAction, ToolChoice as Choice};

use crate::encode::target::Target;
use crate::wire::{AnyToolChoice, AutoToolChoice, Tool, ToolChoice, ToolConfiguration};

/// Checks tools and choice for what the service rejects in any form.
///
/// # Errors
/// Tools for a model without tools, and the choice of a tool that is not offered.
pub(super) fn check_tools(
    config: &ToolConfiguration,
    has_structured_output: bool,
    request: &ModelRequest,
    target: &Target<'_>,
) -> Result<(), ModelError> {
    if !target.adapts() {
        return Ok(());
    }
    if target.capabilities.tools.is_unsupported() {
        let path = match (request.tools.is_empty(), has_structured_output) {
            (false, _) => "tools",
            (true, true) => "response_format",
            (true, false) => "toolConfig",
        };
        return Err(ModelError::invalid_request("ToolsNotTaken", path, "the model does not support tools")
            .with_hint("remove the tools, or choose another model"));
    }
    match &config.tool_choice {
        Some(ToolChoice::Tool(choice)) if !may_offer(config, &choice.name) => Err(unknown_tool()),
        _ => Ok(()),
    }
}

/// Notes that there is nothing to choose from. The service rejects a choice without tools (M8).
///
/// # Errors
/// The choice of one tool.
pub(super) fn drop_choice_without_tools(
    choice: Option<&Choice>,
    target: &Target<'_>,
    notes: &mut Vec<Note>,
) -> Result<(), ModelError> {
    match choice {
        Some(Choice::Tool(_)) if target.adapts() => Err(unknown_tool()),
        Some(Choice::Required | Choice::Tool(_)) => {
            let message = "dropped `tool_choice`: no tool is offered";
            notes.push(Note::new("tools.choice", NoteAction::Dropped, "tool_choice", message));
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Replaces a choice that the model does not support by the strongest that it does (W15).
pub(super) fn adapt_tool_choice(
    config: &mut ToolConfiguration,
    is_thinking: bool,
    target: &Target<'_>,
    notes: &mut Vec<Note>,
) {
    let choices = target.capabilities.tool_choice;
    let is_thinking = target.adapts() && is_thinking;
    let auto = || ToolChoice::Auto(AutoToolChoice::new());
    let (adapted, message) = match &config.tool_choice {
        Some(ToolChoice::Auto(_)) if choices.rejects_auto() => {
            // `auto` is what the model does without a choice, so that this is not a change.
            config.tool_choice = None;
            return;
        }
        Some(ToolChoice::Any(_) | ToolChoice::Tool(_)) if choices.rejects_auto() => {
            (None, "dropped `tool_choice`: the model supports no choice of tools")
        }
        // "Thinking may not be enabled when tool_choice forces tool use" on Claude up to 4.x:
        // https://github.com/vercel/ai/issues/11227 (L17, M27). Llama and others reject all choices but `auto` (L18).
        Some(ToolChoice::Any(_) | ToolChoice::Tool(_)) if choices.rejects_any(is_thinking) => {
            let message = if is_thinking {
                "changed `tool_choice` to `auto`: the model cannot be forced to call a tool while it thinks"
            } else {
                "changed `tool_choice` to `auto`: the model cannot be forced to call a tool"
            };
            (Some(auto()), message)
        }
        Some(ToolChoice::Tool(_)) if choices.rejects_tool(is_thinking) => {
            let any = ToolChoice::Any(AnyToolChoice::new());
            (Some(any), "changed `tool_choice` to any tool: the model cannot be forced to call a certain one")
        }
        _ => return,
    };
    let action = if adapted.is_some() { NoteAction::Changed } else { NoteAction::Dropped };
    config.tool_choice = adapted;
    notes.push(Note::new("tools.choice", action, "tool_choice", message));
}

/// Returns whether a tool of this name is offered, or may be: system tools and unknown kinds of tools have names that
/// are not known here.
fn may_offer(config: &ToolConfiguration, name: &str) -> bool {
    config.tools.iter().any(|tool| match tool {
        Tool::ToolSpec(spec) => spec.name == name,
        Tool::CachePoint(_) => false,
        _ => true,
    })
}

fn unknown_tool() -> ModelError {
    let message = "`tool_choice` names a tool that is not offered";
    ModelError::invalid_request("UnknownTool", "tool_choice", message)
        .with_hint("choose one of `tools` by its name, or set `tool_choice` to `required` for any of them")
}

#[cfg(test)]
mod tests;
