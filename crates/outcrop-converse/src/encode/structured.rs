//! Structured answers: held to a schema by the service, or asked for by a tool.

use std::collections::BTreeSet;

use outcrop_core::{ModelError, NoteAction, OrderedMap, RawJson};

use super::Encoder;
use super::options::Wanted;
use crate::decode::{AnswerWay, StructuredOutput};
use crate::encode::Dialect;
use crate::schema::{SchemaError, inline_references, strict_schema, tool_input_schema};
use crate::tree::Tree;
use crate::wire::{
    AnyToolChoice, JsonSchemaDefinition, OutputFormat, OutputFormatStructure, OutputFormatType,
    SpecificToolChoice, Tool, ToolChoice, ToolConfiguration, ToolInputSchema, ToolSpecification,
};

/// The name of the tool whose input is the structured answer, where no other was given.
pub(crate) const STRUCTURED_OUTPUT: &str = "__structured_output";

impl Encoder<'_> {
    /// Asks for a structured answer, if there shall be one: of the service where it can hold the model to a schema, else
    /// by a tool. AG2 asks by a tool always.
    pub(super) fn structured_tool(
        &mut self,
        tools: &mut Vec<Tool>,
    ) -> Result<Option<StructuredOutput>, ModelError> {
        let Some(wanted) = self.options.schema_for(self.request.response_format.as_ref()) else {
            return Ok(None);
        };
        let (schema, wrapped) = answer_schema(&wanted, self.options.dialect).map_err(invalid_schema)?;
        if self.is_held_to(&schema, &wanted) {
            return Ok(Some(StructuredOutput { way: AnswerWay::Text, schema, wrapped }));
        }
        let json = schema.to_json();
        let input = tool_input_schema(Some(&json), self.options.dialect).map_err(invalid_schema)?.schema;
        let (name, description) = match (self.options.dialect, &wanted) {
            (Dialect::Ag2, _) => (
                STRUCTURED_OUTPUT.to_owned(),
                "Generate structured output matching the specified schema".to_owned(),
            ),
            (Dialect::Converse, Wanted::Schema(format)) => {
                let description = format.description.clone().filter(|text| !text.trim().is_empty());
                (
                    tool_name(format.name.as_deref(), tools),
                    description.unwrap_or_else(|| JSON_OBJECT.to_owned()),
                )
            }
            (Dialect::Converse, Wanted::AnyObject) => (tool_name(None, tools), JSON_OBJECT.to_owned()),
        };
        let mut spec = ToolSpecification::new(name.as_str(), ToolInputSchema::Json(input));
        spec.description = Some(description);
        tools.push(Tool::ToolSpec(spec));
        let way = AnswerWay::Tool { name, stays: self.keeps_to_ag2() };
        Ok(Some(StructuredOutput { way, schema, wrapped }))
    }

    /// Whether the service holds the model to the answer's schema (lessons L95, L96 and M27).
    fn is_held_to(&mut self, schema: &Tree, wanted: &Wanted<'_>) -> bool {
        let Wanted::Schema(format) = wanted else { return false };
        if self.keeps_to_ag2() || !self.takes.structured_output.is_supported() {
            return false;
        }
        let Ok(held) = strict_schema(schema) else {
            let message = "asked for by a tool, since no model can be held to such a schema";
            self.note("structured.native", NoteAction::Changed, "response_format", message);
            return false;
        };
        for place in held.merged {
            let message = "put together into one object, since the model is held to the members of one";
            self.note("structured.native", NoteAction::Changed, format!("response_format.{place}"), message);
        }
        for place in held.told {
            let message = "told to the model in words, since it cannot be held to it";
            self.note("structured.native", NoteAction::Moved, format!("response_format.{place}"), message);
        }
        let output = self.bedrock.options.output.get_or_insert_default();
        // A format in Converse's own words is the caller's last word.
        output.text_format.get_or_insert_with(|| {
            let mut definition = JsonSchemaDefinition::new(held.schema.to_json().as_str());
            definition.name = format.name.clone().filter(|name| !name.is_empty());
            definition.description = format.description.clone().filter(|text| !text.trim().is_empty());
            OutputFormat::new(OutputFormatType::JsonSchema, OutputFormatStructure::JsonSchema(definition))
        });
        true
    }

    /// Makes the model answer by the tool: by this one, or by any where the caller has tools of its own (lesson L98).
    pub(super) fn force_answer(&self, config: &mut ToolConfiguration, structured: &StructuredOutput) {
        let AnswerWay::Tool { name, stays: false } = &structured.way else { return };
        if matches!(config.tool_choice, Some(ToolChoice::Tool(_))) {
            return;
        }
        let is_other = |tool: &Tool| match tool {
            Tool::ToolSpec(spec) => spec.name != *name,
            Tool::CachePoint(_) => false,
            _ => true,
        };
        config.tool_choice = Some(if config.tools.iter().any(is_other) {
            ToolChoice::Any(AnyToolChoice::new())
        } else {
            ToolChoice::Tool(SpecificToolChoice::new(name.as_str()))
        });
    }

    /// Asks in words for the answer by the tool, where the model is left the choice (lesson L100). AG2 leaves it always.
    pub(super) fn ask_for_answer(&mut self, config: &mut ToolConfiguration, structured: &StructuredOutput) {
        let AnswerWay::Tool { name, stays: false } = &structured.way else { return };
        if matches!(config.tool_choice, Some(ToolChoice::Any(_) | ToolChoice::Tool(_))) {
            return;
        }
        let spec = config.tools.iter_mut().find_map(|tool| match tool {
            Tool::ToolSpec(spec) if spec.name == *name => Some(spec),
            _ => None,
        });
        let Some(spec) = spec else { return };
        let former = spec.description.take().unwrap_or_default();
        spec.description = Some(format!("{former} {CALL_TO_ANSWER}").trim_start().to_owned());
        let message = "asked for in words, since the model cannot be made to call the tool of the answer";
        self.note("structured.tool", NoteAction::Added, "response_format", message);
    }
}

