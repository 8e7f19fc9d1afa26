//! The `tracing` span of a call.
//!
//! Names and values follow OpenTelemetry's conventions for generative AI,
//! <https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/>. A span records operation, provider, model, region,
//! token counts and outcome. It never records messages, tool calls or any other content.

use std::future::Future;

use outcrop_core::{ModelError, Note, UnifiedResponse};
use tracing::{Instrument as _, Span, field};

/// The span of one call.
pub(crate) struct CallSpan(Span);

impl CallSpan {
    /// Starts the span of a call and logs the notes of its request at level `debug`.
    pub(crate) fn start(model: &str, region: &str, notes: &[Note]) -> Self {
        // The names are literals here: the crate `opentelemetry-semantic-conventions` marks its constants for
        // `gen_ai` as deprecated. Attributes that are recorded later must be declared as empty.
        let span = tracing::info_span!(
            "chat",
            otel.name = format_args!("chat {model}"),
            otel.kind = "client",
            gen_ai.operation.name = "chat",
            gen_ai.provider.name = "aws.bedrock",
            gen_ai.request.model = model,
            gen_ai.response.model = field::Empty,
            gen_ai.response.id = field::Empty,
            gen_ai.response.finish_reasons = field::Empty,
            gen_ai.usage.input_tokens = field::Empty,
            gen_ai.usage.output_tokens = field::Empty,
            gen_ai.usage.cache_read.input_tokens = field::Empty,
            gen_ai.usage.cache_creation.input_tokens = field::Empty,
            error.r#type = field::Empty,
            cloud.region = region,
        );
        for note in notes {
            tracing::debug!(parent: &span, rule = %note.rule, path = %note.path, "{}", note.message);
        }
        Self(span)
    }

    /// Runs a call inside the span.
    pub(crate) fn instrument<F: Future>(&self, call: F) -> impl Future<Output = F::Output> + use<F> {
        call.instrument(self.0.clone())
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
        self.0.record("error.type", name);
    }

    /// Records a response: its id, model, finish reason and token counts.
    pub(crate) fn record_response(&self, response: &UnifiedResponse) {
        let span = &self.0;
        if span.is_disabled() {
            return;
        }
        span.record("gen_ai.response.id", response.id.as_str());
        span.record("gen_ai.response.model", response.model.as_str());
        if let Some(reason) = &response.finish_reason {
            span.record("gen_ai.response.finish_reasons", reason.as_str());
        }
        let counters = [
            ("gen_ai.usage.input_tokens", response.usage.prompt_tokens),
            ("gen_ai.usage.output_tokens", response.usage.completion_tokens),
            ("gen_ai.usage.cache_read.input_tokens", response.usage.cache_read_input_tokens),
            ("gen_ai.usage.cache_creation.input_tokens", response.usage.cache_creation_input_tokens),
        ];
        for (name, count) in counters {
            // The service leaves out counters that do not apply, and 0 would be a different statement.
            if let Some(count) = count {
                span.record(name, count);
            }
        }
    }
}
