//! Metrics of calls, runs and tools for OpenTelemetry.
//!
//! Names, units, buckets and attributes are those of OpenTelemetry's conventions for generative AI, in one of two versions:
//! <https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/non-normative/migration.md>. They are
//! literals, because `opentelemetry-semantic-conventions` marks its constants for `gen_ai` as deprecated.

mod agents;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Histogram, Meter};
use outcrop_core::{ModelClient, ModelError, ModelRequest, StreamEvent, UnifiedResponse, Usage};

use crate::telemetry::provider_name;
use agents::AgentInstruments;

/// The buckets of durations in seconds, as the conventions have them.
const SECONDS: [f64; 14] =
    [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];

/// The buckets of token counts, as the conventions have them: the powers of 4.
const TOKENS: [f64; 14] = [
    1.0,
    4.0,
    16.0,
    64.0,
    256.0,
    1_024.0,
    4_096.0,
    16_384.0,
    65_536.0,
    262_144.0,
    1_048_576.0,
    4_194_304.0,
    16_777_216.0,
    67_108_864.0,
];

/// Metrics of calls: tokens, durations, and the times of the chunks of streams, by the API of [`opentelemetry`].
///
/// ```
/// use opentelemetry::global;
/// use outcrop_agent::{LayerExt as _, Metrics};
/// use outcrop_core::ModelClient;
///
/// # fn build(client: impl ModelClient) -> impl ModelClient {
/// client.layer(Metrics::new(&global::meter("my-program")))
/// # }
/// ```
///
/// | metric | unit | what it is |
/// |---|---|---|
/// | `gen_ai.client.token.usage` | tokens | input and output of each call, by `gen_ai.token.type` |
/// | `gen_ai.client.operation.duration` | seconds | the duration of each call, with `error.type` if it failed |
/// | `gen_ai.client.operation.time_to_first_chunk` | seconds | for streams |
/// | `gen_ai.client.operation.time_per_output_chunk` | seconds | for streams: the time between two chunks of output |
///
/// An agent with [`metrics`](crate::AgentBuilder::metrics) also records its runs and its tools:
///
/// | metric | unit | what it is |
/// |---|---|---|
/// | `gen_ai.invoke_agent.duration` | seconds | the duration of each run, with `error.type` if it failed |
/// | `gen_ai.invoke_agent.inference_calls` | calls | the calls of the model in each run |
/// | `gen_ai.invoke_agent.tool_calls` | calls | the tool calls in each run |
/// | `gen_ai.execute_tool.duration` | seconds | the duration of each tool call, with `error.type` if it failed |
///
/// The names of calls are those of version 1.41 of the conventions, which most dashboards use.
/// [`with_conventions`](Self::with_conventions) selects newer ones. Each call has the attributes `gen_ai.operation.name`,
/// `gen_ai.provider.name`, `gen_ai.request.model` and, once it is known, `gen_ai.response.model`. None has content.
///
/// A call that the caller drops has the `error.type` `cancelled`, and any other that of its error: the code, or the kind if it
/// has none. A response from a [`Cache`](crate::Cache) outside of this layer is not a call. Without a meter provider, nothing is
/// recorded.
#[derive(Clone)]
pub struct Metrics(Arc<Instruments>);

/// A version of OpenTelemetry's conventions for generative AI.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Conventions {
    /// Version 1.41, the last one in the repository of all conventions.
    #[default]
    V1_41,
    /// The repository of the conventions for generative AI, as of November 2026. It renames the durations to
    /// `gen_ai.client.inference.…`, counts tokens in `gen_ai.client.inference.usage.…`, and has histograms of tokens in
    /// `gen_ai.client.inference.operation.…`. It is in development, so names may change.
    Latest,
}

struct Instruments {
    duration: Histogram<f64>,
    first_chunk: Histogram<f64>,
    output_chunk: Histogram<f64>,
    tokens: TokenInstruments,
    agents: AgentInstruments,
}

enum TokenInstruments {
    V1_41(Histogram<u64>),
    Latest { input: Histogram<u64>, output: Histogram<u64>, used: Box<UsageCounters> },
}

