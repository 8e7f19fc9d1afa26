//! Spans and metrics of an agent, exported by OTLP, on an emulated Bedrock.
//! The client speaks Converse's own dialect. Programs of AG2 Classic use `BedrockClient::ag2()` instead: docs/ag2.md.
//!
//! ```sh
//! cargo run -p outcrop --features otel --example otel
//! OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 cargo run -p outcrop --features otel --example otel
//! ```
//!
//! Without an endpoint, the program is its own collector and prints what it collected.

mod collector;

use collector::Collector;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{MetricExporter, Protocol, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use outcrop::prelude::*;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let collector = match std::env::var("OTEL_EXPORTER_OTLP_ENDPOINT") {
        Ok(_) => None,
        Err(_) => Some(Collector::start()?),
    };
    let url = |signal: &str| match &collector {
        Some(collector) => format!("{}/v1/{signal}", collector.url),
        // The exporter appends the path of the signal to the endpoint of its environment only.
        None => format!("{}/v1/{signal}", std::env::var("OTEL_EXPORTER_OTLP_ENDPOINT").unwrap_or_default()),
    };

    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpJson)
        .with_endpoint(url("traces"))
        .build()?;
    let tracers = SdkTracerProvider::builder().with_batch_exporter(exporter).build();
    let exporter = MetricExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpJson)
        .with_endpoint(url("metrics"))
        .build()?;
    let meters = SdkMeterProvider::builder().with_periodic_exporter(exporter).build();
    opentelemetry::global::set_meter_provider(meters.clone());
    // The spans and events of Outcrop, without those of the SDK and of the exporter itself.
    let targets = Targets::new().with_target("outcrop", tracing::Level::DEBUG);
    let spans = tracing_opentelemetry::layer().with_tracer(tracers.tracer("example"));
    tracing_subscriber::registry().with(targets).with(spans).init();

    let emulator = outcrop_emulator::Emulator::start().await?;
    let builder = BedrockClient::builder().region("eu-west-1").endpoint_url(emulator.url());
    let client = builder.credentials(Credentials::keys("any", "any")).build().await?;
    let metrics = Metrics::global();
    let client = client.layer(metrics.clone());
    let agent = Agent::builder(client, "eu.amazon.nova-lite-v1:0")
        .name("weather")
        .metrics(metrics)
        .tool(Tool::dynamic(
            ToolSpec::function(
                "get_weather",
                RawJson::parse(r#"{"type": "object", "properties": {"city": {"type": "string"}}}"#)?,
            )
            .with_description("The weather in a city, now."),
            |_| async { "sunny, 21 °C" },
        ))
        .build();
    let mut events = agent.stream("What is the weather in Lisbon?");
    while let Some(event) = events.next().await {
        if let AgentEvent::Text(text) = event? {
            print!("{text}");
        }
    }
    println!();

    tracers.shutdown()?;
    meters.shutdown()?;
    for (kind, items) in collector.iter().flat_map(|c| [("span", c.spans()), ("metric", c.metrics())]) {
        for name in items.iter().filter_map(|item| item.get("name")) {
            println!("{kind} {name}");
        }
    }
    Ok(())
}
