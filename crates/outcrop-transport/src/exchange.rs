//! Our bytes through the SDK's operations.
//!
//! An SDK operation serialises its input and parses its output by two components that it looks up in its
//! configuration. An interceptor of the client puts ours in their place: the body that goes out is ours, the body that
//! comes back is captured for us. Everything between stays the SDK's. Errors are left to the SDK's own parser, so that
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

use deserialize::RawBodyDeserializer;
pub(crate) use operation::Operation;
pub(crate) use path::segment;
use serialize::RawBodySerializer;

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
    captured: Mutex<Option<CapturedResponse>>,
}

/// A successful response, captured before the SDK parses it.
#[derive(Debug)]
pub(crate) struct CapturedResponse {
    pub(crate) request_id: Option<String>,
    pub(crate) invocation_latency: Option<String>,
    pub(crate) body: SdkBody,
}

impl Call {
    pub(crate) fn new(operation: Operation, path: String, body: Bytes) -> Arc<Self> {
        Arc::new(Self { operation, path, body, captured: Mutex::new(None) })
    }

    /// Runs an operation of the SDK with the bytes of this call.
    ///
    /// The SDK's future is large, and every layer around a future is larger than it; on the heap it is moved once.
    pub(crate) fn run<F: Future>(self: &Arc<Self>, operation: F) -> impl Future<Output = F::Output> + use<F> {
        CALL.scope(self.clone(), Box::pin(operation))
    }

    /// Returns the response, once the call has succeeded.
    pub(crate) fn take_response(&self) -> Option<CapturedResponse> {
        self.captured.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Captures the body and the headers that matter of a successful response.
    fn capture(&self, response: &HttpResponse, body: SdkBody) {
        let header = |name| response.headers().get(name).map(str::to_owned);
        *self.captured.lock().unwrap_or_else(PoisonError::into_inner) = Some(CapturedResponse {
            request_id: header("x-amzn-requestid"),
            invocation_latency: header("x-amzn-bedrock-invocation-latency"),
            body,
        });
    }
}

/// An interceptor that replaces the SDK's serializer and parser with ones that pass the body through.
#[derive(Debug)]
pub(crate) struct RawBodyInterceptor;

#[dyn_dispatch_hint]
impl Intercept for RawBodyInterceptor {
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
        state.store_put(SharedRequestSerializer::new(RawBodySerializer(call.clone())));
        state.store_put(SharedResponseDeserializer::new(RawBodyDeserializer(call)));
        Ok(())
    }
}
