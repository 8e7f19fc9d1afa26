//! The transport: one method for each operation, bytes in and bytes out.

use std::fmt;
use std::sync::Arc;

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::error::SdkError;
use bytes::Bytes;
use outcrop_converse::url_path;
use outcrop_core::ModelError;
use tokio::time::timeout;

use crate::cause::Cause;
use crate::connect::Connection;
use crate::endpoint::Endpoint;
use crate::error::{ErrorContext, Limit};
use crate::exchange::{Call, CallError, Operation, SdkClient};
use crate::identity::IdentityLabel;
use crate::probe::Probe;
use crate::region::Region;
use crate::response::{RawResponse, ResponseBody, missing_response};
use crate::settings::Settings;
use crate::timeouts::Timeouts;

/// A connection to Bedrock Runtime in one region. It is cheap to clone, and clones share connections.
#[derive(Clone)]
pub struct Transport {
    client: Arc<SdkClient>,
    context: Arc<ErrorContext>,
    /// The context of calls to the control plane, which may have another endpoint.
    control_context: Arc<ErrorContext>,
}

impl Transport {
    /// Resolves the settings and builds a client. Nothing is sent yet.
    ///
    /// # Errors
    /// Kind `Configuration`, with the name of the setting as its path: there is no region, half an access key, a profile that
    /// does not exist, an endpoint, region or key that cannot be used, or no attempt. The hint lists what was searched.
    pub async fn from_settings(settings: Settings) -> Result<Self, ModelError> {
        let Connection { config, context, control } = Connection::open(&settings).await?;
        let client = SdkClient::new(config, true, control.clone());
        let context = Arc::new(context);
        let control_context = match control {
            Some(_) => Arc::new(ErrorContext { endpoint: control, ..ErrorContext::clone(&context) }),
            None => context.clone(),
        };
        // So that certificates are loaded now, and not in the first call. An error is that of the first call.
        let _ = client.components(Operation::Converse).await;
        Ok(Self { client: Arc::new(client), context, control_context })
    }

    /// Wraps a client of the SDK with its own settings, retries included. [`Settings`] and environment variables are not read.
    #[must_use]
    pub fn from_sdk_client(client: &Client) -> Self {
        let name = client.config().region().map(ToString::to_string).unwrap_or_default();
        let limits = client.config().timeout_config();
        let timeouts = Timeouts {
            connect: limits.and_then(|limits| limits.connect_timeout()),
            read: limits.and_then(|limits| limits.read_timeout()),
            operation: limits.and_then(|limits| limits.operation_timeout()),
            // The client has the SDK's own protection.
            body: None,
            ..Timeouts::default()
        };
        let context = ErrorContext {
            region: Region { name, source: "the SDK client" },
            endpoint: None,
            identity: IdentityLabel::SDK_CLIENT,
            timeouts,
            // The SDK's classifiers decide, and they retry read timeouts and broken connections.
            resend_unanswered: true,
        };
        // A resolver of the caller may return another endpoint for each call.
        let client = SdkClient::new(client.config().clone(), false, None);
        let context = Arc::new(context);
        Self { client: Arc::new(client), control_context: context.clone(), context }
    }

    /// Returns the time limits. Whoever reads a [`ResponseBody`] enforces those of streams.
    #[must_use]
    pub fn timeouts(&self) -> Timeouts {
        self.context.timeouts
    }

    /// Returns the region, and where its name was found.
    #[must_use]
    pub fn region(&self) -> &Region {
        &self.context.region
    }

    /// Returns where the credentials come from: a variable, the settings, a profile or the default chain. Never a secret.
    #[must_use]
    pub fn credentials_source(&self) -> &str {
        self.context.identity.name()
    }

    /// Returns the URL of the service; `None` if it is AWS's own for the region, or that of an SDK client.
    #[must_use]
    pub fn endpoint_url(&self) -> Option<&str> {
        self.context.endpoint.as_ref().map(Endpoint::url)
    }

    /// Returns the URL of the control plane, which has the lists of models; `None` if it is AWS's own for the region, or that
    /// of an SDK client.
    #[must_use]
    pub fn control_endpoint_url(&self) -> Option<&str> {
        self.control_context.endpoint.as_ref().map(Endpoint::url)
    }

