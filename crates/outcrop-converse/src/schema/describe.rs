//! Moving constraints of a schema to its description.

use outcrop_core::OrderedMap;

use crate::json_tree::JsonTree;

/// Appends a text to the description of a schema.
pub(crate) fn extend_description(keywords: &mut OrderedMap<JsonTree>, text: &str) {
    let description =
        keywords.get("description").and_then(JsonTree::as_text).filter(|text| !text.trim().is_empty());
    let text = description.map_or_else(|| text.to_owned(), |description| format!("{description} ({text})"));
    keywords.insert("description", JsonTree::string(&text));
}
