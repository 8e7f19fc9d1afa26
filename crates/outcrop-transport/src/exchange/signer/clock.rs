//! Whether the clock of this machine is near enough to that of the service.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::date_time::{DateTime, Format};

/// The difference from which on the SDK signs, which corrects the time. AWS accepts five minutes, and an HTTP date has no
/// fractions of seconds, so that smaller differences need no correction.
const LIMIT: Duration = Duration::from_secs(60);

/// The difference of two clocks, by the last response.
#[derive(Debug, Default)]
pub(in crate::exchange) struct Clock {
    is_off: AtomicBool,
}

impl Clock {
    /// Returns whether the clocks differ by more than a minute.
    pub(in crate::exchange) fn is_off(&self) -> bool {
        self.is_off.load(Ordering::Relaxed)
    }

    /// Compares the clocks by the header `Date` of a response. Without it, and for a response of a cache, nothing changes.
    pub(in crate::exchange) fn observe(&self, response: &HttpResponse, now: SystemTime) {
        // A cache sends the date of the response that it keeps (RFC 9111, section 5.1). The SDK skips it as well.
        if response.headers().contains_key("age") {
            return;
        }
        let date = response.headers().get("date");
        let date = date.and_then(|date| DateTime::from_str(date, Format::HttpDate).ok());
        if let Some(date) = date.and_then(|date| SystemTime::try_from(date).ok()) {
            let difference = date.duration_since(now).or_else(|_| now.duration_since(date));
            self.is_off.store(difference.is_ok_and(|difference| difference > LIMIT), Ordering::Relaxed);
        }
    }
}
