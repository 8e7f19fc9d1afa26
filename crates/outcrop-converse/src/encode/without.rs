//! A request without a parameter that the service refused.

use outcrop_core::{JsonObject, Note, NoteAction, RawJson};

use super::Encoded;
use crate::fault::RejectedParameter;
use crate::wire::{InferenceConfiguration, Tool};

impl Encoded {
    /// Removes a parameter that the service rejected, with a note. Returns whether the request had it.
    ///
    /// Only parameters that steer the model are removed: temperature, `top_p`, stop sequences, fields for the model itself, and
    /// `strict` of tools. Never anything of the conversation, and not the limit of tokens, which the caller may rely on.
    pub fn remove_parameter(&mut self, parameter: &RejectedParameter) -> bool {
        let name = parameter.name();
        let is_gone = self.leave_out_of_inference(name)
            || self.leave_out_of_fields(name)
            || self.leave_out_strict(name);
        if is_gone {
            let message = "left out, since the service said that the model refuses it";
            self.notes.push(Note::new("params.refused", NoteAction::Dropped, name, message));
        }
        is_gone
    }

    fn leave_out_of_inference(&mut self, name: &str) -> bool {
        let name = name.strip_prefix("inferenceConfig.").unwrap_or(name);
        let Some(config) = &mut self.body.inference_config else { return false };
        let is_gone = match name {
            "temperature" => config.temperature.take().is_some(),
            "top_p" | "topP" => config.top_p.take().is_some(),
            "stop" | "stop_sequences" | "stopSequences" => config.stop_sequences.take().is_some(),
            _ => false,
        };
        self.body.inference_config.take_if(|config| *config == InferenceConfiguration::new());
        is_gone
    }

    fn leave_out_of_fields(&mut self, name: &str) -> bool {
        let fields = self.body.additional_model_request_fields.as_ref().and_then(RawJson::as_object);
        let Some(mut fields) = fields else { return false };
        // Where the text names what is inside `inferenceConfig` alone, Nova means that one.
        let is_gone = remove(&mut fields, name) || remove(&mut fields, &format!("inferenceConfig.{name}"));
        if is_gone {
            let left = Some(fields).filter(|fields| !fields.is_empty());
            self.body.additional_model_request_fields = left.map(RawJson::from);
        }
        is_gone
    }

    fn leave_out_strict(&mut self, name: &str) -> bool {
        let is_strict = name == "strict" || (name.starts_with("tools.") && name.ends_with(".strict"));
        let config = self.body.tool_config.as_mut().filter(|_| is_strict);
        let mut is_gone = false;
        for tool in config.into_iter().flat_map(|config| &mut config.tools) {
            if let Tool::ToolSpec(spec) = tool {
                is_gone |= spec.strict.take().is_some();
            }
        }
        is_gone
    }
}

/// Removes a member by its path, and with it what is empty then.
fn remove(members: &mut JsonObject, path: &str) -> bool {
    let Some((name, inside)) = path.split_once('.') else { return members.remove(path).is_some() };
    let Some(mut inner) = members.get(name).and_then(RawJson::as_object) else { return false };
    let is_gone = remove(&mut inner, inside);
    if is_gone && inner.is_empty() {
        members.remove(name);
    } else if is_gone {
        members.insert(name, RawJson::from(inner));
    }
    is_gone
}
