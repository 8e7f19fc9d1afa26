//! Errors within a stream.

use outcrop_core::{ModelError, Stage};

use crate::fault::{ServiceFault, classify_fault};
use crate::wire::{ConverseStreamOutput, StreamException};

/// The error that an exception of the stream is; `None` for an event that is none.
///
/// The status of a stream is 200 by then; that of the exception is the one which the same exception has before a stream
/// (lesson L105).
pub(super) fn of_exception(event: ConverseStreamOutput) -> Option<ModelError> {
    use ConverseStreamOutput as Event;
    let (code, status, exception) = match event {
        Event::InternalServerException(exception) => ("InternalServerException", 500, exception),
        Event::ModelStreamErrorException(exception) => ("ModelStreamErrorException", 424, exception),
        Event::ValidationException(exception) => ("ValidationException", 400, exception),
        Event::ThrottlingException(exception) => ("ThrottlingException", 429, exception),
        Event::ServiceUnavailableException(exception) => ("ServiceUnavailableException", 503, exception),
        _ => return None,
    };
    Some(classified(code, status, &message(&exception)))
}

/// The error that a frame of the type `error` is: a code and words in its headers.
pub(super) fn of_error_frame(code: &str, message: Option<&str>) -> ModelError {
    let status = match code {
        "ThrottlingException" | "throttlingException" => 429,
        "ServiceUnavailable" | "ServiceUnavailableException" | "serviceUnavailableException" => 503,
        "ValidationException" | "validationException" => 400,
        _ => 500,
    };
    classified(code, status, message.unwrap_or_default())
}

fn classified(code: &str, status: u16, message: &str) -> ModelError {
    let body = outcrop_core::RawJson::from(
        [("message", outcrop_core::RawJson::from(message))].into_iter().collect::<outcrop_core::JsonObject>(),
    );
    let mut fault =
        ServiceFault::new(status, if message.is_empty() { String::new() } else { body.text().to_owned() });
    fault.error_type = Some(code.to_owned()).filter(|code| !code.is_empty());
    classify_fault(&fault).with_stage(Stage::Streaming)
}

/// What happened, in the words of the service, then in those of the model's own.
fn message(exception: &StreamException) -> String {
    let told = [exception.message.as_deref(), exception.original_message.as_deref()];
    let mut told: Vec<&str> = told.into_iter().flatten().filter(|text| !text.is_empty()).collect();
    told.dedup();
    told.join(": ")
}
