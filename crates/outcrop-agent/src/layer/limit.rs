//! A limit on concurrent calls.

use std::sync::Arc;

use async_trait::async_trait;
use outcrop_core::{
    ErrorKind, ModelClient, ModelError, ModelRequest, ResponseStream, Stage, UnifiedResponse,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Layer;
use super::observe::observe;

/// A limit on the calls that run at the same time. Further calls wait for their turn, in their order.
///
/// A stream counts until it ends or is dropped. Clones share the limit.
///
/// ```
/// use outcrop_agent::{LayerExt as _, Limit};
/// use outcrop_core::ModelClient;
///
/// # fn build(client: impl ModelClient) -> impl ModelClient {
/// client.layer(Limit::new(4))
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Limit(Arc<Semaphore>);

impl Limit {
    /// Creates a limit. With 0, it is 1.
    #[must_use]
    pub fn new(calls: usize) -> Self {
        // More permits than the semaphore supports are no limit either.
        Self(Arc::new(Semaphore::new(calls.clamp(1, Semaphore::MAX_PERMITS))))
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, ModelError> {
        // The semaphore is never closed, so that this error does not occur.
        Arc::clone(&self.0).acquire_owned().await.map_err(|error| {
            ModelError::new(ErrorKind::Other, "the limit of calls is closed")
                .with_stage(Stage::Building)
                .with_source(error)
        })
    }
}

#[async_trait]
impl Layer for Limit {
    async fn create(
        &self,
        inner: &dyn ModelClient,
        request: &ModelRequest,
    ) -> Result<UnifiedResponse, ModelError> {
        let _permit = self.permit().await?;
        inner.create(request).await
    }

    async fn create_stream(
        &self,
        inner: &dyn ModelClient,
        request: &ModelRequest,
    ) -> Result<ResponseStream, ModelError> {
        let permit = self.permit().await?;
        let stream = inner.create_stream(request).await?;
        Ok(observe(stream, move |_| drop(permit)))
    }
}
