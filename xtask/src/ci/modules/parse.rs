//! Parsing of a source into what the import rules need: child modules, imports, paths and definitions.
//!
//! Items behind `#[cfg(test)]` are dropped, so tests may import what they want.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{self, is_identifier_char};

/// A module as it is written in a source.
#[derive(Debug, Default)]
pub(super) struct ParsedModule {
    /// The path within the source; empty for the module of the file itself.
    pub(super) path: Vec<String>,
    /// The modules declared with `mod name;`.
    pub(super) children: Vec<String>,
    /// The visibilities of all child modules, inline ones included.
    pub(super) visibilities: BTreeMap<String, Visibility>,
    pub(super) imports: Vec<Import>,
    /// The paths in code outside of `use` declarations.
    pub(super) paths: Vec<CodePath>,
    /// The names of all items. Associated items are included, which does no harm.
    pub(super) definitions: BTreeSet<String>,
    /// The names of macros that `#[macro_export]` puts into the crate root.
    pub(super) exported_macros: Vec<String>,
    /// All identifiers with their first line.
    pub(super) identifiers: BTreeMap<String, usize>,
}

/// Where a module can be named from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Visibility {
    /// In the parent and its descendants.
    Private,
    /// In the parent of the parent and its descendants.
    Super,
    /// In the whole crate.
    Crate,
}

/// A leaf of a `use` declaration.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Import {
    pub(super) path: CodePath,
    /// The name that the import binds; `None` for a glob import.
    pub(super) name: Option<String>,
}

/// A path in code and its line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CodePath {
    pub(super) segments: Vec<String>,
    pub(super) line: usize,
}

/// Parses a source. The first module is that of the file, the others are inline modules.
pub(super) fn parse(text: &str) -> Vec<ParsedModule> {
    let code = source::code(text);
    let tokens = without_tests(&tokens(&code));
    let mut parser = Parser { tokens: &tokens, at: 0, depth: 0, open: Vec::new(), closed: Vec::new() };
    parser.open.push((0, ParsedModule::default()));
    parser.run();
    let mut modules = parser.closed;
    // A source with unbalanced braces leaves inline modules open; they count all the same.
    modules.extend(parser.open.into_iter().map(|(_, module)| module));
    modules.sort_by(|one, other| one.path.cmp(&other.path));
    modules
}

/// A token: an identifier or number, `::`, or a single character.
#[derive(Debug, Clone, Copy)]
struct Token<'t> {
    text: &'t str,
    line: usize,
}

impl Token<'_> {
    fn is_identifier(self) -> bool {
        self.text.starts_with(|char: char| is_identifier_char(char) && !char.is_ascii_digit())
    }
}

fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    for (line, number) in code.lines().zip(1..) {
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            let length = if is_identifier_char(first) {
                rest.find(|char| !is_identifier_char(char)).unwrap_or(rest.len())
            } else if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            let Some((text, after)) = rest.split_at_checked(length) else { break };
            if !first.is_whitespace() {
                tokens.push(Token { text, line: number });
            }
            rest = after;
        }
    }
    tokens
}

/// Drops the items behind `#[cfg(test)]`.
fn without_tests<'t>(tokens: &[Token<'t>]) -> Vec<Token<'t>> {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text);
    let (mut kept, mut at) = (Vec::with_capacity(tokens.len()), 0);
    while let Some(token) = tokens.get(at) {
        if token.text == "#" && text(at + 1) == "[" {
            let end = closing(tokens, at + 1);
            let attribute = tokens.get(at + 2..end).unwrap_or_default();
            if is_test_only(attribute) {
                at = item_end(tokens, end + 1);
                continue;
            }
        }
        kept.push(*token);
        at += 1;
    }
    kept
}

