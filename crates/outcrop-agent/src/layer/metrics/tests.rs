//! Metrics in memory. The export over a network is tested in `outcrop`.

use std::collections::BTreeMap;

use opentelemetry::KeyValue;
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, SdkMeterProvider};
use outcrop_core::testing::{ScriptedClient, contract};
use outcrop_core::{
    ErrorKind, ModelClient as _, ModelError, ModelRequest, UnifiedMessage, UnifiedResponse, Usage,
};
use serde_json::json;

use crate::layer::LayerExt as _;
use crate::metrics::{Conventions, Metrics};
use crate::{Agent, AgentEvent, Tool, Tools};

fn request() -> ModelRequest {
    ModelRequest::builder("some-model").user("Name a river.").build()
}

/// A provider whose metrics stay in memory.
struct Recorded(SdkMeterProvider, InMemoryMetricExporter);

impl Recorded {
    fn new() -> Self {
        let exporter = InMemoryMetricExporter::default();
        Self(SdkMeterProvider::builder().with_periodic_exporter(exporter.clone()).build(), exporter)
    }

    fn metrics(&self, conventions: Conventions) -> Metrics {
        Metrics::with_conventions(&self.0.meter("test"), conventions)
    }

    /// Returns the number of values of each metric by its name and one of its attributes.
    fn counts(&self, attribute: &str) -> BTreeMap<(String, Option<String>), u64> {
        self.0.force_flush().unwrap();
        let exports = self.1.get_finished_metrics().unwrap();
        let mut counts = BTreeMap::new();
        let scopes = exports.last().unwrap().scope_metrics();
        for metric in scopes.flat_map(|scope| scope.metrics()) {
            let mut insert = |attributes: Vec<&KeyValue>, count| {
                let value = attributes.into_iter().find(|pair| pair.key.as_str() == attribute);
                counts.insert((metric.name().to_owned(), value.map(|pair| pair.value.to_string())), count);
            };
            match metric.data() {
                AggregatedMetrics::F64(MetricData::Histogram(data)) => {
                    data.data_points().for_each(|point| insert(point.attributes().collect(), point.count()));
                }
                AggregatedMetrics::U64(MetricData::Histogram(data)) => {
                    data.data_points().for_each(|point| insert(point.attributes().collect(), point.count()));
                }
                AggregatedMetrics::U64(MetricData::Sum(data)) => {
                    data.data_points().for_each(|point| insert(point.attributes().collect(), point.value()));
                }
                _ => {}
            }
        }
        counts
    }
}

impl Recorded {
    /// Returns the sums of the numbers of calls within runs.
    fn sums(&self) -> BTreeMap<String, u64> {
        self.0.force_flush().unwrap();
        let exports = self.1.get_finished_metrics().unwrap();
        let metrics = exports.last().unwrap().scope_metrics().flat_map(|scope| scope.metrics());
        let sums = metrics.filter_map(|metric| match metric.data() {
            AggregatedMetrics::U64(MetricData::Histogram(data)) => {
                let name = metric.name().strip_prefix("gen_ai.invoke_agent.")?;
                Some((name.to_owned(), data.data_points().map(|point| point.sum()).sum()))
            }
            _ => None,
        });
        sums.collect()
    }
}

#[tokio::test]
async fn metrics_meet_the_contract_of_layers() {
    let client = ScriptedClient::new("scripted").respond_with(|request| {
        if request.model.is_empty() || request.messages.is_empty() {
            return Err(ModelError::new(ErrorKind::InvalidRequest, "something is missing"));
        }
        let message = UnifiedMessage::assistant("The Tagus.");
        let mut response = UnifiedResponse::new("1", &request.model, "scripted", vec![message]);
        response.usage = Usage::new(20, 5);
        Ok(response)
    });
    let client = client.layer(Recorded::new().metrics(Conventions::V1_41));
    contract::verify(&client, &request()).await.unwrap();
}

#[tokio::test]
async fn failed_and_dropped_calls_have_a_type_of_error_and_no_tokens() {
    let recorded = Recorded::new();
    let error = ModelError::new(ErrorKind::Throttled, "too many requests").with_code("ThrottlingException");
    let client = ScriptedClient::new("bedrock").fail(error).stream(["The ", "Tagus."]);
    let client = client.layer(recorded.metrics(Conventions::V1_41));
    client.create(&request()).await.unwrap_err();
    let mut stream = client.create_stream(&request()).await.unwrap();
    stream.next().await.unwrap().unwrap();
    drop(stream);

    let counts = recorded.counts("error.type");
    let key = |name: &str, error: Option<&str>| (name.to_owned(), error.map(str::to_owned));
    let expected = [
        (key("gen_ai.client.operation.duration", Some("ThrottlingException")), 1),
        (key("gen_ai.client.operation.duration", Some("cancelled")), 1),
        (key("gen_ai.client.operation.time_to_first_chunk", None), 1),
    ];
    assert_eq!(counts, expected.into());
}

