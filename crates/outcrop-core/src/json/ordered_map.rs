//! Maps that keep the order of their members and serialize as JSON objects.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::redacted::{Redacted, RedactedDebug};

/// A map from names to values that keeps the order of insertion and serializes as a JSON object.
///
/// It is meant for objects with a handful of members: a lookup compares the names one by one. Parsing an object with a
/// duplicate member is an error, because one of the two values would be lost. `serde_json::Map` keeps the last value
/// and, without its feature `preserve_order`, sorts the members.
///
/// ```
/// use outcrop_core::OrderedMap;
///
/// let mut labels = OrderedMap::new();
/// labels.insert("team", 1);
/// labels.insert("app", 2);
/// labels.insert("team", 3);
/// assert_eq!(serde_json::to_string(&labels)?, r#"{"team":3,"app":2}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub struct OrderedMap<V>(Vec<(String, V)>);

/// The maximum number of names that are compared pairwise. More are sorted, because parsed input may have any number of
/// members, and comparing them pairwise would take quadratic time.
const LINEAR_SCAN_MAX: usize = 16;

impl<V> OrderedMap<V> {
    /// Creates an empty map. It does not allocate.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Returns the number of members.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether the map has no member.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the value of a member.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&V> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, v)| v)
    }

    /// Returns the value of a member for modification.
    #[must_use]
    pub fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        self.0.iter_mut().find(|(n, _)| n == name).map(|(_, v)| v)
    }

    /// Returns whether the map has a member with this name.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Sets a member and returns its previous value. A new member goes to the end, an existing one keeps its position.
    pub fn insert(&mut self, name: impl Into<String>, value: V) -> Option<V> {
        let name = name.into();
        if let Some(slot) = self.get_mut(&name) {
            return Some(std::mem::replace(slot, value));
        }
        self.0.push((name, value));
        None
    }

    /// Removes a member and returns its value. The order of the others does not change.
    pub fn remove(&mut self, name: &str) -> Option<V> {
        let index = self.0.iter().position(|(n, _)| n == name)?;
        Some(self.0.remove(index).1)
    }

    /// Iterates over the members in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        self.0.iter().map(|(n, v)| (n.as_str(), v))
    }

    /// Iterates over the names in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(n, _)| n.as_str())
    }

    /// Iterates over the values in order.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.0.iter().map(|(_, v)| v)
    }

    /// Keeps only the members for which `keep` returns `true`.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &V) -> bool) {
        self.0.retain(|(n, v)| keep(n, v));
    }
}

// JSON objects are unordered (RFC 8259, section 4), so the order of insertion is not part of the value.
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
        // `insert` takes linear time, so many members are appended first and deduplicated by sorting.
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
        let mut names: Vec<_> = self.keys().zip(0..).collect();
        names.sort_unstable();
        names
    }

    /// Returns a name that occurs twice.
    fn duplicate_key(&self) -> Option<&str> {
        if self.len() <= LINEAR_SCAN_MAX {
            let mut names = self.keys().enumerate();
            return names
                .find(|(index, name)| self.keys().take(*index).any(|n| n == *name))
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
        for (name, index) in sorted {
            match first {
                Some((first_name, first_index)) if first_name == name => moves.push((index, first_index)),
                _ => first = Some((name, index)),
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
                // Members are appended unchecked and compared once at the end: `insert` would compare each name with
                // all names before it.
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
