//! Letters of which one half comes in one delta and the other half in the next.
//!
//! JSON writes letters beyond the first 65,536 as two escapes, `\ud83d\ude00`. A service that cuts its text without
//! looking may cut between the two, and then neither delta is a string by itself.

use outcrop_core::RawJson;

/// Text of a JSON string, between its quotes, that ended with the first half of a letter.
#[derive(Clone, Debug, Default)]
pub(super) struct HalfLetter(String);

impl HalfLetter {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text of a JSON string as it stands, after the half that the one before it ended with. A half at the end is kept
    /// for the next one; a half without its other half is U+FFFD.
    pub(super) fn join(&mut self, string: &RawJson) -> Option<String> {
        let inner = string.as_str().strip_prefix('"')?.strip_suffix('"')?;
        let mut text = std::mem::take(&mut self.0);
        text.push_str(inner);
        let (whole, half) = split_half(&text);
        let half = half.to_owned();
        let told = whole_letters(whole);
        self.0 = half;
        RawJson::parse(format!("\"{told}\"")).ok()?.as_string().map(|text| text.into_owned())
    }
}

/// Splits the first half of a letter off the end.
fn split_half(text: &str) -> (&str, &str) {
    let Some(at) = text.len().checked_sub(6).filter(|at| text.is_char_boundary(*at)) else {
        return (text, "");
    };
    let (before, tail) = text.split_at(at);
    // An escape that begins after an even number of backslashes is one.
    let backslashes = before.bytes().rev().take_while(|byte| *byte == b'\\').count();
    match code(tail) {
        Some(0xD800..=0xDBFF) if backslashes % 2 == 0 => (before, tail),
        _ => (text, ""),
    }
}

/// Puts U+FFFD in place of halves that stand alone.
fn whole_letters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let unit = escape.get(..6).and_then(code);
        let next = escape.get(6..12).and_then(code);
        let taken = match (unit, next) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                out.push('\u{FFFD}');
                rest = escape.get(6..).unwrap_or_default();
                continue;
            }
            (Some(_), _) => 6,
            (None, _) => escape.chars().take(2).map(char::len_utf8).sum(),
        };
        out.push_str(escape.get(..taken).unwrap_or(escape));
        rest = escape.get(taken..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// The number of an escape `\uXXXX`.
fn code(escape: &str) -> Option<u32> {
    let digits = escape.strip_prefix("\\u").filter(|digits| digits.len() == 4)?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use outcrop_core::RawJson;

    use super::HalfLetter;

    #[test]
    fn halves_are_joined_and_lone_ones_replaced() {
        for (pieces, expected) in [
            (vec![r#""a\ud83d""#, r#""\ude00b""#], "a😀b"),
            (vec![r#""\uD83D""#, r#""\uDE00""#], "😀"),
            (vec![r#""a\ud83d""#, r#""b""#], "a\u{FFFD}b"),
            (vec![r#""\ude00""#], "\u{FFFD}"),
            (vec![r#""\ud83d\ude00""#], "😀"),
            (vec![r#""\\ud83d""#, r#""x""#], "\\ud83dx"),
            (vec![r#""\n\t\"é\\""#], "\n\t\"é\\"),
            (vec![r#""\ud83d\ud83d""#, r#""\ude00""#], "\u{FFFD}😀"),
            (vec![r#""""#], ""),
        ] {
            let mut half = HalfLetter::default();
            let joined: String =
                pieces.iter().map(|piece| half.join(&RawJson::parse(*piece).unwrap()).unwrap()).collect();
            assert_eq!(joined, expected, "{pieces:?}");
        }
    }
}
