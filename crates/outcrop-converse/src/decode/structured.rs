//! Structured output in a response.

use outcrop_core::{
    ContentBlock, ErrorKind, FinishReason, ModelError, Note, NoteAction, RawJson, Stage, TextContent,
};

use crate::context::{OutputMode, StructuredOutput};
use crate::json_tree::JsonTree;
use crate::schema::{SchemaError, coerce};

/// Finds the structured output of a response and marks it. Returns notes on values beyond a bound of the schema.
///
/// # Errors
/// Of kind `InvalidOutput` if the output does not match its schema.
pub(super) fn extract(
    structured: &StructuredOutput,
    blocks: &mut Vec<ContentBlock>,
    finish: Option<&FinishReason>,
) -> Result<Vec<Note>, ModelError> {
    match &structured.mode {
        OutputMode::Tool { name, keep_call } => extract_from_call(structured, name, *keep_call, blocks),
        OutputMode::Native => extract_from_text(structured, blocks, finish),
    }
}

/// Takes the output from the first call of its tool, whatever the stop reason.
///
/// In AG2 the text comes first and the call stays; otherwise the text replaces the call.
fn extract_from_call(
    structured: &StructuredOutput,
    name: &str,
    keep_call: bool,
    blocks: &mut Vec<ContentBlock>,
) -> Result<Vec<Note>, ModelError> {
    let is_call = |block: &ContentBlock| block.as_tool_call().is_some_and(|call| call.name == name);
    let Some(index) = blocks.iter().position(is_call) else { return Ok(Vec::new()) };
    let call = blocks.get(index).and_then(ContentBlock::as_tool_call);
    let given = call.and_then(|call| RawJson::parse(call.arguments.as_str()).ok());
    let (output, notes) = coerce_output(structured, given.as_ref().and_then(JsonTree::parse).as_ref())?;
    let mut text = TextContent::new(output.as_str());
    text.structured = Some(true);
    if keep_call {
        blocks.insert(0, text.into());
    } else {
        blocks.insert(index, text.into());
        blocks.retain(|block| !is_call(block));
    }
    Ok(notes)
}

/// Takes the output from the text of a response that came to its end. Text that was cut off, or that accompanies tool
/// calls, is not the output yet.
fn extract_from_text(
    structured: &StructuredOutput,
    blocks: &mut Vec<ContentBlock>,
    finish: Option<&FinishReason>,
) -> Result<Vec<Note>, ModelError> {
    if finish != Some(&FinishReason::Stop) {
        return Ok(Vec::new());
    }
    let text_of = |block: &ContentBlock| match block {
        ContentBlock::Text(text) => Some(text.text.clone()),
        _ => None,
    };
    let text: String = blocks.iter().filter_map(text_of).collect();
    let given = RawJson::parse(text.as_str()).ok().as_ref().and_then(JsonTree::parse);
    let (output, notes) = coerce_output(structured, given.as_ref())?;
    let is_unchanged = !structured.is_wrapped && given.is_some_and(|given| given.to_json() == output);
    let mut first = true;
    blocks.retain_mut(|block| match block {
        ContentBlock::Text(part) if first => {
            first = false;
            part.structured = Some(true);
            part.text = if is_unchanged { text.clone() } else { output.as_str().to_owned() };
            true
        }
        ContentBlock::Text(_) => false,
        _ => true,
    });
    Ok(notes)
}

/// Coerces a value to the schema. Returns the output as JSON, and notes on values beyond a bound.
fn coerce_output(
    structured: &StructuredOutput,
    given: Option<&JsonTree>,
) -> Result<(RawJson, Vec<Note>), ModelError> {
    let Some(given) = given else {
        return Err(schema_mismatch("", "the output is not JSON, or nested too deep"));
    };
    let given = unwrap_properties(structured, given).unwrap_or(given);
    let coerced =
        coerce(given, &structured.schema).map_err(|error| schema_mismatch(&error.path, &error.message))?;
    let output = match coerced.value.get("data") {
        Some(inner) if structured.is_wrapped => inner.to_json(),
        _ => coerced.value.to_json(),
    };
    let note =
        |breach: SchemaError| Note::new("structured.bounds", NoteAction::Warned, breach.path, breach.message);
    Ok((output, coerced.breaches.into_iter().map(note).collect()))
}

/// Returns the value of a lone member `properties`, which models write that mistake the schema for a form to fill in.
fn unwrap_properties<'t>(structured: &StructuredOutput, given: &'t JsonTree) -> Option<&'t JsonTree> {
    let inner = given.get("properties").filter(|inner| inner.as_object().is_some())?;
    let is_alone = given.as_object().is_some_and(|members| members.len() == 1);
    let properties = structured.schema.get("properties").and_then(JsonTree::as_object)?;
    // Litellm unwraps it as well, unless the schema has a member of that name itself (L99).
    let is_expected = properties.is_empty() || properties.contains("properties");
    (is_alone && !is_expected).then_some(inner)
}

fn schema_mismatch(path: &str, message: &str) -> ModelError {
    let message = format!("the structured output does not match its schema: {message}");
    ModelError::new(ErrorKind::InvalidOutput, message)
        .with_code("StructuredOutputValidation")
        .with_stage(Stage::Replied)
        .with_path(path)
        .with_hint("use a simpler schema, with descriptions; the body of the error has the whole response")
}

#[cfg(test)]
mod tests;
