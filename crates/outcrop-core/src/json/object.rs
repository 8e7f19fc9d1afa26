//! Objects whose members keep their order.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::RawJson;
use crate::redacted::{Redacted, RedactedDebug};

/// A JSON object whose members keep the order in which they came, each with its value as raw text.
///
/// ```
/// use outcrop_core::{JsonObject, RawJson};
///
/// let mut fields = JsonObject::new();
/// fields.insert("thinking", RawJson::parse(r#"{"type":"adaptive"}"#)?);
/// fields.insert("anthropic_beta", RawJson::parse(r#"["context-1m-2025-08-07"]"#)?);
/// assert_eq!(fields.keys().collect::<Vec<_>>(), ["thinking", "anthropic_beta"]);
/// # Ok::<(), outcrop_core::JsonError>(())
/// ```
pub type JsonObject = OrderedMap<RawJson>;

/// A map from names to values that keeps the order of insertion and serialises as a JSON object.
///
/// Meant for the handful of members that an object has: look-ups walk through the names. Reading an object
/// that has a member twice is an error, because one of the two values would be lost.
#[derive(Clone)]
pub struct OrderedMap<V>(Vec<(String, V)>);

/// The most names that are compared pairwise. More are sorted: parsed input may have any number of members, and comparing
/// them pairwise would take quadratic time.
const LINEAR_SCAN_MAX: usize = 16;

impl<V> OrderedMap<V> {
    /// An empty map; allocates nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// How many members there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no member.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of a member.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&V> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, v)| v)
    }

    /// The value of a member, to be changed.
    #[must_use]
    pub fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        self.0.iter_mut().find(|(n, _)| n == name).map(|(_, v)| v)
    }

    /// Whether there is a member of that name.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Sets a member and returns its former value; a new one goes to the end, a known one keeps its place.
    pub fn insert(&mut self, name: impl Into<String>, value: V) -> Option<V> {
        let name = name.into();
        if let Some(slot) = self.get_mut(&name) {
            return Some(std::mem::replace(slot, value));
        }
        self.0.push((name, value));
        None
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) -> Option<V> {
        let at = self.0.iter().position(|(n, _)| n == name)?;
        Some(self.0.remove(at).1)
    }

    /// The members in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        self.0.iter().map(|(n, v)| (n.as_str(), v))
    }

    /// The names in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(n, _)| n.as_str())
    }

    /// The values in order.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.0.iter().map(|(_, v)| v)
    }

    /// Keeps the members for which `keep` says so.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &V) -> bool) {
        self.0.retain(|(n, v)| keep(n, v));
    }
}

/// Equal when both have the same members with equal values; the order does not count.
impl<V: PartialEq> PartialEq for OrderedMap<V> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(name, value)| other.get(name) == Some(value))
    }
}

impl<V: Eq> Eq for OrderedMap<V> {}

impl<V> Default for OrderedMap<V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<N: Into<String>, V> FromIterator<(N, V)> for OrderedMap<V> {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(iter: I) -> Self {
        let mut map = Self::new();
        map.extend(iter);
        map
    }
}

impl<N: Into<String>, V> Extend<(N, V)> for OrderedMap<V> {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, iter: I) {
        let added: Vec<(N, V)> = iter.into_iter().collect();
        if added.len() > LINEAR_SCAN_MAX {
            self.0.extend(added.into_iter().map(|(name, value)| (name.into(), value)));
            self.dedup();
        } else {
            for (name, value) in added {
                self.insert(name, value);
            }
        }
    }
}

impl<V> OrderedMap<V> {
    /// Returns names with their positions, sorted by name; equal names stay in their order.
    fn sorted(&self) -> Vec<(&str, usize)> {
        let mut places: Vec<_> = self.keys().zip(0..).collect();
        places.sort_unstable();
        places
    }

    /// Returns a name that occurs twice.
    fn duplicate_key(&self) -> Option<&str> {
        if self.len() <= LINEAR_SCAN_MAX {
            let mut names = self.keys().enumerate();
            return names
                .find(|(place, name)| self.keys().take(*place).any(|n| n == *name))
                .map(|(_, name)| name);
        }
        let sorted = self.sorted();
        sorted.iter().zip(sorted.iter().skip(1)).find(|(a, b)| a.0 == b.0).map(|(a, _)| a.0)
    }

    /// Merges the members of each name: the first keeps its position and gets the value of the last.
    fn dedup(&mut self) {
        let sorted = self.sorted();
        let mut moves = Vec::new();
        let mut first = None;
        for (name, place) in sorted {
            match first {
                Some((of, to)) if of == name => moves.push((place, to)),
                _ => first = Some((name, place)),
            }
        }
        if moves.is_empty() {
            return;
        }
        let mut slots: Vec<_> = std::mem::take(&mut self.0).into_iter().map(Some).collect();
        for (from, to) in moves {
            let moved = slots.get_mut(from).and_then(Option::take);
            if let (Some((_, value)), Some(Some(slot))) = (moved, slots.get_mut(to)) {
                slot.1 = value;
            }
        }
        self.0 = slots.into_iter().flatten().collect();
    }
}

impl<V> IntoIterator for OrderedMap<V> {
    type Item = (String, V);
    type IntoIter = std::vec::IntoIter<(String, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<V: RedactedDebug> fmt::Debug for OrderedMap<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|(n, v)| (n, Redacted(v)))).finish()
    }
}

impl<V: RedactedDebug> RedactedDebug for OrderedMap<V> {
    fn fmt_redacted(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl<V: Serialize> Serialize for OrderedMap<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for OrderedMap<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<V>(PhantomData<V>);

        impl<'de, V: Deserialize<'de>> Visitor<'de> for Members<V> {
            type Value = OrderedMap<V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = OrderedMap::new();
                while let Some(name) = map.next_key::<String>()? {
                    members.0.push((name, map.next_value()?));
                }
                match members.duplicate_key() {
                    Some(name) => Err(A::Error::custom(format_args!("duplicate member `{name}`"))),
                    None => Ok(members),
                }
            }
        }

        deserializer.deserialize_map(Members(PhantomData))
    }
}
