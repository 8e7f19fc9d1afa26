//! The one error.

mod kind;

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

pub use kind::{ErrorKind, Stage};

use crate::response::UnifiedResponse;

/// Why a call came to nothing, whoever the provider.
///
/// `Display` is one line: what happened, then code, status, model, region and request id as far as they are known.
/// What to do about it says [`hint`](Self::hint). Neither holds what the conversation says, nor a secret.
///
/// ```
/// use outcrop_core::{ErrorKind, ModelError};
///
/// let error = ModelError::new(ErrorKind::Throttled, "too many requests").with_code("ThrottlingException").with_status(429);
/// assert!(error.is_retryable());
/// assert_eq!(error.to_string(), "too many requests (ThrottlingException, status 429)");
/// ```
pub struct ModelError(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    stage: Stage,
    message: Cow<'static, str>,
    code: Option<Cow<'static, str>>,
    path: Option<String>,
    hint: Option<Cow<'static, str>>,
    status: Option<u16>,
    model: Option<String>,
    region: Option<String>,
    request_id: Option<String>,
    retryable: Option<bool>,
    retry_after: Option<Duration>,
    body: Option<Bytes>,
    partial: Option<UnifiedResponse>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl ModelError {
    /// An error of some kind, found before anything was sent unless [`with_stage`](Self::with_stage) says otherwise.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            stage: Stage::Building,
            message: message.into(),
            code: None,
            path: None,
            hint: None,
            status: None,
            model: None,
            region: None,
            request_id: None,
            retryable: None,
            retry_after: None,
            body: None,
            partial: None,
            source: None,
        }))
    }

    /// Builds an error for a request that cannot be sent: its code, path and reason.
    #[must_use]
    pub fn invalid_request(
        code: &'static str,
        path: impl Into<String>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(ErrorKind::InvalidRequest, message).with_code(code).with_path(path)
    }

    /// The kind of error, to branch on.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// How far the call had come.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.0.stage
    }

    /// What happened, without the particulars that `Display` adds.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The provider's own name for the error, such as `ThrottlingException`, or ours, such as `InvalidImage`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// Returns the path in the request or response, such as `messages[3].content[1]`.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.0.path.as_deref()
    }

    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// The HTTP status of the reply.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The model that was asked.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        self.0.model.as_deref()
    }

    /// The region that was asked.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }

    /// The provider's id of the call: what its support asks for first.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// Returns whether the provider rejected the call because too many requests or tokens came in too short a time.
    ///
    /// A quota that is used up is of kind [`QuotaExceeded`](ErrorKind::QuotaExceeded) instead: a short wait doesn't help.
    ///
    /// ```
    /// use outcrop_core::{ErrorKind, ModelError};
    ///
    /// assert!(ModelError::new(ErrorKind::Throttled, "too many requests").is_throttled());
    /// assert!(!ModelError::new(ErrorKind::QuotaExceeded, "daily quota reached").is_throttled());
    /// ```
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        self.0.kind == ErrorKind::Throttled
    }

    /// Returns whether a time limit expired: the client's own or the provider's. [`stage`](Self::stage) is the part
    /// of the call that it interrupted; after [`Stage::Sending`] the call may have been billed.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.0.kind == ErrorKind::Timeout
    }

    /// Returns whether the conversation is longer than the model's context. Shorten the history and send it again.
    #[must_use]
    pub fn is_context_overflow(&self) -> bool {
        self.0.kind == ErrorKind::ContextOverflow
    }

    /// Returns whether the caller could not be authenticated: credentials are missing, wrong or expired.
    ///
    /// A caller who is known but not allowed to make the call is of kind
    /// [`PermissionDenied`](ErrorKind::PermissionDenied) instead.
    #[must_use]
    pub fn is_authentication(&self) -> bool {
        self.0.kind == ErrorKind::Unauthenticated
    }

    /// Whether the same request may succeed when it is sent again later.
    ///
    /// At [`Stage::Streaming`] a part of the answer was delivered already; sending again starts anew, and is billed anew.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.0.retryable.unwrap_or_else(|| self.0.kind.is_retryable())
    }

    /// How long the provider asks to wait before the next attempt.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The reply as it came, where there is one that could not be used. It may hold what the model said.
    #[must_use]
    pub fn body(&self) -> Option<&Bytes> {
        self.0.body.as_ref()
    }

    /// What had arrived of the answer when a stream broke off.
    #[must_use]
    pub fn partial_response(&self) -> Option<&UnifiedResponse> {
        self.0.partial.as_ref()
    }
}

