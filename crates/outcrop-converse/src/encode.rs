//! Encodes requests for Converse.
//!
//! [`encode_request`] is a pipeline of stages. No stage sees the data of another:
//!
//! 1. `Parameters::plan` and `Tools::plan` read what the request sets;
//! 2. `history` makes turns that the model accepts from the messages;
//! 3. `Parameters::finish` and `tools::finish_choice` complete the body, now that the turns are known;
//! 4. `rename_identifiers` replaces illegal names and ids, everywhere in the body.

mod content;
mod encoded;
mod history;
mod parameters;
mod remove_parameter;
mod size_hint;
mod system;
mod target;
mod tools;
mod turn;

use std::borrow::Cow;

use outcrop_core::{ModelError, ModelRequest, Note, NoteAction, Role, UnifiedMessage};

pub use encoded::Encoded;
pub(crate) use history::HistoryPrefix;
pub(crate) use size_hint::size_hint;

use crate::bedrock::BedrockParams;
use crate::context::ResponseContext;
use crate::naming::ToolNameMap;
use crate::options::{Alternation, EncodeOptions};
use crate::wire::{ConversationRole, ConverseRequest, Message, SystemContentBlock};
use crate::written_calls::WrittenTools;
use content::ContentEncoder;
use history::{
    AutoCachePlan, HistoryBuilder, ModelTraits, RenameScope, RepairContext, TurnOptions, TurnStrategy,
};
use parameters::{Parameters, ServiceParameters};
use target::Target;
use tools::{ServiceTools, Tools};

/// Encodes a request for Converse.
///
/// The function is pure and deterministic: the same request gives the same bytes. Everything that must be changed so that
/// the service and the model accept the request is changed and noted; with [`EncodeOptions::strict`], a change is an
/// error. Nothing is sent that the request does not set.
///
/// ```
/// use outcrop_converse::{EncodeOptions, encode_request};
/// use outcrop_core::ModelRequest;
///
/// let request = ModelRequest::builder("amazon.nova-lite-v1:0").user("hi").max_tokens(50).build();
/// let encoded = encode_request(&request, &EncodeOptions::default())?;
/// assert_eq!(
///     encoded.to_bytes(),
///     r#"{"messages":[{"role":"user","content":[{"text":"hi"}]}],"inferenceConfig":{"maxTokens":50}}"#,
/// );
/// # Ok::<(), outcrop_core::ModelError>(())
/// ```
///
/// # Errors
/// Of kind `InvalidRequest`, with the path and a code such as `InvalidImage` or `DuplicateTool`: the service would reject
/// the request in any form.
pub fn encode_request(request: &ModelRequest, options: &EncodeOptions) -> Result<Encoded, ModelError> {
    encode_after(request, options, &mut HistoryPrefix::default())
}

/// Encodes a request whose conversation begins with a prefix. The body has only the turns after the prefix.
///
/// If the request cannot be split that way, the prefix is cleared, and the body is complete.
pub(crate) fn encode_after(
    request: &ModelRequest,
    options: &EncodeOptions,
    prefix: &mut HistoryPrefix,
) -> Result<Encoded, ModelError> {
    encode(request, options, prefix, &mut Vec::new())
}

/// Encodes a request. On an error, `notes` has the notes made before it.
pub(crate) fn encode_with_notes(
    request: &ModelRequest,
    options: &EncodeOptions,
    notes: &mut Vec<Note>,
) -> Result<Encoded, ModelError> {
    encode(request, options, &mut HistoryPrefix::default(), notes)
}

fn encode(
    request: &ModelRequest,
    options: &EncodeOptions,
    prefix: &mut HistoryPrefix,
    notes: &mut Vec<Note>,
) -> Result<Encoded, ModelError> {
    if request.model.is_empty() {
        return Err(ModelError::invalid_request("MissingModel", "model", "the request has no model")
            .with_hint("set `model` to a model id such as `us.anthropic.claude-haiku-4-5-20251001-v1:0`, or to the ARN of an inference profile"));
    }
    run_stages(request, options, prefix, notes).map_err(|error| error.with_model(&request.model))
}