struct UsageCounters {
    input: Counter<u64>,
    output: Counter<u64>,
    cache_read: Counter<u64>,
    cache_write: Counter<u64>,
}

impl Metrics {
    /// Creates the metrics of a meter, with the default [`Conventions`].
    #[must_use]
    pub fn new(meter: &Meter) -> Self {
        Self::with_conventions(meter, Conventions::default())
    }

    /// Creates the metrics of the global meter provider, as it is now: set it before.
    #[must_use]
    pub fn global() -> Self {
        Self::new(&opentelemetry::global::meter("outcrop"))
    }

    /// Creates the metrics of a meter. During a migration, put two layers around a client, one for each version.
    #[must_use]
    pub fn with_conventions(meter: &Meter, conventions: Conventions) -> Self {
        let operation = match conventions {
            Conventions::V1_41 => "gen_ai.client.operation",
            Conventions::Latest => "gen_ai.client.inference",
        };
        let seconds = |name: &str, description: &'static str| {
            durations(meter, format!("{operation}.{name}"), description, &SECONDS)
        };
        let tokens = |name: &'static str, description: &'static str| {
            counts(meter, name, "{token}", description, &TOKENS)
        };
        let used = |name: &'static str, description: &'static str| {
            let counter = meter.u64_counter(format!("gen_ai.client.inference.usage.{name}"));
            counter.with_unit("{token}").with_description(description).build()
        };
        Self(Arc::new(Instruments {
            duration: seconds("duration", "The duration of a call of a model."),
            first_chunk: seconds("time_to_first_chunk", "The time until the first chunk of a stream."),
            output_chunk: seconds(
                "time_per_output_chunk",
                "The time between two chunks of output of a stream.",
            ),
            agents: AgentInstruments::new(meter),
            tokens: match conventions {
                Conventions::V1_41 => TokenInstruments::V1_41(tokens(
                    "gen_ai.client.token.usage",
                    "The input and output tokens of a call.",
                )),
                Conventions::Latest => TokenInstruments::Latest {
                    input: tokens(
                        "gen_ai.client.inference.operation.input_tokens",
                        "The input tokens of a call.",
                    ),
                    output: tokens(
                        "gen_ai.client.inference.operation.output_tokens",
                        "The output tokens of a call.",
                    ),
                    used: Box::new(UsageCounters {
                        input: used("input_tokens", "The input tokens used, including cached ones."),
                        output: used("output_tokens", "The output tokens used, including reasoning."),
                        cache_read: used("cache_read.input_tokens", "The input tokens read from a cache."),
                        cache_write: used("cache_write.input_tokens", "The input tokens written to a cache."),
                    }),
                },
            },
        }))
    }
}

/// A call that has not ended yet. It is recorded as cancelled unless it ended before it is dropped.
pub(crate) struct Call {
    instruments: Arc<Instruments>,
    attributes: Vec<KeyValue>,
    started: Instant,
    /// The time of the last chunk of a stream.
    last_chunk: Option<Instant>,
    has_ended: bool,
}

impl Call {
    pub(crate) fn start(metrics: &Metrics, inner: &dyn ModelClient, request: &ModelRequest) -> Self {
        // Room for the model of the response, the type of an error and the type of tokens.
        let mut attributes = Vec::with_capacity(6);
        attributes.push(KeyValue::new("gen_ai.operation.name", "chat"));
        attributes.push(KeyValue::new("gen_ai.provider.name", provider_name(inner.provider()).to_owned()));
        // Empty if the client has a default model.
        if !request.model.is_empty() {
            attributes.push(KeyValue::new("gen_ai.request.model", request.model.clone()));
        }
        let instruments = Arc::clone(&metrics.0);
        Self { instruments, attributes, started: Instant::now(), last_chunk: None, has_ended: false }
    }

