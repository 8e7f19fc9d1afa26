//! The client trait and its extension traits.

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

/// A client that responds with the text of the last message.
#[derive(Debug)]
struct Echo;

#[async_trait]
impl ModelClient for Echo {
    fn provider(&self) -> &str {
        "echo"
    }

    async fn create(&self, request: &ModelRequest) -> Result<UnifiedResponse, ModelError> {
        let text = request.messages.last().map(UnifiedMessage::text).unwrap_or_default();
        let mut response =
            UnifiedResponse::new("1", &request.model, "echo", vec![UnifiedMessage::assistant(text)]);
        response.usage = Usage::new(3, 4);
        response.cost = request.price.map(|price| price.cost(&response.usage));
        Ok(response)
    }

    async fn create_stream(&self, request: &ModelRequest) -> Result<ResponseStream, ModelError> {
        Ok(ResponseStream::replay(self.create(request).await?))
    }
}

/// Runs a future that is never pending.
fn ready<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => panic!("the future is pending"),
    }
}

#[test]
fn pointers_to_a_client_are_clients() {
    fn ask(client: impl ModelClient) -> String {
        assert_eq!(client.provider(), "echo");
        let request = ModelRequest::builder("m").user("hi").build();
        assert_eq!(ready(client.create_stream(&request)).unwrap().request_id(), Some("1"));
        ready(client.create(&request)).unwrap().text()
    }

    let shared: Arc<dyn ModelClient> = Arc::new(Echo);
    let boxed: Box<dyn ModelClient> = Box::new(Echo);
    assert_eq!(ask(Echo), "hi");
    assert_eq!(ask(&Echo), "hi");
    assert_eq!(ask(Arc::clone(&shared)), "hi");
    assert_eq!(ask(&shared), "hi");
    assert_eq!(ask(Box::new(Arc::clone(&shared))), "hi");
    assert_eq!(ask(boxed), "hi");
    let client: &dyn ModelClient = &Echo;
    assert_eq!(ask(client), "hi");
}

#[test]
fn extension_methods_work_on_trait_objects() {
    let client: Arc<dyn ModelClient> = Arc::new(Echo);
    assert_eq!(ready(client.ask("m", "hi")).unwrap(), "hi");
    let params = r#"{"model": "m", "messages": [{"role": "user", "content": "hi"}], "price": [1, 2]}"#;
    let response = ready(client.create_from_json(params)).unwrap();
    assert_eq!(response.text(), "hi");
    assert!((client.cost(&response) - 0.011).abs() < 1e-12);
    let usage = client.get_usage(&response);
    assert_eq!((usage.total_tokens, usage.model.as_str()), (7.into(), "m"));
    assert_eq!(ready(client.create_from_json("[]")).unwrap_err().kind(), ErrorKind::InvalidRequest);
    let completion = ready(client.create_v1_compatible(&ModelRequest::from_json(params).unwrap())).unwrap();
    assert_eq!(completion.choices[0].message.content.as_deref(), Some("hi"));
    assert_eq!(
        <dyn ModelClient>::RESPONSE_USAGE_KEYS,
        ["prompt_tokens", "completion_tokens", "total_tokens", "cost", "model"],
    );
}

#[test]
fn cost_of_an_unknown_price_is_zero() {
    assert_eq!(Echo.cost(&UnifiedResponse::new("1", "m", "p", vec![])), 0.0);
}

#[test]
fn message_retrieval_returns_each_message() {
    let call = ToolCallContent::new("i", "n", "{}").into();
    let messages =
        vec![UnifiedMessage::assistant("a"), UnifiedMessage::new(crate::Role::Assistant, vec![call])];
    let retrieved = Echo.message_retrieval(&UnifiedResponse::new("1", "m", "p", messages));
    assert_eq!(retrieved.len(), 2);
    assert_eq!(retrieved[0], RetrievedMessage::Text("a".to_owned()));
    assert!(matches!(&retrieved[1], RetrievedMessage::Message(message) if message.tool_calls.len() == 1));
}