fn run_stages(
    request: &ModelRequest,
    options: &EncodeOptions,
    prefix: &mut HistoryPrefix,
    notes: &mut Vec<Note>,
) -> Result<Encoded, ModelError> {
    let target = Target::new(&request.model, options);
    notes.extend(request.notes.iter().cloned());
    check_model(&target, notes)?;
    let bedrock = BedrockParams::from_request(request, notes)?;
    let messages = complete_messages(request, &target, prefix, notes);
    let messages = messages.as_ref();
    if prefix.is_incremental() && (!target.adapts() || bedrock.options.guard_last_turn_only) {
        // A verbatim request is not split, and the guarded turn would be a final one in the next request.
        prefix.clear();
    }
    system::note_unsupported(messages, request.supports_system_prompts, &target, notes);
    check_not_empty(messages, &target)?;

    let BedrockParams {
        options: mut service_options,
        service_tier,
        metadata,
        inference,
        mut system,
        tools: tool_config,
        model_fields,
    } = bedrock;
    // System tools are part of the tool configuration; the other options are members of the body.
    let system_tools = std::mem::take(&mut service_options.system_tools);
    let service = ServiceParameters { options: service_options, tier: service_tier, metadata, inference };
    let parameters = Parameters::plan(request, service, model_fields, &target, notes);
    let given = ServiceTools { config: tool_config, system_tools };
    let tools = Tools::plan(request, messages, given, &target, notes)?;
    let prompt = tools.structured.as_ref().and_then(tools::output_prompt);
    system.extend(prompt.map(SystemContentBlock::Text));
    let has_system_parameter = !system.is_empty();

    let mut body = ConverseRequest::new();
    body.tool_config = tools.config;
    let mut traits = ModelTraits::from(&target.info);
    // No model continues an assistant turn while it thinks.
    traits.prefill &= !(target.adapts() && parameters.thinking().is_extended_thinking());
    let conversation = Conversation { request, messages, system, traits: &traits, target: &target };
    if target.adapts() && !messages.is_empty() {
        conversation.prepare(&mut body, prefix, notes)?;
    } else {
        conversation.write_verbatim(&mut body, notes)?;
    }

    // The turns are complete. Whether the model thinks depends on them, and on that the remaining parameters.
    let mut finished = parameters.finish(&mut body, request, &target, notes)?;
    if let Some(config) = &mut body.tool_config {
        // Only thinking with a budget excludes forced tools; Claude 4.6 and later accept them while they think adaptively:
        // https://github.com/pydantic/pydantic-ai/issues/7960, https://github.com/langchain-ai/langchain-aws/issues/1141.
        let is_thinking = matches!(finished.thinking, parameters::Thinking::Budget { .. });
        tools::finish_choice(config, tools.structured.as_ref(), is_thinking, &target, notes);
    }
    // This comes after everything that adds names: a tool of the history, a cache point's turn, the output tool.
    let scope = RenameScope {
        tools: &request.tools,
        messages,
        ids: traits.ids,
        inputs: &tools.input_names,
        rules: &target.options.rules,
    };
    let names = rename_identifiers(&mut body, scope, &target, prefix, notes);
    tools::write_parallel_calls(body.tool_config.as_ref(), &mut finished.fields, request, &target, notes);
    parameters::drop_conflicts(&mut finished.fields, &body, &target, notes);
    finished.write_service_members(&mut body, tools.output_format, request, notes);
    content::restore_unchanged_parts(&mut body, request, messages, &target, has_system_parameter);
    parameters::check_limits(&body, &request.model)?;
    check_strict(notes, options)?;

    let context = ResponseContext {
        model: target.id.as_str().to_owned(),
        price: request.price,
        dialect: options.dialect,
        catalog: options.catalog.clone(),
        structured: tools.structured,
        names,
        input_names: tools.input_names,
        written_tools: WrittenTools::of(target.family(), &request.tools),
        is_by_content: options.alternation != Alternation::Insert,
        is_tolerant: false,
    };
    Ok(Encoded::new(target.id.as_str().to_owned(), body, std::mem::take(notes), context))
}

