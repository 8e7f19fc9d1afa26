//! Opens streams, with a fallback for models that don't support them.
//!
//! Some models support no streams, or none for requests with tools. The client then requests the whole response and returns
//! its events. See
//! <https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference-supported-models-features.html> (L48).

use bytes::Bytes;
use outcrop_converse::catalog::Streaming;
use outcrop_converse::event_stream::FrameDecoder;
use outcrop_converse::{Encoded, StreamDecoder, Transcript};
use outcrop_core::{
    ErrorKind, ModelClient as _, ModelError, ModelRequest, Note, NoteAction, ResponseStream, UnifiedResponse,
};

use super::BedrockClient;
use super::body_buffers::BodyBuffers;
use super::call::response_metadata;
use super::deadlines::StreamDeadlines;
use super::event_stream::{BedrockEventStream, Drain};
use crate::telemetry::CallSpan;

impl BedrockClient {
    /// Prepares a request and opens a stream, with the fallback if it is enabled.
    pub(super) async fn open_stream(&self, request: &ModelRequest) -> Result<ResponseStream, ModelError> {
        let encoded = self.prepare(request).await?;
        match self.attempt_stream(request, encoded).await? {
            StreamAttempt::Opened(stream) => Ok(stream),
            StreamAttempt::Unsupported(reason) => Ok(fallback_stream(self.create(request).await?, reason)),
        }
    }

    /// Prepares a request that continues a conversation and opens a stream, with the fallback if it is enabled.
    pub(super) async fn open_stream_in(
        &self,
        transcript: &mut Transcript,
        request: &ModelRequest,
    ) -> Result<ResponseStream, ModelError> {
        let encoded = self.prepare_in(transcript, request).await?;
        match self.attempt_stream(request, encoded).await? {
            StreamAttempt::Opened(stream) => Ok(stream),
            StreamAttempt::Unsupported(reason) => {
                Ok(fallback_stream(self.create_in(transcript, request).await?, reason))
            }
        }
    }

    /// Opens a stream. If the fallback is enabled, a missing support of streams is not an error.
    pub(super) async fn attempt_stream(
        &self,
        request: &ModelRequest,
        encoded: Encoded<Bytes>,
    ) -> Result<StreamAttempt, ModelError> {
        if self.shared.stream_fallback && is_known_unsupported(&encoded) {
            return Ok(StreamAttempt::Unsupported("the model does not support streaming this request"));
        }
        match self.stream(request, encoded).await {
            // The catalog does not know every model, and the service rejects such a request at no charge.
            Err(error) if self.shared.stream_fallback && is_unsupported(&error) => {
                Ok(StreamAttempt::Unsupported("the service rejected streaming for this model"))
            }
            outcome => outcome.map(StreamAttempt::Opened),
        }
    }

    async fn stream(
        &self,
        request: &ModelRequest,
        encoded: Encoded<Bytes>,
    ) -> Result<ResponseStream, ModelError> {
        let Encoded { model_id, body, notes, context, .. } = encoded;
        let transport = &self.shared.transport;
        let region = transport.region().name.clone();
        let deadlines = StreamDeadlines::start(transport.timeouts());
        let span = CallSpan::start(request, &model_id, &region, &notes, true)
            .with_content(self.shared.records_content, request);
        // The transport enforces the limits until the response begins: it knows why earlier attempts failed.
        let buffer = BodyBuffers::watch(&body);
        let outcome = span.instrument(Box::pin(transport.converse_stream(&model_id, body))).await;
        self.shared.buffers.put(buffer);
        let outcome = outcome.map_err(|error| self.with_similar_ids(error, &model_id));
        let body = outcome.inspect_err(|error| span.record_error(error))?;
        let request_id = body.request_id().map(str::to_owned);
        let metadata = response_metadata(request_id.clone());
        let has_structured_output = context.has_structured_output();
        let stream = ResponseStream::new(BedrockEventStream {
            body,
            frames: FrameDecoder::new(),
            // As for a whole response, see `exchange`.
            decoder: StreamDecoder::new(context.tolerant(), metadata),
            deadlines,
            notes,
            span,
            region,
            drain: Drain::Streaming,
        });
        let stream = if has_structured_output { stream.with_structured_output() } else { stream };
        Ok(match request_id {
            Some(id) => stream.with_request_id(id),
            None => stream,
        })
    }
}

/// The outcome of opening a stream.
pub(super) enum StreamAttempt {
    Opened(ResponseStream),
    /// The model does not support a stream for the request, with the reason for the note.
    Unsupported(&'static str),
}

/// Builds a stream of the events of a whole response, with a note on the reason.
pub(super) fn fallback_stream(response: UnifiedResponse, reason: &'static str) -> ResponseStream {
    let message = format!("replaced the stream by a whole response: {reason}");
    let note = Note::new("stream.fallback", NoteAction::Changed, "stream", message);
    ResponseStream::replay(response).with_notes(vec![note])
}

/// Returns whether the catalog knows that the model does not support streams, or not with the tools of the request.
fn is_known_unsupported(encoded: &Encoded<Bytes>) -> bool {
    match encoded.context.catalog.capabilities(&encoded.model_id).streaming {
        Streaming::Unsupported => true,
        Streaming::WithoutTools => encoded.has_tools(),
        _ => false,
    }
}

/// Returns whether the service rejected the request because the model does not support streams.
fn is_unsupported(error: &ModelError) -> bool {
    // Only the text differs from other validation errors, and it differs between models:
    // "This model doesn't support tool use in streaming mode." See https://github.com/n8n-io/n8n/issues/14206.
    let message = error.message().to_ascii_lowercase();
    let is_about_streams = message.contains("streaming") || message.contains("conversestream");
    let phrases =
        ["doesn't support", "does not support", "isn't supported", "is not supported", "not available"];
    error.kind() == ErrorKind::InvalidRequest
        && is_about_streams
        && phrases.iter().any(|phrase| message.contains(phrase))
}
