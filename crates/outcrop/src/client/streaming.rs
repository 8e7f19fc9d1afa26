//! Opening streams, and the fallback for models that cannot stream.

use bytes::Bytes;
use outcrop_converse::catalog::Streaming;
use outcrop_converse::event_stream::FrameDecoder;
use outcrop_converse::{Encoded, StreamDecoder};
use outcrop_core::{
    ErrorKind, ModelClient as _, ModelError, ModelRequest, Note, NoteAction, ResponseStream, UnifiedResponse,
};
use outcrop_transport::ResponseBody;
use tokio::time::timeout_at;

use super::deadlines::StreamDeadlines;
use super::event_stream::{BedrockEventStream, Drain};
use super::{BedrockClient, response_metadata};
use crate::telemetry::CallSpan;

impl BedrockClient {
    /// Opens a stream. A model that cannot stream answers as a whole, unless the fallback was switched off.
    pub(super) async fn open_stream(&self, request: &ModelRequest) -> Result<ResponseStream, ModelError> {
        let encoded = self.prepare(request).await?;
        match self.opening(encoded).await? {
            Opening::Stream(stream) => Ok(stream),
            Opening::Unsupported(why) => Ok(fallback_stream(self.create(request).await?, why)),
        }
    }

    /// Opens a stream, or returns why there is none if the fallback may replace it.
    pub(super) async fn opening(&self, encoded: Encoded<Bytes>) -> Result<Opening, ModelError> {
        if self.shared.stream_fallback && cannot_stream(&encoded) {
            return Ok(Opening::Unsupported("the model is known to have no stream for this request"));
        }
        match self.stream(encoded).await {
            Err(error) if self.shared.stream_fallback && is_unsupported(&error) => {
                Ok(Opening::Unsupported("the service says that the model has no stream for this request"))
            }
            outcome => outcome.map(Opening::Stream),
        }
    }

    async fn stream(&self, encoded: Encoded<Bytes>) -> Result<ResponseStream, ModelError> {
        let Encoded { model_id, body, notes, context, .. } = encoded;
        let transport = &self.shared.transport;
        let region = transport.region().name.clone();
        let deadlines = StreamDeadlines::start(transport.timeouts());
        let span = CallSpan::start(&model_id, &region, &notes);
        let sent = Box::pin(transport.converse_stream(&model_id, body));
        let outcome: Result<ResponseBody, ModelError> = match deadlines.first_deadline() {
            None => span.instrument(sent).await,
            Some(deadline) => match span.instrument(timeout_at(deadline, sent)).await {
                Ok(outcome) => outcome,
                Err(_) => Err(deadlines.no_first_event().with_model(&model_id).with_region(&region)),
            },
        };
        let body = outcome.inspect_err(|error| span.failed(error))?;
        let request_id = body.request_id().map(str::to_owned);
        let metadata = response_metadata(request_id.clone());
        let stream = ResponseStream::new(BedrockEventStream {
            body,
            frames: FrameDecoder::new(),
            decoder: StreamDecoder::new(context, metadata),
            deadlines,
            notes,
            span,
            region,
            drain: Drain::Streaming,
        });
        Ok(match request_id {
            Some(id) => stream.with_request_id(id),
            None => stream,
        })
    }
}

/// The outcome of opening a stream.
pub(super) enum Opening {
    Stream(ResponseStream),
    /// The model cannot stream, with the reason.
    Unsupported(&'static str),
}

/// Builds a stream from a whole response, with a note on the reason.
pub(super) fn fallback_stream(response: UnifiedResponse, why: &'static str) -> ResponseStream {
    let note = Note::new(
        "stream.fallback",
        NoteAction::Changed,
        "stream",
        format!("answered in one piece, since {why}"),
    );
    ResponseStream::replay(response).with_notes(vec![note])
}

/// Returns whether the catalog knows that the model cannot stream, or not with the request's tools (lesson L48).
fn cannot_stream(encoded: &Encoded<Bytes>) -> bool {
    match encoded.context.catalog.capabilities(&encoded.model_id).streaming {
        Streaming::Unsupported => true,
        Streaming::WithoutTools => encoded.has_tools(),
        _ => false,
    }
}

/// Returns whether the service rejected the request because the model cannot stream.
fn is_unsupported(error: &ModelError) -> bool {
    let message = error.message().to_ascii_lowercase();
    let is_about_streams = message.contains("streaming") || message.contains("conversestream");
    let refuses =
        ["doesn't support", "does not support", "isn't supported", "is not supported", "not available"];
    error.kind() == ErrorKind::InvalidRequest
        && is_about_streams
        && refuses.iter().any(|words| message.contains(words))
}
