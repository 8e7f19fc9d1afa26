//! Rust source as text: enough of its grammar to tell code from what only looks like it.

#[cfg(test)]
mod tests;

/// The code of a source: comments and literals are blanked out, and every line stays where it was.
pub(super) fn code(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let blank = comment(rest).or_else(|| literal(rest, code.chars().next_back()));
        let (taken, left) = split(rest, blank.unwrap_or_else(|| first.len_utf8()));
        if blank.is_some() {
            code.extend(taken.chars().map(|char| if char == '\n' { '\n' } else { ' ' }));
        } else {
            code.push_str(taken);
        }
        rest = left;
    }
    code
}

/// The same source less its module of tests, which stands last.
pub(super) fn without_tests(code: &str) -> &str {
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

/// The lines on which a text has a word: what stands beside it is no letter, digit or underscore.
pub(super) fn lines_with(text: &str, word: &str) -> Vec<usize> {
    let has = |line: &str| {
        line.match_indices(word).any(|(start, found)| {
            let (before, from) = split(line, start);
            let after = split(from, found.len()).1;
            let open_start = !word.starts_with(is_of_a_name) || !before.ends_with(is_of_a_name);
            let open_end = !word.ends_with(is_of_a_name) || !after.starts_with(is_of_a_name);
            open_start && open_end
        })
    };
    text.lines().zip(1..).filter(|(line, _)| has(line)).map(|(_, number)| number).collect()
}

/// Whether a character can be part of a name.
pub(super) fn is_of_a_name(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

/// The length of the comment that a text begins with.
fn comment(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    if !text.starts_with("/*") {
        return None;
    }
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

/// The length of the string or character that a text begins with, given the character before it.
fn literal(text: &str, before: Option<char>) -> Option<usize> {
    if text.starts_with('"') {
        return Some(quoted(text, '"'));
    }
    if let Some(rest) = text.strip_prefix('\'') {
        // A lifetime has no quote after its first character.
        let mut chars = rest.chars();
        let is_character = chars.next() == Some('\\') || chars.next() == Some('\'');
        return is_character.then(|| quoted(text, '\''));
    }
    if before.is_some_and(is_of_a_name) {
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

/// The length of a literal that ends with the quote it began with, unless that is escaped.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, char) in text.char_indices().skip(1) {
        if !escaped && char == quote {
            return at + quote.len_utf8();
        }
        escaped = !escaped && char == '\\';
    }
    text.len()
}

/// A text before and after a place, which stands between two characters.
fn split(text: &str, at: usize) -> (&str, &str) {
    text.split_at_checked(at).unwrap_or((text, ""))
}
