//! Tests of the encoding.

mod errors;
mod families;
mod golden;
mod histories;
mod lessons;
mod media;
mod notes;
mod options;
mod params;
mod structured;
mod turns;
mod unnamed;
mod valid;

use outcrop_core::{ModelError, ModelRequest};

use super::{Encoded, encode_request};
use crate::options::EncodeOptions;

/// Encodes OpenAI-shaped parameters as AG2 would.
fn encoded(params: &str) -> Result<Encoded, ModelError> {
    encode_request(&ModelRequest::from_json(params)?, &EncodeOptions::default())
}

/// The body, as text.
fn body(encoded: &Encoded) -> String {
    String::from_utf8(encoded.to_bytes().to_vec()).unwrap()
}

/// The notes, as `place [rule]`.
fn notes(encoded: &Encoded) -> Vec<String> {
    encoded.notes.iter().map(|note| format!("{} [{}]", note.path, note.rule)).collect()
}
