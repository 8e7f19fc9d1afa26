//! The client trait and what users call on every client.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;

use super::{Ag2ClientExt, ModelClient, ModelClientExt};
use crate::openai::RetrievedMessage;
use crate::{
    ErrorKind, ModelError, ModelRequest, ResponseStream, ToolCallContent, UnifiedMessage, UnifiedResponse,
    Usage,
};

/// A client that says what it heard.
#[derive(Debug)]
struct Parrot;

#[async_trait]
impl ModelClient for Parrot {
    fn provider(&self) -> &str {
        "parrot"
    }

    async fn create(&self, request: &ModelRequest) -> Result<UnifiedResponse, ModelError> {
        let words = request.messages.last().map(UnifiedMessage::text).unwrap_or_default();
        let mut response =
            UnifiedResponse::new("1", &request.model, "parrot", vec![UnifiedMessage::assistant(words)]);
        response.usage = Usage::new(3, 4);
        response.cost = request.price.map(|price| price.cost(&response.usage));
        Ok(response)
    }

    async fn create_stream(&self, request: &ModelRequest) -> Result<ResponseStream, ModelError> {
        Ok(ResponseStream::replay(self.create(request).await?))
    }
}

fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => panic!("the future waits"),
    }
}

#[test]
fn boxes_references_and_shared_pointers_to_a_client_are_clients() {
    fn ask(client: impl ModelClient) -> String {
        assert_eq!(client.provider(), "parrot");
        let request = ModelRequest::builder("m").user("hi").build();
        assert_eq!(now(client.create_stream(&request)).unwrap().request_id(), Some("1"));
        now(client.create(&request)).unwrap().text()
    }

    let shared: Arc<dyn ModelClient> = Arc::new(Parrot);
    let boxed: Box<dyn ModelClient> = Box::new(Parrot);
    assert_eq!(ask(Parrot), "hi");
    assert_eq!(ask(&Parrot), "hi");
    assert_eq!(ask(Arc::clone(&shared)), "hi");
    assert_eq!(ask(&shared), "hi");
    assert_eq!(ask(Box::new(Arc::clone(&shared))), "hi");
    assert_eq!(ask(boxed), "hi");
    let client: &dyn ModelClient = &Parrot;
    assert_eq!(ask(client), "hi");
}

#[test]
fn conveniences_are_there_for_every_client_be_its_type_known_or_not() {
    let client: Arc<dyn ModelClient> = Arc::new(Parrot);
    assert_eq!(now(client.ask("m", "hi")).unwrap(), "hi");
    let params = r#"{"model": "m", "messages": [{"role": "user", "content": "hi"}], "price": [1, 2]}"#;
    let response = now(client.create_from_json(params)).unwrap();
    assert_eq!(response.text(), "hi");
    assert!((client.cost(&response) - 0.011).abs() < 1e-12);
    let usage = client.get_usage(&response);
    assert_eq!((usage.total_tokens, usage.model.as_str()), (7.into(), "m"));
    assert_eq!(now(client.create_from_json("[]")).unwrap_err().kind(), ErrorKind::InvalidRequest);
    let completion = now(client.create_v1_compatible(&ModelRequest::from_json(params).unwrap())).unwrap();
    assert_eq!(completion.choices[0].message.content.as_deref(), Some("hi"));
    assert_eq!(
        <dyn ModelClient>::RESPONSE_USAGE_KEYS,
        ["prompt_tokens", "completion_tokens", "total_tokens", "cost", "model"],
    );
}

#[test]
fn the_cost_of_an_unknown_price_is_nothing() {
    assert_eq!(Parrot.cost(&UnifiedResponse::new("1", "m", "p", vec![])), 0.0);
}

#[test]
fn messages_are_retrieved_one_by_one() {
    let call = ToolCallContent::new("i", "n", "{}").into();
    let messages =
        vec![UnifiedMessage::assistant("a"), UnifiedMessage::new(crate::Role::Assistant, vec![call])];
    let retrieved = Parrot.message_retrieval(&UnifiedResponse::new("1", "m", "p", messages));
    assert_eq!(retrieved.len(), 2);
    assert_eq!(retrieved[0], RetrievedMessage::Text("a".to_owned()));
    assert!(matches!(&retrieved[1], RetrievedMessage::Message(message) if message.tool_calls.len() == 1));
}
