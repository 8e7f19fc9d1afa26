//! Calls: an operation, the model or guardrail that it is for, and a body that is parsed when it is first needed.

use std::sync::OnceLock;

use bytes::Bytes;
use outcrop_converse::wire::{
    ApplyGuardrailRequest, ContentBlock, ConversationRole, ConverseRequest, ConverseTokensRequest,
    CountTokensInput, CountTokensRequest, GuardrailChecksContentBlock, GuardrailContentBlock,
    InvokeGuardrailChecksRequest, Message, Tool, ToolSpecification,
};
use serde::de::DeserializeOwned;

use super::anthropic;
use super::error::ServiceError;
use super::invoke::{CohereEmbeddingRequest, InvokeFormat, TitanEmbeddingRequest};
use super::operation::Operation;

/// A call of an operation.
#[derive(Debug)]
pub(crate) struct OperationCall {
    operation: Operation,
    resource: String,
    body: Bytes,
    /// The body as a Converse request. The rules, the script and the default model all read it, and a body of 30 MB takes
    /// a noticeable time to parse.
    conversation: OnceLock<Result<ConverseRequest, ServiceError>>,
}

impl OperationCall {
    pub(crate) fn new(operation: Operation, resource: String, body: Bytes) -> Self {
        Self { operation, resource, body, conversation: OnceLock::new() }
    }

    pub(crate) fn operation(&self) -> Operation {
        self.operation
    }

    /// Returns the decoded id of the model or guardrail.
    pub(crate) fn resource(&self) -> &str {
        &self.resource
    }

    /// Returns the body as received.
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    /// Returns the body without copying it.
    pub(crate) fn body_bytes(&self) -> Bytes {
        self.body.clone()
    }

    /// Parses the body as a Converse request. That of InvokeModel must have Anthropic's format.
    pub(crate) fn conversation(&self) -> Result<&ConverseRequest, ServiceError> {
        let parsed = self.conversation.get_or_init(|| match self.operation {
            Operation::InvokeModel | Operation::InvokeModelWithResponseStream => {
                anthropic::parse_request(&self.body)
            }
            _ => self.parse(),
        });
        parsed.as_ref().map_err(Clone::clone)
    }

    /// Returns the format of a body of InvokeModel.
    pub(crate) fn invoke_format(&self) -> Result<InvokeFormat, ServiceError> {
        InvokeFormat::detect(&self.resource, &self.body)
    }

    /// Parses the body as a request for embeddings of Titan.
    pub(crate) fn titan_request(&self) -> Result<TitanEmbeddingRequest, ServiceError> {
        self.parse_input()
    }

    /// Parses the body as a request for embeddings of Cohere.
    pub(crate) fn cohere_request(&self) -> Result<CohereEmbeddingRequest, ServiceError> {
        self.parse_input()
    }

    /// Parses the body as a CountTokens request.
    pub(crate) fn count_tokens_request(&self) -> Result<CountTokensRequest, ServiceError> {
        self.parse()
    }

    /// Parses the body as an ApplyGuardrail request.
    pub(crate) fn guardrail_request(&self) -> Result<ApplyGuardrailRequest, ServiceError> {
        self.parse()
    }

    /// Parses the body as an InvokeGuardrailChecks request.
    pub(crate) fn guardrail_checks_request(&self) -> Result<InvokeGuardrailChecksRequest, ServiceError> {
        self.parse()
    }

