//! Links and paths: what a document names must exist.
//!
//! Checked are the relative links of Markdown files with their anchors, the paths in code of Markdown files, and the paths
//! in comments of Rust sources. Links to other hosts are not checked, because a gate must not depend on the network.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::Finding;
use crate::workspace::has_extension;

/// The folders whose name at the beginning of a word makes it a path of the repository.
const FOLDERS: &[&str] = &["crates/", "docs/", "tests/", "xtask/", ".ci/", ".github/"];

/// The extensions that make a word in code a path, even if it begins in the middle: `encode/history.rs`.
const EXTENSIONS: &[&str] = &["rs", "md"];

/// The document that names files of other projects as sources.
const NAMES_FOREIGN_FILES: &str = "docs/lessons.md";

/// The files and folders of the repository, and the headings of its Markdown files.
#[derive(Debug, Default)]
pub(super) struct Targets {
    paths: BTreeSet<String>,
    anchors: BTreeMap<String, BTreeSet<String>>,
}

impl Targets {
    /// Collects the targets of a list of files.
    pub(super) fn new(files: &[String]) -> Self {
        let mut paths = BTreeSet::new();
        for file in files {
            let folders = file.match_indices('/').filter_map(|(at, _)| file.get(..at));
            paths.extend(folders.map(str::to_owned));
            paths.insert(file.clone());
        }
        Self { paths, anchors: BTreeMap::new() }
    }

    /// Adds the headings of a Markdown file.
    pub(super) fn add_anchors(&mut self, file: &str, text: &str) {
        let headings = MarkdownLine::all(text).filter(|line| !line.is_code && line.text.starts_with('#'));
        let anchors = headings.map(|line| anchor(line.text.trim_start_matches('#')));
        self.anchors.insert(file.to_owned(), anchors.collect());
    }

    /// Returns the links and paths of a file that lead nowhere.
    pub(super) fn findings(&self, file: &str, text: &str) -> Vec<Finding> {
        if has_extension(file, "md") {
            MarkdownLine::all(text).flat_map(|line| self.markdown_findings(file, &line)).collect()
        } else if has_extension(file, "rs") {
            let comments = text.lines().zip(1..).filter(|(line, _)| line.trim_start().starts_with("//"));
            comments
                .flat_map(|(line, number)| {
                    let missing =
                        tokens(line).filter(|word| is_repository_path(word) && !self.exists(file, word));
                    missing.map(move |path| Finding::new(number, format!("`{path}` does not exist")))
                })
                .collect()
        } else {
            Vec::new()
        }
    }

    fn markdown_findings(&self, file: &str, line: &MarkdownLine<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        let code: Vec<&str> = if line.is_code { vec![line.text] } else { code_spans(line.text).collect() };
        for word in code.into_iter().flat_map(tokens).filter(|word| is_literal(word)) {
            let is_file = EXTENSIONS.iter().any(|extension| has_extension(word, extension));
            let is_missing = if is_repository_path(word) {
                !self.exists(file, word)
            } else {
                is_file && file != NAMES_FOREIGN_FILES && !self.is_end_of_path(word)
            };
            if is_missing {
                findings.push(Finding::new(line.number, format!("`{word}` does not exist")));
            }
        }
        let links = if line.is_code { Vec::new() } else { link_targets(line.text) };
        for link in links {
            if let Err(reason) = self.check_link(file, link) {
                findings
                    .push(Finding::new(line.number, format!("the link `{link}` leads nowhere: {reason}")));
            }
        }
        findings
    }

    /// Checks the target of a link in a file.
    fn check_link(&self, file: &str, link: &str) -> Result<(), &'static str> {
        let has_scheme = link.contains("://") || link.starts_with("mailto:");
        if has_scheme {
            return Ok(());
        }
        let (path, fragment) = link.split_once('#').map_or((link, None), |(path, rest)| (path, Some(rest)));
        let target = if path.is_empty() { Some(file.to_owned()) } else { resolve(file, path) };
        let Some(target) = target.filter(|target| target.is_empty() || self.paths.contains(target)) else {
            return Err("there is no such file");
        };
        match (fragment, self.anchors.get(&target)) {
            (Some(fragment), Some(anchors)) if !anchors.contains(fragment) => Err("there is no such heading"),
            _ => Ok(()),
        }
    }

    /// Returns whether a path exists, from the root of the repository or from the folder of the file that names it.
    fn exists(&self, file: &str, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        self.paths.contains(path) || resolve(file, path).is_some_and(|path| self.paths.contains(&path))
    }

    /// Returns whether a file or folder has this path, from some folder on.
    fn is_end_of_path(&self, path: &str) -> bool {
        let is_end = |whole: &String| {
            whole.strip_suffix(path).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
        };
        self.paths.iter().any(is_end)
    }
}

/// Returns a finding for each page of `docs` that the README does not link to.
pub(super) fn unlinked_pages(files: &[String], readme: &str) -> Vec<String> {
    let is_page = |file: &&String| file.starts_with("docs/") && file.matches('/').count() == 1;
    let unlinked = files.iter().filter(is_page).filter(|file| !readme.contains(&format!("({file})")));
    unlinked.map(|file| format!("README.md has no link to {file}")).collect()
}

/// A line of a Markdown file.
struct MarkdownLine<'t> {
    number: usize,
    text: &'t str,
    /// Whether the line is in a fenced block.
    is_code: bool,
}

impl<'t> MarkdownLine<'t> {
    /// Returns the lines of a text, without the fences.
    fn all(text: &'t str) -> impl Iterator<Item = Self> {
        let mut is_code = false;
        text.lines().zip(1..).filter_map(move |(text, number)| {
            if text.trim_start().starts_with("```") {
                is_code = !is_code;
                return None;
            }
            Some(Self { number, text, is_code })
        })
    }
}

/// Returns the code spans of a line.
fn code_spans(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Returns the targets of the inline links of a line, `[text](target)`.
fn link_targets(line: &str) -> Vec<&str> {
    // Text in code spans is not a link, but the text of a link can be code.
    let starts = line.match_indices("](").filter(|(at, _)| {
        let before = line.get(..*at).unwrap_or_default();
        before.matches('`').count() % 2 == 0
    });
    let targets = starts.filter_map(|(at, mark)| line.get(at + mark.len()..)?.split([')', ' ']).next());
    targets.collect()
}

/// Returns the parts of a text that can be paths, without the punctuation around them.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let is_path = |char: char| char.is_ascii_alphanumeric() || "._-/*<>{}$:@#".contains(char);
    text.split(move |char: char| !is_path(char)).map(|word| word.trim_end_matches(['.', ':']))
}

/// Returns whether a word is a path from the root of the repository, and not a pattern for several.
fn is_repository_path(word: &str) -> bool {
    is_literal(word) && FOLDERS.iter().any(|folder| word.starts_with(folder) && word.len() > folder.len())
}

/// Returns whether a word has only characters of paths.
fn is_literal(word: &str) -> bool {
    word.chars().all(|char| char.is_ascii_alphanumeric() || "._-/".contains(char))
}

/// Resolves a path that is relative to the folder of a file. Returns `None` if it leads out of the repository.
fn resolve(file: &str, path: &str) -> Option<String> {
    let folder = Path::new(file).parent()?.to_str()?;
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Returns the anchor that GitHub gives to a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|char| char.is_alphanumeric() || " -_".contains(*char));
    kept.map(|char| if char == ' ' { '-' } else { char.to_ascii_lowercase() }).collect()
}
