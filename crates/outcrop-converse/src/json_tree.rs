//! A JSON value taken apart, its order and its numbers kept.

use std::fmt;

use outcrop_core::{OrderedMap, RawJson};

/// How deep a value may be nested to be taken apart. Deeper ones are carried as they are.
const MAX_DEPTH: usize = 100;

/// A JSON value taken apart as far as objects and lists go; the rest is text, exactly as it was written.
#[derive(Clone, PartialEq)]
pub(crate) enum JsonTree {
    Scalar(RawJson),
    List(Vec<Self>),
    Object(OrderedMap<Self>),
}

impl JsonTree {
    /// Takes a value apart; `None` when it is nested too deep or an object in it has a member twice.
    pub(crate) fn parse(value: &RawJson) -> Option<Self> {
        Self::at_depth(value, 0)
    }

    fn at_depth(value: &RawJson, depth: usize) -> Option<Self> {
        if depth > MAX_DEPTH {
            return None;
        }
        if value.is_object() {
            let members = value.as_object()?;
            let parts = members.iter().map(|(name, part)| Some((name, Self::at_depth(part, depth + 1)?)));
            parts.collect::<Option<Vec<_>>>().map(|parts| Self::Object(parts.into_iter().collect()))
        } else if value.is_array() {
            let items = value.as_array()?;
            items.iter().map(|item| Self::at_depth(item, depth + 1)).collect::<Option<_>>().map(Self::List)
        } else {
            Some(Self::Scalar(value.clone()))
        }
    }

    /// Puts the value together again.
    pub(crate) fn to_json(&self) -> RawJson {
        match self {
            Self::Scalar(value) => value.clone(),
            Self::List(items) => list(items.iter().map(Self::to_json)),
            Self::Object(members) => RawJson::from(
                members
                    .iter()
                    .map(|(name, part)| (name, part.to_json()))
                    .collect::<outcrop_core::JsonObject>(),
            ),
        }
    }

    pub(crate) fn string(text: &str) -> Self {
        Self::Scalar(RawJson::from(text))
    }

    pub(crate) fn as_object(&self) -> Option<&OrderedMap<Self>> {
        if let Self::Object(members) = self { Some(members) } else { None }
    }

    pub(crate) fn as_list(&self) -> Option<&[Self]> {
        if let Self::List(items) = self { Some(items) } else { None }
    }

    pub(crate) fn as_text(&self) -> Option<String> {
        if let Self::Scalar(value) = self { value.as_string().map(|text| text.into_owned()) } else { None }
    }

    pub(crate) fn as_number(&self) -> Option<f64> {
        match self {
            Self::Scalar(value) if !value.is_string() => value.deserialize().ok(),
            _ => None,
        }
    }

    /// A member of an object.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        self.as_object()?.get(name)
    }

    /// The name that JSON Schema has for the kind of value.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Object(_) => "object",
            Self::List(_) => "array",
            Self::Scalar(value) => match value.as_str().as_bytes().first() {
                Some(b'"') => "string",
                Some(b't' | b'f') => "boolean",
                Some(b'n') => "null",
                _ => "number",
            },
        }
    }

    /// Whether two values are the same to JSON: the order of members and the spelling of numbers do not count.
    pub(crate) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Object(a), Self::Object(b)) => {
                a.len() == b.len()
                    && a.iter().all(|(name, part)| b.get(name).is_some_and(|twin| part.same(twin)))
            }
            (Self::List(a), Self::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b)),
            (Self::Scalar(a), Self::Scalar(b)) => {
                a == b || a.to_value() == b.to_value() || self.is_same_number(other)
            }
            _ => false,
        }
    }

    /// Whether both are numbers, at least one of them written with a fraction or an exponent, of the same size.
    fn is_same_number(&self, other: &Self) -> bool {
        let is_decimal =
            |part: &Self| matches!(part, Self::Scalar(value) if value.as_str().contains(['.', 'e', 'E']));
        let numbers = self.as_number().zip(other.as_number());
        (is_decimal(self) || is_decimal(other)) && numbers.is_some_and(|(a, b)| a == b)
    }
}

impl fmt::Debug for JsonTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_json(), f)
    }
}

fn list(items: impl Iterator<Item = RawJson>) -> RawJson {
    let items: Vec<_> = items.collect();
    RawJson::from_serialize(&items).unwrap_or_else(|_| RawJson::null())
}

#[cfg(test)]
mod tests;
