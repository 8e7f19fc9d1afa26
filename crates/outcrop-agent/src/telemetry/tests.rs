//! The spans of runs, seen by a subscriber.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use outcrop_core::testing::ScriptedClient;
use outcrop_core::{Conversation, ErrorKind, ModelError};
use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::{Agent, Input, Tool};

/// A subscriber that keeps the fields of all spans.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<BTreeMap<&'static str, String>>>>);

struct Fields<'a>(&'a mut BTreeMap<&'static str, String>);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}").trim_matches('"').to_owned());
    }
}

impl Subscriber for Spans {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span()
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut spans = self.0.lock().unwrap();
        let mut span = BTreeMap::from([("name", attributes.metadata().name().to_owned())]);
        attributes.record(&mut Fields(&mut span));
        spans.push(span);
        Id::from_u64(u64::try_from(spans.len()).unwrap())
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let index = usize::try_from(span.into_u64()).unwrap() - 1;
        values.record(&mut Fields(&mut self.0.lock().unwrap()[index]));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Returns the spans of a run that calls a tool and then ends as given.
async fn spans(end: impl FnOnce(ScriptedClient) -> ScriptedClient) -> Vec<BTreeMap<&'static str, String>> {
    let spans = Spans::default();
    let _guard = tracing::subscriber::set_default(spans.clone());
    let client = ScriptedClient::new("scripted")
        .calls("look_up", json!({"secret": 1}))
        .and_calls("nothing", json!({}))
        .usage(100, 20)
        .cost(0.25);
    let agent = Agent::builder(end(client), "some-model")
        .name("helper")
        .system("secret")
        .tool(Tool::without_input("look_up", || async { "secret" }).with_description("Looks it up."))
        .build();
    let input = Input::from("secret").conversation(&Conversation::with_id("c-1"));
    let _ = agent.run(input).await;
    let spans = spans.0.lock().unwrap().clone();
    assert!(spans.iter().flat_map(BTreeMap::values).all(|value| !value.contains("secret")), "{spans:?}");
    spans
}

fn expected(fields: &[(&'static str, &str)]) -> BTreeMap<&'static str, String> {
    fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

#[tokio::test]
async fn run_and_tools_have_spans_with_the_names_of_the_conventions() {
    let spans = spans(|client| client.respond_with_text("secret").usage(150, 10).cost(0.5)).await;
    let run = expected(&[
        ("name", "invoke_agent"),
        ("otel.name", "invoke_agent helper"),
        ("otel.kind", "internal"),
        ("gen_ai.operation.name", "invoke_agent"),
        ("gen_ai.provider.name", "scripted"),
        ("gen_ai.agent.name", "helper"),
        ("gen_ai.conversation.id", "c-1"),
        ("gen_ai.request.model", "some-model"),
        ("gen_ai.usage.input_tokens", "250"),
        ("gen_ai.usage.output_tokens", "30"),
        ("outcrop.cost_usd", "0.75"),
        ("outcrop.steps", "2"),
    ]);
    let tool = |name: &str, id: &str| {
        let mut fields = expected(&[
            ("name", "execute_tool"),
            ("otel.kind", "internal"),
            ("gen_ai.operation.name", "execute_tool"),
            ("gen_ai.tool.type", "function"),
        ]);
        fields.insert("otel.name", format!("execute_tool {name}"));
        fields.insert("gen_ai.tool.name", name.to_owned());
        fields.insert("gen_ai.tool.call.id", id.to_owned());
        fields
    };
    let mut found = tool("look_up", "call_1");
    found.insert("gen_ai.tool.description", "Looks it up.".to_owned());
    let mut failed = tool("nothing", "call_2");
    failed.insert("error.type", "unknown_tool".to_owned());
    failed.insert("otel.status_code", "ERROR".to_owned());
    assert_eq!(spans, [run, found, failed]);
}

#[tokio::test]
async fn failed_run_has_the_kind_of_its_error_and_no_unknown_cost() {
    let error = ModelError::new(ErrorKind::Throttled, "too many requests");
    let spans = spans(|client| client.calls("look_up", json!({})).fail(error)).await;
    assert_eq!(spans[0].get("error.type").map(String::as_str), Some("throttled"));
    assert_eq!(spans[0].get("otel.status_code").map(String::as_str), Some("ERROR"));
    assert_eq!(spans[0].get("outcrop.cost_usd"), None);
}
