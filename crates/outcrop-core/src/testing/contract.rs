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

/// A promise that a client does not keep.
#[derive(Debug, thiserror::Error)]
#[error("{promise}: {found}")]
#[non_exhaustive]
pub struct Broken {
    /// What every client promises.
    pub promise: &'static str,
    /// What was found instead.
    pub found: String,
}

/// Checks a client with a request that it answers.
///
/// # Errors
/// The first promise that is not kept.
pub async fn verify(client: &dyn ModelClient, request: &ModelRequest) -> Result<(), Broken> {
    named(client)?;
    refuses_no_model(client, request).await?;
    refuses_no_messages(client, request).await?;

    let answer =
        client.create(request).await.map_err(|e| broken("create answers the request", e.to_string()))?;
    well_formed(client, request, &answer)?;
    survives_json(&answer)?;

    let again =
        client.create(request).await.map_err(|e| broken("create answers a second time", e.to_string()))?;
    well_formed(client, request, &again)?;

    let stream =
        client.create_stream(request).await.map_err(|e| broken("create_stream answers", e.to_string()))?;
    let streamed = last_event(stream).await?;
    well_formed(client, request, &streamed)
}

fn named(client: &dyn ModelClient) -> Result<(), Broken> {
    if client.provider().is_empty() { Err(broken("the provider has a name", "an empty one")) } else { Ok(()) }
}

async fn refuses_no_model(client: &dyn ModelClient, request: &ModelRequest) -> Result<(), Broken> {
    let request = ModelRequest { model: String::new(), ..request.clone() };
    refuses("a request without a model is refused as invalid", client.create(&request).await)
}

async fn refuses_no_messages(client: &dyn ModelClient, request: &ModelRequest) -> Result<(), Broken> {
    let request = ModelRequest { messages: Vec::new(), ..request.clone() };
    refuses("a request without messages is refused as invalid", client.create(&request).await)
}

fn refuses(promise: &'static str, outcome: Result<UnifiedResponse, ModelError>) -> Result<(), Broken> {
    match outcome {
        Err(error) if error.kind() == ErrorKind::InvalidRequest => Ok(()),
        Err(error) => Err(broken(promise, format!("an error of kind {}", error.kind()))),
        Ok(_) => Err(broken(promise, "an answer")),
    }
}

fn well_formed(
    client: &dyn ModelClient,
    request: &ModelRequest,
    answer: &UnifiedResponse,
) -> Result<(), Broken> {
    let promise = |holds: bool, promise: &'static str, found: &str| {
        if holds { Ok(()) } else { Err(broken(promise, found.to_owned())) }
    };
    promise(!answer.id.is_empty(), "a response has an id", "an empty one")?;
    promise(answer.provider == client.provider(), "a response names its provider", &answer.provider)?;
    promise(answer.model == request.model, "a response names the model that was asked", &answer.model)?;
    promise(!answer.messages.is_empty(), "a response has a message", "none")?;
    let speaker = answer.messages.iter().find(|message| message.role != Role::Assistant);
    promise(
        speaker.is_none(),
        "the answer is the assistant's",
        speaker.map_or("", |message| message.role.as_str()),
    )?;
    let empty = answer.messages.iter().any(|message| message.content.is_empty());
    promise(!empty, "a message has content", "none")?;
    let usage = &answer.usage;
    let parts =
        usage.prompt_tokens.zip(usage.completion_tokens).map(|(input, output)| input.saturating_add(output));
    let sums = parts.zip(usage.total_tokens).is_none_or(|(parts, total)| parts <= total);
    promise(sums, "input and output are not more than the total", &format!("{usage:?}"))?;
    promise(answer.cost.is_none_or(|cost| cost >= 0.0), "a cost is not negative", "a negative one")
}

fn survives_json(answer: &UnifiedResponse) -> Result<(), Broken> {
    let promise = "a response written as JSON and read again is equal";
    let text = serde_json::to_string(answer).map_err(|e| broken(promise, e.to_string()))?;
    let read: UnifiedResponse = crate::json::from_str(&text).map_err(|e| broken(promise, e.to_string()))?;
    if read == *answer { Ok(()) } else { Err(broken(promise, "another response")) }
}

async fn last_event(mut stream: ResponseStream) -> Result<UnifiedResponse, Broken> {
    let promise = "a stream ends with the complete response";
    let mut last = None;
    while let Some(event) = std::future::poll_fn(|cx| Pin::new(&mut stream).poll_next(cx)).await {
        if last.is_some() {
            return Err(broken(promise, "an event after it"));
        }
        match event {
            Ok(StreamEvent::Completed { response }) => last = Some(*response),
            Ok(_) => {}
            Err(error) => return Err(broken(promise, error.to_string())),
        }
    }
    last.ok_or_else(|| broken(promise, "no complete response"))
}

fn broken(promise: &'static str, found: impl Into<String>) -> Broken {
    Broken { promise, found: found.into() }
}
