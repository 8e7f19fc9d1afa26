//! Objects that are read member by member, so that no member is lost without a note.
//!
//! [`Fields`] gives out each member once. What a reader leaves in it is noted by [`Reader::note_unread`], with its path.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::value::RawValue;

use super::path::Path;
use super::raw::{Members, string, to_raw_json};
use crate::error::ModelError;
use crate::json::JsonObject;
use crate::note::{Note, NoteAction};

/// Collects the notes on a history that is being read.
pub(super) struct Reader<'n> {
    pub(super) notes: &'n mut Vec<Note>,
    /// The names of the bookkeeping members that were ignored.
    ignored: BTreeSet<&'static str>,
}

/// The members that stores keep with a message or a part and that are not content. They get one note together, because
/// each message of a stored history has some.
const BOOKKEEPING: &[&str] = &[
    "_meta",
    "agent",
    "annotations",
    "artifact",
    "callProviderMetadata",
    "created",
    "createdAt",
    "created_at",
    "date",
    "example",
    "finish_reason",
    "id",
    "index",
    "logprobs",
    "metadata",
    "model",
    "object",
    "phase",
    "providerExecuted",
    "providerMetadata",
    "resultProviderMetadata",
    "response_metadata",
    "state",
    "status",
    "stop_reason",
    "stop_sequence",
    "timestamp",
    "updated_at",
    "usage",
    "usage_metadata",
];

/// Parts of the names of members that have metadata, such as LiteLLM's `provider_specific_fields`.
const METADATA: &[&str] =
    &["extra", "kwargs", "meta", "options", "provider", "specific", "time", "type", "user"];

impl<'n> Reader<'n> {
    pub(super) fn new(notes: &'n mut Vec<Note>) -> Self {
        Self { notes, ignored: BTreeSet::new() }
    }

    /// Adds a note.
    pub(super) fn note(
        &mut self,
        rule: &'static str,
        action: NoteAction,
        path: &Path<'_>,
        message: impl Into<Cow<'static, str>>,
    ) {
        self.notes.push(Note::new(rule, action, path.to_string(), message));
    }

    /// Notes that a part is dropped.
    pub(super) fn dropped_part(&mut self, path: &Path<'_>, reason: &str) {
        self.note("content.part", NoteAction::Dropped, path, format!("dropped the part: {reason}"));
    }

    /// Notes the members that nothing was read from.
    pub(super) fn note_unread(&mut self, unread: Fields<'_>, path: &Path<'_>) {
        for (name, value) in unread.0 {
            match BOOKKEEPING.iter().find(|known| **known == name) {
                _ if is_empty(value) => {}
                Some(known) => {
                    self.ignored.insert(known);
                }
                None => {
                    let message = format!("dropped `{name}`: it has no meaning here");
                    self.note("messages.member", NoteAction::Dropped, &path.name(&name), message);
                }
            }
        }
    }

    /// Adds the note on the bookkeeping members of all messages.
    pub(super) fn finish(self, path: &Path<'_>) {
        if !self.ignored.is_empty() {
            let names = self.ignored.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let message = format!("dropped members that are not part of the conversation: {names}");
            self.notes.push(Note::new(
                "messages.bookkeeping",
                NoteAction::Dropped,
                path.to_string(),
                message,
            ));
        }
    }
}

/// Returns whether a value has no content.
pub(super) fn is_empty(value: &RawValue) -> bool {
    matches!(value.get(), "null" | "\"\"" | "[]" | "{}")
}

/// Returns the text of a string without escapes, which names of types and roles are. It is empty for any other value.
pub(super) fn plain_text(value: Option<&RawValue>) -> Cow<'_, str> {
    match value.and_then(|value| value.get().strip_prefix('"')?.strip_suffix('"')) {
        Some(inner) if !inner.contains('\\') => Cow::Borrowed(inner),
        _ => value.and_then(|value| string(value).ok().flatten()).map_or(Cow::Borrowed(""), Cow::Owned),
    }
}

/// Returns whether a member is one that stores keep for themselves.
pub(super) fn is_bookkeeping(name: &str) -> bool {
    BOOKKEEPING.contains(&name)
}

