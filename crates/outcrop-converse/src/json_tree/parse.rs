//! Parsing JSON into a tree, in one pass over the text.

use outcrop_core::{OrderedMap, RawJson};

use super::JsonTree;

/// The white space of JSON: <https://www.rfc-editor.org/rfc/rfc8259#section-2>.
const SPACE: [char; 4] = [' ', '\t', '\n', '\r'];

/// A tree, and the members that its text has more than once.
pub(crate) struct Parsed {
    pub(crate) tree: JsonTree,
    /// The paths of repeated members. The tree has the last value of each, as `JSON.parse` and other parsers do.
    pub(crate) repeated: Vec<String>,
}

/// Parses a value. Returns `None` if it is nested too deep, or if a name is not valid Unicode.
pub(super) fn parse(value: &RawJson) -> Option<Parsed> {
    let mut parser = Parser { rest: value.as_str(), path: Vec::new(), repeated: Vec::new() };
    let tree = parser.value()?;
    Some(Parsed { tree, repeated: parser.repeated })
}

/// A parser of text that is known to be valid JSON.
struct Parser<'t> {
    rest: &'t str,
    /// The names and indices of the value that is being parsed.
    path: Vec<Step>,
    repeated: Vec<String>,
}

enum Step {
    Name(String),
    Index(usize),
}

impl<'t> Parser<'t> {
    fn value(&mut self) -> Option<JsonTree> {
        if self.path.len() > JsonTree::MAX_DEPTH {
            return None;
        }
        match self.peek()? {
            '{' => self.object(),
            '[' => self.list(),
            _ => RawJson::parse(self.token()?).ok().map(JsonTree::Scalar),
        }
    }

    fn object(&mut self) -> Option<JsonTree> {
        self.skip('{');
        let mut members = OrderedMap::new();
        while self.peek()? != '}' {
            let token = self.token()?;
            let name = name(token)?;
            self.peek();
            self.skip(':');
            self.path.push(Step::Name(name));
            let value = self.value();
            let path = self.path_text(&members);
            let Some(Step::Name(name)) = self.path.pop() else { return None };
            self.repeated.extend(path);
            members.insert(name, value?);
            self.peek();
            self.skip(',');
        }
        self.skip('}');
        Some(JsonTree::Object(members))
    }

    fn list(&mut self) -> Option<JsonTree> {
        self.skip('[');
        let mut items = Vec::new();
        while self.peek()? != ']' {
            self.path.push(Step::Index(items.len()));
            let value = self.value();
            self.path.pop();
            items.push(value?);
            self.peek();
            self.skip(',');
        }
        self.skip(']');
        Some(JsonTree::List(items))
    }

    /// Returns the path of the current member, if the object has it already.
    fn path_text(&self, members: &OrderedMap<JsonTree>) -> Option<String> {
        let Some(Step::Name(name)) = self.path.last() else { return None };
        if !members.contains(name) {
            return None;
        }
        let mut text = String::new();
        for step in &self.path {
            match step {
                Step::Name(name) if text.is_empty() => text.push_str(name),
                Step::Name(name) => text.extend([".", name]),
                Step::Index(index) => text.push_str(&format!("[{index}]")),
            }
        }
        Some(text)
    }

    /// Skips white space, and returns the character after it.
    fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start_matches(SPACE);
        self.rest.chars().next()
    }

    fn skip(&mut self, expected: char) {
        self.rest = self.rest.strip_prefix(expected).unwrap_or(self.rest);
    }

    /// Returns a string, a number, or one of the three names, and moves behind it.
    fn token(&mut self) -> Option<&'t str> {
        let end = match self.rest.strip_prefix('"') {
            Some(inner) => inner.len() - after_quote(inner)?.len() + 1,
            None => self
                .rest
                .find(|c: char| SPACE.contains(&c) || matches!(c, ',' | ']' | '}' | ':'))
                .unwrap_or(self.rest.len()),
        };
        let (token, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        Some(token)
    }
}

/// Decodes the name of a member.
fn name(token: &str) -> Option<String> {
    match token.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')) {
        // Few names have escapes, and another parse would cost more than the rest of the member.
        Some(plain) if !plain.contains('\\') => Some(plain.to_owned()),
        _ => RawJson::parse(token).ok()?.as_string().map(|name| name.into_owned()),
    }
}

/// Returns what follows the closing quote of a string.
fn after_quote(mut inner: &str) -> Option<&str> {
    loop {
        let at = inner.find(['"', '\\'])?;
        let (_, found) = inner.split_at_checked(at)?;
        inner = match found.strip_prefix('"') {
            Some(rest) => return Some(rest),
            // The character after a backslash never ends the string.
            None => found.strip_prefix('\\').and_then(|escape| escape.get(1..))?,
        };
    }
}
