//! The response of the default model to InvokeModel, in the body format of the model.

use hyper::header::{HeaderMap, HeaderName, HeaderValue};

use super::converse::Answer;
use super::embeddings;
use crate::protocol::anthropic::{AnthropicMessage, message_events};
use crate::protocol::call::OperationCall;
use crate::protocol::error::ServiceError;
use crate::protocol::invoke::InvokeFormat;
use crate::protocol::operation::Operation;
use crate::protocol::response::ServiceResponse;

const INPUT_TOKENS: HeaderName = HeaderName::from_static("x-amzn-bedrock-input-token-count");
const OUTPUT_TOKENS: HeaderName = HeaderName::from_static("x-amzn-bedrock-output-token-count");
const CACHE_READ_TOKENS: HeaderName = HeaderName::from_static("x-amzn-bedrock-cache-read-input-token-count");
const CACHE_WRITE_TOKENS: HeaderName =
    HeaderName::from_static("x-amzn-bedrock-cache-write-input-token-count");

/// The id of every message. Real ids are random; the request id is the one that differs here.
const MESSAGE_ID: &str = "msg_bdrk_emulated";

/// Answers a call of InvokeModel or InvokeModelWithResponseStream. To a conversation, `respond` has the answer.
pub(super) fn answer(
    call: &OperationCall,
    respond: impl FnOnce() -> Result<Answer, ServiceError>,
) -> Result<ServiceResponse, ServiceError> {
    let embedding = match call.invoke_format()? {
        InvokeFormat::Anthropic => return message(call, respond()?),
        InvokeFormat::TitanEmbedding => embeddings::titan(call.resource(), &call.titan_request()?),
        InvokeFormat::CohereEmbedding => {
            let id = "00000000-0000-4000-8000-000000000000";
            embeddings::cohere(call.resource(), id, &call.cohere_request()?)
        }
    };
    let mut response = ServiceResponse::from_value(&embedding.body)?.with_latency(embeddings::LATENCY_MS);
    response.headers.insert(INPUT_TOKENS, HeaderValue::from(embedding.input_tokens));
    Ok(response)
}

/// Answers with a message in Anthropic's format, whole or as events.
fn message(call: &OperationCall, answer: Answer) -> Result<ServiceResponse, ServiceError> {
    let serialization = |error: outcrop_core::JsonError| ServiceError::serialization(error.to_string());
    let message = AnthropicMessage::from_converse(
        &answer.response,
        call.resource(),
        MESSAGE_ID.to_owned(),
        answer.stop_sequence,
    )
    .map_err(serialization)?;
    if call.operation() == Operation::InvokeModelWithResponseStream {
        let items = message_events(&message, answer.latency_ms).map_err(serialization)?;
        return Ok(ServiceResponse::invoke_stream(items));
    }
    let mut response = ServiceResponse::from_value(&message)?.with_latency(answer.latency_ms);
    add_token_counts(&mut response.headers, &message);
    Ok(response)
}

/// Adds the headers in which AWS repeats the usage for all formats alike.
// LangChain's `ChatBedrock` reads the usage from them. See
// https://github.com/langchain-ai/langchain-aws/blob/main/libs/aws/langchain_aws/llms/bedrock.py.
fn add_token_counts(headers: &mut HeaderMap, message: &AnthropicMessage) {
    let usage = message.usage();
    headers.insert(INPUT_TOKENS, HeaderValue::from(usage.input_tokens));
    headers.insert(OUTPUT_TOKENS, HeaderValue::from(usage.output_tokens));
    headers.insert(CACHE_READ_TOKENS, HeaderValue::from(usage.cache_read_input_tokens));
    headers.insert(CACHE_WRITE_TOKENS, HeaderValue::from(usage.cache_creation_input_tokens));
}
