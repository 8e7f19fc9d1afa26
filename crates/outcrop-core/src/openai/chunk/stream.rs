//! The stream of chunks that clients hand out.

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

/// An answer while it is being written, in OpenAI's chunks: a stream that ends with the chunk of its usage, or an error.
///
/// Dropping it closes the connection and gives the rest of the answer up.
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
    /// Whether the stream of steps is over.
    is_over: bool,
}

impl ChatChunkStream {
    /// The chunks of the answer to a request.
    #[must_use]
    pub fn new(request: &ModelRequest, events: ResponseStream) -> Self {
        let chunks = ChatChunks::from_request(request, events.request_id().unwrap_or_default());
        Self { events, chunks, ready: VecDeque::new(), is_over: false }
    }

    /// The same stream, its chunks with a time, in seconds since 1970; this crate looks at no clock.
    #[must_use]
    pub fn with_created(self, created: u64) -> Self {
        Self { chunks: self.chunks.with_created(created), ..self }
    }

    /// The provider's id of the call, known before the first chunk.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.events.request_id()
    }

    /// The next chunk; `None` after the last one.
    ///
    /// # Cancel safety
    /// No chunk is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<Result<ChatCompletionChunk, ModelError>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// Waits for all chunks.
    ///
    /// # Errors
    /// The error that the stream ends with; what came before it is at [`ModelError::partial_response`].
    pub async fn collect_chunks(mut self) -> Result<Vec<ChatCompletionChunk>, ModelError> {
        let mut chunks = Vec::new();
        while let Some(chunk) = self.next().await {
            chunks.push(chunk?);
        }
        Ok(chunks)
    }

    /// The text of a server-sent stream, event by event, as OpenAI's clients read it from a gateway.
    ///
    /// It ends with `data: [DONE]` only if the answer is complete; an error is an event `data: {"error": …}` and the
    /// last one.
    #[must_use]
    pub fn sse(self) -> ChatSseStream {
        ChatSseStream { chunks: self, is_over: false }
    }
}

impl Stream for ChatChunkStream {
    type Item = Result<ChatCompletionChunk, ModelError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(chunk) = self.ready.pop_front() {
                return Poll::Ready(Some(Ok(chunk)));
            }
            if self.is_over || self.chunks.is_complete() {
                return Poll::Ready(None);
            }
            match Pin::new(&mut self.events).poll_next(cx) {
                Poll::Ready(Some(Ok(event))) => {
                    let chunks = self.chunks.push(event);
                    self.ready.extend(chunks);
                }
                Poll::Ready(Some(Err(error))) => {
                    self.is_over = true;
                    return Poll::Ready(Some(Err(error)));
                }
                Poll::Ready(None) => {
                    self.is_over = true;
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

/// Chunks as the text of a server-sent stream. Made by [`ChatChunkStream::sse`].
#[derive(Debug)]
pub struct ChatSseStream {
    chunks: ChatChunkStream,
    is_over: bool,
}

impl ChatSseStream {
    /// The text of the next event; `None` after the last one.
    ///
    /// # Cancel safety
    /// No event is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<String> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl Stream for ChatSseStream {
    type Item = String;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        Pin::new(&mut self.chunks).poll_next(cx).map(|chunk| {
            self.is_over = !matches!(chunk, Some(Ok(_)));
            Some(match chunk {
                Some(Ok(chunk)) => chunk.to_sse(),
                Some(Err(error)) => ChatError::from(&error).to_sse(),
                None => SSE_DONE.to_owned(),
            })
        })
    }
}
