//! Writes JSON text in a fixed member order.
//!
//! `serde_json::Value` sorts the members of an object unless a feature of `serde_json` is enabled. The golden
//! records must not depend on which features a build happens to unify, so the generator writes text directly.

/// Returns a JSON object with the members in the given order.
pub(crate) fn object<'a>(members: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let members: Vec<String> =
        members.into_iter().map(|(name, value)| format!("{}:{value}", string(name))).collect();
    format!("{{{}}}", members.join(","))
}

/// Returns a JSON array.
pub(crate) fn array(items: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", items.into_iter().collect::<Vec<_>>().join(","))
}

/// Returns a JSON string.
pub(crate) fn string(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// Returns an object with a `type` member and others.
pub(crate) fn typed<const N: usize>(kind: &str, members: [(&str, String); N]) -> String {
    object([("type", string(kind))].into_iter().chain(members))
}
