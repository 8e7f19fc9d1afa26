//! Converse responses as unified ones.

use std::borrow::Cow;

use bytes::Bytes;
use outcrop_core::{
    ContentBlock, ErrorKind, JsonObject, ModelError, RawJson, ResponseStatus, Role, Stage, UnifiedMessage,
    UnifiedResponse,
};
use serde::de::DeserializeOwned;

use super::usage::InputCount;
use super::{blocks, finish_reason, structured, usage};
use crate::context::{ResponseContext, ResponseMetadata};
use crate::origin::PROVIDER;
use crate::wire::{ConverseOutput, ConverseResponse, ServiceTier, StopReason, TokenUsage};

/// Decodes the body of a Converse response.
///
/// Nothing is lost: unknown blocks become generic ones, and members other than the output go to `provider_metadata`, with
/// the original usage and stop reason.
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
/// Of kind `InvalidResponse`, with the path of what is wrong, if the body is not a Converse response; of kind
/// `InvalidOutput` if the structured output does not match its schema. [`ModelError::body`] has the body.
pub fn decode_response(
    body: &Bytes,
    context: &ResponseContext,
    metadata: ResponseMetadata,
) -> Result<UnifiedResponse, ModelError> {
    let request_id = metadata.request_id.clone();
    let decoded = parse_body::<ConverseResponse>(body, "Converse")
        .and_then(|response| response_from_wire(response, context, metadata));
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
    if let Some(error) = error_with_status_200(&response) {
        return Err(error);
    }
    let mut response = response;
    if response.stop_reason.is_none() {
        return Err(missing_stop_reason());
    }
    let Some(output) = response.output.take() else {
        return Err(invalid_response("the response has no `output`").with_path("output"));
    };
    let ConverseOutput::Message(mut message) = output else {
        return Err(
            invalid_response("the output of the response is not a message").with_path("output.message")
        );
    };
    context.restore_names(&mut message);
    metadata.assign_call_ids(&mut message);
    build_response(blocks::response_blocks(message), response, InputCount::Uncached, context, metadata)
}

/// Builds a unified response from the blocks of a message and the other members of a response.
///
/// Responses and streams end here, so that they cannot differ.
pub(crate) fn build_response(
    mut blocks: Vec<ContentBlock>,
    response: ConverseResponse,
    input: InputCount,
    context: &ResponseContext,
    metadata: ResponseMetadata,
) -> Result<UnifiedResponse, ModelError> {
    let Some(stop_reason) = &response.stop_reason else {
        return Err(missing_stop_reason());
    };
    let finish_reason = finish_reason::finish_reason(stop_reason, &finish_reason::calls(&blocks), context);
    mark_cut_off_call(stop_reason, &mut blocks);

    let mut members = JsonObject::new();
    members.insert("stopReason", RawJson::from(stop_reason.as_str()));
    insert(&mut members, "usage", response.usage.as_ref());
    insert(&mut members, "metrics", response.metrics.as_ref());
    insert(&mut members, "trace", response.trace.as_ref());
    let fields = response.additional_model_response_fields.as_ref();
    insert(&mut members, "additionalModelResponseFields", fields);
    insert(&mut members, "performanceConfig", response.performance_config.as_ref());
    insert(&mut members, "serviceTier", response.service_tier.as_ref());
    members.extend(response.unknown);

    let (counted, count_note) = input.normalize(response.usage.unwrap_or_default());
    let usage = usage::unified_usage(&counted);
    let cost = match context.price {
        Some(price) => Some(price.cost(&usage)),
        None => list_cost(context, &counted, response.service_tier.as_ref()),
    };

    blocks.iter_mut().for_each(|block| context.record_signing_model(block));
    let mut notes = match &context.structured {
        Some(structured) => structured::extract(structured, &mut blocks, finish_reason.as_ref())?,
        None => Vec::new(),
    };
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
    unified.status = Some(ResponseStatus::Completed);
    unified.provider_metadata = members;
    unified.created = created;
    unified.notes = notes;
    Ok(unified)
}

fn missing_stop_reason() -> ModelError {
    invalid_response("the response has no `stopReason`").with_path("stopReason")
}

/// Marks a call whose input was cut off before its first character by the limit of tokens.
///
/// It must not run as a call without arguments.
fn mark_cut_off_call(stop_reason: &StopReason, blocks: &mut [ContentBlock]) {
    let met_limit = matches!(stop_reason, StopReason::MaxTokens | StopReason::ModelContextWindowExceeded);
    // An empty input is legal for a tool without arguments, so that only the stop reason distinguishes the two. See the
    // changelog of rig 0.42 (M3).
    if let Some(ContentBlock::ToolCall(call)) = blocks.last_mut().filter(|_| met_limit) {
        if call.arguments.trim() == "{}" && !call.runs_on_server() {
            call.incomplete = Some(true);
        }
    }
}

/// Returns the cost by list prices. `None` if a part of the usage has no known price.
fn list_cost(context: &ResponseContext, usage: &TokenUsage, tier: Option<&ServiceTier>) -> Option<f64> {
    context.catalog.price(&context.model)?.cost(usage, tier.map(|tier| &tier.kind))
}

/// Returns the error in a response with status 200.
///
/// The service answers an unknown path that way, such as one with the slash of an ARN.
fn error_with_status_200(response: &ConverseResponse) -> Option<ModelError> {
    // Recorded bodies have `__type` at the top or in `Output`. See https://github.com/vercel/ai/pull/17410 (L110).
    let nested = response.unknown.get("Output").and_then(RawJson::as_object);
    let kind = response.unknown.get("__type").cloned().or_else(|| nested?.get("__type").cloned())?;
    let name = kind.as_string()?;
    let code = name.rsplit('#').next().unwrap_or(&name).to_owned();
    let hint = "the service did not recognize the model's id in the path; an ARN must be one encoded segment";
    Some(
        invalid_response("the service answered with an error and status 200").with_code(code).with_hint(hint),
    )
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
