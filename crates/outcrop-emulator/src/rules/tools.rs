//! Tools: their declaration, and the pairing of tool calls and results.

use std::collections::BTreeSet;

use outcrop_converse::wire::{
    ContentBlock, ConversationRole, Message, Tool, ToolChoice, ToolInputSchema, ToolResultContentBlock,
};
use outcrop_core::RawJson;

use super::models::{Family, rejects_forced_tools_while_thinking, rejects_tools, requires_short_ids};
use super::reasoning::thinking;
use super::{Conversation, is_server_call, unsupported_member};
use crate::protocol::call::tool_specifications;
use crate::protocol::error::ServiceError;
use crate::protocol::thinking::Thinking;

/// Requires objects as the input of calls, the JSON of results and the schemas of tools.
pub(super) fn require_objects(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    // The service model types these members as documents, which can be any JSON, but an array or a scalar is rejected
    // (L21, L37). See https://github.com/aws/aws-sdk-js-v3/issues/7330.
    for (message_index, message) in conversation.messages().iter().enumerate() {
        for (block_index, block) in message.blocks().iter().enumerate() {
            let path = || format!("messages.{message_index}.content.{block_index}");
            match block {
                ContentBlock::ToolUse(call) => {
                    require_object(call.input.as_ref(), || format!("{}.toolUse.input", path()))?;
                }
                ContentBlock::ToolResult(result) => {
                    for (index, content) in result.content.iter().enumerate() {
                        if let ToolResultContentBlock::Json(json) = content {
                            require_object(Some(json), || {
                                format!("{}.toolResult.content.{index}.json", path())
                            })?;
                        }
                    }
                }
                _ => {}
            }
        }
    }
    let tools = conversation.request.tool_config.iter().flat_map(|config| &config.tools);
    for (index, tool) in tools.enumerate() {
        if let Tool::ToolSpec(tool) = tool {
            let ToolInputSchema::Json(schema) = &tool.input_schema else { continue };
            require_object(Some(schema), || format!("toolConfig.tools.{index}.toolSpec.inputSchema.json"))?;
        }
    }
    Ok(())
}

fn require_object(value: Option<&RawJson>, path: impl Fn() -> String) -> Result<(), ServiceError> {
    if value.is_none_or(RawJson::is_object) {
        return Ok(());
    }
    Err(ServiceError::validation(format!(
        "The format of the value at {} is invalid. Provide a json object for the field and try again.",
        path()
    )))
}

/// Rejects tools for models without tools.
pub(super) fn reject_unsupported_tools(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    if conversation.request.tool_config.is_some() && rejects_tools(conversation.model) {
        return Err(ServiceError::validation("This model doesn't support tool use."));
    }
    Ok(())
}

/// Requires that no two tools have the same name.
pub(super) fn require_unique_names(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    let mut names = BTreeSet::new();
    if tool_specifications(conversation.request).all(|tool| names.insert(tool.name.as_str())) {
        return Ok(());
    }
    // The text is Claude's, as in https://github.com/microsoft/vscode/issues/316983, with the beginning that AWS puts
    // before such texts.
    Err(ServiceError::from_model("tools: Tool names must be unique."))
}

/// Requires `toolConfig` if the conversation has calls or results, even if they are history (L14).
pub(super) fn require_tool_config(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    // A client that sends no tools for a summary of such a conversation fails. See
    // https://github.com/vercel/ai/pull/7537.
    let is_tool_block =
        |block: &ContentBlock| matches!(block, ContentBlock::ToolUse(_) | ContentBlock::ToolResult(_));
    if conversation.blocks().any(is_tool_block) && conversation.request.tool_config.is_none() {
        return Err(ServiceError::validation(
            "The toolConfig field must be defined when using toolUse and toolResult content blocks.",
        ));
    }
    Ok(())
}

/// Requires that a forced tool is declared.
pub(super) fn require_known_choice(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    let choice = conversation.request.tool_config.as_ref().and_then(|config| config.tool_choice.as_ref());
    let Some(ToolChoice::Tool(choice)) = choice else { return Ok(()) };
    if tool_specifications(conversation.request).any(|tool| tool.name == choice.name) {
        return Ok(());
    }
    Err(ServiceError::from_model(&format!("tool_choice: Tool '{}' not found in provided tools", choice.name)))
}

