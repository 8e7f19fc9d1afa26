//! The walk over a body and the shapes of the service model, and the path on it.

use regex_lite::Regex;
use serde_json::{Map, Number, Value};

use super::shape::{Kind, MemberShape, ServiceModel, Shape};

/// A violation of a shape.
pub(super) struct Violation<'b> {
    pub(super) path: Vec<Segment<'b>>,
    pub(super) value: &'b Value,
    pub(super) shape: &'static str,
    pub(super) reason: Reason,
}

/// A segment of the path of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Segment<'b> {
    Member(&'b str),
    Index(usize),
}

/// The constraint that a value breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// A member that the object does not have.
    UnknownMember(String),
    MissingMember(&'static str),
    /// A union with none or several of its members.
    Union,
    Type,
    /// A limit, with the text of AWS.
    Limit(String),
    /// A key of a map, with the text of the limit that it breaks.
    Key(String),
}

/// Returns the violations of a shape in a body, in the order of the body.
pub(super) fn violations<'b>(shape: &'static str, body: &'b Value) -> Vec<Violation<'b>> {
    let mut walk = Walk { model: ServiceModel::get(), path: Vec::new(), found: Vec::new() };
    walk.value(shape, body);
    walk.found
}

struct Walk<'b> {
    model: &'static ServiceModel,
    path: Vec<Segment<'b>>,
    found: Vec<Violation<'b>>,
}

impl<'b> Walk<'b> {
    fn value(&mut self, name: &'static str, value: &'b Value) {
        let Some(shape) = self.model.shape(name) else { return };
        let Some(kind) = shape.kind else { return };
        match (kind, value) {
            (Kind::Object, Value::Object(object)) => self.object(name, shape, value, object),
            (Kind::Array, Value::Array(items)) => {
                self.length(name, value, items.len(), shape.min_items, shape.max_items);
                for (index, item) in items.iter().enumerate() {
                    self.path.push(Segment::Index(index));
                    if let Some(reference) = shape.items {
                        self.value(reference.name(), item);
                    }
                    self.path.pop();
                }
            }
            (Kind::String, Value::String(text)) => {
                for limit in string_limits(shape, text) {
                    self.report(name, value, Reason::Limit(limit));
                }
            }
            (Kind::Integer, Value::Number(number)) if is_integer(number) => self.number(name, shape, value),
            (Kind::Number, Value::Number(_)) => self.number(name, shape, value),
            (Kind::Boolean, Value::Bool(_)) => {}
            _ => self.report(name, value, Reason::Type),
        }
    }

    fn object(
        &mut self,
        name: &'static str,
        shape: &'static Shape,
        value: &'b Value,
        object: &'b Map<String, Value>,
    ) {
        if shape.is_union() {
            let has_unknown = object.keys().any(|key| matches!(shape.member(key), MemberShape::Unknown));
            if object.len() != 1 || has_unknown {
                self.report(name, value, Reason::Union);
            }
        } else {
            self.length(name, value, object.len(), shape.min_properties, shape.max_properties);
        }
        for required in shape.required.iter().copied().filter(|required| !object.contains_key(*required)) {
            self.report(name, value, Reason::MissingMember(required));
        }
        for (key, member) in object {
            if let Some(key_shape) = shape.property_names.and_then(|names| self.model.shape(names.name())) {
                for limit in string_limits(key_shape, key) {
                    self.report(name, value, Reason::Key(limit));
                }
            }
            match shape.member(key) {
                MemberShape::Known(reference) => {
                    self.path.push(Segment::Member(key));
                    self.value(reference.name(), member);
                    self.path.pop();
                }
                MemberShape::Unknown if !shape.is_union() => {
                    self.report(name, value, Reason::UnknownMember(key.clone()));
                }
                MemberShape::Unknown | MemberShape::Any => {}
            }
        }
    }

    fn length(
        &mut self,
        name: &'static str,
        value: &'b Value,
        length: usize,
        min: Option<usize>,
        max: Option<usize>,
    ) {
        for limit in length_limits(length, min, max) {
            self.report(name, value, Reason::Limit(limit));
        }
    }

    fn number(&mut self, name: &'static str, shape: &Shape, value: &'b Value) {
        let breaks = |limit: &Option<Number>, order: fn(f64, f64) -> bool| {
            // All limits of the service model are exact as floats, and so are numbers near them.
            let limit = limit.as_ref()?;
            let is_broken = order(value.as_f64()?, limit.as_f64()?);
            is_broken.then(|| limit.clone())
        };
        if let Some(limit) = breaks(&shape.minimum, |value, limit| value < limit) {
            let text = format!("Member must have value greater than or equal to {limit}");
            self.report(name, value, Reason::Limit(text));
        }
        if let Some(limit) = breaks(&shape.maximum, |value, limit| value > limit) {
            let text = format!("Member must have value less than or equal to {limit}");
            self.report(name, value, Reason::Limit(text));
        }
    }

    fn report(&mut self, shape: &'static str, value: &'b Value, reason: Reason) {
        self.found.push(Violation { path: self.path.clone(), value, shape, reason });
    }
}

/// Returns whether a number is an integer, whether or not it is written with a decimal point.
fn is_integer(number: &Number) -> bool {
    number.is_i64() || number.is_u64() || number.as_f64().is_some_and(|float| float.fract() == 0.0)
}

/// Returns the texts of the limits that a string breaks.
fn string_limits(shape: &Shape, text: &str) -> Vec<String> {
    let mut broken = Vec::new();
    if !shape.values.is_empty() && !shape.values.contains(&text) {
        broken.push(format!("Member must satisfy enum value set: [{}]", shape.values.join(", ")));
    }
    // Counting the characters of an image of 30 MB takes a noticeable time.
    if shape.min_length.is_some() || shape.max_length.is_some() {
        broken.extend(length_limits(text.chars().count(), shape.min_length, shape.max_length));
    }
    if let Some(pattern) = shape.pattern.as_deref().filter(|pattern| !matches(pattern, text)) {
        // A pattern of the service model must match the whole value, so the schema anchors it.
        let original = pattern.strip_prefix("^(?:").and_then(|rest| rest.strip_suffix(")$"));
        broken
            .push(format!("Member must satisfy regular expression pattern: {}", original.unwrap_or(pattern)));
    }
    broken
}

fn length_limits(length: usize, min: Option<usize>, max: Option<usize>) -> impl Iterator<Item = String> {
    let short = min.filter(|min| length < *min);
    let short = short.map(|min| format!("Member must have length greater than or equal to {min}"));
    let long = max.filter(|max| length > *max);
    let long = long.map(|max| format!("Member must have length less than or equal to {max}"));
    short.into_iter().chain(long)
}

/// The pattern of Base64 in the schema.
pub(super) const BASE64: &str = "^[A-Za-z0-9+/]*={0,2}$";

/// The pattern that every text matches.
pub(super) const ANYTHING: &str = "^(?:[\\s\\S]*)$";

/// Returns whether a text matches a pattern of the service model.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern {
        // These two are for long values, at which a regular expression is slow.
        BASE64 => {
            let padding = text.bytes().rev().take_while(|byte| *byte == b'=').count();
            let data = text.as_bytes().get(..text.len().saturating_sub(padding)).unwrap_or_default();
            padding <= 2 && data.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(byte))
        }
        ANYTHING => true,
        // Compiled when it is needed: compiling all patterns at the start took longer than answering a request. A test
        // compiles each, so none is passed over.
        _ => Regex::new(pattern).map_or(true, |regex| regex.is_match(text)),
    }
}
