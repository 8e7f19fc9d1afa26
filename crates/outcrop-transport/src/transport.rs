//! The transport: one method for each operation, bytes in and bytes out.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::error::SdkError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use bytes::Bytes;
use outcrop_converse::url_path;
use outcrop_core::ModelError;

use crate::connect::Connection;
use crate::error::ErrorContext;
use crate::exchange::{Call, Operation, RawBodyInterceptor};
use crate::identity::IdentityLabel;
use crate::region::Region;
use crate::response::{RawResponse, ResponseBody, missing_response};
use crate::settings::Settings;
use crate::timeouts::Timeouts;

/// A connection to Bedrock Runtime in one region. It is cheap to clone, and clones share connections.
#[derive(Clone)]
pub struct Transport {
    client: Client,
    context: Arc<ErrorContext>,
    timeouts: Timeouts,
}

impl Transport {
    /// Resolves the settings and builds a client. Nothing is sent yet.
    ///
    /// # Errors
    /// Kind `Configuration`, with the name of the setting as its path: there is no region, half an access key, a profile that
    /// does not exist, an endpoint, region or key that cannot be used, or no attempt. The hint lists what was searched.
    pub async fn from_settings(settings: Settings) -> Result<Self, ModelError> {
        let Connection { client, region, endpoint, identity } = Connection::open(&settings).await?;
        let context = Arc::new(ErrorContext { region, endpoint, identity });
        Ok(Self { client, context, timeouts: settings.timeouts })
    }

    /// Wraps a client of the SDK with its own settings. [`Settings`] and environment variables are not read.
    #[must_use]
    pub fn from_sdk_client(client: &Client) -> Self {
        let name = client.config().region().map(ToString::to_string).unwrap_or_default();
        let client = Client::from_conf(client.config().to_builder().interceptor(RawBodyInterceptor).build());
        let region = Region { name, source: "the SDK client" };
        let context = ErrorContext { region, endpoint: None, identity: IdentityLabel::SDK_CLIENT };
        Self { client, context: Arc::new(context), timeouts: Timeouts::default() }
    }

    /// Returns the time limits. Those of streams are not enforced here but by the reader of a [`ResponseBody`].
    #[must_use]
    pub fn timeouts(&self) -> Timeouts {
        self.timeouts
    }

    /// Returns the region, and where its name was found.
    #[must_use]
    pub fn region(&self) -> &Region {
        &self.context.region
    }

    /// Sends the body of a Converse request to a model and waits for the response.
    ///
    /// # Errors
    /// [`ModelError`] with kind and stage, and with code, status and request id if the service sent them.
    ///
    /// # Cancel safety
    /// Dropping the future closes the connection. A request that was sent may be billed.
    pub async fn converse(&self, model_id: &str, body: Bytes) -> Result<RawResponse, ModelError> {
        let call = Call::new(Operation::Converse, url_path::converse(model_id), body);
        let sent = call.run(self.client.converse().send()).await;
        self.outcome(sent, &call).map_err(|error| error.with_model(model_id))
    }

    /// Sends the body of a ConverseStream request to a model and waits until the response begins.
    ///
    /// The SDK retries until then. Once the response has begun, nothing is sent again. The caller enforces the time limits
    /// of streams; see [`timeouts`](Self::timeouts).
    ///
    /// # Errors
    /// As [`converse`](Self::converse), and kind `InvalidResponse` if the response is not a stream.
    ///
    /// # Cancel safety
    /// Dropping the future or the returned stream closes the connection. A request that was sent may be billed.
    pub async fn converse_stream(&self, model_id: &str, body: Bytes) -> Result<ResponseBody, ModelError> {
        let call = Call::new(Operation::ConverseStream, url_path::converse_stream(model_id), body);
        let sent = call.run(self.client.converse_stream().send()).await;
        let outcome = match (sent, call.take_response()) {
            (Ok(_), Some(captured)) => Ok(ResponseBody::new(captured, &self.region().name)),
            // The response was captured, but as a whole: its media type is not that of a stream.
            (Err(_), Some(captured)) => Err(RawResponse::from_captured(Some(captured))
                .map_or_else(|error| error, RawResponse::into_not_a_stream)),
            (Err(error), None) => Err(self.context.model_error(error)),
            (Ok(_), None) => Err(missing_response()),
        };
        outcome.map_err(|error| error.with_region(&self.region().name).with_model(model_id))
    }

    /// Sends the body of a CountTokens request for a model and waits for the response.
    ///
    /// # Errors
    /// As [`converse`](Self::converse).
    ///
    /// # Cancel safety
    /// Dropping the future closes the connection. Counting is not billed.
    pub async fn count_tokens(&self, model_id: &str, body: Bytes) -> Result<RawResponse, ModelError> {
        let call = Call::new(Operation::CountTokens, url_path::count_tokens(model_id), body);
        let sent = call.run(self.client.count_tokens().send()).await;
        self.outcome(sent, &call).map_err(|error| error.with_model(model_id))
    }

    /// Sends the body of an ApplyGuardrail request to a guardrail, by its id or ARN and its version, and waits for the
    /// response.
    ///
    /// # Errors
    /// As [`converse`](Self::converse).
    ///
    /// # Cancel safety
    /// Dropping the future closes the connection. A request that was sent may be billed.
    pub async fn apply_guardrail(
        &self,
        guardrail: &str,
        version: &str,
        body: Bytes,
    ) -> Result<RawResponse, ModelError> {
        let path = url_path::apply_guardrail(guardrail, version);
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
        let outcome = sent
            .map_err(|error| self.context.model_error(error))
            .and_then(|_| RawResponse::from_captured(call.take_response()));
        outcome.map_err(|error| error.with_region(&self.region().name))
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").field("region", self.region()).finish_non_exhaustive()
    }
}
