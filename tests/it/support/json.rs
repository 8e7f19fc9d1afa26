//! Comparison of JSON values, and access to their members.

use std::borrow::Cow;

use serde_json::Value;

/// Returns whether two values are equal JSON: the order of members does not matter, and 1 equals 1.0.
pub(crate) fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            left == right || ((left.is_f64() || right.is_f64()) && left.as_f64() == right.as_f64())
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| equal(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            let in_right = |(name, left)| right.get(name).is_some_and(|right| equal(left, right));
            left.len() == right.len() && left.iter().all(in_right)
        }
        _ => left == right,
    }
}

/// Returns whether a value is, or contains at any depth, another one.
pub(crate) fn contains(value: &Value, part: &Value) -> bool {
    equal(value, part)
        || match value {
            Value::Array(items) => items.iter().any(|item| contains(item, part)),
            Value::Object(members) => members.values().any(|member| contains(member, part)),
            _ => false,
        }
}

/// Returns the JSON inside a string, or the value itself if it is not a string with JSON.
pub(crate) fn embedded(value: &Value) -> Cow<'_, Value> {
    match value.as_str().map(serde_json::from_str) {
        Some(Ok(inner)) => Cow::Owned(inner),
        _ => Cow::Borrowed(value),
    }
}

/// Returns the members of an object; none for any other value.
pub(crate) fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

/// Returns the items of an array; none for any other value.
pub(crate) fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
