//! The bodies of InvokeModel: those of Claude in Anthropic's format, and those of embedding models.
//!
//! The rules of Converse do not apply to them. What Claude rejects has the texts of Anthropic's API.

use std::collections::BTreeSet;

use outcrop_converse::ModelId;
use serde_json::Value;

use super::check_model_rules;
use crate::protocol::call::OperationCall;
use crate::protocol::error::ServiceError;
use crate::protocol::invoke::{CohereEmbeddingRequest, InvokeFormat, TitanEmbeddingRequest};
use crate::protocol::operation::Operation;

/// The members of a request that Anthropic's API has on Bedrock. See
/// <https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages-request-response.html>.
const MEMBERS: &[&str] = &[
    "anthropic_beta",
    "anthropic_version",
    "cache_control",
    "context_management",
    "max_tokens",
    "messages",
    "metadata",
    "output_config",
    "output_format",
    "stop_sequences",
    "system",
    "temperature",
    "thinking",
    "tool_choice",
    "tools",
    "top_k",
    "top_p",
];

/// The members that a request must have.
const REQUIRED: &[&str] = &["anthropic_version", "max_tokens", "messages"];

/// Checks the body of a call of InvokeModel.
pub(super) fn check(call: &OperationCall) -> Result<(), ServiceError> {
    let body: Value = serde_json::from_slice(call.body()).map_err(|_| ServiceError::malformed_input(""))?;
    let format = call.invoke_format()?;
    if format != InvokeFormat::Anthropic && call.operation() == Operation::InvokeModelWithResponseStream {
        // See https://github.com/aws-samples/amazon-bedrock-client-for-mac/issues/112.
        return Err(ServiceError::validation("The model is unsupported for streaming."));
    }
    match format {
        InvokeFormat::Anthropic => {
            check_members(&body)?;
            check_messages(&body)?;
            check_model_rules(&ModelId::parse(call.resource()), call.conversation()?)
        }
        InvokeFormat::TitanEmbedding => check_titan(&call.titan_request()?),
        InvokeFormat::CohereEmbedding => check_cohere(&call.cohere_request()?),
    }
}

fn check_members(body: &Value) -> Result<(), ServiceError> {
    let Some(members) = body.as_object() else { return Err(ServiceError::malformed_input("")) };
    // Clients of Anthropic's own API send `model` and `stream`, which are in the path on Bedrock. See
    // https://github.com/BerriAI/litellm/issues/13825 for another member and the text.
    if let Some(unknown) = members.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
        return Err(ServiceError::validation(format!("{unknown}: Extra inputs are not permitted")));
    }
    if let Some(missing) = REQUIRED.iter().find(|name| !members.contains_key(**name)) {
        return Err(ServiceError::validation(format!("{missing}: Field required")));
    }
    if list(body, "messages").is_empty() {
        return Err(ServiceError::validation("messages: at least one message is required"));
    }
    Ok(())
}

/// Checks the messages as Anthropic's API does, which accepts several turns of one role in a row.
// For the texts see https://github.com/konveyor/kai/issues/645 (empty messages),
// https://github.com/anthropics/claude-code/issues/13460 (results) and
// https://github.com/anthropics/claude-code/issues/5060 (calls).
fn check_messages(body: &Value) -> Result<(), ServiceError> {
    let messages = list(body, "messages");
    let mut calls_before: Vec<&str> = Vec::new();
    for (index, message) in messages.iter().enumerate() {
        let role = text(message, "role");
        if !matches!(role, "user" | "assistant") {
            return Err(ServiceError::validation(format!(
                "messages.{index}.role: Input should be 'user' or 'assistant'"
            )));
        }
        let blocks = list(message, "content");
        let is_empty = blocks.is_empty() && text(message, "content").is_empty();
        let is_optional = role == "assistant" && index + 1 == messages.len();
        if is_empty && !is_optional {
            return Err(ServiceError::validation(format!(
                "messages.{index}: all messages must have non-empty content except for the optional final assistant \
                 message"
            )));
        }
        if values(blocks, "text", "text").any(str::is_empty) {
            return Err(ServiceError::validation("messages: text content blocks must be non-empty"));
        }
        check_results(index, blocks, &calls_before)?;
        calls_before = values(blocks, "tool_use", "id").collect();
    }
    check_results(messages.len(), &[], &calls_before)
}

