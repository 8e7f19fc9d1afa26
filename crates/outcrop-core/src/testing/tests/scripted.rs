//! The scripted client.

use std::sync::Arc;

use super::ready;
use crate::testing::{ScriptedClient, contract};
use crate::{
    ErrorKind, ModelClient, ModelClientExt, ModelError, ModelRequest, UnifiedMessage, UnifiedResponse,
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
