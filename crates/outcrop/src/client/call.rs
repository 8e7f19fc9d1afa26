//! A call: prepares the bytes of a request, sends them and decodes the response.

use std::borrow::Cow;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use outcrop_converse::{Encoded, ResponseMetadata, Transcript, decode_response, encode_request};
use outcrop_core::{ModelError, ModelRequest, UnifiedResponse};

use super::BedrockClient;
use super::body_buffers::BodyBuffers;
use crate::media::fetch_media;
use crate::telemetry::CallSpan;

impl BedrockClient {
    /// Prepares and completes a call.
    pub(super) async fn attempt(&self, request: &ModelRequest) -> Result<UnifiedResponse, ModelError> {
        let encoded = self.prepare(request).await?;
        self.complete(request, encoded).await
    }

    /// Prepares and completes a call that continues a conversation.
    pub(super) async fn attempt_in(
        &self,
        transcript: &mut Transcript,
        request: &ModelRequest,
    ) -> Result<UnifiedResponse, ModelError> {
        let encoded = self.prepare_in(transcript, request).await?;
        self.complete(request, encoded).await
    }

    /// Encodes a request to the bytes to send, without the parameters that its model has rejected before.
    ///
    /// The requests of a [`Conversation`](outcrop_core::Conversation) reuse what earlier ones encoded.
    pub(super) async fn prepare(&self, request: &ModelRequest) -> Result<Encoded<Bytes>, ModelError> {
        let completed = self.with_defaults_and_media(request).await?;
        let options = &*self.shared.discovery.options();
        match (&self.shared.rejected, &completed.conversation) {
            (None, Some(conversation)) => {
                conversation.with_state(|transcript: &mut Transcript| transcript.encode(&completed, options))
            }
            // Only the bytes are kept during the call, so that its future is small and the body is freed.
            (None, None) => Ok(self.serialize(encode_request(&completed, options)?)),
            // A transcript returns bytes, from which a rejected parameter can no longer be removed.
            (Some(rejected), _) => {
                let mut encoded = encode_request(&completed, options)?;
                rejected.apply(&mut encoded);
                Ok(self.serialize(encoded))
            }
        }
    }

    /// Writes the body of a request.
    fn serialize(&self, encoded: Encoded) -> Encoded<Bytes> {
        encoded.serialize_with(|length| self.shared.buffers.take(length))
    }

    /// Encodes a request to the bytes to send, and reuses what the transcript has encoded before.
    pub(super) async fn prepare_in(
        &self,
        transcript: &mut Transcript,
        request: &ModelRequest,
    ) -> Result<Encoded<Bytes>, ModelError> {
        let completed = self.with_defaults_and_media(request).await?;
        transcript.encode(&completed, &self.shared.discovery.options())
    }

    /// Fills in the defaults of a request, marks reasoning that was rejected before, looks up the model behind an application
    /// profile if the client does so, and fetches remote images if there is a fetcher.
    pub(super) async fn with_defaults_and_media<'r>(
        &self,
        request: &'r ModelRequest,
    ) -> Result<Cow<'r, ModelRequest>, ModelError> {
        let request = self.shared.bound_reasoning.apply(self.shared.defaults.apply(request));
        if self.shared.discovery.looks_up_profiles {
            Box::pin(self.look_up_profile(&request.model)).await?;
        }
        match &self.shared.fetcher {
            None => Ok(request),
            Some(fetcher) => Box::pin(fetch_media(request, fetcher.as_ref())).await,
        }
    }

    /// Sends a request and decodes the response, in a span.
    pub(super) async fn complete(
        &self,
        request: &ModelRequest,
        encoded: Encoded<Bytes>,
    ) -> Result<UnifiedResponse, ModelError> {
        let region = &self.shared.transport.region().name;
        let span = CallSpan::start(request, &encoded.model_id, region, &encoded.notes, false)
            .with_content(self.shared.records_content, request);
        let outcome = span.instrument(self.exchange(encoded)).await;
        span.record_outcome(&outcome);
        outcome
    }

    async fn exchange(&self, encoded: Encoded<Bytes>) -> Result<UnifiedResponse, ModelError> {
        let Encoded { model_id, body, notes, context, .. } = encoded;
        let buffer = BodyBuffers::watch(&body);
        let sent = self.shared.transport.converse(&model_id, body).await;
        self.shared.buffers.put(buffer);
        let raw = sent.map_err(|error| self.with_similar_ids(error, &model_id))?;
        let metadata = response_metadata(raw.request_id);
        let region = &self.shared.transport.region().name;
        // In AG2's dialect, too: the response is paid for, so that a missing member must not make it an error (R-L1).
        let context = context.tolerant();
        let mut response =
            decode_response(&raw.body, &context, metadata).map_err(|error| error.with_region(region))?;
        // Notes on the request come before those on the response, in the order in which both arose.
        response.notes.splice(0..0, notes);
        Ok(response)
    }

    /// Adds the region and the request id to a decoding error.
    pub(super) fn with_call_context<T>(
        &self,
        decoded: Result<T, ModelError>,
        request_id: Option<String>,
    ) -> Result<T, ModelError> {
        decoded.map_err(|error| {
            let error = error.with_region(&self.shared.transport.region().name);
            match request_id {
                Some(id) => error.with_request_id(id),
                None => error,
            }
        })
    }
}

/// Returns the metadata of a response that arrives now.
pub(super) fn response_metadata(request_id: Option<String>) -> ResponseMetadata {
    let mut metadata = ResponseMetadata::new();
    metadata.request_id = request_id;
    metadata.created = seconds_since_1970();
    metadata
}

/// Returns the current time; `None` if the machine's clock is before 1970.
fn seconds_since_1970() -> Option<u64> {
    SystemTime::now().duration_since(UNIX_EPOCH).ok().map(|elapsed| elapsed.as_secs())
}
