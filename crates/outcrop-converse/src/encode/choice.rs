//! The choice of tools, and calls one at a time.

use outcrop_core::{JsonObject, ModelError, NoteAction, RawJson, ToolChoice as Choice};

use super::Encoder;
use super::model_fields::object;
use super::thinking::Thinking;
use crate::wire::{AnyToolChoice, AutoToolChoice, Tool, ToolChoice, ToolConfiguration};

impl Encoder<'_> {
    /// Holds tools and the choice among them against what is known to be refused, where nothing could mend it.
    ///
    /// # Errors
    /// Tools for a model that takes none, and a choice of a tool that is not offered.
    pub(super) fn check_tools(&self, config: &ToolConfiguration, is_answer: bool) -> Result<(), ModelError> {
        if !self.adapts() {
            return Ok(());
        }
        if self.takes.tools.is_unsupported() {
            let place = match (self.request.tools.is_empty(), is_answer) {
                (false, _) => "tools",
                (true, true) => "response_format",
                (true, false) => "toolConfig",
            };
            return Err(ModelError::invalid_request("ToolsNotTaken", place, "the model takes no tools")
                .with_hint("leave out the tools, or take another model"));
        }
        match &config.tool_choice {
            Some(ToolChoice::Tool(choice)) if !may_offer(config, &choice.name) => Err(unknown_tool()),
            _ => Ok(()),
        }
    }

    /// Notes that there is nothing to choose from.
    ///
    /// # Errors
    /// The choice of a tool, none of which is offered.
    pub(super) fn choice_without_tools(&mut self, choice: Option<&Choice>) -> Result<(), ModelError> {
        match choice {
            Some(Choice::Tool(_)) if self.adapts() => Err(unknown_tool()),
            Some(Choice::Required | Choice::Tool(_)) => {
                let message = "left out, since no tool is offered";
                self.note("tools.choice", NoteAction::Dropped, "tool_choice", message);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Makes the choice of tools one that the model takes: the strongest below the one that was asked for (lessons L17,
    /// L18 and W15).
    pub(super) fn settle_choice(&mut self, config: &mut ToolConfiguration, thinking: Thinking) {
        let choices = self.takes.tool_choice;
        let thinks = self.adapts() && thinking.is_of_claude();
        let auto = || ToolChoice::Auto(AutoToolChoice::new());
        let (settled, message) = match &config.tool_choice {
            Some(ToolChoice::Auto(_)) if choices.rejects_auto() => {
                // That is what the model does without a choice, too.
                config.tool_choice = None;
                return;
            }
            Some(ToolChoice::Any(_) | ToolChoice::Tool(_)) if choices.rejects_auto() => {
                (None, "left out, since the model takes no choice of tools")
            }
            Some(ToolChoice::Any(_) | ToolChoice::Tool(_)) if choices.rejects_any(thinks) => {
                let message = if thinks {
                    "left to the model, which cannot be made to call a tool while it thinks"
                } else {
                    "left to the model, which cannot be made to call a tool"
                };
                (Some(auto()), message)
            }
            Some(ToolChoice::Tool(_)) if choices.rejects_tool(thinks) => {
                let any = ToolChoice::Any(AnyToolChoice::new());
                (Some(any), "made a choice of any tool, since the model cannot be held to one of them")
            }
            _ => return,
        };
        let action = if settled.is_some() { NoteAction::Changed } else { NoteAction::Dropped };
        config.tool_choice = settled;
        self.note("tools.choice", action, "tool_choice", message);
    }

    /// Asks for calls one at a time, where the model has a field for it (lesson L45).
    pub(super) fn one_call_at_a_time(&mut self, config: Option<&ToolConfiguration>, fields: &mut JsonObject) {
        if self.request.parallel_tool_calls != Some(false) {
            return;
        }
        let field = config.filter(|_| self.takes.parallel_tools_switch.is_supported()).and_then(single_call);
        match field {
            Some(_) if fields.contains("tool_choice") => {}
            Some(field) => drop(fields.insert("tool_choice", field)),
            None => {
                let message = "left out, since Converse has no such parameter";
                self.note("tools.parallel", NoteAction::Dropped, "parallel_tool_calls", message);
            }
        }
    }
}

/// Whether a tool of that name is offered, or may be: what the service runs and what this version does not know has names
/// of its own.
fn may_offer(config: &ToolConfiguration, name: &str) -> bool {
    config.tools.iter().any(|tool| match tool {
        Tool::ToolSpec(spec) => spec.name == name,
        Tool::CachePoint(_) => false,
        _ => true,
    })
}

fn unknown_tool() -> ModelError {
    let message = "the tool that the model shall call is not among those that are offered";
    ModelError::invalid_request("UnknownTool", "tool_choice", message)
        .with_hint("choose one of `tools` by its name, or set `tool_choice` to `required` for any of them")
}

/// The choice of tools in Anthropic's form, with calls one at a time.
fn single_call(config: &ToolConfiguration) -> Option<RawJson> {
    let kind = |kind: &str| ("type", RawJson::from(kind));
    let single = ("disable_parallel_tool_use", RawJson::bool(true));
    match &config.tool_choice {
        None | Some(ToolChoice::Auto(_)) => Some(object([kind("auto"), single])),
        Some(ToolChoice::Any(_)) => Some(object([kind("any"), single])),
        Some(ToolChoice::Tool(tool)) => {
            Some(object([kind("tool"), ("name", RawJson::from(tool.name.as_str())), single]))
        }
        Some(_) => None,
    }
}
