//! The response of the default model to a conversation, within the limits of the request.

use outcrop_converse::wire::{
    ContentBlock, ConversationRole, ConverseMetrics, ConverseOutput, ConverseRequest, ConverseResponse,
    ConverseTrace, Message, OutputFormatStructure, StopReason, TokenUsage, ToolUseBlock,
};
use outcrop_core::{JsonObject, RawJson};

use super::guardrail::Guard;
use super::prompt_cache::PromptCache;
use super::{describe, sample, thinking, tokens, tool_calls};
use crate::protocol::call::last_question;

/// A conversation to respond to.
#[derive(Clone, Copy)]
pub(super) struct Conversation<'a> {
    /// The id of the model.
    pub(super) model: &'a str,
    pub(super) request: &'a ConverseRequest,
    pub(super) cache: &'a PromptCache,
    /// Whether the response is streamed.
    pub(super) is_stream: bool,
}

/// The content that the model would send without limits.
struct ResponsePlan {
    reasoning: Option<ContentBlock>,
    text: Option<String>,
    call: Option<ToolUseBlock>,
}

/// A response, with what only some operations report of it.
pub(super) struct Answer {
    pub(super) response: ConverseResponse,
    pub(super) latency_ms: u64,
    /// The stop sequence that ended the text.
    pub(super) stop_sequence: Option<String>,
}

/// Responds to a conversation.
pub(super) fn respond(conversation: Conversation<'_>) -> Answer {
    let request = conversation.request;
    let guard = Guard::from_request(request);
    let blocked = guard.as_ref().and_then(Guard::block_input);
    let is_blocked = blocked.is_some();
    let mut limited = match blocked {
        Some(content) => LimitedContent::blocked(content),
        None => OutputLimits::from_request(request).apply(plan(conversation)),
    };
    let mut trace = guard.as_ref().and_then(Guard::input_trace);
    if let Some(guard) = guard.as_ref().filter(|_| !is_blocked) {
        let judged = guard.judge_output(&limited.content, conversation.is_stream);
        trace = guard.merge_traces(trace, judged.trace);
        if let Some(content) = judged.replacement {
            limited = LimitedContent::blocked(content);
        }
    }
    let LimitedContent { content, stop_reason, stop_sequence } = limited;

    // A blocked input never reaches the model.
    let usage = if is_blocked { no_usage() } else { usage(conversation, &content) };
    // A model that reads at once and writes a token in ten milliseconds. The wall clock would not be deterministic.
    let latency_ms = usage.output_tokens.unwrap_or_default().saturating_mul(10).saturating_add(100);
    let mut metrics = ConverseMetrics::new();
    metrics.latency_ms = Some(latency_ms);

    let mut response = ConverseResponse::new();
    response.output =
        Some(ConverseOutput::Message(Message::from_blocks(ConversationRole::Assistant, content)));
    response.stop_reason = Some(stop_reason);
    response.usage = Some(usage);
    response.metrics = Some(metrics);
    // AWS repeats these in the response.
    response.service_tier.clone_from(&request.service_tier);
    response.performance_config.clone_from(&request.performance_config);
    response.additional_model_response_fields = additional_fields(request, stop_sequence.as_deref());
    response.trace = trace.map(|guardrail| {
        let mut trace = ConverseTrace::new();
        trace.guardrail = Some(guardrail);
        trace
    });
    Answer { response, latency_ms, stop_sequence }
}

/// Returns the additional fields that the request names. The model has one: the stop sequence, as Claude has it.
fn additional_fields(request: &ConverseRequest, stop_sequence: Option<&str>) -> Option<RawJson> {
    let paths = request.additional_model_response_field_paths.as_deref().unwrap_or_default();
    let is_named = paths.iter().any(|path| path == "/stop_sequence");
    let value = RawJson::from(stop_sequence.filter(|_| is_named)?);
    let fields: JsonObject = [("stop_sequence", value)].into_iter().collect();
    Some(RawJson::from(fields))
}

/// Plans the response: reasoning if it is enabled, and what follows it.
fn plan(conversation: Conversation<'_>) -> ResponsePlan {
    let mut plan = plan_answer(conversation.request);
    plan.reasoning = thinking::reasoning(conversation.model, conversation.request, plan.call.as_ref());
    plan
}

/// Plans the answer: a call that the request forces, else one of a tool that the user requests, else structured output, else
/// a description of tool results, else a call of an output tool, else a description of the input.
fn plan_answer(request: &ConverseRequest) -> ResponsePlan {
    if let Some(call) = tool_calls::forced_call(request) {
        return ResponsePlan { reasoning: None, text: None, call: Some(call) };
    }
    if let Some((text, call)) = tool_calls::wanted_call(request) {
        return ResponsePlan { reasoning: None, text: Some(text), call: Some(call) };
    }
    if let Some(json) = structured_output(request) {
        return ResponsePlan::from_text(json);
    }
    if let Some(text) = describe::describe_results(request) {
        return ResponsePlan::from_text(text);
    }
    if let Some(call) = tool_calls::output_call(request) {
        return ResponsePlan { reasoning: None, text: None, call: Some(call) };
    }
    ResponsePlan::from_text(describe::describe_input(request))
}

impl ResponsePlan {
    fn from_text(text: String) -> Self {
        Self { reasoning: None, text: Some(text), call: None }
    }
}

/// Builds JSON for the schema of structured output, if there is one.
fn structured_output(request: &ConverseRequest) -> Option<String> {
    let schema = output_schema(request).or_else(|| anthropic_output_schema(request))?;
    Some(sample::sample_value(&schema, &last_question(request)).as_str().to_owned())
}

