//! The settings of retries.
//!
//! The SDK is the only layer that retries. Nested retry layers multiply the attempts (lesson L121).

use std::str::FromStr;

use aws_sdk_bedrockruntime::config::retry::RetryConfig;
use aws_smithy_runtime::client::retries::{RetryPartition, TokenBucket};
use outcrop_core::ModelError;

use crate::environment::{Environment, setting_error};

/// The retry settings of a client.
///
/// Retried are connections that could not be made, and error responses that are retryable: throttling, and failures of the
/// service. The delay that the service asks to wait is kept up to 20 seconds. `docs/reliability.md` lists each failure.
///
/// The names are botocore's, as in AG2's configuration. The default is 5 attempts, or the value of `AWS_MAX_ATTEMPTS`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retry {
    /// The number of attempts, the first one included. It has priority over `max_attempts`.
    pub total_max_attempts: Option<u32>,
    /// The number of attempts after the first one.
    pub max_attempts: Option<u32>,
    /// How attempts are spaced; else the value of `AWS_RETRY_MODE`, else [`RetryMode::Standard`].
    pub mode: Option<RetryMode>,
    /// Whether a request is sent again that was sent and got no response: because a time limit expired, or because the
    /// connection broke. Each attempt may be billed, so the default is `false`.
    pub resend_unanswered: bool,
}

/// How attempts are spaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryMode {
    /// Random delays with a limit that doubles from 1 second up to 20 seconds.
    Standard,
    /// As `Standard`, and once the service has throttled a call, later calls are delayed, too. A throttled call can take
    /// tens of seconds.
    Adaptive,
    /// botocore's old mode. The SDK has none, so it is the same as `Standard`.
    Legacy,
}

/// The default number of attempts: AG2's, and that of botocore's legacy mode. The SDK's own default is 3.
const DEFAULT_ATTEMPTS: u32 = 5;

impl Retry {
    /// Creates the default settings.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates settings for a single attempt.
    #[must_use]
    pub fn never() -> Self {
        Self::default().with_attempts(1)
    }

    /// Sets the number of attempts, the first one included.
    #[must_use]
    pub fn with_attempts(self, attempts: u32) -> Self {
        Self { total_max_attempts: Some(attempts), ..self }
    }

    /// Sets how attempts are spaced.
    #[must_use]
    pub fn with_mode(self, mode: RetryMode) -> Self {
        Self { mode: Some(mode), ..self }
    }

    /// Sends a request again that was sent and got no response, too. Each attempt may be billed.
    #[must_use]
    pub fn with_resend_unanswered(self) -> Self {
        Self { resend_unanswered: true, ..self }
    }

    /// Returns the number of attempts, the first one included. An `AWS_MAX_ATTEMPTS` that is not a number is ignored.
    ///
    /// # Errors
    /// Code `InvalidRetry`: there would be less than one attempt.
    pub fn attempts(&self, env: &Environment) -> Result<u32, ModelError> {
        let from_env = || env.get("AWS_MAX_ATTEMPTS").and_then(|count| count.trim().parse().ok());
        // botocore's `max_attempts` counts retries, but the variable of the same name counts attempts. If both settings are
        // given, botocore drops `max_attempts`; AG2 passes both. See
        // https://botocore.amazonaws.com/v1/documentation/api/latest/reference/config.html.
        let attempts = self
            .total_max_attempts
            .or_else(|| self.max_attempts.map(|retries| retries.saturating_add(1)))
            .or_else(from_env)
            .unwrap_or(DEFAULT_ATTEMPTS);
        if attempts == 0 {
            return Err(setting_error(
                "InvalidRetry",
                "total_max_attempts",
                "there must be at least one attempt",
            ));
        }
        Ok(attempts)
    }

    /// Returns how attempts are spaced. An `AWS_RETRY_MODE` that is unknown counts as `standard`.
    #[must_use]
    pub fn mode(&self, env: &Environment) -> RetryMode {
        let from_env = || match env.get("AWS_RETRY_MODE")?.trim().to_ascii_lowercase().as_str() {
            "adaptive" => Some(RetryMode::Adaptive),
            "legacy" => Some(RetryMode::Legacy),
            _ => Some(RetryMode::Standard),
        };
        // Never adaptive by default: with aws-smithy-runtime 1.16.2 one throttled call of 3 attempts took 38 s, because
        // the client's token bucket refills at 0.5 per second and such a retry costs 10 (`client_rate_limiter.rs`).
        self.mode.or_else(from_env).unwrap_or(RetryMode::Standard)
    }

