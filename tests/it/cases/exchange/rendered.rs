//! AG2's text of a response, every block rendered.

use crate::support::tally::Differences;

/// Notes when two renderings differ in more than how the JSON in them is spelled.
pub(super) fn compare(got: &str, want: &str, differences: &mut Differences) {
    if spelled_alike(got) != spelled_alike(want) {
        differences.add(format!("rendered_text: {got:?} for {want:?}"));
    }
}

/// A text without white space, and with the characters themselves for their escapes (`\u00e9`).
fn spelled_alike(text: &str) -> String {
    let mut parts = text.split("\\u");
    let mut alike = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_at(4);
        alike.extend(char::from_u32(u32::from_str_radix(code, 16).unwrap()));
        alike += rest;
    }
    alike.retain(|char| !char.is_whitespace());
    alike
}