/// Rejects forced tool calls for models that cannot be forced.
pub(super) fn reject_unsupported_choice(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    let choice = conversation.request.tool_config.as_ref().and_then(|config| config.tool_choice.as_ref());
    let is_forced = matches!(choice, Some(ToolChoice::Any(_) | ToolChoice::Tool(_)));
    if let Some(choice) = choice.filter(|_| is_forced && conversation.family() == Family::Llama) {
        // See https://github.com/strands-agents/harness-sdk/issues/1241.
        return Err(unsupported_member(&format!("toolConfig.toolChoice.{}", choice.member())));
    }
    // Adaptive thinking gives way to a forced call. See https://github.com/workglow-dev/libs/pull/746.
    let has_budget = thinking(conversation).is_some_and(|thinking| thinking != Thinking::Adaptive);
    if is_forced && has_budget && rejects_forced_tools_while_thinking(conversation.model) {
        return Err(ServiceError::from_model(
            "Thinking may not be enabled when tool_choice forces tool use.",
        ));
    }
    Ok(())
}

/// Rejects more results in a turn than the turn before has calls (L44, M13).
pub(super) fn limit_results_to_calls(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    // A history that was cut between a call and its result breaks this. See
    // https://github.com/pydantic/pydantic-ai/issues/2327.
    let mut calls_before = 0;
    for (index, turn) in conversation.turns() {
        if result_ids(turn).count() > calls_before {
            return Err(ServiceError::validation(format!(
                "The number of toolResult blocks at messages.{index}.content exceeds the number of toolUse blocks of \
                 previous turn."
            )));
        }
        calls_before = call_ids(turn).count();
    }
    Ok(())
}

/// Requires the results of all calls of a turn in the next turn (L1).
pub(super) fn require_results(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    // All results belong in one message, which clients with one message per result break. See
    // https://github.com/anomalyco/opencode/pull/41780.
    let mut pending: Vec<&str> = Vec::new();
    let mut next = 0;
    for (index, turn) in conversation.turns() {
        let results: BTreeSet<&str> = result_ids(turn).collect();
        pending.retain(|id| !results.contains(id));
        require_none_pending(&pending, index)?;
        pending = call_ids(turn).collect();
        next = index + 1;
    }
    require_none_pending(&pending, next)
}

fn require_none_pending(ids: &[&str], index: usize) -> Result<(), ServiceError> {
    if ids.is_empty() {
        return Ok(());
    }
    Err(ServiceError::validation(format!(
        "Expected toolResult blocks at messages.{index}.content for the following Ids: {}",
        ids.join(", ")
    )))
}

/// Requires the id pattern of the family. The service itself allows `[a-zA-Z0-9_.:-]{1,64}`, the models allow less.
pub(super) fn require_id_pattern(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    for (index, turn) in conversation.turns() {
        for id in call_ids(turn).chain(result_ids(turn)) {
            match conversation.family() {
                // Ids of Kimi have a colon, and those of OpenAI a bar (L30). See
                // https://github.com/anomalyco/opencode/issues/1279.
                Family::Claude
                    if !id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') =>
                {
                    return Err(ServiceError::from_model(&format!(
                        "messages.{index}: tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'"
                    )));
                }
                // The text is that of Mistral's own API. See https://github.com/langchain-ai/langchain/pull/24668.
                Family::Mistral
                    if requires_short_ids(conversation.model)
                        && (id.len() != 9 || !id.bytes().all(|b| b.is_ascii_alphanumeric())) =>
                {
                    return Err(ServiceError::from_model(&format!(
                        "Tool call id was {id} but must be a-z, A-Z, 0-9, with a length of 9."
                    )));
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Requires that no two calls have the same id, for Claude.
pub(super) fn require_unique_ids(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    // A conversion that writes a call twice breaks this. See https://github.com/BerriAI/litellm/issues/23510.
    let mut ids = BTreeSet::new();
    for (index, turn) in conversation.turns() {
        if !call_ids(turn).all(|id| ids.insert(id)) && conversation.family() == Family::Claude {
            return Err(ServiceError::from_model(&format!(
                "messages.{index}: `tool_use` ids must be unique"
            )));
        }
    }
    Ok(())
}

/// Returns the ids of the calls in an assistant turn that need a result from the user.
fn call_ids(turn: &Message) -> impl Iterator<Item = &str> {
    let blocks = if turn.role == ConversationRole::Assistant { turn.blocks() } else { &[] };
    blocks.iter().filter_map(|block| match block {
        ContentBlock::ToolUse(call) if !is_server_call(call) => Some(call.tool_use_id.as_str()),
        _ => None,
    })
}

/// Returns the ids of the results in a user turn.
fn result_ids(turn: &Message) -> impl Iterator<Item = &str> {
    let blocks = if turn.role == ConversationRole::User { turn.blocks() } else { &[] };
    blocks.iter().filter_map(|block| match block {
        ContentBlock::ToolResult(result) => Some(result.tool_use_id.as_str()),
        _ => None,
    })
}
