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

/// Returns Anthropic's choice of tools with the limit to one call, as far as Converse's own choice does not have it.
fn single_call(config: &ToolConfiguration) -> Option<RawJson> {
    let single = ("disable_parallel_tool_use", RawJson::bool(true));
    match &config.tool_choice {
        // Anthropic's object needs a type, and without a choice of Converse's there is no other.
        None => Some(object([("type", RawJson::from("auto")), single])),
        // The service merges the two choices and rejects a member that both have: "The additional field tool_choice/type
        // conflicts with the existing field toolConfig.toolChoice.tool", https://github.com/BerriAI/litellm/issues/36536.
        Some(ToolChoice::Auto(_) | ToolChoice::Any(_) | ToolChoice::Tool(_)) => Some(object([single])),
        Some(_) => None,
    }
}

fn object<const N: usize>(members: [(&str, RawJson); N]) -> RawJson {
    RawJson::from(members.into_iter().collect::<JsonObject>())
}
