//! The recording: the requests that were received and the responses that were sent, in memory and in a file.

mod exchange;
pub(crate) mod json_line;

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

pub use exchange::{Ending, Exchange, ReceivedRequest, SentResponse};

/// A recording of exchanges, in memory and, if configured, in a file. Clones share the same recording.
///
/// In memory the newest exchanges are kept: at most [`DEFAULT_LIMIT`](Self::DEFAULT_LIMIT), with bodies of at most
/// [`DEFAULT_MAX_BYTES`](Self::DEFAULT_MAX_BYTES) together, unless [`with_limit`](Self::with_limit) and
/// [`with_max_bytes`](Self::with_max_bytes) set other limits. A request is recorded once its body has been read; its response is
/// added before it is sent. When the exchange is over, it is written to the file as one JSON line.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), outcrop_emulator::StartError> {
/// use outcrop_emulator::{Emulator, Recording};
///
/// let recording = Recording::new().with_limit(10);
/// let emulator = Emulator::builder().record(recording.clone()).start().await?;
/// assert!(recording.exchanges().is_empty());
/// # emulator.shutdown().await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Recording(Arc<SharedRecording>);

#[derive(Debug)]
struct SharedRecording {
    state: Mutex<RecordingState>,
    /// Notified whenever an exchange is over.
    exchange_over: Notify,
}

#[derive(Debug)]
struct RecordingState {
    exchanges: VecDeque<Exchange>,
    /// The number of exchanges in progress.
    open: usize,
    /// The number of exchanges that were removed, which is the number of the first one that is kept.
    removed: u64,
    limit: usize,
    /// The size of the exchanges that are kept.
    bytes: usize,
    max_bytes: usize,
    has_timing: bool,
    file: Option<File>,
    failure: Option<io::Error>,
}

impl Recording {
    /// The default number of exchanges that are kept in memory.
    pub const DEFAULT_LIMIT: usize = 10_000;

    /// The default size of the bodies that are kept in memory: 64 MiB.
    // Tests with images send megabytes in each request, and a limit on their number alone kept gigabytes.
    pub const DEFAULT_MAX_BYTES: usize = 64 * 1024 * 1024;

    /// Creates a recording in memory.
    #[must_use]
    pub fn new() -> Self {
        let state = RecordingState {
            exchanges: VecDeque::new(),
            open: 0,
            removed: 0,
            limit: Self::DEFAULT_LIMIT,
            bytes: 0,
            max_bytes: Self::DEFAULT_MAX_BYTES,
            has_timing: false,
            file: None,
            failure: None,
        };
        Self(Arc::new(SharedRecording { state: Mutex::new(state), exchange_over: Notify::new() }))
    }

    /// Creates a recording in memory and in a file, to which each exchange is appended as one JSON line:
    /// `{"request": {"method", "path", "headers", "body"}, "response": {"status", "headers", "body"}}`, and a member
    /// `ending` unless the whole response was sent.
    ///
    /// A body that is not UTF-8 is Base64 in a member `body_base64` instead. `response` is `null` if the connection was
    /// closed without one. Credentials are removed from the headers: signatures, session tokens and API keys.
    ///
    /// # Errors
    /// Those of opening the file for appending.
    pub fn to_file(path: impl AsRef<Path>) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        let recording = Self::new();
        recording.lock().file = Some(file);
        Ok(recording)
    }

    /// Limits how many exchanges are kept in memory; the oldest are removed first.
    #[must_use]
    pub fn with_limit(self, limit: usize) -> Self {
        let mut state = self.lock();
        state.limit = limit;
        state.enforce_limit();
        drop(state);
        self
    }

    /// Limits the size of the exchanges that are kept in memory, which is about that of their bodies; the oldest are removed
    /// first. The newest exchange is kept whatever its size is.
    #[must_use]
    pub fn with_max_bytes(self, max_bytes: usize) -> Self {
        let mut state = self.lock();
        state.max_bytes = max_bytes;
        state.enforce_limit();
        drop(state);
        self
    }

    /// Sets whether the file has the time of each frame of a stream, in milliseconds after the response began. The default is
    /// `false`, so that recordings of the same exchange are equal.
    #[must_use]
    pub fn with_timing(self, timing: bool) -> Self {
        self.lock().has_timing = timing;
        self
    }

    /// Returns the exchanges that are kept, in the order in which their requests were received.
    #[must_use]
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.lock().exchanges.iter().cloned().collect()
    }

    /// Returns the requests that are kept, in the order in which they were received.
    #[must_use]
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.lock().exchanges.iter().map(|exchange| exchange.request().clone()).collect()
    }

    /// Waits until no exchange is in progress and returns the exchanges that are kept.
    ///
    /// Tests use it to see how an exchange ended that its client gave up: the emulator notices a closed connection a
    /// moment after the client closed it.
    pub async fn wait_until_idle(&self) -> Vec<Exchange> {
        loop {
            let mut exchange_over = pin!(self.0.exchange_over.notified());
            // Registers before the count is read: an exchange that ends in between would be missed.
            exchange_over.as_mut().enable();
            if self.lock().open == 0 {
                return self.exchanges();
            }
            exchange_over.await;
        }
    }

    /// Removes all exchanges from memory. The file does not change.
    pub fn clear(&self) {
        let mut state = self.lock();
        let count = state.exchanges.len();
        state.remove_first(count);
    }

    /// Returns the first error of writing the file. Exchanges after it are in memory only.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        self.lock().failure.as_ref().map(ToString::to_string)
    }

    /// Records a request of an emulator whose stop signal is given.
    pub(crate) fn begin(&self, request: ReceivedRequest, stopped: watch::Receiver<bool>) -> OpenExchange {
        let mut state = self.lock();
        state.open = state.open.saturating_add(1);
        let kept = u64::try_from(state.exchanges.len()).unwrap_or(u64::MAX);
        let number = state.removed.saturating_add(kept);
        let exchange = Exchange::new(request);
        state.bytes = state.bytes.saturating_add(exchange.size());
        state.exchanges.push_back(exchange.clone());
        state.enforce_limit();
        let is_read = state.limit > 0 || state.file.is_some();
        let times = state.has_timing.then(StreamTimes::default);
        drop(state);
        OpenExchange {
            recording: self.clone(),
            number,
            exchange,
            is_read,
            streamed: Vec::new(),
            times,
            stopped,
        }
    }

    fn lock(&self) -> MutexGuard<'_, RecordingState> {
        // A panic in a test must not hide the recording from the assertions of another one.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Recording {
    fn default() -> Self {
        Self::new()
    }
}

