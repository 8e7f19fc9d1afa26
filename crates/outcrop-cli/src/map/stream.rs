//! The mapping of streams: their events, their chunks and the response.

use outcrop::converse::event_stream::FrameDecoder;
use outcrop::converse::{ResponseMetadata, StreamDecoder};
use outcrop::core::{Blob, JsonObject, RawJson};
use outcrop::{ChatChunks, ChatCompletion, ChatCompletionChunk, ModelError, StreamEvent, UnifiedResponse};

use super::line::Line;
use super::{Mapped, json, object};

/// Maps `{"stream_base64"}` or `{"events"}`, with `"params"?`, to `{"events", "unified", "v1", "chunks", "error"}`.
///
/// The output of a broken stream has its error and everything before it.
pub(super) fn map_stream(line: &Line) -> Mapped {
    let context = line.context()?;
    let source = StreamSource::parse(line)?;
    let decoder = StreamDecoder::new(context.clone(), ResponseMetadata::default());
    let id = decoder.partial().id;
    let chunk_mapper = line.request().map_or_else(
        || ChatChunks::new(id.as_str(), context.model.as_str()),
        |request| ChatChunks::from_request(&request, id.as_str()),
    );
    let mut reader =
        StreamReader { decoder, chunk_mapper, events: Vec::new(), chunks: Vec::new(), end: None };
    reader.read(source);
    Ok(reader.to_json())
}

/// The stream of a line.
enum StreamSource {
    /// The bytes of its frames.
    Bytes(Vec<u8>),
    /// The names of its events and their JSON.
    Events(Vec<(String, RawJson)>),
}

impl StreamSource {
    fn parse(line: &Line) -> Result<Self, ModelError> {
        line.require_response()?;
        let Some(events) = line.get("events") else {
            let missing = || invalid("stream_base64", "the stream must be Base64 text, or a list `events`");
            let text = line.get("stream_base64").and_then(RawJson::as_string).ok_or_else(missing)?;
            let bytes = Blob::from_base64(text.into_owned()).bytes().map_err(|_| missing())?;
            return Ok(Self::Bytes(bytes.to_vec()));
        };
        let events: Vec<RawJson> =
            events.deserialize().map_err(|_| invalid("events", "the events must be a list"))?;
        let named = |(index, event): (usize, RawJson)| {
            let mut members = event.as_object().unwrap_or_default().into_iter();
            match (members.next(), members.next()) {
                (Some((name, value)), None) => Ok((name, value)),
                _ => Err(invalid(
                    &format!("events[{index}]"),
                    "an event must be an object with one member, which has its name",
                )),
            }
        };
        events.into_iter().enumerate().map(named).collect::<Result<_, _>>().map(Self::Events)
    }
}

fn invalid(path: &str, message: &'static str) -> ModelError {
    ModelError::invalid_request("InvalidLine", path, message)
}

/// Decodes a stream and collects its events and chunks.
struct StreamReader {
    decoder: StreamDecoder,
    chunk_mapper: ChatChunks,
    events: Vec<StreamEvent>,
    chunks: Vec<ChatCompletionChunk>,
    /// The response or the error, once the stream has ended.
    end: Option<Result<UnifiedResponse, ModelError>>,
}

impl StreamReader {
    fn read(&mut self, source: StreamSource) {
        match source {
            StreamSource::Events(events) => {
                for (name, value) in events {
                    self.decoder.handle_json(&name, value.as_str().as_bytes());
                    self.take_events();
                }
                self.decoder.handle_end();
            }
            StreamSource::Bytes(bytes) => {
                let mut frames = FrameDecoder::new();
                frames.feed(bytes.into());
                let end = loop {
                    match frames.next_frame() {
                        Ok(Some(frame)) => self.decoder.handle_frame(&frame),
                        // A frame that is not complete is an error only now, at the end of the bytes.
                        Ok(None) => break frames.finish(),
                        Err(error) => break Err(error),
                    }
                    self.take_events();
                };
                match end {
                    Ok(()) => self.decoder.handle_end(),
                    Err(error) => self.decoder.handle_broken_frame(error),
                }
            }
        }
        self.take_events();
    }

    /// Collects the events that are ready.
    fn take_events(&mut self) {
        while let Some(event) = self.decoder.poll_event() {
            match event {
                Ok(event) => {
                    if let StreamEvent::Completed { response } = &event {
                        self.end = Some(Ok(response.as_ref().clone()));
                    }
                    self.chunks.extend(self.chunk_mapper.push(event.clone()));
                    self.events.push(event);
                }
                Err(error) => self.end = Some(Err(error)),
            }
        }
    }

    fn to_json(&self) -> JsonObject {
        let (response, error) = match &self.end {
            Some(Ok(response)) => (Some(response), None),
            Some(Err(error)) => (error.partial_response(), Some(error)),
            None => (None, None),
        };
        object([
            ("events", json(&self.events)),
            ("unified", json(&response)),
            ("v1", json(&response.map(ChatCompletion::from))),
            ("chunks", json(&self.chunks)),
            ("error", json(&error)),
        ])
    }
}
