//! Lone surrogates: escapes in JSON strings that are half a character.
//!
//! JSON escapes a character beyond U+FFFF as a pair of surrogates, `\ud83d\ude00`. A program that cuts its text between
//! the two writes half of a pair, which JSON permits (<https://www.rfc-editor.org/rfc/rfc8259#section-8.2>) and UTF-8
//! cannot represent. Decoders of UTF-16 put U+FFFD in its place, and so does this module: the rest of the text is kept.

/// A JSON text without lone surrogates, with the paths where they were.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReplacedSurrogates {
    /// The text, with U+FFFD in the place of each lone surrogate.
    pub text: String,
    /// The paths of the strings that had lone surrogates, such as `messages[3].content`. The last one is empty if there
    /// are more strings than paths.
    pub paths: Vec<String>,
}

/// The maximum number of paths: a note for each of thousands of strings would help no reader, and the paths of deeply
/// nested strings would take quadratic space.
const MAX_PATHS: usize = 100;

/// Replaces the lone surrogates in a JSON text by U+FFFD. Returns `None` if it has none.
///
/// The text is not checked otherwise, and everything else in it stays as it is. A text within a string, such as the
/// arguments of a tool call, is part of that string: decode it and call this function for it.
///
/// ```
/// let replaced = outcrop_core::replace_lone_surrogates(r#"{"a": ["half \ud83d here", "\ud83d\ude00"]}"#).unwrap();
/// assert_eq!(replaced.text, r#"{"a": ["half \ufffd here", "\ud83d\ude00"]}"#);
/// assert_eq!(replaced.paths, ["a[0]"]);
/// ```
#[must_use]
pub fn replace_lone_surrogates(text: &str) -> Option<ReplacedSurrogates> {
    if !has_lone_surrogate(text) {
        return None;
    }
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = next_lone_surrogate(rest) {
        replaced.push_str(before);
        replaced.push_str("\\ufffd");
        rest = after;
    }
    replaced.push_str(rest);
    Some(ReplacedSurrogates { paths: paths(text), text: replaced })
}

/// Returns whether a JSON text has a lone surrogate.
pub(crate) fn has_lone_surrogate(text: &str) -> bool {
    next_lone_surrogate(text).is_some()
}

/// Returns the text before the first lone surrogate, and the text after it.
fn next_lone_surrogate(text: &str) -> Option<(&str, &str)> {
    let mut at = 0;
    loop {
        // A backslash occurs only in strings, where it begins an escape of at least two characters.
        // `str::find` runs one instruction for each byte, 11 % of those for the mapping of a request with an image.
        at += memchr::memchr(b'\\', text.get(at..)?.as_bytes())?;
        let escape = text.get(at..)?;
        at += match surrogate(escape) {
            None => escape.chars().take(2).map(char::len_utf8).sum(),
            Some(Half::First) if escape.get(ESCAPE..).and_then(surrogate) == Some(Half::Second) => 2 * ESCAPE,
            Some(_) => return Some((text.get(..at)?, escape.get(ESCAPE..)?)),
        };
    }
}

/// The length of an escape, `\uXXXX`.
const ESCAPE: usize = 6;

/// A half of a pair of surrogates.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    First,
    Second,
}

/// Returns which half of a pair the escape at the start of a text is.
fn surrogate(text: &str) -> Option<Half> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    match u16::from_str_radix(digits, 16).ok()? {
        0xd800..=0xdbff => Some(Half::First),
        0xdc00..=0xdfff => Some(Half::Second),
        _ => None,
    }
}

/// An array or object around the current value.
enum Container<'t> {
    /// The index of the current item.
    Array(usize),
    /// The name of the current member as it is in the text; `None` before the name.
    Object(Option<&'t str>),
}

/// Returns the paths of the strings with lone surrogates. The path of a name is that of its member.
fn paths(text: &str) -> Vec<String> {
    let mut paths = Vec::new();
    let mut containers: Vec<Container<'_>> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let mut length = first.len_utf8();
        match first {
            '{' => containers.push(Container::Object(None)),
            '[' => containers.push(Container::Array(0)),
            '}' | ']' => drop(containers.pop()),
            ',' => match containers.last_mut() {
                Some(Container::Array(index)) => *index += 1,
                Some(Container::Object(name)) => *name = None,
                None => {}
            },
            '"' => {
                let inner = string_inner(rest);
                length += inner.len() + 1;
                if let Some(Container::Object(name @ None)) = containers.last_mut() {
                    *name = Some(inner);
                }
                if has_lone_surrogate(inner) {
                    if paths.len() + 1 == MAX_PATHS {
                        paths.push(String::new());
                        return paths;
                    }
                    paths.push(path(&containers));
                }
            }
            _ => {}
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    paths
}

/// Returns what is between the quotation marks of the string at the start of a text.
fn string_inner(text: &str) -> &str {
    let inner = text.get(1..).unwrap_or_default();
    let mut escaped = false;
    let end = inner.bytes().position(|byte| {
        let is_end = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        is_end
    });
    end.and_then(|end| inner.get(..end)).unwrap_or(inner)
}

fn path(containers: &[Container<'_>]) -> String {
    use std::fmt::Write as _;
    let mut path = String::new();
    for container in containers {
        // Writing to a string cannot fail.
        let _ = match container {
            Container::Array(index) => write!(path, "[{index}]"),
            Container::Object(name) => {
                let dot = if path.is_empty() { "" } else { "." };
                write!(path, "{dot}{}", name.unwrap_or_default())
            }
        };
    }
    path
}
