//! One tool call at a time.

use outcrop_core::{JsonObject, ModelRequest, Note, NoteAction, RawJson};

use crate::encode::target::Target;
use crate::wire::{ToolChoice, ToolConfiguration};

/// Writes Anthropic's field for one call at a time, for the models that have it.
pub(super) fn write_parallel_calls(
    config: Option<&ToolConfiguration>,
    fields: &mut JsonObject,
    request: &ModelRequest,
    target: &Target<'_>,
    notes: &mut Vec<Note>,
) {
    if request.parallel_tool_calls != Some(false) {
        return;
    }
    let has_field = target.capabilities.parallel_tools_switch.is_supported();
    // Claude from 4.5 on has the field, and no other model: litellm, `converse_transformation.py` (L45).
    match config.filter(|_| has_field).and_then(single_call) {
        Some(_) if fields.contains("tool_choice") => {}
        Some(field) => drop(fields.insert("tool_choice", field)),
        None => {
            let message = "dropped `parallel_tool_calls`: the model has no field for it";
            notes.push(Note::new("tools.parallel", NoteAction::Dropped, "parallel_tool_calls", message));
        }
    }
}

/// Returns the choice of tools in Anthropic's form, limited to one call.
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

fn object<const N: usize>(members: [(&str, RawJson); N]) -> RawJson {
    RawJson::from(members.into_iter().collect::<JsonObject>())
}
