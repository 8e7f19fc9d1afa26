//! Converts failures of a call to [`ModelError`].
//!
//! An error response of the service is classified by `outcrop_converse`. Everything else is classified here, by the stage
//! that the attempt had reached: after [`Stage::Sending`] it may have been billed. An error names the limit that expired and
//! the setting that changes it, and contains neither a request nor a response.

use std::error::Error;
use std::time::{Duration, SystemTime};

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::interceptors::context::Error as OperationError;
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use bytes::Bytes;
use outcrop_converse::{ServiceError, classify_error};
use outcrop_core::{ErrorKind, ModelError, Stage};

use crate::body::BodyTimeout;
use crate::cause::{Cause, causes};
use crate::endpoint::Endpoint;
use crate::identity::IdentityLabel;
use crate::progress::Progress;
use crate::region::Region;
use crate::timeouts::Timeouts;

/// The hint for a certificate that is not trusted, such as that of a proxy that inspects TLS.
const CERTIFICATE_HINT: &str = "name a PEM file with the authority of the certificate in the variable `SSL_CERT_FILE`, \
     or install the authority in the system; behind a proxy that inspects TLS, it is that of the proxy";

/// The settings that errors name as their likely cause.
#[derive(Clone, Debug)]
pub(crate) struct ErrorContext {
    pub(crate) region: Region,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) identity: IdentityLabel,
    pub(crate) timeouts: Timeouts,
    pub(crate) resend_unanswered: bool,
}

/// A time limit that expired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    Connect,
    Read,
    Body,
    Operation,
    FirstEvent,
    Stream,
}

impl ErrorContext {
    /// Converts the error of an attempt, with its response if there was one.
    pub(crate) fn attempt_error(
        &self,
        error: &OrchestratorError<OperationError>,
        response: Option<&HttpResponse>,
        progress: &Progress,
    ) -> ModelError {
        // An error response is classified from its bytes, not from the SDK's type: errors that the SDK does not know have no
        // code and no message there. See https://github.com/0xPlaygrounds/rig/pull/2309 (M51).
        if let Some(response) = response.filter(|response| !response.status().is_success()) {
            let service = classify_error(&service_error(response));
            // Status and code came with the head, so they count even if the body broke off.
            return if error.is_response_error() { service.with_source(Cause::new(error)) } else { service };
        }
        let converted = if error.is_response_error() {
            self.body_error(error, response, progress)
        } else if let Some(connector) = error.as_connector_error() {
            self.connector_error(connector, progress)
        } else {
            self.construction_error(error)
        };
        converted.with_source(Cause::new(error))
    }

