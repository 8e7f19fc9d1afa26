//! Probes: calls that also return the clock of the service.

use std::time::SystemTime;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use outcrop_core::ModelError;

use crate::response::RawResponse;

/// The result of [`Transport::probe`](crate::Transport::probe).
#[derive(Debug)]
#[non_exhaustive]
pub struct Probe {
    /// The response, or the error of the call.
    pub outcome: Result<RawResponse, ModelError>,
    /// The clock of the service when it responded, with an error or not, to the second; `None` if no response had a date.
    pub service_time: Option<SystemTime>,
}

impl Probe {
    /// Creates the result of a call from its outcome and the header `Date` of its response.
    pub(crate) fn new(outcome: Result<RawResponse, ModelError>, date: Option<&str>) -> Self {
        let parsed = date.and_then(|date| DateTime::from_str(date, Format::HttpDate).ok());
        Self { outcome, service_time: parsed.and_then(|date| SystemTime::try_from(date).ok()) }
    }
}
