//! From bytes to frames.

use std::fmt;

use bytes::Bytes;

use super::error::{Flaw, FrameError, FrameErrorKind};
use super::frame::Frame;
use super::prelude::{AROUND, MOST, PRELUDE, Prelude};

/// Turns the bytes of a stream into frames, wherever the bytes are cut.
///
/// Feed it a chunk, take frames until there are none, and so on; when the stream ends, ask it with
/// [`finish`](Self::finish) whether that was between frames. A frame that lies within one chunk is handed out where it
/// lies; only frames that lie across a border are put together. After an error it stays failed: what follows bytes that
/// are no frame cannot be trusted.
///
/// It keeps no more than has arrived of one frame and the chunk that is being read, whatever lengths are declared.
pub struct FrameDecoder {
    /// The most that a frame may be.
    most: u32,
    /// What was fed last.
    chunk: Bytes,
    /// How much of the chunk was read.
    read: usize,
    /// The frame that began in a chunk before, as far as it is there.
    pub(super) begun: Vec<u8>,
    /// What the prelude of that frame says, once it is there.
    prelude: Option<Prelude>,
    /// Where in the stream the next frame begins.
    position: u64,
    failure: Option<FrameError>,
}

/// Where a whole frame lies.
enum Place {
    /// In the chunk, from there on.
    Chunk(usize),
    /// By itself, put together from several chunks.
    Begun,
}

impl FrameDecoder {
    /// A decoder at the beginning of a stream, which takes frames of up to 16 MiB, as AWS does.
    #[must_use]
    pub fn new() -> Self {
        Self {
            most: MOST,
            chunk: Bytes::new(),
            read: 0,
            begun: Vec::new(),
            prelude: None,
            position: 0,
            failure: None,
        }
    }

    /// The same decoder, taking frames of up to so many bytes.
    #[must_use]
    pub fn with_max_frame(mut self, bytes: u32) -> Self {
        self.most = bytes.max(AROUND);
        self
    }

    /// Takes the next bytes of the stream, as many as there are.
    ///
    /// It copies nothing unless frames of the chunk before are still to be taken.
    pub fn feed(&mut self, chunk: Bytes) {
        let unread = self.unread();
        if unread.is_empty() {
            self.chunk = chunk;
        } else if !chunk.is_empty() {
            self.chunk = [unread, &chunk].concat().into();
        } else {
            return;
        }
        self.read = 0;
    }

    /// The next frame, borrowed until the decoder is used again; `None` until more is fed.
    ///
    /// # Errors
    /// [`FrameError`] when the bytes are no frame, and from then on always the same.
    pub fn next_frame(&mut self) -> Result<Option<Frame<'_>>, FrameError> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        let start = self.position;
        let (place, prelude) = match self.find() {
            Ok(Some(found)) => found,
            Ok(None) => return Ok(None),
            Err(flaw) => return Err(*self.failure.insert(flaw.in_frame_at(start))),
        };
        self.position = start.saturating_add(u64::try_from(prelude.frame).unwrap_or(u64::MAX));
        let bytes = match place {
            Place::Chunk(from) => self.chunk.get(from..self.read).unwrap_or_default(),
            Place::Begun => &self.begun,
        };
        match Frame::read(bytes, prelude) {
            Ok(frame) => Ok(Some(frame)),
            Err(flaw) => Err(*self.failure.insert(flaw.in_frame_at(start))),
        }
    }

    /// Whether the stream may end here: all frames were taken and nothing is left over.
    ///
    /// # Errors
    /// [`FrameErrorKind::Truncated`] inside a frame, and the error that there was if there was one.
    pub fn finish(&self) -> Result<(), FrameError> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        let begun = if self.begun_is_over() { 0 } else { self.begun.len() };
        let found = begun.saturating_add(self.unread().len());
        if found == 0 {
            return Ok(());
        }
        let expected = self.prelude.map_or(PRELUDE, |prelude| prelude.frame);
        let kind = FrameErrorKind::Truncated { expected, found };
        Err(Flaw { at: found, kind }.in_frame_at(self.position))
    }

    /// Finds the next frame if it is whole; puts by what there is of it if it is not.
    fn find(&mut self) -> Result<Option<(Place, Prelude)>, Flaw> {
        if self.begun_is_over() {
            self.begun.clear();
            self.prelude = None;
        }
        if !self.begun.is_empty() {
            return self.complete();
        }
        let unread = self.unread();
        let Some(head) = unread.first_chunk::<PRELUDE>() else {
            self.put_by(PRELUDE);
            return Ok(None);
        };
        let prelude = Prelude::read(*head, self.most)?;
        if unread.len() < prelude.frame {
            self.prelude = Some(prelude);
            self.put_by(prelude.frame);
            return Ok(None);
        }
        let from = self.read;
        self.read = from.saturating_add(prelude.frame);
        Ok(Some((Place::Chunk(from), prelude)))
    }

    /// Adds to the frame that was begun what the chunk has of it.
    fn complete(&mut self) -> Result<Option<(Place, Prelude)>, Flaw> {
        let prelude = match self.prelude {
            Some(prelude) => prelude,
            None => {
                self.put_by(PRELUDE);
                let Some(head) = self.begun.first_chunk::<PRELUDE>() else { return Ok(None) };
                *self.prelude.insert(Prelude::read(*head, self.most)?)
            }
        };
        self.put_by(prelude.frame);
        Ok(self.begun_is_over().then_some((Place::Begun, prelude)))
    }

    /// Moves bytes from the chunk to the frame that was begun, until that has so many or the chunk is used up.
    fn put_by(&mut self, wanted: usize) {
        let unread = self.chunk.get(self.read..).unwrap_or_default();
        let missing = wanted.saturating_sub(self.begun.len());
        let moved = unread.get(..missing).unwrap_or(unread);
        self.begun.extend_from_slice(moved);
        self.read = self.read.saturating_add(moved.len());
        if self.read >= self.chunk.len() {
            self.chunk = Bytes::new();
            self.read = 0;
        }
    }

    /// Whether the frame that was begun is whole. It is handed out as soon as it is, and stays until the next is asked for.
    fn begun_is_over(&self) -> bool {
        self.prelude.is_some_and(|prelude| self.begun.len() >= prelude.frame)
    }

    fn unread(&self) -> &[u8] {
        self.chunk.get(self.read..).unwrap_or_default()
    }
}

impl Default for FrameDecoder {
    fn default() -> Self {
        Self::new()
    }
}

/// Shows how far it is, not what it read.
impl fmt::Debug for FrameDecoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrameDecoder")
            .field("position", &self.position)
            .field("begun", &self.begun.len())
            .field("unread", &self.unread().len())
            .field("failure", &self.failure)
            .finish_non_exhaustive()
    }
}
