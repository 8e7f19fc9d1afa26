//! What kind of error it is, and how far the call had come.

use std::fmt;

/// What kind of error it is: enough to decide what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request is wrong. Sending it again is of no use.
    InvalidRequest,
    /// The client is not set up: no region, half a key pair, a bad setting.
    Configuration,
    /// Nobody knows who asks: no credentials, wrong ones, expired ones.
    Unauthenticated,
    /// The caller may not do this.
    PermissionDenied,
    /// There is no such model or resource, or no longer.
    NotFound,
    /// The conversation is longer than the model's context.
    ContextOverflow,
    /// Too many requests or tokens in too short a time.
    Throttled,
    /// A quota is used up; waiting a moment does not help.
    QuotaExceeded,
    /// The service is overloaded or failed, or the model is not ready.
    Unavailable,
    /// The model failed on this request.
    ModelFailure,
    /// A time limit was met.
    Timeout,
    /// The service could not be reached, or the connection broke.
    Connection,
    /// The reply cannot be understood.
    InvalidResponse,
    /// The answer does not have the structure that was asked for.
    InvalidOutput,
    /// A stream ended before the answer was complete.
    Incomplete,
    /// The provider, the model or this version cannot do what was asked.
    Unsupported,
    /// Anything else.
    Other,
}

impl ErrorKind {
    /// The kind in snake case, as in the JSON of an error.
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

    /// Whether errors of this kind pass by themselves, so that sending again later may help.
    #[must_use]
    pub const fn is_retryable(self) -> bool {
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

/// How far a call had come when it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Stage {
    /// Nothing was sent.
    Building,
    /// The request did not, or not surely, reach the service.
    Sending,
    /// The request was sent; no reply came. The call may be billed.
    Waiting,
    /// The service answered, with an error or with something that cannot be used.
    Replied,
    /// The answer was already streaming.
    Streaming,
}

impl Stage {
    /// The stage in snake case, as in the JSON of an error.
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
