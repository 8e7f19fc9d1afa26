//! Rust source as text: separates code from comments, literals and tests.
//!
//! This is a lexer for what gates ask, not a parser. It accepts any input, and every line keeps its number.

#[cfg(test)]
mod tests;

/// Returns the code of a source with comments and literals replaced by spaces.
pub(crate) fn code(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let blank = comment_len(rest).or_else(|| literal_len(rest, code.chars().next_back()));
        let (token, after) = split(rest, blank.unwrap_or_else(|| first.len_utf8()));
        if blank.is_some() {
            code.extend(token.chars().map(|char| if char == '\n' { '\n' } else { ' ' }));
        } else {
            code.push_str(token);
        }
        rest = after;
    }
    code
}

/// Returns the part of a source before its inline test module, which is the last item by convention.
pub(crate) fn before_test_module(code: &str) -> &str {
    let mut offset = 0;
    let mut lines = code.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let opens_module = |next: &&str| next.starts_with("mod ") && next.trim_end().ends_with('{');
        if line.trim_end() == "#[cfg(test)]" && lines.peek().is_some_and(opens_module) {
            return split(code, offset).0;
        }
        offset += line.len();
    }
    code
}

/// Returns whether a file contains only tests or benchmarks, by its path.
pub(crate) fn is_test_file(file: &str) -> bool {
    let mut names = file.rsplit('/');
    names.next() == Some("tests.rs") || names.any(|folder| folder == "tests" || folder == "benches")
}

/// Returns the numbers of the lines that contain a word which is not part of a longer identifier.
pub(crate) fn lines_with(text: &str, word: &str) -> Vec<usize> {
    let has = |line: &str| {
        line.match_indices(word).any(|(start, found)| {
            let (before, from) = split(line, start);
            let after = split(from, found.len()).1;
            // A word such as `#[name` or `mac!` has an end that no identifier continues.
            let open_start = !word.starts_with(is_identifier_char) || !before.ends_with(is_identifier_char);
            let open_end = !word.ends_with(is_identifier_char) || !after.starts_with(is_identifier_char);
            open_start && open_end
        })
    };
    text.lines().zip(1..).filter(|(line, _)| has(line)).map(|(_, number)| number).collect()
}

/// Returns whether a character can be part of an identifier.
pub(crate) fn is_identifier_char(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

/// Returns the length of the comment at the start of a text.
fn comment_len(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    if !text.starts_with("/*") {
        return None;
    }
    // Block comments nest in Rust: https://doc.rust-lang.org/reference/comments.html.
    let (mut rest, mut depth) = (text, 0_usize);
    while let Some(char) = rest.chars().next() {
        let step = if rest.starts_with("/*") {
            depth += 1;
            2
        } else if rest.starts_with("*/") {
            depth -= 1;
            2
        } else {
            char.len_utf8()
        };
        rest = split(rest, step).1;
        if depth == 0 {
            break;
        }
    }
    Some(text.len() - rest.len())
}

/// Returns the length of the string or character literal at the start of a text, given the character before it.
fn literal_len(text: &str, before: Option<char>) -> Option<usize> {
    if text.starts_with('"') {
        return Some(quoted_len(text, '"'));
    }
    if let Some(rest) = text.strip_prefix('\'') {
        // A lifetime has no quote after its first character.
        let mut chars = rest.chars();
        let is_character = chars.next() == Some('\\') || chars.next() == Some('\'');
        return is_character.then(|| quoted_len(text, '\''));
    }
    // The `r` of `for"x"` ends a keyword; it does not begin a raw string.
    if before.is_some_and(is_identifier_char) {
        return None;
    }
    ["r", "br", "cr"].iter().find_map(|prefix| {
        let rest = text.strip_prefix(prefix)?;
        let hashes = rest.len() - rest.trim_start_matches('#').len();
        let body = rest.trim_start_matches('#').strip_prefix('"')?;
        let end = format!("\"{}", "#".repeat(hashes));
        let length = body.find(&end).map_or(body.len(), |at| at + end.len());
        Some(text.len() - body.len() + length)
    })
}

/// Returns the length of a literal that ends with the quote it begins with, unless that quote is escaped.
fn quoted_len(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, char) in text.char_indices().skip(1) {
        if !escaped && char == quote {
            return at + quote.len_utf8();
        }
        escaped = !escaped && char == '\\';
    }
    text.len()
}

/// Splits a text at a character boundary. An invalid position leaves the second part empty.
fn split(text: &str, at: usize) -> (&str, &str) {
    text.split_at_checked(at).unwrap_or((text, ""))
}