/// Notes what another tool adds to the id of the model.
///
/// # Errors
/// LiteLLM's region before the id: only the client decides the region.
fn check_model(target: &Target<'_>, notes: &mut Vec<Note>) -> Result<(), ModelError> {
    if let Some(suffix) = target.id.tool_suffix() {
        let message = format!(
            "dropped the suffix `{suffix}`: it is not part of the id of the model; set the beta \
             `context-1m-2025-08-07` in `anthropic_beta` for models that need it"
        );
        notes.push(Note::new("model.prefix", NoteAction::Dropped, "model", message));
    }
    if let Some(prefix) = target.id.tool_prefix() {
        let message = format!("dropped the prefix `{prefix}`: it is not part of the id of the model");
        notes.push(Note::new("model.prefix", NoteAction::Dropped, "model", message));
    }
    let id = target.id.as_str();
    if let Some((first, _)) = id.split_once('/').filter(|_| !id.starts_with("arn:")) {
        if target.id.tool_prefix().is_none() {
            // An id of OpenRouter or of models.dev: `anthropic/claude-sonnet-4.5`.
            let message = "the id of the model has a `/`, which no id of Bedrock has";
            return Err(ModelError::invalid_request("InvalidModel", "model", message).with_hint(format!(
                "remove `{first}/`, and set the id that Bedrock has for the model, such as \
                 `us.anthropic.claude-haiku-4-5-20251001-v1:0`"
            )));
        }
        // `bedrock/us-west-2/anthropic.claude-v2:1`. Calling the model in another region than the one that is named could
        // move data out of a country, so that it is not ignored.
        let message =
            "the id of the model begins with the name of a region or a route, which is not part of it";
        return Err(ModelError::invalid_request("InvalidModel", "model", message)
            .with_hint(format!("remove `{first}/` from the model, and set the region of the client")));
    }
    Ok(())
}

/// Returns the messages of a request, with an id and a name in each tool call.
fn complete_messages<'r>(
    request: &'r ModelRequest,
    target: &Target<'_>,
    prefix: &mut HistoryPrefix,
    notes: &mut Vec<Note>,
) -> Cow<'r, [UnifiedMessage]> {
    if !target.adapts() {
        return Cow::Borrowed(&request.messages);
    }
    let rules = &target.options.rules;
    let (messages, added) = history::assign_missing_ids(&request.messages, rules, target.is_ag2(), prefix);
    notes.extend(added);
    messages
}

/// Decides where `cache: auto` may place cache points. If it places none, a note says why.
fn plan_auto_cache(
    request: &ModelRequest,
    target: &Target<'_>,
    notes: &mut Vec<Note>,
) -> Option<AutoCachePlan> {
    history::plan_auto_cache(request.cache.as_ref(), target.capabilities.caching, !target.adapts(), notes)
}

/// Checks that there is a message, unless the model is a stored prompt, which has messages of its own.
fn check_not_empty(messages: &[UnifiedMessage], target: &Target<'_>) -> Result<(), ModelError> {
    if messages.is_empty() && !target.id.is_prompt() {
        let message = "the conversation has no message";
        return Err(ModelError::invalid_request("InvalidRequest", "messages", message));
    }
    Ok(())
}

/// Fails in strict mode if anything was changed.
fn check_strict(notes: &[Note], options: &EncodeOptions) -> Result<(), ModelError> {
    // A warning is sent unchanged, so that it does not count.
    let change = notes.iter().find(|note| note.action != NoteAction::Warned);
    match change.filter(|_| options.strict) {
        Some(note) => Err(ModelError::invalid_request("StrictMode", note.path.clone(), note.message.clone())
            .with_hint(
                "the request must be sent without any change; without `strict`, the change is made and noted",
            )),
        None => Ok(()),
    }
}

fn rename_identifiers(
    body: &mut ConverseRequest,
    scope: RenameScope<'_>,
    target: &Target<'_>,
    prefix: &mut HistoryPrefix,
    notes: &mut Vec<Note>,
) -> ToolNameMap {
    if !target.adapts() {
        return ToolNameMap::default();
    }
    history::rename_identifiers(body, scope, prefix, notes)
}

