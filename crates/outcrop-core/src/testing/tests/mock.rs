//! The mockall mock of the client trait.

use super::ready;
use crate::testing::{MockModelClient, contract};
use crate::{
    ErrorKind, ModelClient, ModelClientExt as _, ModelError, ModelRequest, ResponseStream, UnifiedMessage,
    UnifiedResponse,
};

fn respond(request: &ModelRequest) -> Result<UnifiedResponse, ModelError> {
    let invalid = |path: &'static str| Err(ModelError::invalid_request("InvalidRequest", path, "missing"));
    match (request.model.is_empty(), request.messages.is_empty()) {
        (true, _) => invalid("model"),
        (_, true) => invalid("messages"),
        _ => Ok(UnifiedResponse::new("1", &request.model, "mock", vec![UnifiedMessage::assistant("hello")])),
    }
}

#[test]
fn mock_checks_expectations_on_each_call() {
    let mut client = MockModelClient::new();
    client
        .expect_create()
        .withf(|request| request.messages.first().is_some_and(|message| message.text() == "hi"))
        .times(1)
        .returning(respond);
    client.expect_create().returning(|_| Err(ModelError::new(ErrorKind::Throttled, "slow down")));
    assert_eq!(ready(client.ask("m", "hi")).unwrap(), "hello");
    assert_eq!(ready(client.ask("m", "ho")).unwrap_err().kind(), ErrorKind::Throttled);
}

#[test]
fn mock_can_meet_the_contract() {
    let mut client = MockModelClient::new();
    client.expect_provider().return_const("mock".to_owned());
    client.expect_create().times(4).returning(respond);
    client.expect_create_stream().times(3).returning(|request| respond(request).map(ResponseStream::replay));
    let client: Box<dyn ModelClient> = Box::new(client);
    ready(contract::verify(&client, &ModelRequest::builder("m").user("hi").build())).unwrap();
}
