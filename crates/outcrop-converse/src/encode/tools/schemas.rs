//! Schemas of tools, adapted as far as the model is known to reject them.

use std::collections::BTreeSet;

use outcrop_core::{ModelRequest, Note, NoteAction};

use super::{ToolSource, join_path, property_names, specifications};
use crate::catalog::{ModelFamily, Support};
use crate::encode::target::Target;
use crate::json_tree::JsonTree;
use crate::naming::InputNameMap;
use crate::rule::Rule;
use crate::schema::{
    ChangeKind, MAX_UNIONS, SchemaChange, strict_schema, union_count, without_alternatives,
    without_arguments, without_null,
};
use crate::wire::{ToolConfiguration, ToolInputSchema, ToolSpecification};

/// The most strict tools of a request. See <https://github.com/vercel/ai/commit/eb16508> (L41).
const MAX_STRICT_TOOLS: usize = 20;

/// What decides how schemas are adapted, and where notes point.
pub(super) struct SchemaScope<'a> {
    /// Where the tools with a schema come from, in their order.
    pub(super) sources: &'a [ToolSource],
    pub(super) request: &'a ModelRequest,
    pub(super) target: &'a Target<'a>,
}

/// Adapts the schemas that the model rejects, and returns the names of properties that it replaced. All other schemas stay
/// as the caller gave them.
pub(super) fn adapt_tool_schemas(
    config: &mut ToolConfiguration,
    scope: SchemaScope<'_>,
    notes: &mut Vec<Note>,
) -> InputNameMap {
    let mut names = InputNameMap::default();
    if !scope.target.adapts() {
        return names;
    }
    let is_claude = scope.target.family() == ModelFamily::Claude;
    let mut adapter = SchemaAdapter { scope, notes };
    if is_claude {
        for (index, spec) in specifications(&mut config.tools).enumerate() {
            adapter.rename_properties(spec, index, &mut names);
            if adapter.flatten(spec, index) {
                // Alternatives that refer to definitions have properties of their own.
                adapter.rename_properties(spec, index, &mut names);
            }
        }
        adapter.enforce_union_limit(config);
    }
    let mut strict = 0;
    for (index, spec) in specifications(&mut config.tools).enumerate() {
        if spec.strict == Some(true) {
            strict += 1;
            adapter.apply_strict(spec, index, strict > MAX_STRICT_TOOLS);
        }
    }
    names
}

/// Returns the note on a change that made a schema valid, given the path of the schema.
pub(super) fn schema_note(change: SchemaChange, schema: &str) -> Note {
    let rule = match change.kind {
        ChangeKind::Invalid => "schema.invalid",
        ChangeKind::Reference => "schema.reference",
        ChangeKind::Dialect | ChangeKind::Narrowed => "tools.schema",
    };
    Note::new(rule, change.action, join_path(schema, &change.path), change.message)
}

struct SchemaAdapter<'s> {
    scope: SchemaScope<'s>,
    notes: &'s mut Vec<Note>,
}

