//! One call of an operation.

use std::sync::OnceLock;

use bytes::Bytes;
use outcrop_converse::wire::{ContentBlock, ConversationRole, ConverseRequest};
use outcrop_core::JsonError;

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

    /// What the user said last: the text blocks of the last turn of the user, one a line. Empty when there are none.
    pub(crate) fn last_user_text(&self) -> String {
        self.conversation().map(last_user_text).unwrap_or_default()
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
    fn a_broken_body_is_a_serialization_exception_that_names_the_place() {
        let fault = call(r#"{"messages": [{"role": 7}]}"#).conversation().unwrap_err();
        assert_eq!(fault.status(), 400);
        assert!(fault.error_type().starts_with("SerializationException:"), "{fault:?}");
        assert!(fault.message().starts_with("messages[0].role: "), "{fault:?}");
        assert_eq!(call("not json").last_user_text(), "");
    }
}
