//! The deadlines of a stream.
//!
//! The SDK has none: its time limits end when the headers of the response arrive, and a connection without data stays
//! open without a limit. See <https://github.com/awslabs/aws-sdk-rust/issues/1176> (M58).

use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use outcrop_core::{ErrorKind, ModelError, Stage};
use outcrop_transport::Timeouts;
use tokio::time::{Instant, Sleep, sleep_until};

/// The deadlines of one stream.
///
/// The idle limit counts only the time that the reader waits, so a slow reader never exceeds it.
pub(super) struct StreamDeadlines {
    limits: Timeouts,
    started: Instant,
    /// The time of the first poll without an event since the last one; `None` while there are events.
    waiting_since: Option<Instant>,
    has_begun: bool,
    /// Wakes the task at the deadline or earlier.
    timer: Option<Pin<Box<Sleep>>>,
}

/// The limit that expired.
enum Limit {
    FirstEvent,
    Idle,
    Stream,
}

impl StreamDeadlines {
    /// Starts the time of the stream. Called when the request is sent, so that it includes all attempts.
    pub(super) fn start(limits: Timeouts) -> Self {
        Self { limits, started: Instant::now(), waiting_since: None, has_begun: false, timer: None }
    }

    /// Records that an event was returned.
    pub(super) fn on_event(&mut self) {
        self.has_begun = true;
        self.waiting_since = None;
    }

    /// Waits for the next deadline and returns its error.
    pub(super) fn poll_deadline(&mut self, cx: &mut Context<'_>) -> Poll<ModelError> {
        let now = Instant::now();
        let since = *self.waiting_since.get_or_insert(now);
        let Some((deadline, limit)) = self.deadline(since) else { return Poll::Pending };
        if deadline <= now {
            return Poll::Ready(self.error(&limit));
        }
        // One timer for all events: it is reset only if it would fire too late, because a stream has thousands of events
        // and each reset locks tokio's timer wheel. If it fires too early, it is reset below.
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if timer.deadline() > deadline || timer.is_elapsed() {
            timer.as_mut().reset(deadline);
        }
        loop {
            if timer.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            if timer.deadline() >= deadline {
                break;
            }
            timer.as_mut().reset(deadline);
        }
        Poll::Ready(self.error(&limit))
    }

    /// Returns the next deadline and its limit.
    fn deadline(&self, waiting_since: Instant) -> Option<(Instant, Limit)> {
        let whole = self.limits.stream.map(|limit| (self.started + limit, Limit::Stream));
        let next = if self.has_begun {
            self.limits.idle.map(|limit| (waiting_since + limit, Limit::Idle))
        } else {
            self.limits.first_event.map(|limit| (self.started + limit, Limit::FirstEvent))
        };
        [whole, next].into_iter().flatten().min_by_key(|(at, _)| *at)
    }

    /// Builds the error for an expired limit. The stage depends on whether the response has begun.
    fn error(&self, limit: &Limit) -> ModelError {
        let duration = |limit: Option<Duration>| limit.unwrap_or_default();
        let (code, stage, message, hint) = match limit {
            Limit::FirstEvent => (
                "FirstEventTimeout",
                if self.waiting_since.is_some() { Stage::Streaming } else { Stage::Waiting },
                format!("the stream had no event within {:?}", duration(self.limits.first_event)),
                "raise `Timeouts::first_event`: a model may send nothing while it reasons",
            ),
            Limit::Idle => (
                "IdleTimeout",
                Stage::Streaming,
                format!("the stream had no further event within {:?}", duration(self.limits.idle)),
                "raise `Timeouts::idle` to wait longer; the error has the partial response",
            ),
            Limit::Stream => (
                "StreamTimeout",
                if self.has_begun { Stage::Streaming } else { Stage::Waiting },
                format!("the stream took longer than {:?}", duration(self.limits.stream)),
                "raise `Timeouts::stream` to wait longer; the error has the partial response",
            ),
        };
        ModelError::new(ErrorKind::Timeout, message).with_code(code).with_stage(stage).with_hint(hint)
    }
}
