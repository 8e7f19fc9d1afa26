//! Calls with our own bytes, on the orchestrator of the AWS SDK.
//!
//! A call runs with the components of an SDK client, which are merged once ([`components`]), and with a serializer and a
//! parser that pass bytes through. Its first attempt is usually sent without the orchestrator ([`direct`]). Endpoint,
//! signature, retries and connections are the SDK's, and so is the parsing of error responses, because its classifier for
//! wrong clocks reads the parsed errors. An interceptor observes each attempt, so that errors and retries know what was sent.
//!
//! The SDK's typed operations cannot carry our bytes: they drop unknown members and reorder the keys of documents.

mod components;
mod direct;
mod handover;
mod operation;
mod signer;
mod user_agent;

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeTransmitInterceptorContextMut, BeforeTransmitInterceptorContextRef, Error,
    FinalizerInterceptorContextRef, Input, Output,
};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::retries::RequestAttempts;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_runtime_api::client::ser_de::{
    DeserializeResponse, SerializeRequest, SharedResponseDeserializer,
};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::{ConfigBag, FrozenLayer};
use bytes::Bytes;
use outcrop_core::ModelError;
use tracing::Span;

pub(crate) use components::{CallError, SdkClient, plain_http_client};
use direct::RecordedHead;
use handover::Handover;
pub(crate) use operation::Operation;
use signer::Clock;

use crate::body::{ObservedBody, TimedBody};
use crate::error::ErrorContext;
use crate::progress::Progress;

/// The media types of responses that are not a stream: errors with status 200. A response with another media type, or with
/// none, as some gateways send it, is read as a stream.
const NOT_STREAMS: &[&str] = &["application/json", "application/x-amz-json", "text/"];

tokio::task_local! {
    /// The call that the current task makes. The serializer, the parser and the interceptor belong to the client, and a retry
    /// classifier has no other access to the call.
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
    /// What a direct attempt left to the orchestrator.
    handover: Handover,
    /// The span that the call was made in. The SDK has spans of its own around each attempt.
    span: Span,
    /// The header `Date` of the first response, if the call is a probe.
    date: Option<OnceLock<String>>,
}

/// A successful response, captured before the SDK parses it.
#[derive(Debug)]
pub(crate) struct CapturedResponse {
    pub(crate) request_id: Option<String>,
    pub(crate) invocation_latency: Option<String>,
    pub(crate) body: SdkBody,
    /// Whether the body is an event stream. Any other body is in memory.
    pub(crate) is_stream: bool,
}

impl Call {
    /// Creates a call of an operation with its path and request body. The context is that of its errors.
    pub(crate) fn new(
        operation: Operation,
        path: String,
        body: Bytes,
        context: Arc<ErrorContext>,
    ) -> Arc<Self> {
        Arc::new(Self {
            operation,
            path,
            body,
            context,
            progress: Arc::default(),
            captured: Mutex::default(),
            handover: Handover::default(),
            span: Span::current(),
            date: None,
        })
    }

    /// Creates a call that keeps the date of its response.
    pub(crate) fn probe(path: String, body: Bytes, context: Arc<ErrorContext>) -> Arc<Self> {
        Arc::new(Self {
            operation: Operation::Converse,
            path,
            body,
            context,
            progress: Arc::default(),
            captured: Mutex::default(),
            handover: Handover::default(),
            span: Span::none(),
            date: Some(OnceLock::new()),
        })
    }

    /// Returns the header `Date` of the first response of a probe.
    pub(crate) fn date(&self) -> Option<&str> {
        self.date.as_ref()?.get().map(String::as_str)
    }

    /// Keeps the header `Date` of a response, if the call is a probe.
    fn keep_date(&self, response: Option<&HttpResponse>) {
        let header = response.and_then(|response| response.headers().get("date"));
        if let (Some(date), Some(header)) = (&self.date, header) {
            date.get_or_init(|| header.to_owned());
        }
    }

