//! The reason why the model stopped.

use outcrop_core::{ContentBlock, FinishReason};

use crate::context::ResponseContext;
use crate::options::Dialect;
use crate::wire::StopReason;

/// Converts a stop reason to OpenAI's terms, ignoring case. `None` for an empty one.
///
/// Reasons without a counterpart are kept in lower case. The original is in `provider_metadata`.
pub(crate) fn unified_reason(reason: &StopReason) -> Option<FinishReason> {
    let name = reason.as_str().to_lowercase();
    // OpenAI has one reason for guardrails and the provider's filter, and one for all limits of length (L114, L124).
    match StopReason::from(name.as_str()) {
        StopReason::EndTurn | StopReason::StopSequence => Some(FinishReason::Stop),
        StopReason::ToolUse => Some(FinishReason::ToolCalls),
        StopReason::MaxTokens | StopReason::ModelContextWindowExceeded => Some(FinishReason::Length),
        StopReason::GuardrailIntervened | StopReason::ContentFiltered => Some(FinishReason::ContentFilter),
        _ => match name.as_str() {
            "" => None,
            // Older models behind the same API used these names; AG2 maps them.
            "finished" | "complete" => Some(FinishReason::Stop),
            other => Some(FinishReason::from(other)),
        },
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
/// In AG2's dialect, a reason that was given is kept.
pub(crate) fn finish_reason<'c>(
    reason: &StopReason,
    calls: &(impl Iterator<Item = CallSummary<'c>> + Clone),
    context: &ResponseContext,
) -> Option<FinishReason> {
    let is_output = |call: CallSummary<'_>| {
        context.structured.as_ref().is_some_and(|structured| structured.is_tool(call.tool))
    };
    let waits_for_tools = || calls.clone().any(|call| !call.runs_on_server && !is_output(call));
    // Kimi stops with `end_turn` although it waits for tools: zed, `provider/bedrock.rs` (M5).
    match unified_reason(reason) {
        None if waits_for_tools() => Some(FinishReason::ToolCalls),
        Some(FinishReason::Stop) if context.dialect == Dialect::Converse && waits_for_tools() => {
            Some(FinishReason::ToolCalls)
        }
        // The call of the structured output has no result: https://github.com/BerriAI/litellm/issues/18381 (L98).
        Some(FinishReason::ToolCalls)
            if context.dialect == Dialect::Converse && !waits_for_tools() && calls.clone().any(is_output) =>
        {
            Some(FinishReason::Stop)
        }
        finish_reason => finish_reason,
    }
}

#[cfg(test)]
mod tests;
