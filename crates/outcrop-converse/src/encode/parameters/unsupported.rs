//! Parameters without effect.

use outcrop_core::{ModelRequest, Note, NoteAction, RawJson};

use super::extra_fields::FIELD_PARAMETERS;
use super::top_k::cohere_k;
use crate::bedrock::is_converse_name;

/// Notes the parameters that Converse has no member for, unless they ask for what it does anyway.
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
        _ => value.is_null(),
    }
}
