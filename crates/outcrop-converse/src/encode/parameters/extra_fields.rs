//! Parameters that Converse has no member for: fields for the model itself, in `additionalModelRequestFields`, or dropped.

use outcrop_core::{JsonObject, ModelRequest, Note, NoteAction, RawJson};
use serde_json::Value;

use super::super::target::Target;
use super::fields::{drop_field, pass_through, whole_number};
use super::reasoning::ReasoningFields;
use super::top_k::{self, cohere_k};
use crate::bedrock::is_converse_name;
use crate::catalog::ModelFamily;
use crate::wire::ConverseRequest;

/// Fields that are merged with the caller's own of the same name. Others are replaced by them.
const MERGED: &[&str] = &["anthropic_beta", "inferenceConfig", "output_config"];

/// Parameters that become fields for the model.
const FIELD_PARAMETERS: &[&str] = &["anthropic_beta", "k", "thinking"];

/// Builds the fields for the model. The caller's own fields come last and override the others.
pub(super) fn model_fields(
    reasoning: ReasoningFields,
    request: &ModelRequest,
    target: &Target<'_>,
    notes: &mut Vec<Note>,
) -> JsonObject {
    let ReasoningFields { thinking, fields: reasoning, own } = reasoning;
    // The order is that of the bytes, which must not change from request to request (invariant 6 in docs/architecture.md).
    let mut fields = JsonObject::new();
    top_k::write_top_k(&mut fields, &own, thinking, request, target, notes);
    top_k::write_cohere_k(&mut fields, &own, request, target, notes);
    write_seed(&mut fields, &own, request, target, notes);
    merge_into(&mut fields, reasoning);
    write_betas(&mut fields, request, target, notes);
    merge_into(&mut fields, own);
    fields
}

/// Writes the seed, which AG2 sends to the model. No model on Bedrock is known to accept one (L92).
fn write_seed(
    fields: &mut JsonObject,
    own: &JsonObject,
    request: &ModelRequest,
    target: &Target<'_>,
    notes: &mut Vec<Note>,
) {
    let seed = request.sampling.seed.clone();
    let Some(seed) = seed.and_then(|number| whole_number("seed", number, target, notes)) else { return };
    if target.is_ag2() {
        pass_through("seed", RawJson::from(Value::Number(seed)), fields, own, notes);
    } else {
        drop_field("seed", "dropped `seed`: Converse has no such parameter", notes);
    }
}

/// Writes Anthropic's betas, which are a field on Bedrock and not a header.
fn write_betas(fields: &mut JsonObject, request: &ModelRequest, target: &Target<'_>, notes: &mut Vec<Note>) {
    let Some(given) = request.other.get("anthropic_beta").filter(|given| !given.is_null()) else { return };
    // Anthropic's header has the names in one string, separated by commas: https://github.com/vercel/ai/commit/0a6fd91 (L94).
    let list = match given.as_string() {
        Some(names) => list(names.split(',').map(str::trim).filter(|name| !name.is_empty())),
        None => given.clone(),
    };
    let is_unknown = target.family() == ModelFamily::Other && !target.is_ag2();
    if target.family() == ModelFamily::Claude || is_unknown {
        merge_into(fields, [("anthropic_beta", list)].into_iter().collect());
    } else {
        drop_field("anthropic_beta", "dropped `anthropic_beta`: the model is not Anthropic's", notes);
    }
}

/// Adds fields over those that are there.
fn merge_into(fields: &mut JsonObject, later: JsonObject) {
    for (name, value) in later {
        let merged = fields
            .get(&name)
            // Overwriting a list of betas loses the one that an effort needs (M49).
            .filter(|_| MERGED.contains(&name.as_str()))
            .and_then(|former| merge(former, &value));
        fields.insert(name, merged.unwrap_or(value));
    }
}

/// Merges two objects or two lists. Members of the second replace those of the first.
fn merge(former: &RawJson, later: &RawJson) -> Option<RawJson> {
    if let Some((mut members, later)) = former.as_object().zip(later.as_object()) {
        members.extend(later);
        return Some(RawJson::from(members));
    }
    let (mut items, later) = former.as_array().zip(later.as_array())?;
    for item in later {
        if !items.contains(&item) {
            items.push(item);
        }
    }
    RawJson::from_serialize(&items).ok()
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> RawJson {
    RawJson::from_serialize(&names.collect::<Vec<_>>()).unwrap_or_else(|_| RawJson::null())
}

/// Drops fields that Converse writes itself for Claude: "The additional field system conflicts with an existing field".
///
/// A field is kept as long as the request has no member for it. See <https://github.com/danny-avila/LibreChat/issues/14029>.
pub(in crate::encode) fn drop_conflicts(
    fields: &mut JsonObject,
    body: &ConverseRequest,
    target: &Target<'_>,
    notes: &mut Vec<Note>,
) {
    if target.family() != ModelFamily::Claude || !target.adapts() {
        return;
    }
    let inference = body.inference_config.as_ref();
    for (name, is_written) in [
        ("max_tokens", inference.is_some_and(|config| config.max_tokens.is_some())),
        ("messages", true),
        ("stop_sequences", inference.is_some_and(|config| config.stop_sequences.is_some())),
        ("system", body.system.as_ref().is_some_and(|system| !system.is_empty())),
        ("temperature", inference.is_some_and(|config| config.temperature.is_some())),
        ("tools", body.tool_config.is_some()),
        ("top_p", inference.is_some_and(|config| config.top_p.is_some())),
    ] {
        if is_written && fields.remove(name).is_some() {
            let message = "dropped the field for the model: the request sets it as well, and both conflict";
            let path = format!("additional_model_request_fields.{name}");
            notes.push(Note::new("params.model_field", NoteAction::Dropped, path, message));
        }
    }
}

/// Adds a note for each parameter that is not sent, unless Converse does by default what it requests.
pub(super) fn note_unsupported(request: &ModelRequest, notes: &mut Vec<Note>) {
    // Unknown parameters are not passed to the model: most models answer an unknown field with a 400 (L92).
    for (name, value) in request.other.iter() {
        let is_field = FIELD_PARAMETERS.contains(&name) && (name != "k" || cohere_k(request).is_some());
        if is_field || is_converse_name(name) || is_default(name, value) {
            continue;
        }
        let message = if name == "stream" {
            "ignored `stream`: the method that is called decides whether the response is streamed"
        } else {
            "dropped the parameter: Converse has no such parameter"
        };
        notes.push(Note::new("params.unknown", NoteAction::Dropped, name, message));
    }
}

/// Returns whether a parameter has the value that Converse implies: one response, no penalties, no probabilities.
fn is_default(name: &str, value: &RawJson) -> bool {
    match name {
        "n" => value.as_str() == "1",
        "frequency_penalty" | "presence_penalty" => {
            value.deserialize::<f64>().is_ok_and(|penalty| penalty == 0.0)
        }
        "logprobs" | "store" => value.as_str() == "false",
        // The mapping to chunks reads it.
        "stream_options" => true,
        _ => value.is_null(),
    }
}

#[cfg(test)]
mod tests;
