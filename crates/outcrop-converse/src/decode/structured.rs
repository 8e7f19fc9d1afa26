//! Structured answers.

use outcrop_core::{ContentBlock, ErrorKind, ModelError, Note, NoteAction, RawJson, Stage, TextContent};

use crate::schema::{SchemaError, conform};
use crate::tree::Tree;

/// The structured answer that a request asked for.
#[derive(Clone, Debug)]
pub(crate) struct StructuredOutput {
    /// The tool whose input is the answer.
    pub(crate) tool: String,
    /// The schema of the tool's input.
    pub(crate) schema: Tree,
    /// Whether the answer stands in the input's `data`, because its schema is not that of an object.
    pub(crate) wrapped: bool,
}

/// Puts the structured answer first, as text, when the model gave one; the call stays where it was.
///
/// Whatever the stop reason, the first call of the tool counts. An answer beyond a bound of the schema is noted.
pub(crate) fn put_first(
    wanted: &StructuredOutput,
    blocks: &mut Vec<ContentBlock>,
) -> Result<Vec<Note>, ModelError> {
    let call = blocks.iter().filter_map(ContentBlock::as_tool_call).find(|call| call.name == wanted.tool);
    let Some(call) = call else { return Ok(Vec::new()) };
    let given = RawJson::parse(call.arguments.as_str()).ok().as_ref().and_then(Tree::of);
    let Some(given) = given else {
        return Err(does_not_fit("", "the answer is no JSON value, or nested too deep"));
    };
    let fitted =
        conform(&given, &wanted.schema).map_err(|error| does_not_fit(&error.path, &error.message))?;
    let answer = match fitted.value.get("data") {
        Some(inner) if wanted.wrapped => inner.to_json(),
        _ => fitted.value.to_json(),
    };
    let mut text = TextContent::new(answer.text());
    text.structured = Some(true);
    blocks.insert(0, text.into());
    let note =
        |breach: SchemaError| Note::new("structured.bounds", NoteAction::Warned, breach.path, breach.message);
    Ok(fitted.breaches.into_iter().map(note).collect())
}

fn does_not_fit(path: &str, message: &str) -> ModelError {
    ModelError::new(ErrorKind::InvalidOutput, format!("the structured answer does not fit its schema: {message}"))
        .with_code("StructuredOutputValidation")
        .with_stage(Stage::Replied)
        .with_path(path)
        .with_hint("models do better with a simpler schema and with descriptions; the answer itself is in the error's body")
}
