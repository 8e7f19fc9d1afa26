//! A JSON value as a tree that preserves the order of members and the spelling of numbers, and objects within strings.

mod parse;

use std::fmt;

use outcrop_core::{JsonObject, OrderedMap, RawJson, WriteJson, from_str};

pub(crate) use parse::Parsed;

/// A JSON value, parsed as far as objects and lists go. Everything else is text in its exact spelling.
#[derive(Clone, PartialEq)]
pub(crate) enum JsonTree {
    Scalar(RawJson),
    List(Vec<Self>),
    Object(OrderedMap<Self>),
}

impl JsonTree {
    /// The maximum nesting of a tree. Callers send a deeper value unchanged.
    ///
    /// Functions on a tree recurse, so that a deeper value could overflow the stack. No schema or tool input comes near it,
    /// and the AWS SDK itself parses 128 levels at most.
    pub(crate) const MAX_DEPTH: usize = 100;

    /// Parses a value. Returns `None` if it is nested too deep, or if an object in it has a member twice.
    pub(crate) fn parse(value: &RawJson) -> Option<Self> {
        Self::parse_lenient(value).filter(|parsed| parsed.repeated.is_empty()).map(|parsed| parsed.tree)
    }

    /// Parses a value in which members may be repeated. Returns `None` if it is nested too deep.
    pub(crate) fn parse_lenient(value: &RawJson) -> Option<Parsed> {
        parse::parse(value)
    }

    /// Converts the tree to JSON.
    pub(crate) fn to_json(&self) -> RawJson {
        if let Self::Scalar(value) = self {
            return value.clone();
        }
        let text = String::from_utf8(self.to_json_bytes()).unwrap_or_default();
        RawJson::parse(text).unwrap_or_else(|_| RawJson::null())
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

    /// Returns a member of an object.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        self.as_object()?.get(name)
    }

    /// Returns the name of the kind of value in JSON Schema.
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

    /// Returns whether two values are equal as JSON, whatever the order of members and the spelling of numbers.
    pub(crate) fn json_equal(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Object(a), Self::Object(b)) => {
                a.len() == b.len()
                    && a.iter().all(|(name, part)| b.get(name).is_some_and(|other| part.json_equal(other)))
            }
            (Self::List(a), Self::List(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.json_equal(b))
            }
            (Self::Scalar(a), Self::Scalar(b)) => {
                // `to_value` makes escapes equal, but not 1 and 1.0.
                a == b || a.to_value() == b.to_value() || self.is_same_number(other)
            }
            _ => false,
        }
    }

    /// Returns whether both are numbers of the same size, at least one of them written with a fraction or an exponent.
    fn is_same_number(&self, other: &Self) -> bool {
        // Two integers are compared as text: as floats, 2^53 and 2^53 + 1 would be equal.
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

impl WriteJson for JsonTree {
    fn write_json(&self, out: &mut Vec<u8>) {
        match self {
            Self::Scalar(value) => value.write_json(out),
            Self::List(items) => items.write_json(out),
            Self::Object(members) => members.write_json(out),
        }
    }
}

/// Returns the object that the input of a call has as a string, however often it is encoded, and an empty one for `null`
/// and an empty string. `None` for any other input.
///
/// Some models encode their input twice: <https://github.com/JetBrains/koog/pull/2096>. Others write an empty string or
/// `null` for a tool without arguments: <https://github.com/aws-samples/bedrock-engineer/pull/188>.
pub(crate) fn object_in_string(input: &RawJson) -> Option<RawJson> {
    if input.is_null() {
        return Some(RawJson::from(JsonObject::new()));
    }
    let mut text = input.as_string()?.trim().to_owned();
    while text.starts_with('"') {
        // Each decoding removes the quotation marks at least, so that this ends.
        text = from_str::<String>(&text).ok()?.trim().to_owned();
    }
    if text.is_empty() {
        return Some(RawJson::from(JsonObject::new()));
    }
    RawJson::parse(text).ok().filter(RawJson::is_object)
}

#[cfg(test)]
mod tests;
