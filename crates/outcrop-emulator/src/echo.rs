//! The default model: it answers sensibly, always the same, and understands nothing.

mod acknowledge;
mod budget;
mod call;
mod results;
mod specimen;
mod tokens;
mod weather;

use outcrop_converse::wire::{
    ContentBlock, ConversationRole, ConverseMetrics, ConverseOutput, ConverseRequest, ConverseResponse,
    Message, OutputFormatStructure, TokenUsage, ToolUseBlock,
};
use outcrop_core::RawJson;

use budget::Budget;

/// What the model means to say, before its limits cut it short.
struct Draft {
    text: Option<String>,
    call: Option<ToolUseBlock>,
}

/// The reply to a request.
pub(crate) fn answer(request: &ConverseRequest) -> ConverseResponse {
    let (content, stop_reason) = Budget::of(request).spend(draft(request));
    let usage = usage(request, &content);
    let mut metrics = ConverseMetrics::new();
    // A model that reads at once and speaks ten milliseconds a token.
    metrics.latency_ms = usage.output_tokens.map(|tokens| 100 + 10 * tokens);

    let mut response = ConverseResponse::new();
    response.output =
        Some(ConverseOutput::Message(Message::from_blocks(ConversationRole::Assistant, content)));
    response.stop_reason = Some(stop_reason);
    response.usage = Some(usage);
    response.metrics = Some(metrics);
    response.service_tier.clone_from(&request.service_tier);
    response.performance_config.clone_from(&request.performance_config);
    response
}

/// How many tokens a request has.
pub(crate) fn count(request: &ConverseRequest) -> u64 {
    tokens::of_request(request)
}

/// How many tokens the body of an InvokeModel request has, whatever its format.
pub(crate) fn count_body(body: &[u8]) -> u64 {
    tokens::of_text(&String::from_utf8_lossy(body))
}

/// Decides what to say: a call that the request forces comes first, then structured output, then the results of
/// tools, then the weather, then what the user said.
fn draft(request: &ConverseRequest) -> Draft {
    if let Some(call) = call::forced(request) {
        return Draft { text: None, call: Some(call) };
    }
    if let Some(json) = structured(request) {
        return Draft::words(json);
    }
    if let Some(text) = results::told(request) {
        return Draft::words(text);
    }
    if let Some((text, call)) = weather::asked(request) {
        return Draft { text: Some(text), call: Some(call) };
    }
    Draft::words(acknowledge::told(request))
}

impl Draft {
    fn words(text: String) -> Self {
        Self { text: Some(text), call: None }
    }
}

/// JSON of the schema that `outputConfig` asks for.
fn structured(request: &ConverseRequest) -> Option<String> {
    let format = request.output_config.as_ref()?.text_format.as_ref()?;
    let OutputFormatStructure::JsonSchema(definition) = &format.structure else { return None };
    let schema = RawJson::parse(definition.schema.as_str()).ok()?;
    Some(specimen::of(&schema).as_str().to_owned())
}

fn usage(request: &ConverseRequest, content: &[ContentBlock]) -> TokenUsage {
    let (input, output) = (tokens::of_request(request), tokens::of_blocks(content));
    let mut usage = TokenUsage::new();
    usage.input_tokens = Some(input);
    usage.output_tokens = Some(output);
    usage.total_tokens = Some(input.saturating_add(output));
    usage
}

/// The last turn, where it is the user's.
fn last_turn(request: &ConverseRequest) -> Option<&Message> {
    let turns = request.messages.as_deref().unwrap_or_default();
    turns
        .iter()
        .rfind(|turn| turn.role != ConversationRole::System)
        .filter(|turn| turn.role == ConversationRole::User)
}

#[cfg(test)]
mod tests;
