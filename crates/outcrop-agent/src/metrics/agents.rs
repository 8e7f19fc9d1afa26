//! Metrics of runs and of tools.
//!
//! Names, units, buckets and attributes are those of
//! <https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/gen-ai-metrics.md>. Version 1.41 has none
//! for agents, so there is one set of names.

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Histogram, Meter};

use super::{Metrics, SECONDS, counts, durations, seconds};
use crate::telemetry::{CallCounts, End, Recorder};

/// The buckets of the durations of runs in seconds, as the conventions have them.
const RUN_SECONDS: [f64; 13] = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6];

/// The buckets of the numbers of calls of a run, as the conventions have them: the powers of 2.
const CALLS: [f64; 8] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];

pub(super) struct AgentInstruments {
    run: Histogram<f64>,
    inference_calls: Histogram<u64>,
    tool_calls: Histogram<u64>,
    tool: Histogram<f64>,
}

impl AgentInstruments {
    pub(super) fn new(meter: &Meter) -> Self {
        let calls = |name: &'static str, unit: &'static str, description: &'static str| {
            counts(meter, name, unit, description, &CALLS)
        };
        Self {
            run: durations(
                meter,
                "gen_ai.invoke_agent.duration",
                "The duration of a run of an agent.",
                &RUN_SECONDS,
            ),
            inference_calls: calls(
                "gen_ai.invoke_agent.inference_calls",
                "{inference_call}",
                "The calls of the model in a run.",
            ),
            tool_calls: calls("gen_ai.invoke_agent.tool_calls", "{tool_call}", "The tool calls in a run."),
            tool: durations(meter, "gen_ai.execute_tool.duration", "The duration of a tool call.", &SECONDS),
        }
    }
}

impl Recorder for Metrics {
    fn record_run(&self, agent: Option<&str>, model: &str, (duration, error): End, calls: CallCounts) {
        let instruments = &self.0.agents;
        let mut attributes = Vec::with_capacity(3);
        attributes.extend(agent.map(|name| KeyValue::new("gen_ai.agent.name", name.to_owned())));
        instruments.inference_calls.record(calls.inference, &attributes);
        instruments.tool_calls.record(calls.tools, &attributes);
        // Empty if the client has a default model.
        if !model.is_empty() {
            attributes.push(KeyValue::new("gen_ai.request.model", model.to_owned()));
        }
        attributes.extend(error.map(|error| KeyValue::new("error.type", error)));
        instruments.run.record(seconds(duration), &attributes);
    }

    fn record_tool(&self, agent: Option<&str>, tool: &str, (duration, error): End) {
        let mut attributes = Vec::with_capacity(4);
        attributes.push(KeyValue::new("gen_ai.tool.name", tool.to_owned()));
        attributes.push(KeyValue::new("gen_ai.tool.type", "function"));
        attributes.extend(agent.map(|name| KeyValue::new("gen_ai.agent.name", name.to_owned())));
        attributes.extend(error.map(|error| KeyValue::new("error.type", error)));
        self.0.agents.tool.record(seconds(duration), &attributes);
    }
}
