//! Rules for every text.

use super::Finding;
use crate::ci::source::is_of_a_name;
use crate::workspace::has_extension;

/// The texts whose white space is looked at.
const SPACED: &[&str] = &["rs", "toml", "md", "yml"];

/// Paths that exist on one machine only, by how they begin. They are put together so that this file has none.
pub(super) const PATHS: &[&str] = &[
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("/wo", "rk/"),
    concat!("C:\\Us", "ers\\"),
];

/// Words that have no place in the project, in small letters: hosts that serve crates to some people only.
pub(super) const WORDS: &[&str] =
    &[concat!("artif", "actory"), concat!("pkgs.dev", ".azure.com"), concat!("nexus", "-repository")];

/// What is wrong with a text.
pub(super) fn findings(file: &str, text: &str) -> Vec<Finding> {
    let spaced = SPACED.iter().any(|extension| has_extension(file, extension));
    let mut findings = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        if spaced && line.contains('\t') {
            findings.push(Finding::new(number, "a tab"));
        }
        if spaced && line.ends_with(char::is_whitespace) {
            findings.push(Finding::new(number, "white space at the end of the line"));
        }
        if let Some(path) = PATHS.iter().find(|path| begins_in(line, path)) {
            findings.push(Finding::new(number, format!("`{path}` is a path of one machine")));
        }
        let lower = line.to_lowercase();
        if let Some(word) = WORDS.iter().find(|word| lower.contains(**word)) {
            findings.push(Finding::new(number, format!("`{word}` has no place in the project")));
        }
    }
    findings
}

/// Whether an absolute path begins so somewhere on a line: before it stands nothing that would make it a part of another.
fn begins_in(line: &str, path: &str) -> bool {
    let goes_on = |char: char| is_of_a_name(char) || ['-', '.', '~', '}', '>', ')'].contains(&char);
    line.match_indices(path).any(|(at, _)| {
        let before = line.split_at_checked(at).map_or("", |(before, _)| before);
        !before.ends_with(goes_on)
    })
}
