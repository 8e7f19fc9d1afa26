//! Decides which failed attempts are retried: one rule for each stage that an attempt can fail at.
//!
//! | stage | retried |
//! |---|---|
//! | `Building` | never: the request cannot be sent |
//! | `Sending` | always: the service did not receive the request |
//! | `Waiting` | only on demand: the service received the request, so each attempt may be billed (lessons L120, M57) |
//! | `Replied` | if the error is retryable, by the table of `outcrop_converse::classify_error` |
//!
//! A stream that has begun is never sent again. The page `docs/reliability.md` lists each failure.

use std::time::Duration;

use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction, RetryReason};
use aws_smithy_types::retry::ErrorKind as RetryKind;
use outcrop_core::{ErrorKind, ModelError, Stage};

use crate::exchange::current_call;

/// A classifier that decides by the error that the caller would get, so that both always agree.
#[derive(Debug)]
pub(crate) struct ResendRules {
    /// Whether a request is sent again that was received, and got no response.
    pub(crate) resend_unanswered: bool,
}

impl ClassifyRetry for ResendRules {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        // The SDK asks after a success, too.
        if !context.is_failed() {
            return RetryAction::NoActionIndicated;
        }
        let action = current_call().and_then(|call| call.progress().with_failure(|error| self.action(error)));
        action.unwrap_or(RetryAction::NoActionIndicated)
    }

    fn name(&self) -> &'static str {
        "outcrop: resend rules"
    }
}

impl ResendRules {
    /// Decides about the error of an attempt. It overrules the SDK's classifiers, which retry read timeouts and broken
    /// connections, and which do not know all errors of the service.
    fn action(&self, error: &ModelError) -> RetryAction {
        let may_retry = match (error.stage(), error.kind()) {
            (Stage::Building, _) => return RetryAction::NoActionIndicated,
            (Stage::Sending, _) => true,
            (Stage::Waiting, _) => self.resend_unanswered,
            // The SDK retries a rejected signature if the clock of this machine is wrong, with a corrected time
            // (`service_clock_skew.rs` of aws-runtime 1.10.2), and nothing else of these kinds.
            (Stage::Replied, ErrorKind::Unauthenticated | ErrorKind::PermissionDenied) => {
                return RetryAction::NoActionIndicated;
            }
            (Stage::Replied, _) => error.is_retryable(),
            _ => false,
        };
        if !may_retry {
            return RetryAction::RetryForbidden;
        }
        let kind = match error.kind() {
            ErrorKind::Throttled => RetryKind::ThrottlingError,
            ErrorKind::Unavailable => RetryKind::ServerError,
            _ => RetryKind::TransientError,
        };
        // A delay of zero would turn off the backoff: five attempts within milliseconds.
        let retry_after = error.retry_after().filter(|delay| *delay > Duration::ZERO);
        RetryAction::RetryIndicated(RetryReason::RetryableError { kind, retry_after })
    }
}

#[cfg(test)]
mod tests {
    use super::{ErrorKind, ModelError, ResendRules, RetryAction, Stage};

    #[test]
    fn stage_decides_about_errors_without_a_response() {
        let rules = |resend_unanswered| ResendRules { resend_unanswered };
        let error = |stage| ModelError::new(ErrorKind::Timeout, "late").with_stage(stage);
        for (stage, resend, is_retried) in [
            (Stage::Building, true, false),
            (Stage::Sending, false, true),
            (Stage::Waiting, false, false),
            (Stage::Waiting, true, true),
            (Stage::Streaming, true, false),
        ] {
            assert_eq!(rules(resend).action(&error(stage)).should_retry(), is_retried, "{stage} {resend}");
        }
    }

    #[test]
    fn response_that_is_retryable_is_retried() {
        let rules = ResendRules { resend_unanswered: false };
        for (kind, expected) in [
            (ErrorKind::Throttled, RetryAction::throttling_error()),
            (ErrorKind::Unavailable, RetryAction::server_error()),
            (ErrorKind::QuotaExceeded, RetryAction::RetryForbidden),
            (ErrorKind::Unauthenticated, RetryAction::NoActionIndicated),
        ] {
            let error = ModelError::new(kind, "it failed").with_stage(Stage::Replied);
            assert_eq!(rules.action(&error), expected, "{kind}");
        }
    }
}