impl RecordingState {
    fn enforce_limit(&mut self) {
        self.remove_first(self.exchanges.len().saturating_sub(self.limit));
        while self.bytes > self.max_bytes && self.exchanges.len() > 1 {
            self.remove_first(1);
        }
    }

    fn remove_first(&mut self, count: usize) {
        let size: usize = self.exchanges.drain(..count).map(|exchange| exchange.size()).sum();
        self.bytes = self.bytes.saturating_sub(size);
        self.removed = self.removed.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
    }

    /// Returns the exchange with a number, if it is still kept.
    fn exchange_mut(&mut self, number: u64) -> Option<&mut Exchange> {
        let index = number.checked_sub(self.removed).and_then(|index| usize::try_from(index).ok());
        index.and_then(|index| self.exchanges.get_mut(index))
    }

    fn write(&mut self, exchange: &Exchange, times: &[(usize, u64)]) {
        let Some(file) = &mut self.file else { return };
        // One write for the whole line, because several emulators can append to the same file.
        let result = json_line::format(exchange, times).and_then(|line| file.write_all(&line));
        if let Err(error) = result {
            // After a partial line, more lines would only make the file harder to read.
            self.file = None;
            self.failure = Some(error);
        }
    }
}

/// An exchange in progress. It ends with [`end`](Self::end), or when it is dropped because the connection is gone.
pub(crate) struct OpenExchange {
    recording: Recording,
    number: u64,
    /// A copy, because the recording may remove the exchange before it is written to the file.
    exchange: Exchange,
    /// Whether anything can read the body of a stream later. A long one would be collected for nothing.
    is_read: bool,
    streamed: Vec<u8>,
    times: Option<StreamTimes>,
    stopped: watch::Receiver<bool>,
}

/// The times at which the chunks of a stream were sent.
#[derive(Debug, Default)]
struct StreamTimes {
    begun: Option<Instant>,
    /// The number of bytes after each chunk, and the milliseconds until it was sent.
    chunks: Vec<(usize, u64)>,
}

impl StreamTimes {
    fn add(&mut self, bytes: usize) {
        let begun = *self.begun.get_or_insert_with(Instant::now);
        let elapsed = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.chunks.push((bytes, elapsed));
    }
}

impl OpenExchange {
    /// Records the response.
    pub(crate) fn respond(&mut self, response: &SentResponse) {
        if let Some(times) = &mut self.times {
            times.begun = Some(Instant::now());
        }
        self.update(|exchange| exchange.respond(response.clone()));
    }

    /// Records a chunk of a stream.
    pub(crate) fn add_chunk(&mut self, chunk: &[u8]) {
        if self.is_read {
            self.streamed.extend_from_slice(chunk);
        }
        if let Some(times) = &mut self.times {
            times.add(self.streamed.len());
        }
    }

    /// Records that an event was sent.
    pub(crate) fn count_event(&mut self) {
        self.update(Exchange::count_event);
    }

    /// Records why no recorded exchange matched the request.
    pub(crate) fn set_mismatch(&mut self, mismatch: &str) {
        self.update(|exchange| exchange.set_mismatch(mismatch));
    }

    /// Records the ending.
    pub(crate) fn end(mut self, ending: Ending) {
        self.record_ending(ending);
    }

    fn record_ending(&mut self, ending: Ending) {
        let streamed = Bytes::from(std::mem::take(&mut self.streamed));
        self.update(|exchange| exchange.end(ending, streamed.clone()));
    }

    /// Changes the exchange here and in the recording, if it is still kept there.
    fn update(&mut self, update: impl Fn(&mut Exchange)) {
        update(&mut self.exchange);
        let mut state = self.recording.lock();
        let Some(exchange) = state.exchange_mut(self.number) else { return };
        let size = exchange.size();
        update(exchange);
        let grown = exchange.size().saturating_sub(size);
        state.bytes = state.bytes.saturating_add(grown);
        state.enforce_limit();
    }
}

impl Drop for OpenExchange {
    fn drop(&mut self) {
        if self.exchange.ending().is_none() {
            // hyper drops the response when its connection is closed, and the runtime when the emulator is dropped.
            let stopped = *self.stopped.borrow();
            self.record_ending(if stopped { Ending::Stopped } else { Ending::ClientGone });
        }
        let mut state = self.recording.lock();
        state.open = state.open.saturating_sub(1);
        let times = self.times.take().map(|times| times.chunks).unwrap_or_default();
        state.write(&self.exchange, &times);
        drop(state);
        self.recording.0.exchange_over.notify_waiters();
    }
}

#[cfg(test)]
mod tests;
