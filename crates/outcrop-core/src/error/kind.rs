//! The kind of an error, and the stage that the call had reached.

use std::fmt;

/// The kind of an error, which decides what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request is invalid. A retry fails again.
    InvalidRequest,
    /// The configuration of the client is invalid: a missing region, half a key pair, an invalid setting.
    Configuration,
    /// The caller is not authenticated: credentials are missing, wrong or expired.
    Unauthenticated,
    /// The caller is not allowed to make the call.
    PermissionDenied,
    /// The model or resource does not exist, or no longer.
    NotFound,
    /// The conversation is longer than the model's context.
    ContextOverflow,
    /// The caller sent too many requests or tokens in too short a time.
    Throttled,
    /// A quota is used up. A short wait does not help.
    QuotaExceeded,
    /// The service is overloaded or failed, or the model is not ready.
    Unavailable,
    /// The model failed to process the request.
    ModelFailure,
    /// A time limit expired.
    Timeout,
    /// The service could not be reached, or the connection failed.
    Connection,
    /// The response of the service is malformed.
    InvalidResponse,
    /// The response does not have the requested structure.
    InvalidOutput,
    /// A stream ended before the response was complete.
    Incomplete,
    /// The provider, the model or this version does not support the request.
    Unsupported,
    /// Any other error.
    Other,
}

impl ErrorKind {
    /// Returns the kind in snake case, as in the JSON of an error.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::Configuration => "configuration",
            Self::Unauthenticated => "unauthenticated",
            Self::PermissionDenied => "permission_denied",
            Self::NotFound => "not_found",
            Self::ContextOverflow => "context_overflow",
            Self::Throttled => "throttled",
            Self::QuotaExceeded => "quota_exceeded",
            Self::Unavailable => "unavailable",
            Self::ModelFailure => "model_failure",
            Self::Timeout => "timeout",
            Self::Connection => "connection",
            Self::InvalidResponse => "invalid_response",
            Self::InvalidOutput => "invalid_output",
            Self::Incomplete => "incomplete",
            Self::Unsupported => "unsupported",
            Self::Other => "other",
        }
    }

    /// Returns whether errors of this kind are temporary, so that a retry may succeed.
    #[must_use]
    pub const fn is_retryable(self) -> bool {
        // A list of the kinds that are, because a retry of a permanent error makes the caller wait for nothing: one
        // client retried an invalid request six times, for 126 seconds. See https://github.com/block/goose/issues/9732
        // (M50).
        matches!(
            self,
            Self::Throttled
                | Self::Unavailable
                | Self::ModelFailure
                | Self::Timeout
                | Self::Connection
                | Self::Incomplete
        )
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The stage that a call had reached when it failed.
///
/// Stages are ordered. From [`Waiting`](Self::Waiting) on, the call may be billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Stage {
    /// The request was being built, and nothing was sent.
    Building,
    /// The request was being sent, and may not have reached the service.
    Sending,
    /// The request was sent, and no response was received. The call may be billed.
    Waiting,
    /// The service responded, with an error or with a response that cannot be used.
    Replied,
    /// The response was being streamed.
    Streaming,
}

impl Stage {
    /// Returns the stage in snake case, as in the JSON of an error.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Building => "building",
            Self::Sending => "sending",
            Self::Waiting => "waiting",
            Self::Replied => "replied",
            Self::Streaming => "streaming",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
