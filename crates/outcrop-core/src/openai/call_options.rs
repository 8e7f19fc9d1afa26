//! Parameters that control how a call is served: effort, tier, labels.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::chat::{Members, string};
use super::params::wrong_type;
use crate::json::{JsonObject, OrderedMap, RawJson};
use crate::note::{Note, NoteAction};
use crate::request::{ReasoningEffort, ServiceTier};

/// `reasoning_effort`, or the `effort` of an object, as OpenAI's newer API writes it.
pub(super) fn reasoning_effort(params: &Members<'_>, notes: &mut Vec<Note>) -> Option<ReasoningEffort> {
    word(params, "reasoning_effort", "effort", notes).map(|effort| effort.as_str().into())
}

/// `service_tier`, or the `type` of an object, as Converse writes it.
pub(super) fn service_tier(params: &Members<'_>, notes: &mut Vec<Note>) -> Option<ServiceTier> {
    word(params, "service_tier", "type", notes).map(|tier| tier.as_str().into())
}

/// A word, or a member of an object that is a word.
fn word(params: &Members<'_>, name: &'static str, member: &str, notes: &mut Vec<Note>) -> Option<String> {
    let value = params.given(name)?;
    let within = |value: &RawValue| {
        let members: JsonObject = serde_json::from_str(value.get()).ok()?;
        members.get(member)?.as_string().map(|text| text.into_owned())
    };
    let word = string(value).or_else(|| within(value)).filter(|word| !word.is_empty());
    if word.is_none() {
        notes.push(wrong_type(name, "a string"));
    }
    word
}

/// `metadata`: labels. Numbers and flags are labels by their text; lists and objects are none.
pub(super) fn metadata(params: &Members<'_>, notes: &mut Vec<Note>) -> OrderedMap<String> {
    let Some(value) = params.given("metadata") else { return OrderedMap::new() };
    let Ok(members) = OrderedMap::<RawJson>::deserialize(value) else {
        notes.push(wrong_type("metadata", "an object"));
        return OrderedMap::new();
    };
    let mut labels = OrderedMap::new();
    for (name, value) in members {
        let label = match value.as_string() {
            Some(text) => Some(text.into_owned()),
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
                "left out, since a label is a string",
            )),
        }
    }
    labels
}
