//! Chunks and errors as server-sent events, for gateways.

use serde::Serialize;

use crate::error::{ErrorKind, ModelError};

/// The event that ends a good stream, and no other.
pub const SSE_DONE: &str = "data: [DONE]\n\n";

/// An error as OpenAI writes it: `{"error": {"message", "type", "param", "code"}}`.
///
/// Where OpenAI has a word of its own for what happened, such as `context_length_exceeded`, that is the code; else
/// it is the provider's.
///
/// ```
/// use outcrop_core::openai::ChatError;
/// use outcrop_core::{ErrorKind, ModelError};
///
/// let error = ModelError::new(ErrorKind::Throttled, "too many requests");
/// assert_eq!(
///     ChatError::from(&error).to_sse(),
///     "data: {\"error\":{\"message\":\"too many requests\",\"type\":\"rate_limit_error\",\"param\":null,\
///      \"code\":\"rate_limit_exceeded\"}}\n\n",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ChatError {
    /// The error.
    pub error: ChatErrorBody,
}

/// What an error says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ChatErrorBody {
    /// What happened, in a line: code, model, region and request id in it as far as they are known.
    pub message: String,
    /// The kind of error.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The place in the request.
    pub param: Option<String>,
    /// What to branch on.
    pub code: Option<String>,
}

impl ChatError {
    /// The error as an event of a server-sent stream, which ends with it: no [`SSE_DONE`] follows.
    #[must_use]
    pub fn to_sse(&self) -> String {
        event(self)
    }
}

impl From<&ModelError> for ChatError {
    fn from(error: &ModelError) -> Self {
        let (kind, code) = words_for(error.kind());
        let code = code.or_else(|| error.code()).map(str::to_owned);
        let param = error.path().map(str::to_owned);
        Self { error: ChatErrorBody { message: error.to_string(), kind, param, code } }
    }
}

/// OpenAI's word for a kind of error, and its code where it has one.
fn words_for(kind: ErrorKind) -> (&'static str, Option<&'static str>) {
    match kind {
        ErrorKind::InvalidRequest | ErrorKind::Unsupported => ("invalid_request_error", None),
        ErrorKind::ContextOverflow => ("invalid_request_error", Some("context_length_exceeded")),
        ErrorKind::Unauthenticated => ("authentication_error", None),
        ErrorKind::PermissionDenied => ("permission_error", None),
        ErrorKind::NotFound => ("not_found_error", None),
        ErrorKind::Throttled => ("rate_limit_error", Some("rate_limit_exceeded")),
        ErrorKind::QuotaExceeded => ("insufficient_quota", Some("insufficient_quota")),
        _ => ("server_error", None),
    }
}

/// A value as the event of a server-sent stream.
#[expect(clippy::expect_used, reason = "texts, numbers and lists of them always have a JSON form")]
pub(super) fn event<T: Serialize>(value: &T) -> String {
    // Line breaks are escaped in JSON, so the text is one line, as the format wants it.
    format!("data: {}\n\n", serde_json::to_string(value).expect("a chunk has a JSON form"))
}
