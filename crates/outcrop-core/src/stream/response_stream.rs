//! The stream that clients hand out.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::error::{ErrorKind, ModelError, Stage};
use crate::note::Note;
use crate::response::UnifiedResponse;
use crate::stream::StreamEvent;

/// An answer while it is being written: a stream of [`StreamEvent`]s that ends with [`StreamEvent::Completed`] or an
/// error. What came before an error is at [`ModelError::partial_response`].
///
/// Dropping it closes the connection and gives the rest of the answer up.
///
/// ```
/// # use outcrop_core::{ResponseStream, UnifiedMessage, UnifiedResponse};
/// # async fn show(mut stream: ResponseStream) -> Result<(), outcrop_core::ModelError> {
/// while let Some(event) = stream.next().await {
///     if let Some(words) = event?.text() {
///         print!("{words}");
///     }
/// }
/// # Ok(())
/// # }
/// ```
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
        let events = Steps(StreamEvent::replay(response).into());
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

    /// The next event; `None` after the last one.
    ///
    /// # Cancel safety
    /// No event is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<Result<StreamEvent, ModelError>> {
        poll_fn(|cx| self.events.as_mut().poll_next(cx)).await
    }

    /// Waits for the whole answer.
    ///
    /// # Errors
    /// The error that the stream ends with; what came before it is at [`ModelError::partial_response`].
    pub async fn collect_response(mut self) -> Result<UnifiedResponse, ModelError> {
        let mut answer = None;
        while let Some(event) = self.next().await {
            if let StreamEvent::Completed { response } = event? {
                answer = Some(*response);
            }
        }
        answer.ok_or_else(incomplete)
    }

    /// The words alone, as they come.
    #[must_use]
    pub fn text_stream(self) -> TextStream {
        TextStream(self)
    }

    /// The same stream; the response that it ends with has these notes first.
    #[must_use]
    pub fn with_notes(self, notes: Vec<Note>) -> Self {
        if notes.is_empty() {
            return self;
        }
        Self { events: Box::pin(Noted { events: self.events, notes }), request_id: self.request_id }
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

/// The error of a provider's stream that just ends.
pub(crate) fn incomplete() -> ModelError {
    ModelError::new(ErrorKind::Incomplete, "the stream ended before the answer was complete")
        .with_code("IncompleteStream")
        .with_stage(Stage::Streaming)
}

/// The words of an answer, as they come. Made by [`ResponseStream::text_stream`].
#[derive(Debug)]
pub struct TextStream(ResponseStream);

impl TextStream {
    /// The next words; `None` after the last ones.
    ///
    /// # Cancel safety
    /// No words are lost when the future is dropped.
    pub async fn next(&mut self) -> Option<Result<String, ModelError>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl Stream for TextStream {
    type Item = Result<String, ModelError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match Pin::new(&mut self.0).poll_next(cx) {
                Poll::Ready(Some(Ok(StreamEvent::Text { text, .. }))) => return Poll::Ready(Some(Ok(text))),
                Poll::Ready(Some(Ok(_))) => {}
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(error))),
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

/// A stream of events that are there already.
struct Steps(VecDeque<StreamEvent>);

impl Stream for Steps {
    type Item = Result<StreamEvent, ModelError>;

    fn poll_next(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop_front().map(Ok))
    }
}

/// A stream whose answer has notes of what happened before it.
struct Noted {
    events: Pin<Box<dyn Stream<Item = Result<StreamEvent, ModelError>> + Send>>,
    notes: Vec<Note>,
}

impl Stream for Noted {
    type Item = Result<StreamEvent, ModelError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut event = self.events.as_mut().poll_next(cx);
        if let Poll::Ready(Some(Ok(StreamEvent::Completed { response }))) = &mut event {
            response.notes.splice(0..0, std::mem::take(&mut self.notes));
        }
        event
    }
}
