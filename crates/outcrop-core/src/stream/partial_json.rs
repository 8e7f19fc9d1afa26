//! Parsing JSON whose end was not received yet.

use serde_json::Value;

/// Parses the beginning of a JSON text: closes open strings, arrays and objects, and drops an incomplete last member.
///
/// It shows the input of a tool while the model writes it. Returns `None` if there is nothing to show, if the text is
/// not the beginning of a JSON value, or if it is nested more than 64 levels deep.
///
/// ```
/// use outcrop_core::parse_partial_json;
///
/// let input = parse_partial_json(r#"{"city": "Lis"#).unwrap();
/// assert_eq!(input["city"], "Lis");
/// assert_eq!(parse_partial_json(r#"{"city": "Lisbon", "da"#).unwrap().as_object().unwrap().len(), 1);
/// ```
#[must_use]
pub fn parse_partial_json(text: &str) -> Option<Value> {
    if let Ok(whole) = serde_json::from_str(text) {
        return Some(whole);
    }
    // The longest beginning is the most likely to be valid, and shows the most.
    cuts(text)?.iter().rev().find_map(|cut| {
        let mut closed = String::with_capacity(text.len() + 8);
        closed.push_str(text.get(..cut.end)?);
        closed.push_str(cut.quote);
        closed.extend(cut.open.iter().rev());
        serde_json::from_str(&closed).ok()
    })
}

/// A position at which the text can be cut and closed.
struct Cut {
    /// The end of the text before the cut, in bytes.
    end: usize,
    /// The quote that closes a string, or nothing.
    quote: &'static str,
    /// The closing brackets of the open arrays and objects, the outermost first.
    open: Vec<char>,
}

/// The maximum depth of nesting. It bounds the work per call, which happens for each event of a stream, and is far
/// below the limit of `serde_json` (128).
const MAX_DEPTH: usize = 64;

/// Returns the positions at which a text can be cut, from the first to the last. `None` if it cannot become valid.
///
/// There are at most three: after the last bracket or before the last comma outside of strings, at the end, and at the
/// end of an open string.
fn cuts(text: &str) -> Option<Vec<Cut>> {
    let mut open: Vec<char> = Vec::new();
    let mut after_bracket_or_comma = None;
    let mut in_string = false;
    let mut escape_start = None;
    let mut chars = text.char_indices();
    while let Some((index, c)) = chars.next() {
        if in_string {
            match c {
                '\\' => {
                    escape_start = Some(index);
                    // An escaped quote does not end the string. The four digits of `\u` follow as ordinary characters.
                    match chars.next() {
                        Some((_, 'u')) => {}
                        Some(_) => escape_start = None,
                        None => break,
                    }
                }
                '"' => in_string = false,
                _ => {}
            }
            // `\u` and four digits are complete: the sixth character is at the fifth position after the backslash.
            if escape_start.is_some_and(|start| index >= start + 5) {
                escape_start = None;
            }
            continue;
        }
        match c {
            '"' => in_string = true,
            '{' | '[' if open.len() >= MAX_DEPTH => return None,
            '{' => {
                open.push('}');
                after_bracket_or_comma = Some(Cut { end: index + 1, quote: "", open: open.clone() });
            }
            '[' => {
                open.push(']');
                after_bracket_or_comma = Some(Cut { end: index + 1, quote: "", open: open.clone() });
            }
            '}' | ']' if open.pop() != Some(c) => return None,
            ',' => after_bracket_or_comma = Some(Cut { end: index, quote: "", open: open.clone() }),
            _ => {}
        }
    }
    let mut cuts: Vec<Cut> = after_bracket_or_comma.into_iter().collect();
    // A number, `true`, `false` or `null` at the end may be complete.
    cuts.push(Cut { end: text.len(), quote: "", open: open.clone() });
    if in_string {
        // Half an escape sequence would make the string invalid.
        cuts.push(Cut { end: escape_start.unwrap_or(text.len()), quote: "\"", open });
    }
    Some(cuts)
}
