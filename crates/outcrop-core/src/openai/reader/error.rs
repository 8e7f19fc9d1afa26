//! Errors of OpenAI's API.

use bytes::Bytes;
use serde_json::Value;

use crate::error::{ErrorKind, ModelError, Stage};

impl ModelError {
    /// Creates an error from the status and the body of a response of an OpenAI-compatible service.
    ///
    /// ```
    /// use outcrop_core::{ErrorKind, ModelError};
    ///
    /// let body = br#"{"error": {"message": "slow down", "type": "rate_limit_error", "code": "rate_limit_exceeded"}}"#;
    /// let error = ModelError::from_openai(429, body);
    /// assert_eq!((error.kind(), error.code(), error.message()), (ErrorKind::Throttled, Some("rate_limit_exceeded"), "slow down"));
    /// ```
    ///
    /// The code decides the kind, then the status, then the type, as in <https://platform.openai.com/docs/guides/error-codes>.
    /// A body in another form is kept in [`body`](Self::body).
    #[must_use]
    pub fn from_openai(status: u16, body: &[u8]) -> Self {
        let value: Value = serde_json::from_slice(body).unwrap_or_default();
        let details = value.get("error").filter(|error| !error.is_null()).unwrap_or(&value);
        let member = |name: &str| details.get(name).and_then(Value::as_str);
        let message = member("message").or_else(|| details.as_str()).map(str::to_owned);
        let message = message.unwrap_or_else(|| format!("the service responded with status {status}"));
        // A code may be a number, which repeats the status.
        let code = member("code").or_else(|| member("type"));
        let kind = kind(status, code.unwrap_or_default(), member("type").unwrap_or_default(), &message);
        let mut error = Self::new(kind, message)
            .with_stage(Stage::Replied)
            .with_status(status)
            .with_body(Bytes::copy_from_slice(body));
        if let Some(code) = code {
            error = error.with_code(code.to_owned());
        }
        match member("param") {
            Some(path) => error.with_path(path),
            None => error,
        }
    }
}

fn kind(status: u16, code: &str, error_type: &str, message: &str) -> ErrorKind {
    match code {
        "context_length_exceeded" => return ErrorKind::ContextOverflow,
        "insufficient_quota" => return ErrorKind::QuotaExceeded,
        "rate_limit_exceeded" => return ErrorKind::Throttled,
        _ => {}
    }
    match status {
        // Compatible servers have no code for it. See https://github.com/vllm-project/vllm/issues/1838
        400 | 413 | 422 if message.contains("maximum context length") => ErrorKind::ContextOverflow,
        400 | 405 | 409 | 413 | 415 | 422 => ErrorKind::InvalidRequest,
        401 => ErrorKind::Unauthenticated,
        402 => ErrorKind::QuotaExceeded,
        403 => ErrorKind::PermissionDenied,
        404 => ErrorKind::NotFound,
        408 | 504 => ErrorKind::Timeout,
        429 => ErrorKind::Throttled,
        500.. => ErrorKind::Unavailable,
        // An error within a stream, whose status was sent before.
        _ => match error_type {
            "invalid_request_error" => ErrorKind::InvalidRequest,
            "authentication_error" => ErrorKind::Unauthenticated,
            "permission_error" => ErrorKind::PermissionDenied,
            "not_found_error" => ErrorKind::NotFound,
            "rate_limit_error" => ErrorKind::Throttled,
            "server_error" | "api_error" | "overloaded_error" => ErrorKind::Unavailable,
            _ => ErrorKind::Other,
        },
    }
}
