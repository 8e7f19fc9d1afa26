//! Errors within a stream: exceptions, and frames of the type `error`.
//!
//! The HTTP status is 200 by then. An error has the status of the same exception before a stream, so that it gets the same
//! kind and the same retry advice: <https://github.com/vercel/ai/commit/8ca1352>, <https://github.com/block/goose/issues/9577>
//! (L105).

use bytes::Bytes;
use outcrop_core::{JsonObject, ModelError, RawJson, Stage, from_slice};

use crate::service_error::{ServiceError, classify_error};
use crate::wire::StreamException;

/// Builds the error for an exception, given the name in its frame, such as `throttlingException`, and its payload.
///
/// The payload is read as the body of an error response: its message may be called `Message`, and it stays the body of
/// the error even if it is not JSON. An unknown exception is an error, too.
pub(super) fn error_from_payload(name: &str, payload: &[u8]) -> ModelError {
    let code = capitalize(name);
    let status = status(&code);
    let mut error = ServiceError::new(status, Bytes::copy_from_slice(payload));
    error.error_type = Some(code).filter(|code| !code.is_empty());
    // The message of the model's own service follows that of the service if it differs.
    if let Some(message) = joined_message(payload) {
        error.body = message_body(&message);
        let classified = classify_error(&error).with_stage(Stage::Streaming);
        return classified.with_body(Bytes::copy_from_slice(payload));
    }
    classify_error(&error).with_stage(Stage::Streaming)
}

/// Builds the error for an exception that is already parsed.
pub(super) fn error_from_exception(name: &str, exception: &StreamException) -> ModelError {
    let payload = RawJson::from_serialize(exception).map(|json| json.as_str().to_owned());
    error_from_payload(name, payload.unwrap_or_default().as_bytes())
}

/// Builds the error for a frame of the type `error`, which has a code and a message in its headers.
///
/// The service's model does not list such errors; the framing allows them:
/// <https://smithy.io/2.0/aws/amazon-eventstream.html> (L106).
pub(super) fn error_from_error_frame(code: &str, message: Option<&str>) -> ModelError {
    let body = message.filter(|message| !message.is_empty()).map(message_body).unwrap_or_default();
    let mut error = ServiceError::new(status(&capitalize(code)), body);
    error.error_type = Some(code.to_owned()).filter(|code| !code.is_empty());
    classify_error(&error).with_stage(Stage::Streaming)
}

/// Returns the HTTP status that an exception has before a stream; 500 for an unknown one.
fn status(code: &str) -> u16 {
    // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html#API_runtime_ConverseStream_Errors
    // and https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html (L105).
    match code {
        "ValidationException" | "ServiceQuotaExceededException" | "ValidationError" => 400,
        "AccessDeniedException"
        | "ExpiredTokenException"
        | "IncompleteSignature"
        | "InvalidClientTokenId"
        | "NotAuthorized"
        | "OptInRequired"
        | "UnrecognizedClientException" => 403,
        "ResourceNotFoundException" => 404,
        "ModelTimeoutException" => 408,
        "ConflictException" => 409,
        "ModelErrorException" | "ModelStreamErrorException" => 424,
        "ModelNotReadyException" | "ThrottlingException" => 429,
        "ServiceUnavailable" | "ServiceUnavailableException" => 503,
        _ => 500,
    }
}

/// Returns the name of an exception as it is outside of streams, where it begins with a capital letter.
fn capitalize(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect()
}

/// Returns the message of the service, followed by that of the model's own service. `None` if there is no second one.
fn joined_message(payload: &[u8]) -> Option<String> {
    let exception: StreamException = from_slice(payload).ok()?;
    let original = exception.original_message.filter(|text| !text.is_empty())?;
    let message = exception.message.unwrap_or_default();
    if message.is_empty() || message == original {
        return Some(original);
    }
    Some(format!("{message}: {original}"))
}

fn message_body(message: &str) -> Bytes {
    let body: JsonObject = [("message", RawJson::from(message))].into_iter().collect();
    Bytes::from(RawJson::from(body).as_str().to_owned())
}
