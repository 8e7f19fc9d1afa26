//! The stream of events that clients return.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::event::StreamEvent;
use super::text_buffer::TextBuffer;
use crate::error::{ErrorKind, ModelError, Stage};
use crate::note::Note;
use crate::response::UnifiedResponse;

/// A streamed response: a [`Stream`] of [`StreamEvent`]s.
///
/// It ends with [`StreamEvent::Completed`] or an error. The part of the response before an error is in
/// [`ModelError::partial_response`]. Dropping the stream closes the connection.
///
/// ```
/// # use outcrop_core::{ResponseStream, UnifiedMessage, UnifiedResponse};
/// # async fn show(mut stream: ResponseStream) -> Result<(), outcrop_core::ModelError> {
/// while let Some(event) = stream.next().await {
///     if let Some(text) = event?.text() {
///         print!("{text}");
///     }
/// }
/// # Ok(())
/// # }
/// ```
pub struct ResponseStream {
    events: Pin<Box<dyn Stream<Item = Result<StreamEvent, ModelError>> + Send>>,
    request_id: Option<String>,
    has_structured_output: bool,
}

impl ResponseStream {
    /// Wraps the stream of events of a provider.
    #[must_use]
    pub fn new(events: impl Stream<Item = Result<StreamEvent, ModelError>> + Send + 'static) -> Self {
        Self { events: Box::pin(events), request_id: None, has_structured_output: false }
    }

    /// Streams a complete response, for providers and models that cannot stream. See [`StreamEvent::replay`].
    ///
    /// A response with structured output is a stream [with structured output](Self::with_structured_output).
    #[must_use]
    pub fn replay(response: UnifiedResponse) -> Self {
        let request_id = Some(response.id.clone());
        let has_structured_output = response.structured_text().is_some();
        let events = EventQueue(StreamEvent::replay(response).into());
        Self { events: Box::pin(events), request_id, has_structured_output }
    }

    /// Sets the id of the call at the provider.
    #[must_use]
    pub fn with_request_id(self, request_id: impl Into<String>) -> Self {
        Self { request_id: Some(request_id.into()), ..self }
    }

    /// Declares that the request has the format of structured output.
    ///
    /// Which part of the text is the output is known at the end only, so that [`text_stream`](Self::text_stream) returns
    /// the text then. The events are not affected.
    #[must_use]
    pub fn with_structured_output(self) -> Self {
        Self { has_structured_output: true, ..self }
    }

    /// Returns the id of the call at the provider. It is known before the first event.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// Returns the next event, or `None` after the last one.
    ///
    /// # Cancel safety
    /// No event is lost if the future is dropped.
    pub async fn next(&mut self) -> Option<Result<StreamEvent, ModelError>> {
        poll_fn(|cx| self.events.as_mut().poll_next(cx)).await
    }

    /// Waits for the complete response.
    ///
    /// # Errors
    /// The error of the stream, or one of kind [`Incomplete`](ErrorKind::Incomplete) if the stream ends without a
    /// complete response. The part before the error is in [`ModelError::partial_response`].
    pub async fn collect_response(mut self) -> Result<UnifiedResponse, ModelError> {
        let mut completed = None;
        // To the end, because a provider may report an error after the response.
        while let Some(event) = self.next().await {
            if let StreamEvent::Completed { response } = event? {
                completed = Some(*response);
            }
        }
        completed.ok_or_else(incomplete)
    }

    /// Returns the stream of the text only. Joined, its parts equal [`UnifiedResponse::text`].
    ///
    /// That has a space between two text blocks unless one of them is cited, so that the beginning of a second block may
    /// wait for the end of the block.
    #[must_use]
    pub fn text_stream(self) -> TextStream {
        let text = if self.has_structured_output { TextBuffer::held_back() } else { TextBuffer::default() };
        TextStream { events: self, text, failure: None }
    }

