//! The JSON of chat-completion parameters, borrowed from the text and not interpreted yet.
//!
//! Images and documents make a request megabytes long. Each value is interpreted once, directly into its final type,
//! and values that are only passed on keep their exact text.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Number;
use serde_json::value::RawValue;

use super::path::Path;
use crate::error::ModelError;
use crate::json::{RawJson, duplicate_name, has_lone_surrogate};
use crate::note::{Note, NoteAction};

/// The parameters of a request: the messages, and all other members as raw JSON.
pub(super) struct Params<'a> {
    pub messages: Option<Vec<Message<'a>>>,
    pub rest: Members<'a>,
}

/// A message with most members as raw JSON.
///
/// The fields are the members of OpenAI's API and those that many servers and gateways add to it. A message that has no
/// others is read without further ado; `other` decides whether it is one of another API or framework.
#[derive(Default)]
pub(super) struct Message<'a> {
    pub role: Option<&'a RawValue>,
    pub content: Content<'a>,
    pub tool_calls: Vec<&'a RawValue>,
    pub tool_call_id: Option<&'a RawValue>,
    pub name: Option<&'a RawValue>,
    /// The text with which a model refused to respond. OpenAI sends it instead of `content`.
    pub refusal: Option<&'a RawValue>,
    /// The single tool call of a message in OpenAI's deprecated form, which preceded `tool_calls`.
    pub function_call: Option<&'a RawValue>,
    /// Reasoning as plain text, as in DeepSeek's API: <https://api-docs.deepseek.com/guides/reasoning_model>.
    pub reasoning_content: Option<&'a RawValue>,
    /// Reasoning with signatures, as in LiteLLM's API: <https://docs.litellm.ai/docs/reasoning_content>.
    pub thinking_blocks: Vec<&'a RawValue>,
    /// A cache point after the message, as in Anthropic's API, which gateways accept in messages.
    pub cache_control: Option<&'a RawValue>,
    /// Whether the model continues this message, as in DeepSeek's API:
    /// <https://api-docs.deepseek.com/guides/chat_prefix_completion>.
    pub prefix: Option<bool>,
    /// Whether the tool failed, as in the `tool_result` of Anthropic's API.
    pub is_error: Option<bool>,
    /// The name of the member that the content comes from, for paths, if it is not `content`.
    pub content_member: Option<&'static str>,
    /// All other members.
    pub other: Members<'a>,
}

/// The content of a message, or one of its parts.
#[derive(Default)]
pub(super) enum Content<'a> {
    /// `null`, or no content.
    #[default]
    Null,
    Text(Cow<'a, str>),
    Object(Members<'a>),
    List(Vec<Self>),
    /// A number or a boolean, as its JSON text.
    Scalar(String),
}

impl Content<'_> {
    /// Returns the texts of the content and its parts, joined: what a shape that has the same text twice repeats.
    pub(super) fn joined_text(&self) -> String {
        match self {
            Self::Text(text) => text.clone().into_owned(),
            Self::Object(members) => {
                members.get("text").and_then(|text| string(text).ok().flatten()).unwrap_or_default()
            }
            Self::List(items) => items.iter().map(Self::joined_text).collect(),
            Self::Null | Self::Scalar(_) => String::new(),
        }
    }

    /// Returns the content as JSON text with the spaces of Python's `json.dumps`, because AG2 renders it so.
    pub(super) fn to_json_text(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Text(text) => RawJson::from(text.as_ref()).as_str().to_owned(),
            Self::Object(members) => members.to_json_text(),
            Self::List(items) => {
                format!("[{}]", items.iter().map(Self::to_json_text).collect::<Vec<_>>().join(", "))
            }
            Self::Scalar(text) => text.clone(),
        }
    }
}

