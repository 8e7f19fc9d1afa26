//! Removes a parameter that the service rejected, so that the request can be sent again without it.
//!
//! Which models reject which sampling parameters changes faster than a list: remove on rejection, and remember it. See
//! <https://github.com/zeroclaw-labs/zeroclaw/issues/6095> (M44).

use outcrop_core::{JsonObject, Note, NoteAction, RawJson};

use super::Encoded;
use crate::service_error::RejectedParameter;
use crate::wire::{ConverseRequest, InferenceConfiguration, Tool};

impl Encoded {
    /// Removes a parameter that the service rejected, with a note. Returns whether the request had it.
    ///
    /// Only parameters that steer the model are removed: temperature, `top_p`, stop sequences, fields for the model itself,
    /// and `strict` of tools. The conversation stays as it is, and so does the limit of tokens, which the caller may
    /// rely on.
    pub fn remove_parameter(&mut self, parameter: &RejectedParameter) -> bool {
        let name = parameter.name();
        let body = &mut self.body;
        let is_removed =
            remove_from_inference(body, name) || remove_from_fields(body, name) || remove_strict(body, name);
        if is_removed {
            let message = "dropped the parameter: the service rejected it for this model";
            self.notes.push(Note::new("params.refused", NoteAction::Dropped, name, message));
        }
        is_removed
    }
}

fn remove_from_inference(body: &mut ConverseRequest, name: &str) -> bool {
    let name = name.strip_prefix("inferenceConfig.").unwrap_or(name);
    let Some(config) = &mut body.inference_config else { return false };
    let is_removed = match name {
        "temperature" => config.temperature.take().is_some(),
        "top_p" | "topP" => config.top_p.take().is_some(),
        "stop" | "stop_sequences" | "stopSequences" => config.stop_sequences.take().is_some(),
        _ => false,
    };
    body.inference_config.take_if(|config| *config == InferenceConfiguration::new());
    is_removed
}

fn remove_from_fields(body: &mut ConverseRequest, name: &str) -> bool {
    let fields = body.additional_model_request_fields.as_ref().and_then(RawJson::as_object);
    let Some(mut fields) = fields else { return false };
    // Nova's errors name the member of its own `inferenceConfig` without the object around it.
    let is_removed =
        remove_path(&mut fields, name) || remove_path(&mut fields, &format!("inferenceConfig.{name}"));
    if is_removed {
        let left = Some(fields).filter(|fields| !fields.is_empty());
        body.additional_model_request_fields = left.map(RawJson::from);
    }
    is_removed
}

fn remove_strict(body: &mut ConverseRequest, name: &str) -> bool {
    let is_strict = name == "strict" || (name.starts_with("tools.") && name.ends_with(".strict"));
    let config = body.tool_config.as_mut().filter(|_| is_strict);
    let mut is_removed = false;
    for tool in config.into_iter().flat_map(|config| &mut config.tools) {
        if let Tool::ToolSpec(spec) = tool {
            is_removed |= spec.strict.take().is_some();
        }
    }
    is_removed
}

/// Removes a member by its path, and the objects that are empty then.
fn remove_path(members: &mut JsonObject, path: &str) -> bool {
    let Some((name, rest)) = path.split_once('.') else { return members.remove(path).is_some() };
    let Some(mut inner) = members.get(name).and_then(RawJson::as_object) else { return false };
    let is_removed = remove_path(&mut inner, rest);
    if is_removed && inner.is_empty() {
        members.remove(name);
    } else if is_removed {
        members.insert(name, RawJson::from(inner));
    }
    is_removed
}
