//! Members of the JSON that cargo prints.

use serde_json::Value;

/// A document that cargo printed.
pub(crate) fn document(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("cargo metadata: {error}"))
}

/// A string that has to be there.
pub(crate) fn text(value: &Value, key: &str) -> Result<String, String> {
    optional_text(value, key).ok_or_else(|| format!("cargo metadata: `{key}` is missing or no string"))
}

/// A string that may be missing or null.
pub(crate) fn optional_text(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).map(str::to_owned)
}

/// A list that has to be there.
pub(crate) fn list<'a>(value: &'a Value, key: &str) -> Result<&'a [Value], String> {
    let list = value.get(key).and_then(Value::as_array);
    list.map(Vec::as_slice).ok_or_else(|| format!("cargo metadata: `{key}` is missing or no list"))
}

/// The strings of a list that may be missing.
pub(crate) fn texts(value: &Value, key: &str) -> Vec<String> {
    let list = value.get(key).and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}
