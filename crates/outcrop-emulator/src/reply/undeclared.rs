//! A body that does not say how long it is.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame};
use tokio::time::{Sleep, sleep};

/// How long a body that ends too early keeps its connection, so that what there is of it is on its way first: hyper
/// drops what it has not written when it finds that the length was a lie.
const LINGER: Duration = Duration::from_millis(20);

/// A body whose length is not asked for, so that a `content-length` which does not fit it can be sent: hyper breaks
/// the connection off when the body ends too early, and cuts what is too much.
pub(super) struct Undeclared {
    body: Option<Bytes>,
    end: Option<Pin<Box<Sleep>>>,
}

impl Undeclared {
    pub(super) fn new(body: Bytes) -> Self {
        Self { body: Some(body).filter(|body| !body.is_empty()), end: None }
    }
}

impl Body for Undeclared {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(body) = self.body.take() {
            return Poll::Ready(Some(Ok(Frame::data(body))));
        }
        // Only a body that is shorter than it was said to be is asked for more.
        let end = self.end.get_or_insert_with(|| Box::pin(sleep(LINGER)));
        end.as_mut().poll(context).map(|()| None)
    }
}