/// What a tool's description says where the model cannot be made to call it.
const CALL_TO_ANSWER: &str = "Call this tool to give your final answer, and do not give it in any other way.";

const JSON_OBJECT: &str = "Respond with a JSON object.";

/// A name for the tool of the answer: that of the schema, if no other tool has it and it is one that models take.
fn tool_name(given: Option<&str>, tools: &[Tool]) -> String {
    let taken: BTreeSet<&str> = tools
        .iter()
        .filter_map(|tool| if let Tool::ToolSpec(spec) = tool { Some(spec.name.as_str()) } else { None })
        .collect();
    let is_good = |name: &&str| {
        (1..=64).contains(&name.len())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
            && !taken.contains(name)
    };
    given.filter(is_good).unwrap_or(STRUCTURED_OUTPUT).to_owned()
}

/// The schema of the tool's input, and whether the answer stands in its `data`: a tool's input is always an object.
///
/// Some object stands in `data`, too, outside AG2's dialect: models answer an object that asks for nothing with nothing
/// (lesson L97).
fn answer_schema(wanted: &Wanted<'_>, dialect: Dialect) -> Result<(Tree, bool), SchemaError> {
    let schema = match wanted {
        Wanted::AnyObject if dialect == Dialect::Converse => {
            let object = Tree::Object([("type", Tree::string("object"))].into_iter().collect());
            return Ok((wrapped(object, None), true));
        }
        Wanted::AnyObject => Tree::Object(OrderedMap::new()),
        Wanted::Schema(format) => {
            let tree = Tree::of(&format.schema).filter(|tree| tree.as_object().is_some());
            tree.ok_or_else(|| {
                SchemaError::new("", "the schema is no JSON object, or it is nested too deep")
            })?
        }
    };
    let Tree::Object(mut members) = inline_references(&schema)? else {
        return Err(SchemaError::new("", "the schema is no JSON object"));
    };
    let is_object = members.get("type").is_none_or(|kind| kind.as_text().as_deref() == Some("object"));
    if is_object {
        members.insert("type", Tree::string("object"));
        if !members.contains("properties") {
            members.insert("properties", Tree::Object(OrderedMap::new()));
        }
        return Ok((Tree::Object(members), false));
    }
    let definitions = members.remove("$defs");
    Ok((wrapped(Tree::Object(members), definitions), true))
}

/// The schema of an object whose `data` is the answer.
fn wrapped(answer: Tree, definitions: Option<Tree>) -> Tree {
    let mut outer = OrderedMap::new();
    outer.insert("type", Tree::string("object"));
    outer.insert("properties", Tree::Object([("data", answer)].into_iter().collect()));
    outer.insert("required", Tree::List(vec![Tree::Scalar(RawJson::from("data"))]));
    if let Some(definitions) = definitions {
        outer.insert("$defs", definitions);
    }
    Tree::Object(outer)
}

fn invalid_schema(error: SchemaError) -> ModelError {
    let path = if error.path.is_empty() {
        "response_format".to_owned()
    } else {
        format!("response_format.{}", error.path)
    };
    ModelError::invalid_request("InvalidSchema", path, error.message)
}
