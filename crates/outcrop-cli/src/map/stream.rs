//! Streams: their events, their chunks and the response that they add up to.

use outcrop::converse::event_stream::FrameDecoder;
use outcrop::converse::{ResponseMetadata, StreamDecoder};
use outcrop::core::{Blob, JsonObject, RawJson};
use outcrop::{ChatChunks, ChatCompletion, ChatCompletionChunk, ModelError, StreamEvent, UnifiedResponse};

use super::line::Line;
use super::{Mapped, json, object};

/// `{"stream_base64"}` or `{"events"}`, with `"params"?`, to `{"events", "unified", "v1", "chunks", "error"}`; a stream
/// that went wrong has its error and what came before it.
pub(super) fn stream(line: &Line) -> Mapped {
    let context = line.context()?;
    let recorded = Recorded::parse(line)?;
    let decoder = StreamDecoder::new(context.clone(), ResponseMetadata::default());
    let id = decoder.partial().id;
    let chunks = line.request().map_or_else(
        || ChatChunks::new(id.as_str(), context.model.as_str()),
        |request| ChatChunks::from_request(&request, id.as_str()),
    );
    let mut reading =
        StreamReader { decoder, mapper: chunks, events: Vec::new(), chunks: Vec::new(), end: None };
    reading.read(recorded);
    Ok(reading.to_json())
}

/// A stream as the line has it.
enum Recorded {
    /// The bytes of its frames.
    Bytes(Vec<u8>),
    /// Its events by name.
    Events(Vec<(String, RawJson)>),
}

impl Recorded {
    fn parse(line: &Line) -> Result<Self, ModelError> {
        let Some(events) = line.get("events") else {
            let wrong = || invalid("stream_base64", "expected Base64 text, or `events`, a list");
            let text = line.get("stream_base64").and_then(RawJson::as_string).ok_or_else(wrong)?;
            let bytes = Blob::from_base64(text.into_owned()).bytes().map_err(|_| wrong())?;
            return Ok(Self::Bytes(bytes.to_vec()));
        };
        let events: Vec<RawJson> = events.deserialize().map_err(|_| invalid("events", "expected a list"))?;
        let named = |(at, event): (usize, RawJson)| {
            let mut members = event.as_object().unwrap_or_default().into_iter();
            match (members.next(), members.next()) {
                (Some((name, value)), None) => Ok((name, value)),
                _ => Err(invalid(
                    &format!("events[{at}]"),
                    "expected an object with one member, the event's name",
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
    mapper: ChatChunks,
    events: Vec<StreamEvent>,
    chunks: Vec<ChatCompletionChunk>,
    /// The response or the error, once the stream ended.
    end: Option<Result<UnifiedResponse, ModelError>>,
}

impl StreamReader {
    fn read(&mut self, recorded: Recorded) {
        match recorded {
            Recorded::Events(events) => {
                for (name, value) in events {
                    self.decoder.handle_json(&name, value.as_str().as_bytes());
                    self.take_events();
                }
                self.decoder.handle_end();
            }
            Recorded::Bytes(bytes) => {
                let mut frames = FrameDecoder::new();
                frames.feed(bytes.into());
                let end = loop {
                    match frames.next_frame() {
                        Ok(Some(frame)) => self.decoder.handle_frame(&frame),
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
                    self.chunks.extend(self.mapper.push(event.clone()));
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