/// The members of an object as raw JSON, in order.
#[derive(Clone, Default)]
pub(super) struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Members<'a> {
    /// Creates the members from ones that are known to be unique.
    pub(super) fn from_vec(members: Vec<(Cow<'a, str>, &'a RawValue)>) -> Self {
        Self(members)
    }

    /// Creates the members. A duplicate is an error, because one of the two values would be lost.
    fn unique<E: Error>(members: Vec<(Cow<'a, str>, &'a RawValue)>) -> Result<Self, E> {
        match duplicate_name(&members) {
            Some(name) => Err(E::custom(format_args!("duplicate member `{name}`"))),
            None => Ok(Self(members)),
        }
    }

    /// Adds members, which replace those of the same name.
    pub(super) fn merge(&mut self, others: Self) {
        let replaced: BTreeSet<&str> = others.0.iter().map(|(name, _)| name.as_ref()).collect();
        self.0.retain(|(name, _)| !replaced.contains(name.as_ref()));
        self.0.extend(others.0);
    }

    /// Returns whether there is no member.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the members in order.
    pub(super) fn into_vec(self) -> Vec<(Cow<'a, str>, &'a RawValue)> {
        self.0
    }

    /// Returns the value of a member, which may be `null`.
    pub(super) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| *value)
    }

    /// Returns the value of a member. A `null` counts as absent, as in OpenAI's API.
    pub(super) fn get_non_null(&self, name: &str) -> Option<&'a RawValue> {
        self.get(name).filter(|value| value.get() != "null")
    }

    /// Iterates over the members in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), *value))
    }

    /// Returns the object as JSON text with the spaces of Python's `json.dumps` between its members.
    pub(super) fn to_json_text(&self) -> String {
        let member =
            |(name, value): (&str, &RawValue)| format!("{}: {}", RawJson::from(name).as_str(), value.get());
        format!("{{{}}}", self.iter().map(member).collect::<Vec<_>>().join(", "))
    }
}

/// Copies a raw value.
///
/// # Errors
/// It has a lone surrogate, see [`lone_surrogate`].
pub(super) fn to_raw_json(value: &RawValue) -> Result<RawJson, ModelError> {
    if has_lone_surrogate(value.get()) { Err(lone_surrogate()) } else { Ok(RawJson::from(value.to_owned())) }
}

/// Parses a JSON string. Returns `None` for any other value.
///
/// # Errors
/// It has a lone surrogate, see [`lone_surrogate`].
pub(super) fn string(value: &RawValue) -> Result<Option<String>, ModelError> {
    if !value.get().starts_with('"') {
        return Ok(None);
    }
    // The value is valid JSON, so that nothing else in a string can be invalid.
    serde_json::from_str(value.get()).map(Some).map_err(|_| lone_surrogate())
}

/// Parses a value as the content of a message.
///
/// # Errors
/// An object in it has a duplicate member, or its arrays are nested too deeply.
pub(super) fn parse_content<'a>(value: &'a RawValue, path: &Path<'_>) -> Result<Content<'a>, ModelError> {
    serde_json::from_str(value.get()).map_err(|_| {
        let message = "an object has a duplicate member, or arrays are nested too deeply";
        path.error("InvalidMessage", message)
    })
}

/// Creates the error about a lone surrogate in the parameters.
///
/// No caller sees it: the text of the parameters is then repaired as a whole, and read again.
#[cold]
pub(super) fn lone_surrogate() -> ModelError {
    ModelError::invalid_request("InvalidUnicode", "", "the text has a lone surrogate")
}

/// Creates the note for a parameter that is dropped because of its type, as AG2 drops it with a warning.
pub(super) fn wrong_type(name: &'static str, expected: &str) -> Note {
    let message = format!("dropped `{name}`: its value is not {expected}");
    Note::new("params.type", NoteAction::Dropped, name, message)
}

