//! Regular expressions that a model's validator or grammar does not accept.
//!
//! JSON Schema has the expressions of ECMAScript, and generators write those of their own language. A model that compiles
//! them rejects the whole request for one that it cannot compile; such an expression moves to the description.

use outcrop_core::OrderedMap;

use super::describe::extend_description;
use super::keywords::{Path, Subschemas, subschemas};
use crate::json_tree::JsonTree;

/// A schema without expressions that are not accepted, and the paths at which they were.
pub(crate) struct WithoutPatterns {
    pub(crate) schema: JsonTree,
    pub(crate) described: Vec<String>,
}

/// Moves expressions that OpenAI's validator cannot compile to descriptions. Returns `None` if there is none.
///
/// OpenAI compiles `pattern` and the names in `patternProperties` with Python: "… is not a 'regex'", see
/// <https://github.com/pleaseai/shunt/pull/488> and <https://github.com/BerriAI/litellm/pull/40485>. Claude does not compile
/// them: <https://github.com/router-for-me/CLIProxyAPI/issues/5644>.
pub(crate) fn without_foreign_patterns(schema: &JsonTree) -> Option<WithoutPatterns> {
    let mut described = Vec::new();
    let schema = rewrite(schema, Path::ROOT, &mut described);
    (!described.is_empty()).then_some(WithoutPatterns { schema, described })
}

fn rewrite(schema: &JsonTree, path: Path<'_>, described: &mut Vec<String>) -> JsonTree {
    let JsonTree::Object(keywords) = schema else { return schema.clone() };
    let mut kept = OrderedMap::new();
    let mut constraints = Vec::new();
    for (keyword, value) in keywords.iter() {
        let part = path.name(keyword);
        match (keyword, subschemas(keyword), value) {
            ("pattern", ..) if value.as_text().is_some_and(|text| !compiles_in_python(&text)) => {
                constraints.push(format!("pattern: {}", value.to_json().as_str()));
                described.push(part.to_string());
            }
            (_, Subschemas::Named | Subschemas::NamedOrNames, JsonTree::Object(members)) => {
                let mut rewritten = OrderedMap::new();
                for (name, member) in members.iter() {
                    if keyword == "patternProperties" && !compiles_in_python(name) {
                        constraints.push(format!(
                            "patternProperties: {}",
                            JsonTree::string(name).to_json().as_str()
                        ));
                        described.push(part.name(name).to_string());
                    } else {
                        rewritten.insert(name, rewrite(member, part.name(name), described));
                    }
                }
                kept.insert(keyword, JsonTree::Object(rewritten));
            }
            (_, Subschemas::List | Subschemas::OneOrList, JsonTree::List(items)) => {
                let items =
                    items.iter().enumerate().map(|(index, item)| rewrite(item, part.index(index), described));
                kept.insert(keyword, JsonTree::List(items.collect()));
            }
            (_, Subschemas::One | Subschemas::OneOrList, value) => {
                kept.insert(keyword, rewrite(value, part, described));
            }
            _ => {
                kept.insert(keyword, value.clone());
            }
        }
    }
    if !constraints.is_empty() {
        extend_description(&mut kept, &constraints.join("; "));
    }
    JsonTree::Object(kept)
}

/// Returns whether Python's `re` compiles an expression. What is not certain counts as compiled.
fn compiles_in_python(pattern: &str) -> bool {
    let mut scan = Scan::new(pattern);
    let mut open = 0_usize;
    // Whether something precedes that a quantifier may repeat.
    let mut is_repeatable = false;
    while let Some(letter) = scan.next() {
        let compiles = match letter {
            '\\' => is_python_escape(&mut scan),
            '[' => scan.skip_class(),
            '(' => {
                open += 1;
                // Python writes the name of a group as `(?P<name>`.
                let is_named = is_named_group(scan.rest);
                if scan.rest.starts_with('?') {
                    scan.next();
                }
                !is_named
            }
            ')' => match open.checked_sub(1) {
                Some(rest) => {
                    open = rest;
                    true
                }
                None => false,
            },
            // A pattern of file names, such as `*.txt`: "nothing to repeat at position 0".
            '*' | '+' | '?' => is_repeatable,
            _ => true,
        };
        if !compiles {
            return false;
        }
        is_repeatable = !matches!(letter, '(' | '|');
    }
    open == 0
}

/// Returns whether strict schemas accept an expression.
///
/// Grammars have neither lookaround nor references to groups nor word boundaries:
/// <https://platform.claude.com/docs/en/build-with-claude/structured-outputs>.
pub(super) fn is_regular(pattern: &str) -> bool {
    let mut scan = Scan::new(pattern);
    while let Some(letter) = scan.next() {
        match letter {
            '\\' => match scan.next() {
                Some('b' | 'B' | 'k' | '1'..='9') | None => return false,
                Some(_) => {}
            },
            '[' if !scan.skip_any_class() => return false,
            '(' if scan.rest.starts_with('?') && !is_plain_group(scan.rest) => return false,
            _ => {}
        }
    }
    true
}

/// Returns whether a group only groups, or names what it groups.
fn is_plain_group(rest: &str) -> bool {
    rest.starts_with("?:") || is_named_group(rest)
}

/// Returns whether the rest after a parenthesis begins with the name of a group. A lookbehind has `=` or `!` there.
fn is_named_group(rest: &str) -> bool {
    rest.strip_prefix("?<").is_some_and(|name| !name.starts_with(['=', '!']))
}

/// Reads the rest of an escape, and returns whether Python has it.
fn is_python_escape(scan: &mut Scan<'_>) -> bool {
    match scan.next() {
        None => false,
        // Any other letter is an error there: "bad escape \p". `\u{…}` is ECMAScript's.
        Some('u') => !scan.rest.starts_with('{'),
        Some(letter) if letter.is_ascii_alphabetic() => "AabBdDfnrsStUvwWxZN".contains(letter),
        Some(_) => true,
    }
}

struct Scan<'p> {
    rest: &'p str,
}

impl<'p> Scan<'p> {
    fn new(rest: &'p str) -> Self {
        Self { rest }
    }

    fn next(&mut self) -> Option<char> {
        let mut letters = self.rest.chars();
        let letter = letters.next()?;
        self.rest = letters.as_str();
        Some(letter)
    }

    /// Reads the rest of a class. Returns whether it ends.
    fn skip_any_class(&mut self) -> bool {
        while let Some(letter) = self.next() {
            match letter {
                ']' => return true,
                '\\' => drop(self.next()),
                _ => {}
            }
        }
        false
    }

    /// Reads the rest of a class. Returns whether it ends and Python has its escapes.
    fn skip_class(&mut self) -> bool {
        if let Some(rest) = self.rest.strip_prefix('^') {
            self.rest = rest;
        }
        // A bracket that comes first is a member for Python; ECMAScript has an empty class.
        let mut is_first = true;
        while let Some(letter) = self.next() {
            match letter {
                ']' if !is_first => return true,
                '\\' if !is_python_escape(self) => return false,
                _ => {}
            }
            is_first = false;
        }
        false
    }
}

#[cfg(test)]
mod tests;
