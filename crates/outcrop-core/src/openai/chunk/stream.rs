//! The streams of chunks and of server-sent events that clients return.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::{ChatChunks, ChatCompletionChunk, ChatError, SSE_DONE};
use crate::error::ModelError;
use crate::request::ModelRequest;
use crate::stream::{ResponseStream, incomplete};

/// A streamed response in OpenAI's chunks. It ends with the chunk that has the usage, or with an error.
///
/// Dropping the stream closes the connection.
///
/// ```
/// # use outcrop_core::{Ag2ClientExt, ModelClient, ModelError, ModelRequest};
/// # async fn show(client: &dyn ModelClient) -> Result<(), ModelError> {
/// let request = ModelRequest::builder("some-model").user("Name a river.").build();
/// let mut chunks = client.create_v1_stream(&request).await?;
/// while let Some(chunk) = chunks.next().await {
///     print!("{}", chunk?.text().unwrap_or_default());
/// }
/// # Ok(())
/// # }
/// ```
pub struct ChatChunkStream {
    events: ResponseStream,
    chunks: ChatChunks,
    ready: VecDeque<ChatCompletionChunk>,
    /// Whether the stream of events has ended with an error.
    has_failed: bool,
}

impl ChatChunkStream {
    /// Creates the stream of the chunks of a response to a request.
    #[must_use]
    pub fn new(request: &ModelRequest, events: ResponseStream) -> Self {
        let chunks = ChatChunks::from_request(request, events.request_id().unwrap_or_default());
        Self { events, chunks, ready: VecDeque::new(), has_failed: false }
    }

    /// Sets the start of the response in seconds since 1970. This crate does not read a clock.
    #[must_use]
    pub fn with_created(self, created: u64) -> Self {
        Self { chunks: self.chunks.with_created(created), ..self }
    }

    /// Returns the id of the call at the provider. It is known before the first chunk.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.events.request_id()
    }

    /// Returns the next chunk, or `None` after the last one.
    ///
    /// # Cancel safety
    /// No chunk is lost if the future is dropped.
    pub async fn next(&mut self) -> Option<Result<ChatCompletionChunk, ModelError>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// Waits for all chunks.
    ///
    /// # Errors
    /// The error of the stream. The part of the response before it is in [`ModelError::partial_response`].
    pub async fn collect_chunks(mut self) -> Result<Vec<ChatCompletionChunk>, ModelError> {
        let mut chunks = Vec::new();
        while let Some(chunk) = self.next().await {
            chunks.push(chunk?);
        }
        Ok(chunks)
    }

    /// Returns the stream as server-sent events, for a gateway that OpenAI's clients connect to.
    ///
    /// It ends with [`SSE_DONE`] only if the response is complete. An error becomes the event `data: {"error": …}`,
    /// which is the last one.
    #[must_use]
    pub fn sse(self) -> ChatSseStream {
        ChatSseStream { chunks: self, has_ended: false }
    }
}

impl Stream for ChatChunkStream {
    type Item = Result<ChatCompletionChunk, ModelError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(chunk) = self.ready.pop_front() {
                return Poll::Ready(Some(Ok(chunk)));
            }
            // What follows the complete response is not awaited: the connection may stay open.
            if self.has_failed || self.chunks.is_complete() {
                return Poll::Ready(None);
            }
            match Pin::new(&mut self.events).poll_next(cx) {
                Poll::Ready(Some(Ok(event))) => {
                    let chunks = self.chunks.push(event);
                    self.ready.extend(chunks);
                }
                Poll::Ready(Some(Err(error))) => {
                    self.has_failed = true;
                    return Poll::Ready(Some(Err(error)));
                }
                Poll::Ready(None) => {
                    self.has_failed = true;
                    return Poll::Ready(Some(Err(incomplete())));
                }
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

impl fmt::Debug for ChatChunkStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatChunkStream").field("events", &self.events).field("chunks", &self.chunks).finish()
    }
}

/// A stream of server-sent events. Created by [`ChatChunkStream::sse`].
#[derive(Debug)]
pub struct ChatSseStream {
    chunks: ChatChunkStream,
    has_ended: bool,
}

impl ChatSseStream {
    /// Returns the text of the next event, or `None` after the last one.
    ///
    /// # Cancel safety
    /// No event is lost if the future is dropped.
    pub async fn next(&mut self) -> Option<String> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl Stream for ChatSseStream {
    type Item = String;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.has_ended {
            return Poll::Ready(None);
        }
        Pin::new(&mut self.chunks).poll_next(cx).map(|chunk| {
            self.has_ended = !matches!(chunk, Some(Ok(_)));
            Some(match chunk {
                Some(Ok(chunk)) => chunk.to_sse(),
                // The HTTP status was sent before the first event, so an event is the only way to report an error.
                Some(Err(error)) => ChatError::from(&error).to_sse(),
                None => SSE_DONE.to_owned(),
            })
        })
    }
}
