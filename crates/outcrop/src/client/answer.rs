//! An answer that is being read from its connection.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use outcrop_converse::StreamDecoder;
use outcrop_converse::frames::FrameDecoder;
use outcrop_core::{ModelError, Note, StreamEvent};
use outcrop_transport::ResponseBody;
use tokio::time::{Instant, Sleep, sleep_until};

use super::patience::Patience;
use crate::telemetry::CallSpan;

/// How long the end of a connection is waited for once the answer is complete, so that the connection can be used again.
const FAREWELL: Duration = Duration::from_millis(250);

/// An answer that is being read from its connection.
pub(super) struct Answer {
    pub(super) reply: ResponseBody,
    pub(super) frames: FrameDecoder,
    pub(super) decoder: StreamDecoder,
    pub(super) patience: Patience,
    /// What was changed on the way to the service.
    pub(super) notes: Vec<Note>,
    pub(super) span: CallSpan,
    pub(super) region: String,
    pub(super) farewell: Farewell,
}

/// What is done after the last event.
pub(super) enum Farewell {
    /// There are more events to come.
    NotYet,
    /// The connection is read to its end, for a while.
    Waiting(Pin<Box<Sleep>>),
    /// Nothing is left to do.
    Said,
}

impl Stream for Answer {
    type Item = Result<StreamEvent, ModelError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let answer = &mut *self;
        loop {
            if let Some(event) = answer.decoder.poll_event() {
                return Poll::Ready(Some(answer.handed_out(event)));
            }
            match &mut answer.farewell {
                Farewell::Said => return Poll::Ready(None),
                Farewell::Waiting(limit) => {
                    let is_over = match answer.reply.poll_chunk(cx) {
                        Poll::Ready(Some(Ok(_))) => continue,
                        Poll::Ready(_) => true,
                        Poll::Pending => limit.as_mut().poll(cx).is_ready(),
                    };
                    if !is_over {
                        return Poll::Pending;
                    }
                    answer.farewell = Farewell::Said;
                }
                Farewell::NotYet => {
                    if answer.poll_reply(cx).is_pending() {
                        return Poll::Pending;
                    }
                }
            }
        }
    }
}

impl Answer {
    /// Reads what has come; pending when nothing has, and the time limits are not met.
    fn poll_reply(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match self.reply.poll_chunk(cx) {
            Poll::Ready(Some(Ok(chunk))) => {
                self.frames.feed(chunk);
                self.decode_frames();
            }
            Poll::Ready(Some(Err(error))) => self.decoder.handle_failure(error),
            Poll::Ready(None) => match self.frames.finish() {
                Ok(()) => self.decoder.handle_end(),
                Err(error) => self.decoder.handle_broken_frame(error),
            },
            Poll::Pending => match self.patience.poll_wait(cx) {
                Poll::Ready(error) => self.decoder.handle_failure(error),
                Poll::Pending => return Poll::Pending,
            },
        }
        Poll::Ready(())
    }

    fn decode_frames(&mut self) {
        loop {
            match self.frames.next_frame() {
                Ok(Some(frame)) => self.decoder.handle_frame(&frame),
                Ok(None) => return,
                Err(error) => return self.decoder.handle_broken_frame(error),
            }
        }
    }

    /// What is handed out with an event: to the last one the notes, to an error the region, to the span the outcome.
    fn handed_out(&mut self, event: Result<StreamEvent, ModelError>) -> Result<StreamEvent, ModelError> {
        self.patience.event_came();
        match event {
            Ok(StreamEvent::Completed { mut response }) => {
                response.notes.splice(0..0, std::mem::take(&mut self.notes));
                self.span.succeeded(&response);
                self.farewell = Farewell::Waiting(Box::pin(sleep_until(Instant::now() + FAREWELL)));
                Ok(StreamEvent::Completed { response })
            }
            Ok(event) => Ok(event),
            Err(error) => {
                let error = error.with_region(&self.region);
                self.span.failed(&error);
                self.farewell = Farewell::Said;
                Err(error)
            }
        }
    }
}
