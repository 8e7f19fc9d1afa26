//! Tests of batches: the lines of the input and those of the output.

mod output;
mod record;

use outcrop_core::{ModelRequest, RawJson};

use super::{Batch, RecordId};
use crate::options::EncodeOptions;

/// Returns a request to the model `m`.
fn question(text: &str) -> ModelRequest {
    ModelRequest::builder("m").user(text).build()
}

fn id(text: &str) -> RecordId {
    RecordId::new(text).unwrap()
}

fn batch() -> Batch {
    Batch::new(EncodeOptions::ag2())
}

/// Returns a member of a JSON object.
fn member(object: &[u8], name: &str) -> RawJson {
    let object: outcrop_core::JsonObject = outcrop_core::from_slice(object).unwrap();
    object.get(name).unwrap().clone()
}
