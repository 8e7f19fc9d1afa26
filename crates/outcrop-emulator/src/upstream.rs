//! The upstream: a function that passes requests on to a real Bedrock, which the caller provides.
//!
//! The emulator has no client and no credentials of its own. `outcrop emulate --upstream` provides one.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::sync::mpsc;

use crate::protocol::operation::Operation;
use crate::protocol::response::{ResponseContent, ServiceResponse, UpstreamBroken, is_of_connection};

/// A request to pass on.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct UpstreamRequest {
    /// The operation.
    pub operation: Operation,
    /// The decoded id of the model or guardrail. Empty for InvokeGuardrailChecks, whose path names none.
    pub resource: String,
    /// The version of the guardrail, for ApplyGuardrail.
    pub guardrail_version: Option<String>,
    /// The body, byte for byte.
    pub body: Bytes,
}

/// A response to pass back.
#[derive(Debug)]
#[non_exhaustive]
pub struct UpstreamResponse {
    /// The status, such as 200.
    pub status: u16,
    /// The headers. Those that HTTP does not allow are left out.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: UpstreamBody,
}

/// The body of a response.
#[derive(Debug)]
#[non_exhaustive]
pub enum UpstreamBody {
    /// A body that is there as a whole.
    Whole(Bytes),
    /// A stream, chunk by chunk. An error cuts the response off.
    Stream(mpsc::Receiver<Result<Bytes, UpstreamBroken>>),
}

impl UpstreamResponse {
    /// Builds a response with a body.
    #[must_use]
    pub fn new(status: u16, body: UpstreamBody) -> Self {
        Self { status, headers: Vec::new(), body }
    }

    /// Adds a header.
    #[must_use]
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

impl From<UpstreamResponse> for ServiceResponse {
    fn from(response: UpstreamResponse) -> Self {
        let mut headers = HeaderMap::new();
        for (name, value) in response.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                if !is_of_connection(&name) {
                    headers.append(name, value);
                }
            }
        }
        let status = StatusCode::from_u16(response.status).unwrap_or(StatusCode::BAD_GATEWAY);
        let body = match response.body {
            UpstreamBody::Whole(body) => ResponseContent::Whole(body),
            UpstreamBody::Stream(chunks) => ResponseContent::Live(chunks),
        };
        Self { status, headers, body }
    }
}

/// The future of a response.
type ResponseFuture = Pin<Box<dyn Future<Output = UpstreamResponse> + Send>>;

/// A function that passes requests on. Clones share it.
///
/// ```
/// use outcrop_emulator::{Upstream, UpstreamBody, UpstreamResponse};
///
/// let upstream = Upstream::new(|request| async move {
///     // A real one sends `request.body` to the service.
///     UpstreamResponse::new(200, UpstreamBody::Whole(request.body))
/// });
/// # let _ = upstream;
/// ```
#[derive(Clone)]
pub struct Upstream(Arc<dyn Fn(UpstreamRequest) -> ResponseFuture + Send + Sync>);

impl Upstream {
    /// Wraps a function.
    pub fn new<F, R>(call: F) -> Self
    where
        F: Fn(UpstreamRequest) -> R + Send + Sync + 'static,
        R: Future<Output = UpstreamResponse> + Send + 'static,
    {
        Self(Arc::new(move |request| Box::pin(call(request))))
    }

    /// Passes a request on.
    pub(crate) async fn call(&self, request: UpstreamRequest) -> UpstreamResponse {
        (self.0)(request).await
    }
}

impl fmt::Debug for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upstream").finish_non_exhaustive()
    }
}
