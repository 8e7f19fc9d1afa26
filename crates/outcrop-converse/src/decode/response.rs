//! Converse responses as unified ones.

use std::borrow::Cow;

use bytes::Bytes;
use outcrop_core::{
    ContentBlock, ErrorKind, FinishReason, JsonObject, ModelError, Note, NoteAction, RawJson, Role, Stage,
    UnifiedMessage, UnifiedResponse,
};
use serde::de::DeserializeOwned;

use super::lenient::{drop_empty, parse_response};
use super::structured::Ending;
use super::usage::InputCount;
use super::{blocks, calls, finish_reason, structured, usage};
use crate::context::{ResponseContext, ResponseMetadata};
use crate::origin::PROVIDER;
use crate::service_error::{ServiceError, classify_error};
use crate::wire::{ConversationRole, ConverseOutput, ConverseResponse, Message, StopReason, TokenUsage};
use crate::written_calls::replace_written_calls;

/// Decodes the body of a Converse response.
///
/// Nothing is lost: unknown blocks become generic ones, and members other than the output go to `provider_metadata`, with
/// the original usage and stop reason. A response is billed, so that a member with a wrong type does not make it an
/// error: it stays in `provider_metadata`, and a note names it.
///
/// ```
/// use outcrop_converse::{ResponseContext, ResponseMetadata, decode_response};
///
/// let body = br#"{"output": {"message": {"role": "assistant", "content": [{"text": "Paris."}]}},
///     "stopReason": "end_turn", "usage": {"inputTokens": 9, "outputTokens": 2, "totalTokens": 11}}"#;
/// let metadata = ResponseMetadata::new().with_request_id("r-1");
/// let response = decode_response(&body.as_slice().into(), &ResponseContext::default(), metadata)?;
/// assert_eq!(response.text(), "Paris.");
/// assert_eq!(response.usage.total_tokens, Some(11));
/// # Ok::<(), outcrop_core::ModelError>(())
/// ```
///
/// # Errors
/// Of kind `InvalidResponse`, with the path of what is wrong, if the body is not JSON or has no message; of kind
/// `InvalidOutput` if the structured output does not match its schema. [`ModelError::body`] has the body.
pub fn decode_response(
    body: &Bytes,
    context: &ResponseContext,
    metadata: ResponseMetadata,
) -> Result<UnifiedResponse, ModelError> {
    let request_id = metadata.request_id.clone();
    let parsed = parse_response(body).map_err(|error| {
        let message = format!("the response is not a Converse response: {}", error.message());
        invalid_response(message).with_path(error.path())
    });
    let decoded = parsed.and_then(|(response, notes)| convert_response(response, notes, context, metadata));
    decoded.map_err(|error| {
        let error = error.with_body(body.clone()).with_model(&context.model);
        match request_id {
            Some(id) => error.with_request_id(id),
            None => error,
        }
    })
}

/// Converts a parsed Converse response to a unified one.
///
/// # Errors
/// As [`decode_response`].
pub fn response_from_wire(
    response: ConverseResponse,
    context: &ResponseContext,
    metadata: ResponseMetadata,
) -> Result<UnifiedResponse, ModelError> {
    convert_response(response, Vec::new(), context, metadata)
}

fn convert_response(
    mut response: ConverseResponse,
    mut notes: Vec<Note>,
    context: &ResponseContext,
    metadata: ResponseMetadata,
) -> Result<UnifiedResponse, ModelError> {
    if response.stop_reason.is_none() && context.fails_as_ag2() {
        return Err(invalid_response("the response has no `stopReason`").with_path("stopReason"));
    }
    let output = response.output.take();
    let mut message = match output {
        Some(ConverseOutput::Message(message)) => message,
        // A guardrail that blocks everything may leave no message: https://github.com/posit-dev/chatlas/issues/429 (L130).
        _ if response.stop_reason.as_ref().is_some_and(is_filtered) => {
            Message::new(ConversationRole::Assistant)
        }
        output => return Err(missing_message(&response, output.is_some())),
    };
    notes.extend(context.restore_names(&mut message));
    metadata.assign_call_ids(&mut message);
    keep_message_members(&mut message, &mut response.unknown, &mut notes);
    let blocks = blocks::response_blocks(message);
    build_response(blocks, response, notes, InputCount::Uncached, context, metadata)
}

