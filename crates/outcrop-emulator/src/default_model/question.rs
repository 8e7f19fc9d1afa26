//! The question of the user, as a source of arguments: numbers, names, places and other values for the members of a schema.

use std::cell::Cell;

use outcrop_core::RawJson;

/// The names of the city in the input and the results of `get_weather`, the usual one first.
pub(super) const CITY_NAMES: &[&str] = &["city", "location", "place", "town"];

/// The city if the user names none.
const DEFAULT_CITY: &str = "Lisbon";

/// The text of the user, with the values in it that no member has yet.
pub(super) struct Question<'q> {
    text: &'q str,
    numbers: Vec<&'q str>,
    quoted: Vec<&'q str>,
    numbers_used: Cell<usize>,
    quoted_used: Cell<usize>,
}

/// Parts of the names of members that hold the whole question.
const WHOLE_TEXT: &[&str] =
    &["query", "question", "prompt", "text", "input", "message", "search", "topic", "request", "task"];

/// Terms that precede the name of something.
const BEFORE_NAMES: &[&str] = &["named", "called", "is", "am", "for", "of"];

impl<'q> Question<'q> {
    pub(super) fn new(text: &'q str) -> Self {
        Self {
            text,
            numbers: numbers(text),
            quoted: quoted(text),
            numbers_used: Cell::new(0),
            quoted_used: Cell::new(0),
        }
    }

    /// Returns the number for a member: the one after its name in the text, else the next one. It must be accepted.
    pub(super) fn number(&self, name: &str, is_accepted: impl Fn(&str) -> bool) -> Option<RawJson> {
        let stated =
            self.after_name(name, &[":", "=", "is "]).and_then(|rest| numbers(rest).into_iter().next());
        let number = match stated.filter(|number| is_accepted(number)) {
            Some(number) => number,
            None => {
                let used = self.numbers_used.get();
                let left = self.numbers.iter().enumerate().skip(used);
                let (index, number) = left.into_iter().find(|(_, number)| is_accepted(number))?;
                self.numbers_used.set(index + 1);
                number
            }
        };
        RawJson::parse(number).ok()
    }

    /// Returns the text for a member, by its name: a place, a name, an address or the whole question, else the next text in
    /// quotes.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let lowercase = name.to_lowercase();
        let has = |parts: &[&str]| parts.iter().any(|part| lowercase.contains(part));
        if let Some(stated) =
            self.after_name(name, &[":", "="]).map(clause).filter(|stated| !stated.is_empty())
        {
            return Some(stated.to_owned());
        }
        if CITY_NAMES.contains(&lowercase.as_str()) {
            return Some(find_city(self.text));
        }
        if has(&["mail"]) {
            return self.term(|term| term.contains('@'));
        }
        if has(&["url", "uri", "link"]) {
            return self.term(|term| term.starts_with("http"));
        }
        if has(&["date", "day"]) {
            return self.term(is_date);
        }
        if has(&["name", "title", "person"]) {
            return self.next_quoted().or_else(|| self.proper_name());
        }
        if has(WHOLE_TEXT) {
            return Some(self.next_quoted().unwrap_or_else(|| self.text.to_owned()))
                .filter(|text| !text.is_empty());
        }
        self.next_quoted()
    }

    /// Returns whether the question states a value for a member: `limit = 5`.
    pub(super) fn states(&self, name: &str) -> bool {
        self.after_name(name, &[":", "="]).is_some()
    }

    /// Returns the first of some texts that occurs in the question.
    pub(super) fn one_of(&self, options: &[RawJson]) -> Option<RawJson> {
        let text = self.text.to_lowercase();
        let occurs = |option: &&RawJson| {
            option
                .as_string()
                .is_some_and(|option| !option.is_empty() && text.contains(&option.to_lowercase()))
        };
        options.iter().find(occurs).cloned()
    }

    /// Returns the text after a name, if one of some separators follows it: `city: Oslo`, `limit = 5`.
    fn after_name(&self, name: &str, separators: &[&str]) -> Option<&'q str> {
        let spaced = name.replace(['_', '-'], " ").to_lowercase();
        // Positions are compared in the lowercase text, so it must have the same length. It has in nearly all languages.
        let lowercase = self.text.to_lowercase();
        if spaced.is_empty() || lowercase.len() != self.text.len() {
            return None;
        }
        let after = |needle: &str| {
            let end = lowercase.find(needle)?.checked_add(needle.len())?;
            let rest = self.text.get(end..)?.trim_start();
            let value = separators.iter().find_map(|separator| rest.strip_prefix(separator))?;
            Some(value.trim_start())
        };
        after(&name.to_lowercase()).or_else(|| after(&spaced))
    }

    fn next_quoted(&self) -> Option<String> {
        let index = self.quoted_used.get();
        let text = self.quoted.get(index)?;
        self.quoted_used.set(index + 1);
        Some((*text).to_owned())
    }

    /// Returns the capitalised terms after `named`, `called` and the like, else the first ones. Those that begin the text are
    /// a name if a verb follows.
    fn proper_name(&self) -> Option<String> {
        let terms: Vec<&str> = self.text.split_whitespace().collect();
        let name_from = |index: usize| capitalised_terms(terms.get(index..).unwrap_or_default());
        let introduces = |term: &&str| BEFORE_NAMES.iter().any(|before| term.eq_ignore_ascii_case(before));
        let introduced = terms.iter().enumerate().filter(|(_, term)| introduces(term));
        let introduced = introduced.map(|(index, _)| name_from(index + 1));
        let any = (1..terms.len()).map(name_from);
        let first = name_from(0);
        let next = terms.get(first.split_whitespace().count());
        let first = next.filter(|verb| matches!(**verb, "is" | "was" | "has")).map(|_| first);
        introduced.chain(first).chain(any).find(|name| name.chars().count() > 1)
    }

    /// Returns the first term that is accepted, without punctuation around it.
    fn term(&self, is_accepted: impl Fn(&str) -> bool) -> Option<String> {
        let terms = self.text.split_whitespace();
        let terms = terms.map(|term| term.trim_matches(|c: char| !c.is_alphanumeric() && !"/#".contains(c)));
        terms.into_iter().find(|term| is_accepted(term)).map(str::to_owned)
    }
}

