//! What results of tools consist of, and what stands beside them.

use outcrop_converse::wire::{
    ContentBlock, ConversationRole, DocumentFormat, Message, ToolResultBlock, ToolResultContentBlock,
};

use super::family::Family;
use super::{Conversation, unsupported};
use crate::fault::Fault;

/// Llama, Mistral and Writer take nothing beside results; Claude takes no documents there.
pub(super) fn stand_alone(conversation: &Conversation<'_>) -> Result<(), Fault> {
    for (at, turn) in conversation.turns() {
        let has_results = turn.blocks().iter().any(|block| matches!(block, ContentBlock::ToolResult(_)));
        if !has_results || turn.role != ConversationRole::User {
            continue;
        }
        match conversation.family() {
            Family::Llama | Family::Mistral | Family::Writer
                if !turn.blocks().iter().all(|block| matches!(block, ContentBlock::ToolResult(_))) =>
            {
                return Err(Fault::validation(
                    "Conversation blocks and tool result blocks cannot be provided in the same turn.",
                ));
            }
            Family::Claude => {
                let is_document = |block: &ContentBlock| matches!(block, ContentBlock::Document(_));
                if let Some(block) = turn.blocks().iter().position(is_document) {
                    return Err(Fault::validation(format!(
                        "The model returned the following errors: messages.{at}.content.{block}.document.source.type: \
                         Field required"
                    )));
                }
                let first_words =
                    turn.blocks().iter().position(|block| !matches!(block, ContentBlock::ToolResult(_)));
                let last_result =
                    turn.blocks().iter().rposition(|block| matches!(block, ContentBlock::ToolResult(_)));
                if first_words.is_some_and(|words| last_result.is_some_and(|result| words < result)) {
                    return Err(Fault::validation(format!(
                        "The model returned the following errors: messages.{at}: `tool_use` ids were found without \
                         `tool_result` blocks immediately after"
                    )));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Claude refuses blank text in results, Nemotron results without content; the visible `(no output)` is taken by all.
pub(super) fn are_not_empty(conversation: &Conversation<'_>) -> Result<(), Fault> {
    for (place, result) in results(conversation) {
        let is_blank = |part: &ToolResultContentBlock| matches!(part, ToolResultContentBlock::Text(text) if text.trim().is_empty());
        let blank = result.content.iter().position(is_blank);
        if let Some(part) = blank.filter(|_| conversation.family() == Family::Claude) {
            return Err(Fault::validation(format!(
                "The text field in the ToolResultContentBlock object at {place}.toolResult.content.{part} is blank. Add \
                 text to the text field, and try again."
            )));
        }
        if result.content.is_empty() && conversation.model.base().starts_with("nvidia.") {
            return Err(Fault::validation(format!(
                "The content field in the ToolResultBlock object at {place}.toolResult is empty. Add content, and try \
                 again."
            )));
        }
    }
    Ok(())
}

/// Writer knows no status.
pub(super) fn have_a_status_only_where_it_is_known(conversation: &Conversation<'_>) -> Result<(), Fault> {
    let has_status = results(conversation).any(|(_, result)| result.status.is_some());
    if has_status && conversation.family() == Family::Writer {
        return Err(unsupported("status"));
    }
    Ok(())
}

/// Some models take images in messages, but not in results; Nova takes no binary documents there.
pub(super) fn have_media_that_the_model_takes(conversation: &Conversation<'_>) -> Result<(), Fault> {
    let takes_no_images =
        matches!(conversation.family(), Family::Mistral | Family::Qwen | Family::Kimi | Family::OpenAi);
    for (_, result) in results(conversation) {
        for part in &result.content {
            match part {
                ToolResultContentBlock::Image(_) if takes_no_images => {
                    return Err(unsupported("toolResult.content.image"));
                }
                ToolResultContentBlock::Document(document)
                    if conversation.family() == Family::Nova
                        && matches!(document.format, Some(DocumentFormat::Pdf | DocumentFormat::Docx)) =>
                {
                    return Err(Fault::validation(
                        "The model returned the following errors: Malformed input request: #: extraneous key \
                         [toolResult] is not permitted, please reformat your input and try again.",
                    ));
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// The results that the caller gives, each with its place.
fn results<'c>(conversation: &'c Conversation<'_>) -> impl Iterator<Item = (String, &'c ToolResultBlock)> {
    let of_turn = |(at, turn): (usize, &'c Message)| {
        let is_callers = turn.role == ConversationRole::User;
        let blocks = turn.blocks().iter().enumerate().filter(move |_| is_callers);
        blocks.filter_map(move |(block, content)| match content {
            ContentBlock::ToolResult(result) => Some((format!("messages.{at}.content.{block}"), result)),
            _ => None,
        })
    };
    conversation.turns().flat_map(of_turn)
}
