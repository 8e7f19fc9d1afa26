//! Reading members of an object into slots.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::json::{JsonObject, RawJson};

/// A member's name, borrowed from the document where it has no escapes.
#[doc(hidden)]
#[derive(Debug)]
pub struct Key<'de>(Cow<'de, str>);

impl Key<'_> {
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

/// Reads a member that must be there.
#[doc(hidden)]
pub fn read_required<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    slot: &mut Option<T>,
    name: &'static str,
    map: &mut A,
    _unknown: &mut JsonObject,
) -> Result<(), A::Error> {
    if slot.is_some() {
        return Err(A::Error::duplicate_field(name));
    }
    *slot = Some(map.next_value()?);
    Ok(())
}

/// Reads a member that may be absent; `null` is remembered among the unknown members.
#[doc(hidden)]
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
    if slot.is_none() {
        unknown.insert(name, RawJson::null());
    }
    Ok(())
}

/// Keeps a member that the type does not know.
#[doc(hidden)]
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

/// Keeps a whole object of which the first member was already read: a union that turned out to have several.
#[doc(hidden)]
pub fn collect_unknown<'de, T: Serialize, A: MapAccess<'de>>(
    first: (&'static str, &T),
    second: Key<'de>,
    map: &mut A,
) -> Result<JsonObject, A::Error> {
    let mut unknown = JsonObject::new();
    unknown.insert(first.0, RawJson::from_serialize(first.1).map_err(A::Error::custom)?);
    read_unknown(second, map, &mut unknown)?;
    while let Some(key) = map.next_key::<Key<'de>>()? {
        read_unknown(key, map, &mut unknown)?;
    }
    Ok(unknown)
}
