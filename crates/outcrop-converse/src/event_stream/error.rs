//! What can be wrong with the bytes of a stream.

/// Bytes that are no frame. It says where in the stream, what was expected and what was found, never what is in the
/// payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}, at byte {offset} of the stream")]
pub struct FrameError {
    offset: u64,
    kind: FrameErrorKind,
}

/// The kind of a [`FrameError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameErrorKind {
    /// The checksum of the two lengths is not theirs: they are not to be trusted.
    #[error("expected the prelude checksum {expected:#010x}, found {found:#010x}")]
    PreludeChecksum {
        /// That of the bytes.
        expected: u32,
        /// That in the prelude.
        found: u32,
    },
    /// The checksum of the frame is not its own: something in it was changed on the way.
    #[error("expected the frame checksum {expected:#010x}, found {found:#010x}")]
    MessageChecksum {
        /// That of the bytes.
        expected: u32,
        /// That at the end of the frame.
        found: u32,
    },
    /// The frame says that it is shorter than a frame can be, or longer than is taken.
    #[error("expected a frame of {least} to {most} bytes, found one of {found}")]
    FrameLength {
        /// The bytes around headers and payload.
        least: u32,
        /// The limit of the decoder.
        most: u32,
        /// What the prelude says.
        found: u32,
    },
    /// The frame says that it has more headers than it has room for, or than is taken.
    #[error("expected at most {most} bytes of headers, found {found}")]
    HeadersLength {
        /// The room in the frame, or the limit of the format.
        most: u32,
        /// What the prelude says.
        found: u32,
    },
    /// The headers end inside a header.
    #[error("expected {expected} more bytes of a header, found {found}")]
    HeaderEnd {
        /// What is missing of the header.
        expected: usize,
        /// What is left of the headers.
        found: usize,
    },
    /// The name of a header is empty or not UTF-8.
    #[error("expected the name of a header, found nothing or no UTF-8")]
    HeaderName,
    /// A header is of a type that there is not.
    #[error("expected a header of a type from 0 to 9, found {found}")]
    HeaderType {
        /// The number of the type.
        found: u8,
    },
    /// The value of a header that is text is not UTF-8.
    #[error("expected UTF-8 in the value of a header, found other bytes")]
    HeaderText,
    /// The stream ended inside a frame.
    #[error("expected a frame of {expected} bytes, found the end after {found}")]
    Truncated {
        /// The length of the frame, as far as it is known: at least that of the prelude.
        expected: usize,
        /// How many bytes of it came.
        found: usize,
    },
}

impl FrameError {
    /// Where it is, counted in bytes from the beginning of the stream.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Returns the kind of error.
    #[must_use]
    pub fn kind(&self) -> FrameErrorKind {
        self.kind
    }
}

/// What is wrong, and where, counted from some beginning that only the caller knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flaw {
    pub(super) at: usize,
    pub(super) kind: FrameErrorKind,
}

impl Flaw {
    /// The same flaw, counted from so many bytes before.
    pub(super) fn after(self, bytes: usize) -> Self {
        Self { at: self.at.saturating_add(bytes), ..self }
    }

    /// The flaw of a frame that begins there in the stream.
    pub(super) fn in_frame_at(self, offset: u64) -> FrameError {
        let at = u64::try_from(self.at).unwrap_or(u64::MAX);
        FrameError { offset: offset.saturating_add(at), kind: self.kind }
    }
}
