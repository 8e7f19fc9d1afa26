//! Bodies of requests and responses that the transport observes.

use std::error::Error;
use std::fmt;
use std::future::Future as _;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use crate::progress::Progress;

type BoxError = Box<dyn Error + Send + Sync>;

/// The body of a request that records when a connection begins to send it.
///
/// HTTP clients poll the body once they have a connection, after the head of the request. A body that was never polled was
/// not sent, and without its body a request is not processed.
pub(crate) struct ObservedBody {
    body: SdkBody,
    progress: Arc<Progress>,
}

impl ObservedBody {
    /// Wraps the body of a request.
    pub(crate) fn wrap(body: SdkBody, progress: Arc<Progress>) -> SdkBody {
        if body.content_length() == Some(0) {
            // An empty body is never polled.
            progress.mark_sent();
            return body;
        }
        SdkBody::from_body_1_x(Self { body, progress })
    }
}

impl Body for ObservedBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.progress.mark_sent();
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of a response with a limit for the wait between two pieces of it.
pub(crate) struct TimedBody {
    body: SdkBody,
    limit: Duration,
    timer: Option<Pin<Box<Sleep>>>,
}

impl TimedBody {
    /// Wraps the body of a response.
    pub(crate) fn wrap(body: SdkBody, limit: Duration) -> SdkBody {
        SdkBody::from_body_1_x(Self { body, limit, timer: None })
    }
}

impl Body for TimedBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            self.timer = None;
            return Poll::Ready(frame);
        }
        let limit = self.limit;
        // Most bodies arrive with the head, so the timer is only created when there is something to wait for.
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(limit)));
        timer.as_mut().poll(cx).map(|()| Some(Err(BodyTimeout.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The error of a response body that stopped arriving.
#[derive(Debug)]
pub(crate) struct BodyTimeout;

impl fmt::Display for BodyTimeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body stopped arriving")
    }
}

impl Error for BodyTimeout {}

/// The body of a response that could not be read: it is nothing but the error.
pub(crate) struct FailedBody(Mutex<Option<BoxError>>);

impl FailedBody {
    /// Creates a body that fails with an error.
    pub(crate) fn with_error(error: BoxError) -> SdkBody {
        SdkBody::from_body_1_x(Self(Mutex::new(Some(error))))
    }
}

impl Body for FailedBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Poll::Ready(self.0.get_mut().unwrap_or_else(PoisonError::into_inner).take().map(Err))
    }
}
