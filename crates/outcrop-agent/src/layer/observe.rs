//! Observing a stream until its end.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use outcrop_core::{ModelError, ResponseStream, StreamEvent, UnifiedResponse};

/// The end of a stream.
pub(super) enum End<'a> {
    /// The complete response.
    Completed(&'a mut UnifiedResponse),
    /// An error.
    Failed(&'a ModelError),
    /// The stream was dropped, or it ended without a response.
    Dropped,
}

/// Runs a function once, at the end of a stream.
pub(super) fn observe<F>(stream: ResponseStream, at_end: F) -> ResponseStream
where
    F: FnOnce(End<'_>) + Send + Unpin + 'static,
{
    stream.wrap(|stream| Observed { stream, at_end: Some(at_end) })
}

/// Runs a function once, at the end of a call that opens a stream. An error before the stream is its end, too.
pub(super) fn observe_call<F>(
    outcome: Result<ResponseStream, ModelError>,
    at_end: F,
) -> Result<ResponseStream, ModelError>
where
    F: FnOnce(End<'_>) + Send + Unpin + 'static,
{
    match outcome {
        Ok(stream) => Ok(observe(stream, at_end)),
        Err(error) => {
            at_end(End::Failed(&error));
            Err(error)
        }
    }
}

struct Observed<F: FnOnce(End<'_>)> {
    stream: ResponseStream,
    at_end: Option<F>,
}

impl<F: FnOnce(End<'_>) + Unpin> Stream for Observed<F> {
    type Item = Result<StreamEvent, ModelError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut event = Pin::new(&mut self.stream).poll_next(cx);
        let end = match &mut event {
            Poll::Ready(Some(Ok(StreamEvent::Completed { response }))) => End::Completed(response),
            Poll::Ready(Some(Err(error))) => End::Failed(error),
            Poll::Ready(None) => End::Dropped,
            _ => return event,
        };
        // Once, because a stream may be polled again after its end.
        if let Some(at_end) = self.at_end.take() {
            at_end(end);
        }
        event
    }
}

impl<F: FnOnce(End<'_>)> Drop for Observed<F> {
    fn drop(&mut self) {
        if let Some(at_end) = self.at_end.take() {
            at_end(End::Dropped);
        }
    }
}