/// Returns whether an attribute restricts its item to tests: `cfg(test)` or `cfg(all(test, …))`.
fn is_test_only(attribute: &[Token<'_>]) -> bool {
    let has = |name: &str| attribute.iter().any(|token| token.text == name);
    attribute.first().is_some_and(|token| token.text == "cfg") && has("test") && !has("not") && !has("any")
}

/// Returns the position of the bracket that closes the one at a position.
fn closing(tokens: &[Token<'_>], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    tokens.len()
}

/// Returns the position after the item at a position, with its attributes.
fn item_end(tokens: &[Token<'_>], start: usize) -> usize {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text);
    let mut at = start;
    while text(at) == "#" {
        at = closing(tokens, at + 1) + 1;
    }
    // The braces of `use a::{b, c};` or `const A: B = B { … };` do not end the item.
    let ends_with_semicolon = (at..)
        .map(text)
        .take_while(|text| !["", "{", ";", "="].contains(text))
        .any(|text| ["use", "static", "type"].contains(&text))
        || (text(at) == "const" && text(at + 1) != "fn");
    while at < tokens.len() {
        match text(at) {
            ";" => return at + 1,
            // The end of the surrounding block: the item was a field, a variant or an expression.
            "}" | ")" | "]" => return at,
            "{" if !ends_with_semicolon => return closing(tokens, at) + 1,
            "(" | "[" | "{" => at = closing(tokens, at) + 1,
            _ => at += 1,
        }
    }
    at
}

/// The state of the parser: open modules with the brace depth at which they end.
struct Parser<'t> {
    tokens: &'t [Token<'t>],
    at: usize,
    depth: usize,
    open: Vec<(usize, ParsedModule)>,
    closed: Vec<ParsedModule>,
}

/// The keywords that are followed by the name of the item which they define.
const DEFINITIONS: &[&str] = &["struct", "enum", "trait", "type", "fn", "const", "static"];

impl<'t> Parser<'t> {
    fn run(&mut self) {
        while let Some(token) = self.tokens.get(self.at).copied() {
            if token.is_identifier() {
                self.module(|module| {
                    module.identifiers.entry(token.text.to_owned()).or_insert(token.line);
                });
            }
            match token.text {
                "{" => self.depth += 1,
                "}" => self.close_brace(),
                "mod" if self.is_name(1) => self.declare_module(),
                "use" if !self.is_path_part() => self.parse_use(),
                "macro_rules" if self.text(1) == "!" && self.is_name(2) => self.define_macro(),
                keyword if DEFINITIONS.contains(&keyword) && self.is_name(1) => {
                    let name = self.text(1).to_owned();
                    self.module(|module| {
                        module.definitions.insert(name);
                    });
                }
                _ if token.is_identifier() && self.text(1) == "::" && !self.is_path_part() => {
                    self.parse_path();
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Returns the text of the token at an offset from the current one.
    fn text(&self, offset: usize) -> &'t str {
        self.tokens.get(self.at + offset).map_or("", |token| token.text)
    }

    fn is_name(&self, offset: usize) -> bool {
        self.tokens.get(self.at + offset).is_some_and(|token| token.is_identifier())
    }

    /// Returns whether the current token continues a path or follows a dot.
    fn is_path_part(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        before.is_some_and(|token| token.text == "::" || token.text == ".")
    }

    /// Changes the innermost open module.
    fn module(&mut self, change: impl FnOnce(&mut ParsedModule)) {
        if let Some((_, module)) = self.open.last_mut() {
            change(module);
        }
    }

    fn close_brace(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        if self.open.len() > 1 && self.open.last().is_some_and(|(depth, _)| *depth == self.depth) {
            self.closed.extend(self.open.pop().map(|(_, module)| module));
        }
    }

    /// Handles `mod name;` and `mod name {`.
    fn declare_module(&mut self) {
        let name = self.text(1).to_owned();
        let visibility = self.visibility();
        let is_inline = self.text(2) == "{";
        let mut path = Vec::new();
        self.module(|module| {
            module.visibilities.insert(name.clone(), visibility);
            path.clone_from(&module.path);
            if !is_inline {
                module.children.push(name.clone());
            }
        });
        if is_inline {
            path.push(name);
            self.open.push((self.depth, ParsedModule { path, ..ParsedModule::default() }));
        }
    }

    /// Reads the visibility before the current token.
    fn visibility(&self) -> Visibility {
        let before = |offset: usize| {
            self.at.checked_sub(offset).and_then(|at| self.tokens.get(at)).map_or("", |token| token.text)
        };
        match (before(1), before(2)) {
            ("pub", _) | (")", "crate") => Visibility::Crate,
            (")", "super") => Visibility::Super,
            // `pub(in path)` is rare; it is treated like `pub(crate)` if it is ever used.
            (")", _) => Visibility::Crate,
            _ => Visibility::Private,
        }
    }

    fn define_macro(&mut self) {
        let name = self.text(2).to_owned();
        let before = self.tokens.get(self.at.saturating_sub(4)..self.at).unwrap_or_default();
        let is_exported = before.iter().any(|token| token.text == "macro_export");
        self.module(|module| {
            if is_exported {
                module.exported_macros.push(name.clone());
            }
            module.definitions.insert(name);
        });
    }

    /// Reads a path such as `crate::a::B` and stays on its last token.
    fn parse_path(&mut self) {
        let line = self.tokens.get(self.at).map_or(0, |token| token.line);
        let mut segments = vec![self.text(0).to_owned()];
        while self.text(1) == "::" && self.is_name(2) {
            self.at += 2;
            segments.push(self.text(0).to_owned());
        }
        self.module(|module| {
            for segment in &segments {
                module.identifiers.entry(segment.clone()).or_insert(line);
            }
            module.paths.push(CodePath { segments, line });
        });
    }

    /// Reads a `use` declaration and stays on its last token.
    fn parse_use(&mut self) {
        self.at += 1;
        let mut imports = Vec::new();
        self.parse_use_tree(&[], &mut imports);
        self.module(|module| {
            for import in &imports {
                for segment in &import.path.segments {
                    module.identifiers.entry(segment.clone()).or_insert(import.path.line);
                }
            }
            module.imports.extend(imports);
        });
    }

    /// Reads one tree of a `use` declaration and stops at the `,`, `}` or `;` after it.
    fn parse_use_tree(&mut self, prefix: &[String], imports: &mut Vec<Import>) {
        let mut segments = prefix.to_vec();
        while let Some(token) = self.tokens.get(self.at).copied() {
            let line = token.line;
            match token.text {
                "," | "}" | ";" => return,
                "*" => {
                    imports.push(Import { path: CodePath { segments: segments.clone(), line }, name: None });
                }
                "{" => {
                    self.at += 1;
                    while !["}", ";", ""].contains(&self.text(0)) {
                        self.parse_use_tree(&segments, imports);
                        if self.text(0) == "," {
                            self.at += 1;
                        }
                    }
                }
                "::" => {}
                // `{self}` names the module of its prefix.
                name => {
                    if name != "self" || segments.is_empty() {
                        segments.push(name.to_owned());
                    }
                    if self.text(1) != "::" {
                        let has_alias = self.text(1) == "as";
                        let name =
                            if has_alias { Some(self.text(2)) } else { segments.last().map(String::as_str) };
                        let name = name.map(str::to_owned);
                        imports.push(Import { path: CodePath { segments: segments.clone(), line }, name });
                        self.at += if has_alias { 2 } else { 0 };
                    }
                }
            }
            self.at += 1;
        }
    }
}
