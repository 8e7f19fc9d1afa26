//! Doc lines, function docs and comments of a source.

/// The documentation of a source, without its inline test module.
#[derive(Debug, Default)]
pub(super) struct Scan<'t> {
    /// The number of lines before the test module.
    pub(super) length: usize,
    /// The number of these lines that are not blank.
    pub(super) code_lines: usize,
    /// The number of lines that are `//` comments.
    pub(super) comments: usize,
    /// The doc lines with text, without those in code fences, with their line numbers.
    pub(super) doc_lines: Vec<(usize, &'t str)>,
    /// The first doc line of each documented function.
    pub(super) function_docs: Vec<(usize, &'t str)>,
}

impl<'t> Scan<'t> {
    /// Scans a source line by line.
    pub(super) fn parse(text: &'t str) -> Self {
        let mut scan = Self::default();
        let (mut in_fence, mut first_doc) = (false, None);
        let mut lines = text.lines().zip(1..).peekable();
        while let Some((line, number)) = lines.next() {
            let trimmed = line.trim();
            if trimmed == "#[cfg(test)]" && lines.peek().is_some_and(|(next, _)| opens_module(next)) {
                break;
            }
            scan.length += 1;
            scan.code_lines += usize::from(!trimmed.is_empty());
            if let Some((doc, is_item_doc)) = doc_text(trimmed) {
                if doc.trim_start().starts_with("```") {
                    in_fence = !in_fence;
                } else if !in_fence && !doc.trim().is_empty() {
                    scan.doc_lines.push((number, doc));
                    if is_item_doc {
                        first_doc.get_or_insert((number, doc));
                    }
                }
                continue;
            }
            in_fence = false;
            if trimmed.starts_with("//") {
                scan.comments += 1;
            } else if trimmed.is_empty() || trimmed.starts_with('#') || trimmed.starts_with(")]") {
                // Attributes may come between the docs and the item.
            } else if let Some(doc) = first_doc.take() {
                if is_function(trimmed) {
                    scan.function_docs.push(doc);
                }
            }
        }
        scan
    }
}

/// How the docs of a function begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FunctionDoc {
    /// With a third-person verb: "Returns …".
    Verb,
    /// With a noun or a clause: "The …", "Whether …", "What …".
    NounClause,
    Other,
}

/// The beginnings of docs that are noun clauses.
const NOUN_CLAUSES: &[&str] = &[
    "A", "All", "An", "Each", "Every", "How", "Of", "That", "The", "What", "When", "Where", "Whether",
    "Which", "Who",
];

/// The beginnings that end in `s` but usually are not verbs.
const NOT_VERBS: &[&str] = &[
    "Always",
    "As",
    "Besides",
    "Blocks",
    "Bytes",
    "Calls",
    "Credentials",
    "Documents",
    "Does",
    "Events",
    "Has",
    "Headers",
    "Ids",
    "Images",
    "Is",
    "Its",
    "Less",
    "Members",
    "Messages",
    "Models",
    "Names",
    "Notes",
    "Options",
    "Others",
    "Pieces",
    "Plus",
    "Prices",
    "Replies",
    "Responses",
    "Results",
    "Rules",
    "Schemas",
    "Settings",
    "These",
    "This",
    "Those",
    "Tokens",
    "Tools",
    "Turns",
    "Types",
    "Unless",
    "Values",
    "Was",
    "Words",
];

impl FunctionDoc {
    /// Classifies docs by their first word.
    pub(super) fn classify(doc: &str) -> Self {
        let first =
            doc.split(|char: char| !(char.is_alphanumeric() || char == '_')).find(|word| !word.is_empty());
        let first = first.unwrap_or_default();
        if NOUN_CLAUSES.contains(&first) {
            return Self::NounClause;
        }
        let mut chars = first.chars();
        let capitalized = chars.next().is_some_and(|char| char.is_ascii_uppercase());
        let is_verb = capitalized
            && first.len() > 2
            && first.ends_with('s')
            && chars.all(|char| char.is_ascii_lowercase())
            && !NOT_VERBS.contains(&first);
        if is_verb { Self::Verb } else { Self::Other }
    }
}

/// Returns the text of a doc comment and whether it documents an item (`///`) and not its module (`//!`).
fn doc_text(line: &str) -> Option<(&str, bool)> {
    let (doc, is_item_doc) = match line.strip_prefix("///") {
        // Four slashes are a plain comment: https://doc.rust-lang.org/reference/comments.html.
        Some(doc) if doc.starts_with('/') => return None,
        Some(doc) => (doc, true),
        None => (line.strip_prefix("//!")?, false),
    };
    Some((doc.strip_prefix(' ').unwrap_or(doc), is_item_doc))
}

/// Returns whether a line opens an inline module.
fn opens_module(line: &str) -> bool {
    let line = line.trim();
    let module = line.strip_prefix("pub ").unwrap_or(line).strip_prefix("mod ");
    module.is_some_and(|rest| rest.ends_with('{'))
}

/// Returns whether a line begins a function.
fn is_function(line: &str) -> bool {
    let mut rest = line;
    if let Some(after) = line.strip_prefix("pub") {
        let scope = after.strip_prefix('(').and_then(|after| after.split_once(')')).map(|(_, after)| after);
        rest = scope.unwrap_or(after).trim_start();
    }
    while let Some(after) =
        ["const ", "async ", "unsafe ", "default "].iter().find_map(|keyword| rest.strip_prefix(keyword))
    {
        rest = after;
    }
    rest.starts_with("fn ")
}