/// Keeps the members of a message that the unified one has no place for.
fn keep_message_members(message: &mut Message, unknown: &mut JsonObject, notes: &mut Vec<Note>) {
    let mut members = std::mem::take(&mut message.unknown);
    if message.role != ConversationRole::Assistant {
        members.insert("role", RawJson::from(message.role.as_str()));
        let text = "read the message as the assistant's: a response has no other";
        notes.push(Note::new("response.member", NoteAction::Changed, "output.message.role", text));
    }
    drop_empty(&mut members);
    if members.is_empty() {
        return;
    }
    // With a note on the output, the metadata has all of it already.
    let mut output = unknown.get("output").and_then(RawJson::as_object).unwrap_or_default();
    if !output.contains("message") {
        output.insert("message", RawJson::from(members));
        unknown.insert("output", RawJson::from(output));
    }
}

/// Returns whether a guardrail or a filter ended the response.
fn is_filtered(reason: &StopReason) -> bool {
    finish_reason::unified_reason(reason) == Some(FinishReason::ContentFilter)
}

/// Builds a unified response from the blocks of a message and the other members of a response.
///
/// Responses and streams end here, so that they cannot differ. `notes` are those of the parser.
pub(crate) fn build_response(
    mut blocks: Vec<ContentBlock>,
    mut response: ConverseResponse,
    mut notes: Vec<Note>,
    input: InputCount,
    context: &ResponseContext,
    metadata: ResponseMetadata,
) -> Result<UnifiedResponse, ModelError> {
    let reason = response.stop_reason.clone().unwrap_or_else(|| StopReason::from(""));
    if response.stop_reason.is_none() && !notes.iter().any(|note| note.path.ends_with("stopReason")) {
        let text = "the reason why the model stopped is unknown: the response has no `stopReason`";
        notes.push(Note::new("response.member", NoteAction::Warned, "stopReason", text));
    }
    if !context.follows_ag2() {
        let id = |number| metadata.call_id(number);
        notes.extend(replace_written_calls(&mut blocks, &context.written_tools, id));
    }
    let finish_reason = finish_reason::finish_reason(&reason, &finish_reason::calls(&blocks), context);
    mark_cut_off_call(&reason, context, &mut blocks);
    notes.extend(calls::check_calls(&blocks));

    let mut members = JsonObject::new();
    insert(&mut members, "stopReason", response.stop_reason.as_ref());
    insert(&mut members, "usage", response.usage.as_ref());
    insert(&mut members, "metrics", response.metrics.as_ref());
    insert(&mut members, "trace", response.trace.as_ref());
    let fields = response.additional_model_response_fields.as_ref();
    insert(&mut members, "additionalModelResponseFields", fields);
    insert(&mut members, "performanceConfig", response.performance_config.as_ref());
    insert(&mut members, "serviceTier", response.service_tier.as_ref());

    // Taken after the metadata got its copy as JSON, so that it need not be cloned.
    let (counted, count_note) = input.normalize(response.usage.take().unwrap_or_default());
    let usage = usage::unified_usage(&counted, context);
    let cost = match context.price {
        Some(price) => Some(price.cost(&usage)),
        None => list_cost(context, &counted, &response),
    };
    // With `usage` among the unknown members, a part of it could not be read.
    let is_counted = usage.prompt_tokens.and(usage.completion_tokens).is_some();
    let cost = cost.filter(|_| is_counted && !response.unknown.contains("usage"));

    // Members that could not be read whole replace the parts of them that could.
    members.extend(response.unknown);

    blocks.iter_mut().for_each(|block| context.record_signing_model(block));
    let mut mismatch = None;
    if let Some(structured) = &context.structured {
        let ending = Ending::from_reason(finish_reason::unified_reason(&reason).as_ref());
        match structured::extract(structured, &mut blocks, ending) {
            Ok(found) => notes.extend(found),
            Err(error) => mismatch = Some(error),
        }
    }
    notes.extend(count_note);
    if blocks.is_empty() {
        blocks.push("".into());
    }

    let message = UnifiedMessage::new(Role::Assistant, blocks);
    let created = metadata.created;
    let id = metadata.into_id();
    let mut unified = UnifiedResponse::new(id, context.model.as_str(), PROVIDER, vec![message]);
    unified.cost = cost;
    unified.usage = usage;
    unified.finish_reason = finish_reason;
    unified.status = finish_reason::status(&reason, context);
    unified.provider_metadata = members;
    unified.created = created;
    unified.notes = notes;
    match mismatch {
        // The response was billed, so that the error has it.
        Some(error) => Err(error.with_partial_response(unified)),
        None => Ok(unified),
    }
}

