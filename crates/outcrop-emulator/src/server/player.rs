//! The player: sends the response to a request, whole or item by item, and records it on the way.

use std::convert::Infallible;
use std::future::Future;
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::Response;
use hyper::body::{Body, Frame};
use hyper::header::CONTENT_LENGTH;
use outcrop_converse::event_stream::FrameDecoder;
use tokio::sync::{mpsc, watch};
use tokio::time::{Sleep, sleep};

use super::connection::Connection;
use super::{LINGER, wait_for_stop};
use crate::protocol::response::{ResponseContent, ServiceResponse, UpstreamBroken};
use crate::protocol::stream::{CloseStream, StreamContent, StreamItem};
use crate::recording::{Ending, OpenExchange, SentResponse};

/// The error that makes hyper close a connection in the middle of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the stream is cut")]
pub(super) struct StreamCut;

type BodyFrame = Result<Frame<Bytes>, StreamCut>;

/// Records a response and converts it to hyper's form. A stream is sent by a task until its end, until the connection is
/// closed, or until the emulator stops.
pub(super) fn play(
    response: ServiceResponse,
    mut record: OpenExchange,
    connection: Connection,
    stopped: watch::Receiver<bool>,
) -> Response<BoxBody<Bytes, StreamCut>> {
    let ServiceResponse { status, headers, body } = response;
    let body = match body {
        ResponseContent::Whole(body) => {
            record.respond(&SentResponse::new(status, headers.clone(), body.clone()));
            record.end(Ending::Completed);
            if headers.contains_key(CONTENT_LENGTH) {
                // hyper trusts the length of a body and asserts in debug builds that the header agrees. If the body has
                // none, it counts by the header.
                UnsizedBody::new(body).map_err(infallible).boxed()
            } else {
                Full::new(body).map_err(infallible).boxed()
            }
        }
        ResponseContent::Stream(items) => {
            record.respond(&SentResponse::new(status, headers.clone(), Bytes::new()));
            play_stream(Source::Items(items), record, connection, stopped)
        }
        ResponseContent::Live(chunks) => {
            record.respond(&SentResponse::new(status, headers.clone(), Bytes::new()));
            play_stream(Source::Live(chunks), record, connection, stopped)
        }
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// Converts a response that is not recorded. A stream has no such form and is empty.
pub(super) fn plain(response: ServiceResponse) -> Response<BoxBody<Bytes, StreamCut>> {
    let ServiceResponse { status, headers, body } = response;
    let body = match body {
        ResponseContent::Whole(body) => body,
        ResponseContent::Stream(_) | ResponseContent::Live(_) => Bytes::new(),
    };
    let mut response = Response::new(Full::new(body).map_err(infallible).boxed());
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

fn infallible(error: Infallible) -> StreamCut {
    match error {}
}

/// The source of a stream.
enum Source {
    Items(Vec<StreamItem>),
    Live(mpsc::Receiver<Result<Bytes, UpstreamBroken>>),
}

/// Starts a task that sends a stream, and returns the body in which it arrives. The task ends with the connection.
fn play_stream(
    source: Source,
    record: OpenExchange,
    connection: Connection,
    stopped: watch::Receiver<bool>,
) -> BoxBody<Bytes, StreamCut> {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(StreamPlayer { sender, record, connection, stopped }.play(source));
    StreamBody(receiver).boxed()
}

struct StreamPlayer {
    sender: mpsc::Sender<BodyFrame>,
    record: OpenExchange,
    connection: Connection,
    stopped: watch::Receiver<bool>,
}

/// The connection is closed.
struct Disconnected;

impl StreamPlayer {
    async fn play(mut self, source: Source) {
        let sent = match source {
            Source::Items(items) => self.send_items(items).await,
            Source::Live(chunks) => self.send_live(chunks).await,
        };
        // If the connection is closed first, the record notices when it is dropped.
        if let Ok(ending) = sent {
            self.record.end(ending);
        }
    }

    /// Sends the chunks of the upstream as they arrive.
    async fn send_live(
        &mut self,
        mut chunks: mpsc::Receiver<Result<Bytes, UpstreamBroken>>,
    ) -> Result<Ending, Disconnected> {
        let mut frames = FrameDecoder::new();
        loop {
            let next = tokio::select! {
                () = self.sender.closed() => return Err(Disconnected),
                next = chunks.recv() => next,
            };
            match next {
                Some(Ok(chunk)) => {
                    self.send(chunk.clone()).await?;
                    self.record.add_chunk(&chunk);
                    // Only counts the events: damaged frames are passed on.
                    frames.feed(chunk);
                    while let Ok(Some(_)) = frames.next_frame() {
                        self.record.count_event();
                    }
                }
                Some(Err(_)) => {
                    self.cut().await?;
                    return Ok(Ending::Closed);
                }
                None => return Ok(Ending::Completed),
            }
        }
    }

    async fn send_items(&mut self, items: Vec<StreamItem>) -> Result<Ending, Disconnected> {
        for item in items {
            match &item.content {
                StreamContent::Bytes(bytes) => {
                    let chunk_size = item.chunk_size.map_or(bytes.len(), NonZeroUsize::get).max(1);
                    for start in (0..bytes.len()).step_by(chunk_size) {
                        self.wait(item.delay).await?;
                        let end = start.saturating_add(chunk_size).min(bytes.len());
                        self.send(bytes.slice(start..end)).await?;
                        self.record.add_chunk(bytes.get(start..end).unwrap_or_default());
                    }
                    self.record.count_event();
                }
                StreamContent::Stall => {
                    let mut stopped = self.stopped.clone();
                    tokio::select! {
                        () = self.sender.closed() => return Err(Disconnected),
                        () = wait_for_stop(&mut stopped) => {}
                    }
                    self.cut().await?;
                    return Ok(Ending::Stopped);
                }
                StreamContent::Close(how) => {
                    self.wait(item.delay).await?;
                    match how {
                        CloseStream::Clean => return Ok(Ending::Completed),
                        CloseStream::Cut => self.cut().await?,
                        CloseStream::Reset => {
                            self.wait(LINGER).await?;
                            self.connection.request_reset();
                            // Without the error, the response could end as if it were complete before the reset. The
                            // connection may be gone by now, and then nothing receives it.
                            let _ = self.sender.send(Err(StreamCut)).await;
                        }
                    }
                    return Ok(Ending::Closed);
                }
            }
        }
        Ok(Ending::Completed)
    }

    /// Ends the body with an error, so that the response is incomplete.
    async fn cut(&mut self) -> Result<(), Disconnected> {
        self.wait(LINGER).await?;
        // Unlike `send`, this does not wait for the channel to be empty: hyper drops the body when it reads the error.
        self.sender.send(Err(StreamCut)).await.map_err(|_| Disconnected)
    }

    /// Sends a chunk and waits until hyper has read it.
    async fn send(&mut self, chunk: Bytes) -> Result<(), Disconnected> {
        self.sender.send(Ok(Frame::data(chunk))).await.map_err(|_| Disconnected)?;
        // The channel has room for one chunk. Once there is room again, hyper has read it, and it counts as sent.
        self.sender.reserve().await.map(drop).map_err(|_| Disconnected)
    }

    async fn wait(&self, delay: Duration) -> Result<(), Disconnected> {
        if delay.is_zero() {
            return Ok(());
        }
        tokio::select! {
            () = self.sender.closed() => Err(Disconnected),
            () = sleep(delay) => Ok(()),
        }
    }
}

/// A body whose frames come from a channel.
struct StreamBody(mpsc::Receiver<BodyFrame>);

impl Body for StreamBody {
    type Data = Bytes;
    type Error = StreamCut;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<BodyFrame>> {
        self.0.poll_recv(context)
    }
}

/// A body that does not report its length, so that a wrong `content-length` can be sent: hyper closes the connection if the
/// body is too short, and cuts it if it is too long.
struct UnsizedBody {
    body: Option<Bytes>,
    linger: Option<Pin<Box<Sleep>>>,
}

impl UnsizedBody {
    fn new(body: Bytes) -> Self {
        Self { body: Some(body).filter(|body| !body.is_empty()), linger: None }
    }
}

impl Body for UnsizedBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(body) = self.body.take() {
            return Poll::Ready(Some(Ok(Frame::data(body))));
        }
        // hyper polls again only if the body is shorter than the length. What it has written by then arrives first.
        let linger = self.linger.get_or_insert_with(|| Box::pin(sleep(LINGER)));
        linger.as_mut().poll(context).map(|()| None)
    }
}
