//! Successful responses: whole ones, and the body of a stream.

use std::fmt;
use std::future::{Future as _, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use bytes::Bytes;
use outcrop_core::{ErrorKind, ModelError, Stage};

use crate::cause::Cause;
use crate::exchange::CapturedResponse;

/// A successful response of the service, with its body as bytes.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct RawResponse {
    /// The body, unchanged.
    pub body: Bytes,
    /// The service's id of the call.
    pub request_id: Option<String>,
    /// How long the model took, as reported by the service.
    pub invocation_latency: Option<Duration>,
}

impl RawResponse {
    /// Unwraps the captured response of a call.
    ///
    /// # Errors
    /// Kind `Other` if there is none, and `Connection` if its body is incomplete.
    pub(crate) fn from_captured(captured: Option<CapturedResponse>) -> Result<Self, ModelError> {
        let Some(captured) = captured else {
            return Err(missing_response());
        };
        let latency = captured.invocation_latency.and_then(|text| text.parse().ok());
        Ok(Self {
            body: read_from_memory(captured.body)?,
            request_id: captured.request_id,
            invocation_latency: latency.map(Duration::from_millis),
        })
    }

    /// Converts a response that should have been a stream to an error: an unknown path gets status 200, for example.
    pub(crate) fn into_not_a_stream(self) -> ModelError {
        let error = ModelError::new(ErrorKind::InvalidResponse, "the response is not an event stream")
            .with_code("InvalidResponse")
            .with_stage(Stage::Replied)
            .with_body(self.body)
            .with_hint(
                "check the model id, which is part of the path, and whether the endpoint is Bedrock's",
            );
        match self.request_id {
            Some(id) => error.with_request_id(id),
            None => error,
        }
    }
}

/// Builds the error for a successful call without a captured response.
pub(crate) fn missing_response() -> ModelError {
    ModelError::new(ErrorKind::Other, "the SDK returned no response").with_stage(Stage::Replied)
}

/// Returns the bytes of a body that is in memory.
fn read_from_memory(body: SdkBody) -> Result<Bytes, ModelError> {
    // `SdkBody::bytes` borrows, so it would force a copy. Collecting a body that is in memory returns its bytes uncopied
    // and never waits, so one poll is enough.
    let collected = pin!(ByteStream::new(body).collect());
    let unreadable = || {
        ModelError::new(ErrorKind::Connection, "the response could not be read").with_stage(Stage::Waiting)
    };
    match collected.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(body)) => Ok(body.into_bytes()),
        Poll::Ready(Err(error)) => Err(unreadable().with_source(Cause::new(&error))),
        Poll::Pending => Err(unreadable()),
    }
}

/// The body of a streamed response: the bytes of an event stream, split anywhere.
///
/// Dropping it closes the connection. Reading it to its end keeps the connection for the next call.
pub struct ResponseBody {
    body: ByteStream,
    request_id: Option<String>,
    region: String,
}

impl ResponseBody {
    /// Wraps the body of a captured response.
    pub(crate) fn new(captured: CapturedResponse, region: &str) -> Self {
        Self {
            body: ByteStream::new(captured.body),
            request_id: captured.request_id,
            region: region.to_owned(),
        }
    }

    /// Returns the service's id of the call.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// Returns the next bytes; `None` at the end. It waits without a limit: see [`Timeouts`](crate::Timeouts).
    ///
    /// # Errors
    /// Kind `Connection`, stage `Streaming`: the connection broke.
    ///
    /// # Cancel safety
    /// No bytes are lost if the future is dropped.
    pub async fn next_chunk(&mut self) -> Option<Result<Bytes, ModelError>> {
        poll_fn(|cx| self.poll_chunk(cx)).await
    }

    /// Returns the next bytes if they have arrived; see [`next_chunk`](Self::next_chunk).
    pub fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, ModelError>>> {
        Pin::new(&mut self.body).poll_next(cx).map_err(|error| {
            // A body that ends before its length, or in the middle of a chunk, is an error of the connector, too.
            let error = ModelError::new(
                ErrorKind::Connection,
                "the connection broke while the response was streamed",
            )
            .with_code("ConnectionBroken")
            .with_stage(Stage::Streaming)
            .with_region(&self.region)
            .with_hint("a stream that has begun is billed and is never sent again")
            .with_source(Cause::new(&error));
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
