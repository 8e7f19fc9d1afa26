//! Answers while they are being written.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::error::ModelError;
use crate::response::UnifiedResponse;

/// One step of an answer that is being written.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum StreamEvent {
    /// The answer is complete: the whole of it, with usage and cost. The last event of every good stream.
    Completed(Box<UnifiedResponse>),
}

/// An answer while it is being written: a stream of [`StreamEvent`]s that ends with [`StreamEvent::Completed`] or an error.
///
/// Dropping it closes the connection and gives the rest of the answer up.
pub struct ResponseStream {
    events: Pin<Box<dyn Stream<Item = Result<StreamEvent, ModelError>> + Send>>,
    request_id: Option<String>,
}

impl ResponseStream {
    /// Wraps a provider's stream of events.
    #[must_use]
    pub fn new(events: impl Stream<Item = Result<StreamEvent, ModelError>> + Send + 'static) -> Self {
        Self { events: Box::pin(events), request_id: None }
    }

    /// A whole answer as a stream: for providers and models that cannot stream.
    #[must_use]
    pub fn replay(response: UnifiedResponse) -> Self {
        let request_id = Some(response.id.clone());
        let events = Once(Some(Ok(StreamEvent::Completed(Box::new(response)))));
        Self { events: Box::pin(events), request_id }
    }

    /// The same stream, with the provider's id of the call.
    #[must_use]
    pub fn with_request_id(self, request_id: impl Into<String>) -> Self {
        Self { request_id: Some(request_id.into()), ..self }
    }

    /// The provider's id of the call, known before the first event.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }
}

impl Stream for ResponseStream {
    type Item = Result<StreamEvent, ModelError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.events.as_mut().poll_next(cx)
    }
}

impl fmt::Debug for ResponseStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseStream").field("request_id", &self.request_id).finish_non_exhaustive()
    }
}

/// A stream of one item.
struct Once(Option<Result<StreamEvent, ModelError>>);

impl Stream for Once {
    type Item = Result<StreamEvent, ModelError>;

    fn poll_next(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take())
    }
}

#[cfg(test)]
mod tests;
