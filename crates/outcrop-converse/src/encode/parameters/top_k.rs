//! `top_k`, and Cohere's `k`: Converse has no member for it, and each family has another field.
//!
//! In `inferenceConfig` it is ignored, so it goes to the fields for the model:
//! `top_k` for Claude and others, `inferenceConfig.topK` for Nova, `k` for Cohere. See
//! <https://github.com/agentgateway/agentgateway/pull/2860> (L91, M48).

use outcrop_core::{JsonObject, ModelRequest, Note, RawJson};
use serde_json::{Number, Value};

use super::super::target::Target;
use super::fields::{drop_field, object, pass_through, whole_number};
use super::reasoning::Thinking;
use crate::catalog::{ModelFamily, SamplingParams, TopK};

/// Writes `top_k`, if the model supports it.
pub(super) fn write_top_k(
    fields: &mut JsonObject,
    own: &JsonObject,
    thinking: Thinking,
    request: &ModelRequest,
    target: &Target<'_>,
    notes: &mut Vec<Note>,
) {
    let top_k = request.sampling.top_k.clone();
    let Some(top_k) = top_k.and_then(|number| whole_number("top_k", number, target, notes)) else { return };
    let value = RawJson::from(Value::Number(top_k));
    if own.contains("top_k") && target.is_ag2() {
        fields.insert("top_k", value);
        return;
    }
    // Claude rejects `top_k` while it thinks (L83), and from Opus 4.7 on altogether (L88).
    let rejection = if target.capabilities.sampling == SamplingParams::Unsupported {
        Some("dropped `top_k`: the model rejects sampling parameters")
    } else if target.adapts() && thinking.is_extended_thinking() {
        Some("dropped `top_k`: the model rejects it while extended thinking is enabled")
    } else if target.adapts() && thinking == Thinking::Unbound {
        Some("dropped `top_k`: the model rejects it at this effort")
    } else {
        None
    };
    if let Some(message) = rejection {
        return drop_field("top_k", message, notes);
    }
    match member(target) {
        TopK::TopK => drop(fields.insert("top_k", value)),
        TopK::K => drop(fields.insert("k", value)),
        TopK::InferenceConfig => drop(fields.insert("inferenceConfig", object([("topK", value)]))),
        TopK::Unsupported => drop_field("top_k", "dropped `top_k`: the model has no such parameter", notes),
        TopK::Unknown => pass_through("top_k", value, fields, own, notes),
    }
}

/// Returns where `top_k` goes.
///
/// In AG2's dialect, all models have `top_k`.
fn member(target: &Target<'_>) -> TopK {
    match target.capabilities.top_k {
        TopK::Unsupported => TopK::Unsupported,
        _ if target.is_ag2() => TopK::Unknown,
        // Most models reject unknown fields, so that a known family without a known member has none (L92).
        TopK::Unknown if target.family() != ModelFamily::Other => TopK::Unsupported,
        member => member,
    }
}

/// Writes `k`, Cohere's name for `top_k`, which AG2 sends to all models.
pub(super) fn write_cohere_k(
    fields: &mut JsonObject,
    own: &JsonObject,
    request: &ModelRequest,
    target: &Target<'_>,
    notes: &mut Vec<Note>,
) {
    let Some(k) = cohere_k(request) else { return };
    let value = RawJson::from(Value::Number(k));
    if target.is_ag2() || target.family() == ModelFamily::Other {
        pass_through("k", value, fields, own, notes);
    } else if target.capabilities.top_k == TopK::K {
        fields.insert("k", value);
    } else {
        drop_field("k", "dropped `k`: the model has no such parameter", notes);
    }
}

/// Returns AG2's parameter `k`, if it is a whole number.
pub(super) fn cohere_k(request: &ModelRequest) -> Option<Number> {
    request.other.get("k").and_then(|value| value.deserialize::<Number>().ok()).filter(|k| !k.is_f64())
}
