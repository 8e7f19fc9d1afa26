//! The parameters that control how a call is served: `reasoning_effort`, `service_tier` and `metadata`.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::fields::{Fields, Reader};
use super::path::Path;
use super::raw::{Members, lone_surrogate, string, wrong_type};
use crate::error::ModelError;
use crate::json::{OrderedMap, RawJson, has_lone_surrogate};
use crate::note::{Note, NoteAction};
use crate::request::{ReasoningEffort, ServiceTier};

/// The other parameters that set the effort.
pub(super) const REASONING: [&str; 3] = ["reasoning", "enable_thinking", "think"];

/// The effort that `"enabled": true` stands for: <https://openrouter.ai/docs/guides/best-practices/reasoning-tokens>.
const ENABLED_EFFORT: &str = "medium";

/// Reads `reasoning_effort`, or its other spellings: `reasoning` of OpenAI's Responses API and of OpenRouter,
/// `enable_thinking` of Qwen's API, and `think` of Ollama's.
pub(super) fn reasoning_effort(
    params: &Members<'_>,
    notes: &mut Vec<Note>,
) -> Result<Option<ReasoningEffort>, ModelError> {
    let mut found = string_option(params, "reasoning_effort", "effort", notes)?;
    for name in REASONING {
        let Some(value) = params.get_non_null(name) else { continue };
        let effort = effort(name, value, notes)?;
        if let (Some(found), Some(effort)) = (&found, &effort) {
            if found != effort {
                let message = format!("dropped `{name}`: another parameter sets a different effort");
                notes.push(Note::new("params.duplicate", NoteAction::Dropped, name, message));
            }
        } else if effort.is_none() && thinking(params).is_none() {
            notes.push(wrong_type(name, "an effort"));
        }
        found = found.or(effort);
    }
    Ok(found.map(|effort| effort.as_str().into()))
}

/// Returns the effort in one of the other spellings.
fn effort(name: &'static str, value: &RawValue, notes: &mut Vec<Note>) -> Result<Option<String>, ModelError> {
    let by_flag = |is_enabled: bool| if is_enabled { ENABLED_EFFORT } else { "none" }.to_owned();
    match value.get() {
        "true" => return Ok(Some(by_flag(true))),
        "false" => return Ok(Some(by_flag(false))),
        _ => {}
    }
    let path = Path::parameter(name);
    let Some(mut fields) = Fields::parse(value, &path)? else { return string(value) };
    let effort = fields.take_string("effort")?;
    let is_enabled = fields.take_bool("enabled");
    let budget = fields.take("max_tokens");
    // A budget says how much, so that a level would contradict it.
    let effort =
        effort.or_else(|| is_enabled.filter(|is_enabled| budget.is_none() || !is_enabled).map(by_flag));
    Reader::new(notes).note_unread(fields, &path);
    Ok(effort)
}

/// Returns the tokens for reasoning in OpenRouter's `reasoning`, as Anthropic's `thinking`.
pub(super) fn thinking(params: &Members<'_>) -> Option<RawJson> {
    #[derive(Deserialize)]
    struct Reasoning {
        max_tokens: u64,
    }

    #[derive(Serialize)]
    struct Thinking {
        #[serde(rename = "type")]
        kind: &'static str,
        budget_tokens: u64,
    }

    let reasoning = params.get_non_null("reasoning")?;
    let Reasoning { max_tokens } = serde_json::from_str(reasoning.get()).ok()?;
    RawJson::from_serialize(&Thinking { kind: "enabled", budget_tokens: max_tokens }).ok()
}

/// Reads `service_tier`, or the `type` of an object, which is the form of Converse.
pub(super) fn service_tier(
    params: &Members<'_>,
    notes: &mut Vec<Note>,
) -> Result<Option<ServiceTier>, ModelError> {
    let tier = string_option(params, "service_tier", "type", notes)?;
    Ok(tier.map(|tier| tier.as_str().into()))
}

/// Reads a parameter that is a string or an object with the string as a member. Any other value is dropped with a note.
fn string_option(
    params: &Members<'_>,
    name: &'static str,
    member: &'static str,
    notes: &mut Vec<Note>,
) -> Result<Option<String>, ModelError> {
    let Some(value) = params.get_non_null(name) else { return Ok(None) };
    let mut option = string(value)?;
    if option.is_none() {
        let path = Path::parameter(name);
        if let Some(mut fields) = Fields::parse(value, &path).ok().flatten() {
            option = fields.take_string(member)?.filter(|option| !option.is_empty());
            if option.is_some() {
                Reader::new(notes).note_unread(fields, &path);
            }
        }
    }
    let option = option.filter(|option| !option.is_empty());
    if option.is_none() {
        notes.push(wrong_type(name, "a string"));
    }
    Ok(option)
}

/// Reads `metadata`: labels of the call. Numbers and booleans become their JSON text; arrays, objects and `null` are
/// dropped with a note.
pub(super) fn metadata(
    params: &Members<'_>,
    notes: &mut Vec<Note>,
) -> Result<OrderedMap<String>, ModelError> {
    let Some(value) = params.get_non_null("metadata") else { return Ok(OrderedMap::new()) };
    if has_lone_surrogate(value.get()) {
        return Err(lone_surrogate());
    }
    let Ok(members) = OrderedMap::<RawJson>::deserialize(value) else {
        notes.push(wrong_type("metadata", "an object"));
        return Ok(OrderedMap::new());
    };
    let mut labels = OrderedMap::new();
    for (name, value) in members {
        let label = match value.as_string() {
            Some(text) => Some(text.into_owned()),
            // OpenAI accepts only strings, but callers pass session numbers and flags, which have an obvious text.
            None if value.is_object() || value.is_array() || value.is_null() => None,
            None => Some(value.as_str().to_owned()),
        };
        match label {
            Some(label) => {
                labels.insert(name, label);
            }
            None => notes.push(Note::new(
                "params.type",
                NoteAction::Dropped,
                format!("metadata.{name}"),
                format!("dropped the label `{name}`: its value is not a string, a number or a boolean"),
            )),
        }
    }
    Ok(labels)
}
