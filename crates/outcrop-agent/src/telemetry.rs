//! The `tracing` spans of runs and of tools.
//!
//! Names and values follow OpenTelemetry's conventions for agents,
//! <https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-agent-spans/>. The spans of the calls of the model, which a client
//! makes, are within them. A span has content, which is messages, arguments and results, only if the agent is built with
//! `record_content`.

mod meter;

use outcrop_core::{ToolCallContent, ToolResultContent, Totals, UnifiedMessage, UnifiedResponse, gen_ai};
use tracing::{Span, field};

pub(crate) use meter::{CallCounts, Meter};
#[cfg(feature = "otel")]
pub(crate) use meter::{End, Recorder};

/// Starts the span of a run.
pub(crate) fn run_span(agent: Option<&str>, provider: &str, model: &str, conversation: Option<&str>) -> Span {
    // The names are literals here, because `opentelemetry-semantic-conventions` marks its constants for `gen_ai` as deprecated.
    // Attributes that are recorded later must be declared as empty.
    let span = tracing::info_span!(
        "invoke_agent",
        otel.name = field::Empty,
        otel.kind = "internal",
        otel.status_code = field::Empty,
        gen_ai.operation.name = "invoke_agent",
        gen_ai.provider.name = provider_name(provider),
        gen_ai.agent.name = agent,
        gen_ai.conversation.id = conversation,
        gen_ai.request.model = model,
        gen_ai.usage.input_tokens = field::Empty,
        gen_ai.usage.output_tokens = field::Empty,
        outcrop.cost_usd = field::Empty,
        outcrop.steps = field::Empty,
        gen_ai.system_instructions = field::Empty,
        gen_ai.input.messages = field::Empty,
        gen_ai.output.messages = field::Empty,
        error.r#type = field::Empty,
    );
    match agent {
        Some(agent) => span.record("otel.name", field::display(format_args!("invoke_agent {agent}"))),
        None => span.record("otel.name", "invoke_agent"),
    };
    span
}

/// Records the messages that a run begins with.
pub(crate) fn record_input(span: &Span, messages: &[UnifiedMessage]) {
    if span.is_disabled() {
        return;
    }
    span.record("gen_ai.input.messages", gen_ai::input_messages(messages));
    if let Some(instructions) = gen_ai::system_instructions(messages) {
        span.record("gen_ai.system_instructions", instructions);
    }
}

/// Records the last response of a run.
pub(crate) fn record_output(span: &Span, response: &UnifiedResponse) {
    if !span.is_disabled() {
        span.record("gen_ai.output.messages", gen_ai::output_messages(response));
    }
}

/// Records the end of a run in its span.
pub(crate) fn record_run(span: &Span, totals: &Totals, steps: usize, error: Option<&str>) {
    if span.is_disabled() {
        return;
    }
    if let Some(tokens) = totals.usage.prompt_tokens {
        span.record("gen_ai.usage.input_tokens", tokens);
    }
    if let Some(tokens) = totals.usage.completion_tokens {
        span.record("gen_ai.usage.output_tokens", tokens);
    }
    // A cost that is not known is left out: 0 would look like a run that is free of charge.
    if let Some(cost) = totals.cost() {
        span.record("outcrop.cost_usd", cost);
    }
    span.record("outcrop.steps", steps);
    record_error(span, error);
}

/// Returns the name of a provider in the conventions.
pub(crate) fn provider_name(name: &str) -> &str {
    match name {
        "bedrock" => "aws.bedrock",
        name => name,
    }
}

/// Starts the span of a tool call.
pub(crate) fn tool_span(call: &ToolCallContent, description: Option<&str>) -> Span {
    let name = call.name.as_str();
    tracing::info_span!(
        "execute_tool",
        otel.name = format_args!("execute_tool {name}"),
        otel.kind = "internal",
        otel.status_code = field::Empty,
        gen_ai.operation.name = "execute_tool",
        gen_ai.tool.name = name,
        gen_ai.tool.call.id = call.id.as_str(),
        gen_ai.tool.r#type = "function",
        gen_ai.tool.description = description,
        gen_ai.tool.call.arguments = field::Empty,
        gen_ai.tool.call.result = field::Empty,
        error.r#type = field::Empty,
    )
}

/// Records the arguments and the result of a tool call.
pub(crate) fn record_tool_content(span: &Span, call: &ToolCallContent, result: &ToolResultContent) {
    span.record("gen_ai.tool.call.arguments", call.arguments.as_str());
    span.record("gen_ai.tool.call.result", result.output.as_str());
}

/// Records the error of a run or a tool, if there is one.
pub(crate) fn record_error(span: &Span, error: Option<&str>) {
    if let Some(error) = error {
        span.record("error.type", error);
        span.record("otel.status_code", "ERROR");
    }
}

#[cfg(test)]
mod tests;
