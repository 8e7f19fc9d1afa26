//! Tool results: their content, and the blocks next to them.

use outcrop_converse::wire::{
    ContentBlock, ConversationRole, DocumentFormat, Message, ToolResultBlock, ToolResultContentBlock,
};

use super::models::Family;
use super::{Conversation, unsupported_member};
use crate::protocol::error::ServiceError;

/// Rejects blocks next to results that the family does not support there.
pub(super) fn require_own_turn(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    let is_result = |block: &ContentBlock| matches!(block, ContentBlock::ToolResult(_));
    for (index, turn) in conversation.turns() {
        if turn.role != ConversationRole::User || !turn.blocks().iter().any(is_result) {
            continue;
        }
        match conversation.family() {
            // These families allow nothing but results (L2). See
            // https://github.com/strands-agents/harness-sdk/issues/1223.
            Family::Llama | Family::Mistral | Family::Writer if !turn.blocks().iter().all(is_result) => {
                return Err(ServiceError::validation(
                    "Conversation blocks and tool result blocks cannot be provided in the same turn.",
                ));
            }
            Family::Claude => require_results_first(index, turn)?,
            _ => {}
        }
    }
    Ok(())
}

/// Requires that the results of a turn come first and that it has no documents, as Claude does.
fn require_results_first(index: usize, turn: &Message) -> Result<(), ServiceError> {
    // The path in the text is that of Claude's own format, in which the document has lost its source (L3).
    let is_document = |block: &ContentBlock| matches!(block, ContentBlock::Document(_));
    if let Some(block) = turn.blocks().iter().position(is_document) {
        return Err(ServiceError::from_model(&format!(
            "messages.{index}.content.{block}.document.source.type: Field required"
        )));
    }
    let is_result = |block: &ContentBlock| matches!(block, ContentBlock::ToolResult(_));
    let first_other = turn.blocks().iter().position(|block| !is_result(block));
    let last_result = turn.blocks().iter().rposition(is_result);
    // Claude's documentation has the same rule:
    // https://docs.claude.com/en/docs/agents-and-tools/tool-use/implement-tool-use.
    if first_other.is_some_and(|other| last_result.is_some_and(|result| other < result)) {
        return Err(ServiceError::from_model(&format!(
            "messages.{index}: `tool_use` ids were found without `tool_result` blocks immediately after"
        )));
    }
    Ok(())
}

/// Rejects results that are empty for the family.
pub(super) fn reject_empty_results(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    // A tool without output is common, and each way to write it fails somewhere: blank text with Claude, no content with
    // Nemotron (L33). See https://github.com/NousResearch/hermes-agent/pull/67978.
    for (path, result) in results(conversation) {
        let is_blank = |content: &ToolResultContentBlock| matches!(content, ToolResultContentBlock::Text(text) if text.trim().is_empty());
        let blank = result.content.iter().position(is_blank);
        if let Some(index) = blank.filter(|_| conversation.family() == Family::Claude) {
            return Err(ServiceError::validation(format!(
                "The text field in the ToolResultContentBlock object at {path}.toolResult.content.{index} is blank. Add \
                 text to the text field, and try again."
            )));
        }
        if result.content.is_empty() && conversation.model.base().starts_with("nvidia.") {
            return Err(ServiceError::validation(format!(
                "The content field in the ToolResultBlock object at {path}.toolResult is empty. Add content, and try \
                 again."
            )));
        }
    }
    Ok(())
}

/// Rejects the member `status` for Writer, which does not support it (L36).
pub(super) fn reject_unsupported_status(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    let has_status = results(conversation).any(|(_, result)| result.status.is_some());
    if has_status && conversation.family() == Family::Writer {
        return Err(unsupported_member("status"));
    }
    Ok(())
}

/// Rejects media in results that the family does not support there.
pub(super) fn reject_unsupported_media(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    // These families support images in messages, but not in results (L34). See
    // https://github.com/anomalyco/opencode/issues/49443.
    let rejects_images =
        matches!(conversation.family(), Family::Mistral | Family::Qwen | Family::Kimi | Family::OpenAi);
    for (_, result) in results(conversation) {
        for content in &result.content {
            match content {
                ToolResultContentBlock::Image(_) if rejects_images => {
                    return Err(unsupported_member("toolResult.content.image"));
                }
                // Nova reads text formats in results, such as CSV, but no binary ones (L35).
                ToolResultContentBlock::Document(document)
                    if conversation.family() == Family::Nova
                        && matches!(document.format, Some(DocumentFormat::Pdf | DocumentFormat::Docx)) =>
                {
                    return Err(ServiceError::from_model(
                        "Malformed input request: #: extraneous key [toolResult] is not permitted, please reformat \
                         your input and try again.",
                    ));
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Returns the results in user turns with their paths. Those of tools that the service runs are in assistant turns.
fn results<'c>(conversation: &'c Conversation<'_>) -> impl Iterator<Item = (String, &'c ToolResultBlock)> {
    let user_turns = conversation.turns().filter(|(_, turn)| turn.role == ConversationRole::User);
    user_turns.flat_map(|(turn_index, turn)| {
        turn.blocks().iter().enumerate().filter_map(move |(index, block)| match block {
            ContentBlock::ToolResult(result) => {
                Some((format!("messages.{turn_index}.content.{index}"), result))
            }
            _ => None,
        })
    })
}
