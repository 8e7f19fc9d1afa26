//! Time limits of calls and streams.

use std::time::Duration;

/// The time limits of calls and streams. `None` means no limit.
///
/// The transport enforces them until the response is complete, or the response of a stream begins. From then on, whoever reads
/// the [`ResponseBody`](crate::ResponseBody) enforces `first_event`, `idle` and `stream`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// The limit for making a connection, TLS included; 10 seconds by default.
    pub connect: Option<Duration>,
    /// The limit for the beginning of the response to one attempt, counted from the request; 10 minutes by default, because
    /// it covers the whole generation if the response is not streamed (lesson L120).
    pub read: Option<Duration>,
    /// The limit between two pieces of a response that is not streamed; 30 seconds by default.
    pub body: Option<Duration>,
    /// The limit for a call with all its attempts; none by default.
    pub operation: Option<Duration>,
    /// The limit for the first event of a stream, counted from the request, with all attempts; 5 minutes by default.
    pub first_event: Option<Duration>,
    /// The limit between two events of a stream; 10 minutes by default. The SDK has no such limit (lesson M58).
    pub idle: Option<Duration>,
    /// The limit for a whole stream, counted from the request; none by default.
    pub stream: Option<Duration>,
}

impl Timeouts {
    /// AG2's `read` limit, which is botocore's default.
    pub const AG2_READ: Duration = Duration::from_secs(60);

    /// Returns the limit for a stream to begin.
    pub(crate) fn opening_limit(&self) -> Option<Duration> {
        self.first_event.into_iter().chain(self.stream).min()
    }

    /// Sets the limit for the response to one attempt.
    #[must_use]
    pub fn with_read(self, limit: Duration) -> Self {
        Self { read: Some(limit), ..self }
    }

    /// Sets the limit between two pieces of a response that is not streamed.
    #[must_use]
    pub fn with_body(self, limit: Duration) -> Self {
        Self { body: Some(limit), ..self }
    }

    /// Sets the limit for making a connection.
    #[must_use]
    pub fn with_connect(self, limit: Duration) -> Self {
        Self { connect: Some(limit), ..self }
    }

    /// Sets the limit for a call with all its attempts.
    #[must_use]
    pub fn with_operation(self, limit: Duration) -> Self {
        Self { operation: Some(limit), ..self }
    }

    /// Sets the limit for the first event of a stream.
    #[must_use]
    pub fn with_first_event(self, limit: Duration) -> Self {
        Self { first_event: Some(limit), ..self }
    }

    /// Sets the limit between two events of a stream.
    #[must_use]
    pub fn with_idle(self, limit: Duration) -> Self {
        Self { idle: Some(limit), ..self }
    }

    /// Sets the limit for a whole stream.
    #[must_use]
    pub fn with_stream(self, limit: Duration) -> Self {
        Self { stream: Some(limit), ..self }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            // The SDK's own default is 3.1 s, too short for a slow VPN or a proxy that connects first.
            connect: Some(Duration::from_secs(10)),
            // A whole response with reasoning and 64k tokens takes minutes. The botocore default of 60 s ends such calls,
            // and its retries are billed again. See https://github.com/ag2ai/ag2/issues/2293 (L120).
            read: Some(Duration::from_secs(600)),
            // Such a response is sent when it is complete, so a pause is a fault of the network, and not of the model. The
            // SDK's own protection allows 5 s. The response is billed by then, so a short outage should not end it.
            body: Some(Duration::from_secs(30)),
            operation: None,
            // A model that reasons sends its first event late. See https://github.com/awslabs/aws-sdk-rust/issues/1287 (M58).
            first_event: Some(Duration::from_secs(300)),
            // See https://github.com/awslabs/aws-sdk-rust/issues/1176: a stalled stream would never end (M58). Some models
            // send the input of a tool in one event after generating all of it; silences of 330 s were measured:
            // https://github.com/earendil-works/pi/issues/7375.
            idle: Some(Duration::from_secs(600)),
            stream: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Timeouts;

    #[test]
    fn defaults_allow_whole_responses_and_end_silent_streams() {
        // L120, M57, M58
        let limits = Timeouts::default();
        let seconds = |limit: Option<std::time::Duration>| limit.map(|limit| limit.as_secs());
        assert_eq!((seconds(limits.read), seconds(limits.operation)), (Some(600), None));
        assert_eq!((seconds(limits.first_event), seconds(limits.idle)), (Some(300), Some(600)));
        assert_eq!((seconds(limits.connect), seconds(limits.stream)), (Some(10), None));
        assert_eq!(seconds(limits.body), Some(30));
    }
}
