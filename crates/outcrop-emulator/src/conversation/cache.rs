//! Cache points.

use hyper::StatusCode;
use outcrop_converse::wire::{CachePointBlock, CacheTtl, ContentBlock, Message, SystemContentBlock, Tool};

use super::Conversation;
use super::family::{Family, refuses_caching};
use crate::fault::Fault;

/// The most cache points of a request.
const MOST: usize = 4;

pub(super) fn is_known_to_the_model(conversation: &Conversation<'_>) -> Result<(), Fault> {
    if refuses_caching(conversation.model) && points(conversation).next().is_some() {
        return Err(Fault::new(
            "AccessDeniedException",
            StatusCode::FORBIDDEN,
            "You invoked an unsupported model or your request did not allow prompt caching. See the documentation for \
             more information.",
        ));
    }
    if conversation.family() != Family::Nova {
        return Ok(());
    }
    let has_tools = |message: &&Message| {
        message
            .blocks()
            .iter()
            .any(|block| matches!(block, ContentBlock::ToolUse(_) | ContentBlock::ToolResult(_)))
    };
    let beside_tools = conversation.messages().iter().filter(has_tools).flat_map(Message::blocks);
    let is_refused = tools(conversation).next().is_some()
        || beside_tools.filter_map(point).next().is_some()
        || points(conversation).any(|point| point.ttl.is_some());
    if is_refused {
        return Err(Fault::validation(
            "The model returned the following errors: Malformed input request: #: extraneous key [cachePoint] is not \
             permitted, please reformat your input and try again.",
        ));
    }
    Ok(())
}

pub(super) fn points_are_few(conversation: &Conversation<'_>) -> Result<(), Fault> {
    match points(conversation).count() {
        count if count > MOST => Err(Fault::validation(format!(
            "The model returned the following errors: A maximum of {MOST} blocks with cache_control may be provided. \
             Found {count}."
        ))),
        _ => Ok(()),
    }
}

/// A point comes after something that can be cached up to it.
pub(super) fn points_follow_content(conversation: &Conversation<'_>) -> Result<(), Fault> {
    for message in conversation.messages() {
        let mut before: Option<&ContentBlock> = None;
        for block in message.blocks() {
            let refused = match (block, before) {
                (ContentBlock::CachePoint(_), Some(ContentBlock::ReasoningContent(_))) => "reasoning block",
                (ContentBlock::CachePoint(_), Some(ContentBlock::Document(_))) => "document block",
                (ContentBlock::CachePoint(_), Some(ContentBlock::Video(_))) => "video block",
                (ContentBlock::CachePoint(_), Some(ContentBlock::CachePoint(_))) => "cache point",
                (ContentBlock::CachePoint(_), None) => "nothing",
                _ => "",
            };
            if !refused.is_empty() {
                return Err(Fault::validation(format!("Cache point cannot be inserted after {refused}.")));
            }
            before = Some(block);
        }
    }
    let system = conversation.request.system.as_deref().unwrap_or_default();
    if matches!(system.first(), Some(SystemContentBlock::CachePoint(_))) {
        return Err(Fault::validation("Cache point cannot be inserted after nothing."));
    }
    Ok(())
}

pub(super) fn points_that_live_longer_come_first(conversation: &Conversation<'_>) -> Result<(), Fault> {
    let is_long = |point: &CachePointBlock| point.ttl == Some(CacheTtl::OneHour);
    let mut from_the_first_short = points(conversation).skip_while(|point| is_long(point));
    if from_the_first_short.any(is_long) {
        return Err(Fault::validation(
            "The model returned the following errors: a ttl='1h' cache_control block must not come after a ttl='5m' \
             cache_control block.",
        ));
    }
    Ok(())
}

/// All points, in the order in which the model reads: tools, system, messages.
fn points<'c>(conversation: &'c Conversation<'_>) -> impl Iterator<Item = &'c CachePointBlock> {
    let system = conversation.request.system.iter().flatten();
    let in_system = system.filter_map(|block| match block {
        SystemContentBlock::CachePoint(point) => Some(point),
        _ => None,
    });
    let in_messages = conversation.messages().iter().flat_map(Message::blocks).filter_map(point);
    tools(conversation).chain(in_system).chain(in_messages)
}

fn tools<'c>(conversation: &'c Conversation<'_>) -> impl Iterator<Item = &'c CachePointBlock> {
    let tools = conversation.request.tool_config.iter().flat_map(|config| &config.tools);
    tools.filter_map(|tool| if let Tool::CachePoint(point) = tool { Some(point) } else { None })
}

fn point(block: &ContentBlock) -> Option<&CachePointBlock> {
    if let ContentBlock::CachePoint(point) = block { Some(point) } else { None }
}
