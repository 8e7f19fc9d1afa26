//! The terms that docs avoid: metaphors and private vocabulary for which `docs/style.md` has a plain word.

/// The terms in lower case.
const TERMS: &[&str] = &[
    "are taken",
    "as it is said",
    "as it was",
    "as they were",
    "asked for",
    "asks for",
    "beside",
    "besides",
    "come to nothing",
    "farewell",
    "go on with",
    "goes on",
    "grave",
    "hand out",
    "handed out",
    "hands out",
    "in vain",
    "is asked",
    "is taken",
    "mend",
    "mended",
    "mending",
    "mends",
    "nobody",
    "of which",
    "patience",
    "reckon",
    "reckoned",
    "reckons",
    "said",
    "saying",
    "settle",
    "settled",
    "settles",
    "settling",
    "shall",
    "somebody",
    "spoil",
    "spoils",
    "stand in",
    "stands at",
    "stands for",
    "stands here",
    "stands in",
    "take no",
    "takes no",
    "tell of",
    "telling",
    "tells",
    "thoughts",
    "told",
    "wanted",
    "wants",
    "was asked",
    "where it is not",
    "words",
];

/// The beginnings of common phrases after `is no`, such as `is no longer` and `is no need`.
const AFTER_NO: &[&str] = &["longer", "more", "need", "way", "point", "such", "limit"];

/// Finds the first term in a line of docs. Text in backticks is code and does not count.
pub(super) fn find(line: &str) -> Option<String> {
    let prose: String = line.split('`').step_by(2).collect::<Vec<_>>().join("\u{0}").to_lowercase();
    find_in_prose(&prose)
}

/// Finds the first term in a lower-case text.
pub(super) fn find_in_prose(prose: &str) -> Option<String> {
    let starts = prose.char_indices().filter_map(|(at, _)| {
        let (before, rest) = prose.split_at_checked(at)?;
        (!before.ends_with(is_word_char) && rest.starts_with(is_word_char)).then_some((before, rest))
    });
    for (before, rest) in starts {
        let term = TERMS
            .iter()
            .find(|term| rest.strip_prefix(**term).is_some_and(|after| !after.starts_with(is_word_char)));
        if let Some(term) = term {
            return Some((*term).to_owned());
        }
        if let Some(negation) = negated_noun(before, rest) {
            return Some(negation);
        }
    }
    None
}

/// Matches `is no X` where `is not an X` is meant. `there is no X` and `it is no X` are common English.
fn negated_noun(before: &str, rest: &str) -> Option<String> {
    let verb = ["is", "are", "was"]
        .into_iter()
        .find(|verb| rest.strip_prefix(verb).is_some_and(|after| after.starts_with(" no ")))?;
    let noun = rest.strip_prefix(verb)?.strip_prefix(" no ")?;
    let is_common = before.ends_with("there ")
        || before.ends_with("it ")
        || AFTER_NO.iter().any(|start| noun.starts_with(start))
        || !noun.starts_with(|char: char| char.is_ascii_lowercase());
    let noun = noun.split(|char| !is_word_char(char)).next()?;
    (!is_common).then(|| format!("{verb} no {noun}"))
}

fn is_word_char(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}
