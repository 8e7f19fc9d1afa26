//! AG2's text of a response with all its blocks.

use crate::support::case_report::Differences;

/// Compares two texts, except for the spelling of JSON inside them.
pub(super) fn compare(actual: &str, expected: &str, differences: &mut Differences) {
    if normalized(actual) != normalized(expected) {
        differences.add(format!("rendered_text: {actual:?} instead of {expected:?}"));
    }
}

/// Removes white space and replaces escapes (`\u00e9`) by their characters.
fn normalized(text: &str) -> String {
    let mut parts = text.split("\\u");
    let mut normalized = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_at(4);
        normalized.extend(char::from_u32(u32::from_str_radix(code, 16).unwrap()));
        normalized += rest;
    }
    normalized.retain(|char| !char.is_whitespace());
    normalized
}
