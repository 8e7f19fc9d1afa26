//! The transport itself.

use std::error::Error;
use std::fmt;
use std::future::Future as _;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::error::SdkError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use bytes::Bytes;
use outcrop_core::{ErrorKind, ModelError, Stage};

use crate::classify::model_error;
use crate::connect::Connection;
use crate::exchange::{Call, CapturedResponse, Operation, RawBodyInterceptor, segment};
use crate::settings::{Region, Settings, Timeouts};
use crate::stream::ResponseBody;

/// A connection to Bedrock Runtime in one region. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Transport {
    client: Client,
    region: Region,
    timeouts: Timeouts,
}

/// A successful response of the service, with its body as bytes.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct RawResponse {
    /// The body, byte for byte.
    pub body: Bytes,
    /// The service's id of the call.
    pub request_id: Option<String>,
    /// How long the model took, as the service reports it.
    pub invocation_latency: Option<Duration>,
}

impl Transport {
    /// Resolves the settings and builds a client. Nothing is sent yet.
    ///
    /// # Errors
    /// Of kind `Configuration`: no region, half an access key, no attempts. What was looked at says the hint.
    pub async fn from_settings(settings: Settings) -> Result<Self, ModelError> {
        let Connection { client, region } = Connection::open(&settings).await?;
        Ok(Self { client, region, timeouts: settings.timeouts })
    }

    /// Takes a client of the SDK as it is, with whatever it was set up with.
    #[must_use]
    pub fn from_sdk_client(client: &Client) -> Self {
        let name = client.config().region().map(ToString::to_string).unwrap_or_default();
        let client = Client::from_conf(client.config().to_builder().interceptor(RawBodyInterceptor).build());
        let region = Region { name, source: "the SDK client" };
        Self { client, region, timeouts: Timeouts::default() }
    }

    /// The time limits of streams, which the SDK does not keep: whoever reads a [`ResponseBody`] keeps them.
    #[must_use]
    pub fn timeouts(&self) -> Timeouts {
        self.timeouts
    }

    /// The region that is talked to, and where it was found.
    #[must_use]
    pub fn region(&self) -> &Region {
        &self.region
    }

    /// Sends the body of a Converse request to a model and waits for the reply.
    ///
    /// # Errors
    /// [`ModelError`] with kind, stage, code, status and request id, as far as there are any.
    ///
    /// # Cancel safety
    /// Dropping the future closes the connection. What was sent by then may be billed.
    pub async fn converse(&self, model_id: &str, body: Bytes) -> Result<RawResponse, ModelError> {
        let call = Call::new(Operation::Converse, format!("/model/{}/converse", segment(model_id)), body);
        let sent = call.run(self.client.converse().send()).await;
        self.outcome(sent, &call).map_err(|error| error.with_model(model_id))
    }

    /// Sends the body of a ConverseStream request to a model and waits until the reply begins.
    ///
    /// Until then the SDK's retries apply; once the reply has begun, nothing is sent again. The time limits of a stream
    /// are the caller's to keep, see [`timeouts`](Self::timeouts).
    ///
    /// # Errors
    /// As [`converse`](Self::converse).
    ///
    /// # Cancel safety
    /// Dropping the future, or the stream that it gives, closes the connection. What was sent by then may be billed.
    pub async fn converse_stream(&self, model_id: &str, body: Bytes) -> Result<ResponseBody, ModelError> {
        let path = format!("/model/{}/converse-stream", segment(model_id));
        let call = Call::new(Operation::ConverseStream, path, body);
        let sent = call.run(self.client.converse_stream().send()).await;
        let begun = match (sent, call.take_response()) {
            (Ok(_), Some(captured)) => Ok(ResponseBody::new(captured, &self.region.name)),
            (Err(_), Some(captured)) => {
                Err(raw_response(Some(captured)).map_or_else(|error| error, not_a_stream))
            }
            (Err(error), None) => Err(model_error(error)),
            (Ok(_), None) => Err(missing_response()),
        };
        begun.map_err(|error| error.with_region(&self.region.name).with_model(model_id))
    }