/// Adding particulars.
impl ModelError {
    /// The same error, at a stage.
    #[must_use]
    pub fn with_stage(mut self, stage: Stage) -> Self {
        self.0.stage = stage;
        self
    }

    /// The same error, with a code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<Cow<'static, str>>) -> Self {
        self.0.code = Some(code.into());
        self
    }

    /// Adds the path in the request or response.
    #[must_use]
    pub fn with_path(mut self, path: impl Into<String>) -> Self {
        self.0.path = Some(path.into()).filter(|path| !path.is_empty());
        self
    }

    /// The same error, with a hint.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// The same error, with an HTTP status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// The same error, with the model that was asked.
    #[must_use]
    pub fn with_model(mut self, model: impl Into<String>) -> Self {
        self.0.model = Some(model.into()).filter(|model| !model.is_empty());
        self
    }

    /// The same error, with the region that was asked.
    #[must_use]
    pub fn with_region(mut self, region: impl Into<String>) -> Self {
        self.0.region = Some(region.into());
        self
    }

    /// The same error, with the provider's id of the call.
    #[must_use]
    pub fn with_request_id(mut self, request_id: impl Into<String>) -> Self {
        self.0.request_id = Some(request_id.into());
        self
    }

    /// The same error, told whether sending again may help; otherwise the kind decides.
    #[must_use]
    pub fn with_retryable(mut self, retryable: bool) -> Self {
        self.0.retryable = Some(retryable);
        self
    }

    /// The same error, with the time that the provider asks to wait.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// The same error, with the reply as it came.
    #[must_use]
    pub fn with_body(mut self, body: Bytes) -> Self {
        self.0.body = Some(body);
        self
    }

    /// The same error, with what had arrived of the answer.
    #[must_use]
    pub fn with_partial_response(mut self, partial: UnifiedResponse) -> Self {
        self.0.partial = Some(partial);
        self
    }

    /// The same error, with what caused it.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Prefixes the error's path with that of an outer value: `content[1]` becomes `messages[3].content[1]`.
    #[must_use]
    pub fn with_path_prefix(mut self, outer: &str) -> Self {
        self.0.path = Some(match self.0.path.take() {
            None => outer.to_owned(),
            Some(inner) if inner.starts_with('[') => format!("{outer}{inner}"),
            Some(inner) => format!("{outer}.{inner}"),
        });
        self
    }
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        if let Some(path) = &inner.path {
            write!(f, "{}: ", OneLine(path))?;
        }
        write!(f, "{}", OneLine(&inner.message))?;
        let particulars = [
            inner.code.as_deref().map(str::to_owned),
            inner.status.map(|status| format!("status {status}")),
            inner.model.as_ref().map(|model| format!("model {model}")),
            inner.region.as_ref().map(|region| format!("region {region}")),
            inner.request_id.as_ref().map(|id| format!("request id {id}")),
        ];
        let known: Vec<_> = particulars.into_iter().flatten().collect();
        if known.is_empty() { Ok(()) } else { write!(f, " ({})", OneLine(&known.join(", "))) }
    }
}

/// A text without line breaks and other control characters: services write their messages on several lines.
struct OneLine<'a>(&'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = self.0.split(char::is_control).filter(|part| !part.is_empty());
        f.write_str(parts.next().unwrap_or_default())?;
        parts.try_for_each(|part| write!(f, " {part}"))
    }
}

impl fmt::Debug for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModelError")
            .field("kind", &self.kind())
            .field("stage", &self.stage())
            .field("error", &format_args!("{self}"))
            .field("hint", &self.hint())
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}

impl Error for ModelError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let source: &(dyn Error + 'static) = self.0.source.as_deref()?;
        Some(source)
    }
}

impl Serialize for ModelError {
    /// The error as an object: `kind`, `stage`, `code`, `message`, and as far as known `path`, `hint`, `status`,
    /// `model`, `region`, `request_id`, with `retryable`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", self.kind().as_str())?;
        map.serialize_entry("code", self.code().unwrap_or_else(|| self.kind().as_str()))?;
        map.serialize_entry("message", self.message())?;
        map.serialize_entry("stage", self.stage().as_str())?;
        map.serialize_entry("retryable", &self.is_retryable())?;
        let particulars = [
            ("path", self.path()),
            ("hint", self.hint()),
            ("model", self.model()),
            ("region", self.region()),
            ("request_id", self.request_id()),
        ];
        for (name, value) in particulars {
            if let Some(value) = value {
                map.serialize_entry(name, value)?;
            }
        }
        if let Some(status) = self.status() {
            map.serialize_entry("status", &status)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests;
