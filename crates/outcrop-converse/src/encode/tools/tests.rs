//! Helpers for the tests of tools.

use outcrop_core::ModelRequest;

use crate::encode::{Encoded, encode_request};
use crate::options::EncodeOptions;

pub(super) const HAIKU: &str = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
pub(super) const NOVA: &str = "us.amazon.nova-pro-v1:0";

/// Encodes parameters for a model in Converse's dialect.
pub(super) fn encode_for(model: &str, params: &str) -> Encoded {
    let text = format!(r#"{{"model":"{model}","messages":[{{"role":"user","content":"hi"}}],{params}}}"#);
    encode_request(&ModelRequest::from_json(&text).unwrap(), &EncodeOptions::converse()).unwrap()
}