    pub(crate) fn record_event(&mut self, event: &StreamEvent) {
        let now = Instant::now();
        match self.last_chunk {
            None => {
                self.last_chunk = Some(now);
                self.instruments.first_chunk.record(seconds(now - self.started), &self.attributes);
            }
            // Only output: the events between and after it are made from the same chunk.
            Some(last) if is_output(event) => {
                self.last_chunk = Some(now);
                self.instruments.output_chunk.record(seconds(now - last), &self.attributes);
            }
            Some(_) => {}
        }
    }

    pub(crate) fn end(&mut self, outcome: &Result<&UnifiedResponse, &str>) {
        if std::mem::replace(&mut self.has_ended, true) {
            return;
        }
        match outcome {
            Ok(response) if !response.model.is_empty() => {
                self.attributes.push(KeyValue::new("gen_ai.response.model", response.model.clone()));
            }
            Ok(_) => {}
            Err(error) => self.attributes.push(KeyValue::new("error.type", (*error).to_owned())),
        }
        self.instruments.duration.record(seconds(self.started.elapsed()), &self.attributes);
        self.instruments.tokens.record(outcome.ok().map(|response| &response.usage), &self.attributes);
    }

    pub(crate) fn fail(&mut self, error: &ModelError) {
        self.end(&Err(error.code().unwrap_or_else(|| error.kind().as_str())));
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.end(&Err("cancelled"));
    }
}

impl TokenInstruments {
    fn record(&self, usage: Option<&Usage>, attributes: &[KeyValue]) {
        match self {
            Self::V1_41(histogram) => {
                // The conventions forbid a guess: a call without usage has no value.
                let Some(usage) = usage else { return };
                for (kind, count) in [("input", usage.prompt_tokens), ("output", usage.completion_tokens)] {
                    if let Some(count) = count {
                        histogram.record(count, &with(attributes, "gen_ai.token.type", kind));
                    }
                }
            }
            Self::Latest { input, output, used } => {
                // Here they request 0 for a call without usage.
                let count = |field: fn(&Usage) -> Option<u64>| usage.and_then(field).unwrap_or_default();
                input.record(count(|usage| usage.prompt_tokens), attributes);
                output.record(count(|usage| usage.completion_tokens), attributes);
                // The counters have no type of error, and no provider reports the modality of its tokens.
                let mut attributes = with(attributes, "gen_ai.token.modality", "unknown");
                attributes.retain(|attribute| attribute.key.as_str() != "error.type");
                used.input.add(count(|usage| usage.prompt_tokens), &attributes);
                used.output.add(count(|usage| usage.completion_tokens), &attributes);
                used.cache_read.add(count(|usage| usage.cache_read_input_tokens), &attributes);
                used.cache_write.add(count(|usage| usage.cache_creation_input_tokens), &attributes);
            }
        }
    }
}

fn with(attributes: &[KeyValue], key: &'static str, value: &'static str) -> Vec<KeyValue> {
    attributes.iter().cloned().chain([KeyValue::new(key, value)]).collect()
}

/// Creates a histogram of durations in seconds.
fn durations(
    meter: &Meter,
    name: impl Into<Cow<'static, str>>,
    description: &'static str,
    buckets: &[f64],
) -> Histogram<f64> {
    let histogram = meter.f64_histogram(name).with_unit("s").with_description(description);
    histogram.with_boundaries(buckets.to_vec()).build()
}

/// Creates a histogram of counts.
fn counts(
    meter: &Meter,
    name: &'static str,
    unit: &'static str,
    description: &'static str,
    buckets: &[f64],
) -> Histogram<u64> {
    let histogram = meter.u64_histogram(name).with_unit(unit).with_description(description);
    histogram.with_boundaries(buckets.to_vec()).build()
}

fn seconds(duration: Duration) -> f64 {
    duration.as_secs_f64()
}

/// Returns whether an event is a chunk of output.
fn is_output(event: &StreamEvent) -> bool {
    matches!(
        event,
        StreamEvent::Text { .. }
            | StreamEvent::Reasoning { .. }
            | StreamEvent::ToolCall { .. }
            | StreamEvent::Arguments { .. }
            | StreamEvent::Output { .. }
    )
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}
