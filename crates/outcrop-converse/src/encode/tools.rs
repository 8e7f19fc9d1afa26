//! Tools: what is offered, with which schemas, and what the model may choose.
//!
//! Tools are planned before the turns are made and finished after them: the history may need tools of its own, and the
//! turns decide whether the model thinks, which limits its choice.

mod choice;
mod config;
mod parallel;
mod property_names;
mod schemas;
mod structured;

use std::cell::OnceCell;

use outcrop_core::{JsonObject, ModelError, ModelRequest, Note, RawJson, UnifiedMessage};

use super::target::Target;
use crate::context::StructuredOutput;
use crate::json_tree::JsonTree;
use crate::naming::InputNameMap;
use crate::options::Dialect;
use crate::schema::{KeywordScope, existing_path};
use crate::wire::{OutputFormat, SystemTool, Tool, ToolConfiguration, ToolSpecification};

/// The tools that are given in Bedrock's own form.
pub(super) struct ServiceTools {
    pub(super) config: Option<ToolConfiguration>,
    pub(super) system_tools: Vec<SystemTool>,
}

/// The tools of a request, before its turns are known.
pub(super) struct Tools {
    pub(super) config: Option<ToolConfiguration>,
    /// How the structured output is requested, if there is one.
    pub(super) structured: Option<StructuredOutput>,
    /// The output format of a structured output that the service enforces itself.
    pub(super) output_format: Option<OutputFormat>,
    /// The names of properties that were replaced in the schemas.
    pub(super) input_names: InputNameMap,
}

impl Tools {
    /// Builds the tool configuration, with the tool of the structured output, and adapts its schemas.
    ///
    /// # Errors
    /// Two tools of one name, a schema that the service rejects in any form, tools for a model without tools, or the
    /// choice of a tool that is not offered.
    pub(super) fn plan(
        request: &ModelRequest,
        messages: &[UnifiedMessage],
        given: ServiceTools,
        target: &Target<'_>,
        notes: &mut Vec<Note>,
    ) -> Result<Self, ModelError> {
        let offer = config::Offer { request, messages, target };
        let (mut tools, mut sources) = offer.build(given, notes)?;
        if let Some(config) = &mut tools.config {
            if let Some(structured) = &tools.structured {
                structured::force_output_tool(config, structured);
            }
            choice::check_tools(config, tools.structured.is_some(), request, target)?;
            let parsed = sources.iter_mut().map(|source| source.sent.take()).collect();
            let scope = schemas::SchemaScope { sources: &sources, request, target };
            tools.input_names = schemas::adapt_tool_schemas(config, parsed, scope, notes);
        }
        Ok(tools)
    }
}

/// Returns the text that requests the structured output in the system prompt, for a model without a better way.
pub(super) fn output_prompt(structured: &StructuredOutput) -> Option<String> {
    structured::output_prompt(structured)
}

/// Adapts the choice of tools, once it is known whether the model thinks.
pub(super) fn finish_choice(
    config: &mut ToolConfiguration,
    structured: Option<&StructuredOutput>,
    is_thinking: bool,
    target: &Target<'_>,
    notes: &mut Vec<Note>,
) {
    choice::adapt_tool_choice(config, is_thinking, target, notes);
    if let Some(structured) = structured {
        structured::prompt_for_output_tool(config, structured, notes);
    }
}

/// Writes the field for one call at a time, if the request sets it.
pub(super) fn write_parallel_calls(
    config: Option<&ToolConfiguration>,
    fields: &mut JsonObject,
    request: &ModelRequest,
    target: &Target<'_>,
    notes: &mut Vec<Note>,
) {
    parallel::write_parallel_calls(config, fields, request, target, notes);
}

/// Where a tool with a schema comes from, for notes.
pub(super) struct ToolSource {
    /// The path of its schema.
    schema: String,
    /// The path of its member `strict`.
    strict: String,
    /// The given schema.
    given: Option<RawJson>,
    /// The schema as it is sent, if it is parsed already.
    sent: Option<JsonTree>,
    parsed: OnceCell<Option<JsonTree>>,
}

impl ToolSource {
    fn new(schema: String, strict: String, given: Option<RawJson>) -> Self {
        Self { schema, strict, given, sent: None, parsed: OnceCell::new() }
    }

    fn with_sent(self, sent: Option<JsonTree>) -> Self {
        Self { sent, ..self }
    }

    /// Returns the path in the request of a part of the schema: of the closest part that was given, since what is in the place
    /// of a reference was given elsewhere.
    fn path(&self, part: &str) -> String {
        let parse = || JsonTree::parse_lenient(self.given.as_ref()?).map(|parsed| parsed.tree);
        let part = self.parsed.get_or_init(parse).as_ref().map_or("", |given| existing_path(given, part));
        join_path(&self.schema, part)
    }
}

/// Appends the path of a part to that of a schema.
fn join_path(schema: &str, part: &str) -> String {
    let separator = if part.is_empty() || part.starts_with('[') { "" } else { "." };
    format!("{schema}{separator}{part}")
}

/// Iterates over the tools that have a schema.
fn specifications(tools: &mut [Tool]) -> impl Iterator<Item = &mut ToolSpecification> {
    tools.iter_mut().filter_map(|tool| if let Tool::ToolSpec(spec) = tool { Some(spec) } else { None })
}

/// Returns which keywords a dialect sends at the top of a tool's schema.
fn keyword_scope(dialect: Dialect) -> KeywordScope {
    match dialect {
        Dialect::Ag2 => KeywordScope::Ag2,
        Dialect::Converse => KeywordScope::All,
    }
}

#[cfg(test)]
mod tests;
