//! Text in the HTML of rustdoc.

/// Returns the text between two marks, and what follows the second one.
pub(super) fn between<'a>(html: &'a str, start: &str, end: &str) -> Option<(&'a str, &'a str)> {
    let (_, rest) = html.split_once(start)?;
    rest.split_once(end)
}

/// Returns the part of a page below a section header with this id, up to the next one.
pub(super) fn section<'a>(page: &'a str, id: &str) -> Option<&'a str> {
    let (_, rest) = page.split_once(&format!("<h2 id=\"{id}\""))?;
    // A `<section>` of the sidebar or of an example never contains a section header.
    Some(rest.split_once("<h2 id=").map_or(rest, |(section, _)| section))
}

/// Returns the text of some HTML: without tags, entities replaced.
pub(super) fn text(html: &str) -> String {
    // The summary of a long declaration, such as "Show 14 variants", is not part of it.
    let mut html = html.to_owned();
    while let Some((before, rest)) = html.split_once("<summary") {
        let after = rest.split_once("</summary>").map_or("", |(_, after)| after);
        html = format!("{before}{after}");
    }
    // Attributes are the only lines that end with a tag instead of a line break.
    let html = html.replace("</div>", "\n");
    let mut text = String::with_capacity(html.len());
    let mut rest = html.as_str();
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        rest = after.split_once('>').map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    ENTITIES.iter().fold(text, |text, (entity, character)| text.replace(entity, character))
}

/// The entities that rustdoc writes. `&amp;` is last, so that no entity is replaced twice.
const ENTITIES: &[(&str, &str)] = &[
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&#39;", "'"),
    ("&#x27;", "'"),
    ("&nbsp;", " "),
    // The mark of a return type with a notable trait.
    (" ⓘ", ""),
    ("&amp;", "&"),
];

/// Returns a text on one line, with single spaces.
pub(super) fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // rustdoc breaks long lists of parameters, and adds a comma to the last one.
    line.replace("( ", "(").replace(", )", ")").replace(" )", ")")
}
