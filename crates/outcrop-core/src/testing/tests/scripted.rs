//! The scripted client.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::ready;
use crate::testing::{ScriptedClient, contract};
use crate::{
    ErrorKind, FinishReason, ModelClient, ModelClientExt, ModelError, ModelRequest, Stage, StreamEvent,
    UnifiedMessage, UnifiedResponse,
};

fn request(text: &str) -> ModelRequest {
    ModelRequest::builder("m").user(text).build()
}

#[test]
fn responses_are_returned_in_order_and_requests_recorded() {
    let whole =
        UnifiedResponse::new("r-9", "other-model", "scripted", vec![UnifiedMessage::assistant("whole")]);
    let client = ScriptedClient::new("scripted")
        .respond_with_text("one")
        .fail(ModelError::new(ErrorKind::Throttled, "slow down"))
        .respond(whole.clone());
    assert_eq!(client.provider(), "scripted");

    let one = ready(client.create(&request("a"))).unwrap();
    assert_eq!((one.text().as_str(), one.id.as_str(), one.model.as_str()), ("one", "scripted-1", "m"));
    assert_eq!(one.provider, "scripted");
    assert_eq!(ready(client.create(&request("b"))).unwrap_err().kind(), ErrorKind::Throttled);
    assert_eq!(ready(client.create(&request("c"))).unwrap(), whole);
    let after_the_end = ready(client.create(&request("d"))).unwrap_err();
    assert_eq!(
        (after_the_end.kind(), after_the_end.message()),
        (ErrorKind::Other, "the script has no more responses")
    );

    let texts: Vec<_> = client.requests().iter().map(|request| request.messages[0].text()).collect();
    assert_eq!(texts, ["a", "b", "c", "d"]);
}

#[test]
fn create_stream_uses_the_same_script() {
    let client = ScriptedClient::new("scripted")
        .respond_with_text("one")
        .fail(ModelError::new(ErrorKind::Other, "no"));
    let stream = ready(client.create_stream(&request("a"))).unwrap();
    assert_eq!(stream.request_id(), Some("scripted-1"));
    assert!(ready(client.create_stream(&request("b"))).is_err());
    assert_eq!(client.requests().len(), 2);
}

#[test]
fn shared_client_has_one_script() {
    let client = Arc::new(ScriptedClient::new("scripted").respond_with_text("one").respond_with_text("two"));
    let shared: Arc<dyn ModelClient> = client.clone();
    assert_eq!(ready(shared.ask("m", "a")).unwrap(), "one");
    assert_eq!(ready(client.ask("m", "b")).unwrap(), "two");
    assert_eq!(client.requests().len(), 2);
}

#[test]
fn scripted_client_meets_the_contract_only_with_rejections() {
    let client = ScriptedClient::new("scripted")
        .respond_with_text("a")
        .respond_with_text("b")
        .respond_with_text("c")
        .respond_with_text("d");
    let violation = ready(contract::verify(&client, &request("hi"))).unwrap_err();
    assert_eq!(violation.to_string(), "a request without a model is rejected as invalid: a response");
    let rejection = || ModelError::new(ErrorKind::InvalidRequest, "no");
    let client = ScriptedClient::new("scripted")
        .fail(rejection())
        .fail(rejection())
        .fail(rejection())
        .fail(rejection())
        .respond_with_text("a")
        .respond_with_text("b")
        .respond_with_text("c");
    ready(contract::verify(&client, &request("hi"))).unwrap();
}

