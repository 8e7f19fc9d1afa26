//! The inputs of an exchange, as the cases have them written down from Python.

use outcrop::converse::ResponseMetadata;
use outcrop_emulator::{Action, RawResponse, ScriptedError, ScriptedExchange};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::support::corpus::{Case, members};

/// What the service answers.
pub(crate) enum Reply {
    /// A good reply: its body, and the service's id of the call.
    Good { body: String, request_id: Option<String> },
    /// An error.
    Fault(Value),
}

/// The settings of the case's client.
pub(crate) fn config(case: &Case) -> String {
    as_json(case, "config")
}

/// The parameters of the case's call.
pub(crate) fn params(case: &Case) -> String {
    as_json(case, "params")
}

/// A member in which what was a value of Python's is the JSON that it stands for: a tuple is a list
/// (`{"$tuple": […]}`), a model class its schema (`{"$pydantic": NAME}`).
fn as_json(case: &Case, member: &str) -> String {
    let text = case.text(member).unwrap_or("{}");
    let mut json = text.to_owned();
    for value in members(text).values().filter(|value| value.get().starts_with("{\"$")) {
        let mut inner = members(value.get());
        let stands_for = match inner.pop_first() {
            Some(("$tuple", list)) => list.get(),
            Some(("$pydantic", _)) => case.text("pydantic_schema").unwrap(),
            other => panic!("no such value is known: {other:?}"),
        };
        json = json.replacen(value.get(), stands_for, 1);
    }
    json
}

impl Reply {
    /// Reads a reply. `{"$raise": …}` is an error of the service; boto3 puts `ResponseMetadata` beside the body, of
    /// which the request's id is a header; a call that gives nothing is a reply without a body.
    pub(crate) fn of(text: Option<&'static str>) -> Self {
        let Some(text) = text else { return Self::Good { body: String::new(), request_id: None } };
        let mut body = members(text);
        if let Some(raised) = body.get("$raise") {
            return Self::Fault(serde_json::from_str(raised.get()).unwrap());
        }
        let metadata = body.remove("ResponseMetadata").map(RawValue::get).map(members).unwrap_or_default();
        let request_id = metadata.get("RequestId").map(|id| serde_json::from_str(id.get()).unwrap());
        Self::Good { body: serde_json::to_string(&body).unwrap(), request_id }
    }

    /// What is known of the reply besides its body.
    pub(crate) fn meta(&self) -> ResponseMetadata {
        match self {
            Self::Good { request_id: Some(id), .. } => ResponseMetadata::new().with_request_id(id),
            _ => ResponseMetadata::default(),
        }
    }

    /// The body of a good reply.
    pub(crate) fn body(&self) -> &str {
        match self {
            Self::Good { body, .. } => body,
            Self::Fault(fault) => panic!("the mapping sees no faults: {fault}"),
        }
    }

    /// The reply, for an emulator to give.
    pub(crate) fn scripted(&self) -> ScriptedExchange {
        match self {
            Self::Good { body, request_id } => {
                let reply = RawResponse::new(body.clone());
                ScriptedExchange::new(Action::Raw(match request_id {
                    Some(id) => reply.with_header("x-amzn-requestid", id).unwrap(),
                    None => reply,
                }))
            }
            Self::Fault(fault) => {
                let [code, message] = ["code", "message"].map(|name| fault[name].as_str().unwrap());
                let status = fault["status"].as_u64().and_then(|status| status.try_into().ok()).unwrap();
                let error = ScriptedError::custom(code, status).unwrap();
                ScriptedExchange::error(error.with_message(message))
            }
        }
    }
}
