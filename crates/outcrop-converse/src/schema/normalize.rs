//! A given schema, made valid and free of references.

use std::collections::BTreeSet;

use outcrop_core::{NoteAction, OrderedMap};

use super::change::{ChangeKind, SchemaChange};
use super::inline::inline;
use super::keywords::{Subschemas, subschemas};
use super::references::References;
use super::repair::{Keep, repair};
use crate::json_tree::{JsonTree, Parsed};

/// The meta-schema that every schema is valid for afterwards.
const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// A schema that is valid in draft 2020-12, and refers only to its own `$defs`.
pub(crate) struct Normalized {
    pub(crate) schema: JsonTree,
    pub(crate) changes: Vec<SchemaChange>,
    /// Whether the values of its keywords may differ from those that were given.
    pub(crate) is_rewritten: bool,
}

/// Makes a schema valid, and replaces its references.
pub(crate) fn normalize_all(given: &Parsed) -> Normalized {
    normalize(given, &|_, _| Keep::Yes)
}

/// Makes a schema valid, and replaces its references. `keeps` decides which keywords at its top stay.
pub(super) fn normalize(given: &Parsed, keeps: &dyn Fn(&str, &JsonTree) -> Keep) -> Normalized {
    let mut changes: Vec<SchemaChange> = given.repeated.iter().map(|path| repeated(path)).collect();
    let wrapped = bare_properties(&given.tree);
    let root = wrapped.as_ref().unwrap_or(&given.tree);
    let references = References::find(root);
    let mut repaired = repair(root, &references, keeps);
    if wrapped.is_some() {
        changes.push(SchemaChange {
            kind: ChangeKind::Invalid,
            action: NoteAction::Changed,
            path: String::new(),
            message: "moved to `properties`: the schema has schemas under names, and no keyword",
        });
        for change in &mut repaired.changes {
            let inner = change.path.strip_prefix("properties.").map(str::to_owned);
            change.path = inner.unwrap_or_default();
        }
    }
    changes.append(&mut repaired.changes);
    // A definition that is within another part was repaired twice.
    let mut seen = BTreeSet::new();
    changes.retain(|change| seen.insert((change.path.clone(), change.message)));
    let mut schema = inline(repaired.schema, &repaired.definitions);
    changes.extend(rename_draft(&mut schema, &changes));
    let is_invalid = changes.iter().any(|change| change.kind == ChangeKind::Invalid);
    let is_rewritten = is_invalid || !references.is_empty();
    Normalized { schema, changes, is_rewritten }
}

fn repeated(path: &str) -> SchemaChange {
    SchemaChange {
        kind: ChangeKind::Invalid,
        action: NoteAction::Dropped,
        path: path.to_owned(),
        message: "dropped all values but the last: the member is repeated",
    }
}

/// Names draft 2020-12 in a schema that names another one, and was changed to the newer.
fn rename_draft(schema: &mut JsonTree, changes: &[SchemaChange]) -> Option<SchemaChange> {
    let JsonTree::Object(keywords) = schema else { return None };
    let is_other = keywords.get("$schema")?.as_text()?.trim_end_matches('#') != DRAFT;
    if !is_other || changes.iter().all(|change| change.kind != ChangeKind::Invalid) {
        return None;
    }
    keywords.insert("$schema", JsonTree::string(DRAFT));
    Some(SchemaChange {
        kind: ChangeKind::Invalid,
        action: NoteAction::Changed,
        path: "$schema".to_owned(),
        message: "changed to draft 2020-12: the schema was changed to it",
    })
}

/// Puts schemas under names into `properties`, if a whole schema is nothing else.
///
/// Callers forget the object around them, and then the model would see no property at all.
fn bare_properties(given: &JsonTree) -> Option<JsonTree> {
    let members = given.as_object().filter(|members| !members.is_empty())?;
    let is_property = |(name, schema): (&str, &JsonTree)| {
        let is_schema = schema.as_object().is_some_and(|keywords| keywords.keys().any(names_schema));
        // A keyword whose value may be an object is used as one.
        let is_keyword = subschemas(name) != Subschemas::None
            || matches!(name, "const" | "default" | "dependentRequired" | "type" | "$vocabulary");
        is_schema && !is_keyword && !name.starts_with("x-")
    };
    if !members.iter().all(is_property) {
        return None;
    }
    let kind = ("type", JsonTree::string("object"));
    let properties = ("properties", JsonTree::Object(members.clone()));
    Some(JsonTree::Object([kind, properties].into_iter().collect::<OrderedMap<_>>()))
}

fn names_schema(keyword: &str) -> bool {
    matches!(keyword, "type" | "enum" | "const" | "anyOf" | "oneOf" | "allOf" | "properties" | "items")
}
