//! Cache points: which models support them, how many, and where.

use hyper::StatusCode;
use outcrop_converse::wire::{CachePointBlock, CacheTtl, ContentBlock, Message, SystemContentBlock, Tool};

use super::Conversation;
use super::models::{Family, rejects_caching};
use crate::protocol::error::ServiceError;

/// The maximum number of cache points in a request (L61). See
/// <https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html>.
const MAX_POINTS: usize = 4;

/// Rejects cache points that the model does not support at all, or not where they are.
pub(super) fn reject_unsupported_points(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    if rejects_caching(conversation.model) && points(conversation).next().is_some() {
        // The status is 403, as if permissions were missing (L65). See https://github.com/BerriAI/litellm/pull/39210.
        return Err(ServiceError::new(
            "AccessDeniedException",
            StatusCode::FORBIDDEN,
            "You invoked an unsupported model or your request did not allow prompt caching. See the documentation for \
             more information.",
        ));
    }
    if conversation.family() == Family::Nova && has_points_that_nova_rejects(conversation) {
        return Err(ServiceError::from_model(
            "Malformed input request: #: extraneous key [cachePoint] is not permitted, please reformat your input and \
             try again.",
        ));
    }
    Ok(())
}

/// Returns whether a point is one of those that Nova rejects: among tools, next to calls or results, or with a `ttl`.
fn has_points_that_nova_rejects(conversation: &Conversation<'_>) -> bool {
    // Nova caches the system prompt and plain messages (L64). See
    // https://github.com/danny-avila/LibreChat/issues/13838 for tools, and
    // https://github.com/zeroclaw-labs/zeroclaw/issues/8720 for messages with tool blocks.
    let has_tool_blocks = |message: &&Message| {
        message
            .blocks()
            .iter()
            .any(|block| matches!(block, ContentBlock::ToolUse(_) | ContentBlock::ToolResult(_)))
    };
    let tool_messages = conversation.messages().iter().filter(has_tool_blocks);
    tool_points(conversation).next().is_some()
        || tool_messages.flat_map(Message::blocks).any(|block| matches!(block, ContentBlock::CachePoint(_)))
        || points(conversation).any(|point| point.ttl.is_some())
}

/// Rejects more cache points than a request may have.
pub(super) fn limit_points(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    // Points of all three places count together (M39), which an agent that marks each step runs into. See
    // https://github.com/twentyhq/twenty/issues/26217.
    match points(conversation).count() {
        count if count > MAX_POINTS => Err(ServiceError::from_model(&format!(
            "A maximum of {MAX_POINTS} blocks with cache_control may be provided. Found {count}."
        ))),
        _ => Ok(()),
    }
}

/// Requires that a block which can be cached comes before each point.
pub(super) fn require_content_before(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    // A point after reasoning fails on every retry, because the turn stays in the history (M35). See
    // https://github.com/anomalyco/opencode/issues/36517. For documents and videos see L60, for the rest L62.
    for message in conversation.messages() {
        let mut before: Option<&ContentBlock> = None;
        for block in message.blocks() {
            let rejected = match (block, before) {
                (ContentBlock::CachePoint(_), Some(ContentBlock::ReasoningContent(_))) => "reasoning block",
                (ContentBlock::CachePoint(_), Some(ContentBlock::Document(_))) => "document block",
                (ContentBlock::CachePoint(_), Some(ContentBlock::Video(_))) => "video block",
                (ContentBlock::CachePoint(_), Some(ContentBlock::CachePoint(_))) => "cache point",
                (ContentBlock::CachePoint(_), None) => "nothing",
                _ => "",
            };
            if !rejected.is_empty() {
                let message = format!("Cache point cannot be inserted after {rejected}.");
                return Err(ServiceError::validation(message));
            }
            before = Some(block);
        }
    }
    let system = conversation.request.system.as_deref().unwrap_or_default();
    if matches!(system.first(), Some(SystemContentBlock::CachePoint(_))) {
        return Err(ServiceError::validation("Cache point cannot be inserted after nothing."));
    }
    Ok(())
}

/// Requires that points of one hour come before those of five minutes.
pub(super) fn require_ttl_order(conversation: &Conversation<'_>) -> Result<(), ServiceError> {
    // A point without a `ttl` lives five minutes, so one forgotten `ttl` breaks this. See
    // https://github.com/vellum-ai/vellum-assistant/pull/22191.
    let is_long = |point: &CachePointBlock| point.ttl == Some(CacheTtl::OneHour);
    let mut from_first_short = points(conversation).skip_while(|point| is_long(point));
    if from_first_short.any(is_long) {
        return Err(ServiceError::from_model(
            "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block.",
        ));
    }
    Ok(())
}

/// Returns all points in the order in which models read a request: tools, system prompt, messages.
fn points<'c>(conversation: &'c Conversation<'_>) -> impl Iterator<Item = &'c CachePointBlock> {
    let system_points = conversation.request.system.iter().flatten().filter_map(|block| match block {
        SystemContentBlock::CachePoint(point) => Some(point),
        _ => None,
    });
    let message_points = conversation.blocks().filter_map(|block| match block {
        ContentBlock::CachePoint(point) => Some(point),
        _ => None,
    });
    tool_points(conversation).chain(system_points).chain(message_points)
}

fn tool_points<'c>(conversation: &'c Conversation<'_>) -> impl Iterator<Item = &'c CachePointBlock> {
    let tools = conversation.request.tool_config.iter().flat_map(|config| &config.tools);
    tools.filter_map(|tool| if let Tool::CachePoint(point) = tool { Some(point) } else { None })
}