    /// Converts the error of a connection that failed while the body of a successful response was read.
    fn body_error(
        &self,
        error: &(dyn Error + 'static),
        response: Option<&HttpResponse>,
        progress: &Progress,
    ) -> ModelError {
        let broken = if causes(error).any(|cause| cause.is::<BodyTimeout>()) {
            self.limit_error(Limit::Body, Stage::Waiting, progress)
        } else {
            self.broken("the connection broke while the response was read", progress)
        };
        let Some(response) = response else { return broken };
        let service = service_error(response);
        let broken = broken.with_status(service.status);
        match service.request_id {
            Some(id) => broken.with_request_id(id),
            None => broken,
        }
    }

    /// Converts an error of the HTTP connector.
    fn connector_error(&self, error: &ConnectorError, progress: &Progress) -> ModelError {
        let is_sent = progress.stage() != Stage::Sending;
        if let Some(failure) = credentials_error(error) {
            self.missing_credentials(failure)
        } else if error.is_timeout() && is_connect_timeout(error) {
            self.limit_error(Limit::Connect, Stage::Sending, progress)
        } else if error.is_timeout() {
            self.limit_error(Limit::Read, progress.stage(), progress)
        } else if is_sent && !is_unprocessed(error) {
            self.broken("the connection broke before the response arrived", progress)
        } else {
            self.not_connected(error, progress)
        }
    }

    /// Builds the error for a connection that broke after the request was sent.
    fn broken(&self, what: &str, progress: &Progress) -> ModelError {
        ModelError::new(ErrorKind::Connection, format!("{what}{}", attempt(progress)))
            .with_code("ConnectionBroken")
            .with_stage(Stage::Waiting)
            .with_hint(self.billing_hint())
    }

    /// Builds the error for a connection that could not be made. The host is the first suspect: a region that does not exist
    /// has no host.
    fn not_connected(&self, error: &ConnectorError, progress: &Progress) -> ModelError {
        // The SDK has no public type for it. The text is hyper-util's, in the cause of its error.
        let is_unresolved = causes(error).any(|cause| cause.to_string().contains("dns error"));
        // The text is rustls's, such as `invalid peer certificate: UnknownIssuer`.
        let rejected = causes(error)
            .map(ToString::to_string)
            .find(|cause| cause.starts_with("invalid peer certificate"));
        if let Some(rejected) = rejected {
            let message = format!("the service could not be reached: {rejected}{}", attempt(progress));
            return ModelError::new(ErrorKind::Connection, message)
                .with_code("CertificateRejected")
                .with_stage(Stage::Sending)
                .with_hint(CERTIFICATE_HINT);
        }
        let reason = match (&self.endpoint, is_unresolved) {
            (Some(endpoint), true) => format!("the host name `{}` could not be resolved", endpoint.host()),
            (None, true) => "its host name could not be resolved".to_owned(),
            (_, false) => "the request could not be sent".to_owned(),
        };
        let attempt = attempt(progress);
        ModelError::new(ErrorKind::Connection, format!("the service could not be reached: {reason}{attempt}"))
            .with_code("ConnectionFailed")
            .with_stage(Stage::Sending)
            .with_hint(self.endpoint_hint())
    }

    /// Builds the error for a time limit that expired, at a stage of an attempt.
    fn limit_error(&self, limit: Limit, stage: Stage, progress: &Progress) -> ModelError {
        let expired = limit.duration(&self.timeouts);
        let within = expired.map_or_else(|| "the time limit".to_owned(), |limit| format!("{limit:?}"));
        let message = match limit {
            Limit::Connect => format!("no connection within {within}"),
            Limit::Read if stage == Stage::Sending => {
                format!("no connection within the {within} of a response")
            }
            Limit::Read => format!("no response within {within}"),
            Limit::Body => format!("the response stopped arriving: no bytes within {within}"),
            Limit::Operation => format!("the call did not end within {within}"),
            Limit::FirstEvent => format!("no event of the stream within {within}"),
            Limit::Stream => format!("the stream took longer than {within}"),
        };
        let setting = format!("raise `{}` to wait longer", limit.setting());
        let hint = match stage {
            Stage::Sending if limit == Limit::Connect => format!("{}; {setting}", self.endpoint_hint()),
            Stage::Waiting => format!("{}; {setting}", self.billing_hint()),
            _ => setting,
        };
        ModelError::new(ErrorKind::Timeout, format!("{message}{}", attempt(progress)))
            .with_code(limit.code())
            .with_stage(stage)
            .with_hint(hint)
    }

    /// Builds the error for a limit of a whole call, with the error of the attempt that failed last: it is the reason that the
    /// call took so long.
    pub(crate) fn call_timeout(&self, limit: Limit, progress: &Progress) -> ModelError {
        let error = self.limit_error(limit, progress.stage(), progress);
        let Some(failure) = progress.take_failure() else { return error };
        let message = format!("{}; the last error was: {failure}", error.message());
        let hint = error.hint().unwrap_or_default().to_owned();
        ModelError::new(ErrorKind::Timeout, message)
            .with_code(limit.code())
            .with_stage(error.stage())
            .with_hint(hint)
            .with_source(failure)
    }

    /// Builds the error for a stream that has not begun within its limits.
    pub(crate) fn opening_timeout(&self, progress: &Progress) -> ModelError {
        let Timeouts { first_event, stream, .. } = self.timeouts;
        let is_first_event = first_event.is_some_and(|first| stream.is_none_or(|whole| first <= whole));
        self.call_timeout(if is_first_event { Limit::FirstEvent } else { Limit::Stream }, progress)
    }

    /// Converts an error from before the request was sent.
    pub(crate) fn construction_error(&self, error: &(dyn Error + 'static)) -> ModelError {
        if let Some(failure) = credentials_error(error) {
            return self.missing_credentials(failure);
        }
        ModelError::new(ErrorKind::Configuration, "the SDK could not create the request")
            .with_code("ConstructionFailed")
    }

    /// Builds the error for credentials that could not be loaded.
    fn missing_credentials(&self, failure: CredentialsFailure) -> ModelError {
        let error = match failure {
            CredentialsFailure::Missing => {
                ModelError::new(ErrorKind::Unauthenticated, "no credentials were found")
                    .with_code("MissingCredentials")
            }
            CredentialsFailure::Failed(cause) => {
                let source = self.identity.name();
                let message = format!("the credentials of {source} could not be loaded: {cause}");
                ModelError::new(ErrorKind::Unauthenticated, message).with_code("CredentialsFailed")
            }
        };
        error.with_hint(self.identity.hint())
    }

    /// Returns the hint for a request that was sent and got no response.
    fn billing_hint(&self) -> &'static str {
        if self.resend_unanswered {
            "each attempt may be billed, because the request was sent"
        } else {
            "the call may be billed, because the request was sent; it is not sent again unless `Retry::resend_unanswered` is set"
        }
    }

    /// Returns the hint for a service that could not be reached.
    fn endpoint_hint(&self) -> String {
        match &self.endpoint {
            Some(endpoint) => {
                format!(
                    "check the endpoint `{}` (from {}) and the network",
                    endpoint.url(),
                    endpoint.source()
                )
            }
            None => {
                let Region { name, source } = &self.region;
                format!(
                    "check the region `{name}` (from {source}) and the network; the endpoint is AWS's for the region, \
                     because no endpoint URL is set"
                )
            }
        }
    }
}

impl Limit {
    /// Returns the code of the error.
    fn code(self) -> &'static str {
        match self {
            Self::Connect => "ConnectTimeout",
            Self::Read => "ReadTimeout",
            Self::Body => "BodyTimeout",
            Self::Operation => "OperationTimeout",
            Self::FirstEvent => "FirstEventTimeout",
            Self::Stream => "StreamTimeout",
        }
    }

