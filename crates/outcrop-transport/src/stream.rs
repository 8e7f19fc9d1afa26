//! The body of a streamed response.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use aws_smithy_types::byte_stream::ByteStream;
use bytes::Bytes;
use outcrop_core::{ErrorKind, ModelError, Stage};

use crate::exchange::CapturedResponse;

/// The body of a streamed response: bytes of an event stream, split anywhere.
///
/// Dropping it closes the connection; reading it to its end leaves the connection for the next call.
pub struct ResponseBody {
    body: ByteStream,
    request_id: Option<String>,
    region: String,
}

impl ResponseBody {
    pub(crate) fn new(captured: CapturedResponse, region: &str) -> Self {
        Self {
            body: ByteStream::new(captured.body),
            request_id: captured.request_id,
            region: region.to_owned(),
        }
    }

    /// The service's id of the call.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// Of kind `Connection`: the connection broke.
    ///
    /// # Cancel safety
    /// No bytes are lost when the future is dropped.
    pub async fn next_chunk(&mut self) -> Option<Result<Bytes, ModelError>> {
        poll_fn(|cx| self.poll_chunk(cx)).await
    }

    /// The next bytes, if they are there, as [`next_chunk`](Self::next_chunk).
    pub fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, ModelError>>> {
        Pin::new(&mut self.body).poll_next(cx).map_err(|error| {
            let error =
                ModelError::new(ErrorKind::Connection, "the connection broke while the answer was streaming")
                    .with_code("ConnectionBroken")
                    .with_stage(Stage::Streaming)
                    .with_region(&self.region)
                    .with_source(error);
            match &self.request_id {
                Some(id) => error.with_request_id(id.clone()),
                None => error,
            }
        })
    }
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseBody").field("request_id", &self.request_id).finish_non_exhaustive()
    }
}
