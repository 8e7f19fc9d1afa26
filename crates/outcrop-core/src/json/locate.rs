//! Finding the path of an error in JSON text, by the position that the parser reports.
//!
//! The walk over the text is the same for all types. A second parser for each type, which tracks its path, was 8 % of the time of
//! a release build.

use serde_json::Error;

/// Returns the path of the value at which parsing failed, such as `messages[217].content[2].toolResult`. If a key or the end of
/// a list or an object is wrong, it is the path of the list or object.
#[cold]
pub(super) fn path(text: &str, error: &Error) -> String {
    let Some(end) = offset(text, error.line(), error.column()) else { return String::new() };
    let mut walk =
        Walk { text, end, is_data: error.is_data(), is_cut: error.is_eof(), at: 0, open: Vec::new() };
    // The path of a member that a type does not have is its own, and it is rejected when its key is read.
    let is_value = walk.run() || error.to_string().starts_with("unknown field");
    walk.path(is_value)
}

/// Returns the offset of a position of the parser, which counts lines from one, and bytes.
fn offset(text: &str, line: usize, column: usize) -> Option<usize> {
    let mut start = 0;
    for _ in 1..line {
        start += text.get(start..)?.find('\n')? + 1;
    }
    Some((start + column).min(text.len()))
}

/// A list or an object that the walk is in.
enum Open<'t> {
    List {
        index: usize,
        expects: InList,
    },
    /// The key with its quotation marks; `None` before the first one.
    Object {
        key: Option<&'t str>,
        expects: InObject,
    },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum InList {
    ItemOrEnd,
    Item,
    CommaOrEnd,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum InObject {
    KeyOrEnd,
    Key,
    Colon,
    Value,
    CommaOrEnd,
}

/// A walk over JSON text up to a position.
struct Walk<'t> {
    text: &'t str,
    end: usize,
    /// Whether the text is JSON so far, and a value has the wrong type.
    is_data: bool,
    /// Whether the text ends at the position, after what may be a whole value.
    is_cut: bool,
    at: usize,
    open: Vec<Open<'t>>,
}

