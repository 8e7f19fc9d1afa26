//! What was received and what was answered.

mod exchange;
mod line;

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use exchange::{Exchange, ReceivedRequest, SentResponse};

/// A record of exchanges, in memory and, when asked, in a file. Clones are handles to the same record.
///
/// In memory the newest exchanges are kept, [`DEFAULT_LIMIT`](Self::DEFAULT_LIMIT) of them unless
/// [`keeping`](Self::keeping) says otherwise. A request is on record once its body has been read; its response joins it
/// before it is sent. Written to a file is each exchange when it is over, as one JSON line.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), outcrop_emulator::StartError> {
/// use outcrop_emulator::{Emulator, Recording};
///
/// let recording = Recording::new().keeping(10);
/// let emulator = Emulator::builder().record(recording.clone()).start().await?;
/// assert!(recording.exchanges().is_empty());
/// # emulator.shutdown().await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Recording(Arc<Mutex<Record>>);

#[derive(Debug)]
struct Record {
    exchanges: VecDeque<Exchange>,
    /// How many exchanges were forgotten: the number of the first that is kept.
    forgotten: u64,
    limit: usize,
    file: Option<File>,
    failure: Option<io::Error>,
}

impl Recording {
    /// How many exchanges are kept in memory when nothing else is said.
    pub const DEFAULT_LIMIT: usize = 10_000;

    /// A record in memory.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(Record {
            exchanges: VecDeque::new(),
            forgotten: 0,
            limit: Self::DEFAULT_LIMIT,
            file: None,
            failure: None,
        })))
    }

    /// A record in memory and in a file, to which each exchange is appended as one JSON line:
    /// `{"request": {"method", "path", "headers", "body"}, "response": {"status", "headers", "body"}}`.
    ///
    /// A body that is not UTF-8 is Base64 in a member `body_base64` instead. `response` is `null` where the connection
    /// was closed without one. Credentials are left out of the headers: signatures, session tokens and API keys.
    ///
    /// # Errors
    /// Those of opening the file for appending.
    pub fn to_file(path: impl AsRef<Path>) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        let recording = Self::new();
        recording.lock().file = Some(file);
        Ok(recording)
    }

    /// The same record, keeping at most so many exchanges in memory: the newest.
    #[must_use]
    pub fn keeping(self, limit: usize) -> Self {
        let mut record = self.lock();
        record.limit = limit;
        record.forget();
        drop(record);
        self
    }

    /// The exchanges that are kept, in the order in which their requests were received.
    #[must_use]
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.lock().exchanges.iter().cloned().collect()
    }

    /// The requests that are kept, in the order in which they were received.
    #[must_use]
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.lock().exchanges.iter().map(|exchange| exchange.request().clone()).collect()
    }

    /// Forgets what is kept in memory; the file stays as it is.
    pub fn clear(&self) {
        let mut record = self.lock();
        let kept = record.exchanges.len();
        record.forget_first(kept);
    }

    /// Why the file could not be written, when it could not: the first such error. Exchanges after it are in memory only.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        self.lock().failure.as_ref().map(ToString::to_string)
    }

    /// Puts a request on record.
    pub(crate) fn begin(&self, request: ReceivedRequest) -> OpenExchange {
        let mut record = self.lock();
        let number =
            record.forgotten.saturating_add(u64::try_from(record.exchanges.len()).unwrap_or(u64::MAX));
        record.exchanges.push_back(Exchange::open(request.clone()));
        record.forget();
        drop(record);
        OpenExchange { recording: self.clone(), number, request, response: None }
    }

    fn lock(&self) -> MutexGuard<'_, Record> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Recording {
    fn default() -> Self {
        Self::new()
    }
}

impl Record {
    fn forget(&mut self) {
        self.forget_first(self.exchanges.len().saturating_sub(self.limit));
    }

    fn forget_first(&mut self, count: usize) {
        self.exchanges.drain(..count);
        self.forgotten = self.forgotten.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
    }

    fn answer(&mut self, number: u64, response: SentResponse) {
        let at = number.checked_sub(self.forgotten).and_then(|at| usize::try_from(at).ok());
        if let Some(exchange) = at.and_then(|at| self.exchanges.get_mut(at)) {
            exchange.answer(response);
        }
    }

    fn write(&mut self, exchange: &Exchange) {
        let Some(file) = &mut self.file else { return };
        let written = line::of(exchange).and_then(|line| file.write_all(&line));
        if let Err(error) = written {
            self.file = None;
            self.failure = Some(error);
        }
    }
}

/// An exchange that is not over. It is over when it is dropped, answered or not.
pub(crate) struct OpenExchange {
    recording: Recording,
    number: u64,
    request: ReceivedRequest,
    response: Option<SentResponse>,
}

impl OpenExchange {
    /// Puts the response on record.
    pub(crate) fn answer(&mut self, response: SentResponse) {
        self.recording.lock().answer(self.number, response.clone());
        self.response = Some(response);
    }
}

impl Drop for OpenExchange {
    fn drop(&mut self) {
        let mut record = self.recording.lock();
        if record.file.is_some() {
            let mut exchange = Exchange::open(self.request.clone());
            if let Some(response) = self.response.take() {
                exchange.answer(response);
            }
            record.write(&exchange);
        }
    }
}

#[cfg(test)]
mod tests;
