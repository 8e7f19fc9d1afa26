//! Scripted events: the items of a stream as a script describes them, whole or damaged.

use std::num::NonZeroUsize;
use std::time::Duration;

use bytes::Bytes;
use outcrop_core::JsonError;
use serde_json::value::RawValue;

use crate::protocol::stream::{self, CloseStream, StreamContent, StreamItem};

/// An event of a scripted stream: a frame, whole or damaged, or an irregularity that can happen to a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptedEvent {
    item: StreamItem,
}

/// The damage of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Damage {
    /// The checksum of the lengths is wrong.
    PreludeChecksum,
    /// The checksum of the frame is wrong.
    MessageChecksum,
    /// All bits of a byte, counted from 0, are flipped.
    FlipByte(usize),
    /// The frame ends after a number of bytes.
    KeepBytes(usize),
}

/// The position of the checksum of the lengths, which follows two lengths of four bytes each. The checksum of the frame is
/// at its end. See <https://smithy.io/2.0/aws/amazon-eventstream.html>.
const PRELUDE_CHECKSUM: usize = 8;

impl ScriptedEvent {
    /// Builds an event from its name and its payload, which is sent byte for byte. A name that ends with `Exception` makes
    /// it an exception.
    ///
    /// # Errors
    /// [`JsonError`] when the payload is not JSON, or too large for a frame.
    pub fn event(name: &str, json: &str) -> Result<Self, JsonError> {
        // Only checks the syntax: a parsed and rewritten payload would not have the bytes of the script.
        outcrop_core::from_str::<Box<RawValue>>(json)?;
        StreamItem::event(name, json.as_bytes()).map(Self::from_item)
    }

    /// Builds an error that the service model does not declare.
    ///
    /// # Errors
    /// [`JsonError`] when the code or the message is too long for a header.
    pub fn error(code: &str, message: &str) -> Result<Self, JsonError> {
        StreamItem::error(code, message).map(Self::from_item)
    }

    /// Builds a frame with any text headers and any payload.
    ///
    /// # Errors
    /// [`JsonError`] when they do not fit in a frame.
    pub fn frame(headers: &[(&str, &str)], payload: &[u8]) -> Result<Self, JsonError> {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, stream::text(value))).collect();
        StreamItem::frame(&headers, payload).map(Self::from_item)
    }

    /// Sends bytes that need not be frames.
    #[must_use]
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        Self::new(StreamContent::Bytes(bytes.into()))
    }

    /// Sends nothing more, until the client closes the connection or the emulator stops.
    #[must_use]
    pub fn stall() -> Self {
        Self::new(StreamContent::Stall)
    }

    /// Ends the stream. The events after it are not sent.
    #[must_use]
    pub fn close(how: CloseStream) -> Self {
        Self::new(StreamContent::Close(how))
    }

    /// Sets a delay before the event.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.item.delay = delay;
        self
    }

    /// Sends the bytes in chunks of this size, each after the delay.
    #[must_use]
    pub fn with_chunk_size(mut self, bytes: NonZeroUsize) -> Self {
        self.item.chunk_size = Some(bytes);
        self
    }

    /// Damages the frame.
    ///
    /// # Errors
    /// [`JsonError`] when the event is not a frame, or the frame does not have so many bytes.
    pub fn with_damage(mut self, damage: Damage) -> Result<Self, JsonError> {
        let StreamContent::Bytes(bytes) = &self.item.content else {
            return Err(JsonError::new("damage", "only a frame or bytes can be damaged"));
        };
        let position = match damage {
            Damage::KeepBytes(length) if length < bytes.len() => {
                self.item.content = StreamContent::Bytes(bytes.slice(..length));
                return Ok(self);
            }
            Damage::KeepBytes(position) | Damage::FlipByte(position) => position,
            Damage::PreludeChecksum => PRELUDE_CHECKSUM,
            Damage::MessageChecksum => bytes.len().saturating_sub(1),
        };
        let mut damaged = bytes.to_vec();
        let Some(byte) = damaged.get_mut(position) else {
            let reason = format!("expected a number below {}, the length of the frame", bytes.len());
            return Err(JsonError::new("damage", reason));
        };
        *byte = !*byte;
        self.item.content = StreamContent::Bytes(damaged.into());
        Ok(self)
    }

    /// Returns the item to send.
    pub(super) fn item(&self) -> &StreamItem {
        &self.item
    }

    fn new(content: StreamContent) -> Self {
        Self::from_item(StreamItem::new(content))
    }

    fn from_item(item: StreamItem) -> Self {
        Self { item }
    }
}