    /// Converts the settings to the SDK's.
    ///
    /// # Errors
    /// As [`attempts`](Self::attempts).
    pub(crate) fn sdk_config(&self, env: &Environment) -> Result<RetryConfig, ModelError> {
        let config = match self.mode(env) {
            RetryMode::Adaptive => RetryConfig::adaptive(),
            RetryMode::Standard | RetryMode::Legacy => RetryConfig::standard(),
        };
        Ok(config.with_max_attempts(self.attempts(env)?))
    }

    /// Returns the partition of a client, whose budget of retries is unlimited.
    ///
    /// By default the SDK has one budget for all clients of a region and process: it refuses the retries after some 50 failed
    /// connections or 100 throttled calls, however long ago they were, until calls succeed. A limit that
    /// neither the error nor a setting shows would contradict the number of attempts, which is the limit here.
    pub(crate) fn partition() -> RetryPartition {
        RetryPartition::custom("outcrop").token_bucket(TokenBucket::unlimited()).build()
    }
}

impl RetryMode {
    /// Returns botocore's name of the mode.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Adaptive => "adaptive",
            Self::Legacy => "legacy",
        }
    }
}

impl FromStr for RetryMode {
    type Err = ModelError;

    /// Parses botocore's name of a mode.
    ///
    /// # Errors
    /// Code `InvalidRetryMode`: the name is unknown.
    fn from_str(name: &str) -> Result<Self, ModelError> {
        match name {
            "standard" => Ok(Self::Standard),
            "adaptive" => Ok(Self::Adaptive),
            "legacy" => Ok(Self::Legacy),
            other => Err(setting_error("InvalidRetryMode", "mode", format!("unknown retry mode: `{other}`"))
                .with_hint("the modes are standard, adaptive and legacy")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Retry, RetryMode};
    use crate::environment::Environment;

    fn env(variables: &[(&str, &str)]) -> Environment {
        Environment::from_variables(variables.iter().copied())
    }

    #[test]
    fn attempts_follow_botocores_names_and_priorities() {
        let retry = |total, retries| {
            let mut retry = Retry::new();
            (retry.total_max_attempts, retry.max_attempts) = (total, retries);
            retry
        };
        let seven = env(&[("AWS_MAX_ATTEMPTS", " 7 ")]);
        for (retry, env, attempts) in [
            (retry(None, None), env(&[]), 5),
            (retry(None, None), seven.clone(), 7),
            (retry(None, None), env(&[("AWS_MAX_ATTEMPTS", "many")]), 5),
            (retry(Some(3), None), seven.clone(), 3),
            (retry(None, Some(3)), seven.clone(), 4),
            (retry(None, Some(u32::MAX)), seven.clone(), u32::MAX),
            (retry(Some(2), Some(9)), seven, 2),
        ] {
            assert_eq!(retry.attempts(&env).expect("there is one attempt"), attempts, "{retry:?} {env:?}");
        }
    }

    #[test]
    fn zero_attempts_are_rejected() {
        let error = Retry::new().with_attempts(0).attempts(&env(&[])).expect_err("no attempt");
        assert_eq!((error.code(), error.path()), (Some("InvalidRetry"), Some("total_max_attempts")));
    }

    #[test]
    fn mode_of_settings_has_priority_over_environment() {
        for (value, mode) in [
            ("", RetryMode::Standard),
            ("standard", RetryMode::Standard),
            ("Adaptive", RetryMode::Adaptive),
            ("legacy", RetryMode::Legacy),
            ("relaxed", RetryMode::Standard),
        ] {
            assert_eq!(Retry::new().mode(&env(&[("AWS_RETRY_MODE", value)])), mode, "{value}");
        }
        let given = Retry::new().with_mode(RetryMode::Legacy);
        assert_eq!(given.mode(&env(&[("AWS_RETRY_MODE", "adaptive")])), RetryMode::Legacy);
    }
}
