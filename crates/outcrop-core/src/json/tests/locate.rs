//! Paths of errors, compared with those of a parser that tracks its path.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_path_to_error::{Deserializer, Segment, Track};

use crate::json::from_str;

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only read")]
struct Outer {
    a: Vec<Inner>,
    #[serde(default)]
    b: BTreeMap<String, (u8, String)>,
    c: Option<Kind>,
    // A member of an unknown name is skipped, and the tracking parser has no path within it.
    d: Option<(Option<u8>, bool, f64)>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only read")]
struct Inner {
    x: u8,
    y: Option<String>,
    z: Option<Box<Outer>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "only read")]
enum Kind {
    Sun,
    Rain { millimetres: u8 },
    Wind(Vec<u8>),
}

/// Returns the path of a parser that tracks it; `None` if the text is valid.
fn tracked(text: &str) -> Option<String> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let mut track = Track::new();
    Outer::deserialize(Deserializer::new(&mut reader, &mut track)).err()?;
    let path = track.path();
    let text = path.to_string();
    Some(match path.iter().next_back() {
        None => String::new(),
        // An error in a key.
        Some(Segment::Unknown) => text.trim_end_matches('?').trim_end_matches('.').to_owned(),
        Some(_) => text,
    })
}

const VALID: &str = r#"{"a": [{"x": 1, "y": "\"}]", "z": {"a": [], "c": {"rain": {"millimetres": 3}}}}, {"x": 2}],
    "b": {"k": [7, "t"], "\u0041{": [8, ""]}, "c": {"wind": [1, 2]}, "d": [null, true, -1.5e3]}"#;

/// Values that fit somewhere, or nowhere.
const VALUES: [&str; 14] = [
    "",
    "null",
    "7",
    "-1",
    "300",
    "1.5",
    "true",
    "\"s\"",
    "[]",
    "{}",
    "[{\"x\": []}]",
    "{\"x\": 1, \"y\": 2}",
    "{\"other\": 1}",
    "\"other\"",
];

#[test]
fn cut_text_has_the_path_of_the_tracking_parser() {
    assert!(from_str::<Outer>(VALID).is_ok());
    for end in 0..VALID.len() {
        let (text, _) = VALID.split_at(end);
        let error = from_str::<Outer>(text).expect_err("it is cut");
        assert_eq!(Some(error.path().to_owned()), tracked(text), "{text}: {error}");
    }
}

#[test]
fn value_in_another_place_has_the_path_of_the_tracking_parser() {
    let tokens = tokens(VALID);
    let mut differences = Vec::new();
    for token in 0..tokens.len() {
        for value in VALUES {
            let text = [&tokens[..token], &[value], &tokens[token + 1..]].concat().concat();
            let Some(path) = tracked(&text) else { continue };
            let error = from_str::<Outer>(&text).expect_err("the other parser has one");
            if error.path() != path && !differs(&path, error.path(), error.message()) {
                differences.push(format!("{path} in {text}: {error}"));
            }
        }
    }
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
}

/// Returns whether the paths of an error may differ: after the value of a variant, for a variant without one, and for a list
/// that is too long.
fn differs(tracked: &str, path: &str, message: &str) -> bool {
    let is_inner = message.starts_with("expected value") || message.starts_with("trailing characters");
    let is_outer = message.starts_with("invalid type: unit variant");
    (is_inner && path.starts_with(tracked)) || (is_outer && tracked.starts_with(path))
}

/// Splits text into strings, numbers, literals and single characters.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => {
                let escaped = |at: usize| {
                    let (before, _) = rest.split_at(at);
                    before.ends_with('\\') && !before.ends_with("\\\\")
                };
                rest.char_indices()
                    .skip(1)
                    .find(|(at, char)| *char == '"' && !escaped(*at))
                    .map_or(1, |(at, _)| at + 1)
            }
            _ if first.is_ascii_alphanumeric() || first == '-' => rest
                .find(|char: char| !char.is_ascii_alphanumeric() && !"-.".contains(char))
                .unwrap_or(rest.len()),
            _ => 1,
        };
        let (token, after) = rest.split_at(length);
        tokens.push(token);
        rest = after;
    }
    tokens
}
