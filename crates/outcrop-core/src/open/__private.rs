//! The items that the macros expand to. Not for direct use.
//!
//! They are public because macros expand in other crates, and in one module so that those crates need no more than its
//! path. Most of them parse the members of an object.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

pub use serde;

pub use crate::json::ObjectWriter;
use crate::json::{JsonObject, RawJson};

/// The spelling of a value that an enum does not list. It is created only by parsing or converting a string.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OtherName(Box<str>);

impl OtherName {
    /// Creates a value from its spelling.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// Returns the spelling.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name of a member, borrowed from the document if it has no escapes.
#[derive(Debug)]
pub struct Key<'de>(Cow<'de, str>);

impl Key<'_> {
    /// Returns the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;

        impl<'de> Visitor<'de> for Name {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(name)))
            }

            fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(name.to_owned())))
            }

            fn visit_string<E>(self, name: String) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(name)))
            }
        }

        deserializer.deserialize_str(Name)
    }
}

/// Parses a required member into its slot.
pub fn read_required<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    slot: &mut Option<T>,
    name: &'static str,
    map: &mut A,
    _unknown: &mut JsonObject,
) -> Result<(), A::Error> {
    // Keeping either value would lose the other one.
    if slot.is_some() {
        return Err(A::Error::duplicate_field(name));
    }
    *slot = Some(map.next_value()?);
    Ok(())
}

/// Parses an optional member into its slot. A `null` is kept among the unknown members.
pub fn read_optional<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    slot: &mut Option<T>,
    name: &'static str,
    map: &mut A,
    unknown: &mut JsonObject,
) -> Result<(), A::Error> {
    if slot.is_some() || unknown.contains(name) {
        return Err(A::Error::duplicate_field(name));
    }
    *slot = map.next_value()?;
    // `Option` cannot distinguish `null` from an absent member, and some services treat the two differently.
    if slot.is_none() {
        unknown.insert(name, RawJson::null());
    }
    Ok(())
}

/// Keeps a member that the type does not know.
pub fn read_unknown<'de, A: MapAccess<'de>>(
    key: Key<'de>,
    map: &mut A,
    unknown: &mut JsonObject,
) -> Result<(), A::Error> {
    if unknown.contains(key.as_str()) {
        return Err(A::Error::custom(format_args!("duplicate member `{}`", key.as_str())));
    }
    unknown.insert(key.0, map.next_value()?);
    Ok(())
}

/// Keeps an object whose first member is already parsed: a union with more than one member.
pub fn collect_unknown<'de, T: Serialize, A: MapAccess<'de>>(
    first: (&'static str, &T),
    second: Key<'de>,
    map: &mut A,
) -> Result<JsonObject, A::Error> {
    let mut unknown = JsonObject::new();
    // The parsed value is serialized again; known types write the same JSON that they parse.
    unknown.insert(first.0, RawJson::from_serialize(first.1).map_err(A::Error::custom)?);
    read_unknown(second, map, &mut unknown)?;
    while let Some(key) = map.next_key::<Key<'de>>()? {
        read_unknown(key, map, &mut unknown)?;
    }
    Ok(unknown)
}
