//! Parts of responses that have no meaning: `null` members, the name of a type, and half a character.

use std::collections::BTreeSet;
use std::fmt;

use outcrop_core::{JsonObject, Note, RawJson, replace_lone_surrogates};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::prune::child;

/// The member in which some serializers write the name of a type.
///
/// Readers must ignore it: <https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html> and the protocol test
/// `RestJsonDeserializeIgnoreType` (L131).
const TYPE_NAME: &str = "__type";

/// The members whose values are JSON of the model or of a tool, in which a `null` has a meaning.
const DOCUMENTS: [&str; 2] = ["input", "json"];

/// The depth to which values are cleaned: each level is parsed again, and no block of the service is nested as deep.
const MAX_DEPTH: usize = 32;

/// Returns whether a JSON text may have members without a meaning.
pub(crate) fn needs_cleaning(text: &str) -> bool {
    text.contains("null") || text.contains(TYPE_NAME)
}

/// Drops the members of an object that have no meaning.
pub(crate) fn drop_empty(members: &mut JsonObject) {
    members.retain(|name, value| !(value.is_null() || name == TYPE_NAME && value.is_string()));
}

/// Drops the members without a meaning in a value and replaces lone surrogates, at every depth, with notes on these.
///
/// The spelling of everything else stays.
pub(super) fn clean(value: &RawJson, path: &str, notes: &mut Vec<Note>) -> RawJson {
    clean_at(value, path, notes, 0)
}

fn clean_at(value: &RawJson, path: &str, notes: &mut Vec<Note>, depth: usize) -> RawJson {
    let replaced = without_lone_surrogates(value);
    if depth > MAX_DEPTH || (replaced.is_none() && !needs_cleaning(value.as_str())) {
        return value.clone();
    }
    if let Some(mut members) = value.as_object() {
        drop_empty(&mut members);
        let mut cleaned = JsonObject::new();
        for (name, part) in members {
            let is_document = DOCUMENTS.contains(&name.as_str());
            let part =
                if is_document { part } else { clean_at(&part, &child(path, &name), notes, depth + 1) };
            cleaned.insert(name, part);
        }
        return RawJson::from(cleaned);
    }
    if let Some(items) = value.as_array() {
        let mut cleaned = Vec::new();
        for (index, item) in items.iter().enumerate().filter(|(_, item)| !item.is_null()) {
            cleaned.push(clean_at(item, &format!("{path}[{index}]"), notes, depth + 1));
        }
        return RawJson::from_serialize(&cleaned).unwrap_or_else(|_| value.clone());
    }
    let Some((replaced, _)) = replaced else { return value.clone() };
    notes.push(Note::lone_surrogate(path));
    replaced
}

/// Returns a value with U+FFFD for lone surrogates, and the paths in it where they were. `None` if it has none.
pub(super) fn without_lone_surrogates(value: &RawJson) -> Option<(RawJson, Vec<String>)> {
    let replaced = replace_lone_surrogates(value.as_str())?;
    Some((RawJson::parse(replaced.text).ok()?, replaced.paths))
}

/// Returns the members of an object in which names occur repeatedly, and these names. `None` for any other value.
pub(super) fn unique_members(value: &RawJson) -> Option<(JsonObject, Vec<String>)> {
    let Pairs(pairs) = value.deserialize().ok()?;
    let mut names = BTreeSet::new();
    let mut repeated = Vec::new();
    let mut members = JsonObject::new();
    for (name, value) in pairs {
        if names.insert(name.clone()) {
            members.insert(name, value);
        } else {
            repeated.push(name);
        }
    }
    Some((members, repeated))
}

/// The members of an object, which may have one name several times.
struct Pairs(Vec<(String, RawJson)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_map(Members)
    }
}
