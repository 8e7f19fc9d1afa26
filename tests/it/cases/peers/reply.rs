//! Replies of the service, read as chat completions.

use outcrop::converse::{ResponseContext, ResponseMetadata, decode_response};
use outcrop::{ChatCompletion, ModelError};
use serde_json::{Value, json};

use crate::cases::exchange::compare_usage;
use crate::support::json::{entries, items};
use crate::support::tally::Differences;

/// A reply is read as expected: each of its parts that the case has, in a reply that is whole.
pub(super) fn check(reply: &Value, expected: &Value, differences: &mut Differences) {
    // A list of stop reasons stands for so many replies.
    if let [first, rest @ ..] = items(&reply["stopReason"]) {
        for (reason, expected) in [first].into_iter().chain(rest).zip(items(&expected["finish_reason"])) {
            match completion(&json!({"stopReason": reason})) {
                Ok(got) => {
                    let at = format!("finish_reason of {reason}");
                    differences.same(&at, got["choices"][0]["finish_reason"].clone(), expected);
                }
                Err(error) => differences.add(format!("{reason}: {error}")),
            }
        }
        return;
    }
    match completion(reply) {
        Ok(got) => {
            compare_usage("usage", &got["usage"], &expected["usage"], false, differences);
            for (name, wanted) in entries(expected).filter(|(name, _)| *name != "usage") {
                differences.same(name, got[name].clone(), wanted);
            }
        }
        Err(error) => differences.add(format!("error: {error}")),
    }
}

fn completion(parts: &Value) -> Result<Value, ModelError> {
    let mut reply = json!({
        "output": {"message": {"role": "assistant", "content": [{"text": "x"}]}},
        "stopReason": "end_turn",
    });
    for (name, part) in entries(parts) {
        reply[name] = part.clone();
    }
    let response =
        decode_response(&reply.to_string().into(), &ResponseContext::default(), ResponseMetadata::default())?;
    Ok(json!(ChatCompletion::from(&response)))
}
