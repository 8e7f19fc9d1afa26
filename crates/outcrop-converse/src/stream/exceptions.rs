//! Errors within a stream: exceptions, and frames of the type `error`.
//!
//! The HTTP status is 200 by then. An error has the status of the same exception before a stream, so that it gets the same
//! kind and the same retry advice: <https://github.com/vercel/ai/commit/8ca1352>, <https://github.com/block/goose/issues/9577>
//! (L105).

use outcrop_core::{JsonObject, ModelError, RawJson, Stage};

use crate::service_error::{ServiceError, classify_error};
use crate::wire::StreamException;

/// Builds the error for an exception, given the name in its frame, such as `throttlingException`, and its JSON.
///
/// An unknown exception and one whose payload cannot be parsed are errors, too.
pub(super) fn error_from_payload(name: &str, payload: &[u8]) -> ModelError {
    error_from_exception(name, &serde_json::from_slice(payload).unwrap_or_default())
}

/// Builds the error for an exception that is already parsed.
pub(super) fn error_from_exception(name: &str, exception: &StreamException) -> ModelError {
    let code = capitalize(name);
    classify(&code, status(&code), &message(exception))
}

/// Builds the error for a frame of the type `error`, which has a code and a message in its headers.
///
/// The service's model does not list such errors; the framing allows them:
/// <https://smithy.io/2.0/aws/amazon-eventstream.html> (L106).
pub(super) fn error_from_error_frame(code: &str, message: Option<&str>) -> ModelError {
    classify(code, status(&capitalize(code)), message.unwrap_or_default())
}

/// Returns the HTTP status that an exception has before a stream; 500 for an unknown one.
fn status(code: &str) -> u16 {
    // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html#API_runtime_ConverseStream_Errors
    match code {
        "ValidationException" => 400,
        "ModelStreamErrorException" => 424,
        "ThrottlingException" => 429,
        "ServiceUnavailable" | "ServiceUnavailableException" => 503,
        _ => 500,
    }
}

/// Returns the name of an exception as it is outside of streams, where it begins with a capital letter.
fn capitalize(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect()
}

fn classify(code: &str, status: u16, message: &str) -> ModelError {
    let body: JsonObject = [("message", RawJson::from(message))].into_iter().collect();
    let body = if message.is_empty() { String::new() } else { RawJson::from(body).as_str().to_owned() };
    let mut error = ServiceError::new(status, body);
    error.error_type = Some(code.to_owned()).filter(|code| !code.is_empty());
    classify_error(&error).with_stage(Stage::Streaming)
}

/// Returns the message of the service, followed by that of the model's own service if it differs.
fn message(exception: &StreamException) -> String {
    let messages = [exception.message.as_deref(), exception.original_message.as_deref()];
    let mut messages: Vec<&str> = messages.into_iter().flatten().filter(|text| !text.is_empty()).collect();
    messages.dedup();
    messages.join(": ")
}
