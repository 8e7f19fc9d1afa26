//! The tools that a request offers.

use std::collections::BTreeSet;

use outcrop_core::{
    ModelError, ModelRequest, Note, NoteAction, ToolChoice as Choice, ToolSpec, UnifiedMessage,
};

use super::structured::{STRUCTURED_OUTPUT, request_structured_output};
use super::{ServiceTools, Tools, choice, keyword_scope};
use crate::encode::target::Target;
use crate::options::Alternation;
use crate::rule::Rule;
use crate::schema::tool_input_schema;
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
    pub(super) fn build(&self, given: ServiceTools, notes: &mut Vec<Note>) -> Result<Tools, ModelError> {
        let offered = self.offered_tools(notes);
        if given.config.is_some() && !offered.is_empty() {
            let message = "tools are given twice, in `tools` and in `toolConfig`";
            return Err(ModelError::invalid_request("InvalidTool", "toolConfig", message));
        }
        let mut config =
            given.config.unwrap_or_else(|| ToolConfiguration::new(Vec::with_capacity(offered.len() + 1)));
        let mut tools = std::mem::take(&mut config.tools);
        let mut names: BTreeSet<&str> = BTreeSet::new();
        for (index, tool) in offered.iter().enumerate() {
            let path = format!("tools[{index}]");
            if !names.insert(tool.name.as_str()) {
                let message = format!("there are two tools `{}`", tool.name);
                return Err(ModelError::invalid_request("DuplicateTool", path, message));
            }
            tools.push(Tool::ToolSpec(self.tool_spec(tool, &path, notes)?));
            tools.extend(tool.cache_point.as_ref().map(|point| Tool::CachePoint(point.into())));
        }
        // The order of tools is that of the caller. Another order changes the cached prefix:
        // https://github.com/bosun-ai/swiftide/pull/1058 (M24).
        tools.extend(given.system_tools.into_iter().map(Tool::SystemTool));
        let (structured, output_format) =
            request_structured_output(&mut tools, self.request, self.target, notes)?;
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
            return Ok(Tools { config: None, structured, output_format });
        }
        config.tools = tools;
        config.tool_choice = self.request.tool_choice.as_ref().and_then(tool_choice).or(config.tool_choice);
        Ok(Tools { config: Some(config), structured, output_format })
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

    fn tool_spec(
        &self,
        tool: &ToolSpec,
        path: &str,
        notes: &mut Vec<Note>,
    ) -> Result<ToolSpecification, ModelError> {
        if tool.name.is_empty() {
            return Err(ModelError::invalid_request("InvalidTool", path, "the tool has no name"));
        }
        let keywords = keyword_scope(self.target.options.dialect);
        let input = tool_input_schema(tool.parameters.as_ref(), keywords).map_err(|error| {
            let separator = if error.path.is_empty() { "" } else { "." };
            let path = format!("{path}.parameters{separator}{}", error.path);
            ModelError::invalid_request("InvalidTool", path, error.message)
        })?;
        if input.is_narrowed {
            let message = "removed the types other than `object`: the input of a tool is an object";
            let path = format!("{path}.parameters.type");
            notes.push(Note::new("tools.schema", NoteAction::Changed, path, message));
        }
        for keyword in input.dropped {
            let message = "dropped the keyword: AG2 sends only some keywords next to `properties`";
            let path = format!("{path}.parameters.{keyword}");
            notes.push(Note::new("tools.schema", NoteAction::Dropped, path, message));
        }
        let mut spec = ToolSpecification::new(tool.name.as_str(), ToolInputSchema::Json(input.schema));
        // The service rejects an empty description (L38).
        spec.description = tool.description.clone().filter(|text| !text.trim().is_empty());
        spec.strict = tool.strict;
        Ok(spec)
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
