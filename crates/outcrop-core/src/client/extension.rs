//! Convenience methods on every client.

use async_trait::async_trait;

use super::ModelClient;
use crate::error::ModelError;
use crate::request::ModelRequest;
use crate::response::UnifiedResponse;

/// Convenience methods on every [`ModelClient`]. AG2's own methods are in [`Ag2ClientExt`](super::Ag2ClientExt).
#[async_trait]
pub trait ModelClientExt: ModelClient {
    /// Sends OpenAI-shaped parameters, given as JSON text.
    ///
    /// # Errors
    /// As [`ModelRequest::from_json`] and [`ModelClient::create`].
    async fn create_from_json(&self, params: &str) -> Result<UnifiedResponse, ModelError> {
        self.create(&ModelRequest::from_json(params)?).await
    }

    /// Sends one question and returns the text of the response.
    ///
    /// # Errors
    /// As [`ModelClient::create`].
    async fn ask(&self, model: &str, question: &str) -> Result<String, ModelError> {
        let request = ModelRequest::builder(model).user(question).build();
        Ok(self.create(&request).await?.text())
    }
}

impl<C: ModelClient + ?Sized> ModelClientExt for C {}