    /// Returns the setting that changes the limit.
    fn setting(self) -> &'static str {
        match self {
            Self::Connect => "Timeouts::connect",
            Self::Read => "Timeouts::read",
            Self::Body => "Timeouts::body",
            Self::Operation => "Timeouts::operation",
            Self::FirstEvent => "Timeouts::first_event",
            Self::Stream => "Timeouts::stream",
        }
    }

    /// Returns the value of the setting.
    fn duration(self, timeouts: &Timeouts) -> Option<Duration> {
        match self {
            Self::Connect => timeouts.connect,
            Self::Read => timeouts.read,
            Self::Body => timeouts.body,
            Self::Operation => timeouts.operation,
            Self::FirstEvent => timeouts.first_event,
            Self::Stream => timeouts.stream,
        }
    }
}

/// Returns the number of the attempt, as a remark after a message, if it is not the first one.
fn attempt(progress: &Progress) -> String {
    match progress.attempts() {
        0 | 1 => String::new(),
        attempts => format!(" (attempt {attempts})"),
    }
}

/// Reads an error response of the service.
fn service_error(response: &HttpResponse) -> ServiceError {
    let header = |name: &str| response.headers().get(name).map(str::to_owned);
    let body = Bytes::copy_from_slice(response.body().bytes().unwrap_or_default());
    let mut error = ServiceError::new(response.status().as_u16(), body);
    error.error_type = header("x-amzn-errortype");
    // The SDK reads the same two names, in this order (`aws_types::request_id`).
    error.request_id = header("x-amzn-requestid").or_else(|| header("x-amz-request-id"));
    error.retry_after = retry_after(
        response.headers().get("x-amz-retry-after"),
        response.headers().get("retry-after"),
        SystemTime::now(),
    );
    error
}

/// The maximum delay that an error reports. Throttling by tokens per minute needs minutes; a larger value is a mistake, or
/// addressed to a person.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(3_600);

/// Parses the requested retry delay: AWS's header in milliseconds, else the standard one (M55).
fn retry_after(milliseconds: Option<&str>, standard: Option<&str>, now: SystemTime) -> Option<Duration> {
    let milliseconds = milliseconds.and_then(|text| text.trim().parse().ok()).map(Duration::from_millis);
    let delay = milliseconds.or_else(|| parse_retry_after(standard?.trim(), now))?;
    Some(delay.min(MAX_RETRY_AFTER))
}

