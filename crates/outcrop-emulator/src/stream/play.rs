//! Events, sent one by one.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use http_body_util::combinators::BoxBody;
use hyper::body::{Body, Frame};
use tokio::sync::{mpsc, watch};

use crate::recording::{Ending, OpenExchange};
use crate::script::{CloseStream, ScriptedEvent, Step};
use crate::server::{self, Line};

/// How long a connection that is broken off stays open, so that what was sent before is on its way first.
const LINGER: Duration = Duration::from_millis(20);

/// The body ends before its end: the connection is to be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the connection is broken off")]
pub(crate) struct Broken;

type Piece = Result<Frame<Bytes>, Broken>;

/// Sends events in a task of their own, which ends with the connection, and gives the body that they arrive in.
pub(crate) fn play(
    events: Vec<ScriptedEvent>,
    record: OpenExchange,
    line: Line,
    stopped: watch::Receiver<bool>,
) -> BoxBody<Bytes, Broken> {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(Player { sender, record, line, stopped }.play(events));
    Pieces(receiver).boxed()
}

struct Player {
    sender: mpsc::Sender<Piece>,
    record: OpenExchange,
    line: Line,
    stopped: watch::Receiver<bool>,
}

/// Nobody takes the body any more.
struct Gone;

impl Player {
    async fn play(mut self, events: Vec<ScriptedEvent>) {
        // What was not finished when the connection is gone, the record finds out by itself.
        if let Ok(ending) = self.send_all(events).await {
            self.record.end(ending);
        }
    }

    async fn send_all(&mut self, events: Vec<ScriptedEvent>) -> Result<Ending, Gone> {
        for event in events {
            match event.step() {
                Step::Send(bytes) => {
                    let pieces = event.pieces().unwrap_or(bytes.len()).max(1);
                    for from in (0..bytes.len()).step_by(pieces) {
                        self.wait(event.delay()).await?;
                        let to = from.saturating_add(pieces).min(bytes.len());
                        self.send(bytes.slice(from..to)).await?;
                        self.record.sent(bytes.get(from..to).unwrap_or_default());
                    }
                    self.record.sent_event();
                }
                Step::Stall => {
                    let mut stopped = self.stopped.clone();
                    tokio::select! {
                        () = self.sender.closed() => return Err(Gone),
                        () = server::stop(&mut stopped) => {}
                    }
                    self.break_off().await?;
                    return Ok(Ending::Stopped);
                }
                Step::Close(how) => {
                    self.wait(event.delay()).await?;
                    match how {
                        CloseStream::Clean => return Ok(Ending::Completed),
                        CloseStream::Cut => {}
                        CloseStream::Reset => self.line.reset(),
                    }
                    self.break_off().await?;
                    return Ok(Ending::Closed);
                }
            }
        }
        Ok(Ending::Completed)
    }

    /// Ends the body before its end. The body is gone as soon as it has taken this, so that is not waited for.
    async fn break_off(&mut self) -> Result<(), Gone> {
        self.wait(LINGER).await?;
        self.sender.send(Err(Broken)).await.map_err(|_| Gone)
    }

    /// Sends a piece and waits until the connection has taken it.
    async fn send(&mut self, piece: Bytes) -> Result<(), Gone> {
        self.sender.send(Ok(Frame::data(piece))).await.map_err(|_| Gone)?;
        // There is room for one piece only, so when there is room again the piece was taken.
        self.sender.reserve().await.map(drop).map_err(|_| Gone)
    }

    async fn wait(&self, time: Duration) -> Result<(), Gone> {
        if time.is_zero() {
            return Ok(());
        }
        tokio::select! {
            () = self.sender.closed() => Err(Gone),
            () = tokio::time::sleep(time) => Ok(()),
        }
    }
}

/// A body that is sent piece by piece.
struct Pieces(mpsc::Receiver<Piece>);

impl Body for Pieces {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Piece>> {
        self.0.poll_recv(context)
    }
}
