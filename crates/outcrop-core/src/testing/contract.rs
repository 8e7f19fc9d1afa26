//! The requirements on every client, as a check.
//!
//! Call [`verify`] in a test, with a client that can respond (from a fake server or a recording) and a request that it
//! responds to. The check sends the request three times, and twice with a part missing. The pieces of the stream must be together
//! the response, so use a request with tools for one check, one with a response format for another, and one with neither. [`verify_cancellation`] checks that
//! cancelled calls leave the client usable, and [`verify_broken_stream`] that a stream that breaks keeps what it had.

use std::task::Poll;

use crate::client::ModelClient;
use crate::content::{ContentBlock, ToolCallContent};
use crate::error::{ErrorKind, ModelError};
use crate::json::{RawJson, from_str};
use crate::message::UnifiedMessage;
use crate::request::ModelRequest;
use crate::response::UnifiedResponse;
use crate::role::Role;
use crate::stream::{ResponseAccumulator, ResponseStream, StreamEvent, is_hidden};

/// A requirement that a client does not meet.
#[derive(Debug, thiserror::Error)]
#[error("{requirement}: {observed}")]
#[non_exhaustive]
pub struct Violation {
    /// The requirement, which every client has to meet.
    pub requirement: &'static str,
    /// The behaviour that was observed instead.
    pub observed: String,
}

/// Checks a client with a request that it responds to. The client gets that request three times, and before it four requests
/// without a model or without messages.
///
/// ```
/// use outcrop_core::testing::{ScriptedClient, contract};
/// use outcrop_core::{ErrorKind, ModelError, ModelRequest};
///
/// # async fn check() -> Result<(), contract::Violation> {
/// let rejection = || ModelError::new(ErrorKind::InvalidRequest, "the request is incomplete");
/// let client = ScriptedClient::new("scripted")
///     .fail(rejection())
///     .fail(rejection())
///     .fail(rejection())
///     .fail(rejection())
///     .respond_with_text("Paris.")
///     .respond_with_text("Paris.")
///     .respond_with_text("Paris.");
/// contract::verify(&client, &ModelRequest::builder("some-model").user("Name a city.").build()).await
/// # }
/// ```
///
/// # Errors
/// The first requirement that the client does not meet.
pub async fn verify(client: &dyn ModelClient, request: &ModelRequest) -> Result<(), Violation> {
    check_name(client)?;
    check_missing_model(client, request).await?;
    check_missing_messages(client, request).await?;

    let first =
        client.create(request).await.map_err(|e| violation("`create` returns a response", e.to_string()))?;
    check_response(client, request, &first)?;
    check_json(&first)?;

    // A client must not keep state of a call that changes the next one.
    let second = client
        .create(request)
        .await
        .map_err(|e| violation("`create` returns a response a second time", e.to_string()))?;
    check_response(client, request, &second)?;

    let stream = client
        .create_stream(request)
        .await
        .map_err(|e| violation("`create_stream` returns a stream", e.to_string()))?;
    let (events, streamed) = completed_response(stream).await?;
    check_response(client, request, &streamed)?;
    check_pieces(&events, &streamed)
}

/// Checks that a client can be used after a call was cancelled. The client gets three requests: the response to the first one
/// is never awaited, the stream of the second one is dropped after its first event, and the third one is completed.
///
/// # Errors
/// The first requirement that the client does not meet.
pub async fn verify_cancellation(client: &dyn ModelClient, request: &ModelRequest) -> Result<(), Violation> {
    let mut call = client.create(request);
    std::future::poll_fn(|cx| {
        // Polled once, so that the call has begun. Whether it is complete by then depends on the client.
        let _ = call.as_mut().poll(cx);
        Poll::Ready(())
    })
    .await;
    drop(call);
    let requirement = "a stream that is dropped does not affect the next call";
    let mut stream =
        client.create_stream(request).await.map_err(|error| violation(requirement, error.to_string()))?;
    stream.next().await;
    drop(stream);
    let response = client.create(request).await.map_err(|error| violation(requirement, error.to_string()))?;
    check_response(client, request, &response)
}

