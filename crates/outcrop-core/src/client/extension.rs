//! What users call on every client.

use async_trait::async_trait;

use super::ModelClient;
use crate::error::ModelError;
use crate::openai::{ChatChunkStream, ChatCompletion, RetrievedMessage, UsageSummary};
use crate::request::ModelRequest;
use crate::response::UnifiedResponse;

/// What users call on every client; AG2's names where AG2 has the method.
#[async_trait]
pub trait ModelClientExt: ModelClient {
    /// The counters that [`get_usage`](Self::get_usage) gives: AG2's `RESPONSE_USAGE_KEYS`.
    const RESPONSE_USAGE_KEYS: &'static [&'static str] =
        &["prompt_tokens", "completion_tokens", "total_tokens", "cost", "model"];

    /// Sends OpenAI-shaped parameters, given as JSON text.
    ///
    /// # Errors
    /// As [`ModelRequest::from_json`] and [`ModelClient::create`].
    async fn create_from_json(&self, params: &str) -> Result<UnifiedResponse, ModelError> {
        self.create(&ModelRequest::from_json(params)?).await
    }

    /// Asks one question and gives the words of the answer.
    ///
    /// # Errors
    /// As [`ModelClient::create`].
    async fn ask(&self, model: &str, question: &str) -> Result<String, ModelError> {
        let request = ModelRequest::builder(model).user(question).build();
        Ok(self.create(&request).await?.text())
    }

    /// Sends a request and flattens the answer to an OpenAI chat completion.
    ///
    /// # Errors
    /// As [`ModelClient::create`].
    async fn create_v1_compatible(&self, request: &ModelRequest) -> Result<ChatCompletion, ModelError> {
        Ok(ChatCompletion::from(&self.create(request).await?))
    }

    /// Sends a request and hands out the answer while it is being written, in OpenAI's chunks.
    ///
    /// # Errors
    /// As [`ModelClient::create_stream`].
    async fn create_v1_stream(&self, request: &ModelRequest) -> Result<ChatChunkStream, ModelError> {
        Ok(ChatChunkStream::new(request, self.create_stream(request).await?))
    }

    /// The messages of a response: strings, or objects where there are tool calls or images.
    fn message_retrieval(&self, response: &UnifiedResponse) -> Vec<RetrievedMessage> {
        response.messages.iter().map(RetrievedMessage::from).collect()
    }

    /// What a call cost in US dollars; 0 when that is not known. [`UnifiedResponse::cost`] tells the two apart.
    fn cost(&self, response: &UnifiedResponse) -> f64 {
        response.cost.unwrap_or(0.0)
    }

    /// Usage, cost and model of a response.
    fn get_usage(&self, response: &UnifiedResponse) -> UsageSummary {
        UsageSummary::from(response)
    }
}

impl<C: ModelClient + ?Sized> ModelClientExt for C {}
