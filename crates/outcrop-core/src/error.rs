//! The error of every call: `ModelError`.

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

/// The error of a call, the same for every provider.
///
/// Branch on [`kind`](Self::kind) or on a predicate such as [`is_throttled`](Self::is_throttled). `Display` is one
/// line: the path, the message, then code, status, model, region and request id as far as they are known.
/// [`hint`](Self::hint) suggests what to do. Neither contains text of the conversation or a secret;
/// [`body`](Self::body) and [`partial_response`](Self::partial_response) may.
///
/// ```
/// use outcrop_core::{ErrorKind, ModelError};
///
/// let error = ModelError::new(ErrorKind::Throttled, "too many requests").with_code("ThrottlingException").with_status(429);
/// assert!(error.is_retryable());
/// assert_eq!(error.to_string(), "too many requests (ThrottlingException, status 429)");
/// ```
// Boxed, so that a `Result` in the path of success stays as small as a pointer. Clippy warns from 128 bytes on.
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
    /// Creates an error of a kind, at [`Stage::Building`]. [`with_stage`](Self::with_stage) sets another stage.
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

    /// Creates an error for a request that cannot be sent, with its code, the path of the invalid value and the reason.
    #[must_use]
    pub fn invalid_request(
        code: &'static str,
        path: impl Into<String>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(ErrorKind::InvalidRequest, message).with_code(code).with_path(path)
    }

    /// Returns the kind of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the stage that the call had reached.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.0.stage
    }

    /// Returns the message, without the details that `Display` adds.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Returns the code of the error: that of the provider, such as `ThrottlingException`, or one of this library, such
    /// as `InvalidImage`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// Returns the path in the request or response, such as `messages[3].content[1]`.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.0.path.as_deref()
    }

    /// Returns a suggestion what a person can do about the error.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// Returns the HTTP status of the response.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// Returns the model of the request.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        self.0.model.as_deref()
    }

    /// Returns the region of the endpoint.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }

    /// Returns the id of the call at the provider. Its support needs this id to find the call.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// Returns whether the provider rejected the call because too many requests or tokens came in too short a time.
    ///
    /// A quota that is used up is of kind [`QuotaExceeded`](ErrorKind::QuotaExceeded) instead: a short wait doesn't
    /// help.
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

    /// Returns whether the same request may succeed later.
    ///
    /// At [`Stage::Streaming`], a part of the response was already delivered. A retry starts from the beginning and is
    /// billed again.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.0.retryable.unwrap_or_else(|| self.0.kind.is_retryable())
    }

    /// Returns the time that the provider requires before the next attempt.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Returns the raw body of a response that could not be used. It may contain text of the conversation.
    #[must_use]
    pub fn body(&self) -> Option<&Bytes> {
        self.0.body.as_ref()
    }

    /// Returns the part of the response that was received before a stream failed.
    #[must_use]
    pub fn partial_response(&self) -> Option<&UnifiedResponse> {
        self.0.partial.as_ref()
    }
}

/// Setters for the details.
impl ModelError {
    /// Sets the stage.
    #[must_use]
    pub fn with_stage(mut self, stage: Stage) -> Self {
        self.0.stage = stage;
        self
    }

    /// Sets the code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<Cow<'static, str>>) -> Self {
        self.0.code = Some(code.into());
        self
    }

    /// Sets the path in the request or response. An empty path counts as none.
    #[must_use]
    pub fn with_path(mut self, path: impl Into<String>) -> Self {
        self.0.path = Some(path.into()).filter(|path| !path.is_empty());
        self
    }

    /// Sets the hint.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Sets the HTTP status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// Sets the model of the request. An empty id counts as none.
    #[must_use]
    pub fn with_model(mut self, model: impl Into<String>) -> Self {
        self.0.model = Some(model.into()).filter(|model| !model.is_empty());
        self
    }

    /// Sets the region of the endpoint.
    #[must_use]
    pub fn with_region(mut self, region: impl Into<String>) -> Self {
        self.0.region = Some(region.into());
        self
    }

    /// Sets the id of the call at the provider.
    #[must_use]
    pub fn with_request_id(mut self, request_id: impl Into<String>) -> Self {
        self.0.request_id = Some(request_id.into());
        self
    }

    /// Sets whether a retry may succeed. Without it, the kind decides.
    #[must_use]
    pub fn with_retryable(mut self, retryable: bool) -> Self {
        self.0.retryable = Some(retryable);
        self
    }

    /// Sets the time that the provider requires before the next attempt.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// Sets the raw body of the response.
    #[must_use]
    pub fn with_body(mut self, body: Bytes) -> Self {
        self.0.body = Some(body);
        self
    }

    /// Sets the part of the response that was received.
    #[must_use]
    pub fn with_partial_response(mut self, partial: UnifiedResponse) -> Self {
        self.0.partial = Some(partial);
        self
    }

    /// Sets the cause.
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
        // The path comes first: of several errors of one request, it is what differs.
        if let Some(path) = &inner.path {
            write!(f, "{}: ", OneLine(path))?;
        }
        write!(f, "{}", OneLine(&inner.message))?;
        let details = [
            inner.code.as_deref().map(str::to_owned),
            inner.status.map(|status| format!("status {status}")),
            inner.model.as_ref().map(|model| format!("model {model}")),
            inner.region.as_ref().map(|region| format!("region {region}")),
            inner.request_id.as_ref().map(|id| format!("request id {id}")),
        ];
        let known: Vec<_> = details.into_iter().flatten().collect();
        if known.is_empty() { Ok(()) } else { write!(f, " ({})", OneLine(&known.join(", "))) }
    }
}

/// A text that is displayed without line breaks and other control characters.
///
/// Messages of services may have several lines. In a log, such a line would look like an entry of its own, and an
/// escape sequence would reach the terminal.
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
            // `body` and `partial` may contain text of the conversation.
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
    /// Serializes the error as an object with `kind`, `code`, `message`, `stage` and `retryable`, and with `path`,
    /// `hint`, `model`, `region`, `request_id` and `status` as far as they are known.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", self.kind().as_str())?;
        // A consumer can branch on `code` alone, so errors without one of their own have the kind.
        map.serialize_entry("code", self.code().unwrap_or_else(|| self.kind().as_str()))?;
        map.serialize_entry("message", self.message())?;
        map.serialize_entry("stage", self.stage().as_str())?;
        map.serialize_entry("retryable", &self.is_retryable())?;
        let details = [
            ("path", self.path()),
            ("hint", self.hint()),
            ("model", self.model()),
            ("region", self.region()),
            ("request_id", self.request_id()),
        ];
        for (name, value) in details {
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
