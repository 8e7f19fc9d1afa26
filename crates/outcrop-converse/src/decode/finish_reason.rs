//! The reason why the model stopped.

use outcrop_core::{ContentBlock, FinishReason, ResponseStatus};

use crate::context::ResponseContext;
use crate::wire::StopReason;

/// Converts a stop reason to OpenAI's terms, ignoring case. `None` for an empty one.
///
/// Reasons without a counterpart are kept in lower case. The original is in `provider_metadata`.
pub(crate) fn unified_reason(reason: &StopReason) -> Option<FinishReason> {
    known_reason(reason).or_else(|| {
        let name = reason.as_str().to_lowercase();
        known_reason(&StopReason::from(name.as_str())).or_else(|| match name.as_str() {
            "" => None,
            // Older models behind the same API used these names; AG2 maps them.
            "finished" | "complete" => Some(FinishReason::Stop),
            // Claude's own reasons, which Converse does not list: a refusal, and a turn that a tool of the service interrupts.
            "refusal" => Some(FinishReason::ContentFilter),
            "pause_turn" => Some(FinishReason::Stop),
            other => Some(FinishReason::from(other)),
        })
    })
}

fn known_reason(reason: &StopReason) -> Option<FinishReason> {
    // OpenAI has one reason for guardrails and the provider's filter, and one for all limits of length (L114, L124).
    match reason {
        StopReason::EndTurn | StopReason::StopSequence => Some(FinishReason::Stop),
        StopReason::ToolUse => Some(FinishReason::ToolCalls),
        StopReason::MaxTokens | StopReason::ModelContextWindowExceeded => Some(FinishReason::Length),
        StopReason::GuardrailIntervened | StopReason::ContentFiltered => Some(FinishReason::ContentFilter),
        _ => None,
    }
}

/// A tool call, as far as the finish reason depends on it.
#[derive(Clone, Copy)]
pub(crate) struct CallSummary<'c> {
    pub(crate) tool: &'c str,
    pub(crate) runs_on_server: bool,
}

/// Returns the calls among the blocks of a response.
pub(crate) fn calls(blocks: &[ContentBlock]) -> impl Iterator<Item = CallSummary<'_>> + Clone {
    let calls = blocks.iter().filter_map(ContentBlock::as_tool_call);
    calls.map(|call| CallSummary { tool: &call.name, runs_on_server: call.runs_on_server() })
}

/// Returns the finish reason of a response, considering its calls.
///
/// Where the response follows AG2, a reason that was given is kept.
pub(crate) fn finish_reason<'c>(
    reason: &StopReason,
    calls: &(impl Iterator<Item = CallSummary<'c>> + Clone),
    context: &ResponseContext,
) -> Option<FinishReason> {
    let is_output = |call: CallSummary<'_>| {
        context.structured.as_ref().is_some_and(|structured| structured.is_tool(call.tool))
    };
    let waits_for_tools = || calls.clone().any(|call| !call.runs_on_server && !is_output(call));
    let by_content = !context.follows_ag2();
    // Kimi stops with `end_turn` although it waits for tools: zed, `provider/bedrock.rs` (M5).
    match unified_reason(reason) {
        None if waits_for_tools() => Some(FinishReason::ToolCalls),
        Some(FinishReason::Stop) if by_content && waits_for_tools() => Some(FinishReason::ToolCalls),
        // OpenAI's `tool_calls` means that there are calls, and a loop over tools would never end without any:
        // https://github.com/BerriAI/litellm/issues/18381 (L98), https://github.com/strands-rl/strands-env/issues/252 (L132).
        Some(FinishReason::ToolCalls) if by_content && !waits_for_tools() => Some(FinishReason::Stop),
        // The call of an output counts in AG2.
        Some(FinishReason::ToolCalls) if !context.fails_as_ag2() && calls.clone().next().is_none() => {
            Some(FinishReason::Stop)
        }
        finish_reason => finish_reason,
    }
}

/// Returns the status of a response: incomplete if it was cut, unknown without a stop reason.
///
/// AG2 knows a completed response only.
pub(crate) fn status(reason: &StopReason, context: &ResponseContext) -> Option<ResponseStatus> {
    if context.follows_ag2() {
        return Some(ResponseStatus::Completed);
    }
    match unified_reason(reason)?.as_str() {
        "length" | "malformed_tool_use" | "malformed_model_output" => Some(ResponseStatus::Incomplete),
        _ => Some(ResponseStatus::Completed),
    }
}

#[cfg(test)]
mod tests;
