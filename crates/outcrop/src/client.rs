//! The client.

mod builder;
mod deadlines;
mod defaults;
mod event_stream;
mod rejected_parameters;
mod streaming;
mod transcript;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use bytes::Bytes;
use outcrop_converse::wire::{ApplyGuardrailRequest, ApplyGuardrailResponse};
use outcrop_converse::{
    CountTokens, EncodeOptions, Encoded, PROVIDER, ResponseMetadata, decode_guardrail_verdict,
    decode_response, decode_token_count, encode_request,
};
use outcrop_core::{ModelClient, ModelError, ModelRequest, ResponseStream, UnifiedResponse, WriteJson as _};
use outcrop_transport::Transport;

pub use builder::BedrockClientBuilder;
pub(crate) use defaults::RequestDefaults;

use rejected_parameters::RejectedParameters;

use crate::media::{MediaFetcher, fetch_media};
use crate::telemetry::CallSpan;

/// A client for Amazon Bedrock's Converse API: AG2's `BedrockV2Client`, and what goes beyond it.
///
/// Cheap to clone, and safe to share: a call keeps its model, price and flags to itself.
///
/// ```no_run
/// use outcrop::{BedrockClient, ModelClient, ModelRequest};
///
/// # async fn run() -> Result<(), outcrop::ModelError> {
/// let client = BedrockClient::builder().region("eu-west-1").build().await?;
/// let request = ModelRequest::builder("eu.amazon.nova-lite-v1:0").user("Name a river.").build();
/// let response = client.create(&request).await?;
/// println!("{} ({:?})", response.text(), response.usage);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct BedrockClient {
    shared: Arc<Shared>,
}

struct Shared {
    transport: Transport,
    options: EncodeOptions,
    defaults: RequestDefaults,
    fetcher: Option<Arc<dyn MediaFetcher>>,
    stream_fallback: bool,
    rejected: Option<RejectedParameters>,
}

impl BedrockClient {
    /// Starts setting a client up.
    #[must_use]
    pub fn builder() -> BedrockClientBuilder {
        BedrockClientBuilder::default()
    }

    /// A client as an entry of a configuration list describes it, of either `api_type`.
    ///
    /// # Errors
    /// Of kind `Configuration`, with the name of the setting.
    pub async fn from_config(entry: &crate::config::ConfigEntry) -> Result<Self, ModelError> {
        BedrockClientBuilder::from_config(entry)?.build().await
    }

    /// The request as it would be sent, with its notes; nothing is sent, and remote media are not fetched.
    ///
    /// # Errors
    /// As [`encode_request`].
    pub fn encode(&self, request: &ModelRequest) -> Result<Encoded, ModelError> {
        encode_request(&self.shared.defaults.apply(request), &self.shared.options)
    }

    /// How many tokens a request would take, as the model itself counts them; nothing is generated, and nothing billed.
    ///
    /// Everything that the model reads is counted, tools included. Many models cannot count: theirs is an error of
    /// kind `InvalidRequest` (lesson L122). Inference profiles are asked by the id of their model.
    ///
    /// ```no_run
    /// # async fn run(client: outcrop::BedrockClient) -> Result<(), outcrop::ModelError> {
    /// use outcrop::ModelRequest;
    ///
    /// let request = ModelRequest::builder("us.anthropic.claude-haiku-4-5-20251001-v1:0").user("Name a river.").build();
    /// println!("{} tokens", client.count_tokens(&request).await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`create`](ModelClient::create).
    pub async fn count_tokens(&self, request: &ModelRequest) -> Result<u64, ModelError> {
        let completed = self.with_defaults_and_media(request).await?;
        let count = CountTokens::from_encoded(&encode_request(&completed, &self.shared.options)?);
        let reply = self.shared.transport.count_tokens(&count.model_id, count.to_bytes()).await?;
        self.with_call_context(decode_token_count(&reply.body), reply.request_id)
            .map_err(|error| error.with_model(&request.model))
    }

    /// Asks a guardrail, by its id or ARN and its version, what it makes of words or images; no model is asked.
    ///
    /// ```no_run
    /// # async fn run(client: outcrop::BedrockClient) -> Result<(), outcrop::ModelError> {
    /// use outcrop::converse::wire::ApplyGuardrailRequest;
    ///
    /// let words = ApplyGuardrailRequest::from_input("Tell me a secret.");
    /// let verdict = client.apply_guardrail("gr1234567890", "DRAFT", &words).await?;
    /// println!("blocked or masked: {}", verdict.intervened());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ModelError`]: there is no such guardrail, the service refused, or no answer came.
    pub async fn apply_guardrail(
        &self,
        identifier: &str,
        version: &str,
        request: &ApplyGuardrailRequest,
    ) -> Result<ApplyGuardrailResponse, ModelError> {
        let body = Bytes::from(request.to_json_bytes());
        let reply = self.shared.transport.apply_guardrail(identifier, version, body).await?;
        self.with_call_context(decode_guardrail_verdict(&reply.body), reply.request_id)
    }

