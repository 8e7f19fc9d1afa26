//! Our bytes through the SDK's operations.
//!
//! An SDK operation serialises its input and parses its output by two components that it looks up in its
//! configuration. An interceptor puts ours in their place for one call: the body that goes out is ours, the body that
//! comes back is kept for us. Everything between stays the SDK's. Errors are left to the SDK's own parser, so that
//! its retries see what they are made for.

mod deserialize;
pub(crate) mod serialize;

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
pub(crate) use deserialize::{Converse, Operation};
use serialize::OurBody;

/// One call with our own bytes.
#[derive(Debug)]
pub(crate) struct Exchange<O> {
    path: Arc<str>,
    body: Bytes,
    kept: Arc<Mutex<Option<Kept>>>,
    operation: std::marker::PhantomData<fn() -> O>,
}

impl<O> Clone for Exchange<O> {
    fn clone(&self) -> Self {
        Self {
            path: self.path.clone(),
            body: self.body.clone(),
            kept: self.kept.clone(),
            operation: std::marker::PhantomData,
        }
    }
}

/// A good reply, as it came.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: SdkBody,
}

/// The headers of a reply that are worth keeping.
const HEADERS: &[&str] = &["x-amzn-requestid", "x-amzn-bedrock-invocation-latency"];

impl<O: Operation> Exchange<O> {
    pub(crate) fn new(path: String, body: Bytes) -> Self {
        Self { path: path.into(), body, kept: Arc::default(), operation: std::marker::PhantomData }
    }

    /// The reply, once the call succeeded.
    pub(crate) fn take(&self) -> Option<Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[dyn_dispatch_hint]
impl<O: Operation> Intercept for Exchange<O> {
    fn name(&self) -> &'static str {
        "outcrop: own bytes"
    }

    fn modify_before_serialization(
        &self,
        _context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let state = config.interceptor_state();
        state.store_put(SharedRequestSerializer::new(OurBody {
            path: self.path.clone(),
            body: self.body.clone(),
        }));
        state.store_put(SharedResponseDeserializer::new(KeepBody::<O>::new(self.kept.clone())));
        Ok(())
    }
}

/// Keeps what is worth keeping of a good reply.
fn keep(slot: &Mutex<Option<Kept>>, response: &HttpResponse, body: SdkBody) {
    let header = |name: &&'static str| response.headers().get(*name).map(|value| (*name, value.to_owned()));
    let kept = Kept { headers: HEADERS.iter().filter_map(header).collect(), body };
    *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
}