/// Returns the schema in `outputConfig`.
fn output_schema(request: &ConverseRequest) -> Option<RawJson> {
    let format = request.output_config.as_ref()?.text_format.as_ref()?;
    let OutputFormatStructure::JsonSchema(definition) = &format.structure else { return None };
    // The schema is a string of JSON, not JSON (L95).
    RawJson::parse(definition.schema.as_str()).ok()
}

/// Returns the schema in the additional fields, as Anthropic's API has it: `output_config.format` or `output_format`.
// The Vercel AI SDK sends it for Claude 4.5. See https://docs.claude.com/en/docs/build-with-claude/structured-outputs.
fn anthropic_output_schema(request: &ConverseRequest) -> Option<RawJson> {
    let fields = request.additional_model_request_fields.as_ref()?.as_object()?;
    let member = |object: &JsonObject, name: &str| object.get(name).and_then(RawJson::as_object);
    let nested = member(&fields, "output_config").and_then(|config| member(&config, "format"));
    let format = nested.or_else(|| member(&fields, "output_format"))?;
    format.get("schema").cloned()
}

fn usage(conversation: Conversation<'_>, content: &[ContentBlock]) -> TokenUsage {
    let (input, output) = (tokens::of_request(conversation.request), tokens::of_blocks(content));
    let mut usage = TokenUsage::new();
    usage.input_tokens = Some(input);
    usage.output_tokens = Some(output);
    usage.total_tokens = Some(input.saturating_add(output));
    conversation.cache.account(conversation.model, conversation.request, &mut usage);
    usage
}

fn no_usage() -> TokenUsage {
    let mut usage = TokenUsage::new();
    usage.input_tokens = Some(0);
    usage.output_tokens = Some(0);
    usage.total_tokens = Some(0);
    usage
}

/// The content within the limits, and why it ends.
struct LimitedContent {
    content: Vec<ContentBlock>,
    stop_reason: StopReason,
    stop_sequence: Option<String>,
}

impl LimitedContent {
    fn blocked(content: Vec<ContentBlock>) -> Self {
        Self { content, stop_reason: StopReason::GuardrailIntervened, stop_sequence: None }
    }
}

/// The limits of a response: `maxTokens` and `stopSequences`.
struct OutputLimits<'a> {
    max_tokens: Option<u64>,
    stop_sequences: &'a [String],
}

impl<'a> OutputLimits<'a> {
    fn from_request(request: &'a ConverseRequest) -> Self {
        let config = request.inference_config.as_ref();
        Self {
            max_tokens: config
                .and_then(|config| config.max_tokens.as_ref())
                .and_then(serde_json::Number::as_u64),
            stop_sequences: config.and_then(|config| config.stop_sequences.as_deref()).unwrap_or_default(),
        }
    }

    /// Cuts a plan to the limits.
    fn apply(&self, plan: ResponsePlan) -> LimitedContent {
        let mut content = Vec::with_capacity(3);
        content.extend(plan.reasoning);
        // Reasoning counts as output.
        let reasoned = tokens::of_blocks(&content);
        let mut left = self.max_tokens.map(|max| max.saturating_sub(reasoned));
        if !content.is_empty() && left == Some(0) {
            return LimitedContent { content, stop_reason: StopReason::MaxTokens, stop_sequence: None };
        }
        if let Some(text) = plan.text {
            let (kept, cut) = self.cut(&text, left);
            left = left.map(|left| left.saturating_sub(tokens::of_text(kept)));
            if !kept.is_empty() {
                content.push(ContentBlock::Text(kept.to_owned()));
            }
            match cut {
                Some(Cut::StopSequence(sequence)) => {
                    let stop_sequence = Some(sequence.to_owned());
                    return LimitedContent { content, stop_reason: StopReason::StopSequence, stop_sequence };
                }
                Some(Cut::MaxTokens) => {
                    return LimitedContent {
                        content,
                        stop_reason: StopReason::MaxTokens,
                        stop_sequence: None,
                    };
                }
                None => {}
            }
        }
        let stop_reason = match plan.call {
            // A call is sent whole or not at all, because half of its input is not JSON. Real models are less kind (M3).
            Some(call) if left.is_some_and(|left| left < tokens::of_call(&call)) => StopReason::MaxTokens,
            Some(call) => {
                content.push(ContentBlock::ToolUse(call));
                StopReason::ToolUse
            }
            None => StopReason::EndTurn,
        };
        LimitedContent { content, stop_reason, stop_sequence: None }
    }

    /// Cuts a text at the first stop sequence or at `maxTokens`, whichever comes first. The sequence is not part of the
    /// text.
    fn cut<'t>(&self, text: &'t str, max_tokens: Option<u64>) -> (&'t str, Option<Cut<'a>>) {
        // An empty sequence would match at the beginning. The service model rejects it, but checks can be off.
        let sequences = self.stop_sequences.iter().filter(|sequence| !sequence.is_empty());
        let stop = sequences
            .filter_map(|sequence| text.find(sequence.as_str()).map(|position| (position, sequence.as_str())))
            .min_by_key(|(position, _)| *position);
        let limit = max_tokens.and_then(|tokens| {
            let characters = usize::try_from(tokens.saturating_mul(tokens::CHARACTERS)).ok()?;
            text.char_indices().nth(characters).map(|(position, _)| position)
        });
        let (end, cut) = match (stop, limit) {
            (Some((stop, _)), Some(limit)) if limit < stop => (limit, Cut::MaxTokens),
            (Some((stop, sequence)), _) => (stop, Cut::StopSequence(sequence)),
            (None, Some(limit)) => (limit, Cut::MaxTokens),
            (None, None) => return (text, None),
        };
        (text.get(..end).unwrap_or(text), Some(cut))
    }
}

/// The limit that cut a text.
enum Cut<'a> {
    MaxTokens,
    StopSequence(&'a str),
}