#[tokio::test]
async fn latest_conventions_count_tokens_in_counters() {
    let recorded = Recorded::new();
    let client = ScriptedClient::new("bedrock").respond_with_text("The Tagus.").usage(20, 5);
    let client = client.layer(recorded.metrics(Conventions::Latest));
    client.create(&request()).await.unwrap();
    let counts = recorded.counts("gen_ai.token.modality");
    let unknown = Some("unknown".to_owned());
    let used = |name: &str| counts.get(&(format!("gen_ai.client.inference.usage.{name}"), unknown.clone()));
    assert_eq!((used("input_tokens"), used("output_tokens")), (Some(&20), Some(&5)));
    assert_eq!(counts.get(&("gen_ai.client.inference.duration".to_owned(), None)), Some(&1));
}

/// Returns the metrics of an agent with a tool that works, one that fails and one that never ends.
async fn agent_metrics(client: ScriptedClient, stop_early: bool) -> Recorded {
    let recorded = Recorded::new();
    let metrics = recorded.metrics(Conventions::V1_41);
    let tools = Tools::new()
        .with(Tool::without_input("works", || async { "done" }))
        .with(Tool::without_input("fails", || async { Err::<String, _>("broken") }))
        .with(Tool::without_input("hangs", std::future::pending::<String>));
    let agent = Agent::builder(client, "some-model").name("helper").tools(tools).metrics(metrics).build();
    let mut events = agent.stream("Do something.");
    while let Some(event) = events.next().await {
        if stop_early && matches!(event, Ok(AgentEvent::ToolStarted(_))) {
            let _ = events.stop();
            break;
        }
    }
    recorded
}

fn counts<const N: usize>(
    expected: [(&str, Option<&str>, u64); N],
) -> BTreeMap<(String, Option<String>), u64> {
    let key = |name: &str, value: Option<&str>| (name.to_owned(), value.map(str::to_owned));
    expected.into_iter().map(|(name, value, count)| (key(name, value), count)).collect()
}

#[tokio::test]
async fn run_and_its_tools_are_measured_by_agent_tool_and_error() {
    let client = || {
        let client = ScriptedClient::new("scripted").calls("works", json!({})).and_calls("fails", json!({}));
        client.and_calls("invented", json!({})).respond_with_text("Done.")
    };
    let recorded = agent_metrics(client(), false).await;
    let expected = [
        ("gen_ai.execute_tool.duration", None, 1),
        ("gen_ai.execute_tool.duration", Some("tool_error"), 1),
        ("gen_ai.invoke_agent.duration", None, 1),
        ("gen_ai.invoke_agent.inference_calls", None, 1),
        ("gen_ai.invoke_agent.tool_calls", None, 1),
    ];
    assert_eq!(recorded.counts("error.type"), counts(expected));
    let named = recorded.counts("gen_ai.agent.name");
    assert!(named.keys().all(|(_, agent)| agent.as_deref() == Some("helper")), "{named:?}");
    let tools = recorded.counts("gen_ai.tool.name");
    let tools: Vec<_> = tools.keys().filter_map(|(_, tool)| tool.as_deref()).collect();
    // Not `invented`: a model can invent any number of names.
    assert_eq!(tools, ["fails", "works"]);
    let models = recorded.counts("gen_ai.request.model");
    let run = ("gen_ai.invoke_agent.duration".to_owned(), Some("some-model".to_owned()));
    assert_eq!(models.get(&run), Some(&1));
    let recorded = agent_metrics(client(), false).await;
    assert_eq!(recorded.sums(), [("inference_calls".to_owned(), 2), ("tool_calls".to_owned(), 3)].into());
}

#[tokio::test]
async fn failed_and_stopped_runs_have_a_type_of_error_and_their_calls() {
    let error = ModelError::new(ErrorKind::Throttled, "too many requests");
    let recorded = agent_metrics(ScriptedClient::new("scripted").fail(error), false).await;
    assert_eq!(recorded.sums(), [("inference_calls".to_owned(), 1), ("tool_calls".to_owned(), 0)].into());
    let run = ("gen_ai.invoke_agent.duration".to_owned(), Some("throttled".to_owned()));
    assert_eq!(recorded.counts("error.type").get(&run), Some(&1));

    let recorded = agent_metrics(ScriptedClient::new("scripted").calls("hangs", json!({})), true).await;
    let expected = [
        ("gen_ai.execute_tool.duration", Some("cancelled"), 1),
        ("gen_ai.invoke_agent.duration", Some("cancelled"), 1),
        ("gen_ai.invoke_agent.inference_calls", None, 1),
        ("gen_ai.invoke_agent.tool_calls", None, 1),
    ];
    assert_eq!(recorded.counts("error.type"), counts(expected));
}

#[tokio::test]
async fn tools_are_measured_without_an_agent() {
    let recorded = Recorded::new();
    let tools = Tools::new()
        .with(Tool::without_input("works", || async { "done" }))
        .with_metrics(recorded.metrics(Conventions::Latest));
    let client = ScriptedClient::new("scripted").calls("works", json!({}));
    let response = client.create(&request()).await.unwrap();
    tools.run_all(&response).await;
    let expected = [("gen_ai.execute_tool.duration", Some("works"), 1)];
    assert_eq!(recorded.counts("gen_ai.tool.name"), counts(expected));
}
