//! Reads responses with parts that are not as documented.
//!
//! The service bills a response as soon as it is generated, so that a member with a wrong type must not cost the rest of
//! it. The reader returns what it can read, and a note for each member that it cannot: those members stay in the
//! response's `provider_metadata` as received. Only a response without a message is an error (L130).

mod block;
mod clean;
mod prune;

use bytes::Bytes;
use outcrop_core::{JsonError, JsonObject, Note, NoteAction, RawJson};
use serde::de::DeserializeOwned;

use self::clean::{clean, unique_members, without_lone_surrogates};
pub(crate) use self::clean::{drop_empty, needs_cleaning};
pub(crate) use self::prune::child;
use self::prune::{descendant, prune};
use crate::wire::{ContentBlock, ConversationRole, ConverseOutput, ConverseResponse, Message};

/// Parses the body of a Converse response. Returns it with notes on what could not be read.
///
/// # Errors
/// If the body is not a JSON object.
pub(crate) fn parse_response(body: &Bytes) -> Result<(ConverseResponse, Vec<Note>), JsonError> {
    let text = std::str::from_utf8(body).unwrap_or_default();
    let error = match outcrop_core::from_slice::<ConverseResponse>(body) {
        Ok(response) if !needs_cleaning(text) && !has_unknown_output(&response) => {
            return Ok((response, Vec::new()));
        }
        Ok(_) => JsonError::new("", "the body is not a JSON object"),
        Err(error) => error,
    };
    let mut reader = LenientReader::default();
    let members = reader.object_of(text, "").ok_or(error)?;
    Ok((reader.response(members), reader.notes))
}

/// Returns whether the output has other than one member, so that its message was not found.
fn has_unknown_output(response: &ConverseResponse) -> bool {
    matches!(response.output, Some(ConverseOutput::Unknown(_)))
}

/// A reader that collects notes on what it cannot read.
#[derive(Default)]
pub(crate) struct LenientReader {
    pub(crate) notes: Vec<Note>,
}

impl LenientReader {
    /// Parses a text as an object. `None` if it is not one. `path` is that of the object, for the notes.
    pub(crate) fn object_of(&mut self, text: &str, path: &str) -> Option<JsonObject> {
        self.members(&RawJson::parse(text.trim()).ok()?, path)
    }

    /// Returns the members of an object. `None` for any other value. The first of two members with one name counts.
    pub(crate) fn members(&mut self, value: &RawJson, path: &str) -> Option<JsonObject> {
        if let Some(members) = value.as_object() {
            return Some(members);
        }
        if !value.is_object() {
            return None;
        }
        // A name may have half a character, too.
        let Some((members, repeated)) = unique_members(value) else {
            let replaced = self.replaced(value, path)?;
            return replaced.as_object();
        };
        for name in repeated {
            self.note(&child(path, &name), "ignored a member: the object has another one with its name");
        }
        Some(members)
    }

    /// Returns a value with U+FFFD for lone surrogates, with notes. `None` if it has none.
    fn replaced(&mut self, value: &RawJson, path: &str) -> Option<RawJson> {
        let (replaced, paths) = without_lone_surrogates(value)?;
        self.notes.extend(paths.iter().map(|inner| Note::lone_surrogate(descendant(path, inner))));
        Some(replaced)
    }

    /// Returns a value without members that have no meaning and without lone surrogates, at every depth.
    pub(crate) fn clean(&mut self, value: &RawJson, path: &str) -> RawJson {
        clean(value, path, &mut self.notes)
    }

    /// Takes a member out of an object and parses it.
    ///
    /// A member that cannot be read stays in the object, and so does one that can be read only in part. A `null` stays
    /// as well.
    pub(crate) fn take<T: DeserializeOwned>(
        &mut self,
        members: &mut JsonObject,
        name: &str,
        outer: &str,
    ) -> Option<T> {
        let value = members.get(name).filter(|value| !value.is_null())?;
        if let Ok(parsed) = value.deserialize() {
            members.remove(name);
            return Some(parsed);
        }
        let value = value.clone();
        if let Some(replaced) = self.replaced(&value, &child(outer, name)) {
            if let Ok(parsed) = replaced.deserialize() {
                members.remove(name);
                return Some(parsed);
            }
        }
        let pruned = prune(&value);
        for error in pruned.errors {
            self.unread(&error.with_path_prefix(&child(outer, name)));
        }
        pruned.value
    }

