//! Document names: which are legal, and how an illegal one is made legal.
//!
//! The service accepts letters, digits, single spaces, hyphens, parentheses, square brackets and underscores, at most
//! 200 characters. See <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html> (L54).

/// The maximum length of a document name, in characters, from the service model.
const MAX_LENGTH: usize = 200;

/// The document name that replaces one without a legal character.
const DEFAULT_NAME: &str = "document";

/// The replacement of characters that are illegal in a document name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IllegalCharacters {
    /// Each becomes a space, as in AG2.
    BecomeSpaces,
    /// White space becomes a space, all others are dropped.
    AreDropped,
}

/// Returns a legal name made from any text.
pub(crate) fn legal_name(text: &str, illegal: IllegalCharacters) -> String {
    let legal = |c: char| match c {
        c if c.is_ascii_alphanumeric() || "-()[]_".contains(c) => Some(c),
        c if illegal == IllegalCharacters::BecomeSpaces || c.is_whitespace() => Some(' '),
        _ => None,
    };
    let spaced: String = text.chars().filter_map(legal).collect();
    // The service rejects a tab and two spaces in a row, although its text speaks of "whitespace characters".
    // See https://github.com/vercel/ai/issues/20365 and https://github.com/vercel/ai/issues/20366.
    let name = spaced.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    let name = cut(&name, MAX_LENGTH);
    if name.is_empty() { DEFAULT_NAME.to_owned() } else { name.to_owned() }
}

/// Returns a legal name with a number at its end, for a name that another document has already.
pub(crate) fn numbered_name(name: &str, number: u32) -> String {
    let ending = format!(" {number}");
    format!("{}{ending}", cut(name, MAX_LENGTH - ending.len()))
}

fn cut(name: &str, length: usize) -> &str {
    let end = name.char_indices().nth(length).map_or(name.len(), |(end, _)| end);
    name.get(..end).unwrap_or(name).trim_end()
}

#[cfg(test)]
mod tests {
    use super::{IllegalCharacters, legal_name, numbered_name};

    #[test]
    fn legal_name_replaces_or_drops_illegal_characters() {
        for (text, replaced, dropped) in [
            ("report", "report", "report"),
            ("Q1 (final) [v2]_a-b", "Q1 (final) [v2]_a-b", "Q1 (final) [v2]_a-b"),
            ("what's\tnew  here", "what s new here", "whats new here"),
            ("a\u{3000}b", "a b", "a b"),
            ("...", "document", "document"),
            ("", "document", "document"),
        ] {
            assert_eq!(legal_name(text, IllegalCharacters::BecomeSpaces), replaced, "{text:?}");
            assert_eq!(legal_name(text, IllegalCharacters::AreDropped), dropped, "{text:?}");
        }
    }

    #[test]
    fn names_have_at_most_200_characters() {
        let long = "a".repeat(250);
        assert_eq!(legal_name(&long, IllegalCharacters::AreDropped), "a".repeat(200));
        assert_eq!(numbered_name(&long, 12), format!("{} 12", "a".repeat(197)));
        assert_eq!(numbered_name("report", 2), "report 2");
    }
}