/// Finds the city in a question: the capitalised name after an `in`, else the default city.
pub(super) fn find_city(text: &str) -> String {
    let terms: Vec<&str> = text.split_whitespace().collect();
    let after_in = terms.iter().enumerate().filter(|(_, term)| term.eq_ignore_ascii_case("in"));
    let names = after_in.map(|(index, _)| capitalised_terms(terms.get(index + 1..).unwrap_or_default()));
    names.into_iter().find(|name| !name.is_empty()).unwrap_or_else(|| DEFAULT_CITY.to_owned())
}

/// Joins capitalised parts of a name, up to punctuation.
fn capitalised_terms(terms: &[&str]) -> String {
    let mut name: Vec<&str> = Vec::new();
    for term in terms {
        let bare = term.trim_matches(|c: char| !c.is_alphanumeric());
        if !bare.starts_with(char::is_uppercase) {
            break;
        }
        name.push(bare);
        // After punctuation, the next capital begins a sentence or a clause.
        if !term.ends_with(bare) {
            break;
        }
    }
    name.join(" ")
}

/// Returns the beginning of a text, up to punctuation.
fn clause(text: &str) -> &str {
    text.split([',', ';', '.', '\n', '!', '?']).next().unwrap_or_default().trim().trim_matches(['"', '\''])
}

/// Returns whether a term is a date as in ISO 8601.
fn is_date(term: &str) -> bool {
    let digits = |c: char| if c.is_ascii_digit() { '0' } else { c };
    term.get(..10).is_some_and(|date| date.chars().map(digits).eq("0000-00-00".chars()))
}

/// Returns the numbers of a text, as they are written. Those within a term, such as `v2`, are none.
fn numbers(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut before = ' ';
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let preceding = rest.get(..start).unwrap_or_default();
        before = preceding.chars().next_back().unwrap_or(before);
        let tail = rest.get(start..).unwrap_or_default();
        let end = tail.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(tail.len());
        let number = tail.get(..end).unwrap_or_default().trim_end_matches('.');
        let is_signed = before == '-' && !preceding.trim_end_matches('-').ends_with(char::is_alphanumeric);
        let begins = start.saturating_sub(usize::from(is_signed));
        let signed = rest.get(begins..start.saturating_add(number.len())).unwrap_or_default();
        // JSON has no leading zeros, so a postal code is not a number.
        if !before.is_alphanumeric() && before != '_' && RawJson::parse(signed).is_ok() {
            found.push(signed);
        }
        before = '0';
        rest = tail.get(end..).unwrap_or_default();
    }
    found
}

