//! The client trait.

mod ag2;
mod extension;
mod forward;

use std::fmt::Debug;

use async_trait::async_trait;

pub use ag2::Ag2ClientExt;
pub use extension::ModelClientExt;

use crate::error::ModelError;
use crate::request::ModelRequest;
use crate::response::UnifiedResponse;
use crate::stream::ResponseStream;

/// A provider of language models: what someone implements who adds one.
///
/// Few methods, none with a default, so that none can be forgotten; what users call besides stands in
/// [`ModelClientExt`] and [`Ag2ClientExt`]. The trait is object safe: frameworks hold an `Arc<dyn ModelClient>`. The suite in
/// `outcrop_core::testing::contract` (feature `test-util`) tells whether an implementation keeps what is promised here.
///
/// An implementation keeps no state of a call: what a request says holds for that request alone.
///
/// ```
/// use async_trait::async_trait;
/// use outcrop_core::{ModelClient, ModelError, ModelRequest, ResponseStream, UnifiedMessage, UnifiedResponse};
///
/// #[derive(Debug)]
/// struct Parrot;
///
/// #[async_trait]
/// impl ModelClient for Parrot {
///     fn provider(&self) -> &str {
///         "parrot"
///     }
///
///     async fn create(&self, request: &ModelRequest) -> Result<UnifiedResponse, ModelError> {
///         let words = request.messages.last().map(UnifiedMessage::text).unwrap_or_default();
///         Ok(UnifiedResponse::new("1", &request.model, "parrot", vec![UnifiedMessage::assistant(words)]))
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
    /// The provider's name, as in [`UnifiedResponse::provider`].
    fn provider(&self) -> &str;

    /// Sends a request and waits for the whole answer.
    ///
    /// # Errors
    /// [`ModelError`]: the request is wrong, the service refused it, or no answer came.
    ///
    /// # Cancel safety
    /// Dropping the future gives the call up. What was sent by then may be billed.
    async fn create(&self, request: &ModelRequest) -> Result<UnifiedResponse, ModelError>;

    /// Sends a request and hands out the answer while it is being written.
    ///
    /// A provider that cannot stream answers with [`ResponseStream::replay`].
    ///
    /// # Errors
    /// [`ModelError`], as far as it shows before the first event; later ones come through the stream.
    ///
    /// # Cancel safety
    /// Dropping the future or the stream closes the connection.
    async fn create_stream(&self, request: &ModelRequest) -> Result<ResponseStream, ModelError>;
}

#[cfg(test)]
mod tests;
