//! The `tracing` span of a call.
//!
//! Names and values follow OpenTelemetry's conventions for generative AI,
//! <https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/>. A span records operation, provider, model, region,
//! parameters, token counts, cost, time to the first chunk and outcome. It records messages only if the client is built with
//! `record_content`.

use std::future::Future;

use outcrop_core::{
    Conversation, ModelError, ModelRequest, Note, ReasoningEffort, ResponseFormat, UnifiedResponse, gen_ai,
};
use serde_json::Number;
use tokio::time::Instant;
use tracing::{Instrument as _, Span, field};

/// The span of one call.
pub(crate) struct CallSpan {
    span: Span,
    started: Instant,
    has_chunk: bool,
    records_content: bool,
}

impl CallSpan {
    /// Starts the span of a call and logs the notes of its request at level `debug`.
    pub(crate) fn start(
        request: &ModelRequest,
        model: &str,
        region: &str,
        notes: &[Note],
        is_stream: bool,
    ) -> Self {
        let sampling = &request.sampling;
        let integer = |number: &Option<Number>| number.as_ref().and_then(Number::as_i64);
        let float = |number: &Option<Number>| number.as_ref().and_then(Number::as_f64);
        // The names are literals here: the crate `opentelemetry-semantic-conventions` marks its constants for
        // `gen_ai` as deprecated. Attributes that are recorded later must be declared as empty.
        let span = tracing::info_span!(
            "chat",
            otel.name = format_args!("chat {model}"),
            otel.kind = "client",
            gen_ai.operation.name = "chat",
            gen_ai.provider.name = "aws.bedrock",
            gen_ai.conversation.id = request.conversation.as_ref().and_then(Conversation::id),
            gen_ai.output.r#type = output_type(request),
            gen_ai.request.model = model,
            gen_ai.request.max_tokens = integer(&sampling.max_tokens),
            gen_ai.request.temperature = float(&sampling.temperature),
            gen_ai.request.top_p = float(&sampling.top_p),
            gen_ai.request.top_k = integer(&sampling.top_k),
            gen_ai.request.seed = integer(&sampling.seed),
            gen_ai.request.reasoning.level = request.reasoning_effort.as_ref().map(ReasoningEffort::as_str),
            // The conventions leave it out for other calls.
            gen_ai.request.stream = is_stream.then_some(true),
            gen_ai.response.model = field::Empty,
            gen_ai.response.id = field::Empty,
            gen_ai.response.finish_reasons = field::Empty,
            gen_ai.response.time_to_first_chunk = field::Empty,
            gen_ai.usage.input_tokens = field::Empty,
            gen_ai.usage.output_tokens = field::Empty,
            gen_ai.usage.cache_read.input_tokens = field::Empty,
            gen_ai.usage.cache_creation.input_tokens = field::Empty,
            gen_ai.usage.cache_write.input_tokens = field::Empty,
            gen_ai.system_instructions = field::Empty,
            gen_ai.input.messages = field::Empty,
            gen_ai.output.messages = field::Empty,
            outcrop.cost_usd = field::Empty,
            error.r#type = field::Empty,
            otel.status_code = field::Empty,
            cloud.region = region,
        );
        for note in notes {
            tracing::debug!(parent: &span, rule = %note.rule, path = %note.path, "{}", note.message);
        }
        Self { span, started: Instant::now(), has_chunk: false, records_content: false }
    }

    /// Records the messages of the request, and later those of the response, if the client records content.
    pub(crate) fn with_content(mut self, records_content: bool, request: &ModelRequest) -> Self {
        self.records_content = records_content && !self.span.is_disabled();
        if self.records_content {
            self.span.record("gen_ai.input.messages", gen_ai::input_messages(&request.messages));
            if let Some(instructions) = gen_ai::system_instructions(&request.messages) {
                self.span.record("gen_ai.system_instructions", instructions);
            }
        }
        self
    }

    /// Runs a call inside the span.
    pub(crate) fn instrument<F: Future>(&self, call: F) -> impl Future<Output = F::Output> + use<F> {
        call.instrument(self.span.clone())
    }

    /// Records the outcome of the call.
    pub(crate) fn record_outcome(&self, outcome: &Result<UnifiedResponse, ModelError>) {
        match outcome {
            Ok(response) => self.record_response(response),
            Err(error) => self.record_error(error),
        }
    }

    /// Records an error: its code, or its kind if it has none.
    pub(crate) fn record_error(&self, error: &ModelError) {
        let name = error.code().unwrap_or_else(|| error.kind().as_str());
        self.span.record("error.type", name);
        self.span.record("otel.status_code", "ERROR");
    }

    /// Records the time until the first event of a stream. Later ones change nothing.
    pub(crate) fn record_chunk(&mut self) {
        if !self.has_chunk {
            self.has_chunk = true;
            self.span.record("gen_ai.response.time_to_first_chunk", self.started.elapsed().as_secs_f64());
        }
    }

    /// Records a response: its id, model, finish reason and token counts.
    pub(crate) fn record_response(&self, response: &UnifiedResponse) {
        let span = &self.span;
        if span.is_disabled() {
            return;
        }
        span.record("gen_ai.response.id", response.id.as_str());
        span.record("gen_ai.response.model", response.model.as_str());
        if let Some(reason) = &response.finish_reason {
            span.record("gen_ai.response.finish_reasons", reason.as_str());
        }
        // A cost that is not known is left out: 0 would look like a call that is free of charge.
        if let Some(cost) = response.cost {
            span.record("outcrop.cost_usd", cost);
        }
        let counters = [
            ("gen_ai.usage.input_tokens", response.usage.prompt_tokens),
            ("gen_ai.usage.output_tokens", response.usage.completion_tokens),
            ("gen_ai.usage.cache_read.input_tokens", response.usage.cache_read_input_tokens),
            ("gen_ai.usage.cache_creation.input_tokens", response.usage.cache_creation_input_tokens),
            // The name since the conventions for generative AI are in a repository of their own.
            ("gen_ai.usage.cache_write.input_tokens", response.usage.cache_creation_input_tokens),
        ];
        for (name, count) in counters {
            // The service leaves out counters that do not apply, and 0 would be a different statement.
            if let Some(count) = count {
                span.record(name, count);
            }
        }
        if self.records_content {
            span.record("gen_ai.output.messages", gen_ai::output_messages(response));
        }
    }
}

/// Returns the requested type of the output, if the request has one.
fn output_type(request: &ModelRequest) -> Option<&'static str> {
    match request.response_format.as_ref()? {
        ResponseFormat::Text => Some("text"),
        _ => Some("json"),
    }
}

#[cfg(test)]
mod tests;
