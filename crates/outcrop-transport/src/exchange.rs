//! Our bytes through the SDK's operations.
//!
//! An SDK operation serialises its input and parses its output by two components that it looks up in its
//! configuration. An interceptor of the client puts ours in their place: the body that goes out is ours, the body that
//! comes back is kept for us. Everything between stays the SDK's. Errors are left to the SDK's own parser, so that
//! its retries see what they are made for.
//!
//! Which bytes belong to which call the interceptor learns from the task that makes the call. (The SDK offers
//! interceptors of a single call, too; they cost a copy of its configuration for each.)

mod deserialize;
mod operation;
mod path;
mod serialize;

use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeSerializationInterceptorContextMut;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::client::ser_de::{SharedRequestSerializer, SharedResponseDeserializer};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use bytes::Bytes;

use deserialize::KeepBody;
pub(crate) use operation::Operation;
pub(crate) use path::segment;
use serialize::OurBody;

tokio::task_local! {
    /// The call that the current task makes.
    static CALL: Arc<Call>;
}

/// One call with our own bytes.
#[derive(Debug)]
pub(crate) struct Call {
    operation: Operation,
    path: String,
    body: Bytes,
    kept: Mutex<Option<Kept>>,
}

/// A good reply, as it came.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) request_id: Option<String>,
    pub(crate) invocation_latency: Option<String>,
    pub(crate) body: SdkBody,
}

impl Call {
    pub(crate) fn new(operation: Operation, path: String, body: Bytes) -> Arc<Self> {
        Arc::new(Self { operation, path, body, kept: Mutex::new(None) })
    }

    /// Runs an operation of the SDK with the bytes of this call.
    ///
    /// The SDK's future is large, and every layer around a future is larger than it; on the heap it is moved once.
    pub(crate) fn carried_by<F: Future>(
        self: &Arc<Self>,
        operation: F,
    ) -> impl Future<Output = F::Output> + use<F> {
        CALL.scope(self.clone(), Box::pin(operation))
    }

    /// The reply, once the call succeeded.
    pub(crate) fn take_reply(&self) -> Option<Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Keeps what is worth keeping of a good reply.
    fn keep(&self, response: &HttpResponse, body: SdkBody) {
        let header = |name| response.headers().get(name).map(str::to_owned);
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(Kept {
            request_id: header("x-amzn-requestid"),
            invocation_latency: header("x-amzn-bedrock-invocation-latency"),
            body,
        });
    }
}

/// Puts our bytes in place of the SDK's, in the calls that are ours.
#[derive(Debug)]
pub(crate) struct OwnBytes;

#[dyn_dispatch_hint]
impl Intercept for OwnBytes {
    fn name(&self) -> &'static str {
        "outcrop: own bytes"
    }

    fn modify_before_serialization(
        &self,
        _context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let call = CALL
            .try_with(Arc::clone)
            .map_err(|_| "the client's operations carry calls of the transport only")?;
        let state = config.interceptor_state();
        state.store_put(SharedRequestSerializer::new(OurBody(call.clone())));
        state.store_put(SharedResponseDeserializer::new(KeepBody(call)));
        Ok(())
    }
}
