//! Calls of conversations that grow.

use bytes::Bytes;
use outcrop_converse::{Encoded, Transcript};
use outcrop_core::{ModelClient as _, ModelError, ModelRequest, ResponseStream, UnifiedResponse};

use super::BedrockClient;
use super::streaming::{Opening, fallback_stream};

impl BedrockClient {
    /// Asks the model as [`create`](outcrop_core::ModelClient::create) does, to the same bytes; what the conversation
    /// shares with the request before in the same transcript is copied, not encoded again.
    ///
    /// For agents, which send their history with every step. With a client that leaves turns as they are
    /// ([`Alternation::Keep`](crate::Alternation::Keep)) or that removes rejected parameters it is `create`, and no more.
    ///
    /// ```
    /// use outcrop::core::{Role, ToolResultContent};
    /// use outcrop::{
    ///     BedrockClient, ContentBlock, Credentials, ModelRequest, ToolSpec, Transcript, UnifiedMessage,
    /// };
    /// use outcrop_emulator::Emulator;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// let client = BedrockClient::builder()
    ///     .region("eu-west-1")
    ///     .endpoint_url(emulator.url())
    ///     .credentials(Credentials::keys("any", "any"))
    ///     .build()
    ///     .await?;
    ///
    /// let mut transcript = Transcript::new();
    /// let mut history = vec![UnifiedMessage::user("What time is it?")];
    /// let answer = loop {
    ///     let request = ModelRequest::builder("eu.amazon.nova-lite-v1:0")
    ///         .messages(history.clone())
    ///         .tool(ToolSpec::without_input("get_time"))
    ///         .build();
    ///     let response = client.create_in(&mut transcript, &request).await?;
    ///     let results: Vec<ContentBlock> = response
    ///         .tool_calls()
    ///         .map(|call| ToolResultContent::new(&call.id, "half past seven").into())
    ///         .collect();
    ///     if results.is_empty() {
    ///         break response.text();
    ///     }
    ///     history.extend(response.into_messages());
    ///     history.push(UnifiedMessage::new(Role::Tool, results));
    /// };
    /// assert!(!answer.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`create`](outcrop_core::ModelClient::create). The transcript serves the next request all the same.
    pub async fn create_in(
        &self,
        transcript: &mut Transcript,
        request: &ModelRequest,
    ) -> Result<UnifiedResponse, ModelError> {
        if self.shared.rejected.is_some() {
            return self.create(request).await;
        }
        let encoded = self.prepare_in(transcript, request).await?;
        self.complete(encoded).await
    }

    /// Opens a stream as [`create_stream`](outcrop_core::ModelClient::create_stream) does, at the cost of what is new in the
    /// transcript's conversation: see [`create_in`](Self::create_in).
    ///
    /// # Errors
    /// As [`create_stream`](outcrop_core::ModelClient::create_stream).
    pub async fn create_stream_in(
        &self,
        transcript: &mut Transcript,
        request: &ModelRequest,
    ) -> Result<ResponseStream, ModelError> {
        if self.shared.rejected.is_some() {
            return self.create_stream(request).await;
        }
        let encoded = self.prepare_in(transcript, request).await?;
        match self.opening(encoded).await? {
            Opening::Stream(stream) => Ok(stream),
            Opening::Unsupported(why) => Ok(fallback_stream(self.create_in(transcript, request).await?, why)),
        }
    }

    async fn prepare_in(
        &self,
        transcript: &mut Transcript,
        request: &ModelRequest,
    ) -> Result<Encoded<Bytes>, ModelError> {
        let completed = self.with_defaults_and_media(request).await?;
        transcript.encode(&completed, &self.shared.options)
    }
}
