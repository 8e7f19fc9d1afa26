//! The layer that records the metrics of calls.

use std::pin::Pin;
use std::task::{Context, Poll};

use async_trait::async_trait;
use futures_core::Stream;
use outcrop_core::{ModelClient, ModelError, ModelRequest, ResponseStream, StreamEvent, UnifiedResponse};

use super::Layer;
use crate::metrics::{Call, Metrics};

#[async_trait]
impl Layer for Metrics {
    async fn create(
        &self,
        inner: &dyn ModelClient,
        request: &ModelRequest,
    ) -> Result<UnifiedResponse, ModelError> {
        let mut call = Call::start(self, inner, request);
        let outcome = inner.create(request).await;
        match &outcome {
            Ok(response) => call.end(&Ok(response)),
            Err(error) => call.fail(error),
        }
        outcome
    }

    async fn create_stream(
        &self,
        inner: &dyn ModelClient,
        request: &ModelRequest,
    ) -> Result<ResponseStream, ModelError> {
        let mut call = Call::start(self, inner, request);
        let stream = inner.create_stream(request).await.inspect_err(|error| call.fail(error))?;
        Ok(stream.wrap(|stream| Measured { stream, call }))
    }
}

/// A stream whose chunks are measured.
struct Measured {
    stream: ResponseStream,
    call: Call,
}

impl Stream for Measured {
    type Item = Result<StreamEvent, ModelError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let event = Pin::new(&mut self.stream).poll_next(cx);
        match &event {
            Poll::Ready(Some(Ok(StreamEvent::Completed { response }))) => self.call.end(&Ok(response)),
            Poll::Ready(Some(Ok(event))) => self.call.record_event(event),
            Poll::Ready(Some(Err(error))) => self.call.fail(error),
            Poll::Ready(None) => self.call.end(&Err("incomplete")),
            Poll::Pending => {}
        }
        event
    }
}

#[cfg(test)]
mod tests;
