//! Errors within a stream.

use outcrop_core::{ModelError, Stage};

use crate::service_error::{ServiceError, classify_error};
use crate::wire::StreamException;

/// The error that an exception of the stream is, by the name that its frame gives it: `throttlingException`. One that
/// nobody knows is an error, too, and counts whatever stands in it.
pub(super) fn of_payload(name: &str, payload: &[u8]) -> ModelError {
    of_exception(name, &serde_json::from_slice(payload).unwrap_or_default())
}

/// The error that an exception of the stream is.
///
/// The status of a stream is 200 by then; that of the exception is the one which the same exception has before a stream
/// (lesson L105).
pub(super) fn of_exception(name: &str, exception: &StreamException) -> ModelError {
    let code = capitalized(name);
    classified(&code, status_of(&code), &message(exception))
}

/// The error that a frame of the type `error` is: a code and words in its headers.
pub(super) fn of_error_frame(code: &str, message: Option<&str>) -> ModelError {
    classified(code, status_of(&capitalized(code)), message.unwrap_or_default())
}

/// The status that an error has before a stream; that of a failure of the service where nobody knows it.
fn status_of(code: &str) -> u16 {
    match code {
        "ValidationException" => 400,
        "ModelStreamErrorException" => 424,
        "ThrottlingException" => 429,
        "ServiceUnavailable" | "ServiceUnavailableException" => 503,
        _ => 500,
    }
}

/// The name of an exception as it is outside of streams, where it begins with a capital letter.
fn capitalized(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

fn classified(code: &str, status: u16, message: &str) -> ModelError {
    let body = outcrop_core::RawJson::from(
        [("message", outcrop_core::RawJson::from(message))].into_iter().collect::<outcrop_core::JsonObject>(),
    );
    let mut fault =
        ServiceError::new(status, if message.is_empty() { String::new() } else { body.as_str().to_owned() });
    fault.error_type = Some(code.to_owned()).filter(|code| !code.is_empty());
    classify_error(&fault).with_stage(Stage::Streaming)
}

/// What happened, in the words of the service, then in those of the model's own.
fn message(exception: &StreamException) -> String {
    let told = [exception.message.as_deref(), exception.original_message.as_deref()];
    let mut told: Vec<&str> = told.into_iter().flatten().filter(|text| !text.is_empty()).collect();
    told.dedup();
    told.join(": ")
}
