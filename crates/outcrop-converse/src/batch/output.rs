//! The lines of a job's output.

use bytes::Bytes;
use outcrop_core::{
    ErrorKind, JsonObject, ModelError, RawJson, Stage, UnifiedResponse, from_slice, open_struct,
};

use crate::context::{ResponseContext, ResponseMetadata};
use crate::decode::decode_response;
use crate::service_error::{ServiceError, classify_error};

/// The outcome of one record: a line of a job's output.
#[derive(Debug)]
#[non_exhaustive]
pub struct BatchOutput {
    /// The number of the line, counted from 1.
    pub line: usize,
    /// The id of the record. `None` if the line is malformed or has no id.
    pub record_id: Option<String>,
    /// The request, which Bedrock repeats in the output.
    pub model_input: Option<RawJson>,
    /// The response, with the id of the record as its id, or the error.
    ///
    /// The response has a cost only if the request had a price, because list prices are those of single calls.
    pub outcome: Result<UnifiedResponse, ModelError>,
    /// The members that this version does not know.
    pub unknown: JsonObject,
}

open_struct! {
    /// A line of the output. If the request failed, it has `error` instead of `modelOutput`.
    struct OutputRecord {
        optional record_id: String = "recordId",
        optional model_input: RawJson = "modelInput",
        optional model_output: RawJson = "modelOutput",
        optional error: RawJson = "error",
    }
}

impl BatchOutput {
    /// Decodes a line. `context` returns the context of the record with an id.
    pub(super) fn decode(
        number: usize,
        line: &[u8],
        context: impl FnOnce(Option<&str>) -> ResponseContext,
    ) -> Self {
        let record: OutputRecord = match from_slice(line) {
            Ok(record) => record,
            // A malformed line fails alone: the other records of the job are billed and must stay readable.
            Err(error) => {
                let error = invalid_record(number, error.message(), line).with_path(error.path());
                return Self {
                    line: number,
                    record_id: None,
                    model_input: None,
                    outcome: Err(error),
                    unknown: JsonObject::new(),
                };
            }
        };
        let OutputRecord { record_id, model_input, model_output, error, unknown } = record;
        let context = context(record_id.as_deref());
        let outcome = match (model_output, error) {
            (Some(output), None) => response(&output, &context, record_id.as_deref()),
            (None, Some(error)) => Err(record_error(&error)),
            (None, None) => Err(invalid_record(number, "it has neither `modelOutput` nor `error`", line)),
            (Some(_), Some(_)) => Err(invalid_record(number, "it has both `modelOutput` and `error`", line)),
        };
        let outcome = outcome.map_err(|error| {
            let error = error.with_model(context.model);
            match &record_id {
                Some(id) => error.with_path_prefix(&format!("records[{id}]")),
                None => error,
            }
        });
        Self { line: number, record_id, model_input, outcome, unknown }
    }
}

fn response(
    output: &RawJson,
    context: &ResponseContext,
    record_id: Option<&str>,
) -> Result<UnifiedResponse, ModelError> {
    let body = Bytes::from(output.as_str().to_owned());
    let mut response = decode_response(&body, context, ResponseMetadata::default())?;
    if let Some(id) = record_id {
        id.clone_into(&mut response.id);
    }
    // Batch inference costs half of a call for most models, so that a cost by list prices would be wrong:
    // https://aws.amazon.com/bedrock/pricing/
    response.cost = response.cost.filter(|_| context.price.is_some());
    Ok(response)
}

/// Builds the error of a record from `errorCode`, which usually is an HTTP status, and `errorMessage`.
///
/// An error that is not an object is used as the message.
fn record_error(error: &RawJson) -> ModelError {
    let members =
        error.as_object().unwrap_or_else(|| [("errorMessage", error.clone())].into_iter().collect());
    let body = RawJson::from(members.clone());
    let mut service_error = ServiceError::new(0, body.as_str().to_owned());
    if let Some(code) = members.get("errorCode").filter(|code| !code.is_null()) {
        let code = code.as_string().unwrap_or_else(|| code.as_str().into());
        match code.parse() {
            Ok(status) => service_error.status = status,
            Err(_) => service_error.error_type = Some(code.into_owned()),
        }
    }
    let classified = classify_error(&service_error).with_body(error.as_str().to_owned().into());
    // The service's own advice is more specific than that of the status.
    match members.get("retryable").and_then(|flag| flag.deserialize().ok()) {
        Some(retryable) => classified.with_retryable(retryable),
        None => classified,
    }
}

fn invalid_record(number: usize, reason: &str, line: &[u8]) -> ModelError {
    ModelError::new(
        ErrorKind::InvalidResponse,
        format!("line {number} of the output is not a record of a batch job: {reason}"),
    )
    .with_code("InvalidRecord")
    .with_stage(Stage::Replied)
    .with_body(Bytes::copy_from_slice(line))
}