/// The members of an object that are still to be read, in order. A `null` counts as absent.
#[derive(Default)]
pub(super) struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Fields<'a> {
    /// Parses an object. Returns `None` for any other value.
    ///
    /// # Errors
    /// A member is duplicate, or its name has a lone surrogate.
    pub(super) fn parse(value: &'a RawValue, path: &Path<'_>) -> Result<Option<Self>, ModelError> {
        if !value.get().starts_with('{') {
            return Ok(None);
        }
        let members: Members<'a> = serde_json::from_str(value.get())
            .map_err(|_| path.error("InvalidMessage", "the object has a duplicate member"))?;
        Ok(Some(members.into()))
    }

    /// Parses a list of objects. Returns `None` for any other value, or if an object has a duplicate member.
    pub(super) fn parse_list(value: &'a RawValue) -> Option<Vec<Self>> {
        let items: Vec<&RawValue> = serde_json::from_str(value.get()).ok()?;
        // The path is that of an error, which is not reported here.
        items.into_iter().map(|item| Self::parse(item, &Path::parameter("")).ok().flatten()).collect()
    }

    /// Returns whether there is an unread member with this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.peek(name).is_some()
    }

    /// Returns whether there is an unread member with this name that is a string.
    pub(super) fn has_string(&self, name: &str) -> bool {
        self.peek(name).is_some_and(|value| value.get().starts_with('"'))
    }

    /// Returns whether there is an unread member with this name that is a list.
    pub(super) fn has_list(&self, name: &str) -> bool {
        self.peek(name).is_some_and(|value| value.get().starts_with('['))
    }

    /// Returns whether there is an unread member with this name that is an object.
    pub(super) fn has_object(&self, name: &str) -> bool {
        self.peek(name).is_some_and(|value| value.get().starts_with('{'))
    }

    /// Returns an unread member, without reading it.
    pub(super) fn peek(&self, name: &str) -> Option<&'a RawValue> {
        self.0
            .iter()
            .find(|(member, _)| member == name)
            .map(|(_, value)| *value)
            .filter(|v| v.get() != "null")
    }

    /// Reads a member.
    pub(super) fn take(&mut self, name: &str) -> Option<&'a RawValue> {
        let position = self.0.iter().position(|(member, _)| member == name)?;
        Some(self.0.remove(position).1).filter(|value| value.get() != "null")
    }

    /// Reads the first present of several spellings of a member.
    pub(super) fn take_first(&mut self, names: &[&str]) -> Option<&'a RawValue> {
        let name = names.iter().find(|name| self.has(name))?;
        self.take(name)
    }

    /// Reads a string. A member of another type stays unread.
    pub(super) fn take_string(&mut self, name: &str) -> Result<Option<String>, ModelError> {
        let Some(value) = self.peek(name) else { return Ok(None) };
        let text = string(value)?;
        if text.is_some() {
            self.take(name);
        }
        Ok(text)
    }

    /// Reads the first of several spellings of a member that is a string.
    pub(super) fn take_first_string(&mut self, names: &[&str]) -> Result<Option<String>, ModelError> {
        for name in names {
            if let Some(text) = self.take_string(name)? {
                return Ok(Some(text));
            }
        }
        Ok(None)
    }

    /// Reads a boolean. A member of another type stays unread.
    pub(super) fn take_bool(&mut self, name: &str) -> Option<bool> {
        let flag = match self.peek(name)?.get() {
            "true" => true,
            "false" => false,
            _ => return None,
        };
        self.take(name);
        Some(flag)
    }

    /// Reads an object. A member of another type stays unread.
    pub(super) fn take_object(&mut self, name: &str, path: &Path<'_>) -> Result<Option<Self>, ModelError> {
        let Some(value) = self.peek(name) else { return Ok(None) };
        let fields = Self::parse(value, &path.name(name))?;
        if fields.is_some() {
            self.take(name);
        }
        Ok(fields)
    }

    /// Reads a list. A member of another type stays unread.
    pub(super) fn take_list(&mut self, name: &str) -> Option<Vec<&'a RawValue>> {
        let list = serde_json::from_str(self.peek(name)?.get()).ok()?;
        self.take(name);
        Some(list)
    }

    /// Returns the type of the object: the member `type`, which stays unread. It is empty if there is none.
    pub(super) fn kind(&self) -> Cow<'a, str> {
        plain_text(self.peek("type"))
    }

    /// Returns whether there is an unread member with this name, possibly `null`.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|(member, _)| member == name)
    }

    /// Makes a member that was read an unread one again.
    pub(super) fn put_back(&mut self, name: &'static str, value: Option<&'a RawValue>) {
        self.0.extend(value.map(|value| (Cow::Borrowed(name), value)));
    }

    /// Iterates over the unread members.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), *value))
    }

    /// Returns whether everything was read.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the name of an unread member that may be the content of a message: a text, a list or an object that is neither
    /// bookkeeping nor metadata of a provider.
    pub(super) fn content_like(&self) -> Option<&str> {
        let is_content = |value: &RawValue| !is_empty(value) && value.get().starts_with(['"', '[', '{']);
        let is_metadata = |name: &str| {
            is_bookkeeping(name) || METADATA.iter().any(|part| name.to_ascii_lowercase().contains(part))
        };
        self.iter().find(|(name, value)| is_content(value) && !is_metadata(name)).map(|(name, _)| name)
    }

    /// Reads all members as they are.
    pub(super) fn into_object(self) -> Result<JsonObject, ModelError> {
        self.0.into_iter().map(|(name, value)| Ok((name, to_raw_json(value)?))).collect()
    }
}

impl<'a> From<Members<'a>> for Fields<'a> {
    fn from(members: Members<'a>) -> Self {
        Self(members.into_vec())
    }
}

impl<'a> From<Fields<'a>> for Members<'a> {
    fn from(fields: Fields<'a>) -> Self {
        Self::from_vec(fields.0)
    }
}
