//! Shapes of messages that are known and not read: an error names them.

use crate::error::ModelError;
use crate::openai::fields::{Fields, plain_text};
use crate::openai::path::Path;
use crate::openai::raw::Message;

/// Checks that a message has none of the known shapes that are not read.
///
/// # Errors
/// `UnsupportedMessage`, which names the shape and how to convert it.
pub(super) fn check(message: &Message<'_>, other: &Fields<'_>, path: &Path<'_>) -> Result<(), ModelError> {
    match shape(message, other) {
        Some((shape, hint)) => {
            let text = format!("the message has the form of {shape}, which is not supported");
            Err(path.error("UnsupportedMessage", text).with_hint(hint))
        }
        None => Ok(()),
    }
}

/// Returns the name of the shape, and a hint.
fn shape(message: &Message<'_>, other: &Fields<'_>) -> Option<(&'static str, &'static str)> {
    let kind = other.kind();
    // https://ai.pydantic.dev/message-history/
    if other.has_list("parts") && matches!(plain_text(other.peek("kind")).as_ref(), "request" | "response") {
        return Some(("pydantic-ai", "convert its `ModelMessage`s to messages of OpenAI's API"));
    }
    // The format of ShareGPT's data sets: https://github.com/lm-sys/FastChat
    if other.has_string("from") && other.has_string("value") {
        return Some(("ShareGPT", "send `from` as `role` (`user` or `assistant`) and `value` as `content`"));
    }
    // https://docs.cohere.com/v1/reference/chat
    if message.role.is_some() && other.has_string("message") {
        return Some(("Cohere's chat history", "send `message` as `content`, and the role in lower case"));
    }
    // https://docs.haystack.deepset.ai/docs/chatmessage
    if other.has_string("_role") && other.has("_content") {
        return Some(("Haystack", "convert it with `ChatMessage.to_openai_dict_format`"));
    }
    // https://microsoft.github.io/autogen/stable/reference/python/autogen_core.models.html
    let is_autogen =
        matches!(kind.as_ref(), "UserMessage" | "AssistantMessage" | "FunctionExecutionResultMessage");
    if is_autogen && message.role.is_none() {
        return Some(("AutoGen", "convert it to a message of OpenAI's API"));
    }
    // https://learn.microsoft.com/semantic-kernel/concepts/ai-services/chat-completion/chat-history
    if other.has_list("items")
        && message.role.is_some()
        && matches!(message.content, crate::openai::raw::Content::Null)
    {
        return Some(("Semantic Kernel", "convert its items to the parts of OpenAI's API"));
    }
    None
}
