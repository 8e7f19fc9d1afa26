//! Boxes, references and shared pointers to a client are clients.

use std::sync::Arc;

use async_trait::async_trait;

use super::ModelClient;
use crate::error::ModelError;
use crate::request::ModelRequest;
use crate::response::UnifiedResponse;
use crate::stream::ResponseStream;

macro_rules! forward {
    ($($pointer:ty),*) => { $(
        #[async_trait]
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

forward!(&C, Box<C>, Arc<C>);