    /// Returns the text of the last user turn, or the text for a guardrail to assess, one block a line. A body that cannot
    /// be parsed has none.
    pub(crate) fn last_user_text(&self) -> String {
        match self.operation {
            Operation::Converse | Operation::ConverseStream => {
                self.conversation().map(last_user_text).unwrap_or_default()
            }
            Operation::CountTokens => {
                let request = self.count_tokens_request().ok();
                let counted =
                    request.and_then(|request| conversation_to_count(request.input, &self.resource));
                counted.as_ref().map(last_user_text).unwrap_or_default()
            }
            Operation::InvokeModel | Operation::InvokeModelWithResponseStream => self.invoked_text(),
            Operation::ApplyGuardrail => {
                self.guardrail_request().map(|request| guarded_texts(&request)).unwrap_or_default().join("\n")
            }
            Operation::InvokeGuardrailChecks => self
                .guardrail_checks_request()
                .map(|request| checked_texts(&request).collect::<Vec<_>>().join("\n"))
                .unwrap_or_default(),
        }
    }

    /// Returns the text of the last user turn or the texts to embed.
    fn invoked_text(&self) -> String {
        match self.invoke_format() {
            Ok(InvokeFormat::Anthropic) => self.conversation().map(last_user_text).unwrap_or_default(),
            Ok(InvokeFormat::TitanEmbedding) => {
                self.titan_request().map(|request| request.input_text).unwrap_or_default()
            }
            Ok(InvokeFormat::CohereEmbedding) => {
                let request = self.cohere_request();
                request.ok().and_then(|request| request.texts).unwrap_or_default().join("\n")
            }
            // A script can answer for a model whose format is not known.
            Err(_) => String::from_utf8_lossy(&self.body).into_owned(),
        }
    }

    /// Parses a body of InvokeModel, whose errors AWS reports in another way.
    fn parse_input<T: DeserializeOwned>(&self) -> Result<T, ServiceError> {
        outcrop_core::from_slice(&self.body).map_err(|error| {
            let path = error.path().replace(['.', '['], "/").replace(']', "");
            let separator = if path.is_empty() { "" } else { "/" };
            ServiceError::malformed_input(&format!("#{separator}{path}: {}", error.message()))
        })
    }

    fn parse<T: DeserializeOwned>(&self) -> Result<T, ServiceError> {
        outcrop_core::from_slice(&self.body).map_err(|error| ServiceError::serialization(error.to_string()))
    }
}

/// Returns the text of the last user turn, one block a line.
pub(crate) fn last_user_text(request: &ConverseRequest) -> String {
    let turns = request.messages.as_deref().unwrap_or_default();
    turns.iter().rfind(|turn| turn.role == ConversationRole::User).map(turn_text).unwrap_or_default()
}

/// Returns the text of the last user turn that has any, one block a line: a turn of tool results belongs to the question
/// before it.
pub(crate) fn last_question(request: &ConverseRequest) -> String {
    let turns = request.messages.as_deref().unwrap_or_default();
    let is_text = |block: &ContentBlock| matches!(block, ContentBlock::Text(_));
    let has_text = |turn: &&Message| turn.role == ConversationRole::User && turn.blocks().iter().any(is_text);
    turns.iter().rfind(has_text).map(turn_text).unwrap_or_default()
}

