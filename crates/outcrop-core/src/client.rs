//! The client trait, and the methods that every client has through extension traits.

mod ag2;

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;

pub use ag2::Ag2ClientExt;

use crate::error::ModelError;
use crate::request::ModelRequest;
use crate::response::UnifiedResponse;
use crate::stream::ResponseStream;

/// A client of a provider of language models. Implement it to add a provider.
///
/// The trait has few methods and no default implementations, so that an implementation cannot forget one. The methods
/// for users are in [`ModelClientExt`] and [`Ag2ClientExt`]. Frameworks hold an `Arc<dyn ModelClient>`, because the trait
/// is object-safe. The suite in `outcrop_core::testing::contract` (feature `test-util`) checks an implementation.
///
/// An implementation keeps no state of a call: the settings of a request affect only that request, so one client can be
/// used for concurrent calls.
///
/// ```
/// use async_trait::async_trait;
/// use outcrop_core::{ModelClient, ModelError, ModelRequest, ResponseStream, UnifiedMessage, UnifiedResponse};
///
/// #[derive(Debug)]
/// struct Echo;
///
/// #[async_trait]
/// impl ModelClient for Echo {
///     fn provider(&self) -> &str {
///         "echo"
///     }
///
///     async fn create(&self, request: &ModelRequest) -> Result<UnifiedResponse, ModelError> {
///         let text = request.messages.last().map(UnifiedMessage::text).unwrap_or_default();
///         Ok(UnifiedResponse::new("1", &request.model, "echo", vec![UnifiedMessage::assistant(text)]))
///     }
///
///     async fn create_stream(&self, request: &ModelRequest) -> Result<ResponseStream, ModelError> {
///         Ok(ResponseStream::replay(self.create(request).await?))
///     }
/// }
/// ```
#[cfg_attr(feature = "test-util", mockall::automock)]
#[async_trait]
pub trait ModelClient: Debug + Send + Sync {
    /// Returns the name of the provider, as in [`UnifiedResponse::provider`].
    fn provider(&self) -> &str;

    /// Sends a request and waits for the complete response.
    ///
    /// # Errors
    /// [`ModelError`] if the request is invalid, if the service rejects it, or if there is no usable response.
    ///
    /// # Cancel safety
    /// Dropping the future cancels the call. The part that was sent may be billed.
    async fn create(&self, request: &ModelRequest) -> Result<UnifiedResponse, ModelError>;

    /// Sends a request and returns the response as a stream.
    ///
    /// A provider that cannot stream returns [`ResponseStream::replay`].
    ///
    /// # Errors
    /// [`ModelError`] for an error before the first event. The stream returns later ones.
    ///
    /// # Cancel safety
    /// Dropping the future or the stream closes the connection.
    async fn create_stream(&self, request: &ModelRequest) -> Result<ResponseStream, ModelError>;
}

/// Convenience methods on every [`ModelClient`]. AG2's own methods are in [`Ag2ClientExt`].
#[async_trait]
pub trait ModelClientExt: ModelClient {
    /// Sends OpenAI-compatible parameters, given as JSON text.
    ///
    /// # Errors
    /// The errors of [`ModelRequest::from_json`] and [`ModelClient::create`].
    async fn create_from_json(&self, params: &str) -> Result<UnifiedResponse, ModelError> {
        self.create(&ModelRequest::from_json(params)?).await
    }

    /// Sends one user message and returns the text of the response.
    ///
    /// # Errors
    /// The errors of [`ModelClient::create`].
    async fn ask(&self, model: &str, question: &str) -> Result<String, ModelError> {
        let request = ModelRequest::builder(model).user(question).build();
        Ok(self.create(&request).await?.text())
    }
}

impl<C: ModelClient + ?Sized> ModelClientExt for C {}

/// Implements the trait for pointers to a client.
macro_rules! impl_for_pointers {
    ($($pointer:ty),*) => { $(
        #[async_trait]
        // A method that is added with a default must be forwarded too, or a pointer would behave unlike its client.
        #[deny(clippy::missing_trait_methods)]
        impl<C: ModelClient + ?Sized> ModelClient for $pointer {
            fn provider(&self) -> &str {
                (**self).provider()
            }

            async fn create(&self, request: &ModelRequest) -> Result<UnifiedResponse, ModelError> {
                (**self).create(request).await
            }

            async fn create_stream(&self, request: &ModelRequest) -> Result<ResponseStream, ModelError> {
                (**self).create_stream(request).await
            }
        }
    )* };
}

impl_for_pointers!(&C, Box<C>, Arc<C>);

#[cfg(test)]
mod tests;
