//! The methods of AG2's `ModelClient` and `ModelClientV2`, on every client.
//!
//! AG2 defines them in <https://github.com/ag2ai/ag2-classic/blob/main/autogen/llm_clients/client_v2.py>.

use async_trait::async_trait;

use super::ModelClient;
use crate::error::ModelError;
use crate::openai::{ChatChunkStream, ChatCompletion, RetrievedMessage, UsageSummary};
use crate::request::ModelRequest;
use crate::response::UnifiedResponse;

/// The methods of AG2's clients under AG2's names, for programs that migrate from AG2.
///
/// They are implemented for every [`ModelClient`].
#[async_trait]
pub trait Ag2ClientExt: ModelClient {
    /// The names of the members that [`get_usage`](Self::get_usage) returns.
    const RESPONSE_USAGE_KEYS: &'static [&'static str] =
        &["prompt_tokens", "completion_tokens", "total_tokens", "cost", "model"];

    /// Sends a request and converts the response to an OpenAI chat completion.
    ///
    /// # Errors
    /// The errors of [`ModelClient::create`].
    async fn create_v1_compatible(&self, request: &ModelRequest) -> Result<ChatCompletion, ModelError> {
        Ok(ChatCompletion::from(&self.create(request).await?))
    }

    /// Sends a request and streams the response as OpenAI chat-completion chunks.
    ///
    /// AG2 has no counterpart: its Bedrock clients do not stream.
    ///
    /// # Errors
    /// The errors of [`ModelClient::create_stream`].
    async fn create_v1_stream(&self, request: &ModelRequest) -> Result<ChatChunkStream, ModelError> {
        Ok(ChatChunkStream::new(request, self.create_stream(request).await?))
    }

    /// Returns the messages of a response, each as a string, or as an object if it has tool calls or images.
    fn message_retrieval(&self, response: &UnifiedResponse) -> Vec<RetrievedMessage> {
        response.messages.iter().map(RetrievedMessage::from).collect()
    }

    /// Returns the cost of a call in US dollars, or 0 if it is unknown. [`UnifiedResponse::cost`] distinguishes the
    /// two.
    fn cost(&self, response: &UnifiedResponse) -> f64 {
        response.cost.unwrap_or(0.0)
    }

    /// Returns the usage, the cost and the model of a response.
    fn get_usage(&self, response: &UnifiedResponse) -> UsageSummary {
        UsageSummary::from(response)
    }
}

impl<C: ModelClient + ?Sized> Ag2ClientExt for C {}
