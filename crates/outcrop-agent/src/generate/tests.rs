//! Values of scripted models.

use std::sync::Arc;

use outcrop_core::testing::ScriptedClient;
use outcrop_core::{
    ErrorKind, FinishReason, ModelClient, ModelRequest, ResponseFormat, UnifiedMessage, UnifiedResponse,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{GenerateExt as _, Generating};

/// A river.
#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
struct River {
    name: String,
    #[schemars(range(min = 1))]
    length_km: u32,
}

const TAGUS: &str = r#"{"name": "Tagus", "length_km": 1007}"#;

fn scripted() -> ScriptedClient {
    ScriptedClient::new("scripted")
}

fn request() -> ModelRequest {
    ModelRequest::builder("some-model").user("Describe a river.").build()
}

#[tokio::test]
async fn value_is_parsed_from_a_response_with_the_format_of_the_type() {
    let client = scripted().respond_with_text(TAGUS);
    let river: River = client.generate("some-model", "Describe a river.").await.unwrap();
    assert_eq!(river, River { name: "Tagus".to_owned(), length_km: 1007 });
    let Some(ResponseFormat::JsonSchema(format)) = client.requests().remove(0).response_format else {
        panic!("no schema")
    };
    assert_eq!((format.name.as_deref(), format.description.as_deref()), (Some("River"), Some("A river.")));
}

#[tokio::test]
async fn response_that_does_not_conform_is_requested_once_more_with_the_error() {
    let wrong = r#"{"name": "Tagus", "length_km": 0}"#;
    let client = scripted()
        .respond_with_text(wrong)
        .usage(10, 5)
        .cost(0.1)
        .respond_with_text(TAGUS)
        .usage(20, 5)
        .cost(0.2);
    let client: &dyn ModelClient = &client;
    let river = client.generate_from::<River>(request()).await.unwrap();
    assert_eq!((river.value.length_km, river.totals.calls, river.totals.tokens()), (1007, 2, 40));

    let client = Arc::new(scripted().respond_with_text(wrong).repeats());
    let error = client.generate_from::<River>(request()).await.unwrap_err();
    assert_eq!((error.kind(), error.path()), (ErrorKind::InvalidOutput, Some("/length_km")));
    let requests = client.requests();
    assert_eq!(requests.len(), 2);
    let texts: Vec<_> = requests[1].messages.iter().map(UnifiedMessage::text).collect();
    assert_eq!(texts[1], wrong);
    assert!(texts[2].contains("/length_km") && texts[2].contains("JSON Schema"), "{}", texts[2]);
}

#[tokio::test]
async fn response_that_was_cut_off_or_filtered_is_not_requested_again() {
    for (reason, hint) in [(FinishReason::Length, "max_tokens"), (FinishReason::ContentFilter, "guardrail")] {
        let message = UnifiedMessage::assistant(r#"{"name": "#);
        let mut response = UnifiedResponse::new("1", "some-model", "scripted", vec![message]);
        response.finish_reason = Some(reason);
        let client = scripted().respond(response.clone()).respond(response);
        let error = client.generate_from::<River>(request()).await.unwrap_err();
        assert!(error.hint().is_some_and(|text| text.contains(hint)), "{error:?}");
        let mut stream = client.generate_stream::<River>(request());
        let mut last = None;
        while let Some(event) = stream.next().await {
            last = Some(event);
        }
        assert_eq!(last.unwrap().unwrap_err().kind(), ErrorKind::InvalidOutput);
        assert_eq!(client.requests().len(), 2);
    }
}

#[tokio::test]
async fn stream_shows_the_value_so_far() {
    let client = scripted().stream([r#"Here: {"name": "Ta"#, r#"gus", "#, r#""length_km": 10"#, "07}"]);
    let mut stream = client.generate_stream::<River>(request());
    let mut partials = Vec::new();
    let done = loop {
        match stream.next().await.unwrap().unwrap() {
            Generating::Partial(value) => partials.push(value),
            Generating::Retried => panic!("the response conforms"),
            Generating::Done(river) => break river,
        }
    };
    assert_eq!(
        partials,
        [
            json!({"name": "Ta"}),
            json!({"name": "Tagus"}),
            json!({"name": "Tagus", "length_km": 10}),
            json!({"name": "Tagus", "length_km": 1007}),
        ]
    );
    assert_eq!(done.value.name, "Tagus");
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn stream_begins_again_if_the_response_does_not_conform() {
    let client = scripted().stream([r#"{"name": "#, "1}"]).stream([TAGUS]);
    let mut stream = client.generate_stream::<River>(request());
    let mut kinds = Vec::new();
    while let Some(event) = stream.next().await {
        kinds.push(match event.unwrap() {
            Generating::Partial(_) => "partial",
            Generating::Retried => "retried",
            Generating::Done(_) => "done",
        });
    }
    assert_eq!(kinds.last(), Some(&"done"));
    assert_eq!(kinds.iter().filter(|kind| **kind == "retried").count(), 1);
}

#[tokio::test]
async fn stream_that_owns_its_client_moves_to_another_task() {
    let client: Arc<dyn ModelClient> = Arc::new(scripted().stream([TAGUS]));
    let mut stream = client.generate_stream_owned::<River>(request());
    let last = tokio::spawn(async move {
        let mut last = None;
        while let Some(event) = stream.next().await {
            last = Some(event.unwrap());
        }
        last
    });
    assert!(matches!(last.await.unwrap(), Some(Generating::Done(done)) if done.value.name == "Tagus"));
}
