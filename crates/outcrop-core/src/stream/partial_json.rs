//! JSON of which the end has not come.

use serde_json::Value;

/// Reads JSON text as far as it has come: what is open is closed, what is begun and says nothing yet is left out.
///
/// For showing the input of a tool while the model writes it. `None` when there is nothing to show, or when the text
/// is no beginning of a JSON value.
///
/// ```
/// use outcrop_core::parse_partial_json;
///
/// let shown = parse_partial_json(r#"{"city": "Lis"#).unwrap();
/// assert_eq!(shown["city"], "Lis");
/// assert_eq!(parse_partial_json(r#"{"city": "Lisbon", "da"#).unwrap().as_object().unwrap().len(), 1);
/// ```
#[must_use]
pub fn parse_partial_json(text: &str) -> Option<Value> {
    if let Ok(whole) = serde_json::from_str(text) {
        return Some(whole);
    }
    let scan = Scan::of(text)?;
    // The last place first: most of the time the text can be closed right where it ends.
    scan.ends.iter().rev().find_map(|end| {
        let mut closed = String::with_capacity(text.len() + 8);
        closed.push_str(text.get(..end.at)?);
        closed.push_str(end.finish);
        closed.extend(end.open.iter().rev());
        serde_json::from_str(&closed).ok()
    })
}

/// A place at which the text could be closed.
struct End {
    at: usize,
    /// What has to be written first.
    finish: &'static str,
    /// The brackets that are open there, each by its counterpart.
    open: Vec<char>,
}

/// The last few places at which a text could be closed.
struct Scan {
    ends: Vec<End>,
}

/// How deep a text may be nested to be shown.
const DEEPEST: usize = 64;

impl Scan {
    fn of(text: &str) -> Option<Self> {
        let mut open: Vec<char> = Vec::new();
        let mut after_bracket_or_comma = None;
        let mut in_string = false;
        let mut escape_at = None;
        let mut string_end = None;
        let mut chars = text.char_indices();
        while let Some((at, c)) = chars.next() {
            if in_string {
                match c {
                    '\\' => {
                        escape_at = Some(at);
                        // What is escaped is no end of the string; the four digits of `\u` are letters like others.
                        match chars.next() {
                            Some((_, 'u')) => {}
                            Some(_) => escape_at = None,
                            None => break,
                        }
                    }
                    '"' => {
                        in_string = false;
                        string_end = Some(at);
                    }
                    _ => {}
                }
                if escape_at.is_some_and(|start| at >= start + 5) {
                    escape_at = None;
                }
                continue;
            }
            match c {
                '"' => in_string = true,
                '{' | '[' if open.len() >= DEEPEST => return None,
                '{' => {
                    open.push('}');
                    after_bracket_or_comma = Some(End { at: at + 1, finish: "", open: open.clone() });
                }
                '[' => {
                    open.push(']');
                    after_bracket_or_comma = Some(End { at: at + 1, finish: "", open: open.clone() });
                }
                '}' | ']' if open.pop() != Some(c) => return None,
                ',' => after_bracket_or_comma = Some(End { at, finish: "", open: open.clone() }),
                _ => {}
            }
        }
        let mut ends: Vec<End> = after_bracket_or_comma.into_iter().collect();
        // A number or word may be complete, and so may a string that is still open, without half an escape.
        ends.push(End { at: text.len(), finish: "", open: open.clone() });
        if in_string {
            ends.push(End { at: escape_at.unwrap_or(text.len()), finish: "\"", open });
        } else if string_end.is_none() && ends.is_empty() {
            return None;
        }
        Some(Self { ends })
    }
}
