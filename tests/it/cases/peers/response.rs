//! Responses of the service as chat completions.

use outcrop::converse::{ResponseContext, ResponseMetadata, decode_response};
use outcrop::{ChatCompletion, ModelError};
use serde_json::{Value, json};

use crate::cases::exchange::compare_usage;
use crate::support::case_report::Differences;
use crate::support::json::{items, members};

/// Compares the chat completion of a response. The case has parts of a response, which are added to a complete one.
pub(super) fn check(parts: &Value, expected: &Value, differences: &mut Differences) {
    // A list of stop reasons is a list of responses.
    if let [first, rest @ ..] = items(&parts["stopReason"]) {
        for (reason, expected) in [first].into_iter().chain(rest).zip(items(&expected["finish_reason"])) {
            match completion(&json!({"stopReason": reason})) {
                Ok(actual) => {
                    let path = format!("finish_reason of {reason}");
                    differences.compare(&path, actual["choices"][0]["finish_reason"].clone(), expected);
                }
                Err(error) => differences.add(format!("{reason}: {error}")),
            }
        }
        return;
    }
    match completion(parts) {
        Ok(actual) => {
            compare_usage("usage", &actual["usage"], &expected["usage"], false, differences);
            for (name, value) in members(expected).filter(|(name, _)| *name != "usage") {
                differences.compare(name, actual[name].clone(), value);
            }
        }
        Err(error) => differences.add(format!("error: {error}")),
    }
}

fn completion(parts: &Value) -> Result<Value, ModelError> {
    let mut response = json!({
        "output": {"message": {"role": "assistant", "content": [{"text": "x"}]}},
        "stopReason": "end_turn",
    });
    for (name, part) in members(parts) {
        response[name] = part.clone();
    }
    let response = decode_response(
        &response.to_string().into(),
        &ResponseContext::default(),
        ResponseMetadata::default(),
    )?;
    Ok(json!(ChatCompletion::from(&response)))
}
