//! From Converse's reply to a response.

pub(crate) mod content;
pub(crate) mod finish;
mod request;
mod structured;
mod usage;

use bytes::Bytes;
use outcrop_core::{
    ContentBlock, ErrorKind, JsonObject, ModelError, Price, RawJson, ResponseStatus, Role, Stage,
    UnifiedMessage, UnifiedResponse,
};
use serde::de::DeserializeOwned;

pub(crate) use request::Original;
pub use request::{decode_request, request_from_wire};
pub(crate) use structured::{AnswerWay, StructuredOutput};
pub(crate) use usage::InputCount;

use crate::catalog::Catalog;
use crate::encode::Dialect;
use crate::repair::SentNames;
use crate::replay;
use crate::wire::{self, ConverseOutput, ConverseResponse, ServiceTier, StopReason, TokenUsage};

/// The provider's name in responses.
pub const PROVIDER: &str = "bedrock";

/// The parts of a request that its response is decoded with.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ResponseContext {
    /// The model that was asked.
    pub model: String,
    /// The caller's own price; the list price if `None`.
    pub price: Option<Price>,
    /// The dialect of the response: AG2 keeps a stop reason even if the content contradicts it.
    pub dialect: Dialect,
    /// The models' capabilities and list prices.
    pub catalog: Catalog,
    /// The structured answer that was asked for.
    pub(crate) structured: Option<StructuredOutput>,
    /// The names of tools that the request had to change.
    pub(crate) names: SentNames,
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

    /// Puts the caller's name of a tool in place of the one that the request had to have (lesson L26).
    ///
    /// Whoever reads replies, whole or in pieces, reads names of tools through this, before blocks are made of them.
    /// Tools that the service runs have its names.
    pub(crate) fn restore_tool_name(&self, name: &mut String, kind: Option<&wire::ToolUseType>) {
        if kind == Some(&wire::ToolUseType::ServerToolUse) {
            return;
        }
        if let Some(own) = self.names.restored(name) {
            own.clone_into(name);
        }
    }

    /// Notes in a block of a reply which model it is bound to, so that it is never sent to another one (lesson M32).
    pub(crate) fn mark_origin(&self, block: &mut ContentBlock) {
        replay::mark_origin(block, &self.model, &self.catalog);
    }

    fn restore_names(&self, message: &mut wire::Message) {
        for block in message.content.iter_mut().flatten() {
            if let wire::ContentBlock::ToolUse(call) = block {
                self.restore_tool_name(&mut call.name, call.kind.as_ref());
            }
        }
    }
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
    /// Builds the metadata of a response without any.
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

    /// The id of the response: the service's own, or one by the time.
    pub(crate) fn into_id(self) -> String {
        self.request_id.unwrap_or_else(|| format!("bedrock-{}", self.created.unwrap_or(0)))
    }

    /// The id of an answer's call, counted from 1, which came without one: its result has to name it (lesson L32).
    pub(crate) fn call_id(&self, number: usize) -> String {
        format!("{}-{number}", self.clone().into_id())
    }

    fn give_ids(&self, message: &mut wire::Message) {
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

/// Decodes the body of a Converse response.
///
/// Nothing is lost: blocks that this version does not know become generic ones, and members beside the answer go
/// to `provider_metadata`, the raw usage and stop reason among them.
///
/// ```
/// use outcrop_converse::{ResponseContext, ResponseMetadata, decode_response};
///
/// let body = br#"{"output": {"message": {"role": "assistant", "content": [{"text": "Paris."}]}},
///     "stopReason": "end_turn", "usage": {"inputTokens": 9, "outputTokens": 2, "totalTokens": 11}}"#;
/// let response = decode_response(&body.as_slice().into(), &ResponseContext::default(), ResponseMetadata::new().with_request_id("r-1"))?;
/// assert_eq!(response.text(), "Paris.");
/// assert_eq!(response.usage.total_tokens, Some(11));
/// # Ok::<(), outcrop_core::ModelError>(())
/// ```
///
/// # Errors
/// Of kind `InvalidResponse`, with the path to what is wrong, when the body is no Converse reply; of kind
/// `InvalidOutput` when the structured answer does not fit its schema. The body is at [`ModelError::body`].
pub fn decode_response(
    body: &Bytes,
    context: &ResponseContext,
    meta: ResponseMetadata,
) -> Result<UnifiedResponse, ModelError> {
    let request_id = meta.request_id.clone();
    let read = parse_body::<ConverseResponse>(body, "Converse")
        .and_then(|reply| response_from_wire(reply, context, meta));
    read.map_err(|error| {
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
    reply: ConverseResponse,
    context: &ResponseContext,
    meta: ResponseMetadata,
) -> Result<UnifiedResponse, ModelError> {
    if let Some(fault) = fault_in_disguise(&reply) {
        return Err(fault);
    }
    let mut reply = reply;
    if reply.stop_reason.is_none() {
        return Err(no_stop_reason());
    }
    let Some(output) = reply.output.take() else {
        return Err(invalid_response("the reply has no `output`").with_path("output"));
    };
    let ConverseOutput::Message(mut message) = output else {
        return Err(invalid_response("the reply's output is no message").with_path("output.message"));
    };
    context.restore_names(&mut message);
    meta.give_ids(&mut message);
    respond(content::unified(message), reply, InputCount::Uncached, context, meta)
}

/// Makes a response of the blocks of an answer and of what else was replied.
pub(crate) fn respond(
    mut blocks: Vec<ContentBlock>,
    reply: ConverseResponse,
    input: InputCount,
    context: &ResponseContext,
    meta: ResponseMetadata,
) -> Result<UnifiedResponse, ModelError> {
    let Some(stop_reason) = &reply.stop_reason else {
        return Err(no_stop_reason());
    };
    let finish_reason = finish::of_answer(stop_reason, &finish::calls(&blocks), context);
    mark_cut_off_call(stop_reason, &mut blocks);

    let mut metadata = JsonObject::new();
    metadata.insert("stopReason", RawJson::from(stop_reason.as_str()));
    keep(&mut metadata, "usage", reply.usage.as_ref());
    keep(&mut metadata, "metrics", reply.metrics.as_ref());
    keep(&mut metadata, "trace", reply.trace.as_ref());
    keep(&mut metadata, "additionalModelResponseFields", reply.additional_model_response_fields.as_ref());
    keep(&mut metadata, "performanceConfig", reply.performance_config.as_ref());
    keep(&mut metadata, "serviceTier", reply.service_tier.as_ref());
    metadata.extend(reply.unknown);

    let (counted, counted_twice) = input.settle(reply.usage.unwrap_or_default());
    let usage = usage::unified(&counted);
    let cost = match context.price {
        Some(price) => Some(price.cost(&usage)),
        None => list_cost(context, &counted, reply.service_tier.as_ref()),
    };

    blocks.iter_mut().for_each(|block| context.mark_origin(block));
    let mut notes = match &context.structured {
        Some(wanted) => structured::find(wanted, &mut blocks, finish_reason.as_ref())?,
        None => Vec::new(),
    };
    notes.extend(counted_twice);
    if blocks.is_empty() {
        blocks.push("".into());
    }

    let message = UnifiedMessage::new(Role::Assistant, blocks);
    let created = meta.created;
    let id = meta.into_id();
    let mut response = UnifiedResponse::new(id, context.model.as_str(), PROVIDER, vec![message]);
    response.cost = cost;
    response.usage = usage;
    response.finish_reason = finish_reason;
    response.status = Some(ResponseStatus::Completed);
    response.provider_metadata = metadata;
    response.created = created;
    response.notes = notes;
    Ok(response)
}

fn no_stop_reason() -> ModelError {
    invalid_response("the reply has no `stopReason`").with_path("stopReason")
}

/// Marks a call whose input was never begun when the limit of tokens was met: it is no call without input (lesson M3).
fn mark_cut_off_call(stop_reason: &StopReason, blocks: &mut [ContentBlock]) {
    let met_limit = matches!(stop_reason, StopReason::MaxTokens | StopReason::ModelContextWindowExceeded);
    if let Some(ContentBlock::ToolCall(call)) = blocks.last_mut().filter(|_| met_limit) {
        if call.arguments.trim() == "{}" && !call.runs_on_server() {
            call.incomplete = Some(true);
        }
    }
}

/// What a call costs by the list; `None` where a part of it has no known price.
fn list_cost(context: &ResponseContext, usage: &TokenUsage, tier: Option<&ServiceTier>) -> Option<f64> {
    context.catalog.price(&context.model)?.cost(usage, tier.map(|tier| &tier.kind))
}

/// An error that comes with status 200: a path that the service does not know is answered so (lesson L110).
fn fault_in_disguise(reply: &ConverseResponse) -> Option<ModelError> {
    let nested = reply.unknown.get("Output").and_then(RawJson::as_object);
    let kind = reply.unknown.get("__type").cloned().or_else(|| nested?.get("__type").cloned())?;
    let name = kind.as_string()?;
    let code = name.rsplit('#').next().unwrap_or(&name).to_owned();
    Some(
        invalid_response("the service answered with an error in place of a reply").with_code(code).with_hint(
            "the model's id was not understood as part of the address; an ARN must be one encoded segment",
        ),
    )
}

/// Parses the body of an operation's response; an error has the path and the body.
pub(crate) fn parse_body<T: DeserializeOwned>(body: &Bytes, operation: &str) -> Result<T, ModelError> {
    outcrop_core::from_slice(body).map_err(|error| {
        invalid_response(format!("the reply is no {operation} reply: {}", error.message()))
            .with_path(error.path())
            .with_body(body.clone())
    })
}

pub(crate) fn invalid_response(message: impl Into<std::borrow::Cow<'static, str>>) -> ModelError {
    ModelError::new(ErrorKind::InvalidResponse, message)
        .with_code("InvalidResponse")
        .with_stage(Stage::Replied)
}

fn keep<T: serde::Serialize>(metadata: &mut JsonObject, name: &str, value: Option<&T>) {
    if let Some(value) = value.and_then(|value| RawJson::from_serialize(value).ok()) {
        metadata.insert(name, value);
    }
}

#[cfg(test)]
mod tests;
