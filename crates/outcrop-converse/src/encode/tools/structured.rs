//! Structured output: enforced by the service, or requested as the input of a tool.

use outcrop_core::{ModelError, ModelRequest, Note, NoteAction, OrderedMap, RawJson};

use super::schemas::schema_note;
use super::{keyword_scope, specifications};
use crate::context::{OutputMode, StructuredOutput};
use crate::encode::target::Target;
use crate::json_tree::{JsonTree, Parsed};
use crate::naming::Pattern;
use crate::options::{Dialect, OutputSchema};
use crate::schema::{
    ChangeKind, Normalized, SchemaError, alternatives, normalize_all, strict_schema, tool_input_schema,
};
use crate::wire::{
    AnyToolChoice, JsonSchemaDefinition, OutputFormat, OutputFormatStructure, OutputFormatType,
    SpecificToolChoice, Tool, ToolChoice, ToolConfiguration, ToolInputSchema, ToolSpecification,
};

/// The name of the tool whose input is the structured output, if the format has none.
pub(super) const STRUCTURED_OUTPUT: &str = "__structured_output";

/// The sentence that is appended to the description of the tool if the model cannot be forced to call it.
const OUTPUT_PROMPT: &str = "Call this tool to give your final answer, and do not give it in any other way.";

/// The sentence before the schema in the system prompt, for a model that has neither an enforced output nor tools.
const SYSTEM_PROMPT: &str =
    "Respond with JSON that conforms to this JSON Schema, and with nothing else before or after it:";

const DEFAULT_DESCRIPTION: &str = "Respond with a JSON object.";

/// Requests a structured output, if the options or the request want one: by the output format of the service if the
/// model supports it, else by a tool, which is added to `tools`, or by the system prompt if the model has no tools. AG2 always
/// uses a tool.
pub(super) fn request_structured_output(
    tools: &mut Vec<Tool>,
    request: &ModelRequest,
    target: &Target<'_>,
    notes: &mut Vec<Note>,
) -> Result<(Option<StructuredOutput>, Option<OutputFormat>), ModelError> {
    let Some(output) = target.options.output_schema(request.response_format.as_ref()) else {
        return Ok((None, None));
    };
    let dialect = target.options.dialect;
    let (schema, is_wrapped) = object_schema(&output, dialect, notes).map_err(invalid_schema)?;
    if let Some(format) = native_format(&schema, &output, target, notes) {
        let structured = StructuredOutput { mode: OutputMode::Native, schema, is_wrapped };
        return Ok((Some(structured), Some(format)));
    }
    if target.adapts() && !target.is_ag2() && target.capabilities.tools.is_unsupported() {
        let message =
            "requested by the system prompt: the model supports neither tools nor an enforced format";
        notes.push(Note::new("structured.prompt", NoteAction::Changed, "response_format", message));
        return Ok((Some(StructuredOutput { mode: OutputMode::Prompt, schema, is_wrapped }), None));
    }
    let json = schema.to_json();
    // AG2 describes each such tool by the same sentence, so that dropping the description of a type has no note: types have
    // one from their documentation, and must pass `strict`.
    let description = schema.get("description").and_then(JsonTree::as_text);
    let input = tool_input_schema(Some(&json), keyword_scope(dialect), description.as_deref());
    let input = input.map_err(invalid_schema)?;
    // AG2 drops `additionalProperties`, which an attribute of the type has written.
    let changes = input.changes.into_iter().filter(|_| !(output.is_derived() && target.is_ag2()));
    notes.extend(changes.map(|change| schema_note(change, "response_format")));
    let (name, description) = match (dialect, &output) {
        (Dialect::Ag2, _) => (
            STRUCTURED_OUTPUT.to_owned(),
            "Generate structured output matching the specified schema".to_owned(),
        ),
        (Dialect::Converse, OutputSchema::Schema(format)) => {
            let description = format.description.clone().filter(|text| !text.trim().is_empty());
            let name = tool_name(format.name.as_deref(), tools);
            (name, description.unwrap_or_else(|| DEFAULT_DESCRIPTION.to_owned()))
        }
        (Dialect::Converse, OutputSchema::AnyObject) => {
            (STRUCTURED_OUTPUT.to_owned(), DEFAULT_DESCRIPTION.to_owned())
        }
    };
    let mut spec = ToolSpecification::new(name.as_str(), ToolInputSchema::Json(input.schema));
    spec.description = Some(description);
    tools.push(Tool::ToolSpec(spec));
    let mode = OutputMode::Tool { name, keep_call: target.is_ag2() };
    Ok((Some(StructuredOutput { mode, schema, is_wrapped }), None))
}

