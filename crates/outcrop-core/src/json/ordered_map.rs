//! Maps that keep the order of their members and serialize as JSON objects.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::redacted::{Redacted, RedactedDebug};

/// A map from names to values that keeps the order of insertion and serializes as a JSON object.
///
/// It is meant for objects with a handful of members, whose names a lookup compares one by one. A map with many members
/// gets an index of their names, so that filling one takes time in proportion to its size. Parsing an object with a
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
pub struct OrderedMap<V>(Form<V>);

#[derive(Clone)]
enum Form<V> {
    /// Fewer than [`INDEX_MIN`] members.
    Small(Vec<(String, V)>),
    // Boxed, because messages and blocks have several maps each, of which nearly all are small.
    Indexed(Box<Indexed<V>>),
}

/// Many members, with the position of each name.
#[derive(Clone)]
struct Indexed<V> {
    members: Vec<(String, V)>,
    // A `BTreeMap`, because the names of parsed input may be chosen to collide in a hash table.
    positions: BTreeMap<Box<str>, usize>,
}

/// The number of members from which on a map has an index. Comparing fewer names is faster than copying them.
const INDEX_MIN: usize = 64;

/// The maximum number of names that are compared pairwise when an object is parsed. More are sorted: comparing them
/// pairwise would take quadratic time.
const LINEAR_SCAN_MAX: usize = 16;

impl<V> OrderedMap<V> {
    /// Creates an empty map. It does not allocate.
    #[must_use]
    pub const fn new() -> Self {
        Self(Form::Small(Vec::new()))
    }

    /// Returns the number of members.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        self.members().len()
    }

    /// Returns whether the map has no member.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.members().is_empty()
    }

    /// Returns the value of a member.
    #[must_use]
    #[inline]
    pub fn get(&self, name: &str) -> Option<&V> {
        match &self.0 {
            Form::Small(members) => {
                members.iter().find(|(member, _)| is_named(member, name)).map(|(_, value)| value)
            }
            Form::Indexed(map) => map.get(name),
        }
    }

    /// Returns the value of a member for modification.
    #[must_use]
    #[inline]
    pub fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        match &mut self.0 {
            Form::Small(members) => {
                members.iter_mut().find(|(member, _)| is_named(member, name)).map(|(_, value)| value)
            }
            Form::Indexed(map) => map.get_mut(name),
        }
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
        match &mut self.0 {
            Form::Small(members) => {
                members.push((name, value));
                if members.len() >= INDEX_MIN {
                    *self = Self::from_unique(std::mem::take(members));
                }
            }
            Form::Indexed(map) => {
                map.positions.insert(name.as_str().into(), map.members.len());
                map.members.push((name, value));
            }
        }
        None
    }

    /// Removes a member and returns its value. The order of the others does not change.
    #[inline]
    pub fn remove(&mut self, name: &str) -> Option<V> {
        match &mut self.0 {
            Form::Small(members) => {
                let position = members.iter().position(|(member, _)| is_named(member, name))?;
                Some(members.remove(position).1)
            }
            Form::Indexed(map) => map.remove(name),
        }
    }

    /// Iterates over the members in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        self.members().iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Iterates over the names in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.members().iter().map(|(name, _)| name.as_str())
    }

    /// Iterates over the values in order.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.members().iter().map(|(_, value)| value)
    }

    /// Keeps only the members for which `keep` returns `true`.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &V) -> bool) {
        let mut members = std::mem::take(self).into_members();
        members.retain(|(name, value)| keep(name, value));
        *self = Self::from_unique(members);
    }

    #[inline]
    fn members(&self) -> &[(String, V)] {
        match &self.0 {
            Form::Small(members) => members,
            Form::Indexed(map) => &map.members,
        }
    }

    fn into_members(self) -> Vec<(String, V)> {
        match self.0 {
            Form::Small(members) => members,
            Form::Indexed(map) => map.members,
        }
    }

    /// Creates a map from members with different names.
    fn from_unique(members: Vec<(String, V)>) -> Self {
        if members.len() < INDEX_MIN {
            return Self(Form::Small(members));
        }
        let positions = members.iter().map(|(name, _)| name.as_str().into()).zip(0..).collect();
        Self(Form::Indexed(Box::new(Indexed { members, positions })))
    }
}

