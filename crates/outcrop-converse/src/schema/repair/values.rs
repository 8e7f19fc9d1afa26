//! Keywords whose values are not schemas: texts, numbers, flags and lists.

use outcrop_core::{NoteAction, RawJson};

use super::{Repairer, flag};
use crate::json_tree::JsonTree;
use crate::schema::keywords::Path;

/// The value that a keyword must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    Text,
    /// A text that a scalar or a list of texts may spell.
    Prose,
    Number,
    Positive,
    Count,
    Flag,
    /// A list of any values.
    Values,
    Anchor,
    Id,
    Object,
}

/// Returns the value that a keyword must have: <https://json-schema.org/draft/2020-12/meta/validation> and its siblings.
pub(super) fn expected(keyword: &str) -> Option<Expected> {
    Some(match keyword {
        "$comment" | "$schema" | "contentEncoding" | "contentMediaType" | "format" | "pattern" => {
            Expected::Text
        }
        "description" | "title" => Expected::Prose,
        "exclusiveMaximum" | "exclusiveMinimum" | "maximum" | "minimum" => Expected::Number,
        "multipleOf" => Expected::Positive,
        "maxContains" | "maxItems" | "maxLength" | "maxProperties" | "minContains" | "minItems"
        | "minLength" | "minProperties" => Expected::Count,
        "deprecated" | "readOnly" | "uniqueItems" | "writeOnly" => Expected::Flag,
        "enum" | "examples" => Expected::Values,
        "$anchor" | "$dynamicAnchor" | "$recursiveAnchor" => Expected::Anchor,
        "$id" => Expected::Id,
        "$vocabulary" => Expected::Object,
        _ => return None,
    })
}

impl Repairer<'_, '_> {
    /// Repairs a keyword that has no schemas. An unknown one is an annotation, and stays.
    pub(super) fn plain(
        &mut self,
        keyword: &str,
        value: &JsonTree,
        at: &Path<'_>,
    ) -> Option<(String, JsonTree)> {
        let Some(expected) = expected(keyword) else { return Some((keyword.to_owned(), value.clone())) };
        if is_valid(expected, value) {
            if keyword == "enum" && value.as_list().is_some_and(<[JsonTree]>::is_empty) {
                self.invalid(NoteAction::Dropped, at, "dropped the keyword: it allows no value at all");
                return None;
            }
            return Some((keyword.to_owned(), value.clone()));
        }
        if let (Expected::Id, Some(anchor)) = (expected, anchor_in_id(value)) {
            self.invalid(
                NoteAction::Changed,
                at,
                "moved to `$anchor`: an id has no fragment since draft 2019-09",
            );
            return Some(("$anchor".to_owned(), anchor));
        }
        match read_as(expected, value) {
            Some(read) => {
                self.invalid(NoteAction::Changed, at, message(expected));
                Some((keyword.to_owned(), read))
            }
            None => {
                self.invalid(NoteAction::Dropped, at, "dropped the keyword: no draft allows its value");
                None
            }
        }
    }
}

/// Returns the number that a value is or spells.
pub(super) fn number(value: &JsonTree) -> Option<JsonTree> {
    if is_valid(Expected::Number, value) { Some(value.clone()) } else { read_as(Expected::Number, value) }
}

fn is_valid(expected: Expected, value: &JsonTree) -> bool {
    match expected {
        Expected::Text | Expected::Prose => value.kind() == "string",
        Expected::Number => value.kind() == "number",
        Expected::Positive => value.as_number().is_some_and(|number| number > 0.0),
        Expected::Count => value.as_number().is_some_and(|number| number >= 0.0 && number.fract() == 0.0),
        Expected::Flag => value.kind() == "boolean",
        Expected::Values => value.as_list().is_some(),
        Expected::Anchor => value.as_text().is_some_and(|text| is_anchor(&text)),
        Expected::Id => value.as_text().is_some_and(|id| {
            let fragment = id.split_once('#').map(|(_, fragment)| fragment);
            fragment.is_none_or(str::is_empty)
        }),
        // Only whole documents that are meta-schemas have vocabularies.
        Expected::Object => false,
    }
}

/// Reads a value as what its author meant. `None` if that is not certain.
fn read_as(expected: Expected, value: &JsonTree) -> Option<JsonTree> {
    let number = || {
        let text = value.as_text()?;
        RawJson::parse(text.trim()).ok().map(JsonTree::Scalar).filter(|read| is_valid(expected, read))
    };
    match expected {
        Expected::Prose => match value {
            JsonTree::Scalar(scalar) => Some(JsonTree::string(scalar.as_str())),
            JsonTree::List(lines) => {
                let lines: Option<Vec<String>> = lines.iter().map(JsonTree::as_text).collect();
                lines.filter(|lines| !lines.is_empty()).map(|lines| JsonTree::string(&lines.join(" ")))
            }
            JsonTree::Object(_) => None,
        },
        Expected::Number | Expected::Positive | Expected::Count => number(),
        Expected::Flag => flag(value).map(|flag| JsonTree::Scalar(RawJson::bool(flag))),
        // A single value, or the members of an enumeration with their values.
        Expected::Values => match value {
            JsonTree::Scalar(_) | JsonTree::List(_) => Some(JsonTree::List(vec![value.clone()])),
            JsonTree::Object(members) => {
                let is_scalar = |member: &JsonTree| matches!(member, JsonTree::Scalar(_));
                let is_enum = !members.is_empty() && members.values().all(is_scalar);
                is_enum.then(|| JsonTree::List(members.values().cloned().collect()))
            }
        },
        Expected::Text | Expected::Anchor | Expected::Id | Expected::Object => None,
    }
}

fn message(expected: Expected) -> &'static str {
    match expected {
        Expected::Values => "put into a list: the keyword has a list of values",
        Expected::Number | Expected::Positive | Expected::Count => "changed to a number: it is a string",
        Expected::Flag => "changed to a boolean: it is a string",
        _ => "changed to a string: the keyword has a text",
    }
}

/// Returns the anchor in the `$id` of drafts 06 and 07: `#foo`.
fn anchor_in_id(value: &JsonTree) -> Option<JsonTree> {
    let id = value.as_text()?;
    let name = id.strip_prefix('#').filter(|name| is_anchor(name))?;
    Some(JsonTree::string(name))
}

/// Returns whether a text is the name of an anchor: <https://json-schema.org/draft/2020-12/json-schema-core#section-8.2.2>.
fn is_anchor(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'))
}
