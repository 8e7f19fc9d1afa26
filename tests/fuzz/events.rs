//! The rules of the decoder of streams, and of all that is made of its steps.

use bytes::Bytes;
use outcrop::StreamEvent;
use outcrop::converse::event_stream::FrameDecoder;
use outcrop::converse::{ResponseContext, ResponseMetadata, StreamDecoder};
use outcrop::core::openai::{ChatChunks, ChatError};
use outcrop::core::{ResponseAccumulator, parse_partial_json};

use crate::corpus;
use crate::random::Random;
use crate::reading::{cut, single};

/// What came of a stream: its steps as JSON, and the error that it ended with.
type Outcome = (Vec<String>, Option<String>);

/// However the bytes are cut, the steps are the same.
pub(crate) fn check_stream(input: &[u8], random: &mut Random) {
    let whole = read(&[input]);
    assert_eq!(whole, read(&single(input)), "byte by byte");
    assert_eq!(whole, read(&cut(input, random)), "cut at random");
}

/// Events whose JSON is anything, or none.
pub(crate) fn check_lines(input: &[u8], _random: &mut Random) {
    let mut reading = Reading::new();
    for (name, json) in corpus::lines(input) {
        reading.decoder.handle_json(name, json);
        reading.drain();
    }
    reading.decoder.handle_end();
    let (steps, _) = reading.end();
    let told: usize = steps.iter().map(String::len).sum();
    // A step has its text once, its block a second time and the answer a third time, each in an escaped form.
    assert!(told <= 4096 + 64 * input.len(), "{told} bytes were made of {}", input.len());
}

fn read(chunks: &[&[u8]]) -> Outcome {
    let mut reading = Reading::new();
    let mut frames = FrameDecoder::new();
    for chunk in chunks {
        frames.feed(Bytes::copy_from_slice(chunk));
        loop {
            match frames.next_frame() {
                Ok(Some(frame)) => reading.decoder.handle_frame(&frame),
                Ok(None) => break,
                Err(error) => {
                    reading.decoder.handle_broken_frame(error);
                    return reading.end();
                }
            }
            reading.drain();
        }
    }
    match frames.finish() {
        Ok(()) => reading.decoder.handle_end(),
        Err(error) => reading.decoder.handle_broken_frame(error),
    }
    reading.end()
}

/// A stream that is being read, with all that its steps are made into.
struct Reading {
    decoder: StreamDecoder,
    accumulator: ResponseAccumulator,
    chunks: ChatChunks,
    steps: Vec<String>,
    arguments: String,
    is_complete: bool,
    error: Option<String>,
}

impl Reading {
    fn new() -> Self {
        Self {
            decoder: StreamDecoder::new(
                ResponseContext::default(),
                ResponseMetadata::new().with_request_id("r-1"),
            ),
            accumulator: ResponseAccumulator::new("r-1", "m", "bedrock"),
            chunks: ChatChunks::new("r-1", "m"),
            steps: Vec::new(),
            arguments: String::new(),
            is_complete: false,
            error: None,
        }
    }

    fn drain(&mut self) {
        while let Some(step) = self.decoder.poll_event() {
            assert!(!self.is_complete && self.error.is_none(), "nothing follows the last step");
            match step {
                Ok(event) => self.step(event),
                Err(error) => {
                    assert!(error.partial_response().is_some(), "an error has what came before it");
                    assert!(ChatError::from(&error).to_sse().ends_with("}\n\n"));
                    self.error = Some(format!("{error:?}"));
                }
            }
        }
    }

    fn step(&mut self, event: StreamEvent) {
        self.steps.push(serde_json::to_string(&event).expect("a step has a JSON form"));
        self.accumulator.push(&event);
        match &event {
            StreamEvent::Completed { .. } => self.is_complete = true,
            StreamEvent::Arguments { json, .. } if self.arguments.len() < 1000 => {
                self.arguments.push_str(json);
                if let Some(shown) = parse_partial_json(&self.arguments) {
                    assert!(shown.to_string().len() <= 8 * self.arguments.len() + 32, "nothing is made up");
                }
            }
            _ => {}
        }
        for chunk in self.chunks.push(event) {
            assert!(chunk.to_sse().trim_end().lines().count() == 1, "a chunk is one line");
        }
    }

    /// The end: there is an answer or an error, and whatever follows changes nothing.
    fn end(mut self) -> Outcome {
        self.drain();
        assert!(self.decoder.is_finished() && self.is_complete != self.error.is_some());
        assert_eq!(self.accumulator.is_complete(), self.is_complete);
        assert_eq!(self.chunks.is_complete(), self.is_complete);
        let late = br#"{"contentBlockIndex":0,"delta":{"text":"late"}}"#;
        self.decoder.handle_json("contentBlockDelta", late);
        self.decoder.handle_end();
        assert!(self.decoder.poll_event().is_none(), "a decoder that is finished stays so");
        (self.steps, self.error)
    }
}