/// Checks a client with a request whose stream breaks after its first output, such as one to a server that closes the
/// connection. Only a client that can be made to fail can be checked so.
///
/// ```
/// use outcrop_core::testing::{ScriptedClient, contract};
/// use outcrop_core::{ErrorKind, ModelError, ModelRequest};
///
/// # async fn check() -> Result<(), contract::Violation> {
/// let client = ScriptedClient::new("scripted")
///     .stream(["The ", "Tagus."])
///     .breaks_after(1, ModelError::new(ErrorKind::Connection, "the connection was closed"));
/// let request = ModelRequest::builder("some-model").user("Name a river.").build();
/// contract::verify_broken_stream(&client, &request).await
/// # }
/// ```
///
/// # Errors
/// The first requirement that the client does not meet.
pub async fn verify_broken_stream(client: &dyn ModelClient, request: &ModelRequest) -> Result<(), Violation> {
    let requirement = "a stream that breaks after its first output ends with an error";
    let mut stream =
        client.create_stream(request).await.map_err(|error| violation(requirement, error.to_string()))?;
    let mut pieces = ResponseAccumulator::new("", "", "");
    let error = loop {
        match stream.next().await {
            Some(Ok(StreamEvent::Completed { .. })) => {
                return Err(violation(requirement, "a complete response"));
            }
            Some(Ok(event)) => pieces.push(&event),
            Some(Err(error)) => break error,
            None => return Err(violation(requirement, "its end without an error")),
        }
    };
    if stream.next().await.is_some() {
        return Err(violation("an error is the last item of a stream", "another item"));
    }
    let requirement = "the error of a broken stream has the partial response";
    let Some(partial) = error.partial_response() else {
        return Err(violation(requirement, "an error without one"));
    };
    check_contents(requirement, &pieces.partial(), partial)?;
    // A program would run a call with a part of its arguments.
    let is_cut = |call: &ToolCallContent| call.parse_arguments::<RawJson>().is_err();
    let mut calls = partial.messages.iter().flat_map(UnifiedMessage::tool_calls);
    if calls.any(|call| is_cut(call) && !call.is_incomplete()) {
        return Err(violation("a tool call that is cut off is incomplete", "a call that is not"));
    }
    Ok(())
}

fn check_name(client: &dyn ModelClient) -> Result<(), Violation> {
    if client.provider().is_empty() {
        Err(violation("`provider` returns a name", "an empty string"))
    } else {
        Ok(())
    }
}

async fn check_missing_model(client: &dyn ModelClient, request: &ModelRequest) -> Result<(), Violation> {
    let request = ModelRequest { model: String::new(), ..request.clone() };
    check_rejection("a request without a model is rejected as invalid", client.create(&request).await)?;
    let requirement = "a stream of a request without a model is rejected as invalid";
    check_rejection(requirement, streamed(client, &request).await)
}

async fn check_missing_messages(client: &dyn ModelClient, request: &ModelRequest) -> Result<(), Violation> {
    let request = ModelRequest { messages: Vec::new(), ..request.clone() };
    check_rejection("a request without messages is rejected as invalid", client.create(&request).await)?;
    let requirement = "a stream of a request without messages is rejected as invalid";
    check_rejection(requirement, streamed(client, &request).await)
}

async fn streamed(client: &dyn ModelClient, request: &ModelRequest) -> Result<UnifiedResponse, ModelError> {
    client.create_stream(request).await?.collect_response().await
}

/// Checks that a call failed with an error that is not retried.
fn check_rejection(
    requirement: &'static str,
    result: Result<UnifiedResponse, ModelError>,
) -> Result<(), Violation> {
    match result {
        Err(error) if error.kind() == ErrorKind::InvalidRequest => Ok(()),
        Err(error) => Err(violation(requirement, format!("an error of kind {}", error.kind()))),
        Ok(_) => Err(violation(requirement, "a response")),
    }
}

fn check_response(
    client: &dyn ModelClient,
    request: &ModelRequest,
    response: &UnifiedResponse,
) -> Result<(), Violation> {
    let require = |is_met: bool, requirement: &'static str, observed: &str| {
        if is_met { Ok(()) } else { Err(violation(requirement, observed)) }
    };
    require(!response.id.is_empty(), "a response has an id", "an empty string")?;
    let has_provider = response.provider == client.provider();
    require(has_provider, "a response has the name of its provider", &response.provider)?;
    // Not the resolved id: callers look up prices and limits by the id that they sent.
    let has_model = response.model == request.model;
    require(has_model, "a response has the model of its request", &response.model)?;
    let other = response.messages.iter().find(|message| message.role != Role::Assistant);
    let role = other.map_or("", |message| message.role.as_str());
    require(other.is_none(), "the messages of a response have the role `assistant`", role)?;
    let usage = &response.usage;
    let sum =
        usage.prompt_tokens.zip(usage.completion_tokens).map(|(input, output)| input.saturating_add(output));
    // The total may be larger: some providers count tokens that are neither.
    let is_consistent = sum.zip(usage.total_tokens).is_none_or(|(sum, total)| sum <= total);
    require(is_consistent, "`total_tokens` is at least the sum of input and output", &format!("{usage:?}"))?;
    require(response.cost.is_none_or(|cost| cost >= 0.0), "a cost is not negative", "a negative cost")
}

/// Checks that a response can be stored as JSON without a change.
fn check_json(response: &UnifiedResponse) -> Result<(), Violation> {
    let requirement = "a response is equal after a round trip through JSON";
    let text = serde_json::to_string(response).map_err(|e| violation(requirement, e.to_string()))?;
    let parsed: UnifiedResponse = from_str(&text).map_err(|e| violation(requirement, e.to_string()))?;
    if parsed == *response { Ok(()) } else { Err(violation(requirement, "a different response")) }
}

