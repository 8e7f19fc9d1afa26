//! What was received and what was answered.

mod exchange;
mod line;
mod open;

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};

pub use exchange::{Ending, Exchange, ReceivedRequest, SentResponse};
pub(crate) use open::OpenExchange;

/// A record of exchanges, in memory and, when asked, in a file. Clones are handles to the same record.
///
/// In memory the newest exchanges are kept, [`DEFAULT_LIMIT`](Self::DEFAULT_LIMIT) of them unless
/// [`with_limit`](Self::with_limit) says otherwise. A request is on record once its body has been read; its response joins it
/// before it is sent. Written to a file is each exchange when it is over, as one JSON line.
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
pub struct Recording(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    record: Mutex<Record>,
    /// Told whenever an exchange is over.
    over: Notify,
}

#[derive(Debug)]
struct Record {
    exchanges: VecDeque<Exchange>,
    /// How many exchanges are under way.
    open: usize,
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
        let record = Record {
            exchanges: VecDeque::new(),
            open: 0,
            forgotten: 0,
            limit: Self::DEFAULT_LIMIT,
            file: None,
            failure: None,
        };
        Self(Arc::new(Shared { record: Mutex::new(record), over: Notify::new() }))
    }

    /// A record in memory and in a file, to which each exchange is appended as one JSON line:
    /// `{"request": {"method", "path", "headers", "body"}, "response": {"status", "headers", "body"}}`, and a member
    /// `ending` unless the response was sent whole.
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

    /// Limits how many exchanges are kept in memory; the oldest are removed first.
    #[must_use]
    pub fn with_limit(self, limit: usize) -> Self {
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

    /// Waits until no exchange is in progress and returns the exchanges that are kept.
    ///
    /// Tests use it to see how an exchange ended that its client gave up: the emulator notices a closed connection a
    /// moment after the client closed it.
    pub async fn wait_until_idle(&self) -> Vec<Exchange> {
        loop {
            let mut over = pin!(self.0.over.notified());
            // From here on no ending is missed.
            over.as_mut().enable();
            if self.lock().open == 0 {
                return self.exchanges();
            }
            over.await;
        }
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

    /// Puts a request on record, of an emulator that may be stopped.
    pub(crate) fn begin(&self, request: ReceivedRequest, stopped: watch::Receiver<bool>) -> OpenExchange {
        let mut record = self.lock();
        record.open = record.open.saturating_add(1);
        let number =
            record.forgotten.saturating_add(u64::try_from(record.exchanges.len()).unwrap_or(u64::MAX));
        record.exchanges.push_back(Exchange::open(request.clone()));
        record.forget();
        drop(record);
        OpenExchange::new(self.clone(), number, request, stopped)
    }

    fn lock(&self) -> MutexGuard<'_, Record> {
        self.0.record.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// The exchange of a number, if it is still kept.
    fn kept(&mut self, number: u64) -> Option<&mut Exchange> {
        let at = number.checked_sub(self.forgotten).and_then(|at| usize::try_from(at).ok());
        at.and_then(|at| self.exchanges.get_mut(at))
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

#[cfg(test)]
mod tests;
