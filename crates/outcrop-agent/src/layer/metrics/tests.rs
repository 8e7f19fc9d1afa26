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

use super::{Conventions, Metrics};
use crate::layer::LayerExt as _;

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