/// Reads a stream to its end. Returns the events before the last one, and the response.
async fn completed_response(
    mut stream: ResponseStream,
) -> Result<(Vec<StreamEvent>, UnifiedResponse), Violation> {
    let requirement = "a stream ends with the complete response";
    let (mut events, mut completed) = (Vec::new(), None);
    while let Some(event) = stream.next().await {
        if completed.is_some() {
            return Err(violation(requirement, "an event after it"));
        }
        match event {
            Ok(StreamEvent::Completed { response }) => completed = Some(*response),
            Ok(event) => events.push(event),
            Err(error) => return Err(violation(requirement, error.to_string())),
        }
    }
    completed.map(|response| (events, response)).ok_or_else(|| violation(requirement, "no complete response"))
}

/// Checks that the events of a stream have all of the response that it ends with.
fn check_pieces(events: &[StreamEvent], response: &UnifiedResponse) -> Result<(), Violation> {
    let (mut pieces, mut blocks) =
        (ResponseAccumulator::new("", "", ""), ResponseAccumulator::new("", "", ""));
    let mut stopped = None;
    for event in events {
        match event {
            StreamEvent::BlockCompleted { .. } => blocks.push(event),
            StreamEvent::Stopped { finish_reason } => stopped = Some(finish_reason),
            event => pieces.push(event),
        }
    }
    // A program runs each call that it sees, and the result of this one has no reader.
    let calls = response.messages.iter().flat_map(UnifiedMessage::tool_calls);
    let hidden: Vec<_> = calls.filter(|call| call.is_structured_output()).collect();
    let shows = |event: &StreamEvent| match event {
        StreamEvent::ToolCall { id, name, .. } => {
            hidden.iter().any(|call| call.id == *id && call.name == *name)
        }
        StreamEvent::BlockCompleted { blocks, .. } => blocks.iter().any(is_hidden),
        _ => false,
    };
    if events.iter().any(shows) {
        let requirement = "the call of a structured output has no event";
        return Err(violation(requirement, "an event with the call"));
    }
    check_contents("the pieces of a stream are together its response", &pieces.partial(), response)?;
    let (whole, blocks) = (visible_blocks(response), visible_blocks(&blocks.partial()));
    if blocks != whole {
        let observed = format!("{} of {} blocks, or different ones", blocks.len(), whole.len());
        return Err(violation("each block of a response is complete in an event of its own", observed));
    }
    // An empty response may have no other event than the last one.
    if stopped.is_some() && stopped != Some(&response.finish_reason) {
        return Err(violation("a stream has one finish reason", "another one before the response"));
    }
    Ok(())
}

/// Checks that the pieces of a stream have the contents of a response.
fn check_contents(
    requirement: &'static str,
    pieces: &UnifiedResponse,
    response: &UnifiedResponse,
) -> Result<(), Violation> {
    for ((name, piece), (_, whole)) in contents(pieces).zip(contents(response)) {
        if piece != whole {
            let observed = format!("{} of {} bytes of {name}", piece.len(), whole.len());
            return Err(violation(requirement, observed));
        }
    }
    Ok(())
}

/// Returns the blocks of a response that a stream shows, as it shows them.
fn visible_blocks(response: &UnifiedResponse) -> Vec<ContentBlock> {
    let blocks = response.messages.iter().flat_map(|message| &message.content);
    let mut blocks: Vec<_> = blocks.filter(|block| !is_hidden(block)).cloned().collect();
    for block in &mut blocks {
        // Which text is the structured output is known at the end only.
        if let ContentBlock::Text(text) = block {
            text.structured = None;
        }
    }
    blocks
}

/// Returns the contents of a response that arrive in pieces: text, reasoning, and tool calls as JSON.
fn contents(response: &UnifiedResponse) -> impl Iterator<Item = (&'static str, String)> {
    let (mut text, mut reasoning, mut calls) = (String::new(), String::new(), String::new());
    for block in response.messages.iter().flat_map(|message| &message.content) {
        match block {
            ContentBlock::Text(block) => text.push_str(&block.text),
            ContentBlock::Reasoning(block) => reasoning.push_str(&block.reasoning),
            ContentBlock::ToolCall(call) if !call.is_structured_output() => {
                for part in [&call.id, &call.name, &call.arguments] {
                    calls.push_str(part);
                    calls.push('\n');
                }
            }
            _ => {}
        }
    }
    [("text", text), ("reasoning", reasoning), ("tool calls", calls)].into_iter()
}

fn violation(requirement: &'static str, observed: impl Into<String>) -> Violation {
    Violation { requirement, observed: observed.into() }
}
