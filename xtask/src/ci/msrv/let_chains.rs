//! Detection of let chains.

use crate::source::is_identifier_char;

/// Returns the lines of the conditions that are let chains. Comments and literals must be blanked.
pub(super) fn let_chains(code: &str) -> Vec<usize> {
    let chains = conditions(code).filter(|(_, condition)| is_chain(condition));
    let mut lines: Vec<usize> = chains.map(|(line, _)| line).collect();
    lines.sort_unstable();
    lines
}

/// Returns the code after each `if` and `while`, with its line.
fn conditions(code: &str) -> impl Iterator<Item = (usize, &str)> {
    ["if", "while"].into_iter().flat_map(move |keyword| {
        code.match_indices(keyword).filter_map(move |(at, _)| {
            let (before, from) = code.split_at_checked(at)?;
            let after = from.strip_prefix(keyword)?;
            let whole = !before.ends_with(is_identifier_char) && !after.starts_with(is_identifier_char);
            whole.then(|| (before.matches('\n').count() + 1, after))
        })
    })
}

/// Returns whether a condition has a `let` and a `&&` outside of brackets.
fn is_chain(condition: &str) -> bool {
    let (mut has_let, mut has_and, mut in_pattern, mut depth) = (false, false, false, 0_usize);
    let mut before = ' ';
    let mut rest = condition.chars();
    while let Some(char) = rest.next() {
        let next = rest.clone().next();
        match char {
            // A brace within a pattern belongs to it. Any other brace opens the block and ends the condition.
            '{' if depth == 0 && !in_pattern => break,
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            // The condition is the guard of a match arm.
            '=' if depth == 0 && next == Some('>') => break,
            '=' if depth == 0 => in_pattern = false,
            ';' if depth == 0 => break,
            '&' if depth == 0 && before == '&' && !in_pattern => has_and = true,
            'l' if depth == 0 && !is_identifier_char(before) && completes_let(rest.as_str()) => {
                has_let = true;
                in_pattern = true;
            }
            _ => {}
        }
        before = char;
    }
    has_let && has_and
}

/// Returns whether the text after an `l` completes the keyword `let`.
fn completes_let(rest: &str) -> bool {
    rest.strip_prefix("et").is_some_and(|rest| !rest.starts_with(is_identifier_char))
}

#[cfg(test)]
mod tests {
    use super::let_chains;

    #[test]
    fn let_chains_are_found_in_any_order() {
        for code in [
            "if let Some(a) = b && c {}",
            "if c && let Some(a) = b {}",
            "if let Some(a) = b && let Some(c) = d {}",
            "while let Some(a) = b.next()\n    && a > 1 {}",
            "if let Point { x, y } = p && x > y {}",
            "match a { b if let Some(c) = d && c => 1, _ => 2 }",
            "} else if let Some(a) = b && c {}",
        ] {
            assert_eq!(let_chains(code), [1], "{code}");
        }
        assert_eq!(let_chains("fn a() {\n    if b {}\n    if c\n        && let d = e\n    {}\n}\n"), [3]);
    }

    #[test]
    fn other_conditions_are_ignored() {
        for code in [
            "if let Some(a) = b {}",
            "if let Some(a) = (b && c) {}",
            "if let true = f(b && c) {}",
            "if a && b { let c = d; }",
            "if a && letter {}",
            "let a = if b && c { 1 } else { 2 };",
            "match a { b if b && c => 1, d => { if let Some(e) = d { e } else { 3 } } }",
            "if let Point { x: &&x, .. } = p {}",
            "if let &&x = y {}",
            "verify(a && { let b = c; b })",
            "if matches!(a, B if c && d) { let e = f; }",
            "while a && b { let c = d; }",
        ] {
            assert_eq!(let_chains(code), [0; 0], "{code}");
        }
    }
}
