//! The properties of the decoder of streams, and of everything that is built from its events.

use bytes::Bytes;
use outcrop::StreamEvent;
use outcrop::converse::event_stream::FrameDecoder;
use outcrop::converse::{ResponseContext, ResponseMetadata, StreamDecoder};
use outcrop::core::openai::{ChatChunks, ChatError};
use outcrop::core::{ResponseAccumulator, parse_partial_json};

use crate::chunks::{cut, single};
use crate::corpus;
use crate::random::Random;

/// The events of a stream as JSON, and its error.
type Outcome = (Vec<String>, Option<String>);

/// Checks that events and error are equal however the bytes are cut.
pub(crate) fn check_bytes(input: &[u8], random: &mut Random) {
    let outcome = decode(&[input]);
    assert_eq!(outcome, decode(&single(input)), "byte by byte");
    assert_eq!(outcome, decode(&cut(input, random)), "cut at random");
}

/// Checks events whose JSON may be anything.
pub(crate) fn check_lines(input: &[u8], _random: &mut Random) {
    let mut reader = StreamReader::new();
    for (name, json) in corpus::lines(input) {
        reader.decoder.handle_json(name, json);
        reader.drain();
    }
    reader.decoder.handle_end();
    let (events, _) = reader.end();
    let length: usize = events.iter().map(String::len).sum();
    // A text is in its event, in its block and in the response, each time escaped.
    assert!(length <= 4096 + 64 * input.len(), "{length} bytes of events from {} bytes", input.len());
}

fn decode(chunks: &[&[u8]]) -> Outcome {
    let mut reader = StreamReader::new();
    let mut frames = FrameDecoder::new();
    for chunk in chunks {
        frames.feed(Bytes::copy_from_slice(chunk));
        loop {
            match frames.next_frame() {
                Ok(Some(frame)) => reader.decoder.handle_frame(&frame),
                Ok(None) => break,
                Err(error) => {
                    reader.decoder.handle_broken_frame(error);
                    return reader.end();
                }
            }
            reader.drain();
        }
    }
    match frames.finish() {
        Ok(()) => reader.decoder.handle_end(),
        Err(error) => reader.decoder.handle_broken_frame(error),
    }
    reader.end()
}

/// Reads a stream, and builds everything that is built from its events.
struct StreamReader {
    decoder: StreamDecoder,
    accumulator: ResponseAccumulator,
    chunks: ChatChunks,
    events: Vec<String>,
    arguments: String,
    is_complete: bool,
    error: Option<String>,
}

impl StreamReader {
    fn new() -> Self {
        Self {
            decoder: StreamDecoder::new(
                ResponseContext::default(),
                ResponseMetadata::new().with_request_id("r-1"),
            ),
            accumulator: ResponseAccumulator::new("r-1", "m", "bedrock"),
            chunks: ChatChunks::new("r-1", "m"),
            events: Vec::new(),
            arguments: String::new(),
            is_complete: false,
            error: None,
        }
    }

    fn drain(&mut self) {
        while let Some(event) = self.decoder.poll_event() {
            assert!(!self.is_complete && self.error.is_none(), "an event follows the last one");
            match event {
                Ok(event) => self.push(event),
                Err(error) => {
                    assert!(error.partial_response().is_some(), "the error has no partial response");
                    assert!(ChatError::from(&error).to_sse().ends_with("}\n\n"));
                    self.error = Some(format!("{error:?}"));
                }
            }
        }
    }

    fn push(&mut self, event: StreamEvent) {
        self.events.push(serde_json::to_string(&event).expect("JSON"));
        self.accumulator.push(&event);
        match &event {
            StreamEvent::Completed { .. } => self.is_complete = true,
            StreamEvent::Arguments { json, .. } if self.arguments.len() < 1000 => {
                self.arguments.push_str(json);
                if let Some(parsed) = parse_partial_json(&self.arguments) {
                    let length = parsed.to_string().len();
                    assert!(length <= 8 * self.arguments.len() + 32, "the JSON is larger than its text");
                }
            }
            _ => {}
        }
        for chunk in self.chunks.push(event) {
            assert!(chunk.to_sse().trim_end().lines().count() == 1, "a chunk has more than one line");
        }
    }

    /// Ends the stream. It must have a response or an error, and nothing that follows may change it.
    fn end(mut self) -> Outcome {
        self.drain();
        assert!(self.decoder.is_finished() && self.is_complete != self.error.is_some());
        assert_eq!(self.accumulator.is_complete(), self.is_complete);
        assert_eq!(self.chunks.is_complete(), self.is_complete);
        let late = br#"{"contentBlockIndex":0,"delta":{"text":"late"}}"#;
        self.decoder.handle_json("contentBlockDelta", late);
        self.decoder.handle_end();
        assert!(self.decoder.poll_event().is_none(), "an event after the end");
        (self.events, self.error)
    }
}
