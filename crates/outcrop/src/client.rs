//! The client.

mod builder;
mod defaults;

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use bytes::Bytes;
use outcrop_converse::{
    EncodeOptions, Encoded, PROVIDER, ReplyContext, ReplyMeta, decode_response, encode_request,
};
use outcrop_core::{ModelClient, ModelError, ModelRequest, Note, ResponseStream, UnifiedResponse};
use outcrop_transport::Transport;

pub use builder::BedrockClientBuilder;
pub(crate) use defaults::RequestDefaults;

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
/// let client = BedrockClient::builder().region("eu-west-1").connect().await?;
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
        BedrockClientBuilder::from_config(entry)?.connect().await
    }

    /// The request as it would be sent, with its notes; nothing is sent, and remote media are not fetched.
    ///
    /// # Errors
    /// As [`encode_request`].
    pub fn encode(&self, request: &ModelRequest) -> Result<Encoded, ModelError> {
        encode_request(&self.shared.defaults.applied_to(request), &self.shared.options)
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
        let outgoing = match &self.shared.fetcher {
            None => Outgoing::from(self.encode(request)?),
            Some(fetcher) => Box::pin(self.with_media(request, fetcher.as_ref())).await?,
        };
        let span = CallSpan::start(&outgoing.model_id, &self.shared.transport.region().name, &outgoing.notes);
        let outcome = span.follow(self.exchange(outgoing)).await;
        span.end(&outcome);
        outcome
    }

    async fn create_stream(&self, request: &ModelRequest) -> Result<ResponseStream, ModelError> {
        self.create(request).await.map(ResponseStream::replay)
    }
}

/// A request that is written, and what is needed to read its reply. Calls hold on to this alone, so that they are small.
struct Outgoing {
    model_id: String,
    body: Bytes,
    notes: Vec<Note>,
    reply: ReplyContext,
}

impl From<Encoded> for Outgoing {
    fn from(encoded: Encoded) -> Self {
        let body = encoded.to_bytes();
        Self { model_id: encoded.model_id, body, notes: encoded.notes, reply: encoded.reply }
    }
}

impl BedrockClient {
    async fn with_media(
        &self,
        request: &ModelRequest,
        fetcher: &dyn MediaFetcher,
    ) -> Result<Outgoing, ModelError> {
        let request = fetch_media(self.shared.defaults.applied_to(request), fetcher).await?;
        encode_request(&request, &self.shared.options).map(Outgoing::from)
    }

    async fn exchange(&self, outgoing: Outgoing) -> Result<UnifiedResponse, ModelError> {
        let Outgoing { model_id, body, notes, reply: context } = outgoing;
        let reply = self.shared.transport.converse(&model_id, body).await?;
        let mut meta = ReplyMeta::default();
        meta.request_id = reply.request_id;
        meta.created = seconds_since_1970();
        let region = &self.shared.transport.region().name;
        let mut response =
            decode_response(&reply.body, &context, meta).map_err(|error| error.with_region(region))?;
        response.notes.splice(0..0, notes);
        Ok(response)
    }
}

/// The time; `None` on a machine whose clock stands before 1970.
fn seconds_since_1970() -> Option<u64> {
    SystemTime::now().duration_since(UNIX_EPOCH).ok().map(|elapsed| elapsed.as_secs())
}

impl fmt::Debug for BedrockClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BedrockClient").field("transport", &self.shared.transport).finish_non_exhaustive()
    }
}