/// Returns the output format for a model on which the service enforces the schema.
fn native_format(
    schema: &JsonTree,
    output: &OutputSchema<'_>,
    target: &Target<'_>,
    notes: &mut Vec<Note>,
) -> Option<OutputFormat> {
    let OutputSchema::Schema(format) = output else { return None };
    if target.is_ag2() || !target.capabilities.structured_output.is_supported() {
        return None;
    }
    // Notes on what a derive macro wrote would hide those on what the caller wrote, and `strict` would exclude ordinary types
    // (U3). Nothing is lost: the response is checked against the whole schema, and parsed as the type.
    let mut add_note = |path: &str, action: NoteAction, message: &'static str| {
        if !format.is_derived() {
            let separator = if path.is_empty() { "" } else { "." };
            let path = format!("response_format{separator}{path}");
            notes.push(Note::new("structured.native", action, path, message));
        }
    };
    let Ok(strict) = strict_schema(schema) else {
        add_note("", NoteAction::Changed, "requested by a tool: the service cannot enforce this schema");
        return None;
    };
    for path in &strict.merged {
        let message = "merged into one object: an enforced schema has no alternatives of objects";
        add_note(path, NoteAction::Changed, message);
    }
    for path in &strict.described {
        let message = "moved to the description: an enforced schema does not have this keyword";
        add_note(path, NoteAction::Moved, message);
    }
    // The schema is a JSON string, and every object in it must be closed:
    // https://github.com/langchain-ai/langchain-aws/issues/884 (L95).
    let mut definition = JsonSchemaDefinition::new(strict.schema.to_json().as_str());
    definition.name = format.name.clone().filter(|name| !name.is_empty());
    definition.description = format.description.clone().filter(|text| !text.trim().is_empty());
    let structure = OutputFormatStructure::JsonSchema(definition);
    Some(OutputFormat::new(OutputFormatType::JsonSchema, structure))
}

/// Returns the text for the system prompt, if it requests the output.
pub(super) fn output_prompt(structured: &StructuredOutput) -> Option<String> {
    matches!(structured.mode, OutputMode::Prompt)
        .then(|| format!("{SYSTEM_PROMPT}\n{}", structured.schema.to_json().as_str()))
}

