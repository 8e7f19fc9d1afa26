//! JSON in a text that has more than JSON: a fence, or prose around it.

use outcrop_core::RawJson;

use crate::json_tree::JsonTree;

/// The maximum number of values that are looked for: a text of brackets would take quadratic time.
const MAX_CANDIDATES: usize = 16;

/// Returns the JSON values in a text, the most likely output first, each with whether it is the whole text.
///
/// Models write the output in a fence (`` ```json ``), after a sentence, or as a JSON string that has the JSON. See
/// <https://github.com/laravel/ai/issues/879> and <https://github.com/vercel/ai/issues/7558> (L137).
pub(super) fn candidates(text: &str) -> Vec<(JsonTree, bool)> {
    let exact = parse_exact(text);
    // A text that is repaired is not JSON as it is.
    let is_json = exact.is_some();
    if let Some(whole) = exact.or_else(|| parse_repaired(text)) {
        let inner = whole.as_text().and_then(|inner| parse(&inner)).filter(is_container);
        let inner = inner.map(|inner| (inner, false));
        return std::iter::once((whole, is_json)).chain(inner).collect();
    }
    // What a model considers before its output is often JSON, too.
    let output = after_reasoning(text);
    let rest = if output.len() == text.len() { "" } else { text };
    let found = parse(output).into_iter().chain(fences(output).filter_map(parse)).chain(values(output));
    let found = found.chain(fences(rest).filter_map(parse)).chain(values(rest));
    found.take(MAX_CANDIDATES).map(|value| (value, false)).collect()
}

/// The ends of reasoning that a model writes into its text.
const REASONING_ENDS: &[&str] = &["</think>", "</thinking>", "</reasoning>"];

/// Returns the text after the reasoning in it, or the whole text if it has none.
///
/// The tag that begins it may be missing: DeepSeek's format has it in the prompt.
fn after_reasoning(text: &str) -> &str {
    let ends = REASONING_ENDS.iter().filter_map(|end| text.rfind(end).map(|at| at + end.len()));
    ends.max().and_then(|end| text.get(end..)).unwrap_or(text)
}

fn parse(text: &str) -> Option<JsonTree> {
    parse_exact(text).or_else(|| parse_repaired(text))
}

fn parse_exact(text: &str) -> Option<JsonTree> {
    JsonTree::parse(&RawJson::parse(text.trim()).ok()?)
}

fn parse_repaired(text: &str) -> Option<JsonTree> {
    parse_exact(&escape_controls(text)?)
}

/// Returns the text with the control characters within its strings as escapes, which some models forget. `None` if it has
/// none.
fn escape_controls(text: &str) -> Option<String> {
    let mut escaped = String::with_capacity(text.len());
    let (mut is_in_string, mut is_escape, mut is_changed) = (false, false, false);
    for c in text.chars() {
        if is_in_string && c.is_ascii_control() {
            escaped.push_str(&format!("\\u{:04x}", u32::from(c)));
            is_changed = true;
            continue;
        }
        is_in_string ^= c == '"' && !is_escape;
        is_escape = c == '\\' && !is_escape;
        escaped.push(c);
    }
    is_changed.then_some(escaped)
}

fn is_container(value: &JsonTree) -> bool {
    matches!(value, JsonTree::Object(_) | JsonTree::List(_))
}

/// Returns the contents of the fences of a text, without the names of their languages.
fn fences(text: &str) -> impl Iterator<Item = &str> {
    // The parts with an odd index are within a fence.
    let parts = text.split("```").skip(1).step_by(2);
    parts.filter_map(|part| part.get(part.find(['\n', '{', '[']).unwrap_or(0)..))
}

/// Returns the objects and lists within prose, from the first bracket of each.
fn values(text: &str) -> impl Iterator<Item = JsonTree> {
    let mut rest = text;
    let mut attempts = 0;
    std::iter::from_fn(move || {
        while attempts < MAX_CANDIDATES {
            rest = rest.get(rest.find(['{', '['])?..)?;
            attempts += 1;
            let mut values = serde_json::Deserializer::from_str(rest).into_iter::<RawJson>();
            let value = values.next().and_then(Result::ok);
            let length = if value.is_some() { values.byte_offset() } else { 1 };
            rest = rest.get(length..)?;
            if let Some(value) = value.as_ref().and_then(JsonTree::parse) {
                return Some(value);
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::candidates;

    #[test]
    fn json_is_found_in_fences_and_prose() {
        for (text, expected) in [
            ("{\"a\":1}", vec!["{\"a\":1}"]),
            (" \n[1] ", vec!["[1]"]),
            ("\"[1,2]\"", vec!["\"[1,2]\"", "[1,2]"]),
            ("```json\n{\"a\":1}\n```", vec!["{\"a\":1}", "{\"a\":1}"]),
            ("```{\"a\":1}```", vec!["{\"a\":1}", "{\"a\":1}"]),
            ("```\n{\"a\":1}", vec!["{\"a\":1}", "{\"a\":1}"]),
            ("Sure! {\"a\":{\"b\":[1]}} Done.", vec!["{\"a\":{\"b\":[1]}}"]),
            ("set {x} to [1] or {\"a\":2}", vec!["[1]", "{\"a\":2}"]),
            ("<think>{\"b\":1}</think>{\"a\":1}", vec!["{\"a\":1}", "{\"a\":1}", "{\"b\":1}", "{\"a\":1}"]),
            ("{\"b\":1}\n</think>\nSure: [1]", vec!["[1]", "{\"b\":1}", "[1]"]),
            ("<reasoning>{\"b\":1}</reasoning>", vec!["{\"b\":1}"]),
            ("{\"a\":\"b\n\\\"c\"}", vec![r#"{"a":"b\u000a\"c"}"#]),
            ("no JSON {at all", vec![]),
            ("", vec![]),
        ] {
            let found: Vec<_> =
                candidates(text).iter().map(|(value, _)| value.to_json().as_str().to_owned()).collect();
            assert_eq!(found, expected, "{text}");
        }
        assert!(candidates(&"[".repeat(100_000)).is_empty());
    }
}
