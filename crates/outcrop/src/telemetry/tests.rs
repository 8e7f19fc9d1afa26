//! The spans of calls, seen by a subscriber.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use outcrop_core::{
    Conversation, ErrorKind, ModelError, ModelRequest, ResponseFormat, UnifiedMessage, UnifiedResponse, Usage,
};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::CallSpan;

/// A subscriber that keeps the fields of the last span.
#[derive(Clone, Default)]
struct LastSpan(Arc<Mutex<BTreeMap<&'static str, String>>>);

struct Fields<'a>(&'a mut BTreeMap<&'static str, String>);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}").trim_matches('"').to_owned());
    }
}

impl Subscriber for LastSpan {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span()
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut fields = self.0.lock().unwrap();
        fields.clear();
        attributes.record(&mut Fields(&mut fields));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Fields(&mut self.0.lock().unwrap()));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn fields(call: impl FnOnce(&ModelRequest)) -> BTreeMap<&'static str, String> {
    let last = LastSpan::default();
    let _guard = tracing::subscriber::set_default(last.clone());
    let request = ModelRequest::builder("some-model")
        .user("secret")
        .max_tokens(100)
        .temperature(0.5)
        .top_p(0.25)
        .top_k(7)
        .seed(-3)
        .stop("secret")
        .response_format(ResponseFormat::JsonObject)
        .conversation(&Conversation::with_id("c-1"))
        .build();
    call(&request);
    let fields = last.0.lock().unwrap().clone();
    assert!(fields.values().all(|value| !value.contains("secret")), "{fields:?}");
    fields
}

fn expected(fields: &[(&'static str, &str)]) -> BTreeMap<&'static str, String> {
    fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

const REQUEST: &[(&str, &str)] = &[
    ("cloud.region", "eu-west-1"),
    ("gen_ai.conversation.id", "c-1"),
    ("gen_ai.operation.name", "chat"),
    ("gen_ai.output.type", "json"),
    ("gen_ai.provider.name", "aws.bedrock"),
    ("gen_ai.request.max_tokens", "100"),
    ("gen_ai.request.model", "some-model"),
    ("gen_ai.request.seed", "-3"),
    ("gen_ai.request.temperature", "0.5"),
    ("gen_ai.request.top_k", "7"),
    ("gen_ai.request.top_p", "0.25"),
    ("otel.kind", "client"),
    ("otel.name", "chat some-model"),
];

#[tokio::test]
async fn span_of_a_call_has_parameters_usage_and_cost() {
    let found = fields(|request| {
        let span = CallSpan::start(request, "some-model", "eu-west-1", &[], false);
        let mut response =
            UnifiedResponse::new("r-1", "some-model", "bedrock", vec![UnifiedMessage::assistant("secret")]);
        response.usage = Usage::new(20, 5);
        response.cost = Some(0.25);
        span.record_outcome(&Ok(response));
    });
    let mut all = expected(REQUEST);
    all.extend(expected(&[
        ("gen_ai.response.id", "r-1"),
        ("gen_ai.response.model", "some-model"),
        ("gen_ai.usage.input_tokens", "20"),
        ("gen_ai.usage.output_tokens", "5"),
        ("outcrop.cost_usd", "0.25"),
    ]));
    assert_eq!(found, all);
}

#[tokio::test(start_paused = true)]
async fn span_of_a_stream_has_the_time_to_its_first_chunk_and_its_error() {
    let last = LastSpan::default();
    let _guard = tracing::subscriber::set_default(last.clone());
    let mut span = CallSpan::start(&ModelRequest::builder("m").build(), "m", "eu-west-1", &[], true);
    for _ in 0..2 {
        tokio::time::advance(std::time::Duration::from_millis(1_500)).await;
        span.record_chunk();
    }
    span.record_error(&ModelError::new(ErrorKind::Connection, "secret"));
    let found = last.0.lock().unwrap();
    assert_eq!(found.get("gen_ai.response.time_to_first_chunk").map(String::as_str), Some("1.5"));
    assert_eq!(found.get("gen_ai.request.stream").map(String::as_str), Some("true"));
    assert_eq!(found.get("error.type").map(String::as_str), Some("connection"));
    assert_eq!(found.get("otel.status_code").map(String::as_str), Some("ERROR"));
    assert_eq!(found.get("outcrop.cost_usd"), None);
}
