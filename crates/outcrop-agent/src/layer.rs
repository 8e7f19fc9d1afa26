//! Layers: clients around a client, which are clients themselves.
//!
//! A layer sees each request and each response, and streams as well as complete responses. It knows nothing of the provider, so
//! that it works with every client.

mod budget;
mod cache;
mod fallback;
mod limit;
mod log;
#[cfg(feature = "otel")]
mod metrics;
mod observe;
mod record;
mod replay;

use std::fmt;

use async_trait::async_trait;
use outcrop_core::{ModelClient, ModelError, ModelRequest, ResponseStream, UnifiedResponse};

pub use budget::Budget;
pub use cache::Cache;
pub use fallback::Fallback;
pub use limit::Limit;
pub use log::{Log, LogEntry, LogOutcome};
pub use record::Record;
pub use replay::Replay;

/// A layer around a client: it decides what happens to each request and each response.
///
/// ```
/// use async_trait::async_trait;
/// use outcrop_agent::{Layer, LayerExt as _};
/// # use outcrop_core::testing::ScriptedClient;
/// use outcrop_core::{ModelClient, ModelError, ModelRequest, ResponseStream, UnifiedResponse};
///
/// /// Sends every request to one model.
/// #[derive(Debug)]
/// struct OneModel(String);
///
/// impl OneModel {
///     fn apply(&self, request: &ModelRequest) -> ModelRequest {
///         let mut request = request.clone();
///         request.model.clone_from(&self.0);
///         request
///     }
/// }
///
/// #[async_trait]
/// impl Layer for OneModel {
///     async fn create(
///         &self,
///         inner: &dyn ModelClient,
///         request: &ModelRequest,
///     ) -> Result<UnifiedResponse, ModelError> {
///         inner.create(&self.apply(request)).await
///     }
///
///     async fn create_stream(
///         &self,
///         inner: &dyn ModelClient,
///         request: &ModelRequest,
///     ) -> Result<ResponseStream, ModelError> {
///         inner.create_stream(&self.apply(request)).await
///     }
/// }
///
/// # let client = ScriptedClient::new("scripted");
/// let client = client.layer(OneModel("some-model".to_owned()));
/// assert_eq!(client.provider(), "scripted");
/// ```
#[async_trait]
pub trait Layer: fmt::Debug + Send + Sync {
    /// Sends a request through the layer. See [`ModelClient::create`].
    ///
    /// # Errors
    /// Those of the client and of the layer.
    async fn create(
        &self,
        inner: &dyn ModelClient,
        request: &ModelRequest,
    ) -> Result<UnifiedResponse, ModelError>;

    /// Opens a stream through the layer. See [`ModelClient::create_stream`].
    ///
    /// # Errors
    /// Those of the client and of the layer.
    async fn create_stream(
        &self,
        inner: &dyn ModelClient,
        request: &ModelRequest,
    ) -> Result<ResponseStream, ModelError>;
}

/// Adds layers to every [`ModelClient`].
pub trait LayerExt: ModelClient + Sized {
    /// Puts a layer around the client. The result is a client again, and the layer that was added last sees a request first.
    ///
    /// ```
    /// use outcrop_agent::{Budget, Cache, LayerExt as _, Limit};
    /// use outcrop_core::ModelClient;
    ///
    /// # fn build(client: impl ModelClient) -> impl ModelClient {
    /// // A response from the cache needs no place in the limit, and is free of charge.
    /// client.layer(Limit::new(4)).layer(Cache::new(1_000)).layer(Budget::usd(5.0))
    /// # }
    /// ```
    fn layer<L: Layer>(self, layer: L) -> Layered<Self, L> {
        Layered { inner: self, layer }
    }
}

impl<C: ModelClient> LayerExt for C {}

/// A client with a layer around it. Created by [`LayerExt::layer`].
#[derive(Clone, Debug)]
pub struct Layered<C, L> {
    inner: C,
    layer: L,
}

impl<C, L> Layered<C, L> {
    /// Returns the client within the layer.
    #[must_use]
    pub fn inner(&self) -> &C {
        &self.inner
    }

    /// Returns the layer.
    #[must_use]
    pub fn get_layer(&self) -> &L {
        &self.layer
    }
}

#[async_trait]
impl<C: ModelClient, L: Layer> ModelClient for Layered<C, L> {
    fn provider(&self) -> &str {
        self.inner.provider()
    }

    async fn create(&self, request: &ModelRequest) -> Result<UnifiedResponse, ModelError> {
        self.layer.create(&self.inner, request).await
    }

    async fn create_stream(&self, request: &ModelRequest) -> Result<ResponseStream, ModelError> {
        self.layer.create_stream(&self.inner, request).await
    }
}

#[cfg(test)]
mod tests;
