//! Errors of the service: their kind, their message and a hint.

mod hints;
mod rejected_parameter;

use std::time::Duration;

use bytes::Bytes;
use outcrop_core::{ErrorKind, JsonObject, ModelError, Stage};

use hints::hint_for;
pub use rejected_parameter::{RejectedParameter, rejected_parameter, rejects_bound_reasoning};

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
    let Class { kind, is_retryable } =
        class_of(code.as_deref(), error.status, message.as_deref().unwrap_or_default());
    // A proxy's error page has neither code nor message, and its status is then the best name for it.
    let (default_code, default_message) = match error.status {
        0 => ("ServiceError".to_owned(), "the service answered with an error without a message".to_owned()),
        status => (format!("Http{status}"), format!("the service answered with status {status}")),
    };
    let mut classified = ModelError::new(kind, message.clone().unwrap_or(default_message))
        .with_code(code.unwrap_or(default_code))
        .with_stage(Stage::Replied)
        .with_body(error.body.clone());
    if is_retryable != kind.is_retryable() {
        classified = classified.with_retryable(is_retryable);
    }
    if error.status != 0 {
        classified = classified.with_status(error.status);
    }
    let hint = hint_for(kind, classified.code().unwrap_or_default(), message.as_deref().unwrap_or_default());
    if let Some(hint) = hint {
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

/// The codes of throttling: that of Bedrock, which frames of streams may write with a small letter, and those of the SDK's own
/// list (`retries/classifiers.rs` of aws-runtime 1.10.2), which gateways may use.
const THROTTLING_CODES: &[&str] = &[
    "ThrottlingException",
    "throttlingException",
    "TooManyRequestsException",
    "Throttling",
    "ThrottledException",
    "RequestThrottledException",
    "RequestThrottled",
    "RequestLimitExceeded",
    "LimitExceededException",
    "SlowDown",
];

/// The class of an error: its kind, and whether the same request may succeed if it is sent again.
struct Class {
    kind: ErrorKind,
    is_retryable: bool,
}

impl Class {
    const fn temporary(kind: ErrorKind) -> Self {
        Self { kind, is_retryable: true }
    }

    const fn permanent(kind: ErrorKind) -> Self {
        Self { kind, is_retryable: false }
    }
}

/// Returns the class of an error by its code, or by its status if the code is not known.
///
/// This is the only table of kinds and retries: the transport retries the error responses that are retryable here.
fn class_of(code: Option<&str>, status: u16, message: &str) -> Class {
    use ErrorKind as Kind;
    match code.unwrap_or_default() {
        // Streams have it as an error of the model: https://github.com/openclaw/openclaw/issues/58839.
        "ValidationException" | "ModelErrorException" | "ModelStreamErrorException"
            if hints::is_context_overflow(message) =>
        {
            Class::permanent(Kind::ContextOverflow)
        }
        "ValidationException" | "SerializationException" | "MalformedInput" => {
            Class::permanent(Kind::InvalidRequest)
        }
        // A daily quota has the code of a short throttle, but a retry within minutes cannot succeed (R-L9).
        code if THROTTLING_CODES.contains(&code) && hints::is_daily_quota(message) => {
            Class::permanent(Kind::QuotaExceeded)
        }
        code if THROTTLING_CODES.contains(&code) => Class::temporary(Kind::Throttled),
        "ServiceQuotaExceededException" => Class::permanent(Kind::QuotaExceeded),
        "AccessDeniedException" | "AccessDenied" => Class::permanent(Kind::PermissionDenied),
        // The SDK itself retries some of these if the clock of this machine is wrong, with a corrected time.
        "UnrecognizedClientException"
        | "InvalidSignatureException"
        | "ExpiredTokenException"
        | "ExpiredToken"
        | "InvalidAccessKeyId"
        | "InvalidClientTokenId"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "IncompleteSignature"
        | "IncompleteSignatureException"
        | "SignatureDoesNotMatch"
        | "RequestExpired"
        | "RequestTimeTooSkewed"
        | "InvalidToken" => Class::permanent(Kind::Unauthenticated),
        "ResourceNotFoundException" | "UnknownOperationException" => Class::permanent(Kind::NotFound),
        // The model worked until the limit of the service. The same request takes as long again and may be billed again;
        // AWS's SDKs don't retry it either.
        "ModelTimeoutException" => Class::permanent(Kind::Timeout),
        // The model failed on this input. AWS's SDKs don't retry it.
        "ModelErrorException" => Class::permanent(Kind::ModelFailure),
        // "An error occurred while streaming the response. Retry your request."
        // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ResponseStream.html
        "ModelStreamErrorException" => Class::temporary(Kind::ModelFailure),
        // The SDK's list of transient errors: the service did not receive the whole request in time.
        "RequestTimeout" | "RequestTimeoutException" => Class::temporary(Kind::Timeout),
        "ModelNotReadyException"
        | "InternalServerException"
        | "ServiceUnavailableException"
        | "InternalFailure"
        | "ServiceUnavailable" => Class::temporary(Kind::Unavailable),
        // A catch-all of "server error" makes clients retry permanent errors for minutes:
        // https://github.com/block/goose/issues/9732 (M50).
        _ => class_of_status(status, message),
    }
}

/// Returns the class of an error without a known code, such as one of a proxy.
fn class_of_status(status: u16, message: &str) -> Class {
    use ErrorKind as Kind;
    match status {
        400 | 413 | 422 if hints::is_context_overflow(message) => Class::permanent(Kind::ContextOverflow),
        400 | 405 | 413 | 415 | 422 => Class::permanent(Kind::InvalidRequest),
        401 => Class::permanent(Kind::Unauthenticated),
        403 => Class::permanent(Kind::PermissionDenied),
        404 => Class::permanent(Kind::NotFound),
        // As `ModelTimeoutException` and `ModelErrorException`, whose names a gateway may have dropped.
        408 => Class::permanent(Kind::Timeout),
        424 => Class::permanent(Kind::ModelFailure),
        429 if hints::is_daily_quota(message) => Class::permanent(Kind::QuotaExceeded),
        429 => Class::temporary(Kind::Throttled),
        // Not implemented, HTTP version not supported: the next attempt gets the same answer.
        501 | 505 => Class::permanent(Kind::Unsupported),
        // 529 is Anthropic's status for an overloaded model: https://docs.anthropic.com/en/api/errors.
        500..=599 => Class::temporary(Kind::Unavailable),
        _ => Class::permanent(Kind::Other),
    }
}

#[cfg(test)]
mod tests;