    /// Records the end of an attempt as an event of the span: its number, and its error if it failed.
    fn record_attempt(&self, failure: Option<&ModelError>) {
        let attempt = self.progress.attempts();
        match failure {
            None => tracing::debug!(parent: &self.span, attempt, "attempt succeeded"),
            // The number of the status and the name of the error, and not its message, which may quote the request.
            Some(error) => tracing::info!(
                parent: &self.span,
                attempt,
                error.r#type = error.code().unwrap_or_else(|| error.kind().as_str()),
                http.response.status_code = error.status(),
                "attempt failed",
            ),
        }
    }

    /// Returns how far the call has come.
    pub(crate) fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Returns the operation.
    pub(crate) fn operation(&self) -> Operation {
        self.operation
    }

    /// Runs a future of the SDK's orchestrator with the bytes of this call.
    pub(crate) fn run<F: Future>(self: &Arc<Self>, operation: F) -> impl Future<Output = F::Output> + use<F> {
        // The SDK's future is large, and every async function around it would be larger still. On the heap it is not moved.
        CALL.scope(self.clone(), Box::pin(operation))
    }

    /// Removes and returns the captured response of a successful call.
    pub(crate) fn take_response(&self) -> Option<CapturedResponse> {
        self.captured.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Returns whether a successful response of the call may be an event stream.
    fn expects_stream(&self) -> bool {
        self.operation == Operation::ConverseStream
    }

    /// Adds the limit for a response that is read as a whole to its body.
    fn limit_body(&self, body: SdkBody) -> SdkBody {
        match self.context.timeouts.body {
            Some(limit) => TimedBody::wrap(body, limit),
            None => body,
        }
    }

    /// Stores the body of a successful response, and the headers that are part of the result.
    fn capture(&self, response: &HttpResponse, body: SdkBody, is_stream: bool) {
        let header = |name| response.headers().get(name).map(str::to_owned);
        *self.captured.lock().unwrap_or_else(PoisonError::into_inner) = Some(CapturedResponse {
            request_id: header("x-amzn-requestid"),
            invocation_latency: header("x-amzn-bedrock-invocation-latency"),
            body,
            is_stream,
        });
    }
}

/// Returns the call that the current task makes.
pub(crate) fn current_call() -> Option<Arc<Call>> {
    CALL.try_with(Arc::clone).ok()
}

/// Returns the call that the current task makes.
///
/// # Errors
/// The SDK's components are used without a transport.
fn require_call() -> Result<Arc<Call>, BoxError> {
    current_call().ok_or_else(|| "these components only send the calls of a transport".into())
}

/// An interceptor that observes attempts.
#[derive(Debug)]
struct RawBodyInterceptor {
    clock: Arc<Clock>,
    head: Arc<RecordedHead>,
}

#[dyn_dispatch_hint]
impl Intercept for RawBodyInterceptor {
    fn name(&self) -> &'static str {
        "outcrop: attempts"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // An attempt that was handed over was begun already, and its request is not sent again.
        if let Some(call) = current_call().filter(|call| call.handover.invocation_id().is_none()) {
            call.progress.begin_attempt();
            // The request is signed by now, so its bytes need not stay accessible. A retry starts from a copy that the
            // orchestrator made before.
            let body = std::mem::replace(context.request_mut().body_mut(), SdkBody::taken());
            *context.request_mut().body_mut() = ObservedBody::wrap(body, call.progress.clone());
        }
        Ok(())
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // By the SDK's number, which its head contains: the SDK also counts attempts that got no credentials.
        let is_first = config.load::<RequestAttempts>().is_some_and(|number| number.attempts() == 1);
        if let Some(call) = current_call().filter(|_| is_first) {
            self.head.record(context.request(), &call, config);
        }
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(call) = current_call() else { return Ok(()) };
        call.keep_date(context.response());
        if let (Some(response), Some(time)) = (context.response(), components.time_source()) {
            self.clock.observe(response, time.now());
        }
        let Some(Err(error)) = context.output_or_error() else {
            call.record_attempt(None);
            return Ok(());
        };
        // A limit of the whole call is not the failure of an attempt: the error before it is the reason of the wait.
        if !error.is_timeout_error() {
            let failure = call.context.attempt_error(error, context.response(), &call.progress);
            call.record_attempt(Some(&failure));
            call.progress.set_failure(failure);
        }
        Ok(())
    }
}

