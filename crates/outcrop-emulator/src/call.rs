//! One call of an operation.

use std::sync::OnceLock;

use bytes::Bytes;
use outcrop_converse::wire::{
    ApplyGuardrailRequest, ContentBlock, ConversationRole, ConverseRequest, ConverseTokensRequest,
    CountTokensInput, CountTokensRequest, GuardrailContentBlock,
};
use outcrop_core::JsonError;
use serde::de::DeserializeOwned;

use crate::fault::Fault;
use crate::operation::Operation;

/// A call of an operation: of what, and with what body. The body is parsed when somebody first asks for it.
#[derive(Debug)]
pub(crate) struct Call {
    operation: Operation,
    resource: String,
    body: Bytes,
    conversation: OnceLock<Result<ConverseRequest, JsonError>>,
}

impl Call {
    pub(crate) fn new(operation: Operation, resource: String, body: Bytes) -> Self {
        Self { operation, resource, body, conversation: OnceLock::new() }
    }

    pub(crate) fn operation(&self) -> Operation {
        self.operation
    }

    /// The decoded id of the model or guardrail.
    pub(crate) fn resource(&self) -> &str {
        &self.resource
    }

    /// The body as it came.
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body as a Converse request.
    pub(crate) fn conversation(&self) -> Result<&ConverseRequest, Fault> {
        let parsed = self.conversation.get_or_init(|| outcrop_core::from_slice(&self.body));
        parsed.as_ref().map_err(|error| Fault::serialization(error.to_string()))
    }

    /// The body as a CountTokens request.
    pub(crate) fn count(&self) -> Result<CountTokensRequest, Fault> {
        self.parse()
    }

    /// The body as an ApplyGuardrail request.
    pub(crate) fn judgement(&self) -> Result<ApplyGuardrailRequest, Fault> {
        self.parse()
    }

    /// What the user said last: the text blocks of the last turn of the user, one a line, or the texts that a guardrail
    /// shall judge. Empty when there are none.
    pub(crate) fn last_user_text(&self) -> String {
        match self.operation {
            Operation::Converse | Operation::ConverseStream => {
                self.conversation().map(last_user_text).unwrap_or_default()
            }
            Operation::CountTokens => match self.count().map(|count| count.input) {
                Ok(CountTokensInput::Converse(counted)) => last_user_text(&conversation_of(counted)),
                _ => String::new(),
            },
            Operation::ApplyGuardrail => {
                self.judgement().map(|request| texts(&request)).unwrap_or_default().join("\n")
            }
        }
    }

    fn parse<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        outcrop_core::from_slice(&self.body).map_err(|error| Fault::serialization(error.to_string()))
    }
}

/// What the user said last: the text blocks of the last turn of the user, one a line.
pub(crate) fn last_user_text(request: &ConverseRequest) -> String {
    let turns = request.messages.as_deref().unwrap_or_default();
    let Some(turn) = turns.iter().rfind(|turn| turn.role == ConversationRole::User) else {
        return String::new();
    };
    let texts = turn.blocks().iter().filter_map(|block| match block {
        ContentBlock::Text(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect::<Vec<_>>().join("\n")
}

/// The conversation whose tokens are counted, as a Converse request.
pub(crate) fn conversation_of(counted: ConverseTokensRequest) -> ConverseRequest {
    let mut request = ConverseRequest::new();
    request.messages = counted.messages;
    request.system = counted.system;
    request.tool_config = counted.tool_config;
    request.additional_model_request_fields = counted.additional_model_request_fields;
    request
}

/// The texts that a guardrail shall judge.
pub(crate) fn texts(request: &ApplyGuardrailRequest) -> Vec<String> {
    let texts = request.content.iter().filter_map(|block| match block {
        GuardrailContentBlock::Text(block) => Some(block.text.clone()),
        _ => None,
    });
    texts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(body: &'static str) -> Call {
        Call::new(Operation::Converse, "amazon.x".to_owned(), Bytes::from(body))
    }

    #[test]
    fn the_last_user_text_is_that_of_the_last_user_turn() {
        let call = call(
            r#"{"messages": [{"role": "user", "content": [{"text": "first"}]},
                {"role": "user", "content": [{"text": "a"}, {"cachePoint": {"type": "default"}}, {"text": "b"}]},
                {"role": "assistant", "content": [{"text": "no"}]}]}"#,
        );
        assert_eq!(call.last_user_text(), "a\nb");
    }

    #[test]
    fn other_operations_have_texts_as_well() {
        let of = |operation, body: &'static str| {
            Call::new(operation, "x".to_owned(), Bytes::from(body)).last_user_text()
        };
        let counted =
            r#"{"input": {"converse": {"messages": [{"role": "user", "content": [{"text": "a"}]}]}}}"#;
        assert_eq!(of(Operation::CountTokens, counted), "a");
        assert_eq!(of(Operation::CountTokens, r#"{"input": {"invokeModel": {"body": "e30="}}}"#), "");
        let judged = r#"{"source": "INPUT", "content": [{"text": {"text": "a"}}, {"text": {"text": "b"}}]}"#;
        assert_eq!(of(Operation::ApplyGuardrail, judged), "a\nb");
        assert_eq!(of(Operation::ApplyGuardrail, "{}"), "");
    }

    #[test]
    fn a_broken_body_is_a_serialization_exception_that_names_the_place() {
        let fault = call(r#"{"messages": [{"role": 7}]}"#).conversation().unwrap_err();
        assert_eq!(fault.status(), 400);
        assert!(fault.error_type().starts_with("SerializationException:"), "{fault:?}");
        assert!(fault.message().starts_with("messages[0].role: "), "{fault:?}");
        assert_eq!(call("not json").last_user_text(), "");
    }
}