/// Returns the error for a response without a message.
fn missing_message(response: &ConverseResponse, has_output: bool) -> ModelError {
    if let Some(error) = error_with_status_200(response) {
        return error;
    }
    if has_output {
        return invalid_response("the output of the response is not a message").with_path("output.message");
    }
    invalid_response("the response has no `output`").with_path("output")
}

/// Marks the call at the end of a response that ended before the model had finished it, because it must not run.
///
/// The output of a structured response is excepted: its schema decides whether it is complete.
fn mark_cut_off_call(stop_reason: &StopReason, context: &ResponseContext, blocks: &mut [ContentBlock]) {
    let Some(ContentBlock::ToolCall(call)) = blocks.last_mut() else { return };
    let is_output = context.structured.as_ref().is_some_and(|structured| structured.is_tool(&call.name));
    let is_cut_off = match stop_reason {
        // An empty input is legal for a tool without arguments, so that only the stop reason distinguishes it from one that was
        // cut off before its first character. See the changelog of rig 0.42 (M3).
        StopReason::MaxTokens | StopReason::ModelContextWindowExceeded => call.arguments.trim() == "{}",
        // The service withholds or could not read a part of it, so that what is left may be valid JSON of another meaning
        // (R-P2).
        StopReason::MalformedToolUse | StopReason::MalformedModelOutput | StopReason::ContentFiltered => {
            !is_output
        }
        _ => false,
    };
    if is_cut_off && !call.runs_on_server() {
        call.incomplete = Some(true);
    }
}

/// Returns the cost by list prices. `None` if a part of the usage has no known price.
fn list_cost(context: &ResponseContext, usage: &TokenUsage, response: &ConverseResponse) -> Option<f64> {
    let (performance, trace) = (response.performance_config.as_ref(), response.trace.as_ref());
    let tier = response.service_tier.as_ref().map(|tier| &tier.kind);
    context.catalog.price_of_call(&context.model, performance, trace)?.cost(usage, tier)
}

/// The service's answer to an unknown path, such as one with the slash of an ARN.
const UNKNOWN_OPERATION: &str = "UnknownOperationException";

/// Returns the error in a response without a message.
fn error_with_status_200(response: &ConverseResponse) -> Option<ModelError> {
    // Recorded bodies have `__type` at the top or in `Output`. See https://github.com/vercel/ai/pull/17410 (L110).
    let nested = response.unknown.get("Output").and_then(RawJson::as_object);
    let kind = response.unknown.get("__type").cloned().or_else(|| nested?.get("__type").cloned())?;
    let error = ServiceError::new(0, RawJson::from(response.unknown.clone()).as_str().to_owned())
        .with_error_type(kind.as_string()?);
    let code = error.code()?;
    if code != UNKNOWN_OPERATION {
        // A proxy that loses the status: the name decides, as in an exception of a stream.
        return Some(classify_error(&error));
    }
    let hint = "the service did not recognize the model's id in the path; an ARN must be one encoded segment";
    let message = "the service answered with an error and status 200";
    Some(invalid_response(message).with_code(code).with_hint(hint))
}

/// Parses the body of a response of an operation. An error has the path and the body.
pub(crate) fn parse_body<T: DeserializeOwned>(body: &Bytes, operation: &str) -> Result<T, ModelError> {
    outcrop_core::from_slice(body).map_err(|error| {
        invalid_response(format!("the response is not a {operation} response: {}", error.message()))
            .with_path(error.path())
            .with_body(body.clone())
    })
}

/// Creates an error of kind `InvalidResponse`.
pub(crate) fn invalid_response(message: impl Into<Cow<'static, str>>) -> ModelError {
    ModelError::new(ErrorKind::InvalidResponse, message)
        .with_code("InvalidResponse")
        .with_stage(Stage::Replied)
}

fn insert<T: serde::Serialize>(members: &mut JsonObject, name: &str, value: Option<&T>) {
    if let Some(value) = value.and_then(|value| RawJson::from_serialize(value).ok()) {
        members.insert(name, value);
    }
}

#[cfg(test)]
mod tests;
