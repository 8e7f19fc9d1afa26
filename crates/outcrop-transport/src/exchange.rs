//! Our bytes through the SDK's operations.
//!
//! An SDK operation serializes its input and parses its output with two components that it looks up in its
//! configuration. An interceptor of the client replaces both: the request body is ours, and the response body is captured
//! before the SDK parses it. Endpoint, signature, retries and connections stay the SDK's, and so does the parsing of error
//! responses, because its classifier for wrong clocks reads the parsed errors. The interceptor also observes each attempt, so
//! that errors and retries know what was sent.
//!
//! The SDK's typed operations cannot carry our bytes: they drop unknown members and reorder the keys of documents.

mod operation;

use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextMut, BeforeTransmitInterceptorContextMut, Error,
    FinalizerInterceptorContextRef, Input, Output,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::client::ser_de::{
    DeserializeResponse, SerializeRequest, SharedRequestSerializer, SharedResponseDeserializer,
};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use bytes::Bytes;

pub(crate) use operation::Operation;

use crate::body::{ObservedBody, TimedBody};
use crate::error::ErrorContext;
use crate::progress::Progress;

/// The media types of responses that are not a stream: errors with status 200. A response with another media type, or with
/// none, as some gateways send it, is read as a stream.
const NOT_STREAMS: &[&str] = &["application/json", "application/x-amz-json", "text/"];

tokio::task_local! {
    /// The call that the current task makes. The SDK's alternative, an interceptor for each call, costs a copy of the
    /// client's configuration: about 12,000 instructions a call, measured with callgrind.
    static CALL: Arc<Call>;
}

/// A call with our own bytes.
#[derive(Debug)]
pub(crate) struct Call {
    operation: Operation,
    path: String,
    body: Bytes,
    context: Arc<ErrorContext>,
    progress: Arc<Progress>,
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
    /// Creates a call of an operation with its path and request body. The context is that of its errors.
    pub(crate) fn new(
        operation: Operation,
        path: String,
        body: Bytes,
        context: Arc<ErrorContext>,
    ) -> Arc<Self> {
        let progress = Arc::default();
        Arc::new(Self { operation, path, body, context, progress, captured: Mutex::new(None) })
    }

    /// Returns how far the call has come.
    pub(crate) fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Runs an operation of the SDK with the bytes of this call.
    pub(crate) fn run<F: Future>(self: &Arc<Self>, operation: F) -> impl Future<Output = F::Output> + use<F> {
        // The SDK's future is large, and every async function around it would be larger still. On the heap it is not moved.
        CALL.scope(self.clone(), Box::pin(operation))
    }

    /// Removes and returns the captured response of a successful call.
    pub(crate) fn take_response(&self) -> Option<CapturedResponse> {
        self.captured.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Stores the body of a successful response, and the headers that are part of the result.
    fn capture(&self, response: &HttpResponse, body: SdkBody) {
        let header = |name| response.headers().get(name).map(str::to_owned);
        *self.captured.lock().unwrap_or_else(PoisonError::into_inner) = Some(CapturedResponse {
            request_id: header("x-amzn-requestid"),
            invocation_latency: header("x-amzn-bedrock-invocation-latency"),
            body,
        });
    }
}

/// Returns the call that the current task makes.
pub(crate) fn current_call() -> Option<Arc<Call>> {
    CALL.try_with(Arc::clone).ok()
}

/// An interceptor that replaces the SDK's serializer and parser with ones that pass the body through, and observes attempts.
#[derive(Debug)]
pub(crate) struct RawBodyInterceptor;

#[dyn_dispatch_hint]
impl Intercept for RawBodyInterceptor {
    fn name(&self) -> &'static str {
        "outcrop: raw bodies"
    }