impl<'t> Walk<'t> {
    /// Walks to the position. Returns whether it is at a value of the innermost list or object, and not between two.
    fn run(&mut self) -> bool {
        loop {
            let rest = self.rest();
            let token = rest.trim_start_matches([' ', '\t', '\n', '\r']);
            self.at += rest.len() - token.len();
            if self.at >= self.end {
                // The parser looks at the beginning of a list or an object without reading it.
                let is_start = self.is_data && self.at == self.end && token.starts_with(['{', '[']);
                return self.expects_value() && (is_start || self.is_in_object());
            }
            match token.bytes().next() {
                Some(open @ (b'{' | b'[')) if self.expects_value() => {
                    self.at += 1;
                    self.open.push(if open == b'{' {
                        Open::Object { key: None, expects: InObject::KeyOrEnd }
                    } else {
                        Open::List { index: 0, expects: InList::ItemOrEnd }
                    });
                }
                Some(close @ (b'}' | b']')) if self.may_close(close) => {
                    self.at += 1;
                    if self.at >= self.end && !self.is_cut {
                        // A member is missing, or the whole does not fit.
                        return false;
                    }
                    self.open.pop();
                    self.value_ended();
                }
                Some(b'"') => {
                    let is_value = self.expects_value();
                    let string = self.string(token);
                    match self.open.last_mut() {
                        Some(Open::Object { key, expects })
                            if matches!(*expects, InObject::KeyOrEnd | InObject::Key) =>
                        {
                            *key = string;
                            *expects = InObject::Colon;
                        }
                        _ if !is_value => return false,
                        _ => {}
                    }
                    if string.is_none() || !self.is_before_end() {
                        return is_value;
                    }
                    if is_value {
                        self.value_ended();
                    }
                }
                Some(b':' | b',') => match self.open.last_mut() {
                    Some(Open::Object { expects, .. }) => {
                        *expects = match (token.starts_with(':'), *expects) {
                            (true, InObject::Colon) => InObject::Value,
                            (false, InObject::CommaOrEnd) => InObject::Key,
                            (_, expected) => return expected == InObject::Value,
                        };
                        self.at += 1;
                    }
                    Some(Open::List { index, expects }) if token.starts_with(',') => {
                        if *expects != InList::CommaOrEnd {
                            return true;
                        }
                        *expects = InList::Item;
                        *index += 1;
                        self.at += 1;
                    }
                    _ => return self.expects_value(),
                },
                Some(b'}') => return self.expects_value(),
                // In a list, it is a comma before the end.
                Some(b']') => return self.expects_value() && self.is_in_object(),
                _ if !self.expects_value() => return false,
                _ if self.scalar(token) => self.value_ended(),
                _ => return true,
            }
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Reads a string and returns it with its quotation marks; `None` if it does not end.
    fn string(&mut self, token: &'t str) -> Option<&'t str> {
        let mut is_escaped = false;
        let length = token.bytes().skip(1).position(|byte| {
            let ends = byte == b'"' && !is_escaped;
            is_escaped = byte == b'\\' && !is_escaped;
            ends
        })? + 2;
        self.at += length;
        token.get(..length)
    }

    /// Reads a number or a literal. Returns whether it is one and ends before the position.
    fn scalar(&mut self, token: &str) -> bool {
        let literal = ["true", "false", "null"].into_iter().find(|literal| token.starts_with(literal));
        let (length, is_whole) = literal.map_or_else(|| number(token), |literal| (literal.len(), true));
        self.at += length;
        is_whole && self.is_before_end()
    }

    /// Returns whether what was read ends before the position.
    fn is_before_end(&self) -> bool {
        self.at < self.end || (self.is_cut && self.at == self.end)
    }

    fn expects_value(&self) -> bool {
        match self.open.last() {
            Some(Open::List { expects, .. }) => *expects != InList::CommaOrEnd,
            Some(Open::Object { expects, .. }) => *expects == InObject::Value,
            None => true,
        }
    }

    fn is_in_object(&self) -> bool {
        matches!(self.open.last(), Some(Open::Object { .. }))
    }

    fn may_close(&self, close: u8) -> bool {
        match self.open.last() {
            Some(Open::List { expects, .. }) => close == b']' && *expects != InList::Item,
            Some(Open::Object { expects, .. }) => {
                close == b'}' && matches!(expects, InObject::KeyOrEnd | InObject::CommaOrEnd)
            }
            None => false,
        }
    }

    fn value_ended(&mut self) {
        match self.open.last_mut() {
            Some(Open::List { expects, .. }) => *expects = InList::CommaOrEnd,
            Some(Open::Object { expects, .. }) => *expects = InObject::CommaOrEnd,
            // What follows the text as a whole has no path, and is not read.
            None => self.at = self.text.len(),
        }
    }

    /// Formats the path of the innermost list or object, or that of a value in it.
    fn path(&self, is_value: bool) -> String {
        let depth = if is_value { self.open.len() } else { self.open.len().saturating_sub(1) };
        let mut path = String::new();
        for open in self.open.iter().take(depth) {
            match open {
                Open::List { index, .. } => path.push_str(&format!("[{index}]")),
                Open::Object { key, .. } => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    let key = key.unwrap_or_default();
                    match serde_json::from_str::<String>(key) {
                        Ok(name) => path.push_str(&name),
                        Err(_) => path.push_str(key),
                    }
                }
            }
        }
        path
    }
}

/// Returns the length of the number at the beginning of a text, and whether it is a whole one.
fn number(text: &str) -> (usize, bool) {
    let digits = |at: usize| {
        let rest = text.as_bytes().get(at..).unwrap_or_default();
        rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let is_at = |at: usize, chars: &str| {
        text.as_bytes().get(at).is_some_and(|byte| chars.contains(char::from(*byte)))
    };
    let start = usize::from(is_at(0, "-"));
    let mut end = start + digits(start);
    let mut is_whole = end > start;
    if is_at(end, ".") {
        let fraction = digits(end + 1);
        is_whole &= fraction > 0;
        end += 1 + fraction;
    }
    if is_at(end, "eE") {
        let sign = usize::from(is_at(end + 1, "+-"));
        let exponent = digits(end + 1 + sign);
        is_whole &= exponent > 0;
        end += 1 + sign + exponent;
    }
    (end, is_whole)
}
