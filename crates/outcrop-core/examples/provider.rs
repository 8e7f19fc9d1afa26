//! A complete provider that repeats the last message. Replace the body of `create` with a call of your service.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use outcrop_core::testing::contract;
use outcrop_core::{
    FinishReason, ModelClient, ModelError, ModelRequest, ResponseStatus, ResponseStream, UnifiedMessage,
    UnifiedResponse, Usage,
};

#[derive(Debug)]
struct Echo;

#[async_trait]
impl ModelClient for Echo {
    fn provider(&self) -> &str {
        "echo"
    }

    async fn create(&self, request: &ModelRequest) -> Result<UnifiedResponse, ModelError> {
        if request.model.is_empty() {
            return Err(ModelError::invalid_request("MissingModel", "model", "the request has no model"));
        }
        let Some(last) = request.messages.last() else {
            let message = "the request has no message";
            return Err(ModelError::invalid_request("MissingMessages", "messages", message));
        };
        let text = last.text();
        // A stand-in for the token counters of a service.
        let tokens = text.split_whitespace().count().try_into().unwrap_or(u64::MAX);
        let messages = vec![UnifiedMessage::assistant(text)];
        let mut response = UnifiedResponse::new("echo-1", &request.model, self.provider(), messages);
        response.usage = Usage::new(tokens, tokens);
        response.finish_reason = Some(FinishReason::Stop);
        response.status = Some(ResponseStatus::Completed);
        Ok(response)
    }

    async fn create_stream(&self, request: &ModelRequest) -> Result<ResponseStream, ModelError> {
        // A service that streams would wrap its events with `ResponseStream::new` instead.
        Ok(ResponseStream::replay(self.create(request).await?))
    }
}

fn main() -> Result<(), contract::Violation> {
    let request = ModelRequest::builder("echo-large").user("Name a river.").build();
    let mut check = pin!(contract::verify(&Echo, &request));
    // This provider is never pending, so polling needs no executor. In a test, use that of your runtime.
    loop {
        if let Poll::Ready(result) = check.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            println!("the provider meets the contract: {}", result.is_ok());
            return result;
        }
    }
}
