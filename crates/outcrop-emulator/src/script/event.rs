//! What is sent in a stream, step by step.

use std::num::NonZeroUsize;
use std::time::Duration;

use bytes::Bytes;
use outcrop_converse::event_stream::{HeaderValue, encode_frame};
use outcrop_core::JsonError;
use serde_json::value::RawValue;

const JSON: HeaderValue<'static> = HeaderValue::String("application/json");

/// One step of a stream: a frame, whole or damaged, or something else that can happen to a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptedEvent {
    step: Step,
    delay: Duration,
    pieces: Option<NonZeroUsize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Send(Bytes),
    Stall,
    Close(CloseStream),
}

/// How a stream ends before its script does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CloseStream {
    /// As if it were complete.
    Clean,
    /// The connection is closed, while the response is not complete.
    Cut,
    /// The connection is reset.
    Reset,
}

/// What is wrong with a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Damage {
    /// The checksum of its lengths.
    PreludeChecksum,
    /// The checksum of all of it.
    MessageChecksum,
    /// All bits of one of its bytes, counted from 0.
    FlipByte(usize),
    /// It ends after so many bytes.
    KeepBytes(usize),
}

impl ScriptedEvent {
    /// An event with its name and its payload, which is sent byte for byte as it is written here. With a name that ends
    /// with `Exception` it is an exception.
    ///
    /// # Errors
    /// [`JsonError`] when the payload is not JSON, or too large for a frame.
    pub fn event(name: &str, json: &str) -> Result<Self, JsonError> {
        // Checks the text; what is sent is the text itself.
        outcrop_core::from_str::<Box<RawValue>>(json)?;
        let name = HeaderValue::String(name);
        let headers = match name {
            HeaderValue::String(exception) if exception.ends_with("Exception") => {
                [(":exception-type", name), (":content-type", JSON), (":message-type", text("exception"))]
            }
            _ => [(":event-type", name), (":content-type", JSON), (":message-type", text("event"))],
        };
        Self::of_frame(&headers, json.as_bytes())
    }

    /// An error that the service model does not have.
    ///
    /// # Errors
    /// [`JsonError`] when code or message are too long for a header.
    pub fn error(code: &str, message: &str) -> Result<Self, JsonError> {
        let headers = [
            (":error-code", text(code)),
            (":error-message", text(message)),
            (":message-type", text("error")),
        ];
        Self::of_frame(&headers, b"")
    }

    /// A frame with any headers of text and any payload.
    ///
    /// # Errors
    /// [`JsonError`] when they do not fit in a frame.
    pub fn frame(headers: &[(&str, &str)], payload: &[u8]) -> Result<Self, JsonError> {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, text(value))).collect();
        Self::of_frame(&headers, payload)
    }

    /// Bytes that need not be frames at all.
    #[must_use]
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        Self::new(Step::Send(bytes.into()))
    }

    /// Nothing more, until the client gives up or the emulator stops.
    #[must_use]
    pub fn stall() -> Self {
        Self::new(Step::Stall)
    }

    /// The end, whatever the script says after it.
    #[must_use]
    pub fn close(how: CloseStream) -> Self {
        Self::new(Step::Close(how))
    }

    /// The same step, after a while.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Sends the bytes in chunks of this size, each after the delay.
    #[must_use]
    pub fn with_chunk_size(mut self, bytes: NonZeroUsize) -> Self {
        self.pieces = Some(bytes);
        self
    }

    /// Damages the frame.
    ///
    /// # Errors
    /// [`JsonError`] when there are not so many bytes.
    pub fn with_damage(mut self, damage: Damage) -> Result<Self, JsonError> {
        let Step::Send(bytes) = &self.step else {
            return Err(JsonError::new("damage", "only what is sent can be damaged"));
        };
        let place = match damage {
            Damage::KeepBytes(length) if length < bytes.len() => {
                self.step = Step::Send(bytes.slice(..length));
                return Ok(self);
            }
            Damage::KeepBytes(place) | Damage::FlipByte(place) => place,
            Damage::PreludeChecksum => 8,
            Damage::MessageChecksum => bytes.len().saturating_sub(1),
        };
        let mut damaged = bytes.to_vec();
        let Some(byte) = damaged.get_mut(place) else {
            let reason = format!("expected a number below {}, the length of the frame", bytes.len());
            return Err(JsonError::new("damage", reason));
        };
        *byte = !*byte;
        self.step = Step::Send(damaged.into());
        Ok(self)
    }

    pub(crate) fn step(&self) -> &Step {
        &self.step
    }

    pub(crate) fn delay(&self) -> Duration {
        self.delay
    }

    pub(crate) fn pieces(&self) -> Option<usize> {
        self.pieces.map(NonZeroUsize::get)
    }

    fn new(step: Step) -> Self {
        Self { step, delay: Duration::ZERO, pieces: None }
    }

    fn of_frame(headers: &[(&str, HeaderValue<'_>)], payload: &[u8]) -> Result<Self, JsonError> {
        let frame = encode_frame(headers, payload);
        frame.map(Self::bytes).map_err(|error| JsonError::new("", error.to_string()))
    }
}

fn text(value: &str) -> HeaderValue<'_> {
    HeaderValue::String(value)
}
