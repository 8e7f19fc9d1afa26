//! The methods of AG2's `ModelClientV2`, on every client.

use async_trait::async_trait;

use super::ModelClient;
use crate::error::ModelError;
use crate::openai::{ChatChunkStream, ChatCompletion, RetrievedMessage, UsageSummary};
use crate::request::ModelRequest;
use crate::response::UnifiedResponse;

/// AG2's client methods under AG2's names, for programs that move over from it. They work with every [`ModelClient`].
#[async_trait]
pub trait Ag2ClientExt: ModelClient {
    /// The counters that [`get_usage`](Self::get_usage) returns: AG2's `RESPONSE_USAGE_KEYS`.
    const RESPONSE_USAGE_KEYS: &'static [&'static str] =
        &["prompt_tokens", "completion_tokens", "total_tokens", "cost", "model"];

    /// Sends a request and flattens the response to an OpenAI chat completion.
    ///
    /// # Errors
    /// As [`ModelClient::create`].
    async fn create_v1_compatible(&self, request: &ModelRequest) -> Result<ChatCompletion, ModelError> {
        Ok(ChatCompletion::from(&self.create(request).await?))
    }

    /// Sends a request and streams the response as OpenAI chat-completion chunks.
    ///
    /// # Errors
    /// As [`ModelClient::create_stream`].
    async fn create_v1_stream(&self, request: &ModelRequest) -> Result<ChatChunkStream, ModelError> {
        Ok(ChatChunkStream::new(request, self.create_stream(request).await?))
    }

    /// Returns the messages of a response: strings, or objects if they have tool calls or images.
    fn message_retrieval(&self, response: &UnifiedResponse) -> Vec<RetrievedMessage> {
        response.messages.iter().map(RetrievedMessage::from).collect()
    }

    /// Returns the cost of a call in US dollars; 0 if it is unknown. [`UnifiedResponse::cost`] distinguishes the two.
    fn cost(&self, response: &UnifiedResponse) -> f64 {
        response.cost.unwrap_or(0.0)
    }

    /// Returns usage, cost and model of a response.
    fn get_usage(&self, response: &UnifiedResponse) -> UsageSummary {
        UsageSummary::from(response)
    }
}

impl<C: ModelClient + ?Sized> Ag2ClientExt for C {}
