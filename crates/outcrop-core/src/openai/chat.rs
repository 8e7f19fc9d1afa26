//! The parts of a chat request as they stand in its text, not interpreted yet.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Number;
use serde_json::value::RawValue;

use crate::json::RawJson;

/// A chat request: the messages read, every other member as it stands in the text.
pub(super) struct Params<'a> {
    pub messages: Option<Vec<Message<'a>>>,
    pub rest: Members<'a>,
}

/// A message, most members as they stand in the text.
#[derive(Deserialize)]
pub(super) struct Message<'a> {
    #[serde(borrow, default)]
    pub role: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub content: Content<'a>,
    #[serde(borrow, default)]
    pub tool_calls: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    pub tool_call_id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub name: Option<&'a RawValue>,
    /// The words with which the model refused to answer; they stand here instead of in the content.
    #[serde(borrow, default)]
    pub refusal: Option<&'a RawValue>,
    /// The one call of a tool that a message had before there were `tool_calls`.
    #[serde(borrow, default)]
    pub function_call: Option<&'a RawValue>,
    /// Thoughts as plain text, as DeepSeek's API has them and gateways carry them.
    #[serde(borrow, default)]
    pub reasoning_content: Option<&'a RawValue>,
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

/// What a message says, or one of its parts.
#[derive(Default)]
pub(super) enum Content<'a> {
    /// `null`, or no content at all.
    #[default]
    Nothing,
    Text(Cow<'a, str>),
    Object(Members<'a>),
    List(Vec<Self>),
    /// A number or a flag, as its JSON text.
    Scalar(String),
}

impl Content<'_> {
    /// The content as JSON text, spaced as Python's `json.dumps` spaces it, since AG2 shows it so.
    pub(super) fn to_json_text(&self) -> String {
        match self {
            Self::Nothing => "null".to_owned(),
            Self::Text(text) => RawJson::from(text.as_ref()).as_str().to_owned(),
            Self::Object(members) => members.to_json_text(),
            Self::List(items) => {
                format!("[{}]", items.iter().map(Self::to_json_text).collect::<Vec<_>>().join(", "))
            }
            Self::Scalar(text) => text.clone(),
        }
    }
}

/// The members of an object, each as it stands in the text.
#[derive(Default)]
pub(super) struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Members<'a> {
    /// The members of an object; one that is there twice is an error, since one of the two values would be lost.
    fn once<E: Error>(members: Vec<(Cow<'a, str>, &'a RawValue)>) -> Result<Self, E> {
        let mut names: Vec<&str> = members.iter().map(|(name, _)| name.as_ref()).collect();
        names.sort_unstable();
        let twice =
            names.windows(2).find_map(|pair| if let [a, b] = pair { (a == b).then_some(a) } else { None });
        match twice {
            Some(name) => Err(E::custom(format_args!("duplicate member `{name}`"))),
            None => Ok(Self(members)),
        }
    }

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

    /// The object as JSON text, spaced as Python's `json.dumps` spaces it.
    pub(super) fn to_json_text(&self) -> String {
        let member =
            |(name, value): (&str, &RawValue)| format!("{}: {}", RawJson::from(name).as_str(), value.get());
        format!("{{{}}}", self.iter().map(member).collect::<Vec<_>>().join(", "))
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
                    if name.0 != "messages" {
                        rest.push((name.0, map.next_value()?));
                    } else if messages.is_some() {
                        return Err(A::Error::duplicate_field("messages"));
                    } else {
                        messages = Some(map.next_value()?);
                    }
                }
                Ok(Params { messages: messages.flatten(), rest: Members::once(rest)? })
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
                read_members(map)
            }
        }

        deserializer.deserialize_map(Object)
    }
}

fn read_members<'de, A: MapAccess<'de>>(mut map: A) -> Result<Members<'de>, A::Error> {
    let mut members = Vec::new();
    while let Some(name) = map.next_key::<BorrowedName<'de>>()? {
        members.push((name.0, map.next_value()?));
    }
    Members::once(members)
}

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
                Ok(Content::Nothing)
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Content::Text(Cow::Borrowed(text)))
            }

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
                read_members(map).map(Content::Object)
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