/// The messages of a request, with what decides how they are encoded.
struct Conversation<'a> {
    request: &'a ModelRequest,
    messages: &'a [UnifiedMessage],
    /// The system prompt of the parameters.
    system: Vec<SystemContentBlock>,
    traits: &'a ModelTraits,
    target: &'a Target<'a>,
}

impl Conversation<'_> {
    /// Writes messages, system prompt and the tools of the history into a body, prepared for the model.
    fn prepare(
        self,
        body: &mut ConverseRequest,
        prefix: &mut HistoryPrefix,
        notes: &mut Vec<Note>,
    ) -> Result<(), ModelError> {
        let Self { request, messages, system, traits, target } = self;
        let options = target.options;
        let strategy = match options.alternation {
            Alternation::Insert => TurnStrategy::Insert,
            Alternation::Merge | Alternation::Keep => TurnStrategy::Merge,
        };
        let auto_cache = plan_auto_cache(request, target, notes);
        let turn_options = TurnOptions { strategy, has_tools: body.tool_config.is_some(), auto_cache };
        let has_system_prompt = system::has_system_prompt(request.supports_system_prompts, target);
        let stay_in_place = system::stay_in_place(options);
        let opening = system::opening_instructions(messages);
        let mut history = HistoryBuilder::new(messages, turn_options, prefix, notes);
        for (index, message) in messages.iter().enumerate().skip(history.first_message()) {
            let is_instruction = message.role.is_instruction() && has_system_prompt;
            if is_instruction && (index < opening || !stay_in_place) {
                continue;
            }
            let noted = notes.len();
            let mut blocks = Vec::new();
            let encoded = if is_instruction {
                blocks = system::instruction_in_place(message, index, target, notes);
                Ok(())
            } else {
                ContentEncoder { target, notes }.message(message, index, &mut blocks)
            };
            let cx =
                &mut RepairContext { model: traits, rules: &options.rules, filler: &options.filler, notes };
            history.add_message(index, &message.role, blocks, noted, cx)?;
            // The error comes last, so that a check finds what the rules found in the blocks before it.
            encoded?;
        }
        let cx = &mut RepairContext { model: traits, rules: &options.rules, filler: &options.filler, notes };
        let turns = history.finish(cx);
        if body.tool_config.is_none() {
            body.tool_config = history::tools_from_history(&turns, prefix, cx);
        }
        let system =
            system::system_prompt(system, messages, request.supports_system_prompts, target, cx.notes);
        let mut system = system.unwrap_or_default();
        let mut none = Vec::new();
        let tools = body.tool_config.as_mut().map_or(&mut none, |config| &mut config.tools);
        let turns = history::apply_cache_rules(tools, &mut system, turns, auto_cache.as_ref(), prefix, cx);
        body.messages = Some(turns.into_iter().map(Message::from).collect());
        body.system = Some(system).filter(|system| !system.is_empty());
        Ok(())
    }

    /// Writes each message as a turn of its own, without any change. Instructions before the first turn are the system
    /// prompt, later ones are turns with the role `system`.
    fn write_verbatim(self, body: &mut ConverseRequest, notes: &mut Vec<Note>) -> Result<(), ModelError> {
        let Self { request, messages, system, target, .. } = self;
        plan_auto_cache(request, target, notes);
        if !messages.is_empty() {
            let mut turns = Vec::with_capacity(messages.len());
            for (index, message) in messages.iter().enumerate() {
                let is_instruction = message.role.is_instruction() && request.supports_system_prompts;
                if is_instruction && turns.is_empty() {
                    continue;
                }
                let role = match &message.role {
                    Role::Assistant => ConversationRole::Assistant,
                    _ if is_instruction => ConversationRole::System,
                    Role::Other(name) if !message.role.is_instruction() => {
                        ConversationRole::from(name.as_str())
                    }
                    _ => ConversationRole::User,
                };
                let blocks = ContentEncoder { target, notes }.verbatim_message(message, index)?;
                turns.push(Message::from_blocks(role, blocks));
            }
            body.messages = Some(turns);
        }
        body.system = system::system_prompt(system, messages, request.supports_system_prompts, target, notes);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