impl<'de: 'a, 'a> Deserialize<'de> for Params<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Params<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut messages = None;
                let mut rest = Vec::new();
                while let Some(name) = map.next_key::<BorrowedName<'de>>()? {
                    // Messages are parsed at once, which gives errors in them a path; the others wait as raw JSON.
                    if name.0 != "messages" {
                        rest.push((name.0, map.next_value()?));
                    } else if messages.is_some() {
                        return Err(A::Error::duplicate_field("messages"));
                    } else {
                        messages = Some(map.next_value()?);
                    }
                }
                Ok(Params { messages: messages.flatten(), rest: Members::unique(rest)? })
            }
        }

        deserializer.deserialize_map(Object)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                parse_members(map)
            }
        }

        deserializer.deserialize_map(Object)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Message<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Message<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut content = None;
                let (mut tool_calls, mut thinking_blocks) = (None, None);
                let (mut prefix, mut is_error) = (None, None);
                let mut message = Message::default();
                let mut other = Vec::new();
                while let Some(name) = map.next_key::<BorrowedName<'de>>()? {
                    let slot = match name.0.as_ref() {
                        "content" => {
                            parse_once("content", &mut content, &mut map)?;
                            continue;
                        }
                        "tool_calls" => {
                            parse_once("tool_calls", &mut tool_calls, &mut map)?;
                            continue;
                        }
                        "thinking_blocks" => {
                            parse_once("thinking_blocks", &mut thinking_blocks, &mut map)?;
                            continue;
                        }
                        "prefix" => {
                            parse_once("prefix", &mut prefix, &mut map)?;
                            continue;
                        }
                        "is_error" => {
                            parse_once("is_error", &mut is_error, &mut map)?;
                            continue;
                        }
                        "role" => &mut message.role,
                        "tool_call_id" => &mut message.tool_call_id,
                        "name" => &mut message.name,
                        "refusal" => &mut message.refusal,
                        "function_call" => &mut message.function_call,
                        "reasoning_content" => &mut message.reasoning_content,
                        "cache_control" => &mut message.cache_control,
                        _ => {
                            other.push((name.0, map.next_value()?));
                            continue;
                        }
                    };
                    if slot.is_some() {
                        return Err(A::Error::custom(format_args!("duplicate field `{}`", name.0)));
                    }
                    *slot = Some(map.next_value()?);
                }
                message.content = content.unwrap_or_default();
                message.tool_calls = tool_calls.flatten().unwrap_or_default();
                message.thinking_blocks = thinking_blocks.flatten().unwrap_or_default();
                message.prefix = prefix.flatten();
                message.is_error = is_error.flatten();
                message.other = Members::unique(other)?;
                Ok(message.without_nulls())
            }
        }

        deserializer.deserialize_map(Object)
    }
}

/// Parses a member into its slot. A second member of the same name is an error.
fn parse_once<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    name: &'static str,
    slot: &mut Option<T>,
    map: &mut A,
) -> Result<(), A::Error> {
    if slot.is_some() {
        return Err(A::Error::duplicate_field(name));
    }
    *slot = Some(map.next_value()?);
    Ok(())
}

impl Message<'_> {
    /// Returns whether a message has no member but its role and its content.
    pub(super) fn has_only_role_and_content(&self) -> bool {
        // Without `..`, so that a new member is not forgotten here.
        let Self {
            role: _,
            content: _,
            tool_calls,
            tool_call_id,
            name,
            refusal,
            function_call,
            reasoning_content,
            thinking_blocks,
            cache_control,
            prefix,
            is_error,
            content_member,
            other,
        } = self;
        let values = [tool_call_id, name, refusal, function_call, reasoning_content, cache_control];
        values.into_iter().all(Option::is_none)
            && prefix.or(*is_error).is_none()
            && content_member.is_none()
            && tool_calls.is_empty()
            && thinking_blocks.is_empty()
            && other.is_empty()
    }

    /// Removes the members that are `null`, which counts as absent.
    fn without_nulls(mut self) -> Self {
        for slot in [
            &mut self.role,
            &mut self.tool_call_id,
            &mut self.name,
            &mut self.refusal,
            &mut self.function_call,
            &mut self.reasoning_content,
            &mut self.cache_control,
        ] {
            slot.take_if(|value| value.get() == "null");
        }
        self
    }
}

fn parse_members<'de, A: MapAccess<'de>>(mut map: A) -> Result<Members<'de>, A::Error> {
    let mut members = Vec::new();
    while let Some(name) = map.next_key::<BorrowedName<'de>>()? {
        members.push((name.0, map.next_value()?));
    }
    Members::unique(members)
}

/// The name of a member. Serde borrows a `Cow` only if the field has the attribute.
#[derive(Deserialize)]
#[serde(transparent)]
struct BorrowedName<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Content<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl<'de> Visitor<'de> for Any {
            type Value = Content<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string, a list of parts, or null")
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Content::Null)
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Content::Text(Cow::Borrowed(text)))
            }

            // Text with escapes cannot be borrowed.
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Content::Text(Cow::Owned(text.to_owned())))
            }

            fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
                Ok(Content::Scalar(flag.to_string()))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
                Ok(Content::Scalar(number.to_string()))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
                Ok(Content::Scalar(number.to_string()))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
                Ok(Content::Scalar(Number::from_f64(number).map_or_else(String::new, |n| n.to_string())))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                parse_members(map).map(Content::Object)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = list.next_element()? {
                    items.push(item);
                }
                Ok(Content::List(items))
            }
        }

        deserializer.deserialize_any(Any)
    }
}
