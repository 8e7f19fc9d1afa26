//! How far a call has come: what was sent in the current attempt, and how earlier attempts failed.
//!
//! The stage of an error depends on it, and with it whether a request may be sent again: a request that was not sent cannot
//! be billed twice.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use outcrop_core::{ModelError, Stage};

/// The progress of a call, shared by the tasks that send its body and receive its response.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    attempts: AtomicU32,
    is_sent: AtomicBool,
    is_rejected: AtomicBool,
    failure: Mutex<Option<ModelError>>,
}

impl Progress {
    /// Begins an attempt: nothing of it is sent yet.
    pub(crate) fn begin_attempt(&self) {
        self.attempts.fetch_add(1, Ordering::Relaxed);
        self.is_sent.store(false, Ordering::Relaxed);
        self.is_rejected.store(false, Ordering::Relaxed);
    }

    /// Records that a connection has begun to send the body of the request.
    pub(crate) fn mark_sent(&self) {
        self.is_sent.store(true, Ordering::Relaxed);
    }

    /// Records that the response of the current attempt is an error, so that the request is not processed.
    pub(crate) fn mark_rejected(&self) {
        self.is_rejected.store(true, Ordering::Relaxed);
    }

    /// Returns the number of attempts that were begun.
    pub(crate) fn attempts(&self) -> u32 {
        self.attempts.load(Ordering::Relaxed)
    }

    /// Returns the stage that the current attempt has reached.
    pub(crate) fn stage(&self) -> Stage {
        if self.is_rejected.load(Ordering::Relaxed) {
            Stage::Replied
        } else if self.is_sent.load(Ordering::Relaxed) {
            Stage::Waiting
        } else {
            Stage::Sending
        }
    }

    /// Stores the error of the attempt that failed last.
    pub(crate) fn set_failure(&self, failure: ModelError) {
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure);
    }

    /// Returns the result of a function of the error of the attempt that failed last.
    pub(crate) fn with_failure<T>(&self, read: impl FnOnce(&ModelError) -> T) -> Option<T> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(read)
    }

    /// Removes and returns the error of the attempt that failed last.
    pub(crate) fn take_failure(&self) -> Option<ModelError> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