/// Parses the value of `Retry-After`: seconds, which some gateways write with decimals, or a date (RFC 9110, section 10.2.3).
fn parse_retry_after(text: &str, now: SystemTime) -> Option<Duration> {
    let is_number = text.chars().all(|char| char.is_ascii_digit() || char == '.');
    if is_number {
        return Some(Duration::try_from_secs_f64(text.parse().ok()?).unwrap_or(MAX_RETRY_AFTER));
    }
    let date = SystemTime::try_from(DateTime::from_str(text, Format::HttpDate).ok()?).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

/// A failure to load credentials.
enum CredentialsFailure {
    /// No source has credentials.
    Missing,
    /// A source failed for this reason.
    Failed(String),
}

/// Returns the failure to load credentials in a chain of sources.
fn credentials_error(error: &(dyn Error + 'static)) -> Option<CredentialsFailure> {
    // Without any provider, the SDK's identity resolution fails with a text only.
    let has_no_provider = |error: &(dyn Error + 'static)| {
        let text = error.to_string();
        text.contains("no providers in chain provided") || text.contains("no valid identity")
    };
    if let Some(failed) = causes(error).find_map(|cause| cause.downcast_ref::<CredentialsError>()) {
        return Some(match failed {
            CredentialsError::CredentialsNotLoaded(_) => CredentialsFailure::Missing,
            failed => CredentialsFailure::Failed(describe_failure(failed)),
        });
    }
    causes(error).any(has_no_provider).then_some(CredentialsFailure::Missing)
}

/// Joins the causes of a failed source to one line.
fn describe_failure(error: &CredentialsError) -> String {
    // The SDK's own levels only repeat that an error occurred.
    let texts = causes(error).filter(|cause| !cause.is::<CredentialsError>()).map(ToString::to_string);
    let text = texts.collect::<Vec<_>>().join(": ");
    let text = if text.is_empty() { error.to_string() } else { text };
    // The text may contain the standard error of a `credential_process`, of any length.
    text.trim().chars().take(300).collect()
}

/// Returns whether the limit for making a connection expired.
fn is_connect_timeout(error: &ConnectorError) -> bool {
    // All limits have the error kind `Timeout`. Only the text of the cause differs: "HTTP connect timeout occurred after …"
    // and "HTTP read timeout occurred after …" (aws-smithy-http-client 1.5.2, `client/timeout.rs`).
    causes(error).any(|cause| cause.to_string().contains("connect timeout"))
}

/// Returns whether the service has declared over HTTP/2 that it does not process the request.
fn is_unprocessed(error: &ConnectorError) -> bool {
    // A stream that is refused, and one after the last that a GOAWAY frame names, were not processed (RFC 9113, section 8.7).
    // A connection that AWS closes because of its age ends this way. A GOAWAY with an error also ends streams that were
    // processed, so only the graceful one counts.
    causes(error).filter_map(|cause| cause.downcast_ref::<h2::Error>()).any(|error| {
        let is_graceful = error.reason() == Some(h2::Reason::NO_ERROR);
        let is_refused = error.reason() == Some(h2::Reason::REFUSED_STREAM);
        (error.is_remote() && error.is_reset() && is_refused)
            || (error.is_remote() && error.is_go_away() && is_graceful)
    })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{MAX_RETRY_AFTER, retry_after};

    #[test]
    fn retry_delay_is_read_in_all_its_forms_and_capped() {
        // R-L10. 784111777 seconds after 1970.
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_767);
        let millis = |millis| Some(Duration::from_millis(millis));
        for (amz, standard, expected) in [
            (None, None, None),
            (Some("1500"), None, millis(1_500)),
            (Some(" 20 "), Some("7"), millis(20)),
            (Some("soon"), Some("7"), millis(7_000)),
            (None, Some("7"), millis(7_000)),
            (None, Some("1.5"), millis(1_500)),
            (None, Some("0"), millis(0)),
            (None, Some("Sun, 06 Nov 1994 08:49:37 GMT"), millis(10_000)),
            (None, Some("Sun, 06 Nov 1994 08:00:00 GMT"), millis(0)),
            (None, Some("Sun, 06 Nov 2094 08:49:37 GMT"), Some(MAX_RETRY_AFTER)),
            (None, Some("18446744073709551615"), Some(MAX_RETRY_AFTER)),
            (Some("18446744073709551615"), None, Some(MAX_RETRY_AFTER)),
            (None, Some("999999999999999999999999999999999"), Some(MAX_RETRY_AFTER)),
            (None, Some("-1"), None),
            (None, Some("1e3"), None),
            (None, Some("inf"), None),
            (None, Some("."), None),
            (None, Some(""), None),
            (None, Some("tomorrow"), None),
        ] {
            assert_eq!(retry_after(amz, standard, now), expected, "{amz:?} {standard:?}");
        }
    }
}
