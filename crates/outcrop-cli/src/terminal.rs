//! Output to the streams of the process, which may be a terminal.
//!
//! Text comes from models, services and files, and a terminal obeys control sequences in it: they can write to the
//! clipboard, set the title, or hide and reorder what is shown. So a terminal gets none of them. Files and pipes get the
//! text unchanged.

use std::io::{self, IsTerminal as _, Write as _};

/// What a terminal gets instead of a control character.
const REPLACEMENT: char = '\u{fffd}';

/// An error of writing to standard output.
pub(crate) struct OutputError(pub(crate) io::Error);

/// Writes text to standard output, at once, so that it appears as it arrives.
///
/// # Errors
/// The output cannot be written, or its reader has closed the pipe.
pub(crate) fn print(text: &str) -> Result<(), OutputError> {
    let mut out = io::stdout().lock();
    let text = if out.is_terminal() { &visible(text) } else { text };
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(OutputError)
}

/// Writes a line of JSON to standard output.
///
/// # Errors
/// Those of [`print()`].
pub(crate) fn print_json(json: &str) -> Result<(), OutputError> {
    let mut out = io::stdout().lock();
    let json = if out.is_terminal() { &escape_json(json) } else { json };
    let written =
        out.write_all(json.as_bytes()).and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush());
    written.map_err(OutputError)
}

/// Writes text to standard error.
pub(crate) fn eprint(text: &str) {
    let mut out = io::stderr().lock();
    let text = if out.is_terminal() { &visible(text) } else { text };
    // There is nowhere to report that standard error cannot be written, and `eprintln!` would panic.
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Writes dimmed text to standard error, which is a terminal.
pub(crate) fn eprint_dimmed(text: &str) {
    let dimmed = format!("\x1b[2m{}\x1b[0m", visible(text));
    let _ = io::stderr().lock().write_all(dimmed.as_bytes());
}

/// Writes one line to standard error. Line breaks within the text are replaced, so that it cannot imitate other lines.
pub(crate) fn eprint_line(text: &str) {
    eprint(&format!("{}\n", text.replace("\r\n", " ").replace(['\n', '\r'], " ")));
}

/// Writes a line of JSON to standard error.
pub(crate) fn eprint_json(json: &str) {
    let text = if io::stderr().is_terminal() { escape_json(json) } else { json.to_owned() };
    eprint(&format!("{text}\n"));
}

/// Replaces the characters that a terminal obeys. Line breaks and tabs stay.
fn visible(text: &str) -> String {
    // `\r` moves to the start of the line, and the text after it would hide the text before it.
    text.chars()
        .filter(|&letter| letter != '\r')
        .map(|letter| if is_control(letter) { REPLACEMENT } else { letter })
        .collect()
}

/// Escapes the characters that a terminal obeys and JSON allows in strings. The value stays the same.
fn escape_json(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for letter in json.chars() {
        if is_control(letter) {
            let mut units = [0; 2];
            for unit in letter.encode_utf16(&mut units) {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            escaped.push(letter);
        }
    }
    escaped
}

/// Returns whether a terminal obeys a character: C0 and C1 controls, and those that reorder text.
///
/// The latter are the embeddings, overrides and isolates of <https://www.unicode.org/reports/tr9/>, which can make text look
/// like other text: <https://trojansource.codes>.
fn is_control(letter: char) -> bool {
    match letter {
        '\n' | '\t' => false,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        _ => letter.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::{escape_json, visible};

    #[test]
    fn control_characters_are_replaced_for_a_terminal() {
        for (text, shown) in [
            ("plain\ttext\nwith ümläut 🦀", "plain\ttext\nwith ümläut 🦀"),
            ("\x1b]52;c;aGk=\x07", "�]52;c;aGk=�"),
            ("\x1b[2J\x1b]0;title\x07", "�[2J�]0;title�"),
            ("\u{9b}31m\u{85}", "�31m�"),
            ("a\u{202e}b\u{2066}c", "a�b�c"),
            ("secret\rshown\r\n", "secretshown\n"),
            ("\x08\x7f\0", "���"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }

    #[test]
    fn json_for_a_terminal_is_escaped_and_the_same_value() {
        let value = serde_json::json!({"a\u{9b}": "\x1b \x7f \u{202e} \u{85} ü\n"});
        let escaped = escape_json(&value.to_string());
        assert!(escaped.chars().all(|letter| !letter.is_control() && letter != '\u{202e}'), "{escaped}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&escaped).unwrap(), value);
    }
}