    /// The transport that carries the calls.
    #[must_use]
    pub fn transport(&self) -> &Transport {
        &self.shared.transport
    }
}

#[async_trait]
impl ModelClient for BedrockClient {
    fn provider(&self) -> &str {
        PROVIDER
    }

    async fn create(&self, request: &ModelRequest) -> Result<UnifiedResponse, ModelError> {
        match self.attempt(request).await {
            Err(error) if self.record_rejection(&error, request) => Box::pin(self.attempt(request)).await,
            outcome => outcome,
        }
    }

    async fn create_stream(&self, request: &ModelRequest) -> Result<ResponseStream, ModelError> {
        match self.open_stream(request).await {
            Err(error) if self.record_rejection(&error, request) => Box::pin(self.open_stream(request)).await,
            outcome => outcome,
        }
    }
}

impl BedrockClient {
    async fn attempt(&self, request: &ModelRequest) -> Result<UnifiedResponse, ModelError> {
        let encoded = self.prepare(request).await?;
        self.complete(encoded).await
    }

    /// Encodes a request to the bytes to send, without the parameters that its model has rejected before.
    ///
    /// Calls keep only the bytes, so that their futures are small.
    async fn prepare(&self, request: &ModelRequest) -> Result<Encoded<Bytes>, ModelError> {
        let completed = self.with_defaults_and_media(request).await?;
        let mut encoded = encode_request(&completed, &self.shared.options)?;
        if let Some(rejected) = &self.shared.rejected {
            rejected.apply(&mut encoded);
        }
        Ok(encoded.serialize())
    }

    /// Fills the gaps of a request and fetches remote media if that is allowed.
    async fn with_defaults_and_media<'r>(
        &self,
        request: &'r ModelRequest,
    ) -> Result<Cow<'r, ModelRequest>, ModelError> {
        let request = self.shared.defaults.apply(request);
        match &self.shared.fetcher {
            None => Ok(request),
            Some(fetcher) => Box::pin(fetch_media(request, fetcher.as_ref())).await,
        }
    }

    /// Adds the region and the request id to a decoding error.
    fn with_call_context<T>(
        &self,
        read: Result<T, ModelError>,
        request_id: Option<String>,
    ) -> Result<T, ModelError> {
        read.map_err(|error| {
            let error = error.with_region(&self.shared.transport.region().name);
            match request_id {
                Some(id) => error.with_request_id(id),
                None => error,
            }
        })
    }

    /// Sends a request and reads the answer, in a span of its own.
    async fn complete(&self, encoded: Encoded<Bytes>) -> Result<UnifiedResponse, ModelError> {
        let span = CallSpan::start(&encoded.model_id, &self.shared.transport.region().name, &encoded.notes);
        let outcome = span.instrument(self.exchange(encoded)).await;
        span.record_outcome(&outcome);
        outcome
    }

    async fn exchange(&self, encoded: Encoded<Bytes>) -> Result<UnifiedResponse, ModelError> {
        let Encoded { model_id, body, notes, context, .. } = encoded;
        let reply = self.shared.transport.converse(&model_id, body).await?;
        let metadata = response_metadata(reply.request_id);
        let region = &self.shared.transport.region().name;
        let mut response =
            decode_response(&reply.body, &context, metadata).map_err(|error| error.with_region(region))?;
        response.notes.splice(0..0, notes);
        Ok(response)
    }
}

/// Returns the metadata of a response that arrives now.
fn response_metadata(request_id: Option<String>) -> ResponseMetadata {
    let mut metadata = ResponseMetadata::new();
    metadata.request_id = request_id;
    metadata.created = seconds_since_1970();
    metadata
}

/// Returns the time; `None` if the machine's clock is before 1970.
fn seconds_since_1970() -> Option<u64> {
    SystemTime::now().duration_since(UNIX_EPOCH).ok().map(|elapsed| elapsed.as_secs())
}

impl fmt::Debug for BedrockClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BedrockClient").field("transport", &self.shared.transport).finish_non_exhaustive()
    }
}