/// Returns the texts in quotes. An apostrophe within a term is none.
fn quoted(text: &str) -> Vec<&str> {
    const PAIRS: &[(char, char)] =
        &[('"', '"'), ('\'', '\''), ('“', '”'), ('‘', '’'), ('«', '»'), ('`', '`')];
    let mut found = Vec::new();
    let mut rest = text;
    let mut before = ' ';
    while let Some(character) = rest.chars().next() {
        let inner = rest.get(character.len_utf8()..).unwrap_or_default();
        let pair = PAIRS.iter().find(|(open, _)| *open == character && !before.is_alphanumeric());
        let closed =
            pair.and_then(|(_, close)| inner.split_once(*close)).filter(|(text, _)| !text.trim().is_empty());
        before = character;
        rest = match closed {
            Some((text, after)) => {
                found.push(text);
                after
            }
            None => inner,
        };
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_taken_as_written() {
        for (text, expected) in [
            ("What is the value of magic_function(3)?", vec!["3"]),
            ("add 2 and 3.50.", vec!["2", "3.50"]),
            ("from -5 to 10", vec!["-5", "10"]),
            ("claude-3 and v2 in 2026-01-31", vec!["2026"]),
            ("room 007", vec![]),
        ] {
            let found = numbers(text);
            assert!(expected.iter().all(|number| found.contains(number)), "{text}: {found:?}");
        }
        assert_eq!(numbers("room 007"), Vec::<&str>::new());
        assert_eq!(numbers("add 2 and 3"), ["2", "3"]);
    }

    #[test]
    fn numbers_are_used_once_unless_they_are_named() {
        let question = Question::new("Add 2 and 3, limit: 10");
        let number = |name: &str| question.number(name, |_| true).map(|number| number.as_str().to_owned());
        assert_eq!(number("limit").as_deref(), Some("10"));
        assert_eq!(number("a").as_deref(), Some("2"));
        assert_eq!(number("b").as_deref(), Some("3"));
        assert_eq!(Question::new("none").number("a", |_| true), None);
        let small = Question::new("5 or 50").number("a", |number| number.len() > 1);
        assert_eq!(small.map(|number| number.as_str().to_owned()).as_deref(), Some("50"));
    }

    #[test]
    fn texts_are_found_by_the_name_of_their_member() {
        for (name, text, expected) in [
            ("customer_name", "Create a customer named '你好啊集团' (Hello Group)", Some("你好啊集团")),
            ("name", "Add a person called Ada Lovelace, please.", Some("Ada Lovelace")),
            ("name", "My name is Ada", Some("Ada")),
            ("first_name", "Extract: John is 30 years old", Some("John")),
            ("city", "What is the weather in San Francisco, CA?", Some("San Francisco")),
            ("email", "Write to ada@example.com.", Some("ada@example.com")),
            ("url", "Fetch <https://example.com/a>!", Some("https://example.com/a")),
            ("date", "Book it for 2026-02-03, thanks", Some("2026-02-03")),
            ("query", "Where is Lisbon?", Some("Where is Lisbon?")),
            ("path", "Read \"a.txt\"", Some("a.txt")),
            ("unit", "unit: celsius, please", Some("celsius")),
            ("name", "Ada is 36 years old", Some("Ada")),
            ("name", "Ada Lovelace is 36 years old.", Some("Ada Lovelace")),
            ("name", "Who?", None),
            ("path", "It doesn't say", None),
        ] {
            assert_eq!(Question::new(text).text(name).as_deref(), expected, "{name}: {text}");
        }
    }

    #[test]
    fn city_is_the_capitalised_name_after_in() {
        for (text, expected) in [
            ("What is the weather in Lisbon?", "Lisbon"),
            ("weather in New York today", "New York"),
            ("What's the weather like in São Paulo, please?", "São Paulo"),
            ("In Paris, how is the weather?", "Paris"),
            ("Who is in charge of the weather in \"Rome\"?", "Rome"),
            ("weather in Oslo. In Bergen it rains", "Oslo"),
            ("what is the weather in berlin", "Lisbon"),
            ("what is the weather", "Lisbon"),
            ("weather in", "Lisbon"),
            ("", "Lisbon"),
        ] {
            assert_eq!(find_city(text), expected, "{text}");
        }
    }
}
