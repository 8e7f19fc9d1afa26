//! The client that follows a script.

use std::sync::Arc;

use super::now;
use crate::testing::{ScriptedClient, contract};
use crate::{
    ErrorKind, ModelClient, ModelClientExt, ModelError, ModelRequest, UnifiedMessage, UnifiedResponse,
};

fn request(words: &str) -> ModelRequest {
    ModelRequest::builder("m").user(words).build()
}

#[test]
fn answers_come_in_order_and_requests_are_remembered() {
    let whole =
        UnifiedResponse::new("r-9", "other-model", "scripted", vec![UnifiedMessage::assistant("whole")]);
    let client = ScriptedClient::new("scripted")
        .respond_with_text("one")
        .fail(ModelError::new(ErrorKind::Throttled, "slow down"))
        .respond(whole.clone());
    assert_eq!(client.provider(), "scripted");

    let one = now(client.create(&request("a"))).unwrap();
    assert_eq!((one.text().as_str(), one.id.as_str(), one.model.as_str()), ("one", "scripted-1", "m"));
    assert_eq!(one.provider, "scripted");
    assert_eq!(now(client.create(&request("b"))).unwrap_err().kind(), ErrorKind::Throttled);
    assert_eq!(now(client.create(&request("c"))).unwrap(), whole);
    let at_its_end = now(client.create(&request("d"))).unwrap_err();
    assert_eq!(
        (at_its_end.kind(), at_its_end.message()),
        (ErrorKind::Other, "the script has no more answers")
    );

    let asked: Vec<_> = client.requests().iter().map(|request| request.messages[0].text()).collect();
    assert_eq!(asked, ["a", "b", "c", "d"]);
}

#[test]
fn a_stream_takes_the_next_answer_too() {
    let client = ScriptedClient::new("scripted")
        .respond_with_text("one")
        .fail(ModelError::new(ErrorKind::Other, "no"));
    let stream = now(client.create_stream(&request("a"))).unwrap();
    assert_eq!(stream.request_id(), Some("scripted-1"));
    assert!(now(client.create_stream(&request("b"))).is_err());
    assert_eq!(client.requests().len(), 2);
}

#[test]
fn a_shared_client_is_one_script() {
    let client = Arc::new(ScriptedClient::new("scripted").respond_with_text("one").respond_with_text("two"));
    let shared: Arc<dyn ModelClient> = client.clone();
    assert_eq!(now(shared.ask("m", "a")).unwrap(), "one");
    assert_eq!(now(client.ask("m", "b")).unwrap(), "two");
    assert_eq!(client.requests().len(), 2);
}

#[test]
fn a_script_of_answers_keeps_the_contract_but_for_refusals() {
    let client = ScriptedClient::new("scripted")
        .respond_with_text("a")
        .respond_with_text("b")
        .respond_with_text("c")
        .respond_with_text("d");
    let broken = now(contract::verify(&client, &request("hi"))).unwrap_err();
    assert_eq!(broken.to_string(), "a request without a model is refused as invalid: an answer");
    let refusal = || ModelError::new(ErrorKind::InvalidRequest, "no");
    let client = ScriptedClient::new("scripted")
        .fail(refusal())
        .fail(refusal())
        .respond_with_text("a")
        .respond_with_text("b")
        .respond_with_text("c");
    now(contract::verify(&client, &request("hi"))).unwrap();
}

#[test]
fn debug_shows_no_answers() {
    let client = ScriptedClient::new("scripted").respond_with_text("secret");
    now(client.create(&request("secret"))).unwrap();
    assert_eq!(format!("{client:?}"), r#"ScriptedClient { provider: "scripted", .. }"#);
}
