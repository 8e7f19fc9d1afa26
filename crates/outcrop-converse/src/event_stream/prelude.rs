//! The first twelve bytes of a frame.

use super::error::{Flaw, FrameErrorKind};

/// How long a prelude is: two lengths and their checksum.
pub(super) const PRELUDE: usize = 12;

/// How long the checksum at the end of a frame is.
pub(super) const CHECKSUM: usize = 4;

/// What a frame has around its headers and its payload.
pub(super) const AROUND: u32 = 16;

/// The most that AWS lets a frame be.
pub(super) const MOST: u32 = 16 * 1024 * 1024;

/// The most that AWS lets headers be.
pub(super) const MOST_HEADERS: u32 = 128 * 1024;

/// The lengths that a prelude declares, which fit together and are within the limits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prelude {
    /// The length of the frame, prelude and checksum included.
    pub(super) frame: usize,
    /// The length of the headers.
    pub(super) headers: usize,
}

impl Prelude {
    /// Reads and checks a prelude. The checksum comes first: without it the lengths mean nothing.
    pub(super) fn read(bytes: [u8; PRELUDE], most: u32) -> Result<Self, Flaw> {
        let [a, b, c, d, e, f, g, h, rest @ ..] = bytes;
        let expected = crc32fast::hash(&[a, b, c, d, e, f, g, h]);
        let found = u32::from_be_bytes(rest);
        if found != expected {
            return Err(Flaw { at: 8, kind: FrameErrorKind::PreludeChecksum { expected, found } });
        }
        let frame = u32::from_be_bytes([a, b, c, d]);
        let headers = u32::from_be_bytes([e, f, g, h]);
        let too_long = FrameErrorKind::FrameLength { least: AROUND, most, found: frame };
        let Some(room) = frame.checked_sub(AROUND).filter(|_| frame <= most) else {
            return Err(Flaw { at: 0, kind: too_long });
        };
        let room = room.min(MOST_HEADERS);
        if headers > room {
            return Err(Flaw { at: 4, kind: FrameErrorKind::HeadersLength { most: room, found: headers } });
        }
        match (usize::try_from(frame), usize::try_from(headers)) {
            (Ok(frame), Ok(headers)) => Ok(Self { frame, headers }),
            // Only where addresses are shorter than the limits.
            _ => Err(Flaw { at: 0, kind: too_long }),
        }
    }
}
