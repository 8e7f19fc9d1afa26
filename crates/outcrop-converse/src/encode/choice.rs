//! The choice of tools, and calls one at a time.

use outcrop_core::{JsonObject, NoteAction, RawJson};

use super::Encoder;
use super::model_fields::object;
use super::thinking::Thinking;
use crate::wire::{AnyToolChoice, AutoToolChoice, ToolChoice, ToolConfiguration};

impl Encoder<'_> {
    /// Makes the choice of tools one that the model takes: the strongest below the one that was asked for (lessons L17,
    /// L18 and W15).
    pub(super) fn settle_choice(&mut self, config: &mut ToolConfiguration, thinking: Thinking) {
        let choices = self.takes.tool_choice;
        let thinks = self.adapts() && thinking.is_of_claude();
        let auto = || ToolChoice::Auto(AutoToolChoice::new());
        let (settled, message) = match &config.tool_choice {
            Some(ToolChoice::Auto(_)) if choices.refuses_auto() => {
                // That is what the model does without a choice, too.
                config.tool_choice = None;
                return;
            }
            Some(ToolChoice::Any(_) | ToolChoice::Tool(_)) if choices.refuses_auto() => {
                (None, "left out, since the model takes no choice of tools")
            }
            Some(ToolChoice::Any(_) | ToolChoice::Tool(_)) if choices.refuses_any(thinks) => {
                let message = if thinks {
                    "left to the model, which cannot be made to call a tool while it thinks"
                } else {
                    "left to the model, which cannot be made to call a tool"
                };
                (Some(auto()), message)
            }
            Some(ToolChoice::Tool(_)) if choices.refuses_tool(thinks) => {
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
        let field = config.filter(|_| self.takes.parallel_tools_switch.is_known_good()).and_then(single_call);
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