/// Forces the call of the output tool, or of any tool if there are others.
pub(super) fn force_output_tool(config: &mut ToolConfiguration, structured: &StructuredOutput) {
    let OutputMode::Tool { name, keep_call: false } = &structured.mode else { return };
    if matches!(config.tool_choice, Some(ToolChoice::Tool(_))) {
        return;
    }
    // With other tools the model may need several turns before its output, so that only some call is forced (L98).
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

/// Extends the description of the output tool by a request to call it, if the call cannot be forced. AG2 leaves the choice
/// to the model.
pub(super) fn prompt_for_output_tool(
    config: &mut ToolConfiguration,
    structured: &StructuredOutput,
    notes: &mut Vec<Note>,
) {
    let OutputMode::Tool { name, keep_call: false } = &structured.mode else { return };
    if matches!(config.tool_choice, Some(ToolChoice::Any(_) | ToolChoice::Tool(_))) {
        return;
    }
    // Pydantic-ai falls back to a prompt as well if thinking excludes a forced tool (L100).
    let Some(spec) = specifications(&mut config.tools).find(|spec| spec.name == *name) else { return };
    let former = spec.description.take().unwrap_or_default();
    spec.description = Some(format!("{former} {OUTPUT_PROMPT}").trim_start().to_owned());
    let message = "extended the description of the output tool: the model cannot be forced to call it";
    notes.push(Note::new("structured.tool", NoteAction::Added, "response_format", message));
}

/// Returns a name for the output tool: that of the format, if it is legal and no other tool has it.
fn tool_name(given: Option<&str>, tools: &[Tool]) -> String {
    let is_used =
        |name: &str| tools.iter().any(|tool| matches!(tool, Tool::ToolSpec(spec) if spec.name == name));
    let is_free = |name: &&str| Pattern::Alnum64Dash.matches(name) && !is_used(name);
    given.filter(is_free).unwrap_or(STRUCTURED_OUTPUT).to_owned()
}

/// Returns the schema of an object that has the output, and whether the output is in its `data`: the input of a tool is
/// always an object.
///
/// Outside of AG2's dialect, any object is in `data` as well.
fn object_schema(
    output: &OutputSchema<'_>,
    dialect: Dialect,
    notes: &mut Vec<Note>,
) -> Result<(JsonTree, bool), SchemaError> {
    let given = match output {
        // Models answer a schema that requires nothing with an empty object, so that `data` is required:
        // https://github.com/BerriAI/litellm/issues/35218 (L97).
        OutputSchema::AnyObject if dialect == Dialect::Converse => {
            let object = JsonTree::Object([("type", JsonTree::string("object"))].into_iter().collect());
            return Ok((wrap(object, None), true));
        }
        OutputSchema::AnyObject => Parsed { tree: JsonTree::Object(OrderedMap::new()), repeated: Vec::new() },
        OutputSchema::Schema(format) => {
            let parsed = JsonTree::parse_lenient(&format.schema);
            let parsed = parsed.filter(|parsed| parsed.tree.as_object().is_some());
            parsed
                .ok_or_else(|| SchemaError::new("", "the schema is not a JSON object, or nested too deep"))?
        }
    };
    let Normalized { schema, changes, .. } = normalize_all(&given);
    // A tool may accept any value in a place, but nothing else would check what the caller gets here (M26).
    if let Some(change) = changes.iter().find(|change| change.kind == ChangeKind::Reference) {
        return Err(SchemaError::new(change.path.as_str(), "the reference refers to nothing in the schema"));
    }
    notes.extend(changes.into_iter().map(|change| schema_note(change, "response_format")));
    let JsonTree::Object(mut members) = schema else {
        return Err(SchemaError::new("", "the schema is not a JSON object"));
    };
    let is_object = match members.get("type") {
        Some(kind) => kind.as_text().as_deref() == Some("object"),
        None => !is_choice(&members, output.is_derived()),
    };
    if is_object {
        members.insert("type", JsonTree::string("object"));
        if !members.contains("properties") {
            members.insert("properties", JsonTree::Object(OrderedMap::new()));
        }
        return Ok((JsonTree::Object(members), false));
    }
    let definitions = members.remove("$defs");
    Ok((wrap(JsonTree::Object(members), definitions), true))
}

/// Returns whether a schema without a type chooses between values that need not be objects, as the schema of an enum does.
///
/// Alternatives of objects stay at the top, where the caller wrote them. Those that were derived from a type do not: models
/// reject them there, and a note about it would not be about what the caller wrote (U3).
fn is_choice(members: &OrderedMap<JsonTree>, is_derived: bool) -> bool {
    let is_value = |schema: &OrderedMap<JsonTree>| {
        let kind = schema.get("type").and_then(JsonTree::as_text);
        kind.as_deref()
            .map_or_else(|| schema.contains("enum") || schema.contains("const"), |kind| kind != "object")
    };
    !members.contains("properties")
        && (is_value(members) || alternatives(members).any(|schema| is_derived || is_value(schema)))
}

/// Returns the schema of an object whose `data` has the given schema.
fn wrap(data: JsonTree, definitions: Option<JsonTree>) -> JsonTree {
    let mut outer = OrderedMap::new();
    outer.insert("type", JsonTree::string("object"));
    outer.insert("properties", JsonTree::Object([("data", data)].into_iter().collect()));
    outer.insert("required", JsonTree::List(vec![JsonTree::Scalar(RawJson::from("data"))]));
    if let Some(definitions) = definitions {
        outer.insert("$defs", definitions);
    }
    JsonTree::Object(outer)
}

fn invalid_schema(error: SchemaError) -> ModelError {
    let separator = if error.path.is_empty() { "" } else { "." };
    ModelError::invalid_request(
        "InvalidSchema",
        format!("response_format{separator}{}", error.path),
        error.message,
    )
}

#[cfg(test)]
mod tests;