    /// Puts another stream around the events, and keeps what is known about the response: the id of the call, and whether it
    /// has structured output.
    ///
    /// ```
    /// use std::pin::Pin;
    /// use std::task::{Context, Poll};
    ///
    /// use futures_core::Stream;
    /// use outcrop_core::{ModelError, ResponseStream, StreamEvent};
    ///
    /// struct Print(ResponseStream);
    ///
    /// impl Stream for Print {
    ///     type Item = Result<StreamEvent, ModelError>;
    ///
    ///     fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
    ///         Pin::new(&mut self.0).poll_next(cx).map(|event| {
    ///             println!("{event:?}");
    ///             event
    ///         })
    ///     }
    /// }
    ///
    /// fn print_events(stream: ResponseStream) -> ResponseStream {
    ///     stream.wrap(Print)
    /// }
    /// ```
    #[must_use]
    pub fn wrap<S>(self, around: impl FnOnce(Self) -> S) -> Self
    where
        S: Stream<Item = Result<StreamEvent, ModelError>> + Send + 'static,
    {
        let (request_id, has_structured_output) = (self.request_id.clone(), self.has_structured_output);
        Self { events: Box::pin(around(self)), request_id, has_structured_output }
    }

    /// Inserts notes before those of the response that the stream ends with.
    #[must_use]
    pub fn with_notes(self, notes: Vec<Note>) -> Self {
        if notes.is_empty() {
            return self;
        }
        Self { events: Box::pin(WithNotes { events: self.events, notes }), ..self }
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

/// Returns the error for a stream that ends without a complete response.
///
/// A closed connection looks like the end of the stream, and clients that accept it return half a response as a whole
/// one. See <https://github.com/anomalyco/opencode/issues/46065> (M59).
pub(crate) fn incomplete() -> ModelError {
    ModelError::new(ErrorKind::Incomplete, "the stream ended before the response was complete")
        .with_code("IncompleteStream")
        .with_stage(Stage::Streaming)
}

/// A stream of the text of a response, in parts. Created by [`ResponseStream::text_stream`].
pub struct TextStream {
    events: ResponseStream,
    text: TextBuffer,
    /// An error that follows text which was held back.
    failure: Option<ModelError>,
}

impl TextStream {
    /// Returns the next part of the text, or `None` after the last one.
    ///
    /// # Cancel safety
    /// No text is lost if the future is dropped.
    pub async fn next(&mut self) -> Option<Result<String, ModelError>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl Stream for TextStream {
    type Item = Result<String, ModelError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(error) = self.failure.take() {
                return Poll::Ready(Some(Err(error)));
            }
            let text = match Pin::new(&mut self.events).poll_next(cx) {
                Poll::Ready(Some(Ok(event))) => self.text.push(&event),
                Poll::Ready(Some(Err(error))) => {
                    self.failure = Some(error);
                    self.text.finish_partial()
                }
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            };
            if let Some(text) = text.filter(|text| !text.is_empty()) {
                return Poll::Ready(Some(Ok(text)));
            }
        }
    }
}

// The buffer has text of the conversation.
impl fmt::Debug for TextStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TextStream").field(&self.events).finish()
    }
}

/// A stream of events that are already known.
struct EventQueue(VecDeque<StreamEvent>);

impl Stream for EventQueue {
    type Item = Result<StreamEvent, ModelError>;

    fn poll_next(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.pop_front().map(Ok))
    }
}

/// A stream that adds notes to the response at its end.
struct WithNotes {
    events: Pin<Box<dyn Stream<Item = Result<StreamEvent, ModelError>> + Send>>,
    notes: Vec<Note>,
}

impl Stream for WithNotes {
    type Item = Result<StreamEvent, ModelError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut event = self.events.as_mut().poll_next(cx);
        if let Poll::Ready(Some(Ok(StreamEvent::Completed { response }))) = &mut event {
            response.notes.splice(0..0, std::mem::take(&mut self.notes));
        }
        event
    }
}
