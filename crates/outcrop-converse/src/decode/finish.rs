//! Why the model stopped.

use outcrop_core::{ContentBlock, FinishReason};

use super::ResponseContext;
use crate::encode::Dialect;
use crate::wire::StopReason;

/// The stop reason in OpenAI's words, read without regard to case; `None` for an empty one.
///
/// A guardrail and the provider's filter are one to OpenAI; a full context is a limit that was met (lessons L114,
/// L124). Reasons without a counterpart are kept in lower case. The raw reason stays in `provider_metadata`.
pub(crate) fn unified(reason: &StopReason) -> Option<FinishReason> {
    let name = reason.as_str().to_lowercase();
    match StopReason::from(name.as_str()) {
        StopReason::EndTurn | StopReason::StopSequence => Some(FinishReason::Stop),
        StopReason::ToolUse => Some(FinishReason::ToolCalls),
        StopReason::MaxTokens | StopReason::ModelContextWindowExceeded => Some(FinishReason::Length),
        StopReason::GuardrailIntervened | StopReason::ContentFiltered => Some(FinishReason::ContentFilter),
        _ => match name.as_str() {
            "" => None,
            // Older models behind the same API said these.
            "finished" | "complete" => Some(FinishReason::Stop),
            other => Some(FinishReason::from(other)),
        },
    }
}

/// A call in an answer, as far as it tells why the model stopped.
#[derive(Clone, Copy)]
pub(crate) struct Call<'c> {
    pub(crate) tool: &'c str,
    pub(crate) runs_on_server: bool,
}

/// The calls among the blocks of an answer.
pub(crate) fn calls(blocks: &[ContentBlock]) -> impl Iterator<Item = Call<'_>> + Clone {
    let calls = blocks.iter().filter_map(ContentBlock::as_tool_call);
    calls.map(|call| Call { tool: &call.name, runs_on_server: call.runs_on_server() })
}

/// Why the model stopped, by what it said, too: some models say `end_turn` though they wait for tools, or nothing at all
/// (lesson M5). In AG2's dialect a reason that was given stands.
pub(crate) fn of_answer<'c>(
    reason: &StopReason,
    calls: &(impl Iterator<Item = Call<'c>> + Clone),
    context: &ResponseContext,
) -> Option<FinishReason> {
    let is_answer =
        |call: Call<'_>| context.structured.as_ref().is_some_and(|structured| structured.is_by(call.tool));
    let waits_for_tools = || calls.clone().any(|call| !call.runs_on_server && !is_answer(call));
    match unified(reason) {
        None if waits_for_tools() => Some(FinishReason::ToolCalls),
        Some(FinishReason::Stop) if context.dialect == Dialect::Converse && waits_for_tools() => {
            Some(FinishReason::ToolCalls)
        }
        // The call that is the answer is not one to wait for (lesson L98).
        Some(FinishReason::ToolCalls)
            if context.dialect == Dialect::Converse && !waits_for_tools() && calls.clone().any(is_answer) =>
        {
            Some(FinishReason::Stop)
        }
        finish_reason => finish_reason,
    }
}
