//! Tools, their calls and their results.

use std::collections::BTreeSet;

use outcrop_converse::wire::{ContentBlock, ConversationRole, Message, Tool, ToolChoice, ToolSpecification};

use super::family::Family;
use super::family::{refuses_tools, wants_nine_letters};
use super::{Conversation, runs_on_the_service};
use crate::fault::Fault;

pub(super) fn are_known_to_the_model(conversation: &Conversation<'_>) -> Result<(), Fault> {
    if conversation.request.tool_config.is_some() && refuses_tools(conversation.model) {
        return Err(Fault::validation("This model doesn't support tool use."));
    }
    Ok(())
}

pub(super) fn have_unique_names(conversation: &Conversation<'_>) -> Result<(), Fault> {
    let mut names = BTreeSet::new();
    if specifications(conversation).all(|tool| names.insert(tool.name.as_str())) {
        return Ok(());
    }
    // The models' own text, in the words with which AWS hands such texts on.
    Err(Fault::validation("The model returned the following errors: tools: Tool names must be unique."))
}

/// Calls and results want the tools declared, even where they are history.
pub(super) fn are_declared(conversation: &Conversation<'_>) -> Result<(), Fault> {
    let is_tool_block =
        |block: &ContentBlock| matches!(block, ContentBlock::ToolUse(_) | ContentBlock::ToolResult(_));
    let used = conversation.messages().iter().flat_map(Message::blocks).any(is_tool_block);
    if used && conversation.request.tool_config.is_none() {
        return Err(Fault::validation(
            "The toolConfig field must be defined when using toolUse and toolResult content blocks.",
        ));
    }
    Ok(())
}

/// A tool that the model must call is one of the tools.
pub(super) fn choice_is_declared(conversation: &Conversation<'_>) -> Result<(), Fault> {
    let choice = conversation.request.tool_config.as_ref().and_then(|config| config.tool_choice.as_ref());
    let Some(ToolChoice::Tool(choice)) = choice else { return Ok(()) };
    if specifications(conversation).any(|tool| tool.name == choice.name) {
        return Ok(());
    }
    Err(Fault::validation(format!(
        "The model returned the following errors: tool_choice: Tool '{}' not found in provided tools",
        choice.name
    )))
}

pub(super) fn results_do_not_outnumber_calls(conversation: &Conversation<'_>) -> Result<(), Fault> {
    let mut calls_before = 0;
    for (at, turn) in conversation.turns() {
        if results(turn).count() > calls_before {
            return Err(Fault::validation(format!(
                "The number of toolResult blocks at messages.{at}.content exceeds the number of toolUse blocks of \
                 previous turn."
            )));
        }
        calls_before = calls(turn).count();
    }
    Ok(())
}

/// Every call has its result in the very next turn.
pub(super) fn calls_are_answered(conversation: &Conversation<'_>) -> Result<(), Fault> {
    let mut open: Vec<&str> = Vec::new();
    let mut next = 0;
    for (at, turn) in conversation.turns() {
        let answered: BTreeSet<&str> = results(turn).collect();
        open.retain(|id| !answered.contains(id));
        unanswered(&open, at)?;
        open = calls(turn).collect();
        next = at + 1;
    }
    unanswered(&open, next)
}

fn unanswered(ids: &[&str], at: usize) -> Result<(), Fault> {
    if ids.is_empty() {
        return Ok(());
    }
    Err(Fault::validation(format!(
        "Expected toolResult blocks at messages.{at}.content for the following Ids: {}",
        ids.join(", ")
    )))
}

/// The service takes dots and colons in ids; Claude does not, and Mistral wants nine letters and digits.
pub(super) fn ids_are_what_the_model_takes(conversation: &Conversation<'_>) -> Result<(), Fault> {
    for (at, turn) in conversation.turns() {
        for id in calls(turn).chain(results(turn)) {
            match conversation.family() {
                Family::Claude
                    if !id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') =>
                {
                    return Err(Fault::validation(format!(
                        "The model returned the following errors: messages.{at}: tool_use.id: String should match \
                         pattern '^[a-zA-Z0-9_-]+$'"
                    )));
                }
                Family::Mistral
                    if wants_nine_letters(conversation.model)
                        && (id.len() != 9 || !id.bytes().all(|b| b.is_ascii_alphanumeric())) =>
                {
                    return Err(Fault::validation(format!(
                        "The model returned the following errors: Tool call id was {id} but must be a-z, A-Z, 0-9, with \
                         a length of 9."
                    )));
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// An id is that of one call.
pub(super) fn ids_are_unique(conversation: &Conversation<'_>) -> Result<(), Fault> {
    let mut ids = BTreeSet::new();
    for (at, turn) in conversation.turns() {
        if !calls(turn).all(|id| ids.insert(id)) && conversation.family() == Family::Claude {
            return Err(Fault::validation(format!(
                "The model returned the following errors: messages.{at}: `tool_use` ids must be unique"
            )));
        }
    }
    Ok(())
}

fn specifications<'c>(conversation: &'c Conversation<'_>) -> impl Iterator<Item = &'c ToolSpecification> {
    let tools = conversation.request.tool_config.iter().flat_map(|config| &config.tools);
    tools.filter_map(|tool| if let Tool::ToolSpec(tool) = tool { Some(tool) } else { None })
}

/// The ids of the calls in a turn of the assistant that the caller has to answer.
fn calls(turn: &Message) -> impl Iterator<Item = &str> {
    let blocks = if turn.role == ConversationRole::Assistant { turn.blocks() } else { &[] };
    blocks.iter().filter_map(|block| match block {
        ContentBlock::ToolUse(call) if !runs_on_the_service(call) => Some(call.tool_use_id.as_str()),
        _ => None,
    })
}

/// The ids that the results in a turn of the user answer.
fn results(turn: &Message) -> impl Iterator<Item = &str> {
    let blocks = if turn.role == ConversationRole::User { turn.blocks() } else { &[] };
    blocks.iter().filter_map(|block| match block {
        ContentBlock::ToolResult(result) => Some(result.tool_use_id.as_str()),
        _ => None,
    })
}
