//! JSON values compared as what they mean.

use std::borrow::Cow;

use serde_json::Value;

/// Whether two values are the same JSON: the order of members does not count, and 1 is 1.0.
pub(crate) fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            left == right || ((left.is_f64() || right.is_f64()) && left.as_f64() == right.as_f64())
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            let in_right = |(name, left)| right.get(name).is_some_and(|right| same(left, right));
            left.len() == right.len() && left.iter().all(in_right)
        }
        _ => left == right,
    }
}

/// Whether a value is, or holds somewhere within, another one.
pub(crate) fn contains(value: &Value, part: &Value) -> bool {
    same(value, part)
        || match value {
            Value::Array(items) => items.iter().any(|item| contains(item, part)),
            Value::Object(members) => members.values().any(|member| contains(member, part)),
            _ => false,
        }
}

/// What stands in a string, if that is JSON itself; any other value as it is.
pub(crate) fn embedded(value: &Value) -> Cow<'_, Value> {
    match value.as_str().map(serde_json::from_str) {
        Some(Ok(inner)) => Cow::Owned(inner),
        _ => Cow::Borrowed(value),
    }
}

/// The members of an object; none for any other value.
pub(crate) fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

/// The items of an array; none for any other value.
pub(crate) fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
