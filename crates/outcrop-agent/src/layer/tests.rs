//! Layers around scripted clients.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use outcrop_core::openai::ChatChunkStream;
use outcrop_core::testing::{ScriptedClient, contract};
use outcrop_core::{
    ErrorKind, FinishReason, ModelClient, ModelClientExt as _, ModelError, ModelRequest, RawJson,
    ResponseFormat, ResponseStream, Role, StreamEvent, TextContent, ToolCallContent, UnifiedMessage,
    UnifiedResponse,
};
use serde_json::json;

use super::{Budget, Cache, Fallback, Layer, LayerExt as _, Limit, Log, LogOutcome, Record, Replay};

fn request() -> ModelRequest {
    ModelRequest::builder("some-model").user("Name a river.").build()
}

/// A client that meets the contract: it rejects what is incomplete.
fn compliant() -> ScriptedClient {
    ScriptedClient::new("scripted").respond_with(|request| {
        if request.model.is_empty() || request.messages.is_empty() {
            return Err(ModelError::new(ErrorKind::InvalidRequest, "something is missing"));
        }
        let message = UnifiedMessage::assistant("The Tagus.");
        let mut response = UnifiedResponse::new("1", &request.model, "scripted", vec![message]);
        response.usage = outcrop_core::Usage::new(20, 5);
        response.cost = Some(0.001);
        Ok(response)
    })
}

fn recording(name: &str) -> std::path::PathBuf {
    std::env::temp_dir().join(format!("outcrop-{name}-{}.jsonl", std::process::id()))
}

fn throttled() -> ModelError {
    ModelError::new(ErrorKind::Throttled, "too many requests").with_status(429)
}

#[tokio::test]
async fn every_layer_meets_the_contract_of_clients() {
    let path = recording("contract");
    let clients: Vec<Box<dyn ModelClient>> = vec![
        Box::new(compliant().layer(Budget::usd(1.0))),
        Box::new(compliant().layer(Limit::new(1))),
        Box::new(compliant().layer(Cache::new(10))),
        Box::new(compliant().layer(Log::to(|_| {}))),
        Box::new(compliant().layer(Record::to_file(&path).unwrap())),
        Box::new(Fallback::new(ScriptedClient::new("scripted").fail(throttled()).repeats()).or(compliant())),
        Box::new(
            Fallback::new(compliant())
                .layer(Limit::new(1))
                .layer(Cache::new(1))
                .layer(Log::new())
                .layer(Budget::tokens(1_000)),
        ),
    ];
    for client in clients {
        contract::verify(&client, &request()).await.unwrap_or_else(|error| panic!("{client:?}: {error}"));
        let other = ModelRequest::builder("some-model").user("Name another river.").build();
        contract::verify_cancellation(&client, &other)
            .await
            .unwrap_or_else(|error| panic!("{client:?}: {error}"));
    }
    contract::verify(&Replay::from_file(&path).unwrap(), &request()).await.unwrap();
    std::fs::remove_file(path).unwrap();
}

#[tokio::test]
async fn every_layer_keeps_the_parts_of_a_broken_stream() {
    let path = recording("broken");
    let broken = || {
        let error = ModelError::new(ErrorKind::Connection, "the connection was closed");
        ScriptedClient::new("scripted").stream(["The ", "Tagus."]).breaks_after(1, error)
    };
    let clients: Vec<Box<dyn ModelClient>> = vec![
        Box::new(broken().layer(Budget::usd(1.0))),
        Box::new(broken().layer(Limit::new(1))),
        Box::new(broken().layer(Cache::new(10))),
        Box::new(broken().layer(Log::to(|_| {}))),
        Box::new(broken().layer(Record::to_file(&path).unwrap())),
        Box::new(Fallback::new(broken()).or(compliant())),
    ];
    for client in clients {
        let verified = contract::verify_broken_stream(&client, &request()).await;
        verified.unwrap_or_else(|error| panic!("{client:?}: {error}"));
    }
    let replay = Replay::from_file(&path).unwrap();
    contract::verify_broken_stream(&replay, &request()).await.unwrap();
    // The error is the one that was recorded: it has no code.
    let error = replay.create(&request()).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Connection, None));
    assert_eq!(error.partial_response().map(UnifiedResponse::text).as_deref(), Some("The "));
    std::fs::remove_file(path).unwrap();
}

