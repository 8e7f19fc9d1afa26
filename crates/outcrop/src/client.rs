//! The client of Bedrock.
//!
//! A call completes the request from the client's defaults, encodes it (`outcrop-converse`), sends the bytes
//! (`outcrop-transport`) and decodes the response. The client has no state of a call, so calls don't influence each
//! other. The exceptions are what the service has rejected: `rejected_parameters`, which is opt-in, and `bound_reasoning`.

mod body_buffers;
mod bound_reasoning;
mod builder;
mod call;
mod deadlines;
mod discovery;
mod event_stream;
mod rejected_parameters;
mod streaming;

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use outcrop_converse::wire::{
    ApplyGuardrailRequest, ApplyGuardrailResponse, InvokeGuardrailChecksRequest,
    InvokeGuardrailChecksResponse,
};
use outcrop_converse::{
    CountTokens, Encoded, PROVIDER, Transcript, decode_guardrail_checks, decode_guardrail_verdict,
    decode_token_count, encode_request,
};
use outcrop_core::{ModelClient, ModelError, ModelRequest, ResponseStream, UnifiedResponse, WriteJson as _};
use outcrop_transport::Transport;

pub use builder::BedrockClientBuilder;

use crate::config::ConfigEntry;
use crate::defaults::RequestDefaults;
use crate::media::MediaFetcher;
use body_buffers::BodyBuffers;
use bound_reasoning::BoundReasoning;
use discovery::Discovery;
use rejected_parameters::RejectedParameters;

/// A client for the Amazon Bedrock Converse API.
///
/// It is cheap to clone and safe to share between tasks; clones share connections. Its main methods are those of
/// [`ModelClient`], [`ModelClientExt`](crate::ModelClientExt) and, with AG2's names, [`Ag2ClientExt`](crate::Ag2ClientExt).
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
    discovery: Discovery,
    defaults: RequestDefaults,
    fetcher: Option<Arc<dyn MediaFetcher>>,
    stream_fallback: bool,
    rejected: Option<RejectedParameters>,
    bound_reasoning: BoundReasoning,
    buffers: BodyBuffers,
    records_content: bool,
}

impl BedrockClient {
    /// Creates a builder, which has a default for every setting.
    ///
    /// Requests are mapped in Converse's own dialect: turns of the same role are merged, tools keep their schemas, and the
    /// service enforces structured output if the model supports that. [`ag2`](Self::ag2) is for programs that come from
    /// AG2 Classic.
    #[must_use]
    pub fn builder() -> BedrockClientBuilder {
        BedrockClientBuilder::default()
    }