    fn modify_before_serialization(
        &self,
        _context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let call = current_call()
            .ok_or("this SDK client was set up by a transport and only sends the transport's calls")?;
        // The orchestrator loads both components after this hook, and the state layer comes before the operation's own.
        let state = config.interceptor_state();
        state.store_put(SharedRequestSerializer::new(RawBodySerializer(call.clone())));
        state.store_put(SharedResponseDeserializer::new(RawBodyDeserializer(call)));
        Ok(())
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(call) = current_call() {
            call.progress.begin_attempt();
            // The request is signed by now, so its bytes need not stay accessible. A retry starts from a copy that the
            // orchestrator made before.
            let body = std::mem::replace(context.request_mut().body_mut(), SdkBody::taken());
            *context.request_mut().body_mut() = ObservedBody::wrap(body, call.progress.clone());
        }
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(Err(error)) = context.output_or_error() else { return Ok(()) };
        // A limit of the whole call is not the failure of an attempt: the error before it is the reason of the wait.
        if let Some(call) = current_call().filter(|_| !error.is_timeout_error()) {
            call.progress.set_failure(call.context.attempt_error(error, context.response(), &call.progress));
        }
        Ok(())
    }
}

/// A serializer that passes path and body through. The SDK adds the endpoint and the signature.
#[derive(Debug)]
struct RawBodySerializer(Arc<Call>);

impl SerializeRequest for RawBodySerializer {
    fn serialize_input(&self, _input: Input, _config: &mut ConfigBag) -> Result<HttpRequest, BoxError> {
        let Self(call) = self;
        let mut request = HttpRequest::new(SdkBody::from(call.body.clone()));
        request.set_method("POST")?;
        request.set_uri(call.path.as_str())?;
        let headers = request.headers_mut();
        headers.insert("content-type", "application/json");
        // The SDK's own serializers set the length as well, and the signature covers it.
        headers.insert("content-length", call.body.len().to_string());
        Ok(request)
    }
}

/// A parser that captures the body of a successful response and passes an error response to the SDK's parser.
#[derive(Debug)]
struct RawBodyDeserializer(Arc<Call>);

impl RawBodyDeserializer {
    /// Parses a response with the SDK's parser for the operation.
    fn parse_by_sdk(
        &self,
        response: &HttpResponse,
        config: &ConfigBag,
    ) -> Result<Output, OrchestratorError<Error>> {
        let layer = self.0.operation.sdk_configuration();
        let parser = layer.as_ref().and_then(|layer| layer.load::<SharedResponseDeserializer>());
        match parser {
            Some(parser) => parser.deserialize_nonstreaming_with_config(response, config),
            None => Err(OrchestratorError::other("the SDK's operation has no parser")),
        }
    }
}

impl DeserializeResponse for RawBodyDeserializer {
    /// Captures the body of a stream before the SDK reads it; the SDK's parser gets an empty one. Any other body gets a limit
    /// and is read by the orchestrator.
    fn deserialize_streaming_with_config(
        &self,
        response: &mut HttpResponse,
        config: &ConfigBag,
    ) -> Option<Result<Output, OrchestratorError<Error>>> {
        let is_success = response.status().is_success();
        if !is_success {
            self.0.progress.mark_rejected();
        }
        // Media types are compared without regard to case (RFC 9110, section 8.3.1).
        let media_type = response.headers().get("content-type").unwrap_or_default().to_ascii_lowercase();
        // An unknown path gets status 200 and a JSON error, and boto3 reads that as an empty success (L110).
        let is_stream = !NOT_STREAMS.iter().any(|other| media_type.starts_with(other));
        if self.0.operation != Operation::ConverseStream || !is_success || !is_stream {
            if let Some(limit) = self.0.context.timeouts.body {
                let body = std::mem::replace(response.body_mut(), SdkBody::taken());
                *response.body_mut() = TimedBody::wrap(body, limit);
            }
            return None;
        }
        let body = std::mem::replace(response.body_mut(), SdkBody::empty());
        self.0.capture(response, body);
        let layer = self.0.operation.sdk_configuration();
        layer
            .as_ref()
            .and_then(|layer| layer.load::<SharedResponseDeserializer>())?
            .deserialize_streaming_with_config(response, config)
    }

    fn deserialize_nonstreaming_with_config(
        &self,
        response: &HttpResponse,
        config: &ConfigBag,
    ) -> Result<Output, OrchestratorError<Error>> {
        if !response.status().is_success() {
            return self.parse_by_sdk(response, config);
        }
        // The orchestrator has read the body into memory by now; a clone shares the bytes.
        let body = response.body().try_clone();
        let body = body.ok_or_else(|| OrchestratorError::other("the response body is not in memory"))?;
        self.0.capture(response, body);
        self.0.operation.empty_output().map_err(OrchestratorError::other)
    }
}
