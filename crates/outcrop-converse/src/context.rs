//! What the response to a request is decoded with. The encoder fills it in, and the decoders read it.

use outcrop_core::{ContentBlock, Note, NoteAction, Price, RawJson};

use crate::catalog::Catalog;
use crate::json_tree::{JsonTree, object_in_string};
use crate::naming::{InputNameMap, KeyRenamer, Pattern, ToolNameMap};
use crate::options::Dialect;
use crate::origin;
use crate::wire::{self, ToolUseType};
use crate::written_calls::WrittenTools;

/// The parts of a request that its response is decoded with.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ResponseContext {
    /// The model that the request was sent to.
    pub model: String,
    /// The caller's own price; the list price if `None`.
    pub price: Option<Price>,
    /// The dialect of the response: AG2 keeps a stop reason even if the content contradicts it.
    pub dialect: Dialect,
    /// The models' capabilities and list prices.
    pub catalog: Catalog,
    /// How the structured output of the request was requested.
    pub(crate) structured: Option<StructuredOutput>,
    /// The names of tools that were replaced in the request.
    pub(crate) names: ToolNameMap,
    /// The names of properties of tool inputs that were replaced in the request.
    pub(crate) input_names: InputNameMap,
    /// The tools that the model may call in its own format.
    pub(crate) written_tools: WrittenTools,
    /// Whether the response is decoded by its content even in AG2's dialect.
    pub(crate) is_by_content: bool,
    /// Whether a response that lacks members is accepted even in AG2's dialect.
    pub(crate) is_tolerant: bool,
}

impl ResponseContext {
    /// Sets the model that the request was sent to.
    #[must_use]
    pub fn with_model(self, model: impl Into<String>) -> Self {
        Self { model: model.into(), ..self }
    }

    /// Sets the caller's own price, which replaces the list price.
    #[must_use]
    pub fn with_price(self, price: Price) -> Self {
        Self { price: Some(price), ..self }
    }

    /// Sets the dialect of the response.
    #[must_use]
    pub fn with_dialect(self, dialect: Dialect) -> Self {
        Self { dialect, ..self }
    }

    /// Sets the catalog of models.
    #[must_use]
    pub fn with_catalog(self, catalog: Catalog) -> Self {
        Self { catalog, ..self }
    }

    /// Decodes the response by its content, also in AG2's dialect.
    ///
    /// AG2 keeps a stop reason that the content contradicts, counts missing usage as 0, rejects a response without a stop
    /// reason, and calls every response completed. Requests whose turns are merged are decoded by content anyway.
    #[must_use]
    pub fn by_content(self) -> Self {
        Self { is_by_content: true, ..self }
    }

    /// Keeps responses that lack members, also in AG2's dialect, as the clients of this workspace do.
    ///
    /// A response without a stop reason is not an error, usage that is missing is unknown instead of 0, and the stop reason
    /// `tool_use` without a call is `stop`: the service bills such a response, and its caller must be able to use it. Everything
    /// else follows AG2, unlike with [`by_content`](Self::by_content).
    #[must_use]
    pub fn tolerant(self) -> Self {
        Self { is_tolerant: true, ..self }
    }

    /// Returns whether a response that lacks members is treated as AG2 does.
    pub(crate) fn fails_as_ag2(&self) -> bool {
        self.follows_ag2() && !self.is_tolerant
    }

    /// Returns whether the request has the format of structured output.
    #[must_use]
    pub fn has_structured_output(&self) -> bool {
        self.structured.is_some()
    }

    /// Returns whether the response follows AG2 where its content contradicts it.
    pub(crate) fn follows_ag2(&self) -> bool {
        self.dialect == Dialect::Ag2 && !self.is_by_content
    }

    /// Replaces the name of a tool in a response by the caller's, if the request had to replace it (L26), and drops the
    /// tokens of the model's own format from it. Returns a note on the latter, for which `path` is that of the name.
    ///
    /// Tools that the service runs have the service's own names.
    pub(crate) fn restore_tool_name(
        &self,
        name: &mut String,
        kind: Option<&ToolUseType>,
        path: impl FnOnce() -> String,
    ) -> Option<Note> {
        // A server tool may have the name that a caller's tool was given: its name is never replaced (L46).
        if kind == Some(&ToolUseType::ServerToolUse) {
            return None;
        }
        let note = without_tokens(name).map(str::to_owned).map(|clean| {
            *name = clean;
            let message = "dropped a token of the model's own format from the name of the tool: no tool can have such a name";
            Note::new("response.tool_call", NoteAction::Changed, path(), message)
        });
        if let Some(original) = self.names.original(name) {
            original.clone_into(name);
        }
        note
    }

    /// Replaces the names of tools, and of the properties of their inputs, in a message. Returns notes on tokens in names.
    pub(crate) fn restore_names(&self, message: &mut wire::Message) -> Vec<Note> {
        let mut notes = Vec::new();
        for (index, block) in message.content.iter_mut().flatten().enumerate() {
            if let wire::ContentBlock::ToolUse(call) = block {
                let path = || format!("output.message.content[{index}].toolUse.name");
                notes.extend(self.restore_tool_name(&mut call.name, call.kind.as_ref(), path));
                if call.kind != Some(ToolUseType::ServerToolUse) {
                    let names = self.input_names.get(&call.name);
                    call.input = call.input.take().map(|input| match (names, object_in_string(&input)) {
                        (Some(names), Some(object)) => RawJson::from(names.restore(&object).as_str()),
                        (Some(names), None) => names.restore(&input),
                        (None, _) => input,
                    });
                }
            }
        }
        notes
    }

