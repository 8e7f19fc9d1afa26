//! Whom to talk to, as whom, and how patiently.

mod credentials;
mod environment;
mod region;
mod retry;
mod timeouts;

use std::fmt;

use outcrop_core::{ErrorKind, ModelError};

pub use credentials::Credentials;
pub(crate) use credentials::Identity;
pub use environment::Environment;
pub use region::Region;
pub(crate) use region::no_region;
pub use retry::{Retry, RetryMode};
pub use timeouts::Timeouts;

/// Whom to talk to, as whom, and how patiently. Everything has a default; nothing is read until
/// [`Transport::from_settings`](crate::Transport::from_settings).
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Settings {
    /// The region; else `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile's.
    pub region: Option<String>,
    /// The credentials; else those of the environment, else AWS's default chain.
    pub credentials: Option<Credentials>,
    /// A profile of the shared configuration files; else `AWS_PROFILE`.
    pub profile: Option<String>,
    /// Where the service is, if not at its usual address: an emulator, a VPC endpoint, a proxy.
    pub endpoint_url: Option<String>,
    /// How often to try.
    pub retry: Retry,
    /// How long to wait.
    pub timeouts: Timeouts,
    /// The environment variables to look at; those of the process by default.
    pub environment: Environment,
}

impl Settings {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same settings, for a region.
    #[must_use]
    pub fn with_region(self, region: impl Into<String>) -> Self {
        Self { region: Some(region.into()), ..self }
    }

    /// The same settings, with credentials.
    #[must_use]
    pub fn with_credentials(self, credentials: Credentials) -> Self {
        Self { credentials: Some(credentials), ..self }
    }

    /// The same settings, with a profile of the shared configuration files.
    #[must_use]
    pub fn with_profile(self, profile: impl Into<String>) -> Self {
        Self { profile: Some(profile.into()), ..self }
    }

    /// The same settings, for a service at another address.
    #[must_use]
    pub fn with_endpoint_url(self, url: impl Into<String>) -> Self {
        Self { endpoint_url: Some(url.into()), ..self }
    }

    /// The same settings, with rules for retries.
    #[must_use]
    pub fn with_retry(self, retry: Retry) -> Self {
        Self { retry, ..self }
    }

    /// The same settings, with time limits.
    #[must_use]
    pub fn with_timeouts(self, timeouts: Timeouts) -> Self {
        Self { timeouts, ..self }
    }

    /// The same settings, looking at these environment variables instead of the process's.
    #[must_use]
    pub fn with_environment(self, environment: Environment) -> Self {
        Self { environment, ..self }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("region", &self.region)
            .field("credentials", &self.credentials)
            .field("profile", &self.profile)
            .field("endpoint_url", &self.endpoint_url)
            .field("retry", &self.retry)
            .field("timeouts", &self.timeouts)
            .finish_non_exhaustive()
    }
}

/// A setting that cannot be.
fn misconfigured(
    code: &'static str,
    path: &'static str,
    message: impl Into<std::borrow::Cow<'static, str>>,
) -> ModelError {
    ModelError::new(ErrorKind::Configuration, message).with_code(code).with_path(path)
}

#[cfg(test)]
mod tests;
