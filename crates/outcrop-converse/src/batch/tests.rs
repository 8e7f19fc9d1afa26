//! Batches: what is written, and what is made of what comes back.

mod reading;
mod writing;

use outcrop_core::{ModelRequest, RawJson};

use super::{Batch, RecordId};
use crate::options::EncodeOptions;

/// A question to the model of these tests.
fn question(text: &str) -> ModelRequest {
    ModelRequest::builder("m").user(text).build()
}

fn id(text: &str) -> RecordId {
    RecordId::new(text).unwrap()
}

fn batch() -> Batch {
    Batch::new(EncodeOptions::default())
}

/// A member of a JSON object.
fn member(object: &[u8], name: &str) -> RawJson {
    let object: outcrop_core::JsonObject = outcrop_core::from_slice(object).unwrap();
    object.get(name).unwrap().clone()
}
