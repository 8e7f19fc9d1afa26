//! One item of the public API, extracted from its page.

use super::html::{between, one_line, section, text};

/// Unstable marker traits that the compiler implements.
const COMPILER_TRAITS: &[&str] = &["Freeze", "StructuralPartialEq"];

/// The most characters of a line. The value of a constant can be a whole file.
const LONGEST: usize = 400;

/// An item and the lines that describe it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Item {
    /// The path with the kind, such as `struct outcrop_core::ToolSpec`.
    pub(super) path: String,
    /// The declaration, the inherent associated items and the implemented traits.
    pub(super) lines: Vec<String>,
}

/// Parses the page of an item. Associated items and traits are sorted, so that moving code changes nothing.
pub(super) fn parse(path: String, page: &str) -> Result<Item, String> {
    let (declaration, _) = between(page, "<pre class=\"rust item-decl\"><code>", "</code></pre>")
        .ok_or_else(|| format!("the page of {path} has no declaration"))?;
    let mut lines: Vec<String> =
        text(declaration).lines().map(str::trim_end).filter(|line| !line.is_empty()).map(shorten).collect();
    // The page of an alias repeats the implementations of the aliased type.
    if !path.starts_with("type ") {
        lines.extend(inherent(page));
        lines.extend(traits(page));
        lines.extend(missing_auto_traits(page));
    }
    Ok(Item { path, lines })
}

/// Cuts a line that is too long for review.
fn shorten(line: &str) -> String {
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} …", line.get(..end).unwrap_or(line)),
        None => line.to_owned(),
    }
}

/// Returns the signatures of inherent methods and constants.
fn inherent(page: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for implementation in implementations(page, "implementations") {
        // The header only matters if it has parameters or bounds.
        let is_plain = !implementation.header.contains(['<', ':']);
        let prefix = if is_plain { String::new() } else { format!("{} :: ", implementation.header) };
        lines.extend(implementation.items.iter().map(|item| format!("{prefix}{item}")));
    }
    lines.sort();
    lines
}

/// Returns one line with the traits that are implemented for the plain type, and a line for each other implementation.
fn traits(page: &str) -> Vec<String> {
    let (mut plain, mut others) = (Vec::new(), Vec::new());
    for implementation in implementations(page, "trait-implementations") {
        let types: Vec<&String> =
            implementation.items.iter().filter(|item| item.starts_with("type ")).collect();
        let header = &implementation.header;
        let rest = header.strip_prefix("impl ").or_else(|| header.strip_prefix("impl<'de> "));
        match rest.and_then(|rest| rest.split_once(" for ")) {
            Some((name, target)) if types.is_empty() && !target.contains(['<', ' ', '&', '(']) => {
                plain.extend(Some(name).filter(|name| !COMPILER_TRAITS.contains(name)).map(str::to_owned));
            }
            _ if types.is_empty() => others.push(header.clone()),
            _ => others.push(types.iter().fold(header.clone(), |line, item| format!("{line}, {item}"))),
        }
    }
    plain.sort();
    others.sort();
    let plain = Some(plain).filter(|plain| !plain.is_empty());
    plain.map(|plain| format!("impl {}", plain.join(", "))).into_iter().chain(others).collect()
}

/// Returns the auto traits that a type does not implement. Losing `Send` breaks callers without any other trace.
fn missing_auto_traits(page: &str) -> Vec<String> {
    let mut lines: Vec<String> = implementations(page, "synthetic-implementations")
        .into_iter()
        .map(|implementation| implementation.header)
        .filter(|header| header.contains("impl !") || header.contains("> !"))
        .filter(|header| !COMPILER_TRAITS.iter().any(|name| header.contains(&format!("!{name} "))))
        .collect();
    lines.sort();
    lines
}

/// A block of an implementation.
struct Implementation {
    /// The line such as `impl Clone for ToolSpec`.
    header: String,
    /// The signatures of the items.
    items: Vec<String>,
}

/// Returns the implementations of a section.
fn implementations(page: &str, id: &str) -> Vec<Implementation> {
    let mut found: Vec<Implementation> = Vec::new();
    let mut rest = section(page, id).unwrap_or_default();
    while let Some((_, after)) = rest.split_once("class=\"code-header\">") {
        // `h3` is the header of an implementation, and `h4` that of an item.
        let Some((header, after)) = before_first(after, ["</h3>", "</h4>"]) else { break };
        let line = one_line(&text(header));
        match found.last_mut() {
            Some(last) if !line.starts_with("impl") => last.items.push(line),
            _ => found.push(Implementation { header: line, items: Vec::new() }),
        }
        rest = after;
    }
    found
}

/// Splits a text at whichever mark comes first.
fn before_first<'a>(text: &'a str, marks: [&str; 2]) -> Option<(&'a str, &'a str)> {
    marks.iter().filter_map(|mark| text.split_once(mark)).min_by_key(|(before, _)| before.len())
}
