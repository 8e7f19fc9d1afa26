//! Schemas of tools, adapted as far as the model is known to reject them.

use std::cell::OnceCell;
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
    without_arguments, without_foreign_patterns, without_null,
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
///
/// `parsed` has the schemas in their order, as far as they are parsed already.
pub(super) fn adapt_tool_schemas(
    config: &mut ToolConfiguration,
    parsed: Vec<Option<JsonTree>>,
    scope: SchemaScope<'_>,
    notes: &mut Vec<Note>,
) -> InputNameMap {
    let mut names = InputNameMap::default();
    if !scope.target.adapts() {
        return names;
    }
    let family = scope.target.family();
    let mut adapter = SchemaAdapter { scope, notes };
    let parsed = parsed.into_iter().chain(std::iter::repeat(None));
    let mut tools: Vec<_> = specifications(&mut config.tools)
        .zip(parsed)
        .map(|(spec, parsed)| ParsedTool {
            spec,
            schema: parsed.map(|parsed| Some(parsed).into()).unwrap_or_default(),
        })
        .collect();
    if family == ModelFamily::Claude {
        for (index, tool) in tools.iter_mut().enumerate() {
            adapter.rename_properties(tool, index, &mut names);
            if adapter.flatten(tool, index) {
                // Alternatives that refer to definitions have properties of their own.
                adapter.rename_properties(tool, index, &mut names);
            }
        }
        adapter.enforce_union_limit(&mut tools);
    }
    if family == ModelFamily::Gpt {
        for (index, tool) in tools.iter_mut().enumerate() {
            adapter.describe_patterns(tool, index);
        }
    }
    let mut strict = 0;
    for (index, tool) in tools.iter_mut().enumerate() {
        if tool.spec.strict == Some(true) {
            strict += 1;
            adapter.apply_strict(tool, index, strict > MAX_STRICT_TOOLS);
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

/// A tool, and its schema as a tree, which is parsed once for all rules that do not change it.
struct ParsedTool<'c> {
    spec: &'c mut ToolSpecification,
    schema: OnceCell<Option<JsonTree>>,
}

impl ParsedTool<'_> {
    /// Returns the schema. `None` if it cannot be parsed.
    fn schema(&self) -> Option<&JsonTree> {
        let parse = || match &self.spec.input_schema {
            ToolInputSchema::Json(schema) => JsonTree::parse(schema),
            ToolInputSchema::Unknown(_) => None,
        };
        self.schema.get_or_init(parse).as_ref()
    }

    fn set_schema(&mut self, schema: &JsonTree) {
        self.spec.input_schema = ToolInputSchema::Json(schema.to_json());
        // Parsed again if a rule needs it: a merge can nest a schema deeper than a tree may be.
        self.schema = OnceCell::new();
    }
}

struct SchemaAdapter<'s> {
    scope: SchemaScope<'s>,
    notes: &'s mut Vec<Note>,
}

impl SchemaAdapter<'_> {
    /// Replaces the names of properties that the model rejects.
    fn rename_properties(&mut self, tool: &mut ParsedTool<'_>, index: usize, names: &mut InputNameMap) {
        if !self.scope.target.has(Rule::PropertyNames) {
            return;
        }
        let Some(renamed) = tool.schema().and_then(property_names::rename) else { return };
        tool.set_schema(&renamed.schema);
        names.extend(&tool.spec.name, &renamed.names);
        let paths: BTreeSet<String> = renamed.paths.iter().map(|path| self.path(index, path)).collect();
        for path in paths {
            let message = "replaced the name of the property, in the arguments of calls as well: the model rejects it; the response has the original";
            self.note(Rule::PropertyNames.id(), NoteAction::Changed, path, message);
        }
    }

    /// Merges alternatives at the top of a schema into one object. Returns whether it had any.
    fn flatten(&mut self, tool: &mut ParsedTool<'_>, index: usize) -> bool {
        // Claude rejects `oneOf`, `allOf` and `anyOf` at the top, and one such tool makes the whole request fail:
        // https://github.com/block/goose/issues/2150 (M22).
        let Some(flat) = tool.schema().and_then(without_alternatives) else { return false };
        tool.set_schema(&flat.schema);
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

    /// Moves regular expressions that the model cannot compile to descriptions.
    fn describe_patterns(&mut self, tool: &mut ParsedTool<'_>, index: usize) {
        let Some(without) = tool.schema().and_then(without_foreign_patterns) else { return };
        tool.set_schema(&without.schema);
        for path in without.described {
            let path = self.path(index, &path);
            let message = "moved to the description: the model does not compile this regular expression";
            self.note("tools.schema", NoteAction::Moved, path, message);
        }
    }

    /// Removes `null` from types, if there are more union types than Claude accepts.
    fn enforce_union_limit(&mut self, tools: &mut [ParsedTool<'_>]) {
        // More than 16 union types over all tools are an error. See langchain-aws, `_strip_null_anyof` (L40).
        let supports_strict = self.scope.target.capabilities.strict_tools.is_supported();
        if count_unions(tools, supports_strict) <= MAX_UNIONS {
            return;
        }
        for (index, tool) in tools.iter_mut().enumerate() {
            let Some(schema) = tool.schema() else { continue };
            let stripped = without_null(schema);
            if stripped != *schema {
                tool.set_schema(&stripped);
                let message =
                    "removed `null` from its types: the tools have more union types than the model accepts";
                let path = self.path(index, "");
                self.note("tools.schema", NoteAction::Changed, path, message);
            }
        }
        if count_unions(tools, supports_strict) > MAX_UNIONS {
            let message = "the tools have more union types than the model accepts, even without `null`";
            self.note("tools.schema", NoteAction::Warned, "tools", message);
        }
    }

    /// Rewrites the schema of a strict tool, or drops `strict` if that is not possible.
    ///
    /// Strict schemas allow only some keywords, and every object must be closed; the description has the rest.
    fn apply_strict(&mut self, tool: &mut ParsedTool<'_>, index: usize, is_over_limit: bool) {
        // Opus 4.7 and later reject `strict`: https://github.com/vercel/ai/commit/bc8ed78 (L41). The keywords are those that
        // pydantic-ai tried live in 2026-05 (L42).
        let message = match self.scope.target.capabilities.strict_tools {
            Support::No => "dropped `strict`: the model does not support it",
            _ if is_over_limit => "dropped `strict`: a request has at most twenty strict tools",
            Support::Unknown => return,
            Support::Yes => {
                let schema = tool.schema().cloned().map(|schema| self.close_without_arguments(schema, index));
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
                        tool.set_schema(&strict.schema);
                        return;
                    }
                    Some(Err(_)) | None => "dropped `strict`: the schema cannot be made strict",
                }
            }
        };
        tool.spec.strict = None;
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
fn count_unions(tools: &[ParsedTool<'_>], supports_strict: bool) -> usize {
    let count = |tool: &ParsedTool<'_>| {
        let schema = tool.schema()?;
        let is_strict = supports_strict && tool.spec.strict == Some(true);
        let strict = if is_strict { strict_schema(schema).ok() } else { None };
        Some(union_count(strict.as_ref().map_or(schema, |strict| &strict.schema)))
    };
    tools.iter().filter_map(count).sum()
}

#[cfg(test)]
mod tests;
