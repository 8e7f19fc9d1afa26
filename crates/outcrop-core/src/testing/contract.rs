//! What every client promises, checked.
//!
//! Call [`verify`] from a test of yours, with a client that can answer (a fake server, a recorded one) and a
//! request that it answers. It sends the request several times.

use std::pin::Pin;

use futures_core::Stream;

use crate::client::ModelClient;
use crate::error::{ErrorKind, ModelError};
use crate::request::ModelRequest;
use crate::response::UnifiedResponse;
use crate::role::Role;
use crate::stream::{ResponseStream, StreamEvent};

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

/// Checks a client with a request that it answers.
///
/// # Errors
/// The first requirement that is not met.
pub async fn verify(client: &dyn ModelClient, request: &ModelRequest) -> Result<(), Violation> {
    named(client)?;
    refuses_no_model(client, request).await?;
    refuses_no_messages(client, request).await?;

    let answer =
        client.create(request).await.map_err(|e| violation("create answers the request", e.to_string()))?;
    well_formed(client, request, &answer)?;
    survives_json(&answer)?;

    let again =
        client.create(request).await.map_err(|e| violation("create answers a second time", e.to_string()))?;
    well_formed(client, request, &again)?;

    let stream =
        client.create_stream(request).await.map_err(|e| violation("create_stream answers", e.to_string()))?;
    let streamed = last_event(stream).await?;
    well_formed(client, request, &streamed)
}

fn named(client: &dyn ModelClient) -> Result<(), Violation> {
    if client.provider().is_empty() {
        Err(violation("the provider has a name", "an empty one"))
    } else {
        Ok(())
    }
}

async fn refuses_no_model(client: &dyn ModelClient, request: &ModelRequest) -> Result<(), Violation> {
    let request = ModelRequest { model: String::new(), ..request.clone() };
    refuses("a request without a model is refused as invalid", client.create(&request).await)
}

async fn refuses_no_messages(client: &dyn ModelClient, request: &ModelRequest) -> Result<(), Violation> {
    let request = ModelRequest { messages: Vec::new(), ..request.clone() };
    refuses("a request without messages is refused as invalid", client.create(&request).await)
}

fn refuses(requirement: &'static str, outcome: Result<UnifiedResponse, ModelError>) -> Result<(), Violation> {
    match outcome {
        Err(error) if error.kind() == ErrorKind::InvalidRequest => Ok(()),
        Err(error) => Err(violation(requirement, format!("an error of kind {}", error.kind()))),
        Ok(_) => Err(violation(requirement, "an answer")),
    }
}

fn well_formed(
    client: &dyn ModelClient,
    request: &ModelRequest,
    answer: &UnifiedResponse,
) -> Result<(), Violation> {
    let requirement = |holds: bool, requirement: &'static str, observed: &str| {
        if holds { Ok(()) } else { Err(violation(requirement, observed.to_owned())) }
    };
    requirement(!answer.id.is_empty(), "a response has an id", "an empty one")?;
    requirement(answer.provider == client.provider(), "a response names its provider", &answer.provider)?;
    requirement(answer.model == request.model, "a response names the model that was asked", &answer.model)?;
    requirement(!answer.messages.is_empty(), "a response has a message", "none")?;
    let speaker = answer.messages.iter().find(|message| message.role != Role::Assistant);
    requirement(
        speaker.is_none(),
        "the answer is the assistant's",
        speaker.map_or("", |message| message.role.as_str()),
    )?;
    let empty = answer.messages.iter().any(|message| message.content.is_empty());
    requirement(!empty, "a message has content", "none")?;
    let usage = &answer.usage;
    let parts =
        usage.prompt_tokens.zip(usage.completion_tokens).map(|(input, output)| input.saturating_add(output));
    let sums = parts.zip(usage.total_tokens).is_none_or(|(parts, total)| parts <= total);
    requirement(sums, "input and output are not more than the total", &format!("{usage:?}"))?;
    requirement(answer.cost.is_none_or(|cost| cost >= 0.0), "a cost is not negative", "a negative one")
}

fn survives_json(answer: &UnifiedResponse) -> Result<(), Violation> {
    let requirement = "a response written as JSON and read again is equal";
    let text = serde_json::to_string(answer).map_err(|e| violation(requirement, e.to_string()))?;
    let read: UnifiedResponse =
        crate::json::from_str(&text).map_err(|e| violation(requirement, e.to_string()))?;
    if read == *answer { Ok(()) } else { Err(violation(requirement, "another response")) }
}

async fn last_event(mut stream: ResponseStream) -> Result<UnifiedResponse, Violation> {
    let requirement = "a stream ends with the complete response";
    let mut last = None;
    while let Some(event) = std::future::poll_fn(|cx| Pin::new(&mut stream).poll_next(cx)).await {
        if last.is_some() {
            return Err(violation(requirement, "an event after it"));
        }
        match event {
            Ok(StreamEvent::Completed { response }) => last = Some(*response),
            Ok(_) => {}
            Err(error) => return Err(violation(requirement, error.to_string())),
        }
    }
    last.ok_or_else(|| violation(requirement, "no complete response"))
}

fn violation(requirement: &'static str, observed: impl Into<String>) -> Violation {
    Violation { requirement, observed: observed.into() }
}
