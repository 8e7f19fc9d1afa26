//! A whole provider: a parrot. Put your own service in the place of its answer.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use outcrop_core::testing::contract;
use outcrop_core::{
    ErrorKind, FinishReason, ModelClient, ModelError, ModelRequest, ResponseStatus, ResponseStream,
    UnifiedMessage, UnifiedResponse, Usage,
};

#[derive(Debug)]
struct Parrot;

#[async_trait]
impl ModelClient for Parrot {
    fn provider(&self) -> &str {
        "parrot"
    }

    async fn create(&self, request: &ModelRequest) -> Result<UnifiedResponse, ModelError> {
        let (false, Some(last)) = (request.model.is_empty(), request.messages.last()) else {
            return Err(ModelError::new(ErrorKind::InvalidRequest, "a model and a message are needed"));
        };
        let words = last.text();
        let count = words.split_whitespace().count().try_into().unwrap_or(u64::MAX);
        let answer = vec![UnifiedMessage::assistant(words)];
        let mut response = UnifiedResponse::new("squawk-1", &request.model, "parrot", answer);
        response.usage = Usage::new(count, count);
        response.finish_reason = Some(FinishReason::Stop);
        response.status = Some(ResponseStatus::Completed);
        Ok(response)
    }

    async fn create_stream(&self, request: &ModelRequest) -> Result<ResponseStream, ModelError> {
        Ok(ResponseStream::replay(self.create(request).await?))
    }
}

fn main() -> Result<(), contract::Violation> {
    let request = ModelRequest::builder("grey").user("Polly wants a cracker").build();
    let mut check = pin!(contract::verify(&Parrot, &request));
    // The parrot never waits, so its futures are ready sooner or later without anyone waking them.
    loop {
        if let Poll::Ready(outcome) = check.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            println!("the parrot keeps what every client promises: {}", outcome.is_ok());
            return outcome;
        }
    }
}