/// A serializer that passes path and body through. The SDK adds the endpoint and the signature.
#[derive(Debug)]
struct RawBodySerializer;

impl SerializeRequest for RawBodySerializer {
    fn serialize_input(&self, _input: Input, _config: &mut ConfigBag) -> Result<HttpRequest, BoxError> {
        let call = require_call()?;
        let mut request = HttpRequest::new(SdkBody::from(call.body.clone()));
        request.set_uri(call.path.as_str())?;
        if call.operation.is_of_control_plane() {
            request.set_method("GET")?;
            return Ok(request);
        }
        request.set_method("POST")?;
        let headers = request.headers_mut();
        headers.insert("content-type", "application/json");
        // The SDK's own serializers set the length as well, and the signature covers it.
        headers.insert("content-length", call.body.len().to_string());
        Ok(request)
    }
}

/// A parser that captures the body of a successful response and passes an error response to the SDK's parser.
#[derive(Debug)]
struct RawBodyDeserializer {
    /// The SDK's configuration of the operation, which contains its parser.
    sdk: Option<FrozenLayer>,
}

impl RawBodyDeserializer {
    /// Parses an error response with the SDK's parser for the operation.
    fn parse_by_sdk(
        &self,
        response: &HttpResponse,
        config: &ConfigBag,
    ) -> Result<Output, OrchestratorError<Error>> {
        let parser = self.sdk.as_ref().and_then(|layer| layer.load::<SharedResponseDeserializer>());
        match parser {
            Some(parser) => parser.deserialize_nonstreaming_with_config(response, config),
            None => Err(OrchestratorError::other("the SDK's operation has no parser")),
        }
    }
}

impl DeserializeResponse for RawBodyDeserializer {
    /// Captures the body of a stream. Any other body gets a limit and is read by the orchestrator.
    fn deserialize_streaming_with_config(
        &self,
        response: &mut HttpResponse,
        _config: &ConfigBag,
    ) -> Option<Result<Output, OrchestratorError<Error>>> {
        let call = match require_call() {
            Ok(call) => call,
            Err(error) => return Some(Err(OrchestratorError::other(error))),
        };
        let is_success = response.status().is_success();
        if !is_success {
            call.progress.mark_rejected();
        }
        let is_stream = call.expects_stream() && is_success && has_stream(response);
        let body = std::mem::replace(response.body_mut(), SdkBody::taken());
        if is_stream {
            call.capture(response, body, true);
            return Some(Ok(Output::erase(())));
        }
        *response.body_mut() = call.limit_body(body);
        None
    }

    fn deserialize_nonstreaming_with_config(
        &self,
        response: &HttpResponse,
        config: &ConfigBag,
    ) -> Result<Output, OrchestratorError<Error>> {
        let call = require_call().map_err(OrchestratorError::other)?;
        if !response.status().is_success() {
            return self.parse_by_sdk(response, config);
        }
        // The orchestrator has read the body into memory by now; a clone shares the bytes.
        let body = response.body().try_clone();
        let body = body.ok_or_else(|| OrchestratorError::other("the response body is not in memory"))?;
        call.capture(response, body, false);
        Ok(Output::erase(()))
    }
}

/// Returns whether the media type of a response may be that of a stream.
fn has_stream(response: &HttpResponse) -> bool {
    // Media types are compared without regard to case (RFC 9110, section 8.3.1).
    let media_type = response.headers().get("content-type").unwrap_or_default().to_ascii_lowercase();
    // An unknown path gets status 200 and a JSON error, and boto3 reads that as an empty success (L110).
    !NOT_STREAMS.iter().any(|other| media_type.starts_with(other))
}
