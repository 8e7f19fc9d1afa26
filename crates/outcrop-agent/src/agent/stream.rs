//! A run as a stream of events.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::future::BoxFuture;

use super::drive::{Failure, drive};
use super::error::AgentError;
use super::event::AgentEvent;
use super::progress::Shared;
use super::run::{Run, RunEnd};
use super::{Config, finish};

/// The events of a run, as they happen. Created by [`Agent::stream`](super::Agent::stream).
///
/// The run advances while the stream is polled. The last event is [`AgentEvent::Done`], or an error. Dropping the stream
/// cancels the run; [`stop`](Self::stop) also returns what there is.
pub struct RunStream {
    shared: Arc<Shared>,
    /// The future that advances the run, until it ends.
    running: Option<BoxFuture<'static, Result<RunEnd, Failure>>>,
    /// The end, until it was returned.
    end: Option<Result<RunEnd, Failure>>,
}

impl RunStream {
    pub(super) fn new(agent: Arc<Config>, shared: Arc<Shared>) -> Self {
        let run = Arc::clone(&shared);
        let running = async move { drive(&agent, &run, None).await };
        Self { shared, running: Some(Box::pin(running)), end: None }
    }

    /// Returns the next event, or `None` after the last one.
    ///
    /// # Cancel safety
    /// No event is lost if the future is dropped, and the run continues with the next call.
    pub async fn next(&mut self) -> Option<Result<AgentEvent, AgentError>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// Cancels the run and returns what there is. Text that was streamed is kept, and tool calls that were running get a
    /// failed result, so that the messages can be continued.
    ///
    /// ```
    /// use outcrop_agent::{Agent, AgentError, AgentEvent, Run};
    ///
    /// # async fn interrupted() {}
    /// # async fn run(agent: Agent) -> Result<Run, AgentError> {
    /// let mut events = agent.stream("Count to a million.");
    /// loop {
    ///     tokio::select! {
    ///         event = events.next() => match event.transpose()? {
    ///             Some(AgentEvent::Text(text)) => print!("{text}"),
    ///             Some(AgentEvent::Done(run)) => return Ok(run),
    ///             _ => {}
    ///         },
    ///         // Such as `tokio::signal::ctrl_c()`.
    ///         () = interrupted() => return Ok(events.stop()),
    ///     }
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn stop(mut self) -> Run {
        // First the future, which may hold the request.
        self.running = None;
        self.shared.into_run(RunEnd::Stopped)
    }
}

impl Stream for RunStream {
    type Item = Result<AgentEvent, AgentError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(event) = self.shared.next_event() {
                return Poll::Ready(Some(Ok(event)));
            }
            // After the events, because the last step is one of them.
            if let Some(end) = self.end.take() {
                let outcome = finish(Arc::clone(&self.shared), end);
                return Poll::Ready(Some(outcome.map(AgentEvent::Done)));
            }
            let Some(running) = &mut self.running else { return Poll::Ready(None) };
            match running.as_mut().poll(cx) {
                Poll::Ready(end) => {
                    self.running = None;
                    self.end = Some(end);
                }
                // The future waits until its event is taken, or for the model or a tool.
                Poll::Pending => match self.shared.next_event() {
                    Some(event) => return Poll::Ready(Some(Ok(event))),
                    None => return Poll::Pending,
                },
            }
        }
    }
}

impl fmt::Debug for RunStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunStream").field("is_running", &self.running.is_some()).finish_non_exhaustive()
    }
}
