//! The mockall mock.

use super::now;
use crate::testing::{MockModelClient, contract};
use crate::{
    ErrorKind, ModelClient, ModelClientExt as _, ModelError, ModelRequest, ResponseStream, UnifiedMessage,
    UnifiedResponse,
};

fn answer(request: &ModelRequest) -> Result<UnifiedResponse, ModelError> {
    let invalid = |what: &'static str| Err(ModelError::invalid_request("InvalidRequest", what, "missing"));
    match (request.model.is_empty(), request.messages.is_empty()) {
        (true, _) => invalid("model"),
        (_, true) => invalid("messages"),
        _ => Ok(UnifiedResponse::new("1", &request.model, "mock", vec![UnifiedMessage::assistant("hello")])),
    }
}

#[test]
fn a_mock_is_told_what_to_expect_call_by_call() {
    let mut client = MockModelClient::new();
    client
        .expect_create()
        .withf(|request| request.messages.first().is_some_and(|message| message.text() == "hi"))
        .times(1)
        .returning(answer);
    client.expect_create().returning(|_| Err(ModelError::new(ErrorKind::Throttled, "slow down")));
    assert_eq!(now(client.ask("m", "hi")).unwrap(), "hello");
    assert_eq!(now(client.ask("m", "ho")).unwrap_err().kind(), ErrorKind::Throttled);
}

#[test]
fn a_mock_can_keep_the_contract() {
    let mut client = MockModelClient::new();
    client.expect_provider().return_const("mock".to_owned());
    client.expect_create().times(4).returning(answer);
    client.expect_create_stream().times(1).returning(|request| answer(request).map(ResponseStream::replay));
    let client: Box<dyn ModelClient> = Box::new(client);
    now(contract::verify(&client, &ModelRequest::builder("m").user("hi").build())).unwrap();
}
