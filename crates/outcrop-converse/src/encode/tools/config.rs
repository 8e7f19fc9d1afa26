//! The tools that a request offers.

use std::collections::BTreeSet;

use outcrop_core::{
    ModelError, ModelRequest, Note, NoteAction, ToolChoice as Choice, ToolSpec, UnifiedMessage,
};

use super::schemas::schema_note;
use super::structured::{STRUCTURED_OUTPUT, request_structured_output};
use super::{ServiceTools, ToolSource, Tools, choice, join_path, keyword_scope};
use crate::encode::target::Target;
use crate::json_tree::JsonTree;
use crate::naming::InputNameMap;
use crate::options::{Alternation, OutputSchema};
use crate::rule::Rule;
use crate::schema::{ChangeKind, KeywordScope, SchemaChange, SchemaError, tool_input_schema};
use crate::wire::{
    AnyToolChoice, AutoToolChoice, SpecificToolChoice, Tool, ToolChoice, ToolConfiguration, ToolInputSchema,
    ToolSpecification,
};

/// What decides which tools are offered.
pub(super) struct Offer<'a> {
    pub(super) request: &'a ModelRequest,
    pub(super) messages: &'a [UnifiedMessage],
    pub(super) target: &'a Target<'a>,
}

impl Offer<'_> {
    /// Builds the configuration: the caller's tools, unless the choice is `none`, then system tools, then the tool of the
    /// structured output.
    ///
    /// Returns where the tools with a schema come from as well, in their order.
    pub(super) fn build(
        &self,
        given: ServiceTools,
        notes: &mut Vec<Note>,
    ) -> Result<(Tools, Vec<ToolSource>), ModelError> {
        let offered = self.offered_tools(notes);
        if given.config.is_some() && !offered.is_empty() {
            let message = "tools are given twice, in `tools` and in `toolConfig`";
            return Err(ModelError::invalid_request("InvalidTool", "toolConfig", message));
        }
        let mut config =
            given.config.unwrap_or_else(|| ToolConfiguration::new(Vec::with_capacity(offered.len())));
        let mut tools = std::mem::take(&mut config.tools);
        let mut sources = self.repair_given_schemas(&mut tools, notes)?;
        let mut names: BTreeSet<&str> = BTreeSet::new();
        for (index, tool) in offered.iter().enumerate() {
            let path = format!("tools[{index}]");
            if !names.insert(tool.name.as_str()) {
                let message = format!("there are two tools `{}`", tool.name);
                return Err(ModelError::invalid_request("DuplicateTool", path, message));
            }
            let (spec, sent) = self.tool_spec(tool, &path, notes)?;
            tools.push(Tool::ToolSpec(spec));
            let (schema, strict) = (format!("{path}.parameters"), format!("{path}.strict"));
            sources.push(ToolSource::new(schema, strict, tool.parameters.clone()).with_sent(sent));
            tools.extend(tool.cache_point.as_ref().map(|point| Tool::CachePoint(point.into())));
        }
        // The order of tools is that of the caller. Another order changes the cached prefix:
        // https://github.com/bosun-ai/swiftide/pull/1058 (M24).
        tools.extend(given.system_tools.into_iter().map(Tool::SystemTool));
        let (structured, output_format) =
            request_structured_output(&mut tools, self.request, self.target, notes)?;
        sources.extend(structured.as_ref().and_then(|structured| structured.tool()).map(|_| {
            let path = || "response_format".to_owned();
            let given = match self.target.options.output_schema(self.request.response_format.as_ref()) {
                Some(OutputSchema::Schema(format)) => Some(format.schema.clone()),
                Some(OutputSchema::AnyObject) | None => None,
            };
            ToolSource::new(path(), path(), given)
        }));
        if structured.as_ref().is_some_and(|structured| structured.is_tool(STRUCTURED_OUTPUT))
            && names.contains(STRUCTURED_OUTPUT)
        {
            let message = format!(
                "`{STRUCTURED_OUTPUT}` is the tool of the structured output: no other tool may have its name"
            );
            return Err(ModelError::invalid_request("DuplicateTool", "tools", message));
        }
        if tools.is_empty() {
            choice::drop_choice_without_tools(self.request.tool_choice.as_ref(), self.target, notes)?;
            let input_names = InputNameMap::default();
            return Ok((Tools { config: None, structured, output_format, input_names }, sources));
        }
        config.tools = tools;
        config.tool_choice = self.request.tool_choice.as_ref().and_then(tool_choice).or(config.tool_choice);
        let input_names = InputNameMap::default();
        Ok((Tools { config: Some(config), structured, output_format, input_names }, sources))
    }

    /// Repairs the schemas of tools in Bedrock's own form, and returns where they come from.
    fn repair_given_schemas(
        &self,
        tools: &mut [Tool],
        notes: &mut Vec<Note>,
    ) -> Result<Vec<ToolSource>, ModelError> {
        let mut sources = Vec::new();
        for (index, tool) in tools.iter_mut().enumerate() {
            let Tool::ToolSpec(spec) = tool else { continue };
            let path = format!("toolConfig.tools[{index}].toolSpec");
            let schema = format!("{path}.inputSchema.json");
            let (mut given, mut sent) = (None, None);
            if let ToolInputSchema::Json(json) = &mut spec.input_schema {
                given = Some(json.clone());
                if self.target.adapts() {
                    let input = tool_input_schema(Some(json), KeywordScope::All, None)
                        .map_err(|error| invalid_schema(&error, &schema))?;
                    notes.extend(input.changes.into_iter().map(|change| schema_note(change, &schema)));
                    *json = input.schema;
                    sent = input.tree;
                }
            }
            sources.push(ToolSource::new(schema, format!("{path}.strict"), given).with_sent(sent));
        }
        Ok(sources)
    }

    /// Returns the caller's tools that are offered: none of them if the choice is `none`, unless the history has calls.
    fn offered_tools(&self, notes: &mut Vec<Note>) -> &[ToolSpec] {
        let request = self.request;
        // Converse has no choice `none`: https://github.com/microsoft/agent-framework/issues/4529 (L16, M9).
        if request.tool_choice != Some(Choice::None) || request.tools.is_empty() {
            return &request.tools;
        }
        if self.history_needs_tools() {
            let message =
                "kept the tools: the calls in the history need them, although `tool_choice` is `none`";
            notes.push(Note::new(Rule::HistoryTools.id(), NoteAction::Warned, "tools", message));
            return &request.tools;
        }
        let message = "dropped the tools: Converse forbids calls only in a request without tools";
        notes.push(Note::new("tools.none", NoteAction::Dropped, "tools", message));
        &[]
    }

    /// Returns whether the history has calls, which the service rejects in a request without tools (L15, M9).
    fn history_needs_tools(&self) -> bool {
        let has_calls = |message: &UnifiedMessage| message.tool_calls().next().is_some();
        self.target.options.alternation == Alternation::Merge
            && self.target.has(Rule::HistoryTools)
            && self.messages.iter().any(has_calls)
    }

    /// Builds a tool. Returns its schema as a tree as well, if it is parsed already.
    fn tool_spec(
        &self,
        tool: &ToolSpec,
        path: &str,
        notes: &mut Vec<Note>,
    ) -> Result<(ToolSpecification, Option<JsonTree>), ModelError> {
        if tool.name.is_empty() {
            return Err(ModelError::invalid_request("InvalidTool", path, "the tool has no name"));
        }
        note_dropped_members(tool, path, notes);
        let path = format!("{path}.parameters");
        let scope = keyword_scope(self.target.options.dialect);
        let input = tool_input_schema(tool.parameters.as_ref(), scope, tool.description.as_deref())
            .map_err(|error| invalid_schema(&error, &path))?;
        let is_repaired =
            |change: &SchemaChange| matches!(change.kind, ChangeKind::Invalid | ChangeKind::Reference);
        let (schema, sent) = match &tool.parameters {
            // A verbatim request shows how the service answers an invalid schema.
            Some(given) if !self.target.adapts() && input.changes.iter().any(is_repaired) => {
                (given.clone(), None)
            }
            _ => {
                notes.extend(input.changes.into_iter().map(|change| schema_note(change, &path)));
                (input.schema, input.tree)
            }
        };
        let mut spec = ToolSpecification::new(tool.name.as_str(), ToolInputSchema::Json(schema));
        // The service rejects an empty description (L38).
        spec.description = tool.description.clone().filter(|text| !text.trim().is_empty());
        spec.strict = tool.strict;
        Ok((spec, sent))
    }
}

