//! Reasoning of former turns.

use outcrop_converse::wire::{ContentBlock, ConversationRole, ReasoningContentBlock};
use outcrop_core::RawJson;

use super::family::Family;
use super::{Conversation, unsupported};
use crate::fault::Fault;

pub(super) fn is_the_assistants(conversation: &Conversation<'_>) -> Result<(), Fault> {
    let is_reasoning = |block: &ContentBlock| matches!(block, ContentBlock::ReasoningContent(_));
    let mut of_user = conversation.turns().filter(|(_, turn)| turn.role == ConversationRole::User);
    if of_user.any(|(_, turn)| turn.blocks().iter().any(is_reasoning)) {
        return Err(Fault::validation(
            "User messages cannot contain reasoning content. Please remove the reasoning content and try again.",
        ));
    }
    Ok(())
}

/// Claude takes back what it signed, first in its turn; nobody else takes what is encrypted; OpenAI's models and DeepSeek
/// take none.
pub(super) fn is_taken_back(conversation: &Conversation<'_>) -> Result<(), Fault> {
    for (at, turn) in conversation.turns() {
        let mut after_words = false;
        let mut seen = false;
        for (index, block) in turn.blocks().iter().enumerate() {
            let ContentBlock::ReasoningContent(reasoning) = block else {
                after_words |= !seen;
                continue;
            };
            seen = true;
            let place = format!("messages.{at}.content.{index}");
            match conversation.family() {
                Family::Claude => of_claude(reasoning, &place, after_words)?,
                Family::OpenAi | Family::DeepSeek | Family::Llama => {
                    return Err(unsupported("reasoningContent"));
                }
                Family::Nova | Family::Qwen | Family::Kimi | Family::Glm => {
                    if matches!(reasoning, ReasoningContentBlock::RedactedContent(_)) {
                        return Err(unsupported("reasoningContent.redactedContent"));
                    }
                }
                Family::Mistral | Family::Writer | Family::Other => {}
            }
        }
    }
    Ok(())
}

/// While Claude thinks, a last turn of the assistant begins with thoughts, and those of nobody else: there is no going on
/// with words.
pub(super) fn ends_with_no_words_before_thoughts(conversation: &Conversation<'_>) -> Result<(), Fault> {
    let Some((at, last)) = conversation.turns().last() else { return Ok(()) };
    let begins_with_thoughts = matches!(last.blocks().first(), Some(ContentBlock::ReasoningContent(_)));
    if last.role != ConversationRole::Assistant || begins_with_thoughts || !thinks(conversation) {
        return Ok(());
    }
    Err(of_the_model(&format!(
        "messages.{at}.content.0.type: Expected `thinking` or `redacted_thinking`, but found `text`. When `thinking` is \
         enabled, a final `assistant` message must start with a thinking block"
    )))
}

/// Whether Claude is told to think.
fn thinks(conversation: &Conversation<'_>) -> bool {
    let fields = conversation.request.additional_model_request_fields.as_ref().and_then(RawJson::as_object);
    let thinking = fields.as_ref().and_then(|fields| fields.get("thinking")).and_then(RawJson::as_object);
    let kind = thinking.as_ref().and_then(|thinking| thinking.get("type")).and_then(RawJson::as_string);
    conversation.family() == Family::Claude && matches!(kind.as_deref(), Some("enabled" | "adaptive"))
}

fn of_claude(reasoning: &ReasoningContentBlock, place: &str, after_words: bool) -> Result<(), Fault> {
    if let ReasoningContentBlock::ReasoningText(text) = reasoning {
        match text.signature.as_deref() {
            None => return Err(of_the_model(&format!("{place}.thinking.signature: Field required"))),
            Some("") => {
                return Err(of_the_model(&format!("{place}: Invalid `signature` in `thinking` block")));
            }
            Some(_) => {}
        }
    }
    if after_words {
        return Err(of_the_model(&format!(
            "{place}: Expected `thinking` or `redacted_thinking`, but found `text`"
        )));
    }
    Ok(())
}

/// The model's own words, as AWS hands them on.
fn of_the_model(words: &str) -> Fault {
    Fault::validation(format!("The model returned the following errors: {words}"))
}