    /// Sends the body of a Converse request to a model and waits for the response.
    ///
    /// # Errors
    /// [`ModelError`] with kind and stage, and with code, status and request id if the service sent them.
    ///
    /// # Cancel safety
    /// Dropping the future closes the connection. A request that was sent may be billed.
    pub async fn converse(&self, model_id: &str, body: Bytes) -> Result<RawResponse, ModelError> {
        let call = self.call(Operation::Converse, url_path::converse(model_id), body);
        self.exchange(&call).await.map_err(|error| error.with_model(model_id))
    }

    /// Sends the body of a ConverseStream request to a model and waits until the response begins.
    ///
    /// Failed attempts are retried until then, within the limits for the first event and for the whole stream. Once the
    /// response has begun, nothing is sent again, and the caller enforces the limits; see [`timeouts`](Self::timeouts).
    ///
    /// # Errors
    /// As [`converse`](Self::converse), and kind `InvalidResponse` if the response is not a stream.
    ///
    /// # Cancel safety
    /// Dropping the future or the returned stream closes the connection. A request that was sent may be billed.
    pub async fn converse_stream(&self, model_id: &str, body: Bytes) -> Result<ResponseBody, ModelError> {
        let call = self.call(Operation::ConverseStream, url_path::converse_stream(model_id), body);
        let sent = self.send(&call);
        let sent = match self.context.timeouts.opening_limit() {
            None => Some(sent.await),
            Some(limit) => timeout(limit, sent).await.ok(),
        };
        let outcome = match (sent, call.take_response()) {
            (Some(Ok(())), Some(captured)) if captured.is_stream => {
                Ok(ResponseBody::new(captured, &self.region().name))
            }
            // The response was captured as a whole: its media type is not that of a stream.
            (Some(Ok(())), Some(captured)) => Err(RawResponse::from_captured(Some(captured))
                .map_or_else(|error| error, RawResponse::into_not_a_stream)),
            (Some(Ok(())), None) => Err(missing_response()),
            (Some(Err(error)), _) => Err(self.error(&error, &call)),
            (None, _) => Err(self.context.opening_timeout(call.progress())),
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
        let call = self.call(Operation::CountTokens, url_path::count_tokens(model_id), body);
        self.exchange(&call).await.map_err(|error| error.with_model(model_id))
    }

    /// Sends the body of an ApplyGuardrail request to a guardrail, by its id or ARN and its version, and waits for the
    /// response.
    ///
    /// # Errors
    /// As [`converse`](Self::converse). An empty id or version is an error of kind `InvalidRequest`.
    ///
    /// # Cancel safety
    /// Dropping the future closes the connection. A request that was sent may be billed.
    pub async fn apply_guardrail(
        &self,
        guardrail: &str,
        version: &str,
        body: Bytes,
    ) -> Result<RawResponse, ModelError> {
        // An empty part would make `//` of the path, which is another operation or none (R-L18).
        for (value, name) in [(guardrail, "guardrailIdentifier"), (version, "guardrailVersion")] {
            if value.is_empty() {
                let message = format!("`{name}` is empty: a guardrail is applied by its id and its version");
                return Err(ModelError::invalid_request("InvalidParameter", name, message));
            }
        }
        let path = url_path::apply_guardrail(guardrail, version);
        let call = self.call(Operation::ApplyGuardrail, path, body);
        self.exchange(&call).await
    }

    /// Sends the body of an InvokeGuardrailChecks request, which contains the checks, and waits for the response.
    ///
    /// # Errors
    /// As [`converse`](Self::converse).
    ///
    /// # Cancel safety
    /// Dropping the future closes the connection. A request that was sent may be billed.
    pub async fn invoke_guardrail_checks(&self, body: Bytes) -> Result<RawResponse, ModelError> {
        let path = url_path::INVOKE_GUARDRAIL_CHECKS.to_owned();
        let call = self.call(Operation::InvokeGuardrailChecks, path, body);
        self.exchange(&call).await
    }

    /// Requests the foundation models of the region from the control plane (ListFoundationModels), and waits for the response.
    ///
    /// # Errors
    /// As [`converse`](Self::converse).
    ///
    /// # Cancel safety
    /// Dropping the future closes the connection. Lists are not billed.
    pub async fn list_foundation_models(&self) -> Result<RawResponse, ModelError> {
        self.read_list(Operation::ListFoundationModels, url_path::LIST_FOUNDATION_MODELS.to_owned()).await
    }

    /// Requests a page of the inference profiles of the region from the control plane (ListInferenceProfiles), and waits for
    /// the response. `kind` is `SYSTEM_DEFINED` or `APPLICATION`, and `next_token` that of the page before.
    ///
    /// # Errors
    /// As [`converse`](Self::converse).
    ///
    /// # Cancel safety
    /// Dropping the future closes the connection. Lists are not billed.
    pub async fn list_inference_profiles(
        &self,
        kind: &str,
        next_token: Option<&str>,
    ) -> Result<RawResponse, ModelError> {
        let path = url_path::list_inference_profiles(kind, next_token);
        self.read_list(Operation::ListInferenceProfiles, path).await
    }

    /// Requests an inference profile, by its id or ARN, from the control plane (GetInferenceProfile), and waits for the
    /// response.
    ///
    /// # Errors
    /// As [`converse`](Self::converse).
    ///
    /// # Cancel safety
    /// Dropping the future closes the connection. The request is not billed.
    pub async fn get_inference_profile(&self, profile: &str) -> Result<RawResponse, ModelError> {
        self.read_list(Operation::GetInferenceProfile, url_path::get_inference_profile(profile)).await
    }

    async fn read_list(&self, operation: Operation, path: String) -> Result<RawResponse, ModelError> {
        let call = Call::new(operation, path, Bytes::new(), self.control_context.clone());
        self.exchange(&call).await
    }

    /// Sends the body of a Converse request to a model, as [`converse`](Self::converse) does, and returns the clock of the
    /// service with the outcome. For diagnoses of a connection.
    ///
    /// ```no_run
    /// # async fn run(transport: outcrop_transport::Transport) {
    /// let body = br#"{"messages":[{"role":"user","content":[{"text":"Hi"}]}]}"#;
    /// let probe = transport.probe("eu.amazon.nova-lite-v1:0", body.as_slice().into()).await;
    /// println!("{:?}, at {:?}", probe.outcome, probe.service_time);
    /// # }
    /// ```
    ///
    /// # Cancel safety
    /// As [`converse`](Self::converse).
    pub async fn probe(&self, model_id: &str, body: Bytes) -> Probe {
        let call = Call::probe(url_path::converse(model_id), body, self.context.clone());
        let outcome = self.exchange(&call).await.map_err(|error| error.with_model(model_id));
        Probe::new(outcome, call.date())
    }

    fn call(&self, operation: Operation, path: String, body: Bytes) -> Arc<Call> {
        Call::new(operation, path, body, self.context.clone())
    }

    /// Sends the request of a call and captures its response in the call.
    async fn send(&self, call: &Arc<Call>) -> Result<(), CallError> {
        self.client.components(call.operation()).await?.send(call).await
    }

    /// Sends the request of a call and returns its response as a whole, or its error with the region.
    async fn exchange(&self, call: &Arc<Call>) -> Result<RawResponse, ModelError> {
        let outcome = match self.send(call).await {
            Ok(()) => RawResponse::from_captured(call.take_response()),
            Err(error) => Err(self.error(&error, call)),
        };
        outcome.map_err(|error| error.with_region(&self.region().name))
    }

    /// Returns the error of a call: that of its last attempt, unless a limit of the whole call expired or there was no attempt.
    fn error(&self, error: &CallError, call: &Call) -> ModelError {
        if matches!(error, SdkError::TimeoutError(_)) {
            return self.context.call_timeout(Limit::Operation, call.progress());
        }
        let without_attempt = || self.context.construction_error(error).with_source(Cause::new(error));
        call.progress().take_failure().unwrap_or_else(without_attempt)
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").field("region", self.region()).finish_non_exhaustive()
    }
}