    /// Sends the body of a CountTokens request for a model and waits for the reply.
    ///
    /// # Errors
    /// As [`converse`](Self::converse).
    ///
    /// # Cancel safety
    /// Dropping the future closes the connection. Counting is not billed.
    pub async fn count_tokens(&self, model_id: &str, body: Bytes) -> Result<RawResponse, ModelError> {
        let path = format!("/model/{}/count-tokens", segment(model_id));
        let call = Call::new(Operation::CountTokens, path, body);
        let sent = call.run(self.client.count_tokens().send()).await;
        self.outcome(sent, &call).map_err(|error| error.with_model(model_id))
    }

    /// Sends the body of an ApplyGuardrail request to a guardrail, by its id or ARN and its version, and waits for the
    /// reply.
    ///
    /// # Errors
    /// As [`converse`](Self::converse).
    ///
    /// # Cancel safety
    /// Dropping the future closes the connection. What was sent by then may be billed.
    pub async fn apply_guardrail(
        &self,
        guardrail: &str,
        version: &str,
        body: Bytes,
    ) -> Result<RawResponse, ModelError> {
        let path = format!("/guardrail/{}/version/{}/apply", segment(guardrail), segment(version));
        let call = Call::new(Operation::ApplyGuardrail, path, body);
        let sent = call.run(self.client.apply_guardrail().send()).await;
        self.outcome(sent, &call)
    }

    /// Returns the response of a call, or its error with the region.
    fn outcome<O, E>(
        &self,
        sent: Result<O, SdkError<E, HttpResponse>>,
        call: &Call,
    ) -> Result<RawResponse, ModelError>
    where
        E: Error + Send + Sync + 'static,
    {
        let outcome = sent.map_err(model_error).and_then(|_| raw_response(call.take_response()));
        outcome.map_err(|error| error.with_region(&self.region.name))
    }
}

/// Unwraps a captured response.
fn raw_response(captured: Option<CapturedResponse>) -> Result<RawResponse, ModelError> {
    let Some(captured) = captured else {
        return Err(missing_response());
    };
    let latency = captured.invocation_latency.and_then(|text| text.parse().ok());
    Ok(RawResponse {
        body: in_memory(captured.body)?,
        request_id: captured.request_id,
        invocation_latency: latency.map(Duration::from_millis),
    })
}

fn missing_response() -> ModelError {
    ModelError::new(ErrorKind::Other, "the SDK gave no reply").with_stage(Stage::Replied)
}

/// Builds the error for a response with status 200 that is not a stream: an error, as for a path that the service does
/// not know.
fn not_a_stream(response: RawResponse) -> ModelError {
    let error =
        ModelError::new(ErrorKind::InvalidResponse, "the service answered with something that is no stream")
            .with_code("InvalidResponse")
            .with_stage(Stage::Replied)
            .with_body(response.body)
            .with_hint(
                "the model's id was not understood as part of the address, or the endpoint is not Bedrock's",
            );
    match response.request_id {
        Some(id) => error.with_request_id(id),
        None => error,
    }
}

/// The bytes of a body that the SDK has read to its end already: in one piece, so they are handed on without a copy, and
/// at once, so there is nothing to wait for.
fn in_memory(body: SdkBody) -> Result<Bytes, ModelError> {
    let collected = pin!(ByteStream::new(body).collect());
    let unreadable = ModelError::new(ErrorKind::Connection, "the reply could not be read");
    match collected.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(body)) => Ok(body.into_bytes()),
        Poll::Ready(Err(error)) => Err(unreadable.with_stage(Stage::Waiting).with_source(error)),
        Poll::Pending => Err(unreadable.with_stage(Stage::Waiting)),
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").field("region", &self.region).finish_non_exhaustive()
    }
}
