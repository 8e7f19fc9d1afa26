//! Which attempts are made again.

use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::orchestrator::OrchestratorError;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};

/// Keeps the SDK from sending a request again whose reply was being waited for when a time limit was met.
///
/// The service may be at work on it, and bills it; sending it again would bill it twice (lesson L120). A connection
/// that could not be made in time is tried again as ever, since nothing was sent.
#[derive(Debug)]
pub(crate) struct NoResendAfterTimeout;

impl ClassifyRetry for NoResendAfterTimeout {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        match context.output_or_error() {
            Some(Err(error)) if timed_out_waiting(error) => RetryAction::RetryForbidden,
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "outcrop: no resend after a timeout"
    }
}

/// Returns whether a time limit expired after the request was sent.
fn timed_out_waiting<E>(error: &OrchestratorError<E>) -> bool {
    error.is_timeout_error()
        || error.as_connector_error().is_some_and(|error| error.is_timeout() && !is_connecting(error))
}

/// Returns whether a time limit expired while the connection was being made.
///
/// The SDK tells the two limits apart only in the text of the cause, `HTTP connect timeout occurred after …`.
pub(crate) fn is_connecting(error: &ConnectorError) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if error.to_string().contains("connect timeout") {
            return true;
        }
        cause = error.source();
    }
    false
}
