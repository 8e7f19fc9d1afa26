//! How often to try.

use outcrop_core::ModelError;

use super::{Environment, misconfigured};

/// How often to try. The SDK alone retries: throttling, errors of the service, connections that broke.
///
/// The names are botocore's, as AG2 hands them on. The default is 5 attempts, unless `AWS_MAX_ATTEMPTS` says otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retry {
    /// How many attempts there are in all.
    pub total_max_attempts: Option<u32>,
    /// How many attempts there are after the first one; `total_max_attempts` goes before it.
    pub max_attempts: Option<u32>,
    /// How attempts are spaced.
    pub mode: Option<RetryMode>,
    /// Whether an attempt whose reply was waited for in vain is made again. It is billed each time, so the default is no.
    pub resend_after_timeout: bool,
}

/// How attempts are spaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryMode {
    /// With growing, random waits, up to 20 seconds.
    Standard,
    /// As `Standard`, and new calls wait, too, once the service has throttled one; a throttled call can take very long.
    Adaptive,
    /// botocore's old mode; the SDK has none, so it is as `Standard`.
    Legacy,
}

/// Attempts where nobody says otherwise: AG2's default.
const DEFAULT_ATTEMPTS: u32 = 5;

impl Retry {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One attempt, no retry.
    #[must_use]
    pub fn never() -> Self {
        Self::default().with_attempts(1)
    }

    /// The same rules, with this many attempts in all.
    #[must_use]
    pub fn with_attempts(self, attempts: u32) -> Self {
        Self { total_max_attempts: Some(attempts), ..self }
    }

    /// The same rules, attempts spaced in this way.
    #[must_use]
    pub fn with_mode(self, mode: RetryMode) -> Self {
        Self { mode: Some(mode), ..self }
    }

    /// Retries after a time limit, too. Each attempt is billed.
    #[must_use]
    pub fn with_resend_after_timeout(self) -> Self {
        Self { resend_after_timeout: true, ..self }
    }

    /// How many attempts there are in all.
    ///
    /// # Errors
    /// Code `InvalidRetry` for less than one attempt.
    pub fn attempts(&self, env: &Environment) -> Result<u32, ModelError> {
        let from_env = || env.get("AWS_MAX_ATTEMPTS").and_then(|count| count.trim().parse().ok());
        let attempts = self
            .total_max_attempts
            .or_else(|| self.max_attempts.map(|retries| retries.saturating_add(1)))
            .or_else(from_env)
            .unwrap_or(DEFAULT_ATTEMPTS);
        if attempts == 0 {
            return Err(misconfigured(
                "InvalidRetry",
                "total_max_attempts",
                "there must be at least one attempt",
            ));
        }
        Ok(attempts)
    }

    /// How attempts are spaced.
    #[must_use]
    pub fn mode(&self, env: &Environment) -> RetryMode {
        let from_env = || match env.get("AWS_RETRY_MODE")?.trim().to_ascii_lowercase().as_str() {
            "adaptive" => Some(RetryMode::Adaptive),
            "legacy" => Some(RetryMode::Legacy),
            _ => Some(RetryMode::Standard),
        };
        self.mode.or_else(from_env).unwrap_or(RetryMode::Standard)
    }
}

impl RetryMode {
    /// The mode as botocore spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Adaptive => "adaptive",
            Self::Legacy => "legacy",
        }
    }
}

impl std::str::FromStr for RetryMode {
    type Err = ModelError;

    fn from_str(name: &str) -> Result<Self, ModelError> {
        match name {
            "standard" => Ok(Self::Standard),
            "adaptive" => Ok(Self::Adaptive),
            "legacy" => Ok(Self::Legacy),
            other => Err(misconfigured("InvalidRetryMode", "mode", format!("`{other}` is no retry mode"))
                .with_hint("the modes are standard, adaptive and legacy")),
        }
    }
}
