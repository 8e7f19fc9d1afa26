//! Opening streams, and what is done where there is none to be had.

use bytes::Bytes;
use outcrop_converse::catalog::Streaming;
use outcrop_converse::frames::FrameDecoder;
use outcrop_converse::{Encoded, ResponseMetadata, StreamDecoder};
use outcrop_core::{
    ErrorKind, ModelClient as _, ModelError, ModelRequest, Note, NoteAction, ResponseStream, UnifiedResponse,
};
use outcrop_transport::ResponseBody;
use tokio::time::timeout_at;

use super::answer::{Answer, Farewell};
use super::patience::Patience;
use super::{BedrockClient, seconds_since_1970};
use crate::telemetry::CallSpan;

impl BedrockClient {
    /// Opens a stream; where the model has none, the whole answer is handed out as one, unless that was switched off.
    pub(super) async fn open_stream(&self, request: &ModelRequest) -> Result<ResponseStream, ModelError> {
        let encoded = self.prepare(request).await?;
        match self.opening(encoded).await? {
            Opening::Stream(stream) => Ok(stream),
            Opening::Refused(why) => Ok(replayed(self.create(request).await?, why)),
        }
    }

    /// Opens a stream, or tells why there is none where that may be made up for.
    pub(super) async fn opening(&self, encoded: Encoded<Bytes>) -> Result<Opening, ModelError> {
        if self.shared.stream_fallback && cannot_stream(&encoded) {
            return Ok(Opening::Refused("the model is known to have no stream for this request"));
        }
        match self.stream(encoded).await {
            Err(error) if self.shared.stream_fallback && is_refusal(&error) => {
                Ok(Opening::Refused("the service says that the model has no stream for this request"))
            }
            outcome => outcome.map(Opening::Stream),
        }
    }

    async fn stream(&self, encoded: Encoded<Bytes>) -> Result<ResponseStream, ModelError> {
        let Encoded { model_id, body, notes, context, .. } = encoded;
        let transport = &self.shared.transport;
        let region = transport.region().name.clone();
        let patience = Patience::start(transport.timeouts());
        let span = CallSpan::start(&model_id, &region, &notes);
        let sent = Box::pin(transport.converse_stream(&model_id, body));
        let outcome: Result<ResponseBody, ModelError> = match patience.first_deadline() {
            None => span.follow(sent).await,
            Some(deadline) => match span.follow(timeout_at(deadline, sent)).await {
                Ok(outcome) => outcome,
                Err(_) => Err(patience.no_first_event().with_model(&model_id).with_region(&region)),
            },
        };
        let reply = outcome.inspect_err(|error| span.failed(error))?;
        let mut meta = ResponseMetadata::default();
        meta.request_id = reply.request_id().map(str::to_owned);
        meta.created = seconds_since_1970();
        let request_id = meta.request_id.clone();
        let stream = ResponseStream::new(Answer {
            reply,
            frames: FrameDecoder::new(),
            decoder: StreamDecoder::new(context, meta),
            patience,
            notes,
            span,
            region,
            farewell: Farewell::NotYet,
        });
        Ok(match request_id {
            Some(id) => stream.with_request_id(id),
            None => stream,
        })
    }
}

/// What came of opening a stream.
pub(super) enum Opening {
    Stream(ResponseStream),
    /// There is none to be had, and why.
    Refused(&'static str),
}

/// The whole answer as a stream, with a note of why.
pub(super) fn replayed(response: UnifiedResponse, why: &'static str) -> ResponseStream {
    let note = Note::new(
        "stream.fallback",
        NoteAction::Changed,
        "stream",
        format!("answered in one piece, since {why}"),
    );
    ResponseStream::replay(response).with_notes(vec![note])
}

/// Whether the catalog knows that the model cannot stream, or not with the tools of the request (lesson L48).
fn cannot_stream(encoded: &Encoded<Bytes>) -> bool {
    match encoded.context.catalog.capabilities(&encoded.model_id).streaming {
        Streaming::Unsupported => true,
        Streaming::WithoutTools => encoded.has_tools(),
        _ => false,
    }
}

/// Whether the service refused to stream, whatever else it would do with the request.
fn is_refusal(error: &ModelError) -> bool {
    let message = error.message().to_ascii_lowercase();
    let is_about_streams = message.contains("streaming") || message.contains("conversestream");
    let refuses =
        ["doesn't support", "does not support", "isn't supported", "is not supported", "not available"];
    error.kind() == ErrorKind::InvalidRequest
        && is_about_streams
        && refuses.iter().any(|words| message.contains(words))
}
