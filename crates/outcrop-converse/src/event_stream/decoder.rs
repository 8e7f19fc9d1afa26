//! The decoder: from bytes to frames.

use std::fmt;

use bytes::Bytes;

use super::frame::{Frame, MAX_FRAME, OVERHEAD, PRELUDE_LENGTH, Prelude};
use super::{FrameError, FrameErrorKind, RelativeError};

/// A decoder of the bytes of a stream, wherever they are cut.
///
/// Feed it a chunk, take frames until there are none, and repeat. When the stream ends, [`finish`](Self::finish) returns
/// whether it ended between two frames. A frame within one chunk is borrowed from the chunk; only a frame across chunks is
/// copied. After an error the decoder repeats that error, because the bytes after an invalid frame cannot be trusted.
///
/// It keeps one chunk and the received part of one frame, whatever lengths a frame declares.
pub struct FrameDecoder {
    /// The maximum length of a frame.
    max_frame: u32,
    /// The last chunk.
    chunk: Bytes,
    /// The number of bytes of the chunk that are consumed.
    consumed: usize,
    /// The received part of a frame that began in an earlier chunk.
    pub(super) partial: Vec<u8>,
    /// The prelude of that frame, once it is complete.
    prelude: Option<Prelude>,
    /// The offset of the next frame in the stream.
    offset: u64,
    error: Option<FrameError>,
}

/// The bytes of a complete frame.
enum FrameBytes {
    /// The chunk from this position.
    InChunk(usize),
    /// The partial frame, which is now complete.
    Partial,
}

impl FrameDecoder {
    /// Creates a decoder for the start of a stream. It accepts frames of up to 16 MiB, as AWS does.
    #[must_use]
    pub fn new() -> Self {
        Self {
            max_frame: MAX_FRAME,
            chunk: Bytes::new(),
            consumed: 0,
            partial: Vec::new(),
            prelude: None,
            offset: 0,
            error: None,
        }
    }

    /// Sets the maximum length of a frame.
    #[must_use]
    pub fn with_max_frame(mut self, bytes: u32) -> Self {
        self.max_frame = bytes.max(OVERHEAD);
        self
    }

    /// Adds the next bytes of the stream.
    ///
    /// It copies them only if there are still frames in the chunk before.
    pub fn feed(&mut self, chunk: Bytes) {
        let unread = self.unread();
        if unread.is_empty() {
            self.chunk = chunk;
        } else if !chunk.is_empty() {
            self.chunk = [unread, &chunk].concat().into();
        } else {
            return;
        }
        self.consumed = 0;
    }

    /// Returns the next frame, or `None` if it is not complete yet.
    ///
    /// # Errors
    /// [`FrameError`] if the bytes are not a valid frame. All later calls return the same error.
    pub fn next_frame(&mut self) -> Result<Option<Frame<'_>>, FrameError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let start = self.offset;
        let (location, prelude) = match self.take_frame() {
            Ok(Some(found)) => found,
            Ok(None) => return Ok(None),
            Err(error) => return Err(*self.error.insert(error.in_frame_at(start))),
        };
        self.offset = start.saturating_add(u64::try_from(prelude.frame).unwrap_or(u64::MAX));
        let bytes = match location {
            FrameBytes::InChunk(from) => self.chunk.get(from..self.consumed).unwrap_or_default(),
            FrameBytes::Partial => &self.partial,
        };
        match Frame::parse(bytes, prelude) {
            Ok(frame) => Ok(Some(frame)),
            Err(error) => Err(*self.error.insert(error.in_frame_at(start))),
        }
    }

    /// Checks that the stream may end here: after the last frame, with no bytes left.
    ///
    /// # Errors
    /// [`FrameErrorKind::Truncated`] inside a frame, or the earlier error of the decoder.
    pub fn finish(&self) -> Result<(), FrameError> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let partial = if self.is_partial_complete() { 0 } else { self.partial.len() };
        let found = partial.saturating_add(self.unread().len());
        if found == 0 {
            return Ok(());
        }
        // A cut frame is not a normal end: https://github.com/vercel/ai/commit/1ac9af8 (L108).
        let expected = self.prelude.map_or(PRELUDE_LENGTH, |prelude| prelude.frame);
        let kind = FrameErrorKind::Truncated { expected, found };
        Err(RelativeError { at: found, kind }.in_frame_at(self.offset))
    }

    /// Consumes the next frame if it is complete. Otherwise, moves its bytes to the partial frame.
    fn take_frame(&mut self) -> Result<Option<(FrameBytes, Prelude)>, RelativeError> {
        if self.is_partial_complete() {
            self.partial.clear();
            self.prelude = None;
        }
        if !self.partial.is_empty() {
            return self.complete_partial();
        }
        let unread = self.unread();
        // A cut within the prelude is where hand-written decoders fail, by reading half a length as one:
        // https://github.com/agentgateway/agentgateway/pull/2113 (M61).
        let Some(prelude) = unread.first_chunk::<PRELUDE_LENGTH>() else {
            self.fill_partial(PRELUDE_LENGTH);
            return Ok(None);
        };
        let prelude = Prelude::parse(*prelude, self.max_frame)?;
        if unread.len() < prelude.frame {
            self.prelude = Some(prelude);
            self.fill_partial(prelude.frame);
            return Ok(None);
        }
        let from = self.consumed;
        self.consumed = from.saturating_add(prelude.frame);
        Ok(Some((FrameBytes::InChunk(from), prelude)))
    }

    /// Moves bytes of the chunk to the partial frame, and returns the frame if it is complete.
    fn complete_partial(&mut self) -> Result<Option<(FrameBytes, Prelude)>, RelativeError> {
        let prelude = match self.prelude {
            Some(prelude) => prelude,
            None => {
                self.fill_partial(PRELUDE_LENGTH);
                let Some(prelude) = self.partial.first_chunk::<PRELUDE_LENGTH>() else { return Ok(None) };
                *self.prelude.insert(Prelude::parse(*prelude, self.max_frame)?)
            }
        };
        self.fill_partial(prelude.frame);
        Ok(self.is_partial_complete().then_some((FrameBytes::Partial, prelude)))
    }

    /// Moves bytes of the chunk to the partial frame, until that has this length or the chunk is consumed.
    fn fill_partial(&mut self, length: usize) {
        let unread = self.chunk.get(self.consumed..).unwrap_or_default();
        let missing = length.saturating_sub(self.partial.len());
        let moved = unread.get(..missing).unwrap_or(unread);
        // Nothing is reserved for the declared length: a frame of 16 MiB costs its sender 12 bytes to declare.
        self.partial.extend_from_slice(moved);
        self.consumed = self.consumed.saturating_add(moved.len());
        if self.consumed >= self.chunk.len() {
            self.chunk = Bytes::new();
            self.consumed = 0;
        }
    }

    /// Returns whether the partial frame is complete.
    ///
    /// Such a frame has been returned, and stays until the next call because the caller borrows from it.
    fn is_partial_complete(&self) -> bool {
        self.prelude.is_some_and(|prelude| self.partial.len() >= prelude.frame)
    }

    fn unread(&self) -> &[u8] {
        self.chunk.get(self.consumed..).unwrap_or_default()
    }
}

impl Default for FrameDecoder {
    fn default() -> Self {
        Self::new()
    }
}

/// Shows the progress, without any content.
impl fmt::Debug for FrameDecoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrameDecoder")
            .field("offset", &self.offset)
            .field("partial", &self.partial.len())
            .field("unread", &self.unread().len())
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}
