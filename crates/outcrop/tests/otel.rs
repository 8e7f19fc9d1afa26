//! Spans and metrics, exported by OTLP to a collector in this process.

// Clippy allows panics in tests only below this attribute.
#![cfg(test)]

#[path = "../examples/otel/collector.rs"]
mod collector;

use std::collections::BTreeMap;

use collector::Collector;
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{MetricExporter, Protocol, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use outcrop::Conventions;
use outcrop::prelude::*;
use outcrop_emulator::{Emulator, Script, ScriptedError, ScriptedExchange};
use serde_json::{Value, json};
use tracing_subscriber::layer::SubscriberExt as _;

const MODEL: &str = "eu.amazon.nova-lite-v1:0";

/// Runs an agent whose first attempt is throttled, and returns what the collector received.
async fn collect(records_content: bool) -> Collector {
    let collector = Collector::start().unwrap();
    let endpoint = |signal: &str| format!("{}/v1/{signal}", collector.url);
    let spans = SpanExporter::builder().with_http().with_protocol(Protocol::HttpJson);
    let spans = spans.with_endpoint(endpoint("traces")).build().unwrap();
    let tracers = SdkTracerProvider::builder().with_batch_exporter(spans).build();
    let metrics = MetricExporter::builder().with_http().with_protocol(Protocol::HttpJson);
    let metrics = metrics.with_endpoint(endpoint("metrics")).build().unwrap();
    let meters = SdkMeterProvider::builder().with_periodic_exporter(metrics).build();
    let meter = meters.meter("test");

    let targets = tracing_subscriber::filter::Targets::new().with_target("outcrop", tracing::Level::DEBUG);
    let layer = tracing_opentelemetry::layer().with_tracer(tracers.tracer("test"));
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(targets).with(layer));

    let throttled = ScriptedExchange::error(ScriptedError::new("ThrottlingException").unwrap());
    let emulator = Emulator::builder().script(Script::new().then(throttled)).start().await.unwrap();
    let builder = BedrockClient::builder().region("eu-west-1").endpoint_url(emulator.url());
    let builder = builder.credentials(Credentials::keys("any", "any")).record_content(records_content);
    let client = builder.build().await.unwrap();
    let metrics = Metrics::new(&meter);
    let client = client.layer(metrics.clone()).layer(Metrics::with_conventions(&meter, Conventions::Latest));
    let schema = RawJson::parse(r#"{"type": "object", "properties": {"city": {"type": "string"}}}"#).unwrap();
    let tool = Tool::dynamic(ToolSpec::function("get_weather", schema), |_| async { "sunny" });
    let agent = Agent::builder(client, MODEL).name("helper").metrics(metrics);
    let agent = agent.record_content(records_content).tool(tool).build();
    let mut events = agent.stream("What is the weather in Lisbon?");
    while let Some(event) = events.next().await {
        event.unwrap();
    }
    tokio::task::spawn_blocking(move || {
        tracers.shutdown().unwrap();
        meters.shutdown().unwrap();
    })
    .await
    .unwrap();
    collector
}

fn attributes(item: &Value) -> BTreeMap<String, String> {
    let list = item["attributes"].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| match value.as_object().and_then(|value| value.values().next()) {
        Some(Value::String(text)) => text.clone(),
        other => other.map(Value::to_string).unwrap_or_default(),
    };
    list.iter().map(|item| (item["key"].as_str().unwrap().to_owned(), text(&item["value"]))).collect()
}

/// Returns the spans of Outcrop, without those of the SDK within its transport.
fn spans(collector: &Collector) -> Vec<Value> {
    let spans = collector.spans().into_iter();
    spans.filter(|span| attributes(span).contains_key("gen_ai.operation.name")).collect()
}

fn names(items: &[Value]) -> Vec<&str> {
    items.iter().filter_map(|item| item["name"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn collector_receives_the_spans_of_a_run_with_its_attempts() {
    let collector = collect(false).await;
    let spans = spans(&collector);
    let (chat, tool) = (format!("chat {MODEL}"), "execute_tool get_weather");
    assert_eq!(names(&spans), [&*chat, tool, &*chat, "invoke_agent helper"]);
    let run = &spans[3];
    assert!(spans[..3].iter().all(|span| span["parentSpanId"] == run["spanId"]), "{spans:#?}");
    let found = attributes(&spans[0]);
    assert_eq!(found["gen_ai.provider.name"], "aws.bedrock");
    assert!(found["gen_ai.usage.input_tokens"].parse::<u64>().unwrap() > 0);
    assert!(found.contains_key("gen_ai.response.time_to_first_chunk"), "{found:?}");
    let events = spans[0]["events"].as_array().unwrap();
    assert_eq!(names(events), ["attempt failed", "attempt succeeded"]);
    let failed = attributes(&events[0]);
    assert_eq!((&*failed["error.type"], &*failed["attempt"]), ("ThrottlingException", "1"));
    assert_eq!(attributes(&events[1])["attempt"], "2");
    for span in &spans {
        let content: Vec<_> =
            attributes(span).into_iter().filter(|(_, value)| value.contains("Lisbon")).collect();
        assert_eq!(content, [], "no content unless it is requested");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn collector_receives_content_that_was_requested() {
    let spans = spans(&collect(true).await);
    let input: Value = serde_json::from_str(&attributes(&spans[0])["gen_ai.input.messages"]).unwrap();
    let parts = json!([{"type": "text", "content": "What is the weather in Lisbon?"}]);
    assert_eq!(input, json!([{"role": "user", "parts": parts}]));
    assert!(attributes(&spans[0])["gen_ai.output.messages"].contains(r#""name":"get_weather""#));
    assert!(attributes(&spans[1])["gen_ai.tool.call.arguments"].contains("Lisbon"));
    assert_eq!(attributes(&spans[1])["gen_ai.tool.call.result"], "sunny");
}

#[tokio::test(flavor = "multi_thread")]
async fn collector_receives_the_metrics_of_both_conventions() {
    let metrics = collect(false).await.metrics();
    let mut found = names(&metrics);
    found.sort_unstable();
    assert_eq!(
        found,
        [
            "gen_ai.client.inference.duration",
            "gen_ai.client.inference.operation.input_tokens",
            "gen_ai.client.inference.operation.output_tokens",
            "gen_ai.client.inference.time_per_output_chunk",
            "gen_ai.client.inference.time_to_first_chunk",
            "gen_ai.client.inference.usage.cache_read.input_tokens",
            "gen_ai.client.inference.usage.cache_write.input_tokens",
            "gen_ai.client.inference.usage.input_tokens",
            "gen_ai.client.inference.usage.output_tokens",
            "gen_ai.client.operation.duration",
            "gen_ai.client.operation.time_per_output_chunk",
            "gen_ai.client.operation.time_to_first_chunk",
            "gen_ai.client.token.usage",
            "gen_ai.execute_tool.duration",
            "gen_ai.invoke_agent.duration",
            "gen_ai.invoke_agent.inference_calls",
            "gen_ai.invoke_agent.tool_calls",
        ]
    );
    let metric = |name: &str| metrics.iter().find(|metric| metric["name"] == name).unwrap();
    let usage = metric("gen_ai.client.token.usage");
    assert_eq!(usage["unit"], "{token}");
    let points = usage["histogram"]["dataPoints"].as_array().unwrap();
    let kinds: Vec<_> = points.iter().map(|point| attributes(point)["gen_ai.token.type"].clone()).collect();
    assert_eq!(kinds.len(), 2, "{kinds:?}");
    assert_eq!(points[0]["explicitBounds"].as_array().unwrap().len(), 14);
    let duration = &metric("gen_ai.client.operation.duration")["histogram"]["dataPoints"][0];
    let expected = [
        ("gen_ai.operation.name", "chat"),
        ("gen_ai.provider.name", "aws.bedrock"),
        ("gen_ai.request.model", MODEL),
        ("gen_ai.response.model", MODEL),
    ];
    let owned = |expected: &[(&str, &str)]| -> BTreeMap<String, String> {
        expected.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    };
    assert_eq!(attributes(duration), owned(&expected));

    let run = &metric("gen_ai.invoke_agent.duration")["histogram"]["dataPoints"][0];
    assert_eq!(attributes(run), owned(&[("gen_ai.agent.name", "helper"), ("gen_ai.request.model", MODEL)]));
    assert_eq!(run["explicitBounds"].as_array().unwrap().len(), 13);
    let tool = &metric("gen_ai.execute_tool.duration")["histogram"]["dataPoints"][0];
    let expected = [
        ("gen_ai.agent.name", "helper"),
        ("gen_ai.tool.name", "get_weather"),
        ("gen_ai.tool.type", "function"),
    ];
    assert_eq!(attributes(tool), owned(&expected));
    let calls = metric("gen_ai.invoke_agent.tool_calls");
    assert_eq!(
        (&calls["unit"], &calls["histogram"]["dataPoints"][0]["sum"]),
        (&json!("{tool_call}"), &json!(1.0))
    );
}
