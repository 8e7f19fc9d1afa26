//! The parts of a chat request as they stand in its text, not interpreted yet.

use std::borrow::Cow;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::json::RawJson;

/// A message, each member as it stands in the text.
#[derive(Deserialize)]
pub(super) struct Message<'a> {
    #[serde(borrow, default)]
    pub role: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub content: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub tool_calls: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    pub tool_call_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub name: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub thinking_blocks: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    pub cache_control: Option<&'a RawValue>,
    /// Whether the model shall go on writing this message; some gateways' way to ask for a prefill.
    #[serde(default)]
    pub prefix: Option<bool>,
    /// Whether a tool failed, as some clients say beside a tool's result.
    #[serde(default)]
    pub is_error: Option<bool>,
}

/// What a message says: a string, one part, several, or nothing.
pub(super) enum Content<'a> {
    Nothing,
    Text(String),
    /// One part, and its text as it stands.
    Part(Members<'a>, &'a RawValue),
    /// Several parts, and their text as it stands.
    Parts(Vec<Part<'a>>, &'a RawValue),
    /// A number or a flag, as its JSON text.
    Scalar(&'a str),
}

/// One part of a message.
pub(super) enum Part<'a> {
    Text(String),
    Object(Members<'a>),
    /// `null`, a number, a flag or a list, as its JSON text.
    Other(&'a str),
}

impl<'a> Content<'a> {
    /// Looks into a message's `content`.
    pub(super) fn of(value: Option<&'a RawValue>) -> serde_json::Result<Self> {
        let Some(value) = value else { return Ok(Self::Nothing) };
        Ok(match value.get().as_bytes().first() {
            Some(b'"') => Self::Text(serde_json::from_str(value.get())?),
            Some(b'{') => Self::Part(serde_json::from_str(value.get())?, value),
            Some(b'[') => Self::Parts(serde_json::from_str(value.get())?, value),
            _ => Self::Scalar(value.get()),
        })
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Part<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        let value: &'de RawValue = Deserialize::deserialize(deserializer)?;
        match value.get().as_bytes().first() {
            Some(b'"') => serde_json::from_str(value.get()).map(Self::Text).map_err(D::Error::custom),
            Some(b'{') => serde_json::from_str(value.get()).map(Self::Object).map_err(D::Error::custom),
            _ => Ok(Self::Other(value.get())),
        }
    }
}

/// The members of an object, each as it stands in the text.
#[derive(Default)]
pub(super) struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Members<'a> {
    pub(super) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| *value)
    }

    /// The members' values by name, `null` counting as absent.
    pub(super) fn given(&self, name: &str) -> Option<&'a RawValue> {
        self.get(name).filter(|value| value.get() != "null")
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), *value))
    }

    /// The object itself again.
    pub(super) fn to_json(&self) -> RawJson {
        RawJson::from(self.iter().map(|(name, value)| (name, keep(value))).collect::<crate::JsonObject>())
    }
}

/// A value of the text, kept.
pub(super) fn keep(value: &RawValue) -> RawJson {
    RawJson::from(value.to_owned())
}

/// A JSON string of the text; `None` for any other value.
pub(super) fn string(value: &RawValue) -> Option<String> {
    serde_json::from_str(value.get()).ok()
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(name) = map.next_key::<BorrowedName<'de>>()? {
                    members.push((name.0, map.next_value()?));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

#[derive(Deserialize)]
#[serde(transparent)]
struct BorrowedName<'a>(#[serde(borrow)] Cow<'a, str>);
