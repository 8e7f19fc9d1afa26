//! The buffers of request bodies, reused by later calls.
//!
//! A buffer of some hundred kilobytes usually lies at the end of the heap. The allocator returns such memory to the system
//! when it is freed, and the next call pays for each page again: a quarter of the CPU time of a call with 200 messages.

use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

/// The sizes of the bodies whose buffers are kept. Smaller ones stay in the heap by themselves, and larger ones are rare.
const SIZES: std::ops::RangeInclusive<usize> = 16 * 1024..=1024 * 1024;

/// The number of buffers that are kept, so that a client holds at most 4 MiB after its calls.
const MAX_BUFFERS: usize = 4;

/// The buffers of bodies that were sent.
#[derive(Debug, Default)]
pub(super) struct BodyBuffers(Mutex<Vec<Vec<u8>>>);

impl BodyBuffers {
    /// Returns an empty buffer for a body of about a length, one that was used before if there is one.
    pub(super) fn take(&self, length: usize) -> Vec<u8> {
        if !SIZES.contains(&length) {
            return Vec::new();
        }
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    /// Returns a handle of a body by which its buffer is kept after the call; `None` for a body that is not worth it.
    pub(super) fn watch(body: &Bytes) -> Option<Bytes> {
        SIZES.contains(&body.len()).then(|| body.clone())
    }

    /// Keeps the buffer of a body that was sent, unless a connection or a transcript still holds it.
    pub(super) fn put(&self, body: Option<Bytes>) {
        let Some(Ok(mut body)) = body.map(Bytes::try_into_mut) else { return };
        // As `BytesMut`, because `Bytes` may free its buffer when it is emptied. An empty one is converted without a copy.
        body.clear();
        let buffer = Vec::from(body);
        let mut buffers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if SIZES.contains(&buffer.capacity()) && buffers.len() < MAX_BUFFERS {
            buffers.push(buffer);
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::{BodyBuffers, MAX_BUFFERS, SIZES};

    const LENGTH: usize = 100_000;

    fn body(length: usize, capacity: usize) -> Bytes {
        let mut buffer = Vec::with_capacity(capacity);
        buffer.resize(length, b'x');
        Bytes::from(buffer)
    }

    /// Sends a body, so that only the handle of it is left.
    fn send(buffers: &BodyBuffers, body: Bytes) {
        let watched = BodyBuffers::watch(&body);
        drop(body);
        buffers.put(watched);
    }

    #[test]
    fn buffer_of_a_sent_body_is_reused_and_empty() {
        let buffers = BodyBuffers::default();
        for capacity in [LENGTH, LENGTH + 10] {
            let body = body(LENGTH, capacity);
            let address = body.as_ptr();
            send(&buffers, body);
            let buffer = buffers.take(LENGTH);
            assert!(buffer.is_empty() && buffer.capacity() >= LENGTH);
            assert_eq!(buffer.as_ptr(), address);
            assert_eq!(buffers.take(LENGTH).capacity(), 0, "a buffer has one user");
        }
    }

    #[test]
    fn buffer_of_a_body_in_use_is_not_reused() {
        let buffers = BodyBuffers::default();
        let body = body(LENGTH, LENGTH + 10);
        buffers.put(BodyBuffers::watch(&body));
        assert_eq!(buffers.take(LENGTH).capacity(), 0);
        assert_eq!(body.len(), LENGTH);
    }

    #[test]
    fn number_and_size_of_buffers_are_limited() {
        let buffers = BodyBuffers::default();
        for length in [SIZES.start() - 1, SIZES.end() + 1] {
            send(&buffers, body(length, length + 1));
            assert_eq!(buffers.take(length).capacity(), 0, "{length}");
        }
        for _ in 0..2 * MAX_BUFFERS {
            send(&buffers, body(LENGTH, LENGTH + 10));
        }
        let kept = std::iter::repeat_with(|| buffers.take(LENGTH)).take_while(|buffer| buffer.capacity() > 0);
        assert_eq!(kept.count(), MAX_BUFFERS);
    }
}