    /// Adds a note about a member that could not be read, whose text `provider_metadata` has.
    fn unread(&mut self, error: &JsonError) {
        self.note(error.path(), format!("could not read the member: {}", error.message()));
    }

    /// Adds a note.
    pub(crate) fn note(&mut self, path: &str, message: impl Into<std::borrow::Cow<'static, str>>) {
        self.notes.push(Note::new("response.member", NoteAction::Warned, path, message));
    }

    fn response(&mut self, mut members: JsonObject) -> ConverseResponse {
        let mut response = ConverseResponse::new();
        response.stop_reason = self.take(&mut members, "stopReason", "");
        response.usage = self.take(&mut members, "usage", "");
        response.metrics = self.take(&mut members, "metrics", "");
        response.additional_model_response_fields =
            self.take(&mut members, "additionalModelResponseFields", "");
        response.trace = self.take(&mut members, "trace", "");
        response.performance_config = self.take(&mut members, "performanceConfig", "");
        response.service_tier = self.take(&mut members, "serviceTier", "");
        if let Some(output) = members.remove("output").filter(|output| !output.is_null()) {
            let count = self.notes.len();
            let (read, rest) = self.output(&output);
            // With a note, the whole output is kept: a path in the note leads to the value that could not be read.
            if read.is_some() && self.notes.len() > count {
                // Half a character would fail every reader of the response's JSON that needs Unicode.
                let kept = without_lone_surrogates(&output).map(|(kept, _)| kept);
                members.insert("output", kept.unwrap_or_else(|| output.clone()));
            } else if !rest.is_empty() {
                members.insert("output", RawJson::from(rest));
            }
            let is_object = output.is_object();
            response.output = read.or_else(|| is_object.then(|| ConverseOutput::Unknown(JsonObject::new())));
        }
        response.unknown = members;
        response
    }

    /// Reads the output. Returns its message, if there is one, and the other members.
    fn output(&mut self, output: &RawJson) -> (Option<ConverseOutput>, JsonObject) {
        let Some(mut members) = self.members(output, "output") else { return (None, JsonObject::new()) };
        drop_empty(&mut members);
        let message = members.remove("message");
        let message = message.and_then(|message| self.message(&message, "output.message"));
        (message.map(ConverseOutput::Message), members)
    }

    /// Reads a message: an object, or its content alone.
    fn message(&mut self, value: &RawJson, path: &str) -> Option<Message> {
        let Some(mut members) = self.members(value, path) else {
            if !value.is_string() && !value.is_array() {
                return None;
            }
            self.note(path, "read the message as its content: it is not an object");
            let content = self.blocks(value, path);
            return Some(Message::from_blocks(ConversationRole::Assistant, content));
        };
        drop_empty(&mut members);
        let role = members.remove("role");
        let role = role.as_ref().and_then(|role| role.deserialize().ok()).unwrap_or_else(|| {
            self.note(&child(path, "role"), "read the message as the assistant's: it has no legible role");
            ConversationRole::Assistant
        });
        let mut message = Message::new(role);
        message.content =
            members.remove("content").map(|content| self.blocks(&content, &child(path, "content")));
        message.unknown = members;
        Some(message)
    }

    fn blocks(&mut self, value: &RawJson, path: &str) -> Vec<ContentBlock> {
        let mut blocks = Vec::new();
        match value.as_array() {
            Some(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.block(item, &format!("{path}[{index}]"), &mut blocks);
                }
            }
            None => {
                self.note(path, "read the content as a single block: it is not a list");
                self.block(value, path, &mut blocks);
            }
        }
        blocks
    }
}

#[cfg(test)]
mod tests;
