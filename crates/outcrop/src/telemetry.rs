//! Spans, named as OpenTelemetry's conventions for generative AI name them.
//!
//! Of a call a span tells operation, provider, model, limits, usage and outcome, and never what was said. The names
//! are our own constants: the conventions' crate marks its own as deprecated since they moved.

use std::future::Future;

use outcrop_core::{ModelError, Note, UnifiedResponse};
use tracing::{Instrument as _, Span, field};

/// The span of one call.
pub(crate) struct CallSpan(Span);

impl CallSpan {
    /// Starts the span of a call and logs the notes of its request.
    pub(crate) fn start(model: &str, region: &str, notes: &[Note]) -> Self {
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
            tracing::debug!(parent: &span, rule = %note.rule, place = %note.path, "{}", note.message);
        }
        Self(span)
    }

    /// Runs the call inside the span.
    pub(crate) fn instrument<F: Future>(&self, call: F) -> impl Future<Output = F::Output> + use<F> {
        call.instrument(self.0.clone())
    }

    /// Records the outcome.
    pub(crate) fn record_outcome(&self, outcome: &Result<UnifiedResponse, ModelError>) {
        match outcome {
            Ok(response) => self.succeeded(response),
            Err(error) => self.failed(error),
        }
    }

    /// Records an error.
    pub(crate) fn failed(&self, error: &ModelError) {
        let name = error.code().unwrap_or_else(|| error.kind().as_str());
        self.0.record("error.type", name);
    }

    /// Records a response.
    pub(crate) fn succeeded(&self, response: &UnifiedResponse) {
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
            if let Some(count) = count {
                span.record(name, count);
            }
        }
    }
}