// Nearly all maps are small, so the code for the others is out of line. With the shortcut in `eq`, this saves 4 % of the
// instructions of a request in a transcript of 180 turns.
impl<V> Indexed<V> {
    #[cold]
    fn get(&self, name: &str) -> Option<&V> {
        self.members.get(*self.positions.get(name)?).map(|(_, value)| value)
    }

    #[cold]
    fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        self.members.get_mut(*self.positions.get(name)?).map(|(_, value)| value)
    }

    #[cold]
    fn remove(&mut self, name: &str) -> Option<V> {
        let removed = self.positions.remove(name)?;
        // The members after it move as well, so that this is as fast as the removal itself.
        self.positions.values_mut().filter(|position| **position > removed).for_each(|p| *p -= 1);
        Some(self.members.remove(removed).1)
    }
}

#[inline]
fn is_named(member: &str, name: &str) -> bool {
    #[cfg(test)]
    tests::COMPARED.with(|compared| compared.set(compared.get() + 1));
    member == name
}

/// Returns a name that occurs twice.
pub(crate) fn duplicate_name<N: AsRef<str>, V>(members: &[(N, V)]) -> Option<&str> {
    let names = || members.iter().map(|(name, _)| name.as_ref());
    if members.len() <= LINEAR_SCAN_MAX {
        return names()
            .enumerate()
            .find(|(index, name)| names().take(*index).any(|n| n == *name))
            .map(|(_, n)| n);
    }
    let mut sorted: Vec<&str> = names().collect();
    sorted.sort_unstable();
    sorted.iter().zip(sorted.iter().skip(1)).find(|(a, b)| a == b).map(|(a, _)| *a)
}

// JSON objects are unordered (RFC 8259, section 4), so the order of insertion is not part of the value.
impl<V: PartialEq> PartialEq for OrderedMap<V> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        // Blocks and messages are compared with their maps of unknown members, which are almost always empty.
        self.len() == other.len() && (self.is_empty() || has_equal_members(self, other))
    }
}

impl<V: Eq> Eq for OrderedMap<V> {}

/// Returns whether each member of the first map is an equal member of the second one.
fn has_equal_members<V: PartialEq>(map: &OrderedMap<V>, other: &OrderedMap<V>) -> bool {
    map.iter().all(|(name, value)| other.get(name) == Some(value))
}

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
        for (name, value) in iter {
            self.insert(name, value);
        }
    }
}

impl<V> IntoIterator for OrderedMap<V> {
    type Item = (String, V);
    type IntoIter = std::vec::IntoIter<(String, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.into_members().into_iter()
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
        for (name, value) in self.iter() {
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
                let mut members = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    members.push((name, map.next_value()?));
                }
                match duplicate_name(&members) {
                    Some(name) => Err(A::Error::custom(format_args!("duplicate member `{name}`"))),
                    None => Ok(OrderedMap::from_unique(members)),
                }
            }
        }

        deserializer.deserialize_map(Members(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::{INDEX_MIN, OrderedMap};

    thread_local! {
        /// The number of names that scans have compared.
        pub(super) static COMPARED: Cell<usize> = const { Cell::new(0) };
    }

    /// Returns the number of names that are compared while a map is filled, searched, cloned and compared.
    fn compared(members: usize) -> usize {
        COMPARED.set(0);
        let mut map = OrderedMap::new();
        for index in 0..members {
            assert_eq!(map.insert(format!("k{index}"), index), None);
        }
        for index in 0..members {
            assert_eq!(map.insert(format!("k{index}"), index + 1), Some(index));
            assert_eq!(map.get(&format!("k{index}")), Some(&(index + 1)));
        }
        let reversed: OrderedMap<usize> =
            map.keys().zip(map.values().copied()).collect::<Vec<_>>().into_iter().rev().collect();
        assert!(map == reversed && map.clone() == reversed);
        COMPARED.get()
    }

    #[test]
    fn scans_do_not_grow_with_the_map() {
        let small = compared(INDEX_MIN);
        assert!(small > 0);
        assert_eq!([compared(1_000), compared(20_000)], [small, small]);
    }
}
