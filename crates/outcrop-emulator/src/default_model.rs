//! The default model: the answers to calls that no script answers.
//!
//! It understands nothing, but it is deterministic: the same request always gets the same response. Each operation has its
//! own file, and the default guardrail is among them.

mod converse;
mod describe;
mod guardrail;
mod sample;
mod tokens;
mod tool_calls;

use outcrop_converse::wire::{CountTokensInput, CountTokensResponse};

use crate::protocol::call::{OperationCall, counted_conversation};
use crate::protocol::error::ServiceError;
use crate::protocol::operation::Operation;
use crate::protocol::response::ServiceResponse;
use crate::protocol::stream::response_events;

/// The latency that a count of tokens reports.
const COUNT_LATENCY_MS: u64 = 5;

/// Answers a call that passed the checks.
pub(crate) fn answer(call: &OperationCall) -> Result<ServiceResponse, ServiceError> {
    match call.operation() {
        Operation::Converse => {
            let response = converse::respond(call.conversation()?);
            let latency = response.metrics.as_ref().and_then(|metrics| metrics.latency_ms);
            ServiceResponse::from_value(&response, latency.unwrap_or_default())
        }
        Operation::ConverseStream => {
            let events = response_events(&converse::respond(call.conversation()?));
            events
                .map(ServiceResponse::stream)
                .map_err(|error| ServiceError::serialization(error.to_string()))
        }
        Operation::CountTokens => {
            ServiceResponse::from_value(&CountTokensResponse::new(count_tokens(call)?), COUNT_LATENCY_MS)
        }
        Operation::ApplyGuardrail => {
            let response = guardrail::assess(&call.guardrail_request()?);
            ServiceResponse::from_value(&response, guardrail::LATENCY_MS)
        }
    }
}

/// Counts the input tokens of a call of CountTokens.
fn count_tokens(call: &OperationCall) -> Result<u64, ServiceError> {
    match call.count_tokens_request()?.input {
        CountTokensInput::Converse(counted) => Ok(tokens::of_request(&counted_conversation(counted))),
        CountTokensInput::InvokeModel(counted) => {
            let body =
                counted.body.bytes().map_err(|error| ServiceError::serialization(error.to_string()))?;
            // The format depends on the model, so the whole body counts, keys and punctuation included.
            Ok(tokens::of_text(&String::from_utf8_lossy(&body)))
        }
        _ => Err(ServiceError::validation("The input of the request is of a kind that is not known.")),
    }
}

#[cfg(test)]
mod tests;