/// Returns the text of a turn, one block a line.
fn turn_text(turn: &Message) -> String {
    let texts = turn.blocks().iter().filter_map(|block| match block {
        ContentBlock::Text(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect::<Vec<_>>().join("\n")
}

/// Returns the last turn if it is a user turn.
pub(crate) fn final_user_turn(request: &ConverseRequest) -> Option<&Message> {
    let turns = request.messages.as_deref().unwrap_or_default();
    turns
        .iter()
        .rfind(|turn| turn.role != ConversationRole::System)
        .filter(|turn| turn.role == ConversationRole::User)
}

/// Returns the tools that the caller runs.
pub(crate) fn tool_specifications(request: &ConverseRequest) -> impl Iterator<Item = &ToolSpecification> {
    let tools = request.tool_config.iter().flat_map(|config| &config.tools);
    tools.filter_map(|tool| if let Tool::ToolSpec(tool) = tool { Some(tool) } else { None })
}

/// Returns the conversation whose tokens are counted, or `None` for a body in a format without one.
pub(crate) fn conversation_to_count(input: CountTokensInput, model: &str) -> Option<ConverseRequest> {
    match input {
        CountTokensInput::Converse(counted) => Some(counted_conversation(counted)),
        CountTokensInput::InvokeModel(counted) => {
            let body = counted.body.bytes().ok()?;
            let format = InvokeFormat::detect(model, &body).ok()?;
            (format == InvokeFormat::Anthropic).then(|| anthropic::parse_request(&body).ok()).flatten()
        }
        _ => None,
    }
}

/// Builds a Converse request from a conversation whose tokens are counted.
///
/// The rules and the default model then treat both alike, so that a count equals the usage of the same conversation.
pub(crate) fn counted_conversation(counted: ConverseTokensRequest) -> ConverseRequest {
    let mut request = ConverseRequest::new();
    request.messages = counted.messages;
    request.system = counted.system;
    request.tool_config = counted.tool_config;
    request.additional_model_request_fields = counted.additional_model_request_fields;
    request
}

/// Returns the texts of messages to check.
pub(crate) fn checked_texts(request: &InvokeGuardrailChecksRequest) -> impl Iterator<Item = &str> {
    request.messages.iter().flat_map(|message| &message.content).filter_map(|block| match block {
        GuardrailChecksContentBlock::Text(text) => Some(text.as_str()),
        _ => None,
    })
}

/// Returns the texts for a guardrail to assess.
pub(crate) fn guarded_texts(request: &ApplyGuardrailRequest) -> Vec<String> {
    let texts = request.content.iter().filter_map(|block| match block {
        GuardrailContentBlock::Text(block) => Some(block.text.clone()),
        _ => None,
    });
    texts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(body: &'static str) -> OperationCall {
        OperationCall::new(Operation::Converse, "amazon.x".to_owned(), Bytes::from(body))
    }

    #[test]
    fn last_user_text_is_from_the_last_user_turn() {
        let call = call(
            r#"{"messages": [{"role": "user", "content": [{"text": "first"}]},
                {"role": "user", "content": [{"text": "a"}, {"cachePoint": {"type": "default"}}, {"text": "b"}]},
                {"role": "assistant", "content": [{"text": "no"}]}]}"#,
        );
        assert_eq!(call.last_user_text(), "a\nb");
    }

    #[test]
    fn last_user_text_of_other_operations_is_their_input() {
        let of = |operation, body: &'static str| {
            OperationCall::new(operation, "x".to_owned(), Bytes::from(body)).last_user_text()
        };
        let counted =
            r#"{"input": {"converse": {"messages": [{"role": "user", "content": [{"text": "a"}]}]}}}"#;
        assert_eq!(of(Operation::CountTokens, counted), "a");
        assert_eq!(of(Operation::CountTokens, r#"{"input": {"invokeModel": {"body": "e30="}}}"#), "");
        let judged = r#"{"source": "INPUT", "content": [{"text": {"text": "a"}}, {"text": {"text": "b"}}]}"#;
        assert_eq!(of(Operation::ApplyGuardrail, judged), "a\nb");
        assert_eq!(of(Operation::ApplyGuardrail, "{}"), "");
        let checked = r#"{"messages": [{"role": "system", "content": [{"text": "a"}]},
            {"role": "user", "content": [{"text": "b"}, {"text": "c"}]}], "checks": {}}"#;
        assert_eq!(of(Operation::InvokeGuardrailChecks, checked), "a\nb\nc");
    }

    #[test]
    fn unparsable_body_is_a_serialization_exception_with_path() {
        let error = call(r#"{"messages": [{"role": 7}]}"#).conversation().unwrap_err();
        assert_eq!(error.status(), 400);
        assert!(error.error_type().starts_with("SerializationException:"), "{error:?}");
        assert!(error.message().starts_with("messages[0].role: "), "{error:?}");
        assert_eq!(call("not json").last_user_text(), "");
    }
}
