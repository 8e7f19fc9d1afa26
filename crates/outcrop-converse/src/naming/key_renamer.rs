//! Renaming of the keys at the top of a JSON object that arrives in pieces.

use std::collections::BTreeMap;
use std::sync::Arc;

use outcrop_core::RawJson;

/// Replaces keys of the outermost object of a JSON text.
///
/// The text may come in pieces that end anywhere. A key is held back until it is complete, so that what a reader joins from
/// the pieces is the text that renaming the whole gives. Everything else passes through unchanged, also in text that is
/// not valid JSON.
#[derive(Debug)]
pub(crate) struct KeyRenamer {
    names: Arc<BTreeMap<String, String>>,
    /// The number of objects and lists that are open.
    depth: usize,
    is_object: bool,
    /// Whether the next string at the top is a key.
    expects_key: bool,
    is_in_string: bool,
    is_escaped: bool,
    /// The part of a key that was read, from its opening quote on.
    key: Option<String>,
}

impl KeyRenamer {
    /// Creates a renamer, given the new name of each key that changes.
    pub(crate) fn new(names: Arc<BTreeMap<String, String>>) -> Self {
        Self {
            names,
            depth: 0,
            is_object: false,
            expects_key: false,
            is_in_string: false,
            is_escaped: false,
            key: None,
        }
    }

    /// Returns a renamer of the same keys for another text.
    pub(crate) fn restarted(&self) -> Self {
        Self::new(Arc::clone(&self.names))
    }

    /// Adds a piece, and returns the text that is complete with it.
    pub(crate) fn push(&mut self, piece: &str) -> String {
        let mut out = String::with_capacity(piece.len());
        for c in piece.chars() {
            if self.key.is_some() || self.is_in_string {
                self.push_in_string(c, &mut out);
            } else {
                self.push_outside(c, &mut out);
            }
        }
        out
    }

    /// Returns the key that was held back, for a text that ends within it.
    pub(crate) fn finish(&mut self) -> String {
        self.key.take().unwrap_or_default()
    }

    fn push_in_string(&mut self, c: char, out: &mut String) {
        let is_end = c == '"' && !self.is_escaped;
        self.is_escaped = c == '\\' && !self.is_escaped;
        match &mut self.key {
            Some(key) => key.push(c),
            None => out.push(c),
        }
        if is_end {
            self.is_in_string = false;
            if let Some(key) = self.key.take() {
                out.push_str(&self.renamed(key));
            }
        }
    }

    fn push_outside(&mut self, c: char, out: &mut String) {
        match c {
            '"' if self.depth == 1 && self.expects_key => {
                self.expects_key = false;
                self.key = Some(String::from(c));
                return;
            }
            '"' => self.is_in_string = true,
            '{' | '[' => {
                self.depth += 1;
                if self.depth == 1 {
                    self.is_object = c == '{';
                    self.expects_key = self.is_object;
                }
            }
            '}' | ']' => self.depth = self.depth.saturating_sub(1),
            ',' if self.depth == 1 => self.expects_key = self.is_object,
            ':' if self.depth == 1 => self.expects_key = false,
            _ => {}
        }
        out.push(c);
    }

    fn renamed(&self, key: String) -> String {
        let name = RawJson::parse(key.as_str()).ok().and_then(|key| {
            let name = key.as_string()?;
            self.names.get(&*name).cloned()
        });
        name.map_or(key, |name| RawJson::from(name.as_str()).as_str().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::KeyRenamer;

    fn names() -> Arc<BTreeMap<String, String>> {
        let names = [("a_b", "a b"), ("é", "\"é\"\n"), ("x", "y"), ("y", "x")];
        Arc::new(names.into_iter().map(|(from, to)| (from.to_owned(), to.to_owned())).collect())
    }

    fn renamed(pieces: &[&str]) -> String {
        let mut renamer = KeyRenamer::new(names());
        let mut out: String = pieces.iter().map(|piece| renamer.push(piece)).collect();
        out.push_str(&renamer.finish());
        out
    }

    #[test]
    fn keys_at_the_top_are_renamed_and_nothing_else() {
        for (text, expected) in [
            (
                r#"{"a_b": "a_b", "c": {"a_b": ["a_b"]}, "x":1,"y":2}"#,
                r#"{"a b": "a_b", "c": {"a_b": ["a_b"]}, "y":1,"x":2}"#,
            ),
            (r#" {"\u00e9":"é" , "e":"\"x\":","x":"}"} "#, r#" {"\"é\"\n":"é" , "e":"\"x\":","y":"}"} "#),
            (r#"["x",{"x":1}]"#, r#"["x",{"x":1}]"#),
            (r#""x""#, r#""x""#),
            ("{}", "{}"),
            // Text that is not JSON.
            (r#"{"x" 1, "x""#, r#"{"y" 1, "y""#),
            (r#"{"a_b"#, r#"{"a_b"#),
            ("}}", "}}"),
            (r#"{"x":1}{"x":2}"#, r#"{"y":1}{"y":2}"#),
        ] {
            assert_eq!(renamed(&[text]), expected);
        }
    }

    proptest! {
        #[test]
        fn pieces_give_what_the_whole_gives(
            text in r#"(\{|\[)?(("x"|"a_b"|"\\u00e9"|"é"|"\\""|\\|"|[{}\[\]:,]|1| )){0,24}"#,
            cuts in prop::collection::vec(0_usize..64, 0..6),
        ) {
            let is_cut = |index: usize| cuts.contains(&index);
            let mut pieces = vec![String::new()];
            for (index, c) in text.chars().enumerate() {
                if is_cut(index) {
                    pieces.push(String::new());
                }
                pieces.last_mut().unwrap().push(c);
            }
            let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
            prop_assert_eq!(renamed(&pieces), renamed(&[&text]));
        }
    }
}
