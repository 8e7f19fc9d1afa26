//! The parameters that control how a call is served: `reasoning_effort`, `service_tier` and `metadata`.

use serde::Deserialize;

use super::fields::{Fields, Reader};
use super::path::Path;
use super::raw::{Members, lone_surrogate, string, wrong_type};
use crate::error::ModelError;
use crate::json::{OrderedMap, RawJson, has_lone_surrogate};
use crate::note::{Note, NoteAction};
use crate::request::{ReasoningEffort, ServiceTier};

/// Reads `reasoning_effort`, or the `effort` of an object, which is the form of OpenAI's Responses API.
pub(super) fn reasoning_effort(
    params: &Members<'_>,
    notes: &mut Vec<Note>,
) -> Result<Option<ReasoningEffort>, ModelError> {
    let effort = string_option(params, "reasoning_effort", "effort", notes)?;
    Ok(effort.map(|effort| effort.as_str().into()))
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
