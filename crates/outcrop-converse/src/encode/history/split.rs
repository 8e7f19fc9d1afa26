//! Splits a message into the parts that belong to different turns.
//!
//! Some frameworks store a tool's result in the assistant's message, next to its call. To Converse the result is the
//! user's. Results of tools that the service runs are the assistant's in Converse as well (L46).

use outcrop_core::Role;

use super::MessageDraft;
use crate::encode::turn::{TurnBlock, TurnRole, is_call, runs_on_server};
use crate::wire::ContentBlock;

/// Adds the drafts of a message: one, or several where tool results interrupt an assistant message.
///
/// A message with a call is the assistant's, whatever its role.
pub(super) fn split_message(
    message: usize,
    role: &Role,
    blocks: Vec<TurnBlock>,
    drafts: &mut Vec<MessageDraft>,
) {
    let is_assistant = *role == Role::Assistant || blocks.iter().any(|block| is_call(&block.block));
    if !is_assistant {
        return drafts.push(MessageDraft { role: TurnRole::User, message, blocks });
    }
    if !blocks.iter().any(TurnBlock::is_result) {
        return drafts.push(MessageDraft { role: TurnRole::Assistant, message, blocks });
    }
    // The service's own results are paired by the ids of the service's own calls (L46).
    let server_calls: Vec<String> = blocks
        .iter()
        .filter_map(|block| match &block.block {
            ContentBlock::ToolUse(call) if runs_on_server(call) => Some(call.tool_use_id.clone()),
            _ => None,
        })
        .collect();
    let role_of = |block: &ContentBlock| match block {
        ContentBlock::ToolResult(result)
            if result.kind.is_none() && !server_calls.contains(&result.tool_use_id) =>
        {
            TurnRole::User
        }
        _ => TurnRole::Assistant,
    };
    let mut draft =
        MessageDraft { role: TurnRole::Assistant, message, blocks: Vec::with_capacity(blocks.len()) };
    for block in blocks {
        let role = role_of(&block.block);
        if role != draft.role {
            let next = MessageDraft { role, message, blocks: Vec::new() };
            let done = std::mem::replace(&mut draft, next);
            drafts.extend(Some(done).filter(|done| !done.blocks.is_empty()));
        }
        draft.blocks.push(block);
    }
    drafts.push(draft);
}

#[cfg(test)]
mod tests;