impl SchemaAdapter<'_> {
    /// Replaces the names of properties that the model rejects.
    fn rename_properties(&mut self, spec: &mut ToolSpecification, index: usize, names: &mut InputNameMap) {
        if !self.scope.target.has(Rule::PropertyNames) {
            return;
        }
        let Some(renamed) = tree(spec).and_then(|schema| property_names::rename(&schema)) else { return };
        spec.input_schema = ToolInputSchema::Json(renamed.schema.to_json());
        names.extend(&spec.name, &renamed.names);
        let paths: BTreeSet<String> = renamed.paths.iter().map(|path| self.path(index, path)).collect();
        for path in paths {
            let message = "replaced the name of the property, in the arguments of calls as well: the model rejects it; the response has the original";
            self.note(Rule::PropertyNames.id(), NoteAction::Changed, path, message);
        }
    }

    /// Merges alternatives at the top of a schema into one object. Returns whether it had any.
    fn flatten(&mut self, spec: &mut ToolSpecification, index: usize) -> bool {
        // Claude rejects `oneOf`, `allOf` and `anyOf` at the top, and one such tool makes the whole request fail:
        // https://github.com/block/goose/issues/2150 (M22).
        let Some(flat) = tree(spec).and_then(|schema| without_alternatives(&schema)) else { return false };
        spec.input_schema = ToolInputSchema::Json(flat.schema.to_json());
        let message = if flat.has_description {
            "merged into one object: the model rejects alternatives at the top; the description has what is lost"
        } else {
            "merged into one object: the model rejects alternatives at the top"
        };
        for keyword in flat.removed {
            let path = self.path(index, keyword);
            self.note("tools.schema", NoteAction::Changed, path, message);
        }
        true
    }

    /// Removes `null` from types, if there are more union types than Claude accepts.
    fn enforce_union_limit(&mut self, config: &mut ToolConfiguration) {
        // More than 16 union types over all tools are an error. See langchain-aws, `_strip_null_anyof` (L40).
        let supports_strict = self.scope.target.capabilities.strict_tools.is_supported();
        if count_unions(config, supports_strict) <= MAX_UNIONS {
            return;
        }
        for (index, spec) in specifications(&mut config.tools).enumerate() {
            let Some(schema) = tree(spec) else { continue };
            let stripped = without_null(&schema);
            if stripped != schema {
                spec.input_schema = ToolInputSchema::Json(stripped.to_json());
                let message =
                    "removed `null` from its types: the tools have more union types than the model accepts";
                let path = self.path(index, "");
                self.note("tools.schema", NoteAction::Changed, path, message);
            }
        }
        if count_unions(config, supports_strict) > MAX_UNIONS {
            let message = "the tools have more union types than the model accepts, even without `null`";
            self.note("tools.schema", NoteAction::Warned, "tools", message);
        }
    }

    /// Rewrites the schema of a strict tool, or drops `strict` if that is not possible.
    ///
    /// Strict schemas allow only some keywords, and every object must be closed; the description has the rest.
    fn apply_strict(&mut self, spec: &mut ToolSpecification, index: usize, is_over_limit: bool) {
        // Opus 4.7 and later reject `strict`: https://github.com/vercel/ai/commit/bc8ed78 (L41). The keywords are those that
        // pydantic-ai tried live in 2026-05 (L42).
        let message = match self.scope.target.capabilities.strict_tools {
            Support::No => "dropped `strict`: the model does not support it",
            _ if is_over_limit => "dropped `strict`: a request has at most twenty strict tools",
            Support::Unknown => return,
            Support::Yes => {
                let schema = tree(spec).map(|schema| self.close_without_arguments(schema, index));
                match schema.map(|schema| strict_schema(&schema)) {
                    Some(Ok(strict)) => {
                        for path in strict.merged {
                            let path = self.path(index, &path);
                            let message =
                                "merged into one object: a strict schema has no alternatives of objects";
                            self.note("tools.schema", NoteAction::Changed, path, message);
                        }
                        for path in strict.described {
                            let path = self.path(index, &path);
                            let message =
                                "moved to the description: a strict schema does not have this keyword";
                            self.note("tools.schema", NoteAction::Moved, path, message);
                        }
                        spec.input_schema = ToolInputSchema::Json(strict.schema.to_json());
                        return;
                    }
                    Some(Err(_)) | None => "dropped `strict`: the schema cannot be made strict",
                }
            }
        };
        spec.strict = None;
        let source = self.scope.sources.get(index);
        let path = source.map_or_else(|| "tools".to_owned(), |source| source.strict.clone());
        self.note("tools.strict", NoteAction::Dropped, path, message);
    }

    /// Closes the schema of a tool without arguments. The caller's own schema decides, before AG2's keywords are removed.
    fn close_without_arguments(&self, schema: JsonTree, index: usize) -> JsonTree {
        let own = match self.scope.request.tools.get(index).map(|tool| tool.parameters.as_ref()) {
            Some(Some(own)) => JsonTree::parse(own),
            Some(None) | None => Some(schema.clone()),
        };
        let has_none = own.is_some_and(|own| without_arguments(&own).is_some());
        if has_none { without_arguments(&schema).unwrap_or(schema) } else { schema }
    }

    /// Returns the path of a part of a schema in the request.
    fn path(&self, index: usize, part: &str) -> String {
        self.scope.sources.get(index).map_or_else(|| "tools".to_owned(), |source| source.path(part))
    }

    fn note(
        &mut self,
        rule: &'static str,
        action: NoteAction,
        path: impl Into<String>,
        message: &'static str,
    ) {
        self.notes.push(Note::new(rule, action, path, message));
    }
}

/// Counts the union types of all schemas, as they will be sent.
fn count_unions(config: &mut ToolConfiguration, supports_strict: bool) -> usize {
    let count = |spec: &mut ToolSpecification| {
        let schema = tree(spec)?;
        let is_strict = supports_strict && spec.strict == Some(true);
        let strict = if is_strict { strict_schema(&schema).ok() } else { None };
        Some(union_count(strict.as_ref().map_or(&schema, |strict| &strict.schema)))
    };
    specifications(&mut config.tools).filter_map(count).sum()
}

fn tree(spec: &ToolSpecification) -> Option<JsonTree> {
    match &spec.input_schema {
        ToolInputSchema::Json(schema) => JsonTree::parse(schema),
        ToolInputSchema::Unknown(_) => None,
    }
}

#[cfg(test)]
mod tests;