    /// Returns what restores the names of properties in the input of a call that arrives in pieces. `name` is the caller's
    /// name of the tool.
    pub(crate) fn input_restorer(&self, name: &str, kind: Option<&ToolUseType>) -> Option<KeyRenamer> {
        let names = self.input_names.get(name).filter(|_| kind != Some(&ToolUseType::ServerToolUse))?;
        Some(names.restorer())
    }

    /// Records in a block which model it is bound to, so that it is never sent to another one (M32).
    pub(crate) fn record_signing_model(&self, block: &mut ContentBlock) {
        origin::record_signing_model(block, &self.model, &self.catalog);
    }
}

/// Returns the name of a tool without the tokens of the model's own format. `None` if it is legal, or if it would not be
/// legal without them.
///
/// gpt-oss ends names with the channel that it writes to (`get_weather<|channel|>commentary`) or begins them with the
/// namespace of its format (`functions.get_weather`): <https://github.com/vllm-project/vllm/issues/32587>.
fn without_tokens(name: &str) -> Option<&str> {
    let clean = name.split("<|").next().unwrap_or_default().trim();
    let clean = clean.strip_prefix("functions.").unwrap_or(clean);
    let pattern = Pattern::Alnum64Dash;
    (!pattern.matches(name) && pattern.matches(clean)).then_some(clean)
}

/// The parts of a response that are not in its body.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ResponseMetadata {
    /// The service's id of the call.
    pub request_id: Option<String>,
    /// When the response arrived, in seconds since 1970.
    pub created: Option<u64>,
}

impl ResponseMetadata {
    /// Creates metadata without an id and a time.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the service's id of the call.
    #[must_use]
    pub fn with_request_id(self, request_id: impl Into<String>) -> Self {
        Self { request_id: Some(request_id.into()), ..self }
    }

    /// Sets when the response arrived, in seconds since 1970.
    #[must_use]
    pub fn with_created(self, seconds: u64) -> Self {
        Self { created: Some(seconds), ..self }
    }

    /// Returns the id of the response: the service's own, or one made from the time.
    pub(crate) fn into_id(self) -> String {
        self.request_id.unwrap_or_else(|| format!("bedrock-{}", self.created.unwrap_or(0)))
    }

    /// Returns an id for a tool call of the response that came without one, counted from 1: its result must name one.
    /// See <https://github.com/vercel/ai/commit/e6087c9> (L32).
    pub(crate) fn call_id(&self, number: usize) -> String {
        format!("{}-{number}", self.clone().into_id())
    }

    /// Adds ids to the tool calls of a message that have none.
    pub(crate) fn assign_call_ids(&self, message: &mut wire::Message) {
        let calls = message.content.iter_mut().flatten().filter_map(|block| match block {
            wire::ContentBlock::ToolUse(call) => Some(call),
            _ => None,
        });
        for (call, number) in calls.zip(1..) {
            if call.tool_use_id.is_empty() {
                call.tool_use_id = self.call_id(number);
            }
        }
    }
}

/// How a structured output was requested.
#[derive(Clone, Debug)]
pub(crate) struct StructuredOutput {
    pub(crate) mode: OutputMode,
    /// The schema of the output, or of the object that has it.
    pub(crate) schema: JsonTree,
    /// Whether the output is in the `data` of an object, because its schema is not that of an object.
    pub(crate) is_wrapped: bool,
}

/// Where a structured output comes from.
#[derive(Clone, Debug)]
pub(crate) enum OutputMode {
    /// The input of a tool.
    Tool {
        name: String,
        /// Whether the call stays in the response next to the output, as in AG2.
        keep_call: bool,
    },
    /// The text of the response, on which the service enforces the schema.
    Native,
    /// The text of the response, which the system prompt requests.
    Prompt,
}

impl StructuredOutput {
    /// Returns whether the output is the input of this tool.
    pub(crate) fn is_tool(&self, name: &str) -> bool {
        self.tool() == Some(name)
    }

    /// Returns the name of the tool whose input is the output.
    pub(crate) fn tool(&self) -> Option<&str> {
        match &self.mode {
            OutputMode::Tool { name, .. } => Some(name),
            OutputMode::Native | OutputMode::Prompt => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use outcrop_core::Price;

    use super::ResponseContext;
    use crate::catalog::Catalog;
    use crate::options::Dialect;

    #[test]
    fn each_field_of_a_context_has_a_setter() {
        let price = Price::per_thousand(1.0, 2.0);
        let catalog = Catalog::builtin();
        let context = ResponseContext::default()
            .with_model("m")
            .with_price(price)
            .with_dialect(Dialect::Converse)
            .with_catalog(catalog.clone())
            .by_content();
        assert!(context.is_by_content);
        assert_eq!((context.model.as_str(), context.price), ("m", Some(price)));
        assert_eq!((context.dialect, context.catalog), (Dialect::Converse, catalog));
    }
}