#[test]
fn debug_hides_responses_and_requests() {
    let client = ScriptedClient::new("scripted").respond_with_text("secret");
    ready(client.create(&request("secret"))).unwrap();
    assert_eq!(format!("{client:?}"), r#"ScriptedClient { provider: "scripted", .. }"#);
}

#[test]
fn tool_calls_have_ids_of_their_own() {
    let client = ScriptedClient::new("scripted")
        .calls("get_weather", json!({"city": "Lisbon"}))
        .and_calls("clock", json!({}))
        .usage(3, 4)
        .cost(0.5)
        .calls("clock", json!({}));
    let response = ready(client.create(&request("a"))).unwrap();
    let calls: Vec<_> = response
        .tool_calls()
        .map(|call| (call.id.as_str(), call.name.as_str(), call.arguments.as_str()))
        .collect();
    assert_eq!(calls, [("call_1", "get_weather", r#"{"city":"Lisbon"}"#), ("call_2", "clock", "{}")]);
    assert_eq!(response.finish_reason, Some(FinishReason::ToolCalls));
    assert_eq!((response.usage.tokens(), response.cost), (7, Some(0.5)));
    let response = ready(client.create(&request("a"))).unwrap();
    assert_eq!(response.tool_calls().map(|call| call.id.as_str()).collect::<Vec<_>>(), ["call_3"]);
}

#[test]
fn parts_of_a_stream_are_the_text_of_the_response() {
    let client = || ScriptedClient::new("scripted").stream(["It is ", "sunny."]);
    assert_eq!(ready(client().create(&request("a"))).unwrap().text(), "It is sunny.");
    let mut stream = ready(client().create_stream(&request("a"))).unwrap();
    let mut texts = Vec::new();
    while let Some(event) = ready(stream.next()) {
        match event.unwrap() {
            StreamEvent::Text { text, .. } => texts.push(text),
            StreamEvent::Completed { response } => assert_eq!(response.text(), texts.concat()),
            _ => {}
        }
    }
    assert_eq!(texts, ["It is ", "sunny."]);
}

#[test]
fn broken_stream_ends_with_an_error_that_has_the_partial_response() {
    let broken = || ModelError::new(ErrorKind::Connection, "reset").with_code("Reset");
    for (parts, expected) in [(0, ""), (1, "It is "), (2, "It is sunny."), (9, "It is sunny.")] {
        let client =
            ScriptedClient::new("scripted").stream(["It is ", "sunny."]).breaks_after(parts, broken());
        let stream = ready(client.create_stream(&request("a"))).unwrap();
        let error = ready(stream.collect_response()).unwrap_err();
        assert_eq!(
            (error.kind(), error.stage(), error.code()),
            (ErrorKind::Connection, Stage::Streaming, Some("Reset"))
        );
        assert_eq!(error.partial_response().unwrap().text(), expected, "{parts} parts");
    }
    let client = ScriptedClient::new("scripted").respond_with_text("a").breaks_after(0, broken());
    assert_eq!(ready(client.create(&request("a"))).unwrap_err().code(), Some("Reset"));
}

#[test]
fn last_turn_is_repeated_without_end() {
    let error = ModelError::new(ErrorKind::Throttled, "slow down")
        .with_code("Slow")
        .with_status(429)
        .with_hint("wait");
    let client = ScriptedClient::new("scripted").respond_with_text("one").fail(error).repeats();
    assert_eq!(ready(client.ask("m", "a")).unwrap(), "one");
    for _ in 0..3 {
        let error = ready(client.ask("m", "a")).unwrap_err();
        assert_eq!((error.code(), error.status(), error.hint()), (Some("Slow"), Some(429), Some("wait")));
    }
}

#[test]
fn function_makes_responses_from_requests() {
    let client = ScriptedClient::new("scripted").respond_with(|request| {
        let text = request.messages.last().map(UnifiedMessage::text).unwrap_or_default();
        Ok(UnifiedResponse::new("", "", "scripted", vec![UnifiedMessage::assistant(text)]))
    });
    assert_eq!(ready(client.ask("m", "a")).unwrap(), "a");
    assert_eq!(ready(client.ask("m", "b")).unwrap(), "b");
}

#[test]
fn waits_come_before_the_response_and_before_each_event() {
    let count = Arc::new(AtomicUsize::new(0));
    let wait = || {
        let count = Arc::clone(&count);
        move || {
            count.fetch_add(1, Ordering::Relaxed);
            std::future::ready(())
        }
    };
    let client = ScriptedClient::new("scripted").stream(["a", "b"]).waits(wait()).waits_between(wait());
    let mut stream = ready(client.create_stream(&request("a"))).unwrap();
    assert_eq!(count.load(Ordering::Relaxed), 1);
    ready(stream.next()).unwrap().unwrap();
    ready(stream.next()).unwrap().unwrap();
    assert_eq!(count.load(Ordering::Relaxed), 3);
}

#[test]
fn broken_stream_of_the_scripted_client_meets_the_contract() {
    let error = || ModelError::new(ErrorKind::Connection, "reset");
    let client = ScriptedClient::new("scripted")
        .stream(["a", "b"])
        .breaks_after(1, error())
        .calls("look_up", serde_json::json!({"x": 1}))
        .breaks_after(1, error())
        .stream(["a", "b"]);
    for _ in 0..2 {
        ready(contract::verify_broken_stream(&client, &request("hi"))).unwrap();
    }
    let violation = ready(contract::verify_broken_stream(&client, &request("hi"))).unwrap_err();
    assert_eq!(
        violation.to_string(),
        "a stream that breaks after its first output ends with an error: a complete response"
    );
}
