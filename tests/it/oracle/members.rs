//! Takes objects apart member by member, so that a member that the SDK does not support is an error.

use aws_smithy_types::{Blob, Document, Number};
use serde_json::{Map, Value};

/// A parsed value, or the reason that the SDK does not support it.
pub(super) type Outcome<T> = Result<T, String>;

/// The members of an object that have not been parsed yet.
pub(super) struct Members(Map<String, Value>);

impl Members {
    pub(super) fn new(value: &Value) -> Outcome<Self> {
        value.as_object().cloned().map(Self).ok_or_else(|| "not an object".to_owned())
    }

    pub(super) fn take<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&Value) -> Outcome<T>,
    ) -> Outcome<Option<T>> {
        self.0.remove(name).map(|value| read(&value).map_err(|error| format!("{name}: {error}"))).transpose()
    }

    pub(super) fn require<T>(&mut self, name: &str, read: impl FnOnce(&Value) -> Outcome<T>) -> Outcome<T> {
        self.take(name, read)?.ok_or_else(|| format!("{name} is missing"))
    }

    /// Returns an error if members are left, which the SDK does not support.
    pub(super) fn end(self) -> Outcome<()> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(name) => Err(format!("the SDK has no member {name}")),
        }
    }
}

/// Returns the only member of a union.
pub(super) fn union_member(value: &Value) -> Outcome<(&str, &Value)> {
    let members = value.as_object().ok_or("not an object")?;
    match (members.iter().next(), members.len()) {
        (Some((name, value)), 1) => Ok((name, value)),
        (_, count) => Err(format!("a union with {count} members")),
    }
}

pub(super) fn list<T>(read: impl Fn(&Value) -> Outcome<T>) -> impl Fn(&Value) -> Outcome<Vec<T>> {
    move |value| value.as_array().ok_or("not a list")?.iter().map(&read).collect()
}

pub(super) fn text(value: &Value) -> Outcome<String> {
    value.as_str().map(str::to_owned).ok_or_else(|| "not a string".to_owned())
}

pub(super) fn flag(value: &Value) -> Outcome<bool> {
    value.as_bool().ok_or_else(|| "not a boolean".to_owned())
}

pub(super) fn integer(value: &Value) -> Outcome<i32> {
    value.as_i64().and_then(|number| i32::try_from(number).ok()).ok_or_else(|| "not an integer".to_owned())
}

pub(super) fn float(value: &Value) -> Outcome<f32> {
    value.to_string().parse().map_err(|_| "no number".to_owned())
}

pub(super) fn blob(value: &Value) -> Outcome<Blob> {
    aws_smithy_types::base64::decode(text(value)?).map(Blob::new).map_err(|error| error.to_string())
}

/// Parses a value of an enum of the SDK, known or not.
pub(super) fn named<T: for<'a> From<&'a str>>(value: &Value) -> Outcome<T> {
    value.as_str().map(T::from).ok_or_else(|| "not a string".to_owned())
}

/// Parses a JSON value. The SDK does not support numbers beyond 64 bits.
pub(super) fn document(value: &Value) -> Outcome<Document> {
    Ok(match value {
        Value::Null => Document::Null,
        Value::Bool(flag) => Document::Bool(*flag),
        Value::Number(number) => {
            Document::Number(match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), _, _) => Number::PosInt(number),
                (_, Some(number), _) => Number::NegInt(number),
                (_, _, Some(number)) => Number::Float(number),
                _ => return Err("a number that the SDK does not have".to_owned()),
            })
        }
        Value::String(text) => Document::String(text.clone()),
        Value::Array(items) => Document::Array(items.iter().map(document).collect::<Outcome<_>>()?),
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| Ok((name.clone(), document(value)?)));
            Document::Object(members.collect::<Outcome<_>>()?)
        }
    })
}
