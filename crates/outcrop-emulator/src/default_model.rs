//! The default model: the answers to calls that no script answers.
//!
//! It understands nothing, but it is deterministic: the same request always gets the same response. Each operation has its
//! own file, and the default guardrail is among them.

mod converse;
mod describe;
mod embeddings;
mod guardrail;
mod guardrail_checks;
mod invoke;
mod prompt_cache;
mod question;
mod sample;
mod thinking;
mod tokens;
mod tool_calls;

use outcrop_converse::wire::{CountTokensInput, CountTokensResponse};

use crate::protocol::call::{OperationCall, conversation_to_count};
use crate::protocol::error::ServiceError;
use crate::protocol::operation::Operation;
use crate::protocol::response::ServiceResponse;
use crate::protocol::stream::response_events;
use converse::{Answer, Conversation};
pub(crate) use prompt_cache::PromptCache;

/// The latency that a count of tokens reports.
const COUNT_LATENCY_MS: u64 = 5;

/// Answers a call that passed the checks.
pub(crate) fn answer(call: &OperationCall, cache: &PromptCache) -> Result<ServiceResponse, ServiceError> {
    let is_stream =
        matches!(call.operation(), Operation::ConverseStream | Operation::InvokeModelWithResponseStream);
    let respond = || -> Result<Answer, ServiceError> {
        let request = call.conversation()?;
        Ok(converse::respond(Conversation { model: call.resource(), request, cache, is_stream }))
    };
    match call.operation() {
        Operation::Converse => {
            let answer = respond()?;
            let response = ServiceResponse::from_value(&answer.response)?;
            Ok(response.with_latency(answer.latency_ms))
        }
        Operation::ConverseStream => {
            let events = response_events(&respond()?.response);
            events
                .map(ServiceResponse::stream)
                .map_err(|error| ServiceError::serialization(error.to_string()))
        }
        Operation::InvokeModel | Operation::InvokeModelWithResponseStream => invoke::answer(call, respond),
        Operation::CountTokens => {
            let response = ServiceResponse::from_value(&CountTokensResponse::new(count_tokens(call)?))?;
            Ok(response.with_latency(COUNT_LATENCY_MS))
        }
        Operation::ApplyGuardrail => {
            let response = ServiceResponse::from_value(&guardrail::assess(&call.guardrail_request()?))?;
            Ok(response.with_latency(guardrail::LATENCY_MS))
        }
        Operation::InvokeGuardrailChecks => {
            let findings = guardrail_checks::assess(&call.guardrail_checks_request()?);
            Ok(ServiceResponse::from_value(&findings)?.with_latency(guardrail::LATENCY_MS))
        }
    }
}

/// Counts the input tokens of a call of CountTokens.
fn count_tokens(call: &OperationCall) -> Result<u64, ServiceError> {
    let input = call.count_tokens_request()?.input;
    if let CountTokensInput::InvokeModel(counted) = &input {
        let body = counted.body.bytes().map_err(|error| ServiceError::serialization(error.to_string()))?;
        // Without a known format the whole body counts, keys and punctuation included.
        let of_body = tokens::of_text(&String::from_utf8_lossy(&body));
        return Ok(conversation_to_count(input, call.resource())
            .map_or(of_body, |counted| tokens::of_request(&counted)));
    }
    match conversation_to_count(input, call.resource()) {
        Some(counted) => Ok(tokens::of_request(&counted)),
        None => Err(ServiceError::validation("The input of the request is of a kind that is not known.")),
    }
}

#[cfg(test)]
mod tests;
