//! Reads events with parts that are not as documented.
//!
//! As in whole responses, a member with a wrong type must not cost the rest of a response that is billed.

use outcrop_core::{JsonObject, RawJson};
use serde::de::DeserializeOwned;

use crate::decode::lenient::{LenientReader, child, drop_empty};
use crate::wire::{
    ContentBlockDelta, ContentBlockDeltaEvent, ContentBlockStart, ContentBlockStartEvent,
    ContentBlockStopEvent, ConversationRole, ConverseStreamMetadataEvent, ConverseStreamOutput,
    MessageStartEvent, MessageStopEvent, StopReason,
};

/// Reads an event by its name. `None` if nothing of it can be read.
///
/// `last_index` is the index of the block that the last event was about.
pub(super) fn read_event(
    reader: &mut LenientReader,
    name: &str,
    payload: &[u8],
    last_index: u32,
) -> Option<ConverseStreamOutput> {
    use ConverseStreamOutput as Event;
    let mut members = reader.object_of(&String::from_utf8_lossy(payload), name)?;
    match name {
        "messageStart" => {
            let role = reader.take(&mut members, "role", name).unwrap_or_else(|| {
                reader
                    .note("messageStart.role", "read the message as the assistant's: it has no legible role");
                ConversationRole::Assistant
            });
            let mut event = MessageStartEvent::new(role);
            event.unknown = members;
            Some(Event::MessageStart(event))
        }
        "messageStop" => {
            let reason = reader.take(&mut members, "stopReason", name);
            let mut event = MessageStopEvent::new(reason.unwrap_or_else(|| StopReason::from("")));
            event.additional_model_response_fields =
                reader.take(&mut members, "additionalModelResponseFields", name);
            event.unknown = members;
            Some(Event::MessageStop(event))
        }
        "metadata" => {
            let mut event = ConverseStreamMetadataEvent::new();
            event.usage = reader.take(&mut members, "usage", name);
            event.metrics = reader.take(&mut members, "metrics", name);
            event.trace = reader.take(&mut members, "trace", name);
            event.performance_config = reader.take(&mut members, "performanceConfig", name);
            event.service_tier = reader.take(&mut members, "serviceTier", name);
            event.unknown = members;
            Some(Event::Metadata(event))
        }
        "contentBlockStart" => {
            let index = index(reader, &mut members, name, last_index);
            let start = union::<ContentBlockStart>(reader, &mut members, name, "start")?;
            let mut event = ContentBlockStartEvent::new(start, index);
            event.unknown = members;
            Some(Event::ContentBlockStart(event))
        }
        "contentBlockDelta" => {
            let index = index(reader, &mut members, name, last_index);
            let delta = union::<ContentBlockDelta>(reader, &mut members, name, "delta")?;
            let mut event = ContentBlockDeltaEvent::new(delta, index);
            event.unknown = members;
            Some(Event::ContentBlockDelta(event))
        }
        "contentBlockStop" => {
            let index = index(reader, &mut members, name, last_index);
            let mut event = ContentBlockStopEvent::new(index);
            event.unknown = members;
            Some(Event::ContentBlockStop(event))
        }
        _ => None,
    }
}

/// Takes the index of a block, or returns that of the last event if there is none.
fn index(reader: &mut LenientReader, members: &mut JsonObject, event: &str, last_index: u32) -> u32 {
    let name = "contentBlockIndex";
    let index = reader.take(members, name, event);
    if index.is_none() && members.get(name).is_none_or(RawJson::is_null) {
        reader.note(&child(event, name), "added the index of the event before: the event has none");
    }
    index.unwrap_or(last_index)
}

/// Takes the start or the delta of a block out of an event.
///
/// Members that cannot be read stay in the event.
fn union<T: DeserializeOwned>(
    reader: &mut LenientReader,
    members: &mut JsonObject,
    event: &str,
    name: &str,
) -> Option<T> {
    let path = child(event, name);
    let given = members.remove(name)?;
    let Some(mut parts) = reader.members(&given, &path) else {
        reader.note(&path, "could not read the member: it is not an object");
        members.insert(name, given);
        return None;
    };
    drop_empty(&mut parts);
    let mut read = JsonObject::new();
    let mut unread = JsonObject::new();
    for (part, value) in parts {
        let place = child(&path, &part);
        let cleaned = reader.clean(&value, &place);
        let cleaned = fitting(reader, &part, cleaned, &place);
        let alone: JsonObject = [(part.clone(), cleaned.clone())].into_iter().collect();
        match RawJson::from(alone).deserialize::<T>() {
            Ok(_) => drop(read.insert(part, cleaned)),
            Err(error) => {
                reader.note(&place, format!("could not read the member: {}", error.message()));
                unread.insert(part, value);
            }
        }
    }
    if !unread.is_empty() {
        members.insert(name, RawJson::from(unread));
    }
    if read.is_empty() {
        return None;
    }
    RawJson::from(read).deserialize().ok()
}

/// Returns the value of a member of a start or a delta in a form that can be read.
fn fitting(reader: &mut LenientReader, name: &str, value: RawJson, path: &str) -> RawJson {
    match name {
        "text" => reader.text(value, path),
        "toolUse" => {
            let Some(mut members) = value.as_object() else { return value };
            // Only a delta has an input, and only a start has an id.
            match members.get("input").filter(|input| !input.is_string()).cloned() {
                Some(input) => {
                    reader.note(&child(path, "input"), "read the value as the text of the input");
                    members.insert("input", RawJson::from(input.as_str()));
                    RawJson::from(members)
                }
                None if members.contains("input") => value,
                None => reader.identified(value, path, &["toolUseId", "name"]),
            }
        }
        _ => value,
    }
}
