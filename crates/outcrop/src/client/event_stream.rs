//! Decodes a streamed response while its bytes arrive.
//!
//! After the last event it reads the body to its end, and adds notes, region and span to what the decoder returns.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use outcrop_converse::StreamDecoder;
use outcrop_converse::event_stream::FrameDecoder;
use outcrop_core::{ModelError, Note, StreamEvent};
use outcrop_transport::ResponseBody;
use tokio::time::{Instant, Sleep, sleep_until};

use super::deadlines::StreamDeadlines;
use crate::telemetry::CallSpan;

/// The time limit for the end of the body after the last event.
///
/// A connection can be reused only if its body was read to the end. The end usually arrives with the last event; waiting
/// much longer would cost more than a new connection.
const DRAIN_TIMEOUT: Duration = Duration::from_millis(250);

/// The events of a streamed response, decoded as its bytes arrive.
pub(super) struct BedrockEventStream {
    pub(super) body: ResponseBody,
    pub(super) frames: FrameDecoder,
    pub(super) decoder: StreamDecoder,
    pub(super) deadlines: StreamDeadlines,
    /// The notes on the request. They are moved to the complete response.
    pub(super) notes: Vec<Note>,
    pub(super) span: CallSpan,
    pub(super) region: String,
    pub(super) drain: Drain,
}

/// The state of the connection: it has events, then the rest of the body, which is ignored.
pub(super) enum Drain {
    /// More events follow.
    Streaming,
    /// The last event was returned. The body is read to its end, until the timer fires.
    Draining(Pin<Box<Sleep>>),
    /// Nothing is left to read.
    Done,
}

impl Stream for BedrockEventStream {
    type Item = Result<StreamEvent, ModelError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(event) = this.decoder.poll_event() {
                return Poll::Ready(Some(this.finish_event(event)));
            }
            match &mut this.drain {
                Drain::Done => return Poll::Ready(None),
                Drain::Draining(limit) => {
                    let is_done = match this.body.poll_chunk(cx) {
                        Poll::Ready(Some(Ok(_))) => continue,
                        Poll::Ready(_) => true,
                        Poll::Pending => limit.as_mut().poll(cx).is_ready(),
                    };
                    if !is_done {
                        return Poll::Pending;
                    }
                    this.drain = Drain::Done;
                }
                Drain::Streaming => {
                    if this.poll_body(cx).is_pending() {
                        return Poll::Pending;
                    }
                }
            }
        }
    }
}

impl BedrockEventStream {
    /// Reads the next chunk of the body. Pending if none has arrived and no deadline has expired.
    fn poll_body(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match self.body.poll_chunk(cx) {
            Poll::Ready(Some(Ok(chunk))) => {
                self.frames.feed(chunk);
                self.decode_frames();
            }
            Poll::Ready(Some(Err(error))) => self.decoder.handle_failure(error),
            Poll::Ready(None) => match self.frames.finish() {
                Ok(()) => self.decoder.handle_end(),
                Err(error) => self.decoder.handle_broken_frame(error),
            },
            Poll::Pending => match self.deadlines.poll_deadline(cx) {
                Poll::Ready(error) => self.decoder.handle_failure(error),
                Poll::Pending => return Poll::Pending,
            },
        }
        Poll::Ready(())
    }

    /// Decodes all frames that are complete. A chunk may have several, or a part of one.
    fn decode_frames(&mut self) {
        loop {
            match self.frames.next_frame() {
                Ok(Some(frame)) => self.decoder.handle_frame(&frame),
                Ok(None) => return,
                Err(error) => return self.decoder.handle_broken_frame(error),
            }
        }
    }

    /// Completes an event before it is returned: adds the notes to the complete response, the region to an error, and the
    /// outcome to the span.
    fn finish_event(&mut self, event: Result<StreamEvent, ModelError>) -> Result<StreamEvent, ModelError> {
        self.deadlines.on_event();
        self.span.record_chunk();
        match event {
            Ok(StreamEvent::Completed { mut response }) => {
                response.notes.splice(0..0, std::mem::take(&mut self.notes));
                self.span.record_response(&response);
                self.drain = Drain::Draining(Box::pin(sleep_until(Instant::now() + DRAIN_TIMEOUT)));
                Ok(StreamEvent::Completed { response })
            }
            Ok(event) => Ok(event),
            Err(error) => {
                let error = error.with_region(&self.region);
                self.span.record_error(&error);
                // The decoder ends with its error. The rest of the body is not read: the connection may be the cause.
                self.drain = Drain::Done;
                Err(error)
            }
        }
    }
}