#[tokio::test]
async fn fallback_without_a_response_names_the_clients_that_failed() {
    let other = ModelError::new(ErrorKind::Unavailable, "down").with_hint("wait");
    let client = Fallback::new(ScriptedClient::new("bedrock").fail(throttled()).repeats())
        .or_model(ScriptedClient::new("bedrock").fail(other), "us.some-model");
    let error = client.create(&request()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(error.hint(), Some("wait; before it failed: `some-model` of bedrock (throttled)"));
}

/// A client whose responses have structured output in AG2's form: its text, and the call of the tool that it came from.
fn structured() -> ScriptedClient {
    ScriptedClient::new("scripted").respond_with(|request| {
        if request.model.is_empty() || request.messages.is_empty() {
            return Err(ModelError::new(ErrorKind::InvalidRequest, "something is missing"));
        }
        let mut text = TextContent::new(r#"{"name": "Tagus"}"#);
        text.structured = Some(true);
        let mut call = ToolCallContent::new("call_1", "__structured_output", r#"{"name": "Tagus"}"#);
        call.structured = Some(true);
        let message = UnifiedMessage::new(Role::Assistant, vec![text.into(), call.into()]);
        let mut response = UnifiedResponse::new("1", &request.model, "scripted", vec![message]);
        response.finish_reason = Some(FinishReason::Stop);
        Ok(response)
    })
}

#[tokio::test]
async fn replayed_stream_of_structured_output_shows_no_call() {
    let path = recording("replayed");
    let mut request = request();
    request.response_format = Some(ResponseFormat::schema(RawJson::parse(r#"{"type": "object"}"#).unwrap()));
    let cached = structured().layer(Cache::new(10));
    cached.create(&request).await.unwrap();
    structured().layer(Record::to_file(&path).unwrap()).create(&request).await.unwrap();
    let clients: Vec<Box<dyn ModelClient>> =
        vec![Box::new(structured()), Box::new(cached), Box::new(Replay::from_file(&path).unwrap())];
    for client in clients {
        let stream = client.create_stream(&request).await.unwrap();
        let mut chunks = ChatChunkStream::new(&request, stream);
        let (mut text, mut reason) = (String::new(), None);
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.unwrap();
            for choice in chunk.choices {
                assert!(choice.delta.tool_calls.is_empty(), "{client:?}");
                text.push_str(choice.delta.content.as_deref().unwrap_or_default());
                reason = reason.or(choice.finish_reason);
            }
        }
        assert_eq!((&*text, reason), (r#"{"name": "Tagus"}"#, Some(FinishReason::Stop)), "{client:?}");
        let mut events = client.create_stream(&request).await.unwrap();
        while let Some(event) = events.next().await {
            let event = event.unwrap();
            assert!(!matches!(event, StreamEvent::ToolCall { .. }), "{client:?}: {event:?}");
        }
        let mut parts = client.create_stream(&request).await.unwrap().text_stream();
        // Its text may have more than the output, so it comes as a whole.
        assert_eq!(parts.next().await.unwrap().unwrap(), text, "{client:?}");
        assert!(parts.next().await.is_none(), "{client:?}");
    }
    std::fs::remove_file(path).unwrap();
}

#[tokio::test]
async fn replayed_structured_output_meets_the_contract() {
    let path = recording("structured-contract");
    let record = structured().layer(Record::to_file(&path).unwrap());
    contract::verify(&structured(), &request()).await.unwrap();
    contract::verify(&structured().layer(Cache::new(10)), &request()).await.unwrap();
    contract::verify(&record, &request()).await.unwrap();
    contract::verify(&Replay::from_file(&path).unwrap(), &request()).await.unwrap();
    std::fs::remove_file(path).unwrap();
}

/// A layer that marks each stream as one of structured output.
#[derive(Debug)]
struct Structured;

#[async_trait::async_trait]
impl Layer for Structured {
    async fn create(
        &self,
        inner: &dyn ModelClient,
        request: &ModelRequest,
    ) -> Result<UnifiedResponse, ModelError> {
        inner.create(request).await
    }

    async fn create_stream(
        &self,
        inner: &dyn ModelClient,
        request: &ModelRequest,
    ) -> Result<ResponseStream, ModelError> {
        inner.create_stream(request).await.map(ResponseStream::with_structured_output)
    }
}

#[tokio::test]
async fn stream_of_structured_output_stays_one_within_layers() {
    let path = recording("structured");
    let structured = || ScriptedClient::new("scripted").stream(["{", "}"]).layer(Structured);
    let clients: Vec<Box<dyn ModelClient>> = vec![
        Box::new(structured().layer(Budget::usd(1.0))),
        Box::new(structured().layer(Limit::new(1))),
        Box::new(structured().layer(Log::to(|_| {}))),
        Box::new(structured().layer(Record::to_file(&path).unwrap())),
        Box::new(Fallback::new(structured())),
    ];
    for client in clients {
        let mut text = client.create_stream(&request()).await.unwrap().text_stream();
        // The text is returned at the end, as a whole.
        assert_eq!(text.next().await.unwrap().unwrap(), "{}", "{client:?}");
    }
    std::fs::remove_file(path).unwrap();
}

#[tokio::test]
async fn budget_ends_calls_and_counts_streams() {
    let budget = Budget::tokens(50);
    let client = compliant().layer(budget.clone());
    client.create(&request()).await.unwrap();
    client.create_stream(&request()).await.unwrap().collect_response().await.unwrap();
    let error = client.create_stream(&request()).await.unwrap_err();
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::QuotaExceeded, false));
    assert_eq!(error.message(), "the budget is used up: 50 of 50 tokens");
    assert_eq!((budget.spent().calls, budget.spent().tokens()), (2, 50));
}

#[tokio::test]
async fn budget_in_dollars_ends_after_a_response_without_a_cost() {
    let client = ScriptedClient::new("scripted").respond_with_text("a").usage(1, 1).repeats();
    let budget = Budget::usd(1.0);
    let client = client.layer(budget.clone());
    drop(client.create_stream(&request()).await.unwrap());
    assert_eq!((budget.spent().calls, budget.spent().cost()), (1, None));
    client.create(&request()).await.unwrap();
    let error = client.create(&request()).await.unwrap_err();
    assert_eq!(error.code(), Some("UnknownCost"));
    assert_eq!(budget.spent().calls, 2);
}

#[tokio::test(start_paused = true)]
async fn limit_bounds_the_calls_that_run_at_the_same_time() {
    let wait = || tokio::time::sleep(Duration::from_secs(1));
    let client =
        ScriptedClient::new("scripted").respond_with_text("a").waits(wait).waits_between(wait).repeats();
    let client = Arc::new(client.layer(Limit::new(2)));
    let started = tokio::time::Instant::now();
    let calls = (0..4).map(|_| {
        let client = Arc::clone(&client);
        tokio::spawn(async move { client.ask("some-model", "a").await.unwrap() })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap();
    }
    assert_eq!(started.elapsed().as_secs(), 2);
    // A stream has its place until it is dropped.
    let first = client.create_stream(&request()).await.unwrap();
    let second = client.create_stream(&request()).await.unwrap();
    let third = tokio::time::timeout(Duration::from_secs(60), client.create(&request())).await;
    assert!(third.is_err());
    drop((first, second));
    client.create(&request()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn cache_returns_responses_of_equal_requests_only() {
    let cache = Cache::new(2).with_lifetime(Duration::from_secs(60));
    let client = ScriptedClient::new("scripted")
        .respond_with_text("a")
        .cost(0.1)
        .respond_with_text("b")
        .respond_with_text("c")
        .respond_with_text("d")
        .fail(throttled())
        .respond_with_text("e")
        .layer(cache.clone());
    let ask = async |question: &str| client.ask("some-model", question).await;
    assert_eq!(ask("1").await.unwrap(), "a");
    assert_eq!(ask("2").await.unwrap(), "b");
    let hit = client.create_stream(&ModelRequest::builder("some-model").user("1").build()).await.unwrap();
    let hit = hit.collect_response().await.unwrap();
    assert_eq!((hit.text().as_str(), hit.cost, hit.usage.is_empty()), ("a", Some(0.0), true));
    assert_eq!(hit.provider_metadata.get("cache").unwrap().as_str(), r#""hit""#);
    // The third response replaces that of 2, which was not used for longest.
    assert_eq!(ask("3").await.unwrap(), "c");
    assert_eq!(ask("1").await.unwrap(), "a");
    assert_eq!(cache.len(), 2);
    // Extensions cannot be compared.
    let with_options = ModelRequest::builder("some-model").user("1").extension(1_u8).build();
    assert_eq!(client.create(&with_options).await.unwrap().text(), "d");
    tokio::time::advance(Duration::from_secs(61)).await;
    assert!(ask("1").await.unwrap_err().is_throttled());
    assert_eq!(ask("1").await.unwrap(), "e");
    assert_eq!(client.inner().requests().len(), 6);
}

#[tokio::test]
async fn log_has_an_entry_for_each_end() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&lines);
    let log = Log::to(move |entry| {
        let end = match entry.outcome {
            LogOutcome::Response(_) => "response",
            LogOutcome::Error(_) => "error",
            LogOutcome::Dropped => "dropped",
        };
        sink.lock().unwrap().push((end, entry.to_string()));
    });
    let client = ScriptedClient::new("scripted")
        .respond_with_text("secret")
        .usage(20, 5)
        .cost(0.25)
        .fail(throttled())
        .stream(["secret", "secret"])
        .breaks_after(1, ModelError::new(ErrorKind::Connection, "it broke"))
        .respond_with_text("secret")
        .layer(log);
    client.create(&request()).await.unwrap();
    client.create(&request()).await.unwrap_err();
    client.create_stream(&request()).await.unwrap().collect_response().await.unwrap_err();
    drop(client.create_stream(&request()).await.unwrap());
    let lines = lines.lock().unwrap();
    assert_eq!(
        lines.iter().map(|(end, _)| *end).collect::<Vec<_>>(),
        ["response", "error", "error", "dropped"]
    );
    assert!(lines[0].1.starts_with("scripted some-model: 20 + 5 tokens, 0.250000 US dollars, "), "{lines:?}");
    assert!(lines[0].1.ends_with(" ms, stop") && lines[1].1.contains("throttled after"), "{lines:?}");
    assert!(lines.iter().all(|(_, line)| !line.contains("secret")));
}

#[tokio::test]
async fn replay_returns_what_was_recorded_in_its_order() {
    let path = recording("replay");
    let error = ModelError::invalid_request("BadThing", "messages[0]", "it is bad")
        .with_status(400)
        .with_hint("fix it");
    let client = ScriptedClient::new("scripted")
        .respond_with_text("a")
        .usage(1, 2)
        .calls("look_up", json!({"x": 1.5}))
        .fail(error)
        .layer(Record::to_file(&path).unwrap());
    client.create(&request()).await.unwrap();
    client.create_stream(&request()).await.unwrap().collect_response().await.unwrap();
    client.create_stream(&request()).await.unwrap_err();

    let replay = Replay::from_file(&path).unwrap();
    std::fs::remove_file(path).unwrap();
    assert_eq!(replay.provider(), "scripted");
    assert_eq!(replay.create(&request()).await.unwrap().usage, outcrop_core::Usage::new(1, 2));
    let second = replay.create_stream(&request()).await.unwrap().collect_response().await.unwrap();
    assert_eq!(second.tool_calls().next().unwrap().arguments, r#"{"x":1.5}"#);
    for _ in 0..2 {
        let error = replay.create(&request()).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::InvalidRequest, Some("BadThing")));
        assert_eq!(
            (error.status(), error.path(), error.hint()),
            (Some(400), Some("messages[0]"), Some("fix it"))
        );
    }
    let error = replay.ask("some-model", "another question").await.unwrap_err();
    assert_eq!(error.code(), Some("NotRecorded"));
    assert!(Replay::from_json_lines("{}").unwrap_err().message().starts_with("line 1 of the recording"));
}

fn text(text: &'static str) -> ScriptedClient {
    ScriptedClient::new("second").respond_with_text(text).repeats()
}

#[tokio::test]
async fn fallback_moves_on_only_if_another_client_may_succeed() {
    let error = |kind| ModelError::new(kind, "no");
    let table = [
        (error(ErrorKind::Throttled), true),
        (error(ErrorKind::Unavailable).with_status(503), true),
        (error(ErrorKind::Other).with_status(500), true),
        (error(ErrorKind::Timeout), true),
        (error(ErrorKind::Connection), true),
        (error(ErrorKind::InvalidRequest).with_status(400), false),
        (error(ErrorKind::PermissionDenied).with_status(403), false),
        (error(ErrorKind::ContextOverflow), false),
        (error(ErrorKind::QuotaExceeded), false),
        (error(ErrorKind::InvalidOutput), false),
    ];
    for (error, expected) in table {
        let kind = error.kind();
        let fallback = Fallback::new(ScriptedClient::new("first").fail(error).repeats()).or(text("b"));
        for moved in [
            fallback.create(&request()).await.is_ok(),
            match fallback.create_stream(&request()).await {
                Ok(stream) => stream.collect_response().await.is_ok(),
                Err(_) => false,
            },
        ] {
            assert_eq!(moved, expected, "{kind}");
        }
    }
}

#[tokio::test]
async fn fallback_never_moves_on_after_output() {
    let broken = |parts| {
        ScriptedClient::new("first")
            .stream(["a", "b"])
            .breaks_after(parts, ModelError::new(ErrorKind::Connection, "it broke"))
    };
    let response = Fallback::new(broken(0)).or(text("second")).create_stream(&request()).await.unwrap();
    assert_eq!(response.collect_response().await.unwrap().text(), "second");

    let mut stream = Fallback::new(broken(1)).or(text("second")).create_stream(&request()).await.unwrap();
    let mut texts = Vec::new();
    let error = loop {
        match stream.next().await.unwrap() {
            Ok(StreamEvent::Text { text, .. }) => texts.push(text),
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert_eq!((texts, error.kind()), (vec!["a".to_owned()], ErrorKind::Connection));
}

#[tokio::test(start_paused = true)]
async fn fallback_returns_to_the_first_client_after_a_while() {
    let first = Arc::new(
        ScriptedClient::new("first")
            .fail(throttled().with_retry_after(Duration::from_secs(90)))
            .respond_with_text("first")
            .repeats(),
    );
    let fallback = Fallback::new(Arc::clone(&first)).or(text("second"));
    let mut texts = Vec::new();
    for _ in 0..4 {
        let response = fallback.create(&request()).await.unwrap();
        assert_eq!((response.provider.as_str(), response.model.as_str()), ("first", "some-model"));
        texts.push(response.text());
        tokio::time::advance(Duration::from_secs(31)).await;
    }
    assert_eq!(texts, ["second", "second", "second", "first"]);
    assert_eq!(first.requests().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn fallback_moves_on_if_there_is_no_output_in_time() {
    let slow = ScriptedClient::new("first")
        .respond_with_text("late")
        .waits_between(|| tokio::time::sleep(Duration::from_secs(5)));
    let fallback = Fallback::new(slow).or(text("second")).with_first_output_timeout(Duration::from_secs(3));
    let response = fallback.create_stream(&request()).await.unwrap().collect_response().await.unwrap();
    assert_eq!(response.text(), "second");
    let route = response.provider_metadata.get("route").unwrap().as_str().to_owned();
    assert!(route.contains(r#""error":"timeout""#), "{route}");
}

#[tokio::test]
async fn error_of_the_last_client_is_returned_if_all_fail() {
    let fallback = Fallback::new(ScriptedClient::new("first").fail(throttled()))
        .or(ScriptedClient::new("second").fail(ModelError::new(ErrorKind::Timeout, "too slow")));
    assert!(fallback.create(&request()).await.unwrap_err().is_timeout());
}
