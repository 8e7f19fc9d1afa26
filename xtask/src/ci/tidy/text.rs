//! Rules for all text files.

use super::Finding;
use crate::source::is_identifier_char;
use crate::workspace::has_extension;

/// The extensions of files whose white space is checked.
const CHECKED_SPACE: &[&str] = &["rs", "toml", "md", "yml"];

/// The prefixes of paths that exist on one machine only. `concat!` keeps them out of this file.
pub(super) const PATHS: &[&str] = &[
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
    concat!("/Us", "ers/"),
    concat!("/wo", "rk/"),
    concat!("C:\\Us", "ers\\"),
];

/// The lower-case names of private registry hosts, which only some contributors can reach.
pub(super) const PRIVATE_HOSTS: &[&str] =
    &[concat!("artif", "actory"), concat!("pkgs.dev", ".azure.com"), concat!("nexus", "-repository")];

/// Reports violations in a text.
pub(super) fn findings(file: &str, text: &str) -> Vec<Finding> {
    let check_space = CHECKED_SPACE.iter().any(|extension| has_extension(file, extension));
    let mut findings = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        if check_space && line.contains('\t') {
            findings.push(Finding::new(number, "the line contains a tab"));
        }
        if check_space && line.ends_with(char::is_whitespace) {
            findings.push(Finding::new(number, "the line ends with white space"));
        }
        if let Some(path) = PATHS.iter().find(|path| has_absolute_path(line, path)) {
            findings
                .push(Finding::new(number, format!("`{path}` is a path that exists on one machine only")));
        }
        let lower = line.to_lowercase();
        if let Some(host) = PRIVATE_HOSTS.iter().find(|host| lower.contains(**host)) {
            findings.push(Finding::new(number, format!("`{host}` is a private registry host")));
        }
    }
    findings
}

/// Returns whether an absolute path with a prefix begins somewhere on a line.
fn has_absolute_path(line: &str, path: &str) -> bool {
    // After one of these characters, the prefix is the middle of a URL or of a relative path.
    let continues = |char: char| is_identifier_char(char) || ['-', '.', '~', '}', '>', ')'].contains(&char);
    line.match_indices(path).any(|(at, _)| {
        let before = line.split_at_checked(at).map_or("", |(before, _)| before);
        !before.ends_with(continues)
    })
}
