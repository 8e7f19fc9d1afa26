//! Errors of the service: their kind, their message and a hint.

mod hints;
mod rejected_parameter;

use std::time::Duration;

use bytes::Bytes;
use outcrop_core::{ErrorKind, JsonObject, ModelError, Stage};

use hints::hint_for;
pub use rejected_parameter::{RejectedParameter, rejected_parameter};

/// An error response of the service, as HTTP carries it.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct ServiceError {
    /// The status of the response. 0 if there is none, as for errors of batches and streams.
    pub status: u16,
    /// The value of the header `x-amzn-errortype`, which may have a suffix `:http://…`.
    pub error_type: Option<String>,
    /// The value of the header `x-amzn-requestid`.
    pub request_id: Option<String>,
    /// The retry delay that the service requests.
    pub retry_after: Option<Duration>,
    /// The body of the response, normally JSON.
    pub body: Bytes,
}

impl ServiceError {
    /// Creates an error from the status and the body of the response.
    #[must_use]
    pub fn new(status: u16, body: impl Into<Bytes>) -> Self {
        Self { status, body: body.into(), ..Self::default() }
    }

    /// Sets the value of the header `x-amzn-errortype`.
    #[must_use]
    pub fn with_error_type(self, error_type: impl Into<String>) -> Self {
        Self { error_type: Some(error_type.into()), ..self }
    }

    /// Sets the value of the header `x-amzn-requestid`.
    #[must_use]
    pub fn with_request_id(self, request_id: impl Into<String>) -> Self {
        Self { request_id: Some(request_id.into()), ..self }
    }

    /// Sets the retry delay that the service requests.
    #[must_use]
    pub fn with_retry_after(self, wait: Duration) -> Self {
        Self { retry_after: Some(wait), ..self }
    }

    /// Returns the service's name for the error: that of the header, otherwise the body's `__type` or `code`.
    #[must_use]
    pub fn code(&self) -> Option<String> {
        let in_header = self.error_type.clone().filter(|name| !name.is_empty());
        let name = in_header.or_else(|| self.first_text(&["__type", "code", "Code"]))?;
        // `ThrottlingException:http://internal.amazon.com/coral/…` in headers, and `com.amazon.coral.service#…` in bodies: only
        // the bare name matches the service model (L115).
        let name = name.split(':').next().unwrap_or(&name);
        let name = name.rsplit('#').next().unwrap_or(name).trim();
        Some(name.to_owned()).filter(|name| !name.is_empty())
    }

    /// Returns the message of the service: the body's `message` or `Message`.
    #[must_use]
    pub fn message(&self) -> Option<String> {
        // Signature errors have `Message`: https://github.com/agentgateway/agentgateway/pull/808 (M53).
        self.first_text(&["message", "Message", "errorMessage"])
    }

    /// Returns the first of these members of the body that is a string.
    fn first_text(&self, names: &[&str]) -> Option<String> {
        let members: JsonObject = outcrop_core::from_slice(&self.body).ok()?;
        names.iter().find_map(|name| members.get(name)?.as_string().map(|text| text.into_owned()))
    }
}

/// Converts an error response of the service to a [`ModelError`]: its kind, its message, and a hint if one is known.
///
/// ```
/// use outcrop_converse::{ServiceError, classify_error};
/// use outcrop_core::ErrorKind;
///
/// let error = ServiceError::new(429, r#"{"message":"Too many requests"}"#)
///     .with_error_type("ThrottlingException:http://internal.amazon.com/coral/");
/// let error = classify_error(&error);
/// assert_eq!(error.kind(), ErrorKind::Throttled);
/// assert_eq!(error.code(), Some("ThrottlingException"));
/// ```
#[must_use]
pub fn classify_error(error: &ServiceError) -> ModelError {
    let code = error.code();
    let message = error.message();
    let kind = kind_of(code.as_deref(), error.status, message.as_deref().unwrap_or_default());
    // A proxy's error page has neither code nor message, and its status is then the best name for it.
    let (default_code, default_message) = match error.status {
        0 => ("ServiceError".to_owned(), "the service answered with an error without a message".to_owned()),
        status => (format!("Http{status}"), format!("the service answered with status {status}")),
    };
    let mut classified = ModelError::new(kind, message.clone().unwrap_or(default_message))
        .with_code(code.unwrap_or(default_code))
        .with_stage(Stage::Replied)
        .with_body(error.body.clone());
    if error.status != 0 {
        classified = classified.with_status(error.status);
    }
    if let Some(hint) = hint_for(kind, message.as_deref().unwrap_or_default()) {
        classified = classified.with_hint(hint);
    }
    if let Some(id) = &error.request_id {
        classified = classified.with_request_id(id.clone());
    }
    if let Some(wait) = error.retry_after {
        classified = classified.with_retry_after(wait);
    }
    classified
}

/// Returns the kind of an error by its code, or by its status if the code is not known.
fn kind_of(code: Option<&str>, status: u16, message: &str) -> ErrorKind {
    match code.unwrap_or_default() {
        "ValidationException" if hints::is_context_overflow(message) => ErrorKind::ContextOverflow,
        "ValidationException" | "SerializationException" | "MalformedInput" => ErrorKind::InvalidRequest,
        // A daily quota has the code of a short throttle, but a retry within minutes cannot succeed.
        "ThrottlingException" | "throttlingException" | "TooManyRequestsException"
            if hints::is_daily_quota(message) =>
        {
            ErrorKind::QuotaExceeded
        }
        "ThrottlingException" | "throttlingException" | "TooManyRequestsException" => ErrorKind::Throttled,
        "ServiceQuotaExceededException" => ErrorKind::QuotaExceeded,
        "AccessDeniedException" | "AccessDenied" => ErrorKind::PermissionDenied,
        "UnrecognizedClientException"
        | "InvalidSignatureException"
        | "ExpiredTokenException"
        | "ExpiredToken"
        | "InvalidClientTokenId"
        | "MissingAuthenticationTokenException"
        | "IncompleteSignatureException"
        | "SignatureDoesNotMatch"
        | "RequestExpired"
        | "InvalidToken" => ErrorKind::Unauthenticated,
        "ResourceNotFoundException" | "UnknownOperationException" => ErrorKind::NotFound,
        "ModelTimeoutException" => ErrorKind::Timeout,
        "ModelErrorException" | "ModelStreamErrorException" => ErrorKind::ModelFailure,
        "ModelNotReadyException"
        | "InternalServerException"
        | "ServiceUnavailableException"
        | "InternalFailure"
        | "ServiceUnavailable" => ErrorKind::Unavailable,
        // A catch-all of "server error" makes clients retry permanent errors for minutes:
        // https://github.com/block/goose/issues/9732 (M50).
        _ => kind_of_status(status, message),
    }
}

fn kind_of_status(status: u16, message: &str) -> ErrorKind {
    match status {
        400 | 413 | 422 if hints::is_context_overflow(message) => ErrorKind::ContextOverflow,
        400 | 405 | 413 | 415 | 422 => ErrorKind::InvalidRequest,
        401 => ErrorKind::Unauthenticated,
        403 => ErrorKind::PermissionDenied,
        404 => ErrorKind::NotFound,
        408 => ErrorKind::Timeout,
        424 => ErrorKind::ModelFailure,
        429 => ErrorKind::Throttled,
        500..=599 => ErrorKind::Unavailable,
        _ => ErrorKind::Other,
    }
}

#[cfg(test)]
mod tests;