    /// Creates a builder for AG2 Classic's dialect: "Please continue." separates turns of the same role, and structured
    /// output is a call of the tool `__structured_output`.
    ///
    /// All other settings have the defaults of [`builder`](Self::builder).
    ///
    /// ```
    /// use outcrop::{BedrockClient, Credentials, ModelRequest};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), outcrop::ModelError> {
    /// let keys = Credentials::keys("any", "any");
    /// let client = BedrockClient::ag2().region("eu-west-1").credentials(keys).build().await?;
    /// let request = ModelRequest::builder("eu.amazon.nova-lite-v1:0").user("one").user("two").build();
    /// let turns = client.encode(&request)?.body.messages.unwrap_or_default();
    /// assert_eq!(turns.len(), 3, "the second turn is inserted");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn ag2() -> BedrockClientBuilder {
        BedrockClientBuilder::ag2()
    }

    /// Builds a client from an entry of a configuration list, in AG2 Classic's dialect unless the entry has another one.
    ///
    /// ```no_run
    /// use outcrop::BedrockClient;
    /// use outcrop::config::ConfigList;
    ///
    /// # async fn run() -> Result<(), outcrop::ModelError> {
    /// let entry = ConfigList::from_env()?.bedrock_entries()?.remove(0);
    /// let client = BedrockClient::from_config(&entry).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of [`BedrockClientBuilder::build`].
    pub async fn from_config(entry: &ConfigEntry) -> Result<Self, ModelError> {
        BedrockClientBuilder::from_config(entry)?.build().await
    }

    /// Sends a request that continues a conversation.
    ///
    /// It sends the same bytes as [`create`](ModelClient::create), but encodes only what is new since the last request of
    /// the transcript and copies the rest. Agents, which send a growing history with every request, save most of the
    /// encoding. The history may also be edited, shortened or replaced: then more of it is encoded.
    ///
    /// A client with [`Alternation::Keep`](crate::Alternation::Keep) or
    /// [`retry_without_rejected_parameters`](BedrockClientBuilder::retry_without_rejected_parameters) encodes the whole
    /// request.
    ///
    /// ```
    /// use outcrop::core::{Role, ToolResultContent};
    /// use outcrop::{
    ///     BedrockClient, ContentBlock, Credentials, ModelRequest, ToolSpec, Transcript, UnifiedMessage,
    /// };
    /// use outcrop_emulator::Emulator;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// let client = BedrockClient::builder()
    ///     .region("eu-west-1")
    ///     .endpoint_url(emulator.url())
    ///     .credentials(Credentials::keys("any", "any"))
    ///     .build()
    ///     .await?;
    ///
    /// let mut transcript = Transcript::new();
    /// let mut history = vec![UnifiedMessage::user("What time is it?")];
    /// let answer = loop {
    ///     let request = ModelRequest::builder("eu.amazon.nova-lite-v1:0")
    ///         .messages(history.clone())
    ///         .tool(ToolSpec::without_input("get_time"))
    ///         .build();
    ///     let response = client.create_in(&mut transcript, &request).await?;
    ///     let results: Vec<ContentBlock> = response
    ///         .tool_calls()
    ///         .map(|call| ToolResultContent::new(&call.id, "half past seven").into())
    ///         .collect();
    ///     if results.is_empty() {
    ///         break response.text();
    ///     }
    ///     history.extend(response.into_messages());
    ///     history.push(UnifiedMessage::new(Role::Tool, results));
    /// };
    /// assert!(!answer.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of [`create`](ModelClient::create). The transcript can be used for the next request after an error, too.
    pub async fn create_in(
        &self,
        transcript: &mut Transcript,
        request: &ModelRequest,
    ) -> Result<UnifiedResponse, ModelError> {
        // A transcript returns bytes, from which a rejected parameter can no longer be removed.
        if self.shared.rejected.is_some() {
            return self.create(request).await;
        }
        match self.attempt_in(transcript, request).await {
            Err(error) if self.record(&error, request) => {
                Box::pin(self.attempt_in(transcript, request)).await
            }
            outcome => outcome,
        }
    }

    /// Opens a stream that continues a conversation: [`create_stream`](ModelClient::create_stream) with the encoding of
    /// [`create_in`](Self::create_in).
    ///
    /// # Errors
    /// Those of [`create_stream`](ModelClient::create_stream).
    pub async fn create_stream_in(
        &self,
        transcript: &mut Transcript,
        request: &ModelRequest,
    ) -> Result<ResponseStream, ModelError> {
        if self.shared.rejected.is_some() {
            return self.create_stream(request).await;
        }
        match self.open_stream_in(transcript, request).await {
            Err(error) if self.record(&error, request) => {
                Box::pin(self.open_stream_in(transcript, request)).await
            }
            outcome => outcome,
        }
    }

    /// Encodes a request as [`create`](ModelClient::create) does, without sending it. The notes list what was changed.
    ///
    /// Remote images are not fetched, and are an error.
    ///
    /// # Errors
    /// Those of [`encode_request`].
    pub fn encode(&self, request: &ModelRequest) -> Result<Encoded, ModelError> {
        encode_request(&self.shared.defaults.apply(request), &self.shared.discovery.options())
    }

    /// Counts the input tokens of a request, tools and system prompt included. The model generates nothing, and the
    /// call is free of charge.
    ///
    /// Not every model supports it: see
    /// <https://docs.aws.amazon.com/bedrock/latest/userguide/count-tokens.html>. The id of an inference profile is replaced
    /// by that of its model, because the operation requires it.
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
    /// Those of [`create`](ModelClient::create). A model that does not support counting is of kind `InvalidRequest`.
    pub async fn count_tokens(&self, request: &ModelRequest) -> Result<u64, ModelError> {
        let completed = self.with_defaults_and_media(request).await?;
        let count = CountTokens::from_encoded(&encode_request(&completed, &self.shared.discovery.options())?);
        let counted = self.shared.transport.count_tokens(&count.model_id, count.to_bytes()).await;
        let response = counted.map_err(|error| self.with_similar_ids(error, &count.model_id))?;
        self.with_call_context(decode_token_count(&response.body), response.request_id)
            .map_err(|error| error.with_model(&request.model))
    }

    /// Applies a guardrail to text or images, without a model. `identifier` is its id or ARN; `version` is a number or
    /// `DRAFT`.
    ///
    /// ```no_run
    /// # async fn run(client: outcrop::BedrockClient) -> Result<(), outcrop::ModelError> {
    /// use outcrop::converse::wire::ApplyGuardrailRequest;
    ///
    /// let input = ApplyGuardrailRequest::from_input("Tell me a secret.");
    /// let verdict = client.apply_guardrail("gr1234567890", "DRAFT", &input).await?;
    /// println!("blocked or masked: {}", verdict.intervened());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Kind `InvalidRequest`: the identifier or the version is empty. Kind `NotFound`: the guardrail does not exist. All other
    /// errors of the service and the connection as in [`create`](ModelClient::create).
    pub async fn apply_guardrail(
        &self,
        identifier: &str,
        version: &str,
        request: &ApplyGuardrailRequest,
    ) -> Result<ApplyGuardrailResponse, ModelError> {
        let body = Bytes::from(request.to_json_bytes());
        let response = self.shared.transport.apply_guardrail(identifier, version, body).await?;
        self.with_call_context(decode_guardrail_verdict(&response.body), response.request_id)
    }

    /// Assesses messages with the checks of the request, without a guardrail and without a model: harmful content, attacks
    /// on the prompt, and personal data.
    ///
    /// The service reports scores and changes nothing. The severity of content and attacks, and the confidence of personal
    /// data, are between 0 and 1, in steps of 0.2; the program decides which one is too high. An agent can check what a tool
    /// returned before the model reads it. To block or mask text with a guardrail, use
    /// [`apply_guardrail`](Self::apply_guardrail).
    ///
    /// ```
    /// use outcrop::converse::wire::{GuardrailChecksConfig, InvokeGuardrailChecksRequest};
    /// use outcrop::{BedrockClient, Credentials};
    /// use outcrop_emulator::Emulator;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// let client = BedrockClient::builder()
    ///     .region("eu-west-1")
    ///     .endpoint_url(emulator.url())
    ///     .credentials(Credentials::keys("any", "any"))
    ///     .build()
    ///     .await?;
    ///
    /// let checks = GuardrailChecksConfig::new()
    ///     .with_prompt_attack(["JAILBREAK", "PROMPT_INJECTION"])
    ///     .with_sensitive_information(["EMAIL"]);
    /// let request = InvokeGuardrailChecksRequest::from_input("Mail it to ann@example.com.", checks);
    /// let findings = client.invoke_guardrail_checks(&request).await?;
    /// assert_eq!(findings.max_severity(), Some(0.0), "no attack");
    /// assert_eq!(findings.max_confidence(), Some(1.0), "an address");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Kind `InvalidRequest`: there is no check, or one without a category. All other errors of the service and the
    /// connection as in [`create`](ModelClient::create).
    pub async fn invoke_guardrail_checks(
        &self,
        request: &InvokeGuardrailChecksRequest,
    ) -> Result<InvokeGuardrailChecksResponse, ModelError> {
        let body = Bytes::from(request.to_json_bytes());
        let response = self.shared.transport.invoke_guardrail_checks(body).await?;
        self.with_call_context(decode_guardrail_checks(&response.body), response.request_id)
    }

    /// Records what an error rejects. Returns whether the request can be sent once more, without it.
    fn record(&self, error: &ModelError, request: &ModelRequest) -> bool {
        self.record_rejection(error, request) || self.record_bound_reasoning(error, request)
    }

    /// Returns the transport, which has the region and the time limits.
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
            // Boxed, so that the future of every call is not twice as large for the sake of a rare retry.
            Err(error) if self.record(&error, request) => Box::pin(self.attempt(request)).await,
            outcome => outcome,
        }
    }

    async fn create_stream(&self, request: &ModelRequest) -> Result<ResponseStream, ModelError> {
        match self.open_stream(request).await {
            Err(error) if self.record(&error, request) => Box::pin(self.open_stream(request)).await,
            outcome => outcome,
        }
    }
}

impl fmt::Debug for BedrockClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BedrockClient").field("transport", &self.shared.transport).finish_non_exhaustive()
    }
}