fn invalid_schema(error: &SchemaError, path: &str) -> ModelError {
    ModelError::invalid_request("InvalidTool", join_path(path, &error.path), error.message.clone())
}

/// Notes the members of a tool that Converse has no member for.
fn note_dropped_members(tool: &ToolSpec, path: &str, notes: &mut Vec<Note>) {
    for (name, value) in tool.other.iter() {
        // `false` is what Converse does anyway.
        if value.is_null() || value.as_str() == "false" {
            continue;
        }
        let message = match name {
            // "tool-search-tool beta feature is not currently supported": https://github.com/agentgateway/agentgateway/issues/3240.
            "defer_loading" => {
                "dropped `defer_loading`: Converse has no search for tools, so that the model sees the tool"
            }
            // https://github.com/maximhq/bifrost/issues/4965
            "eager_input_streaming" => {
                "dropped `eager_input_streaming`: set the beta `fine-grained-tool-streaming-2025-05-14` in `anthropic_beta`"
            }
            _ => "dropped the member of the tool: Converse has no such member",
        };
        notes.push(Note::new("tools.member", NoteAction::Dropped, format!("{path}.{name}"), message));
    }
}

fn tool_choice(choice: &Choice) -> Option<ToolChoice> {
    match choice {
        Choice::Auto => Some(ToolChoice::Auto(AutoToolChoice::new())),
        Choice::Required => Some(ToolChoice::Any(AnyToolChoice::new())),
        Choice::Tool(name) => Some(ToolChoice::Tool(SpecificToolChoice::new(name.as_str()))),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
