//! Structured answers.

use outcrop_core::{
    ContentBlock, ErrorKind, FinishReason, ModelError, Note, NoteAction, RawJson, Stage, TextContent,
};

use crate::schema::{SchemaError, conform};
use crate::tree::Tree;

/// The structured answer that a request asked for.
#[derive(Clone, Debug)]
pub(crate) struct StructuredOutput {
    /// How the model was asked for it.
    pub(crate) way: AnswerWay,
    /// The schema of the answer, or of the object that it stands in.
    pub(crate) schema: Tree,
    /// Whether the answer stands in an object's `data`, because its schema is not that of an object.
    pub(crate) wrapped: bool,
}

/// How a model is asked for a structured answer.
#[derive(Clone, Debug)]
pub(crate) enum AnswerWay {
    /// As the input of a tool.
    Tool {
        /// The tool.
        name: String,
        /// Whether the call stays beside the answer, as AG2 has it.
        stays: bool,
    },
    /// As its words, which the service holds to the schema.
    Text,
}

impl StructuredOutput {
    /// Whether the answer is the input of this tool.
    pub(crate) fn is_by(&self, tool: &str) -> bool {
        matches!(&self.way, AnswerWay::Tool { name, .. } if name == tool)
    }

    /// Fits what the model gave to the schema: the answer as text, and notes where it is beyond a bound.
    fn fitted(&self, given: Option<&Tree>) -> Result<(RawJson, Vec<Note>), ModelError> {
        let Some(given) = given else {
            return Err(does_not_fit("", "the answer is no JSON value, or nested too deep"));
        };
        let given = self.unwrapped(given).unwrap_or(given);
        let fitted =
            conform(given, &self.schema).map_err(|error| does_not_fit(&error.path, &error.message))?;
        let answer = match fitted.value.get("data") {
            Some(inner) if self.wrapped => inner.to_json(),
            _ => fitted.value.to_json(),
        };
        let note = |breach: SchemaError| {
            Note::new("structured.bounds", NoteAction::Warned, breach.path, breach.message)
        };
        Ok((answer, fitted.breaches.into_iter().map(note).collect()))
    }
}

impl StructuredOutput {
    /// What stands in `properties` alone, as some models answer that take the schema for a form (lesson L99).
    fn unwrapped<'t>(&self, given: &'t Tree) -> Option<&'t Tree> {
        let inner = given.get("properties").filter(|inner| inner.as_object().is_some())?;
        let is_alone = given.as_object().is_some_and(|members| members.len() == 1);
        let properties = self.schema.get("properties").and_then(Tree::as_object)?;
        let is_asked_for = properties.is_empty() || properties.contains("properties");
        (is_alone && !is_asked_for).then_some(inner)
    }
}

/// Finds the structured answer, when the model gave one, and marks it as such. An answer beyond a bound of the schema is
/// noted.
pub(crate) fn find(
    wanted: &StructuredOutput,
    blocks: &mut Vec<ContentBlock>,
    finish: Option<&FinishReason>,
) -> Result<Vec<Note>, ModelError> {
    match &wanted.way {
        AnswerWay::Tool { name, stays } => in_call(wanted, name, *stays, blocks),
        AnswerWay::Text => in_words(wanted, blocks, finish),
    }
}

/// The input of the first call of the tool, whatever the stop reason. AG2 has it first, as text, and the call stays where
/// it was; else the text takes the place of the call.
fn in_call(
    wanted: &StructuredOutput,
    name: &str,
    stays: bool,
    blocks: &mut Vec<ContentBlock>,
) -> Result<Vec<Note>, ModelError> {
    let is_call = |block: &ContentBlock| block.as_tool_call().is_some_and(|call| call.name == name);
    let Some(at) = blocks.iter().position(is_call) else { return Ok(Vec::new()) };
    let call = blocks.get(at).and_then(ContentBlock::as_tool_call);
    let given = call.and_then(|call| RawJson::parse(call.arguments.as_str()).ok());
    let (answer, notes) = wanted.fitted(given.as_ref().and_then(Tree::of).as_ref())?;
    let mut text = TextContent::new(answer.as_str());
    text.structured = Some(true);
    if stays {
        blocks.insert(0, text.into());
    } else {
        blocks.insert(at, text.into());
        blocks.retain(|block| !is_call(block));
    }
    Ok(notes)
}

/// The words of the answer, where the model came to its end: cut off, or with calls to wait for, they are no answer yet.
fn in_words(
    wanted: &StructuredOutput,
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
    let words: String = blocks.iter().filter_map(text_of).collect();
    let given = RawJson::parse(words.as_str()).ok().as_ref().and_then(Tree::of);
    let (answer, notes) = wanted.fitted(given.as_ref())?;
    let is_as_given = !wanted.wrapped && given.is_some_and(|given| given.to_json() == answer);
    let mut first = true;
    blocks.retain_mut(|block| match block {
        ContentBlock::Text(text) if first => {
            first = false;
            text.structured = Some(true);
            text.text = if is_as_given { words.clone() } else { answer.as_str().to_owned() };
            true
        }
        ContentBlock::Text(_) => false,
        _ => true,
    });
    Ok(notes)
}

fn does_not_fit(path: &str, message: &str) -> ModelError {
    ModelError::new(ErrorKind::InvalidOutput, format!("the structured answer does not fit its schema: {message}"))
        .with_code("StructuredOutputValidation")
        .with_stage(Stage::Replied)
        .with_path(path)
        .with_hint("models do better with a simpler schema and with descriptions; the answer itself is in the error's body")
}