/// Checks that the results in a message answer the calls of the message before.
fn check_results(index: usize, blocks: &[Value], calls_before: &[&str]) -> Result<(), ServiceError> {
    let results: BTreeSet<&str> = values(blocks, "tool_result", "tool_use_id").collect();
    if let Some(stray) = results.iter().find(|id| !calls_before.contains(id)) {
        return Err(ServiceError::validation(format!(
            "messages.{index}.content.0: unexpected `tool_use_id` found in `tool_result` blocks: {stray}. Each \
             `tool_result` block must have a corresponding `tool_use` block in the previous message."
        )));
    }
    let missing: Vec<&str> = calls_before.iter().copied().filter(|id| !results.contains(id)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(ServiceError::validation(format!(
        "messages.{}: `tool_use` ids were found without `tool_result` blocks immediately after: {}. Each `tool_use` block \
         must have a corresponding `tool_result` block in the next message.",
        index.saturating_sub(1),
        missing.join(", ")
    )))
}

/// Returns the values of a member in the blocks of a type.
fn values<'b>(blocks: &'b [Value], kind: &'b str, member: &'b str) -> impl Iterator<Item = &'b str> {
    let of_type = blocks.iter().filter(move |block| text(block, "type") == kind);
    of_type.filter_map(move |block| block.get(member)?.as_str())
}

/// Returns the items of a member. A missing one, or one of another type, is empty.
fn list<'v>(object: &'v Value, name: &str) -> &'v [Value] {
    object.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Returns the text of a member. A missing one, or one of another type, is empty.
fn text<'v>(object: &'v Value, name: &str) -> &'v str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The dimensions of Titan's second version.
const TITAN_DIMENSIONS: &[usize] = &[256, 512, 1024];

/// The maximum number of characters that Titan embeds.
const MAX_TITAN_CHARACTERS: usize = 50_000;

fn check_titan(request: &TitanEmbeddingRequest) -> Result<(), ServiceError> {
    let length = request.input_text.chars().count();
    // See https://github.com/maximhq/bifrost/issues/3471 for the maximum. The minimum has the form of the same validator.
    if length == 0 {
        return Err(ServiceError::malformed_input("expected minLength: 1, actual: 0"));
    }
    if length > MAX_TITAN_CHARACTERS {
        let detail = format!("expected maxLength: {MAX_TITAN_CHARACTERS}, actual: {length}");
        return Err(ServiceError::malformed_input(&detail));
    }
    match request.dimensions {
        Some(dimension) if !TITAN_DIMENSIONS.contains(&dimension) => Err(ServiceError::malformed_input(
            &format!("#/dimensions: {dimension} is not a valid enum value"),
        )),
        _ => Ok(()),
    }
}

/// The maximum number of texts in a request to Cohere.
const MAX_COHERE_TEXTS: usize = 96;

/// The maximum number of characters of a text for Cohere's third version.
const MAX_COHERE_CHARACTERS: usize = 2048;

/// The dimensions of Cohere's fourth version.
const COHERE_DIMENSIONS: &[usize] = &[256, 512, 1024, 1536];

fn check_cohere(request: &CohereEmbeddingRequest) -> Result<(), ServiceError> {
    // See https://github.com/promptfoo/promptfoo/issues/921.
    if request.input_type.is_none() {
        return Err(ServiceError::malformed_input("#: required key [input_type] not found"));
    }
    let texts = request.texts.as_deref().unwrap_or_default();
    if texts.len() > MAX_COHERE_TEXTS {
        return Err(ServiceError::malformed_input(&format!(
            "#/texts: expected maximum item count: {MAX_COHERE_TEXTS}, found: {}",
            texts.len()
        )));
    }
    // See https://github.com/ScrapeGraphAI/Scrapegraph-ai/issues/400.
    let length = |text: &String| text.chars().count();
    if let Some(index) = texts.iter().position(|text| length(text) > MAX_COHERE_CHARACTERS) {
        return Err(ServiceError::malformed_input(&format!(
            "#/texts/{index}: expected maxLength: {MAX_COHERE_CHARACTERS}, actual: {}",
            texts.get(index).map(length).unwrap_or_default()
        )));
    }
    match request.output_dimension {
        Some(dimension) if !COHERE_DIMENSIONS.contains(&dimension) => Err(ServiceError::malformed_input(
            &format!("#/output_dimension: {dimension} is not a valid enum value"),
        )),
        _ => Ok(()),
    }
}
