//! Structured output in a response.

mod json_in_text;

use outcrop_core::{
    ContentBlock, ErrorKind, FinishReason, ModelError, Note, NoteAction, RawJson, Stage, TextContent,
};

use self::json_in_text::candidates;
use crate::context::{OutputMode, StructuredOutput};
use crate::json_tree::JsonTree;
use crate::schema::{SchemaError, coerce};

/// How a response ended, as far as its structured output depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The model ended it, so that its text is the output.
    Complete,
    /// The model called a tool.
    Calls,
    /// It was cut, filtered, or ended for an unknown reason: an output that does not match its schema is not an error.
    Other,
}

impl Ending {
    /// Returns the ending of a response, by the reason that the service gave.
    pub(crate) fn from_reason(given: Option<&FinishReason>) -> Self {
        match given {
            Some(FinishReason::Stop) => Self::Complete,
            Some(FinishReason::ToolCalls) => Self::Calls,
            _ => Self::Other,
        }
    }
}

/// Finds the structured output of a response and marks it. Returns notes on it.
///
/// # Errors
/// Of kind `InvalidOutput` if a response that is complete has an output that does not match its schema.
pub(crate) fn extract(
    structured: &StructuredOutput,
    blocks: &mut Vec<ContentBlock>,
    ending: Ending,
) -> Result<Vec<Note>, ModelError> {
    match &structured.mode {
        OutputMode::Tool { name, keep_call } => {
            extract_from_call(structured, name, *keep_call, blocks, ending)
        }
        OutputMode::Native | OutputMode::Prompt => {
            extract_from_text(structured, blocks, ending, ending == Ending::Complete)
        }
    }
}

/// Replaces the calls of the output tool by their input as text: a program must not run them.
///
/// In AG2 the calls stay, marked.
pub(crate) fn hide_calls(structured: &StructuredOutput, blocks: &mut [ContentBlock]) {
    let OutputMode::Tool { name, keep_call } = &structured.mode else { return };
    for block in blocks {
        let ContentBlock::ToolCall(call) = &mut *block else { continue };
        if call.name == *name {
            call.structured = Some(true);
            if !keep_call {
                *block = TextContent::new(call.arguments.as_str()).into();
            }
        }
    }
}

/// Takes the output from the first call of its tool, whatever the stop reason, or from the text if there is no call.
///
/// In AG2 the text comes first and the call stays, marked; otherwise the text replaces the call.
fn extract_from_call(
    structured: &StructuredOutput,
    name: &str,
    keep_call: bool,
    blocks: &mut Vec<ContentBlock>,
    ending: Ending,
) -> Result<Vec<Note>, ModelError> {
    let is_call = |block: &ContentBlock| block.as_tool_call().is_some_and(|call| call.name == name);
    let Some(index) = blocks.iter().position(is_call) else {
        return extract_from_text(structured, blocks, ending, false);
    };
    let Some(call) = blocks.get(index).and_then(ContentBlock::as_tool_call) else { return Ok(Vec::new()) };
    // An empty input is legal for a schema that requires nothing, unless the response ended before the input.
    let is_incomplete = call.is_incomplete() || (ending == Ending::Other && call.arguments.trim() == "{}");
    let given = RawJson::parse(call.arguments.as_str()).ok();
    let given = given.as_ref().and_then(JsonTree::parse).ok_or_else(not_json);
    let coerced = given.and_then(|given| coerce_output(structured, &given));
    if is_incomplete || (ending == Ending::Other && coerced.is_err()) {
        // The beginning of an output becomes text, as it is for a model that writes the output as its text.
        hide_calls(structured, blocks);
        let is_empty = |block: &ContentBlock| matches!(block, ContentBlock::Text(text) if matches!(text.text.trim(), "" | "{}"));
        if blocks.get(index).is_some_and(is_empty) {
            blocks.remove(index);
        }
        return Ok(Vec::new());
    }
    let (output, notes) = match coerced {
        Ok(found) => found,
        Err(error) => {
            // The error has the response: a program that shows it to the model must not find a call to run there.
            hide_calls(structured, blocks);
            return Err(error);
        }
    };
    let mut text = TextContent::new(output.as_str());
    text.structured = Some(true);
    if keep_call {
        hide_calls(structured, blocks);
        blocks.insert(0, text.into());
    } else {
        blocks.insert(index, text.into());
        blocks.retain(|block| !is_call(block));
    }
    Ok(notes)
}

/// Takes the output from the text of a response. Text that accompanies calls is not the output yet.
///
/// `is_required` makes a text without the output an error.
fn extract_from_text(
    structured: &StructuredOutput,
    blocks: &mut Vec<ContentBlock>,
    ending: Ending,
    is_required: bool,
) -> Result<Vec<Note>, ModelError> {
    let calls = |block: &ContentBlock| block.as_tool_call().is_some_and(|call| !call.runs_on_server());
    if ending == Ending::Other || blocks.iter().any(calls) {
        return Ok(Vec::new());
    }
    let text_of = |block: &ContentBlock| match block {
        ContentBlock::Text(text) => Some(text.text.clone()),
        _ => None,
    };
    let text: String = blocks.iter().filter_map(text_of).collect();
    let mut first_error = None;
    let mut found = None;
    for (given, is_whole) in candidates(&text) {
        match coerce_output(structured, &given) {
            Ok((output, notes)) => {
                let is_unchanged = is_whole && !structured.is_wrapped && given.to_json() == output;
                found = Some((output, notes, is_whole, is_unchanged));
                break;
            }
            Err(error) => drop(first_error.get_or_insert(error)),
        }
    }
    let Some((output, mut notes, is_whole, is_unchanged)) = found else {
        return if is_required { Err(first_error.unwrap_or_else(not_json)) } else { Ok(Vec::new()) };
    };
    if !is_whole {
        let message = "dropped the text around the structured output: only the output is JSON";
        notes.push(Note::new("structured.text", NoteAction::Dropped, "messages[0].content", message));
    }
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
///
/// A model may leave out the object around the output, which only the request needs.
fn coerce_output(
    structured: &StructuredOutput,
    given: &JsonTree,
) -> Result<(RawJson, Vec<Note>), ModelError> {
    let given = unwrap_properties(structured, given).unwrap_or(given);
    let coerced = coerce(given, &structured.schema).or_else(|error| {
        if !structured.is_wrapped {
            return Err(error);
        }
        let wrapped = JsonTree::Object([("data", given.clone())].into_iter().collect());
        coerce(&wrapped, &structured.schema).map_err(|_| error)
    });
    let coerced = coerced.map_err(|error| schema_mismatch(&error.path, &error.message))?;
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

fn not_json() -> ModelError {
    schema_mismatch("", "the output is not JSON, or nested too deep")
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
