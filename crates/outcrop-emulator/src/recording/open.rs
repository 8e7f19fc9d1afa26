//! An exchange that is under way.

use bytes::Bytes;
use tokio::sync::watch;

use super::{Ending, Exchange, ReceivedRequest, Recording, SentResponse};

/// An exchange that is not over. It is over when it is [ended](Self::end), or dropped because nobody waits for it.
pub(crate) struct OpenExchange {
    recording: Recording,
    number: u64,
    exchange: Exchange,
    streamed: Vec<u8>,
    stopped: watch::Receiver<bool>,
}

impl OpenExchange {
    pub(super) fn new(
        recording: Recording,
        number: u64,
        request: ReceivedRequest,
        stopped: watch::Receiver<bool>,
    ) -> Self {
        Self { recording, number, exchange: Exchange::open(request), streamed: Vec::new(), stopped }
    }

    /// Puts the response on record.
    pub(crate) fn answer(&mut self, response: &SentResponse) {
        self.change(|exchange| exchange.answer(response.clone()));
    }

    /// Puts a piece of the body of a stream on record.
    pub(crate) fn sent(&mut self, piece: &[u8]) {
        self.streamed.extend_from_slice(piece);
    }

    /// Puts on record that an event was sent.
    pub(crate) fn sent_event(&mut self) {
        self.change(Exchange::count_event);
    }

    /// Puts the ending on record.
    pub(crate) fn end(mut self, ending: Ending) {
        self.change_ending(ending);
    }

    fn change_ending(&mut self, ending: Ending) {
        let streamed = Bytes::from(std::mem::take(&mut self.streamed));
        self.change(|exchange| exchange.end(ending, streamed.clone()));
    }

    /// Changes the exchange here and in the record, if it is still kept there.
    fn change(&mut self, change: impl Fn(&mut Exchange)) {
        change(&mut self.exchange);
        let mut record = self.recording.lock();
        if let Some(exchange) = record.kept(self.number) {
            change(exchange);
        }
    }
}

impl Drop for OpenExchange {
    fn drop(&mut self) {
        if self.exchange.ending().is_none() {
            let stopped = *self.stopped.borrow();
            self.change_ending(if stopped { Ending::Stopped } else { Ending::ClientGone });
        }
        let mut record = self.recording.lock();
        record.open = record.open.saturating_sub(1);
        record.write(&self.exchange);
        drop(record);
        self.recording.0.over.notify_waiters();
    }
}
