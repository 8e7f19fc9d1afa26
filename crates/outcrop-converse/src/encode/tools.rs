//! The tools of a request.

use std::collections::BTreeSet;

use outcrop_core::{ModelError, NoteAction, ToolChoice as Choice, ToolSpec, UnifiedMessage};

use super::content::cache_point;
use super::structured::STRUCTURED_OUTPUT;
use super::{Alternation, Encoder};
use crate::decode::StructuredOutput;
use crate::repair::Rule;
use crate::schema::tool_input_schema;
use crate::wire::{
    AnyToolChoice, AutoToolChoice, SpecificToolChoice, Tool, ToolChoice, ToolConfiguration, ToolInputSchema,
    ToolSpecification,
};

impl Encoder<'_> {
    /// The tools: the caller's, unless the choice is that there be none, and that of the structured answer.
    ///
    /// # Errors
    /// Two tools of one name, or a schema that is none.
    pub(super) fn tool_config(
        &mut self,
    ) -> Result<(Option<ToolConfiguration>, Option<StructuredOutput>), ModelError> {
        let request = self.request;
        let no_calls = request.tool_choice == Some(Choice::None);
        let no_tools = no_calls && !self.needs_tools();
        let offered: &[ToolSpec] = if no_tools { &[] } else { &request.tools };
        if no_calls && !no_tools && !request.tools.is_empty() {
            self.note(
                Rule::HistoryTools.id(),
                NoteAction::Warned,
                "tools",
                "offered all the same, since calls in the history need them; Converse cannot forbid new ones",
            );
        }
        if no_tools && !request.tools.is_empty() {
            self.note(
                "tools.none",
                NoteAction::Dropped,
                "tools",
                "left out, since Converse can forbid calls only by offering no tool",
            );
        }
        let given = self.bedrock.tools.take();
        if given.is_some() && !offered.is_empty() {
            return Err(ModelError::invalid_request(
                "InvalidTool",
                "toolConfig",
                "tools are given twice, in `tools` and in `toolConfig`",
            ));
        }
        let mut config =
            given.unwrap_or_else(|| ToolConfiguration::new(Vec::with_capacity(offered.len() + 1)));
        let mut tools = std::mem::take(&mut config.tools);
        let mut names: BTreeSet<&str> = BTreeSet::new();
        for (index, tool) in offered.iter().enumerate() {
            let place = format!("tools[{index}]");
            if !names.insert(tool.name.as_str()) {
                return Err(ModelError::invalid_request(
                    "DuplicateTool",
                    place,
                    format!("there are two tools `{}`", tool.name),
                ));
            }
            tools.push(Tool::ToolSpec(self.tool_spec(tool, &place)?));
            tools.extend(tool.cache_point.as_ref().map(|point| Tool::CachePoint(cache_point(point))));
        }
        tools.extend(self.bedrock.options.system_tools.iter().cloned().map(Tool::SystemTool));
        let structured = self.structured_tool(&mut tools)?;
        if structured.as_ref().is_some_and(|s| s.is_by(STRUCTURED_OUTPUT))
            && names.contains(STRUCTURED_OUTPUT)
        {
            return Err(ModelError::invalid_request(
                "DuplicateTool",
                "tools",
                format!(
                    "`{STRUCTURED_OUTPUT}` is the tool of the structured answer, so no other may have that name"
                ),
            ));
        }
        if tools.is_empty() {
            self.choice_without_tools(request.tool_choice.as_ref())?;
            return Ok((None, structured));
        }
        config.tools = tools;
        config.tool_choice = request.tool_choice.as_ref().and_then(tool_choice).or(config.tool_choice);
        Ok((Some(config), structured))
    }

    /// Whether the history has calls that are sent, which the service refuses in a request without tools (lessons L15,
    /// M9).
    fn needs_tools(&self) -> bool {
        let is_repaired = self.options.alternation == Alternation::Merge;
        let has_calls = |message: &UnifiedMessage| message.tool_calls().next().is_some();
        is_repaired
            && self.options.rules.contains(Rule::HistoryTools)
            && self.request.messages.iter().any(has_calls)
    }

    fn tool_spec(&mut self, tool: &ToolSpec, place: &str) -> Result<ToolSpecification, ModelError> {
        if tool.name.is_empty() {
            return Err(ModelError::invalid_request("InvalidTool", place, "the tool has no name"));
        }
        let input = tool_input_schema(tool.parameters.as_ref(), self.options.dialect).map_err(|error| {
            let inner = if error.path.is_empty() {
                "parameters".to_owned()
            } else {
                format!("parameters.{}", error.path)
            };
            ModelError::invalid_request("InvalidTool", format!("{place}.{inner}"), error.message)
        })?;
        if input.is_narrowed {
            let message = "made that of an object alone, which the input of a tool is";
            self.note("tools.schema", NoteAction::Changed, format!("{place}.parameters.type"), message);
        }
        for keyword in input.dropped {
            let message = "left out, as AG2 leaves out what stands beside `properties`";
            self.note("tools.schema", NoteAction::Dropped, format!("{place}.parameters.{keyword}"), message);
        }
        let mut spec = ToolSpecification::new(tool.name.as_str(), ToolInputSchema::Json(input.schema));
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
