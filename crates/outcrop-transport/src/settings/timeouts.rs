//! How long to wait.

use std::time::Duration;

/// How long to wait. `None` waits for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// For a connection; 10 seconds by default.
    pub connect: Option<Duration>,
    /// For the reply of one attempt, from the request on; 10 minutes by default, since it covers the whole of an
    /// answer that is not streamed (lesson L120).
    pub read: Option<Duration>,
    /// For a call with all its attempts; no limit by default.
    pub operation: Option<Duration>,
    /// For the first event of a stream, from the request on, all attempts included; 5 minutes by default.
    pub first_event: Option<Duration>,
    /// Between two events of a stream; 2 minutes by default. The SDK has no such limit (lesson M58).
    pub idle: Option<Duration>,
    /// For a stream as a whole, from the request on; no limit by default.
    pub stream: Option<Duration>,
}

impl Timeouts {
    /// AG2's and botocore's limit for a reply.
    pub const AG2_READ: Duration = Duration::from_secs(60);

    /// The same limits, with another one for the reply.
    #[must_use]
    pub fn with_read(self, limit: Duration) -> Self {
        Self { read: Some(limit), ..self }
    }

    /// The same limits, with another one for the connection.
    #[must_use]
    pub fn with_connect(self, limit: Duration) -> Self {
        Self { connect: Some(limit), ..self }
    }

    /// The same limits, with one for a call with all its attempts.
    #[must_use]
    pub fn with_operation(self, limit: Duration) -> Self {
        Self { operation: Some(limit), ..self }
    }

    /// The same limits, with another one for the first event of a stream.
    #[must_use]
    pub fn with_first_event(self, limit: Duration) -> Self {
        Self { first_event: Some(limit), ..self }
    }

    /// The same limits, with another one between two events of a stream.
    #[must_use]
    pub fn with_idle(self, limit: Duration) -> Self {
        Self { idle: Some(limit), ..self }
    }

    /// The same limits, with one for a stream as a whole.
    #[must_use]
    pub fn with_stream(self, limit: Duration) -> Self {
        Self { stream: Some(limit), ..self }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Some(Duration::from_secs(10)),
            read: Some(Duration::from_secs(600)),
            operation: None,
            first_event: Some(Duration::from_secs(300)),
            idle: Some(Duration::from_secs(120)),
            stream: None,
        }
    }
}
