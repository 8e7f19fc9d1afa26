//! Parameters that come to nothing.

use outcrop_core::{NoteAction, RawJson};

use super::Encoder;
use super::model_fields::FIELD_PARAMETERS;
use crate::bedrock::is_converse_name;

impl Encoder<'_> {
    /// Notes the parameters that come to nothing.
    pub(super) fn note_unused_parameters(&mut self) {
        for (name, value) in self.request.other.iter() {
            let is_field = FIELD_PARAMETERS.contains(&name) && (name != "k" || self.k().is_some());
            if is_field || is_converse_name(name) || says_nothing(name, value) {
                continue;
            }
            let message = if name == "stream" {
                "without effect here: whether an answer is streamed, the method that is called decides"
            } else {
                "left out, since Converse has no such parameter"
            };
            self.note("params.unknown", NoteAction::Dropped, name, message);
        }
    }
}

/// Whether a parameter asks for what Converse does anyway: one answer, no penalties, no probabilities.
fn says_nothing(name: &str, value: &RawJson) -> bool {
    match name {
        "n" => value.as_str() == "1",
        "frequency_penalty" | "presence_penalty" => {
            value.deserialize::<f64>().is_ok_and(|penalty| penalty == 0.0)
        }
        "logprobs" | "store" => value.as_str() == "false",
        _ => value.is_null(),
    }
}
