//! The differences of two JSON values, with their paths.

use std::fmt::Write as _;

use serde_json::Value;

/// A member or item that differs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Difference {
    /// Its path, such as `messages[0].content[1].text`.
    path: String,
    expected: Option<Value>,
    found: Option<Value>,
}

/// The maximum number of differences that a summary lists.
const MAX_LISTED: usize = 5;

/// The maximum number of characters of a value that a summary shows.
const MAX_SHOWN: usize = 40;

/// The members that are not compared: names, and paths whose indices can be `[*]`.
#[derive(Clone, Debug, Default)]
pub(super) struct Ignored(Vec<String>);

impl Ignored {
    pub(super) fn add(&mut self, path: &str) {
        self.0.push(path.replace("[]", "[*]"));
    }

    fn contains(&self, path: &str, name: &str) -> bool {
        self.0.iter().any(|ignored| ignored == name || ignored == path || *ignored == without_indices(path))
    }
}

/// Replaces the indices of a path by asterisks.
fn without_indices(path: &str) -> String {
    let mut parts = path.split('[');
    let mut generic = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        generic.push_str("[*");
        generic.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    generic
}

/// Returns the differences of two values.
pub(super) fn differences(expected: &Value, found: &Value, ignored: &Ignored) -> Vec<Difference> {
    let mut list = Vec::new();
    compare("", Some(expected), Some(found), ignored, &mut list);
    list
}

fn compare(
    path: &str,
    expected: Option<&Value>,
    found: Option<&Value>,
    ignored: &Ignored,
    list: &mut Vec<Difference>,
) {
    match (expected, found) {
        (Some(Value::Object(expected)), Some(Value::Object(found))) => {
            let added = found.keys().filter(|name| !expected.contains_key(*name));
            for name in expected.keys().chain(added) {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                if !ignored.contains(&path, name) {
                    compare(&path, expected.get(name), found.get(name), ignored, list);
                }
            }
        }
        (Some(Value::Array(expected)), Some(Value::Array(found))) => {
            for index in 0..expected.len().max(found.len()) {
                let path = format!("{path}[{index}]");
                compare(&path, expected.get(index), found.get(index), ignored, list);
            }
        }
        (expected, found) if is_equal(expected, found) => {}
        (expected, found) => list.push(Difference {
            path: path.to_owned(),
            expected: expected.cloned(),
            found: found.cloned(),
        }),
    }
}

/// Returns whether two values are equal. Numbers are compared by value, because clients write `1` and `1.0`.
fn is_equal(expected: Option<&Value>, found: Option<&Value>) -> bool {
    match (expected, found) {
        (Some(Value::Number(expected)), Some(Value::Number(found))) => expected.as_f64() == found.as_f64(),
        _ => expected == found,
    }
}

/// Describes differences: `messages[0].content[0].text: expected "…a…", found "…b…"; …`.
pub(super) fn summarize(differences: &[Difference]) -> String {
    let mut summary = String::new();
    for difference in differences.iter().take(MAX_LISTED) {
        let separator = if summary.is_empty() { "" } else { "; " };
        let start = first_difference(difference);
        let expected = show(difference.expected.as_ref(), start);
        let found = show(difference.found.as_ref(), start);
        let path = if difference.path.is_empty() { "the body" } else { &difference.path };
        // Writing to a string cannot fail.
        let _ = write!(summary, "{separator}{path}: expected {expected}, found {found}");
    }
    match differences.len() {
        0 => "the body is not JSON".to_owned(),
        count if count > MAX_LISTED => format!("{summary}; and {} more", count.saturating_sub(MAX_LISTED)),
        _ => summary,
    }
}

/// Returns the position of the first character that differs in two texts.
fn first_difference(difference: &Difference) -> usize {
    match (&difference.expected, &difference.found) {
        (Some(Value::String(expected)), Some(Value::String(found))) => {
            expected.chars().zip(found.chars()).take_while(|(expected, found)| expected == found).count()
        }
        _ => 0,
    }
}

/// Shows a value, or the part of a long text around a position.
fn show(value: Option<&Value>, position: usize) -> String {
    let Some(value) = value else { return "nothing".to_owned() };
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let start = if text.chars().count() > MAX_SHOWN { position.saturating_sub(MAX_SHOWN / 2) } else { 0 };
    let shown: String = text.chars().skip(start).take(MAX_SHOWN).collect();
    let before = if start > 0 { "…" } else { "" };
    let after = if text.chars().count() > start.saturating_add(MAX_SHOWN) { "…" } else { "" };
    match value {
        Value::String(_) => format!("{:?}", format!("{before}{shown}{after}")),
        _ => format!("{before}{shown}{after}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn summary(expected: &Value, found: &Value, ignored: &[&str]) -> String {
        let mut members = Ignored::default();
        ignored.iter().for_each(|path| members.add(path));
        let differences = differences(expected, found, &members);
        if differences.is_empty() { String::new() } else { summarize(&differences) }
    }

    #[test]
    fn changed_character_has_its_path() {
        let expected = json!({"messages": [{"content": [{"text": "a".repeat(100) + "b"}]}]});
        let found = json!({"messages": [{"content": [{"text": "a".repeat(100) + "c"}]}]});
        let around = "a".repeat(20);
        assert_eq!(
            summary(&expected, &found, &[]),
            format!("messages[0].content[0].text: expected \"…{around}b\", found \"…{around}c\"")
        );
    }

    #[test]
    fn missing_and_added_values_are_named() {
        let expected = json!({"a": 1, "b": [1, 2], "c": "x"});
        let found = json!({"a": 1.0, "b": [1], "d": {"e": null}});
        assert_eq!(
            summary(&expected, &found, &[]),
            "b[1]: expected 2, found nothing; c: expected \"x\", found nothing; d: expected nothing, found {\"e\":null}"
        );
        assert_eq!(summary(&json!(0), &json!("a"), &[]), "the body: expected 0, found \"a\"");
        let many = json!([1, 2, 3, 4, 5, 6, 7]);
        assert!(summary(&many, &json!([]), &[]).ends_with("; and 2 more"));
    }

    #[test]
    fn ignored_members_are_not_compared() {
        let expected = json!({"id": 1, "messages": [{"id": 2, "content": [{"text": "a"}]}]});
        let found = json!({"id": 3, "messages": [{"id": 4, "content": [{"text": "b"}]}]});
        for (ignored, count) in [
            (vec!["id"], 1),
            (vec!["id", "messages[*].content[*].text"], 0),
            (vec!["id", "messages[0].content[0].text"], 0),
            (vec!["messages[*].id"], 2),
        ] {
            let mut members = Ignored::default();
            ignored.iter().for_each(|path| members.add(path));
            assert_eq!(differences(&expected, &found, &members).len(), count, "{ignored:?}");
        }
    }
}
