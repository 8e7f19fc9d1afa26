//! Lines of the output.

use bytes::Bytes;
use outcrop_core::{
    ErrorKind, JsonObject, ModelError, RawJson, Stage, UnifiedResponse, from_slice, open_struct,
};

use crate::context::{ResponseContext, ResponseMetadata};
use crate::decode::decode_response;
use crate::service_error::{ServiceError, classify_error};

/// What came of a record: a line of the output of a batch job.
#[derive(Debug)]
#[non_exhaustive]
pub struct BatchOutput {
    /// The line of the output, counted from 1.
    pub line: usize,
    /// The id of the record; `None` where the line has none, or is broken.
    pub record_id: Option<String>,
    /// The request, which Bedrock repeats.
    pub model_input: Option<RawJson>,
    /// The response, whose id is that of the record; or why there is none.
    ///
    /// It has a cost only where the request had a price: batches do not cost what single calls do.
    pub outcome: Result<UnifiedResponse, ModelError>,
    /// Members that this version does not know.
    pub unknown: JsonObject,
}

open_struct! {
    /// A line of the output. Where the request failed, `error` stands in place of `modelOutput`.
    struct OutputRecord {
        optional record_id: String = "recordId",
        optional model_input: RawJson = "modelInput",
        optional model_output: RawJson = "modelOutput",
        optional error: RawJson = "error",
    }
}

impl BatchOutput {
    /// Reads a line; `context` finds what the reply to a record has to be read with.
    pub(super) fn read(
        number: usize,
        line: &[u8],
        context: impl FnOnce(Option<&str>) -> ResponseContext,
    ) -> Self {
        let record: OutputRecord = match from_slice(line) {
            Ok(record) => record,
            Err(error) => {
                let error = no_record(number, error.message(), line).with_path(error.path());
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
            (Some(output), None) => answer(&output, &context, record_id.as_deref()),
            (None, Some(error)) => Err(failure(&error)),
            (None, None) => Err(no_record(number, "it has neither `modelOutput` nor `error`", line)),
            (Some(_), Some(_)) => Err(no_record(number, "it has both `modelOutput` and `error`", line)),
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

fn answer(
    output: &RawJson,
    context: &ResponseContext,
    record_id: Option<&str>,
) -> Result<UnifiedResponse, ModelError> {
    let body = Bytes::from(output.as_str().to_owned());
    let mut response = decode_response(&body, context, ResponseMetadata::default())?;
    if let Some(id) = record_id {
        id.clone_into(&mut response.id);
    }
    // The list prices are those of single calls.
    response.cost = response.cost.filter(|_| context.price.is_some());
    Ok(response)
}

/// The service's error: `errorCode`, a status as a rule, and `errorMessage`. What is no object is taken for the message.
fn failure(error: &RawJson) -> ModelError {
    let members =
        error.as_object().unwrap_or_else(|| [("errorMessage", error.clone())].into_iter().collect());
    let told = RawJson::from(members.clone());
    let mut fault = ServiceError::new(0, told.as_str().to_owned());
    if let Some(code) = members.get("errorCode").filter(|code| !code.is_null()) {
        let code = code.as_string().unwrap_or_else(|| code.as_str().into());
        match code.parse() {
            Ok(status) => fault.status = status,
            Err(_) => fault.error_type = Some(code.into_owned()),
        }
    }
    let told = classify_error(&fault).with_body(error.as_str().to_owned().into());
    match members.get("retryable").and_then(|flag| flag.deserialize().ok()) {
        Some(retryable) => told.with_retryable(retryable),
        None => told,
    }
}

fn no_record(number: usize, reason: &str, line: &[u8]) -> ModelError {
    ModelError::new(
        ErrorKind::InvalidResponse,
        format!("line {number} of the output is no record of a batch job: {reason}"),
    )
    .with_code("InvalidRecord")
    .with_stage(Stage::Replied)
    .with_body(Bytes::copy_from_slice(line))
}
