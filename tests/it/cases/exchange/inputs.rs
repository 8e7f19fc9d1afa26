//! The inputs of an exchange. Some of their values were recorded from Python.

use outcrop::converse::ResponseMetadata;
use outcrop_emulator::{Action, RawResponse, ScriptedError, ScriptedExchange};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::support::case_file::{self, Case};

/// The response of the service in a case.
pub(crate) enum CaseResponse {
    /// A successful response: its body and the request id.
    Success { body: String, request_id: Option<String> },
    /// An error with `code`, `message` and `status`.
    Error(Value),
}

/// Returns the configuration of the case's client as JSON.
pub(crate) fn config(case: &Case) -> String {
    as_json(case, "config")
}

/// Returns the parameters of the case's call as JSON.
pub(crate) fn params(case: &Case) -> String {
    as_json(case, "params")
}

/// Returns the JSON of a member and replaces values of Python: a tuple (`{"$tuple": […]}`) by a list, a model class
/// (`{"$pydantic": NAME}`) by its schema.
fn as_json(case: &Case, member: &str) -> String {
    let text = case.text(member).unwrap_or("{}");
    let mut json = text.to_owned();
    for value in case_file::members(text).values().filter(|value| value.get().starts_with("{\"$")) {
        let mut inner = case_file::members(value.get());
        let replacement = match inner.pop_first() {
            Some(("$tuple", list)) => list.get(),
            Some(("$pydantic", _)) => case.text("pydantic_schema").unwrap(),
            other => panic!("unknown value of Python: {other:?}"),
        };
        json = json.replacen(value.get(), replacement, 1);
    }
    json
}

impl CaseResponse {
    /// Parses a response. `{"$raise": …}` is an error. `ResponseMetadata`, which boto3 adds to the body, has the request id,
    /// which is a header. A call that returns nothing is a response without a body.
    pub(crate) fn parse(text: Option<&'static str>) -> Self {
        let Some(text) = text else { return Self::Success { body: String::new(), request_id: None } };
        let mut body = case_file::members(text);
        if let Some(raised) = body.get("$raise") {
            return Self::Error(serde_json::from_str(raised.get()).unwrap());
        }
        let metadata =
            body.remove("ResponseMetadata").map(RawValue::get).map(case_file::members).unwrap_or_default();
        let request_id = metadata.get("RequestId").map(|id| serde_json::from_str(id.get()).unwrap());
        Self::Success { body: serde_json::to_string(&body).unwrap(), request_id }
    }

    /// Returns the metadata of the response, which is not in its body.
    pub(crate) fn metadata(&self) -> ResponseMetadata {
        match self {
            Self::Success { request_id: Some(id), .. } => ResponseMetadata::new().with_request_id(id),
            _ => ResponseMetadata::default(),
        }
    }

    /// Returns the body of a successful response.
    pub(crate) fn body(&self) -> &str {
        match self {
            Self::Success { body, .. } => body,
            Self::Error(error) => panic!("not a response: {error}"),
        }
    }

    /// Returns the step of a script with which an emulator returns the response.
    pub(crate) fn scripted(&self) -> ScriptedExchange {
        match self {
            Self::Success { body, request_id } => {
                let response = RawResponse::new(body.clone());
                ScriptedExchange::new(Action::Raw(match request_id {
                    Some(id) => response.with_header("x-amzn-requestid", id).unwrap(),
                    None => response,
                }))
            }
            Self::Error(error) => {
                let [code, message] = ["code", "message"].map(|name| error[name].as_str().unwrap());
                let status = error["status"].as_u64().and_then(|status| status.try_into().ok()).unwrap();
                let error = ScriptedError::custom(code, status).unwrap();
                ScriptedExchange::error(error.with_message(message))
            }
        }
    }
}
